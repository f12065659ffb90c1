"""A depot under (r,Q) with shops that order in batches, against counting unit by unit on the same customers."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario
from tests.theory.observation import Floats

SHOPS = {"a": (0.8, 2, 4, 1.0), "b": (1.5, 5, 3, 2.5), "c": (0.4, 0, 7, 0.5)}
"""Lines a day, r, Q and days on the lane from the depot."""
DEPOT = (6, 10)
"""r and Q, in some cases smaller than what a shop orders."""
OUTSIDE = 4.0
"""Days from the supplier to the depot."""


def played(depot: tuple[int, int], seed: int) -> Record:
    document = {
        "run": {"horizon": "900 days", "cool_down": "100 days", "seed": seed},
        "products": {"ball": {}},
        "demand": [
            {"product": "ball", "rate": f"{rate}/day", "region": name} for name, (rate, *_) in SHOPS.items()
        ],
        "warehouses": {
            **{
                name: {"serves": [name], "replenishment": {"type": "r_Q", "r": r, "Q": q}}
                for name, (_, r, q, _) in SHOPS.items()
            },
            "depot": {"serves": [], "replenishment": {"type": "r_Q", "r": depot[0], "Q": depot[1]}},
        },
        "suppliers": {"works": {"lead_time": f"{OUTSIDE} days"}},
        "lanes": [
            {"from": "depot", "to": name, "transit": f"{days} days"} for name, (*_, days) in SHOPS.items()
        ],
    }
    return simulate(Scenario.model_validate(document))


def counted(arrivals: dict[str, Floats], depot: tuple[int, int]) -> dict[str, Floats]:
    """Time at which each customer is served, by shop.

    The k-th unit that a shop orders is there for its k-th customer after the r + Q of the start. It is ordered when the
    customer comes who brings the position to r: the first of its batch is number Q of the position above r. The n-th
    unit ordered from the depot, whoever orders, is the n-th that the depot has: r + Q at the start, then its orders.
    """
    ordered = []
    for name, (_, _, q, _) in SHOPS.items():
        times = arrivals[name]
        batches = len(times) // q
        ordered += [(times[(k + 1) * q - 1], name) for k in range(batches) for _ in range(q)]
    ordered.sort(key=lambda one: one[0])
    r, q = depot
    supply = [0.0] * (r + q)
    position = r + q
    at = 0
    while at < len(ordered):
        now, end = ordered[at][0], at
        while end < len(ordered) and ordered[end][0] == now:  # the units of one order
            end += 1
        position -= end - at
        if position <= r:
            units = ((r - position) // q + 1) * q
            supply += [now + OUTSIDE] * units
            position += units
        at = end
    landed: dict[str, list[float]] = {name: [0.0] * (r + q) for name, (_, r, q, _) in SHOPS.items()}
    for (now, name), there in zip(ordered, supply, strict=False):
        landed[name].append(max(now, there) + SHOPS[name][3])
    return {
        name: np.maximum(times, np.append(landed[name], np.full(len(times), np.inf))[: len(times)])
        for name, times in arrivals.items()
    }


@pytest.mark.parametrize("depot", [DEPOT, (0, 2), (-3, 5), (15, 1)])
@pytest.mark.parametrize("seed", [1, 2])
def test_every_customer_is_served_when_the_count_says(depot: tuple[int, int], seed: int) -> None:
    book = played(depot, seed).book
    mine = {name: np.flatnonzero(book.stock == number) for number, name in enumerate(SHOPS)}
    expected = counted({name: book.time[rows] for name, rows in mine.items()}, depot)
    late = 0
    for name, rows in mine.items():
        done = book.allocated[rows]
        known = ~np.isnan(done)
        assert known[book.time[rows] < 900].all()
        np.testing.assert_allclose(done[known], expected[name][known], rtol=0, atol=1e-9)
        late += int(np.count_nonzero(done[known] > book.time[rows][known]))
    assert late > 20
