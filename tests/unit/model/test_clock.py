"""Absolute event times, and the sequence of phases at one instant."""

from __future__ import annotations

from functools import partial

from simulator.model.clock import Clock, Phase


def note(seen: list[str], name: str, event: object) -> None:
    seen.append(name)


def test_an_event_happens_at_its_time_to_the_last_bit() -> None:
    clock = Clock(end=10.0)
    times = [0.1 + 0.2, 0.7, 1e-17, 3.3]
    seen: list[float] = []
    for time in times:
        clock.call(time, Phase.ORDER, 0, lambda _: seen.append(clock.now))
    clock.run()
    assert seen == sorted(times)


def test_at_one_instant_the_phases_come_in_their_order_whatever_was_planned_first() -> None:
    clock = Clock(end=10.0)
    seen: list[str] = []
    for phase in reversed(Phase):
        clock.call(2.0, phase, 0, partial(note, seen, phase.name))
    clock.run()
    assert seen == [
        "RECEIPT",
        "RELEASE",
        "CANCELLATION",
        "ANNOUNCEMENT",
        "ORDER",
        "LOSS",
        "TRANSFER",
        "REVIEW",
        "EXPEDITING",
        "NOTICE",
    ]


def test_within_a_phase_the_place_decides_then_who_planned_first() -> None:
    clock = Clock(end=10.0)
    seen: list[str] = []
    for place, name in ((2, "c"), (1, "a"), (1, "b")):
        clock.call(2.0, Phase.ORDER, place, partial(note, seen, name))
    clock.run()
    assert seen == ["a", "b", "c"]


def test_what_a_receipt_brings_about_at_its_instant_comes_before_the_orders_of_that_instant() -> None:
    clock = Clock(end=10.0)
    seen: list[str] = []
    clock.call(2.0, Phase.ORDER, 0, lambda _: seen.append("order"))
    clock.call(
        1.0, Phase.REVIEW, 0, lambda _: clock.call(2.0, Phase.RECEIPT, 0, lambda _: seen.append("receipt"))
    )
    clock.run()
    assert seen == ["receipt", "order"]
