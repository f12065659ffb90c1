"""The race and the finals, with figures that are set by hand."""

import numpy as np
import pytest

from simulator.experiments.optimising.finals import PILOT, play_finals
from simulator.experiments.optimising.goals import Constraint, GoalFigure, Goals, Objective
from simulator.experiments.optimising.racing import Race, undominated
from simulator.experiments.replications.scenario_panel import Panel
from simulator.metrics.figures import Figures
from simulator.scenario.sections.expectations import condition

COST, SERVICE = GoalFigure("total_cost"), GoalFigure("fill_rate")
LIMIT = Constraint(SERVICE, condition(">= 0.9"), 0.9)
GOALS = Goals((Objective(COST, "down"),), (LIMIT,))


class Given(Figures):
    """Figures of one replication."""

    def __init__(self, cost, service):
        super().__init__(("total_cost", "fill_rate"), np.array([cost, service]), {})


class Stage(Panel):
    """A panel whose scenarios are a mean cost, a mean service, and the spread of both."""

    def __init__(self, known):
        self.known = known
        self.counts = {}

    def play(self, replications, names=None, progress=None):  # noqa: ARG002 - as that of a panel
        for name in names or self.known:
            self.counts[name] = max(self.counts.get(name, 0), replications)

    def count(self, name):
        return self.counts.get(name, 0)

    def figures(self, name):
        cost, service, spread = self.known[name]
        shared = np.random.default_rng(1).normal(size=1000)
        own = np.random.default_rng(list(name.encode())).normal(size=(1000, 2))
        return tuple(
            Given(cost + shared[k] + spread * own[k, 0], service + 0.01 * spread * own[k, 1])
            for k in range(self.count(name))
        )


def raced(known, goals=GOALS, best=(), most=20):
    stage = Stage(known)
    stage.play(most, best)
    race = Race(stage, goals, most)
    race.run([name for name in known if name not in best], best)
    return race, stage


def test_who_is_worse_or_breaks_a_limit_is_dropped_early():
    race, stage = raced(
        {"best": (10, 0.95, 0.3), "near": (10.1, 0.95, 0.3), "far": (14, 0.95, 0.3), "poor": (5, 0.8, 0.3)},
        best=["best"],
    )
    assert race.states == {"near": "raced", "far": "worse", "poor": "breaks a limit"}
    assert stage.counts == {"best": 20, "near": 20, "far": 5, "poor": 5}


def test_more_replications_for_who_may_be_good():
    race, stage = raced({"best": (10, 0.95, 1.0), "later": (12.2, 0.95, 1.0)}, best=["best"], most=40)
    assert race.states["later"] == "worse"
    assert 5 < stage.counts["later"] < 40


def test_without_a_best_they_race_each_other():
    race, _ = raced({"one": (10, 0.95, 0.3), "near": (10.1, 0.95, 0.3), "far": (90, 0.95, 0.3)})
    assert race.states == {"one": "raced", "near": "raced", "far": "worse"}
    assert race.leading(["one", "near", "far"]) == ["one"]


def test_with_two_objectives_only_who_is_worse_in_both_is_dropped():
    goals = Goals((Objective(COST, "down"), Objective(SERVICE, "up")))
    race, _ = raced(
        {"best": (10, 0.9, 0.1), "both": (20, 0.8, 0.1), "one": (20, 0.95, 0.1)}, goals, best=["best"]
    )
    assert race.states == {"both": "worse", "one": "raced"}


def test_limits_on_average():
    race, _ = raced({"one": (10, 0.95, 0.0), "other": (10, 0.81, 0.0)})
    assert race.keeps("one")
    assert not race.keeps("other")
    assert race.broken(LIMIT, "other") == pytest.approx(0.09)
    assert race.worst("other") == pytest.approx(0.1)
    assert race.worst("one") < 0


def test_what_did_not_happen_breaks_no_limit():
    waits = Goals((Objective(COST, "down"),), (Constraint(SERVICE, condition("<= 0.1"), 0.1),))
    race, _ = raced({"one": (10, np.nan, 0.3)}, waits)
    assert race.states == {"one": "raced"}
    assert race.keeps("one")


def met(known, goals=GOALS, most=200, **words):
    stage = Stage(known)
    found = play_finals(stage, list(known), goals, most, **words)
    return found, stage


def test_the_cheapest_that_keeps_the_limit_is_selected():
    found, stage = met(
        {"safe": (12, 0.95, 0.5), "dear": (20, 0.97, 0.5), "cheap": (10, 0.85, 0.5), "border": (9, 0.9, 0.5)},
        indifference=1.0,
    )
    assert found.verdicts == {"safe": "keeps", "dear": "keeps", "cheap": "breaks", "border": "unclear"}
    assert found.best is not None
    assert (found.best.name, found.best.decided, found.best.remaining) == ("safe", True, ("safe",))
    assert stage.counts["border"] == 200  # all that was allowed, to find out
    assert stage.counts["cheap"] == PILOT
    assert found.estimate(COST, "dear").mean == pytest.approx(20, abs=1)
    assert found.difference(COST, "dear", "safe").mean == pytest.approx(8, abs=0.5)


def test_if_nobody_surely_keeps_the_limit_who_may_is_selected():
    found, _ = met({"border": (9, 0.9, 0.5), "worse": (10, 0.7, 0.5)})
    assert found.best is not None
    assert found.best.name == "border"
    assert found.verdicts["border"] == "unclear"


def test_nobody_may():
    found, _ = met({"poor": (9, 0.8, 0.5), "worse": (10, 0.7, 0.5)})
    assert found.best is None
    assert found.front == ()


def test_without_limits_all_are_eligible():
    found, _ = met({"a": (9, 0.8, 0.5), "b": (12, 0.7, 0.5)}, Goals((Objective(COST, "down"),)))
    assert set(found.verdicts.values()) == {"keeps"}
    assert found.best is not None
    assert found.best.name == "a"


def test_a_front():
    goals = Goals((Objective(COST, "down"), Objective(SERVICE, "up")))
    found, _ = met({"a": (9, 0.8, 0.1), "b": (12, 0.9, 0.1), "c": (13, 0.7, 0.1)}, goals)
    assert found.best is None
    assert found.front == ("a", "b")


def test_who_is_undominated():
    assert undominated({"a": (1, 3), "b": (2, 2), "c": (1, 2), "d": (2, 2)}) == ["a", "b", "d"]


def test_judgements_of_limits_are_as_sure_as_promised():
    # 300 finals of four who are just below the limit, and not a single one may be said to keep it in 95 % of them
    rng = np.random.default_rng(3)
    wrong = 0
    for _ in range(300):
        values = rng.normal(0.8999, 0.02, (4, 80))

        class Drawn(Stage):
            def figures(self, name, values=values):
                row = values[int(name)]
                return tuple(Given(1.0, row[k]) for k in range(self.count(name)))

        found = play_finals(Drawn({}), ["0", "1", "2", "3"], GOALS, 80)
        wrong += "keeps" in found.verdicts.values()
    assert wrong <= 0.05 * 300
