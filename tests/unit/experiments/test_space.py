import numpy as np
import pytest

from simulator.experiments.optimising.search_space import Space
from simulator.experiments.sweeping.ranges import read_settings


def axis(text):
    (found,) = Space.of(read_settings([text])).axes
    return found


def texts(text):
    found = axis(text)
    return [found.text(place) for place in range(len(found))]


@pytest.mark.parametrize(
    "path",
    [
        *("policies.replenishment.r", "products.tea.replenishment.S", "policies.replenishment.Q"),
        *("policies.allocation.levels.gold", "warehouses.w.stock.tea", "warehouses.w.stock"),
        *("policies.sourcing.expedite_to", "products.tea.sourcing.threshold", "suppliers.far.maximum"),
    ],
)
def test_goods_are_counted_in_whole_units(path):
    assert texts(f"{path}=3:7") == ["3", "4", "5", "6", "7"]


def test_goods_with_decimals_are_not():
    assert len(axis("policies.replenishment.r=3.5:7")) > 100


def test_other_ranges_have_steps_of_a_round_size():
    days = axis("policies.replenishment.cover=5:20 days")
    assert days.numbers is not None
    assert np.diff(days.numbers) == pytest.approx(0.02)
    assert (days.text(0), days.text(1), days.text(len(days) - 1)) == ("5.0 days", "5.02 days", "20.0 days")
    shares = axis("customers.all.will_wait=0:1")
    assert len(shares) == 1001
    assert shares.text(500) == "0.5"
    assert axis("products.tea.price=0.123:0.456").text(0) == "0.123"


def test_large_quantities_have_longer_steps():
    large = axis("policies.replenishment.S=0:50000")
    assert texts("policies.replenishment.S=0:50000")[:3] == ["0", "5", "10"]
    assert large.text(len(large) - 1) == "50000"


def test_wide_ranges_are_looked_through_by_factors():
    wide = axis("products.tea.backorder_cost=0.01:10")
    assert wide.by_factors
    assert wide.numbers is not None
    assert wide.text(0) == "0.01"
    assert wide.text(len(wide) - 1) == "10.0"
    assert (wide.numbers[1:] / wide.numbers[:-1]).max() < 1.12
    assert wide.nearest(0.5) == int(np.abs(wide.numbers - 0.5).argmin())
    assert axis("policies.replenishment.Q=1:200").by_factors
    assert not axis("policies.replenishment.Q=0:200").by_factors


def test_lists_of_numbers_have_an_order_and_lists_of_words_none():
    numbers, words = axis("policies.replenishment.Q=24,12,48"), axis("policies.allocation=fcfs,priority")
    assert numbers.ordered
    assert texts("policies.replenishment.Q=24,12,48") == ["12", "24", "48"]
    assert not words.ordered
    assert texts("policies.allocation=fcfs,priority") == ["fcfs", "priority"]


def test_a_space():
    space = Space.of(read_settings(["policies.replenishment.r=3:7", "policies.allocation=fcfs,priority"]))
    assert space.size == 10
    points = list(space.points())
    assert points[:3] == [(0, 0), (0, 1), (1, 0)]
    assert len(points) == 10
    assert space.values((2, 1)) == {"policies.replenishment.r": "5", "policies.allocation": "priority"}
    assert [(one.path, place) for one, place in space.ends((4, 1))] == [("policies.replenishment.r", 4)]
    assert space.ends((2, 0)) == []
