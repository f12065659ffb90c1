"""Quantiles of waits and delivery times, compacted and joined from parts."""

import numpy as np
import pytest

from simulator.metrics.grouping import CodedSample, Grouping
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.service import LineQuantiles
from simulator.metrics.record_sums import LineOutcomes
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario

OVERALL = Grouping("overall", ("overall",), np.zeros(4, np.intp), np.zeros(2, np.intp), None)


def quantiles(**warehouse):
    shop = Scenario.model_validate(
        {
            "run": {"horizon": "200 days", "cool_down": "50 days"},
            "products": {"ball": {}},
            "demand": [{"product": "ball", "rate": "5/day"}],
            "warehouses": {"centre": warehouse},
            "suppliers": {"factory": {"lead_time": {"dist": "exponential", "mean": "3 days"}}},
            "policies": {"replenishment": {"type": "r_Q", "r": 20, "Q": 15}},
        }
    )
    record = simulate(shop)
    return LineOutcomes(record, Window.of(shop.run)).line_quantiles, record.book


@pytest.mark.parametrize(
    ("warehouse", "kept"),
    [
        ({"pick_time": "0 days", "delivery": "0 days"}, False),
        ({"pick_time": "0.25 days", "delivery": "1.5 days"}, False),
        ({"pick_time": "1 day", "delivery": {"dist": "exponential", "mean": "1 day"}}, True),
    ],
)
def test_the_time_of_a_line_that_came_as_usual_is_kept_only_if_chance_decides_it(warehouse, kept):
    found, book = quantiles(**warehouse)
    counted = book.time < 200.0
    days = (book.delivered - book.time)[counted]
    late = np.count_nonzero(book.allocated[counted] > book.time[counted])
    assert 20 < late < 0.5 * len(days)
    assert len(found.deliveries.values) == (len(days) if kept else late)
    assert found.lines == len(days)
    by = found.by(Grouping("overall", ("overall",), np.zeros(1, np.intp), np.zeros(1, np.intp), None))
    assert by["delivery_time_p95"][0] == pytest.approx(np.quantile(days, 0.95), rel=1e-12)


def part(cells, days, rule_of, as_usual):
    nobody = CodedSample(np.zeros(0, np.intp), np.zeros(0))
    sample = CodedSample(np.array(cells), np.array(days))
    return LineQuantiles(nobody, sample, rule_of, np.array(as_usual), nobody)


@pytest.mark.parametrize("rule_of", [2.0, 3.5])
def test_parts_with_another_usual_time_can_be_put_together(rule_of):
    nothing = part(np.zeros(0, np.intp), [], 0.0, [0.0] * 4)
    parts = [
        part([0, 3], [1.0, 4.0], 2.0, [2.0, 0, 0, 1.0]),
        nothing,
        part([1], [0.5], rule_of, [0, 3.0, 0, 0]),
    ]
    days = [3.0, 6.0, 2.0, 2.0, 2.0, rule_of + 0.5, rule_of, rule_of, rule_of]
    joined = LineQuantiles.joined(parts)
    assert joined.lines == len(days)
    assert joined.by(OVERALL)["delivery_time_p95"][0] == pytest.approx(np.quantile(days, 0.95))
    assert np.isnan(joined.by(OVERALL)["backorder_wait_p50"][0])
    assert (len(joined.deliveries.values) == 3) == (rule_of == 2.0)
