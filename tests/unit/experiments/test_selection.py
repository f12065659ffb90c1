import math

import numpy as np
import pytest

from simulator.experiments.statistics.ranking_and_selection import INDIFFERENCE, select


class Normal:
    """Normal values around known means; what systems share in a replication makes them correlated."""

    def __init__(self, means, deviation=1.0, correlation=0.0, seed=1):
        self.names = [f"system {k}" for k in range(len(means))]
        self.asked = []
        self._means, self._deviation, self._correlation = np.asarray(means, float), deviation, correlation
        self._rng = np.random.default_rng(seed)
        self._drawn = np.empty((0, len(means)))

    def __call__(self, names, first, last):
        self.asked.append((tuple(names), first, last))
        while len(self._drawn) < last:
            shape = (100, len(self._means))
            own, shared = self._rng.normal(size=shape), self._rng.normal(size=(100, 1))
            noise = math.sqrt(1 - self._correlation) * own + math.sqrt(self._correlation) * shared
            self._drawn = np.vstack((self._drawn, self._means + self._deviation * noise))
        return self._drawn[first:last][:, [self.names.index(name) for name in names]]


@pytest.mark.parametrize(("better", "expected"), [("up", "system 2"), ("down", "system 0")])
def test_the_best_is_found_in_either_direction(better, expected):
    systems = Normal([1.0, 2.0, 3.0])
    best = select(systems.names, systems, better=better, indifference=0.5)
    assert (best.name, best.decided, best.remaining) == (expected, True, (expected,))
    assert best.means["system 1"] == pytest.approx(2, abs=1)
    assert best.better == better


def test_the_clearly_worse_are_dropped_early_and_cost_no_more():
    systems = Normal([0.0, 9.0, 9.3], deviation=1.0)
    best = select(systems.names, systems, indifference=0.3)
    assert best.replications["system 0"] == 10
    assert best.replications["system 1"] > 10
    assert best.stages[0].dropped == ("system 0",)
    assert all("system 0" not in names for names, first, _ in systems.asked if first > 0)
    # every replication is asked for once, in sequence
    assert [first for _, first, _ in systems.asked] == [0, *(last for _, _, last in systems.asked[:-1])]


def test_common_random_numbers_save_replications():
    def taken(correlation):
        systems = Normal([0.0, 0.2], correlation=correlation)
        return sum(select(systems.names, systems, indifference=0.2).replications.values())

    assert taken(0.9) < 0.3 * taken(0.0)


def test_a_budget_that_is_too_small_leaves_it_open():
    systems = Normal([0.0, 0.01, -9.0], deviation=1.0)
    best = select(systems.names, systems, indifference=0.01, most=20)
    assert not best.decided
    assert best.remaining == ("system 0", "system 1")
    assert best.replications == {"system 0": 20, "system 1": 20, "system 2": 10}
    assert best.means[best.name] == max(best.means.values())


def test_alternatives_that_do_the_same_are_alike():
    values = np.random.default_rng(1).normal(5, 1, 1000)
    best = select(["a", "b"], lambda names, first, last: np.stack([values[first:last]] * len(names), axis=1))
    assert best.decided
    assert best.remaining == ("a", "b")
    assert best.replications == {"a": 10, "b": 10}
    nothing = select(["a", "b"], lambda names, first, last: np.zeros((last - first, len(names))))
    assert nothing.remaining == ("a", "b")


def test_one_alternative_needs_no_replication():
    best = select(["alone"], lambda *_: pytest.fail("nothing to observe"))
    assert (best.name, best.decided, best.replications) == ("alone", True, {"alone": 0})
    assert best.remaining == ("alone",)


def test_the_limits_against_a_case_by_hand():
    # Two systems, pilot of 2, four fifths of the error of 0.125: eta = ((2 * 0.1) ** -2 - 1) / 2 = 12, h^2 = 24. The
    # differences are -4 and 8: S^2 = 72, mean 2. With delta 12, W(r) = 6 / r * (12 - r): below 2 from r = 9 on.
    values = np.array([[0.0, -4.0], [0.0, 8.0]] * 50)
    best = select(
        ["a", "b"], lambda _, first, last: values[first:last], indifference=12.0, pilot=2, confidence=0.875
    )
    assert [stage.replications for stage in best.stages] == [2, 3, 4, 5, 6, 7, 8, 10]
    assert [stage.dropped for stage in best.stages] == [()] * 7 + [("a",)]


def test_the_clearly_worse_against_a_case_by_hand():
    # Differences of variance 1: the limit of their mean is t(9, 1 - 0.2 * 0.05 / 2) = 3.250 times 1 / sqrt(10).
    # After 20, t(19, 1 - 0.2 * 0.05 / 4) = 3.174 times s / sqrt(20).
    half = np.tile([1.0, -1.0], 5) * math.sqrt(0.9)

    def dropped(mean):
        differences = np.concatenate((mean + half, mean + half))
        values = np.stack((np.zeros(20), differences), axis=1)
        best = select(["a", "b"], lambda _, first, last: values[first:last], indifference=1e-6, most=20)
        return [stage.replications for stage in best.stages if stage.dropped]

    assert dropped(3.25 / math.sqrt(10) + 0.01) == [10]
    assert dropped(3.25 / math.sqrt(10) - 0.01) == [20]
    deviation = math.sqrt(0.9 * 20 / 19)
    assert dropped(3.174 * deviation / math.sqrt(20) + 0.01) == [20]
    assert dropped(3.174 * deviation / math.sqrt(20) - 0.01) == []


def test_the_smallest_difference_that_matters_is_one_per_cent_of_the_best():
    systems = Normal([100.0, 150.0], deviation=1.0)
    best = select(systems.names, systems)
    assert best.indifference == pytest.approx(INDIFFERENCE * 150, rel=0.01)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ({"confidence": 95}, "confidence must lie between 0 and 1"),
        ({"indifference": 0.0}, "above 0"),
        ({"pilot": 1}, "at least 2 replications"),
        ({"pilot": 10, "most": 9}, "at least 2 replications"),
        ({"names": ["a", "a"]}, "names of their own"),
        ({"names": []}, "at least one"),
    ],
)
def test_impossible_arguments(words, message):
    with pytest.raises(ValueError, match=message):
        select(**({"names": ["a", "b"], "observe": Normal([0, 1])} | words))


def test_a_figure_that_does_not_exist_everywhere_is_refused():
    def observe(names, first, last):
        values = np.ones((last - first, len(names)))
        values[3, 1] = np.nan
        return values

    with pytest.raises(ValueError, match="does not exist in replication 3 of 'b'"):
        select(["a", "b"], observe)
