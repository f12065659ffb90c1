"""One event of the clock for many moments."""

from __future__ import annotations

import math

from simulator.model.clock import Alarm, Clock, Moment, Phase


def rings(moments: list[float], following: list[float], end: float = 100.0) -> tuple[list[float], int]:
    """Times at which an alarm rings, set for ``moments`` and then for ``following``, and its number of events."""
    clock, rung, left = Clock(end), list[float](), list(following)

    def ring(moment: Moment) -> Moment:
        assert moment == (clock.now, Phase.ORDER)
        rung.append(clock.now)
        return (left.pop(0) if left else math.inf), Phase.ORDER

    alarm = Alarm(clock, 0, ring)
    for moment in moments:
        alarm.set((moment, Phase.ORDER))
    events = 0
    while clock.peek() < end:
        clock.step()
        events += 1
    return rung, events


def test_it_rings_at_the_first_moment_and_then_at_those_it_is_told_of() -> None:
    assert rings([5.0], [7.0, 7.0, 9.0]) == ([5.0, 7.0, 7.0, 9.0], 4)


def test_later_moments_cost_no_event() -> None:
    assert rings([5.0, 8.0, 6.0], []) == ([5.0], 1)


def test_an_earlier_moment_takes_the_place_of_a_later_one() -> None:
    assert rings([8.0, 5.0], [math.inf]) == ([5.0], 2)


def test_nothing_rings_at_or_after_the_end() -> None:
    assert rings([100.0, math.inf], []) == ([], 0)
    assert rings([99.0], [100.0]) == ([99.0], 1)


def test_within_an_instant_it_rings_in_the_phase_it_is_set_for() -> None:
    clock, rung = Clock(100.0), list[object]()
    following = {(3.0, Phase.RECEIPT): (5.0, Phase.NOTICE), (5.0, Phase.NOTICE): (math.inf, Phase.NOTICE)}

    def ring(moment: Moment) -> Moment:
        rung.append(moment)
        return following[moment]

    alarm = Alarm(clock, 0, ring)
    alarm.set((5.0, Phase.RECEIPT))  # its event stays in the clock, and comes for nothing
    alarm.set((3.0, Phase.RECEIPT))
    clock.call(5.0, Phase.ORDER, 0, lambda _: rung.append("order"))
    clock.run()
    assert rung == [(3.0, Phase.RECEIPT), "order", (5.0, Phase.NOTICE)]
