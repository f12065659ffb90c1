from simulator.metrics.glossary import DIMENSIONS, GLOSSARY


def test_every_metric_is_complete():
    for name, metric in GLOSSARY.items():
        assert metric.name == name
        assert metric.unit
        assert metric.formula
        assert metric.better in {"up", "down", "neither"}
        assert metric.dimensions[0] == "overall"
        assert set(metric.dimensions[1:]) <= set(DIMENSIONS)


def test_no_two_metrics_have_one_name():
    from simulator.metrics import glossary

    parts = (
        value for name, value in vars(glossary).items() if name.startswith("_") and isinstance(value, tuple)
    )
    assert sum(len(part) for part in parts) == len(GLOSSARY)
