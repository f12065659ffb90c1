"""The selection of the best keeps its promise: right in 95 % of repetitions, with and without common random numbers.

The hardest case is the slippage configuration, where the best is better than all others by just the smallest
difference that matters (Kim & Nelson 2001, section 5). Problems of planners are easier; one of them is simulated: the
cheapest base stock level under Poisson demand, known from Palm's theorem.
"""

import math

import numpy as np
import pytest
from scipy.stats import poisson

from simulator.experiments.statistics.ranking_and_selection import select
from simulator.metrics.figures import figures
from simulator.model.world import simulate
from simulator.scenario.load import load
from tests.theory.harness import HERE

REPETITIONS = 200
PROMISED = 0.95


class Normal:
    """Normal observations of systems; the correlation is what common random numbers bring."""

    def __init__(self, means, deviations, correlation, seed):
        self.names = [f"system {k}" for k in range(len(means))]
        self._means, self._deviations, self._correlation = (
            np.asarray(means),
            np.asarray(deviations),
            correlation,
        )
        self._rng = np.random.default_rng(seed)
        self._drawn = np.empty((0, len(means)))

    def __call__(self, names, first, last):
        while len(self._drawn) < last:
            own, shared = self._rng.normal(size=(200, len(self._means))), self._rng.normal(size=(200, 1))
            noise = math.sqrt(1 - self._correlation) * own + math.sqrt(self._correlation) * shared
            self._drawn = np.vstack((self._drawn, self._means + self._deviations * noise))
        return self._drawn[first:last][:, [self.names.index(name) for name in names]]


def chosen(means, deviations, correlation):
    """Share of repetitions in which the first, the best, was selected, and the mean number of replications."""
    right, played = 0, 0
    for seed in range(REPETITIONS):
        systems = Normal(means, deviations, correlation, seed)
        best = select(systems.names, systems, indifference=1.0, most=100_000)
        assert best.decided
        right += best.name == "system 0"
        played += sum(best.replications.values())
    return right / REPETITIONS, played / REPETITIONS


@pytest.mark.parametrize("count", [2, 5, 10])
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_the_best_is_better_by_just_what_matters(count, correlation):
    share, _ = chosen([1.0] + [0.0] * (count - 1), 3.0, correlation)
    assert share >= PROMISED


@pytest.mark.parametrize("deviations", [[1.0, 2.0, 3.0, 4.0, 5.0], [5.0, 4.0, 3.0, 2.0, 1.0]])
@pytest.mark.parametrize("correlation", [0.0, 0.8])
def test_some_vary_more_than_others(deviations, correlation):
    share, _ = chosen([1.0, 0.0, 0.0, 0.0, 0.0], deviations, correlation)
    assert share >= PROMISED


def test_evenly_spaced_means_need_far_less():
    # system 9 is worse by 9 indifferences
    share, played = chosen([-float(k) for k in range(10)], 3.0, 0.0)
    _, slippage = chosen([1.0] + [0.0] * 9, 3.0, 0.0)
    assert share >= PROMISED
    assert played < 0.5 * slippage


RATE, LEAD_TIME, HOLDING, WAITING = 3.0, 2.0, 1.0, 4.0


def cost_rate(level):
    """Holding and backorder cost a day of base stock S: on order is Poisson (Palm 1938)."""
    ordered = np.arange(200)
    chance = poisson.pmf(ordered, RATE * LEAD_TIME)
    on_hand, backlog = np.maximum(level - ordered, 0) @ chance, np.maximum(ordered - level, 0) @ chance
    return HOLDING * on_hand + WAITING * backlog


@pytest.mark.slow
def test_the_cheapest_base_stock_is_found_by_simulation():
    levels = {"S = 7": 7, "S = 8": 8, "S = 9": 9}
    costs = {name: cost_rate(level) for name, level in levels.items()}
    cheapest, second = sorted(costs, key=lambda name: costs[name])[:2]
    days = ["run.horizon=40 days", "run.warm_up=10 days", "run.cool_down=0 days"]
    money = [f"products.item.holding={HOLDING}/day", f"products.item.backorder_cost={WAITING}/day"]
    scenarios = {
        name: load(
            HERE / "scenarios" / "a01_constant_lead_time.yaml",
            None,
            [*days, *money, f"policies.replenishment.S={level}"],
        )
        for name, level in levels.items()
    }

    def cost(name, replication):
        found = figures(simulate(scenarios[name], replication))
        return (found["holding_cost"] + found["backorder_cost"]) / 30

    right = 0
    for repetition in range(REPETITIONS):

        def observe(names, first, last, start=10_000 * repetition):
            return np.array([[cost(name, start + n) for name in names] for n in range(first, last)])

        best = select(
            list(levels), observe, better="down", indifference=costs[second] - costs[cheapest], most=2_000
        )
        right += best.decided and best.name == cheapest
    assert right / REPETITIONS >= PROMISED
