"""Waiting lines: who is admitted, who is served, in what sequence."""

from __future__ import annotations

from array import array

import pytest

from simulator.model.allocation.threshold_clearing import ThresholdClearing
from simulator.model.allocation.waiting_list import WaitingList

GOLD, STANDARD = 0, 1


class Lines:
    """Lines with a need and a segment each, and a discipline that the test plays as a stock would."""

    def __init__(self, *lines: tuple[float, int]) -> None:
        self.asked = [need for need, _ in lines]
        self.need = array("d", [0.0] * len(lines))
        self.segment = array("h", [segment for _, segment in lines])

    def listed(
        self,
        *,
        by_time: bool = False,
        levels: tuple[float, float] = (0, 0),
        clearing: tuple[float, float] | None = None,
        split: bool = True,
        overtaking: bool = False,
    ) -> WaitingList:
        rank = array("d", range(len(self.need)) if by_time else self.segment)
        return WaitingList(
            self.need,
            self.segment,
            range(len(self.need)),
            lambda _: rank,
            lambda _: rank,
            levels,
            clearing or levels,
            split=split,
            overtaking=overtaking,
            own=range(len(self.need)),
        )

    def arrive(self, waiting: WaitingList | ThresholdClearing, line: int, on_hand: float) -> float:
        self.need[line] = self.asked[line]
        units = waiting.admit(line, on_hand)
        self.need[line] -= units
        if self.need[line] > 0:
            waiting.join(line)
        return units

    def serve(
        self, waiting: WaitingList | ThresholdClearing, on_hand: float, landed: float = 0.0
    ) -> list[tuple[int, float]]:
        service = waiting.serve(on_hand, landed, 0.0)
        for line, units in service:
            self.need[line] -= units
        return service


def test_the_important_class_is_served_first_and_by_time_within_it() -> None:
    lines = Lines((1, STANDARD), (1, GOLD), (1, GOLD), (1, STANDARD))
    waiting = lines.listed()
    for line in range(4):
        assert lines.arrive(waiting, line, 0) == 0
    assert lines.serve(waiting, 3) == [(1, 1), (2, 1), (0, 1)]
    assert len(waiting) == 1


def test_a_line_does_not_pass_its_own_class_but_passes_a_lower_one() -> None:
    lines = Lines((5, STANDARD), (1, STANDARD), (1, GOLD))
    waiting = lines.listed(split=False)
    assert lines.arrive(waiting, 0, 3) == 0
    assert lines.arrive(waiting, 1, 3) == 0
    assert lines.arrive(waiting, 2, 3) == 1


def test_with_overtaking_what_can_be_filled_passes_what_cannot() -> None:
    lines = Lines((5, GOLD), (1, GOLD), (4, GOLD))
    waiting = lines.listed(by_time=True, split=False, overtaking=True)
    assert lines.arrive(waiting, 0, 3) == 0
    assert lines.arrive(waiting, 1, 3) == 1
    assert lines.arrive(waiting, 2, 2) == 0
    assert lines.serve(waiting, 4) == [(2, 4)]
    assert lines.serve(waiting, 5) == [(0, 5)]


def test_an_unsplit_line_holds_back_those_behind_it() -> None:
    lines = Lines((5, GOLD), (1, GOLD))
    waiting = lines.listed(by_time=True, split=False)
    lines.arrive(waiting, 0, 0)
    lines.arrive(waiting, 1, 0)
    assert lines.serve(waiting, 4) == []
    assert lines.serve(waiting, 6) == [(0, 5), (1, 1)]


def test_a_split_line_takes_what_there_is() -> None:
    lines = Lines((5, GOLD), (2, GOLD))
    waiting = lines.listed(by_time=True)
    assert lines.arrive(waiting, 0, 2) == 2
    lines.arrive(waiting, 1, 0)
    assert lines.serve(waiting, 4) == [(0, 3), (1, 1)]
    assert lines.need[1] == 1


@pytest.mark.parametrize(("on_hand", "units"), [(2, 0), (3, 1), (4, 2), (9, 2)])
def test_a_class_is_admitted_down_to_its_level(on_hand: float, units: float) -> None:
    lines = Lines((2, STANDARD))
    assert lines.arrive(lines.listed(levels=(0, 2)), 0, on_hand) == units


def test_the_reserve_is_rebuilt_before_a_lower_class_is_served() -> None:
    lines = Lines((1, STANDARD), (1, GOLD))
    waiting = lines.listed(levels=(0, 2))
    lines.arrive(waiting, 0, 0)
    lines.arrive(waiting, 1, 0)
    assert lines.serve(waiting, 1) == [(1, 1)]
    assert lines.serve(waiting, 2) == []
    assert lines.serve(waiting, 3) == [(0, 1)]


def test_where_the_level_binds_on_arrivals_only_the_landed_unit_is_cleared_and_the_reserve_stays() -> None:
    lines = Lines((1, STANDARD), (1, STANDARD), (1, STANDARD))
    waiting = lines.listed(levels=(0, 2), clearing=(0, 0))
    for line in range(3):
        assert lines.arrive(waiting, line, 2) == 0
    assert lines.serve(waiting, 3, landed=1) == [(0, 1)]
    assert lines.serve(waiting, 2) == []
    assert lines.serve(waiting, 4, landed=2) == [(1, 1), (2, 1)]


def test_a_line_that_left_is_passed_over() -> None:
    lines = Lines((1, GOLD), (1, GOLD))
    waiting = lines.listed(by_time=True)
    lines.arrive(waiting, 0, 0)
    lines.arrive(waiting, 1, 0)
    waiting.leave(0)
    lines.need[0] = 0
    assert lines.serve(waiting, 5) == [(1, 1)]
    assert len(waiting) == 0


def claims(lines: Lines, reserve: float) -> ThresholdClearing:
    return ThresholdClearing(lines.need, lines.segment, [True, False], reserve)


def test_threshold_clearing_serves_the_oldest_claim_even_if_it_is_ordinary() -> None:
    lines = Lines((1, STANDARD), (1, GOLD))
    waiting = claims(lines, 0)
    lines.arrive(waiting, 0, 0)
    lines.arrive(waiting, 1, 0)
    assert lines.serve(waiting, 1) == [(0, 1)]
    assert lines.serve(waiting, 1) == [(1, 1)]


def test_an_important_line_takes_from_the_reserve_and_its_claim_refills_it() -> None:
    lines = Lines((1, GOLD), (1, STANDARD))
    waiting = claims(lines, 2)
    assert lines.arrive(waiting, 0, 2) == 1  # no free unit: from the reserve, which now lacks one
    assert lines.arrive(waiting, 1, 1) == 0
    assert lines.serve(waiting, 2) == []  # the oldest claim is gold's and refills the reserve
    assert lines.serve(waiting, 3) == [(1, 1)]


def test_an_important_claim_serves_whoever_of_them_waits_longest() -> None:
    lines = Lines((1, GOLD), (1, STANDARD), (1, GOLD))
    waiting = claims(lines, 1)
    assert lines.arrive(waiting, 0, 1) == 1
    assert lines.arrive(waiting, 1, 0) == 0
    assert lines.arrive(waiting, 2, 0) == 0
    assert lines.serve(waiting, 1) == [(2, 1)]
    assert lines.serve(waiting, 1) == [(1, 1)]
    assert lines.serve(waiting, 1) == []  # back in the reserve


def test_what_lies_above_the_reserve_is_for_anybody() -> None:
    lines = Lines((4, STANDARD), (4, GOLD))
    waiting = claims(lines, 2)
    assert lines.arrive(waiting, 0, 5) == 3  # 2 stay
    assert lines.arrive(claims(lines, 2), 1, 5) == 4  # one of them from the reserve


def test_substitutes_are_taken_from_what_lies_above_the_reserve_alone() -> None:
    lines = Lines((1, GOLD))
    waiting = claims(lines, 2)
    assert [waiting.spare(segment, 5) for segment in (GOLD, STANDARD)] == [3, 3]
    assert [waiting.spare(GOLD, on_hand) for on_hand in (3, 2, 1, 0)] == [1, 0, 0, 0]
    assert lines.arrive(waiting, 0, 2) == 1  # from the reserve of two, one of which is on hand
    assert [waiting.spare(GOLD, on_hand) for on_hand in (1, 4)] == [0, 3]


def test_a_claim_refills_what_was_taken_from_the_reserve_and_no_more() -> None:
    lines = Lines((3, GOLD), (1, STANDARD), (9, STANDARD))
    waiting = claims(lines, 2)
    assert lines.arrive(waiting, 0, 3) == 3  # one is free, the reserve of two is lent
    assert waiting.admit(2, 0) == 0
    assert lines.arrive(waiting, 1, 0) == 0
    assert lines.serve(waiting, 2) == []  # the reserve is full again
    assert lines.serve(waiting, 3) == [(1, 1)]
    assert [waiting.spare(STANDARD, on_hand) for on_hand in (2, 3)] == [0, 1]
    assert lines.arrive(waiting, 2, 7) == 5


def test_an_important_claim_may_serve_several_lines_and_leaves_the_reserve_lent() -> None:
    lines = Lines((2, GOLD), (1, STANDARD), (1, GOLD), (1, GOLD))
    waiting = claims(lines, 2)
    assert lines.arrive(waiting, 0, 2) == 2
    for line in (1, 2, 3):
        assert lines.arrive(waiting, line, 0) == 0
    assert lines.serve(waiting, 2) == [(2, 1), (3, 1)]
    assert lines.serve(waiting, 1) == [(1, 1)]
    assert lines.serve(waiting, 2) == []  # now the reserve is filled
    assert waiting.spare(STANDARD, 3) == 1


def test_while_the_reserve_is_lent_as_much_less_is_kept_back() -> None:
    lines = Lines((1, GOLD), (9, STANDARD))
    waiting = claims(lines, 2)
    assert lines.arrive(waiting, 0, 2) == 1
    assert lines.arrive(waiting, 1, 4) == 3


def test_landed_units_beyond_all_claims_stay_free() -> None:
    lines = Lines((1, STANDARD), (3, STANDARD), (2, GOLD))
    waiting = claims(lines, 1)
    assert lines.arrive(waiting, 0, 1) == 0
    assert lines.serve(waiting, 6) == [(0, 1)]  # of five above the reserve
    assert waiting.spare(STANDARD, 5) == 4
    assert lines.arrive(waiting, 1, 5) == 3
    assert lines.arrive(waiting, 2, 2) == 2  # one is free, one from the reserve
    assert lines.serve(waiting, 1) == []  # it is the reserve's


def test_a_void_claim_takes_nothing() -> None:
    lines = Lines((2, STANDARD), (1, STANDARD))
    waiting = claims(lines, 1)
    lines.arrive(waiting, 0, 1)
    lines.arrive(waiting, 1, 1)
    waiting.leave(0)
    lines.need[0] = 0
    assert lines.serve(waiting, 2) == [(1, 1)]
    assert len(waiting) == 0


def test_ranks_that_change_are_those_of_the_last_time_units_were_shared_out() -> None:
    need, rank = array("d", [0.0] * 3), array("d", [0.0, 1.0, 2.0])
    waiting = WaitingList(
        need,
        array("h", [0] * 3),
        range(3),
        lambda _: rank,
        lambda _: array("d", [0.0] * 3),
        [0.0],
        [0.0],
        split=True,
        overtaking=False,
        ranks_at=lambda lines, now: [now - line for line in lines],
        own=range(3),
    )
    for line in range(2):
        need[line] = 1.0
        waiting.join(line)
    assert [waiting.rank(line) for line in range(3)] == [0.0, 1.0, 2.0]
    assert waiting.serve(1.0, 1.0, 9.0) == [(1, 1.0)]  # the youngest of those who wait
    assert [waiting.rank(line) for line in range(3)] == [9.0, 8.0, 2.0]
