import math
import pickle

import numpy as np
import pytest

from simulator.experiments.replications import trials
from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.replications import replicate
from simulator.metrics.glossary import GLOSSARY
from simulator.scenario.scenario import Scenario

SCENARIO = Scenario.model_validate(
    {
        "run": {"horizon": "60 days", "warm_up": "10 days", "cool_down": "30 days", "replications": 5},
        "products": {
            "kettle": {"price": 30, "cost": 12, "holding": "25 %/year"},
            "mug": {"price": 8, "cost": 3},
        },
        "customers": {"gold": {"priority": 1}, "std": {"priority": 2, "patience": "5 days"}},
        "demand": [
            {"products": {"kettle": "4/day", "mug": "6/day"}, "segments": {"gold": 0.3, "std": 0.7}},
        ],
        "suppliers": {
            "supplier": {"lead_time": {"dist": "gamma", "mean": "7 days", "cv": 0.5}, "order_cost": 20}
        },
        "policies": {"replenishment": {"type": "r_Q", "r": 30, "Q": 40}},
    }
)


def identical(one, other):
    np.testing.assert_array_equal(one.overall, other.overall)
    for dimension in ("segment", "product", "warehouse", "supplier"):
        assert one.groups(dimension) == other.groups(dimension)
        np.testing.assert_array_equal(one.by(dimension), other.by(dimension))


def test_any_number_of_workers_gives_the_same_result():
    alone, two, three = (replicate(SCENARIO, 5, workers=n) for n in (1, 2, 3))
    identical(alone, two)
    identical(alone, three)
    assert alone.record is not None
    assert two.record is not None
    np.testing.assert_array_equal(alone.record.book.allocated, two.record.book.allocated)


def test_replications_differ_and_are_in_sequence():
    three, five = replicate(SCENARIO, 3, workers=1), replicate(SCENARIO, 5, workers=1)
    assert len(set(five.overall[:, five.names.index("revenue")])) == 5
    np.testing.assert_array_equal(five.overall[:3], three.overall)


def test_the_scenario_says_how_often():
    assert len(replicate(SCENARIO, workers=1)) == 5


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("keep", "kept"), [("first", [0]), ("all", [0, 1, 2]), ("none", [])])
def test_records_that_are_kept(keep, kept, workers):
    found = replicate(SCENARIO, 3, workers=workers, keep_orders=keep)
    assert list(found.records) == kept
    assert [found.records[n].replication for n in kept] == kept


@pytest.mark.parametrize("workers", [1, 2])
def test_progress(workers):
    said = []
    replicate(SCENARIO, 3, workers=workers, progress=lambda done, total: said.append((done, total)))
    assert said == [(1, 3), (2, 3), (3, 3)]


def test_impossible_numbers():
    with pytest.raises(ValueError, match="at least one replication"):
        replicate(SCENARIO, 0)
    with pytest.raises(ValueError, match="at least one worker"):
        replicate(SCENARIO, 2, workers=0)


def test_summary():
    found = replicate(SCENARIO, 4, workers=1)
    summary = found.summary()
    assert list(summary) == list(GLOSSARY)
    estimate = summary["fill_rate"]
    values = [one["fill_rate"] for one in found.figures]
    assert estimate.mean == pytest.approx(np.mean(values))
    # t(3, 0.975) = 3.182
    assert estimate.half_width == pytest.approx(3.182 * np.std(values, ddof=1) / 2, rel=2e-4)
    assert (estimate.unit, estimate.n) == ("share", 4)
    assert summary["customs_delay_mean"].n == 0  # nothing passes customs here
    assert math.isnan(summary["customs_delay_mean"].mean)


def test_summary_by_dimension():
    found = replicate(SCENARIO, 3, workers=1)
    by_product = found.summary_by("product")
    assert list(by_product) == ["kettle", "mug"]
    values = [one.of("revenue", "product")["mug"] for one in found.figures]
    assert by_product["mug"]["revenue"].mean == pytest.approx(np.mean(values))
    assert "ready_rate" not in found.summary_by("segment")["gold"]
    assert set(found.summary_by("supplier")["supplier"]) == {
        name for name, metric in GLOSSARY.items() if "supplier" in metric.dimensions
    }


def test_frame():
    found = replicate(SCENARIO, 3, workers=1)
    frame = found.frame()
    assert list(frame.columns) == ["replication", *GLOSSARY]
    assert frame["replication"].tolist() == [0, 1, 2]
    assert frame["revenue"].tolist() == [one["revenue"] for one in found.figures]


def test_what_is_sent_back_without_orders_is_small():
    found = replicate(SCENARIO, 1, workers=1, keep_orders="none")
    assert len(pickle.dumps(found.figures)) < 20_000


def test_windows_are_not_played_twice_and_give_what_the_whole_run_gives(tmp_path, monkeypatch):
    windows = SCENARIO.model_copy(update={"run": SCENARIO.run.model_copy(update={"window": 10.0})})
    with Journal(tmp_path / "journal") as journal:
        played = replicate(windows, 2, workers=1, journal=journal)
        monkeypatch.setattr(trials, "run_windows", None)
        again = replicate(windows, 2, workers=1, journal=journal)
    np.testing.assert_array_equal(played.overall, again.overall)
    assert played.record is None
    whole = replicate(SCENARIO, 2, workers=1)
    for name, estimate in whole.summary().items():
        found = played.summary()[name]
        assert found.mean == pytest.approx(estimate.mean, rel=1e-9, nan_ok=True), name
        assert found.half_width == pytest.approx(estimate.half_width, rel=1e-6, abs=1e-9, nan_ok=True), name
