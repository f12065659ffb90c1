"""Free runs of many stocks at once, and the search in their ranges."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model.shortcuts.cumulative_supply import first_at
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario


@pytest.mark.parametrize("stocks", [1, 2, 7, 40])
def test_each_is_found_in_its_own_range(stocks: int) -> None:
    rng = np.random.default_rng(stocks)
    counts = rng.integers(0, 9, stocks)
    bounds = np.concatenate(([0], np.cumsum(counts)))
    times = np.concatenate([np.sort(rng.integers(0, 6, count)) for count in counts]).astype(np.float64)
    if not len(times):
        times = np.array([1.0])
    of = rng.integers(0, stocks, 300)
    sought = rng.integers(-1, 8, 300) / 1.0
    found = first_at(times, bounds[of], bounds[of + 1], sought)
    expected = [
        bounds[k] + np.searchsorted(times[bounds[k] : bounds[k + 1]], time)
        for k, time in zip(of, sought, strict=True)
    ]
    assert found.tolist() == expected


def test_nothing_sought_is_nothing_found() -> None:
    none = np.empty(0, np.intp)
    assert len(first_at(np.array([1.0]), none, none, np.empty(0))) == 0


@pytest.mark.parametrize("step", [False, True])
def test_products_that_nobody_orders_do_not_keep_others_from_their_goods(*, step: bool) -> None:
    # a ball on days 0, 2, …; the first is there, each brings the next, which lands three days later
    idle = [f"idle {k}" for k in range(5)]
    late = {"type": "renewal", "interval": "1000 days", "first": "900 days"}
    balls = {"type": "renewal", "interval": "2 days", "first": "0 days"}
    document = {
        "run": {"horizon": "9 days", "cool_down": "20 days"},
        "products": {name: {"price": 1} for name in ("ball", *idle)},
        "demand": [
            {"product": "ball", "arrivals": balls},
            *({"product": name, "arrivals": late} for name in idle),
        ],
        "suppliers": {"works": {"lead_time": "3 days"}},
        "policies": {"replenishment": {"type": "base_stock", "S": 1}},
    }
    record = simulate(Scenario.model_validate(document), step=step)
    assert len(record.book.stocks) == 6
    assert record.book.allocated[:5].tolist() == [0.0, 3.0, 5.0, 7.0, 9.0]
