"""Sharing of units among warehouses that wait for them, worked out by hand."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.model.network.sharing import evenly, in_proportion, in_sequence


def test_one_after_the_other() -> None:
    assert in_sequence([3, 4, 2], 5) == [3, 2, 0]
    assert in_sequence([3, 4, 2], 5, whole=True) == [3, 0, 0]
    assert in_sequence([3, 4, 2], 5, whole=True, overtaking=True) == [3, 0, 2]


@pytest.mark.parametrize(
    ("wanted", "units", "shares"),
    [
        ([5, 3, 2], 20, [5, 3, 2]),
        ([5, 3, 2], 5, [3, 1, 1]),  # 2.5, 1.5, 1: the fifth unit goes to the first of two equal remainders
        ([1, 1, 1], 2, [1, 1, 0]),
        ([6, 3], 4, [3, 1]),  # 2.67 and 1.33
        ([0.5, 2.5], 1.5, [0.5, 1.0]),  # 0.25 and 1.25: half a unit is left, and goes to the first remainder
        ([5, 3], 0, [0, 0]),
    ],
)
def test_in_proportion_to_what_each_waits_for(wanted: list[float], units: float, shares: list[float]) -> None:
    assert in_proportion(wanted, units) == shares


@pytest.mark.parametrize(
    ("units", "supplied", "demand", "days", "shares"),
    [
        # 2 and -4 days: six units bring the second to 2, too; the seventh goes to the first
        (7, [2, -4], [1, 1], [0, 0], [1, 6]),
        # twice the demand needs twice the units: -2 and -2 days, of three units two go to the second
        (3, [-2, -4], [1, 2], [0, 0], [1, 2]),
        # as much in stock, but six days further away
        (5, [4, 4], [1, 1], [0, 6], [0, 5]),
        # who is asked for nothing and has a backlog comes first, who has none last
        (3, [-1, 0], [0, 1], [0, 0], [1, 2]),
        (3, [0, 50], [0, 1], [0, 0], [0, 3]),
        # the first waits for no more than 9
        (12, [-20, 0], [1, 1], [0, 0], [9, 3]),
    ],
)
def test_so_that_all_last_equally_long(
    units: float, supplied: list[float], demand: list[float], days: list[float], shares: list[float]
) -> None:
    assert evenly([9, 9], units, supplied=supplied, demand=demand, days=days) == shares


quantities = st.lists(st.integers(0, 12), min_size=2, max_size=4)


@given(quantities, st.integers(0, 40), st.data())
def test_the_first_to_run_out_does_so_as_late_as_it_can(
    wanted: list[int], units: int, data: st.DataObject
) -> None:
    def each(least: int, most: int) -> list[int]:
        return data.draw(st.lists(st.integers(least, most), min_size=len(wanted), max_size=len(wanted)))

    supplied, demand, days = each(-9, 9), each(1, 4), each(0, 5)
    shares = evenly(wanted, units, supplied=supplied, demand=demand, days=days)
    assert sum(shares) == min(units, sum(wanted))
    assert all(0 <= share <= want for share, want in zip(shares, wanted, strict=True))
    lasts = [
        (have + share) / rate - way
        for have, share, rate, way in zip(supplied, shares, demand, days, strict=True)
    ]
    for low in range(
        len(wanted)
    ):  # nobody who waits could be helped by a unit of another who lasts longer then
        for high in range(len(wanted)):
            if shares[low] < wanted[low] and shares[high] > 0:
                left = (supplied[high] + shares[high] - 1) / demand[high] - days[high]
                assert min(lasts[low], lasts[high]) >= min(
                    left, (supplied[low] + shares[low] + 1) / demand[low] - days[low]
                )


@given(quantities, st.integers(0, 40))
def test_shares_in_proportion_add_up_and_are_whole(wanted: list[int], units: int) -> None:
    shares = in_proportion(wanted, units)
    assert sum(shares) == min(units, sum(wanted))
    for share, want in zip(shares, wanted, strict=True):
        assert share == int(share)
        assert abs(share - want * min(1.0, units / max(1, sum(wanted)))) < 1
        assert 0 <= share <= want
