"""Two suppliers for one stock: the optimiser finds the best policies, and runs meet their exact figures.

The exact figures, and the best there is, come from `tests.theory.dual_sourcing`. What the optimiser finds is held
against them at its exact cost, so that the luck of a run decides nothing.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

import numpy as np
import pytest

from simulator.experiments.optimising.goals import Goals
from simulator.experiments.optimising.optimisation import optimise
from simulator.experiments.optimising.search import Budget, Problem
from simulator.experiments.optimising.search_space import Space
from simulator.experiments.sweeping.ranges import read_settings
from simulator.experiments.sweeping.variants import Variants
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import figures
from simulator.model.world import simulate
from simulator.scenario.load import load
from tests.theory.dual_sourcing import (
    DAILY,
    EVERY_FIVE_DAYS,
    Figures,
    Floats,
    Instance,
    best_dual_index,
    best_single,
    best_surge,
    dual_index_figures,
    surge_figures,
)
from tests.theory.harness import HERE
from tests.theory.observation import Observation

LEVEL, EXPEDITE_TO = "policies.replenishment.S", "policies.sourcing.expedite_to"
STANDING = "policies.sourcing.standing"


@dataclass(frozen=True)
class Policy:
    """A policy for two suppliers: its scenario, its parameters, and its exact figures by their values."""

    instance: Instance
    scenario: str
    alternative: str | None
    paths: tuple[str, str]
    best: Callable[[], tuple[float, tuple[float, float]]]
    figures: Callable[[float, float], Figures]

    def settings(self, values: tuple[float, float]) -> list[str]:
        """Settings with these values of the parameters."""
        return [
            f"{path}={value:g}{'/day' if path == STANDING else ''}"
            for path, value in zip(self.paths, values, strict=True)
        ]


def dual_index(instance: Instance, scenario: str) -> Policy:
    def best() -> tuple[float, tuple[float, float]]:
        return best_dual_index(instance)

    return Policy(
        instance,
        scenario,
        None,
        (EXPEDITE_TO, LEVEL),
        lru_cache(best),
        lambda expedited, regular: dual_index_figures(instance, round(expedited), round(regular)),
    )


def surge(instance: Instance, scenario: str, turns: int) -> Policy:
    """Tailored base-surge with standing orders of so many parts of a unit a review."""

    def best() -> tuple[float, tuple[float, float]]:
        cost, (standing, level) = best_surge(instance, turns)
        return cost, (float(standing) / instance.review, level)

    def exact(rate: float, level: float) -> Figures:
        return surge_figures(instance, Fraction(round(rate * instance.review * turns), turns), round(level))

    return Policy(instance, scenario, "standing order", (STANDING, LEVEL), lru_cache(best), exact)


POLICIES = {
    "dual index, daily": dual_index(DAILY, "two_suppliers_daily"),
    "base-surge, daily": surge(DAILY, "two_suppliers_daily", 4),
    "dual index, every five days": dual_index(EVERY_FIVE_DAYS, "two_suppliers_every_five_days"),
    "base-surge, every five days": surge(EVERY_FIVE_DAYS, "two_suppliers_every_five_days", 1),
}

NARROW = {
    "dual index, daily": ("3:8", "11:18"),
    "base-surge, daily": ("1:1.75:0.25/day", "3:9"),
    "dual index, every five days": ("13:19", "30:37"),
    "base-surge, every five days": ("1.2:1.8:0.2/day", "13:19"),
}
WIDE = {
    "dual index, daily": ("0:12", "5:30"),
    "base-surge, daily": ("0.25:1.75:0.25/day", "0:20"),
    "dual index, every five days": ("5:30", "15:60"),
    "base-surge, every five days": ("0.2:1.8:0.2/day", "5:40"),
}
"""Values of the two parameters that the optimiser may try."""


def window(warm_up: float, days: int) -> list[str]:
    """Settings for a window of so many days after the warm-up."""
    return [f"run.horizon={warm_up + days:g} days"]


def optimised(
    policy: Policy, values: tuple[str, str], trials: int, days: int, *, limit: int = 200, seed: int = 1
) -> tuple[float, float]:
    """Parameters that the optimiser finds with so many trials, in runs of so many measured days."""
    path = HERE / "scenarios" / f"{policy.scenario}.yaml"
    run = [*window(load(path).run.warm_up, days), f"run.seed={seed}"]
    variants = Variants(path, policy.alternative, run)
    scenario = variants.one({})
    over = [f"{path}={text}" for path, text in zip(policy.paths, values, strict=True)]
    goals = Goals.read(scenario, minimise=["total_cost"])
    space = Space.of(variants.with_kinds(read_settings(over)))
    with Workers(1) as workers:
        problem = Problem(variants, scenario, space, goals, Budget(trials, 20, limit))
        found = optimise(problem, workers).best
    assert found is not None
    first, second = (float(found.values[path].removesuffix("/day")) for path in policy.paths)
    return first, second


def excess(policy: Policy, values: tuple[float, float]) -> float:
    """Share by which a policy with these parameters costs more than with the best, both exact."""
    return policy.figures(*values).cost(policy.instance) / policy.best()[0] - 1


@pytest.mark.parametrize("instance", [DAILY, EVERY_FIVE_DAYS])
@pytest.mark.parametrize("kind", ["dual index", "base-surge"])
def test_two_suppliers_save_more_than_a_twentieth(kind, instance):
    single, _ = best_single(instance)
    (policy,) = (one for name, one in POLICIES.items() if kind in name and one.instance == instance)
    assert policy.best()[0] < 0.95 * single


@pytest.mark.parametrize("name", ["dual index, daily", "base-surge, every five days"])
def test_the_best_among_few_policies_is_found(name):
    policy = POLICIES[name]
    assert excess(policy, optimised(policy, NARROW[name], 16, 100, limit=40)) <= 0.01


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::simulator.experiments.workers.work_limits.WorkloadWarning")
@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("name", POLICIES)
def test_the_best_policy_is_found(name, seed):
    policy = POLICIES[name]
    assert excess(policy, optimised(policy, WIDE[name], 48, 300, seed=seed)) <= 0.01


def averages(policy: Policy, values: tuple[float, float], replications: int, days: int) -> Floats:
    """Averages by replication: units on hand, waiting units, fast units a day, and cost a day."""
    path = HERE / "scenarios" / f"{policy.scenario}.yaml"
    settings = [*policy.settings(values), *window(load(path, policy.alternative).run.warm_up, days)]
    scenario = load(path, policy.alternative, settings)
    rows = []
    for replication in range(replications):
        record = simulate(scenario, replication)
        seen = Observation(record)
        fast = seen.in_window(seen.purchases.placed) & seen.bought_from("fast")
        units = float(np.sum(seen.purchases.quantity[fast]))
        stock, backlog = (series.integral(seen.start, seen.end) for series in (seen.on_hand, seen.backlog))
        rows.append([stock, backlog, units, figures(record)["total_cost"]])
    return np.array(rows).T / days


def hold(policy: Policy, values: tuple[float, float], found: Floats) -> None:
    """Each average lies within 4 standard errors."""
    known = policy.figures(*values)
    exact = (known.on_hand, known.waiting, known.fast, known.cost(policy.instance))
    for row, value in zip(found, exact, strict=True):
        error = float(np.std(row, ddof=1)) / math.sqrt(len(row))
        assert abs(float(np.mean(row)) - value) <= 4 * error


@pytest.mark.parametrize("name", POLICIES)
def test_a_short_run_of_the_best_policy_meets_its_exact_figures(name):
    policy = POLICIES[name]
    values = policy.best()[1]
    hold(policy, values, averages(policy, values, 20, 300))


@pytest.mark.slow
@pytest.mark.parametrize("name", POLICIES)
def test_a_long_run_of_the_best_policy_meets_its_exact_figures(name):
    policy = POLICIES[name]
    values = policy.best()[1]
    hold(policy, values, averages(policy, values, 40, 5000))


@pytest.mark.parametrize("name", POLICIES)
def test_a_short_run_tells_another_level(name):
    policy = POLICIES[name]
    first, level = policy.best()[1]
    with pytest.raises(AssertionError):
        hold(policy, (first, level), averages(policy, (first, level + 1), 20, 300))
