"""Contacts of waiting customers: Poisson process with a rate that silence and a broken promise raise."""

from __future__ import annotations

import math
from collections.abc import Callable

from simulator.model.patience.cancellation_hazard import nth_uniform
from simulator.model.waiting.support_desk import SupportDesk
from simulator.scenario.sections.support_desk import Ask


def contact_rate(ask: Ask, *, silent: bool, broken: bool) -> float:
    """Return the contact rate of a waiting line, in contacts per day.

    Args:
        ask: rates of the scenario.
        silent: True if the time since the order or the last message exceeds ``ask.silence``.
        broken: True if the delivery date known to the customer has passed.
    """
    rate = ask.silent if silent else ask.informed
    return max(rate, ask.broken_promise) if broken else rate


class ContactChannel:
    """Access of waiting customers to the support desk: contact rates, and contacts themselves."""

    def __init__(self, ask: Ask, desk: SupportDesk) -> None:
        self.rates = ask
        self._desk = desk

    def forgotten(self, told: float) -> float:
        """Return the time (days) from which a customer last informed at ``told`` counts as left in silence.

        Compare it with the present time: at the planned moment ``now - told`` may fall short of the silence
        by a rounding error.
        """
        return told + self.rates.silence

    def ask(self, row: int, answered: Callable[[], None], given_up: Callable[[], None]) -> None:
        """Contact the support desk now, or when it opens.

        Args:
            row: row of the line in the order book.
            answered: called when an agent takes the contact.
            given_up: called when the customer leaves the desk's queue.
        """
        self._desk.contact(row, answered, given_up)


class ContactProcess:
    """Contact process of one customer: Poisson, with a rate in contacts per day that changes over time.

    Between two contacts the cumulative rate grows by an exponential number with mean 1; the k-th of these
    numbers is derived from the customer's uniform number.
    """

    __slots__ = ("_changed", "_count", "_cumulative", "_rate", "_target", "_uniform")

    def __init__(self, uniform: float) -> None:
        self._uniform = uniform
        self._count = 0
        self._cumulative = 0.0
        self._target = self._gap()
        self._changed = 0.0
        self._rate = 0.0

    def _gap(self) -> float:
        """Return the growth of the cumulative rate up to the next contact."""
        return -math.log1p(-nth_uniform(self._uniform, self._count))

    def change(self, waited: float, rate: float) -> None:
        """Change the rate (contacts per day) after ``waited`` days."""
        if rate != self._rate:
            self._cumulative += self._rate * (waited - self._changed)
            self._changed, self._rate = waited, rate

    def when(self) -> float:
        """Return the days of waiting after which the next contact comes at the present rate."""
        if self._rate == 0.0:
            return math.inf
        return max(self._changed, self._changed + (self._target - self._cumulative) / self._rate)

    def asked(self) -> None:
        """Draw the gap to the next contact, after one has been made."""
        self._count += 1
        self._target += self._gap()
