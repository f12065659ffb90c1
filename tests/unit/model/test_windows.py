"""A run in windows: what is handed over from one to the next, and that nothing else is kept."""

import gc
import tracemalloc
from typing import Any

import numpy as np
import pytest

from simulator.laws.distributions import constant
from simulator.metrics.window_merging import WindowMerger
from simulator.model.windows import run_windows
from simulator.orders.order_book import Status
from simulator.orders.random.resumable_streams import ResumedDraws
from simulator.scenario.scenario import Scenario
from tests.benchmarks.worlds import reorder_level
from tests.unit.model.shop import every, once, play


def windows(days, policies=None, **sections):
    """The shop of ``play`` in windows."""
    document = {
        "run": {"horizon": "20 days", "cool_down": "40 days", "window": f"{days} days"},
        "products": {"ball": {"price": 10}},
        "demand": [once(0)],
        "warehouses": {"centre": {"stock": 0, "delivery": "1 day"}},
        "suppliers": {"factory": {"lead_time": "4 days"}},
        **sections,
    }
    document["policies"] = {"replenishment": {"type": "base_stock", "S": 0}, **(policies or {})}
    return list(run_windows(Scenario.model_validate(document), 0))


def test_a_line_that_waits_goes_on_and_is_told_of_when_it_is_over():
    first, second, *rest = windows(3)
    assert len(first.settled.book) == len(first.settled.purchases) == 0
    assert first.course.book.status.tolist() == [Status.BACKORDERED]
    assert first.opening_backlog.tolist() == [0.0]
    assert second.opening_backlog.tolist() == [1.0]
    assert second.settled.book.allocated.tolist() == second.settled.purchases.received.tolist() == [4.0]
    assert second.settled.book.delivered.tolist() == [5.0]
    assert second.settled.book.unit_days.tolist() == [4.0]
    assert len(second.course.book) == 0
    assert second.levels.movements.backlog.tolist() == [1.0, 0.0, -1.0]
    assert all(len(one.settled.book) == 0 for one in rest)


def test_what_happens_where_windows_meet_happens_once_and_in_the_later_one():
    found = windows(4)
    assert [len(one.settled.purchases) for one in found] == [0, 1, 0, 0, 0]
    assert found[1].settled.book.allocated.tolist() == [4.0]


def test_patience_goes_on():
    found = windows(3, customers={"all": {"patience": "3.5 days"}})
    assert [one.settled.book.cancelled.tolist() for one in found[:2]] == [[], [3.5]]
    assert found[1].settled.purchases.received.tolist() == [4.0]
    assert found[-1].course.initial.tolist() == [1.0]


def test_an_order_is_kept_together():
    first, second, *_ = windows(
        3,
        demand=[once(0, also={"cap": "100 %"})],
        products={"ball": {}, "cap": {"replenishment": {"type": "r_Q", "r": 0, "Q": 5}}},
        warehouses={"centre": {"stock": {"ball": 0, "cap": 3}}},
    )
    assert len(first.settled.book) == 0  # the cap was sold, but its order is not over
    assert sorted(first.course.book.status.tolist()) == [Status.FROM_STOCK, Status.BACKORDERED]
    assert sorted(second.settled.book.status.tolist()) == [Status.FROM_STOCK, Status.FILLED_LATE]
    assert second.settled.book.order.tolist() == [0, 0]


@pytest.mark.parametrize("days", [1, 2, 5, 20])
def test_reviews_keep_their_times(days):
    policies = {"replenishment": {"type": "R_S", "every": "2.5 days", "S": 3, "first": "0 days"}}
    whole = play(policies, demand=[every(0.7)])
    found = windows(days, policies, demand=[every(0.7)])
    placed = np.sort(np.concatenate([one.settled.purchases.placed for one in found]))
    assert placed.tolist() == whole.purchases.placed.tolist()
    assert set((placed / 2.5 % 1).tolist()) == {0.0}


@pytest.mark.parametrize("departures", [{"every": "3 days"}, {"rate": "0.5/day"}])
def test_lanes_remember_departures_and_sequence(departures):
    section: dict[str, Any] = {
        "demand": [every(0.7)],
        "suppliers": {"factory": {"lead_time": {"dist": "exponential", "mean": "4 days"}}},
        "lanes": [
            {
                "from": "factory",
                "to": "centre",
                "transit": {"dist": "exponential", "mean": "2 days"},
                "crossing": False,
                "departures": departures,
            }
        ],
    }
    whole = play(**section)
    found = windows(2, **section)
    received = np.concatenate([one.settled.purchases.received for one in found])
    np.testing.assert_array_equal(np.sort(received), np.sort(whole.purchases.received))


def test_memory_does_not_grow_from_window_to_window():
    document = reorder_level(1000.0)
    document["run"]["window"] = "50 days"  # 50,000 lines
    merged, peaks = WindowMerger(), []
    gc.collect()
    tracemalloc.start()
    for window in run_windows(Scenario.model_validate(document), 0):
        merged.add(window)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.reset_peak()
    tracemalloc.stop()
    found = merged.figures()
    assert len(peaks) == 20
    assert found["lines"] == pytest.approx(1e6, rel=0.01)
    kept = 10 * found["backordered_lines"]  # a wait is eight bytes, its customer's class one
    assert max(peaks[10:]) < 1.02 * max(peaks[:10]) + kept


def test_stocks_share_a_constant_delay_at_numbers_of_their_own() -> None:
    streams, law = ResumedDraws(1, 0), constant(2.0)
    draws = streams.draws(law, "lead_time")
    assert [draws[number] for number in (0, 5_000, 3)] == [2.0, 2.0, 2.0]
