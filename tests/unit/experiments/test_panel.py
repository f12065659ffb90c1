import numpy as np
import pytest

from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.replications import replicate
from simulator.experiments.replications.scenario_panel import Panel
from simulator.experiments.workers.workers import Workers
from simulator.metrics.measures.backorder_causes import METRICS
from simulator.scenario.scenario import Scenario


def shop(price=8):
    return Scenario.model_validate(
        {
            "run": {"horizon": "30 days", "cool_down": "10 days", "replications": 2},
            "products": {"mug": {"price": price, "cost": 3}},
            "demand": [{"products": {"mug": "6/day"}}],
            "suppliers": {"supplier": {"lead_time": {"dist": "gamma", "mean": "7 days", "cv": 0.5}}},
            "policies": {"replenishment": {"type": "r_Q", "r": 30, "Q": 40}},
        }
    )


@pytest.fixture(params=[1, 2])
def workers(request):
    with Workers(request.param) as workers:
        yield workers


def test_same_as_replicate(workers):
    panel = Panel({"cheap": shop(), "dear": shop(10)}, workers)
    panel.play(2)
    panel.play(3, ["dear"])
    assert (panel.count("cheap"), panel.count("dear")) == (2, 3)
    alone = replicate(shop(10), 3, workers=1)
    for one, other in zip(
        panel.figures("dear"), (one.without_causes() for one in alone.figures), strict=True
    ):
        np.testing.assert_array_equal(one.overall, other.overall)
    # The same customers: only their money differs.
    assert panel.values("lines", "cheap").tolist() == panel.values("lines", "dear")[:2].tolist()
    np.testing.assert_allclose(panel.values("revenue", "cheap") * 10 / 8, panel.values("revenue", "dear")[:2])


def test_a_scenario_joins_later(workers):
    panel = Panel({"cheap": shop()}, workers)
    panel.play(2)
    panel.add("dear", shop(10))
    assert panel.count("dear") == 0
    panel.play(2)
    assert (panel.count("cheap"), panel.count("dear")) == (2, 2)
    with pytest.raises(ValueError, match="'dear' already"):
        panel.add("dear", shop())


def test_progress(workers):
    said = []
    panel = Panel({"cheap": shop()}, workers)
    panel.play(2, progress=lambda done, total: said.append((done, total)))
    assert said == [(1, 2), (2, 2)]


def test_finished_trials_are_not_played_again(workers, tmp_path, monkeypatch):
    with Journal(tmp_path / "journal.sqlite") as journal:
        Panel({"cheap": shop(), "dear": shop(10)}, workers, journal).play(2)
        fresh = Panel({"cheap": shop(), "dear": shop(10)}, workers, journal)
        fresh.play(3)
    played = []
    monkeypatch.setattr(
        "simulator.experiments.replications.trials.simulate", lambda *trial: played.append(trial)
    )
    with Journal(tmp_path / "journal.sqlite") as journal:
        panel = Panel({"cheap": shop()}, workers, journal)
        said = []
        panel.play(3, progress=lambda done, total: said.append((done, total)))
    assert played == []
    assert said == [(1, 3), (2, 3), (3, 3)]
    assert panel.values("profit", "cheap").tolist() == fresh.values("profit", "cheap").tolist()


def test_lines_are_counted_by_cause_where_a_metric_is_named(workers, tmp_path):
    windows = shop()
    windows = windows.model_copy(update={"run": windows.run.model_copy(update={"window": 10.0})})
    scenarios = {
        "silent": shop(),
        "shown": shop().model_copy(update={"show": ("backordered_by_chance",)}),
        "windows": windows,
    }
    with Journal(tmp_path / "journal.sqlite") as journal:
        few = Panel(scenarios, workers, journal)
        few.play(2)
        assert [few.figures(name)[1].has_causes for name in scenarios] == [False, True, False]
        asked = Panel(scenarios, workers, journal, ["profit", "backordered_by_transport"])
        asked.play(2)
    for name in scenarios:
        for one, other in zip(few.figures(name), asked.figures(name), strict=True):
            assert other.has_causes
            np.testing.assert_array_equal(other.without_causes().overall, one.without_causes().overall)
    counts = [[one[metric] for metric in METRICS.values()] for one in asked.figures("silent")]
    assert [[one[metric] for metric in METRICS.values()] for one in asked.figures("windows")] == counts
    assert np.sum(counts) > 0
