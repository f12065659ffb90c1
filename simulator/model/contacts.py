"""Contacts of customers with the support desk, as columns."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

Column = NDArray[np.float64]

NO_LINE = -1
"""Row of a contact that is not about a backorder."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """All contacts of a run, in the sequence in which they were made, and how many agents there were.

    time: when the customer asked (days; in the opening hours). line: row of its line in the order book, -1 where
    it is about something else. waited: days until an agent answered, or until it gave up; nan while in the queue.
    served: days the agent needed; nan where none answered. answered: whether one did.
    staff_time, staff: from then on so many agents were on duty, finishing a contact after hours included; empty
    where there are always enough.
    """

    time: Column
    line: NDArray[np.int32]
    waited: Column
    served: Column
    answered: NDArray[np.bool_]
    staff_time: Column
    staff: NDArray[np.int64]

    def renumbered(self, away: NDArray[np.bool_]) -> Contacts:
        """The same for an order book without the rows ``away``, about which there are no contacts."""
        return replace(self, line=_kept(self.line, away)) if len(self.line) else self


def _kept(line: NDArray[np.int32], away: NDArray[np.bool_]) -> NDArray[np.int32]:
    return np.where(line == NO_LINE, NO_LINE, (np.cumsum(~away) - 1)[line]).astype(np.int32)


class ContactLog:
    """The columns of `Contacts` while they grow."""

    def __init__(self) -> None:
        self._time: list[float] = []
        self._line: list[int] = []
        self._waited: list[float] = []
        self._served: list[float] = []
        self._staff_time: list[float] = []
        self._staff: list[int] = []

    def add(self, time: float, line: int) -> int:
        """A customer asks; returns the place of the contact in the columns."""
        self._time.append(time)
        self._line.append(line)
        self._waited.append(math.nan)
        self._served.append(math.nan)
        return len(self._time) - 1

    def answer(self, place: int, waited: float, served: float) -> None:
        """An agent takes the contact."""
        self._waited[place] = waited
        self._served[place] = served

    def give_up(self, place: int, waited: float) -> None:
        """The customer leaves the queue."""
        self._waited[place] = waited

    def employ(self, time: float, number: int) -> None:
        """So many agents are on duty from now on."""
        if not self._staff or self._staff[-1] != number:
            self._staff_time.append(time)
            self._staff.append(number)

    def columns(self) -> Contacts:
        """All of it as arrays."""
        served = np.array(self._served, dtype=np.float64)
        return Contacts(
            time=np.array(self._time, dtype=np.float64),
            line=np.array(self._line, dtype=np.int32),
            waited=np.array(self._waited, dtype=np.float64),
            served=served,
            answered=~np.isnan(served),
            staff_time=np.array(self._staff_time, dtype=np.float64),
            staff=np.array(self._staff, dtype=np.int64),
        )
