from simulator.metrics.bases import ASKED, AWAY, COMPANIONS
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


OVER_TIME = {
    *("ready_rate", "inventory_turns", "desk_utilisation", "workshop_utilisation", "order_rate"),
    "backorders_mean",
}
"""Means and shares of a length of time, which no policy changes, or of a stock."""


def test_every_mean_and_share_says_over_which_group_it_is():
    averages = {"share", "days", "score", "revisions"}
    for name, metric in GLOSSARY.items():
        average = metric.unit in averages or name.endswith(
            ("_rate", "_per_backorder", "_per_order", "_per_100_orders")
        )
        assert bool(metric.of) == (average and name not in OVER_TIME), name
        assert not metric.of or GLOSSARY[metric.of].of == "", name


def test_beside_a_figure_of_some_stands_one_of_all_who_asked():
    assert GLOSSARY[AWAY].unit == "orders"
    for name in ("wait_mean", "backorder_wait_p90", "delivery_time_mean", "satisfaction", "on_time_rate"):
        assert GLOSSARY[name].of not in ASKED
        assert COMPANIONS[name]
    for name, beside in COMPANIONS.items():
        assert GLOSSARY[name].of not in ASKED
        assert {GLOSSARY[other].of for other in beside} <= {*ASKED, "ended_contacts"}
