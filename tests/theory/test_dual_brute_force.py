"""The exact costs of two sources against a plain simulation day by day, and against policies of one source."""

import itertools
import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
import pytest
from scipy import stats

from tests.theory import dual_sourcing
from tests.theory.dual_sourcing import DAILY, EVERY_FIVE_DAYS, Figures, Floats, Instance, Integers

AT_ONCE = Instance(rate=3, slow=4, fast=0, price_slow=1, price_fast=4, holding=1, waiting=20)
LANDS_BETWEEN = Instance(
    rate=1.5, slow=6, fast=1, price_slow=1, price_fast=4, holding=1, waiting=20, review=3
)
CONSECUTIVE = Instance(rate=2.5, slow=3, fast=2, price_slow=1, price_fast=4, holding=1, waiting=20)
INSTANCES = {
    "daily": DAILY,
    "every five days": EVERY_FIVE_DAYS,
    "fast orders land at once": AT_ONCE,
    "slow orders land between reviews": LANDS_BETWEEN,
}

Orders = Callable[[int, Integers, Integers], tuple[Integers, Integers]]
"""Fast and slow order by path, at the review of this number, from the expedited and the whole position."""


def dual_index(expedited: int, regular: int) -> Orders:
    def orders(_: int, near: Integers, whole: Integers) -> tuple[Integers, Integers]:
        fast = np.maximum(expedited - near, 0)
        return fast, np.maximum(regular - whole - fast, 0)

    return orders


def surge(standing: dual_sourcing.Rate, level: int) -> Orders:
    pattern = dual_sourcing.deliveries(standing)
    return lambda review, near, _: (
        np.maximum(level - near, 0),
        np.full_like(near, pattern[review % len(pattern)]),
    )


def played(instance: Instance, orders: Orders, start: int, days: int = 600, paths: int = 500) -> Floats:
    """Averages by path; rows are units on hand, waiting units, and slow and fast units per day.

    All policies meet the same customers.
    """
    rng = np.random.default_rng(1)
    warm_up = instance.review * 60
    assert days % instance.review == 0
    net = np.full(paths, start)
    slow_lands = np.zeros((warm_up + days + instance.slow, paths), dtype=np.int64)
    fast_lands = np.zeros_like(slow_lands)
    sums = np.zeros((4, paths))
    for day in range(warm_up + days):
        net = net + slow_lands[day] + fast_lands[day]
        slow, fast = np.zeros_like(net), np.zeros_like(net)
        if day % instance.review == 0:
            due, open_orders = (
                slice(day + 1, day + instance.fast + 1),
                slice(day + 1, day + instance.slow + 1),
            )
            near = net + slow_lands[due].sum(axis=0) + fast_lands[due].sum(axis=0)
            whole = net + slow_lands[open_orders].sum(axis=0) + fast_lands[open_orders].sum(axis=0)
            fast, slow = orders(day // instance.review, near, whole)
            slow_lands[day + instance.slow] = slow
            fast_lands[day + instance.fast] = fast
            net = net + (fast if instance.fast == 0 else 0)
        on_hand, waiting, net = day_played(rng, instance.rate, net)
        if day >= warm_up:
            sums += [on_hand, waiting, slow, fast]
    return sums / days


def day_played(rng: np.random.Generator, rate: float, net: Integers) -> tuple[Floats, Floats, Integers]:
    """Unit-days on hand and of waiting over one day, and the net stock at its end, by path."""
    customers = rng.poisson(rate, len(net))
    number = np.arange(int(customers.max()))[:, None]
    arrivals = np.where(number < customers, rng.random((len(number), len(net))), 1.0)
    bounds = np.vstack([np.zeros(len(net)), np.sort(arrivals, axis=0), np.ones(len(net))])
    lasts = np.diff(bounds, axis=0)
    levels = net - np.arange(len(number) + 1)[:, None]
    on_hand, waiting = (
        (np.maximum(levels, 0) * lasts).sum(axis=0),
        (np.maximum(-levels, 0) * lasts).sum(axis=0),
    )
    return on_hand, waiting, net - customers


def costs(instance: Instance, averages: Floats) -> Floats:
    return np.array([Figures(*path).cost(instance) for path in averages.T])


def hold(instance: Instance, averages: Floats, known: Figures) -> None:
    """Each average, and the cost, lies within 4 standard errors."""
    rows = [*averages, costs(instance, averages)]
    values = (known.on_hand, known.waiting, known.slow, known.fast, known.cost(instance))
    for row, value in zip(rows, values, strict=True):
        error = float(np.std(row, ddof=1)) / math.sqrt(len(row))
        assert abs(float(np.mean(row)) - value) <= 4 * error + 1e-9


@pytest.mark.parametrize(
    ("name", "expedited", "regular"),
    [
        ("daily", 5, 14),
        ("every five days", 16, 33),
        ("fast orders land at once", 3, 13),
        ("slow orders land between reviews", 6, 14),
    ],
)
def test_the_chain_of_a_dual_index_policy_meets_a_simulation(name, expedited, regular):
    instance = INSTANCES[name]
    known = dual_sourcing.dual_index_figures(instance, expedited, regular)
    hold(instance, played(instance, dual_index(expedited, regular), regular), known)


@pytest.mark.parametrize(
    ("name", "standing"),
    [
        ("daily", Fraction(3, 2)),
        ("every five days", 8),
        ("fast orders land at once", 2),
        ("slow orders land between reviews", Fraction(7, 2)),
    ],
)
def test_the_chain_of_a_surge_policy_meets_a_simulation(name, standing):
    instance = INSTANCES[name]
    level = round(instance.rate * (instance.fast + instance.review))
    known = dual_sourcing.surge_figures(instance, standing, level)
    hold(instance, played(instance, surge(standing, level), level), known)


@pytest.mark.slow
def test_the_search_meets_a_search_by_simulation():
    _, best = dual_sourcing.best_dual_index(DAILY)
    pairs = itertools.product(range(best[0] - 2, best[0] + 3), range(best[1] - 2, best[1] + 3))
    found = {pair: float(np.mean(costs(DAILY, played(DAILY, dual_index(*pair), pair[1])))) for pair in pairs}
    assert min(found, key=lambda pair: found[pair]) == best


@pytest.mark.parametrize("instance", [CONSECUTIVE, EVERY_FIVE_DAYS])
def test_a_dual_index_policy_that_never_expedites_is_the_slow_source_alone(instance):
    cost, level = dual_sourcing.best_single_level(instance, "slow")
    never = level - int(instance.demand * instance.lag) - 50
    assert dual_sourcing.dual_index_cost(instance, never, level) == pytest.approx(cost, rel=1e-9)


@pytest.mark.parametrize("name", INSTANCES)
def test_equal_levels_and_no_standing_order_are_the_fast_source_alone(name):
    instance = INSTANCES[name]
    cost, level = dual_sourcing.best_single_level(instance, "fast")
    assert dual_sourcing.dual_index_cost(instance, level, level) == pytest.approx(cost, rel=1e-12)
    assert dual_sourcing.surge_cost(instance, 0, level) == pytest.approx(cost, rel=1e-12)


@pytest.mark.parametrize("until", [0.5, 2.0, 7.0])
def test_unit_days_on_hand_meet_their_integral(until):
    positions = np.arange(-3, 25)
    times = (np.arange(4_000) + 0.5) * until / 4_000
    demand = np.arange(80)[:, None]
    chance = stats.poisson.pmf(demand, 1.7 * times)
    left = np.array([(np.maximum(y - demand, 0) * chance).sum(axis=0).mean() * until for y in positions])
    assert dual_sourcing.on_hand_days(1.7, positions, until) == pytest.approx(left, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize(
    ("instance", "turns", "dual_index_saves", "surge_saves"),
    [(DAILY, 4, 0.14, 0.11), (EVERY_FIVE_DAYS, 1, 0.17, 0.17)],
)
def test_two_sources_save_over_the_better_one(instance, turns, dual_index_saves, surge_saves):
    single, _ = dual_sourcing.best_single(instance)
    assert dual_sourcing.best_dual_index(instance)[0] < (1 - dual_index_saves) * single
    surge_cost, (standing, _) = dual_sourcing.best_surge(instance, turns)
    assert surge_cost < (1 - surge_saves) * single
    assert 0 < standing < (math.ceil(instance.demand * turns) - 1) / turns
