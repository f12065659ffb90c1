"""Reactive transfers: shops that pool all they have against one shop, and against counting unit by unit."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario
from tests.theory.observation import Floats

RATES = {"a": 0.8, "b": 1.5, "c": 0.4}
"""Lines of one unit a day, by region."""


def played(
    warehouses: dict[str, Any], lanes: list[dict[str, Any]], seed: int, lead_time: float, reserve: float = 0.0
) -> Record:
    document = {
        "run": {"horizon": "600 days", "cool_down": "100 days", "seed": seed},
        "products": {"ball": {}},
        "demand": [
            {"product": "ball", "rate": f"{rate}/day", "region": name} for name, rate in RATES.items()
        ],
        "warehouses": warehouses,
        "suppliers": {"works": {"lead_time": f"{lead_time} days"}},
        "lanes": lanes,
        "policies": {"transfers": {"type": "reactive", "reserve": reserve}},
    }
    return simulate(Scenario.model_validate(document))


def lane(origin: str, destination: str, days: float) -> dict[str, Any]:
    return {"from": origin, "to": destination, "carries": "transfers", "transit": f"{days} days"}


# -- complete pooling --------------------------------------------------------------------------------------------------

SHELVES = {"a": 3, "b": 8, "c": 5}
"""Order-up-to levels; all shops are filled up every `REVIEW` days, without delay."""
REVIEW = 9


def filled_up(level: int) -> dict[str, Any]:
    return {"type": "R_S", "every": f"{REVIEW} days", "S": level}


def pooled_and_apart(seed: int) -> tuple[Record, Record]:
    """One shop for all customers, and three that send each other goods in no time."""
    one = {"all": {"serves": list(RATES), "replenishment": filled_up(sum(SHELVES.values()))}}
    three = {name: {"serves": [name], "replenishment": filled_up(level)} for name, level in SHELVES.items()}
    ways = [lane(by, to, 0) for by in RATES for to in RATES if by != to]
    return played(one, [], seed, 0), played(three, ways, seed, 0)


def waits(record: Record) -> Floats:
    """Times at which lines begin and end to wait, apart from those that do so in one instant: sorted."""
    book = record.book
    known = (book.time < 600) & (book.allocated > book.time)
    ends: Floats = np.sort(book.allocated[known])
    return np.concatenate((np.sort(book.time[known]), ends))


@pytest.mark.parametrize("seed", range(4))
def test_shops_that_send_each_other_goods_in_no_time_are_one_shop(seed: int) -> None:
    pooled, apart = pooled_and_apart(seed)
    np.testing.assert_array_equal(waits(pooled), waits(apart))
    one, three = figures(pooled), figures(apart)
    for name in ("backorders_mean", "on_hand_mean", "purchase_units"):
        assert three[name] == pytest.approx(one[name], rel=1e-9)
    assert three["transferred_units"] > 100
    assert one["backorders_mean"] > 0.1


def test_their_backlog_is_what_a_poisson_process_leaves_of_their_stock() -> None:
    found = np.array([figures(pooled_and_apart(100 + seed)[1])["backorders_mean"] for seed in range(12)])
    error = found.std(ddof=1) / math.sqrt(len(found))
    assert abs(found.mean() - _backlog(sum(RATES.values()), sum(SHELVES.values()))) < 4 * error
    assert error < 0.05 * found.mean()


def _backlog(rate: float, stock: int) -> float:
    """Mean of (N(t) - stock)+ over t on [0, REVIEW), N being a Poisson process; by the midpoint rule."""
    total = 0.0
    steps = 4000
    for step in range(steps):
        mean = rate * REVIEW * (step + 0.5) / steps
        law = [math.exp(-mean + n * math.log(mean) - math.lgamma(n + 1)) for n in range(120)]
        total += sum((n - stock) * chance for n, chance in enumerate(law) if n > stock)
    return total / steps


# -- unit by unit ------------------------------------------------------------------------------------------------------


def counted(
    customers: list[tuple[float, str]],
    levels: dict[str, int],
    ways: list[tuple[str, str, float]],
    lead_time: float,
    reserve: float,
) -> tuple[list[float], int]:
    """Time at which each customer is served, and the units sent sideways before day 600.

    Customers take one unit each, in sequence. Shops order up to their level after each, and wait for the lead time.
    """
    shelf = dict(levels)
    coming: dict[str, list[float]] = {name: [] for name in levels}
    waiting: dict[str, list[int]] = {name: [] for name in levels}
    served = [math.inf] * len(customers)
    sideways = 0

    def land(until: float) -> None:
        for name, landings in coming.items():
            landings.sort()
            while landings and landings[0] <= until:
                landed = landings.pop(0)
                if waiting[name]:
                    served[waiting[name].pop(0)] = landed
                else:
                    shelf[name] += 1

    for number, (now, shop) in enumerate(customers):
        land(now)
        if shelf[shop] > 0:
            shelf[shop] -= 1
            served[number] = now
        else:
            waiting[shop].append(number)
            for origin, days in sorted(
                ((by, days) for by, to, days in ways if to == shop), key=lambda way: way[1]
            ):
                lacking = len(waiting[shop]) - sum(landing <= now + days for landing in coming[shop])
                free = 0 if waiting[origin] else max(0, shelf[origin] - int(reserve))
                for _ in range(min(lacking, free)):
                    shelf[origin] -= 1
                    coming[shop].append(now + days)
                    sideways += now < 600
        for name, level in levels.items():
            position = shelf[name] + len(coming[name]) - len(waiting[name])
            coming[name] += [now + lead_time] * (level - position)
    land(math.inf)
    return served, sideways


_THREE = [
    ("b", "a", 1.0),
    ("c", "a", 0.5),
    ("a", "b", 1.0),
    ("a", "c", 0.5),
    ("c", "b", 2.5),
    ("b", "c", 0.0),
]


@pytest.mark.parametrize(
    ("levels", "ways", "lead_time", "reserve"),
    [
        ({"a": 4, "b": 8, "c": 3}, _THREE, 5.0, 0.0),
        ({"a": 4, "b": 8, "c": 3}, _THREE, 5.0, 2.0),
        ({"a": 1, "b": 4, "c": 6}, _THREE[:4], 3.0, 1.0),
        ({"a": 0, "b": 12, "c": 0}, [("b", "a", 0.0), ("b", "c", 4.9)], 5.0, 3.0),
        ({"a": 2, "b": 2, "c": 2}, [(by, to, 6.0) for by, to, _ in _THREE], 5.0, 0.0),
    ],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_every_customer_is_served_when_the_count_says(
    levels: dict[str, int], ways: list[tuple[str, str, float]], lead_time: float, reserve: float, seed: int
) -> None:
    shops = {
        name: {"serves": [name], "replenishment": {"type": "base_stock", "S": level}}
        for name, level in levels.items()
    }
    record = played(shops, [lane(*way) for way in ways], seed, lead_time, reserve)
    book = record.book
    regions = [book.regions[code] for code in book.region]
    customers = list(zip(book.time.tolist(), regions, strict=True))
    expected, sideways = counted(customers, levels, ways, lead_time, reserve)
    rows = book.time < 600
    np.testing.assert_allclose(book.allocated[rows], np.array(expected)[rows], rtol=0, atol=1e-9)
    sent = float(record.transfers.quantity[record.transfers.placed < 600].sum())
    assert sent == sideways
    assert (sideways > 50) == (max(days for *_, days in ways) < lead_time)
