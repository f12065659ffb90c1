import pytest

from simulator.experiments.optimising.proposals import CompassProposals, ModelProposals
from simulator.experiments.optimising.search_space import Point, Space
from simulator.experiments.sweeping.ranges import read_settings

SPACE = Space.of(
    read_settings(
        ["policies.replenishment.r=0:40", "policies.replenishment.Q=1:200", "policies.allocation=a,b,c"]
    )
)


def searched(seed, batches=12, direction="down"):
    """Points that the model proposes for the distance from (30, 50, b), and the best of them."""
    model = ModelProposals(SPACE, [direction], seed, 8)
    known: dict[Point, float] = {}
    for _ in range(batches):
        for point in model.ask(8, known):
            distance = abs(point[0] - 30) + abs(point[1] - 50) / 5 + 5 * (point[2] != 1)
            known[point] = distance if direction == "down" else -distance
            model.tell(point, [known[point]], {})
    return known


@pytest.mark.parametrize("direction", ["down", "up"])
def test_the_model_learns(direction):
    known = searched(1, direction=direction)
    assert len(known) == 96
    assert min(abs(value) for value in known.values()) <= 8
    early, late = list(known.values())[:16], list(known.values())[-16:]
    assert sum(map(abs, late)) < 0.6 * sum(map(abs, early))


def test_the_same_seed_proposes_the_same():
    assert list(searched(3, 4)) == list(searched(3, 4))
    assert list(searched(3, 4)) != list(searched(4, 4))


@pytest.mark.parametrize(("limited", "low", "high"), [(True, 15, 30), (False, 0, 8)])
def test_limits_are_learnt(limited, low, high):
    model = ModelProposals(SPACE, ["down"], 2, 8)
    known: dict[Point, int] = {}
    for _ in range(12):
        for point in model.ask(8, known):
            known[point] = point[0]
            model.tell(point, [float(point[0])], {"r of at least 20": 20.0 - point[0]} if limited else {})
    late = [point[0] for point in list(known)[-32:]]
    assert low <= sum(late) / len(late) <= high


def test_what_others_have_tried_is_learnt_too():
    model = ModelProposals(SPACE, ["down", "up"], 1, 8)
    for k in range(10):
        model.tell((k, 10 * k, k % 3), [float(k), float(-k)], {"limit": float(k)})
    model.tell((11, 0, 0), None, {})  # impossible, and not proposed by the model: nothing to learn
    (point,) = model.ask(1, ())
    model.tell(point, None, {})  # impossible
    assert len(model.ask(8, [point])) == 8


def test_no_point_is_proposed_twice():
    small = Space.of(read_settings(["policies.replenishment.r=0:9"]))
    model = ModelProposals(small, ["down"], 1, 4)
    known: set[Point] = set()
    for _ in range(5):
        found = model.ask(2, known)
        assert len(set(found)) == len(found)
        assert not known.intersection(found)
        known.update(found)
        for point in found:
            model.tell(point, [1.0], {})
    assert len(known) == 10
    assert model.ask(2, known) == []


def test_the_compass_halves_its_steps():
    space = Space.of(read_settings(["policies.replenishment.r=0:40"]))
    compass = CompassProposals(space)
    assert compass.ask([(20,)], 2, [(20,)]) == [(15,), (25,)]
    assert compass.ask([(20,)], 4, [(20,)]) == [(15,), (25,), (18,), (22,)]  # shorter steps fill up
    known = [(15,), (20,), (25,)]
    assert compass.ask([(20,)], 2, known) == [(18,), (22,)]
    known += [(18,), (22,)]
    assert compass.ask([(20,)], 2, known) == [(19,), (21,)]
    assert compass.ask([(20,)], 2, [*known, (19,), (21,)]) == []
    assert compass.ask([(0,)], 2, []) == [(1,)]  # the steps stay short, and there is nothing below 0


def test_the_compass_goes_across_at_last_and_tries_all_words():
    space = Space.of(read_settings(["policies.replenishment.r=0:5", "policies.allocation=a,b,c"]))
    found = CompassProposals(space).ask([(2, 0)], 99, [])
    assert set(found) == {(1, 0), (3, 0), (2, 1), (2, 2), (1, 1), (1, 2), (3, 1), (3, 2)}
    assert set(found[:4]) == {(1, 0), (3, 0), (2, 1), (2, 2)}


def test_several_centres():
    space = Space.of(read_settings(["policies.replenishment.r=0:40"]))
    assert CompassProposals(space).ask([(10,), (30,)], 4, []) == [(5,), (15,), (25,), (35,)]
