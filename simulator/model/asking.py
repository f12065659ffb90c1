"""When customers who wait ask where their order is: a rate that rises with silence and with a broken promise."""

from __future__ import annotations

import math
from collections.abc import Callable

from simulator.model.hazard import nth_uniform
from simulator.model.support_desk import SupportDesk
from simulator.scenario.support import Ask


def contact_rate(ask: Ask, silence: float, *, broken: bool) -> float:
    """Contacts a day of a line that waits.

    ``silence``: days since the last message (or since the order); ``broken``: whether the last promise is broken.
    """
    told = ask.silent if silence >= ask.silence else ask.informed
    return max(told, ask.broken_promise) if broken else told


class Enquiries:
    """The way to the support desk: how often customers take it, and what it brings them."""

    def __init__(self, ask: Ask, desk: SupportDesk) -> None:
        self._ask = ask
        self._desk = desk

    def rate(self, *, silent: bool, broken: bool) -> float:
        """Contacts a day, see ``contact_rate``; ``silent``: whether the customer feels forgotten."""
        return contact_rate(self._ask, math.inf if silent else 0.0, broken=broken)

    def forgotten(self, told: float) -> float:
        """When a customer who was told something then feels forgotten, in days.

        To be compared with the time itself: ``now - told`` may fall short of the silence by a rounding error at
        the very moment that was planned.
        """
        return told + self._ask.silence

    def ask(self, row: int, answered: Callable[[], None], given_up: Callable[[], None]) -> None:
        """The customer of a line (its row in the order book) asks now, or when the desk opens."""
        self._desk.contact(row, answered, given_up)


class Asking:
    """When one customer asks where the order is: a Poisson process with a rate that changes, contacts a day.

    The k-th contact comes when the cumulative rate has grown by an exponential number made of the customer's own
    uniform number.
    """

    __slots__ = ("_at", "_count", "_cumulative", "_limit", "_rate", "_uniform")

    def __init__(self, uniform: float) -> None:
        self._uniform = uniform
        self._count = 0
        self._cumulative = 0.0
        self._limit = self._gap()
        self._at = 0.0
        self._rate = 0.0

    def _gap(self) -> float:
        return -math.log1p(-nth_uniform(self._uniform, self._count))

    def change(self, waited: float, rate: float) -> None:
        """From now on, after ``waited`` days, contacts come at this rate."""
        if rate != self._rate:
            self._cumulative += self._rate * (waited - self._at)
            self._at, self._rate = waited, rate

    def when(self) -> float:
        """Days after which the next contact comes if nothing changes any more."""
        if self._rate == 0.0:
            return math.inf
        return max(self._at, self._at + (self._limit - self._cumulative) / self._rate)

    def asked(self) -> None:
        """The contact that was due has come."""
        self._count += 1
        self._limit += self._gap()
