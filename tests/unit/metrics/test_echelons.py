"""Figures by echelon of warehouses that supply each other, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.experiments.optimising.goals import Goals
from simulator.experiments.replications.replications import replicate
from simulator.metrics.figures import figures
from simulator.metrics.glossary import GLOSSARY
from simulator.reports.files.data_frames import metrics_frame
from simulator.reports.files.json_files import plain_results
from tests.unit.model.shop import once, play
from tests.unit.model.test_depots import REVIEWED, network


def test_figures_by_echelon() -> None:
    # the hub ships 3 units on day 1, 2 of the 4 ordered on day 2, and what it still owes on day 13, three days after
    # its review, which orders up to 20; two days to the east, one to the west
    record = network(
        REVIEWED,
        once(1, quantity=3, region="east"),
        once(2, quantity=4, region="west"),
        products={"ball": {"price": 10, "holding": "0.5/day"}},
    )
    found = figures(record)
    on_hand = 5 * 1 + 2 * 1 + 20 * 17
    expected = {
        "internal_fill_rate": {"0": 5 / 7, "1": np.nan},  # by the warehouses that order
        "depot_delay_mean": {"0": 2 * 11 / 7, "1": np.nan},
        "in_transit_mean": {"0": (3 * 2 + 4 * 1) / 30, "1": 0},
        "on_hand_mean": {"0": 0, "1": on_hand / 30},
        "holding_cost": {"0": 0, "1": on_hand * 0.5},
        "backorders_max": {"0": 7, "1": 0},
        "purchase_orders": {"0": 2, "1": 1},
    }
    for metric, groups in expected.items():
        assert found.of(metric, "echelon") == pytest.approx(groups, nan_ok=True), metric
    Goals.read(record.scenario, minimise=["on_hand_mean[echelon=1]"])
    for one in GLOSSARY.values():
        if one.unit == "money" and "echelon" in one.dimensions:
            total = sum(found.of(one.name, "echelon").values(), 0.0)
            assert total == pytest.approx(found[one.name], nan_ok=True), one.name
    of_hub = found.of("order_variance_ratio", "warehouse")["hub"]
    assert found.of("order_variance_ratio", "echelon") == pytest.approx({"0": 1, "1": of_hub})


def test_without_depots_there_are_no_echelons() -> None:
    record = play()
    groups, values = figures(record).by["echelon"]
    assert groups == ()
    assert values.shape[1] == 0
    outcome = replicate(record.scenario, 2, workers=1, keep_orders="none")
    assert "echelon" not in set(metrics_frame(outcome)["dimension"])
    assert "echelon" not in plain_results(outcome, None)["by"]
    with pytest.raises(ValueError, match="has no group"):
        Goals.read(record.scenario, minimise=["on_hand_mean[echelon=1]"])
