"""Log of contacts with the support desk, and of its staff over time, as columns."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import Floats

NO_LINE = -1
"""Row of a contact that is not about a backorder."""


@dataclass(frozen=True, slots=True)
class Contacts:
    """All contacts of a run, in sequence, and the number of agents on duty.

    Attributes:
        time: of the contact, days, within opening hours.
        line: row of the line in the order book, `NO_LINE` if the contact is not about a backorder.
        waited: days in the queue, until the answer or until the customer left; nan while in the queue.
        served: days the agent needed; nan without an answer.
        answered: True if an agent took the contact.
        staff_time: times at which the number of agents changed, days; empty if it is unlimited.
        staff: agents on duty from that time, including those who finish a contact after hours.
    """

    time: Floats
    line: NDArray[np.int32]
    waited: Floats
    served: Floats
    answered: NDArray[np.bool_]
    staff_time: Floats
    staff: NDArray[np.int64]

    def renumbered(self, away: NDArray[np.bool_]) -> Contacts:
        """Renumber the lines for the book without the rows ``away`` (bool[rows]), which have no contacts."""
        return replace(self, line=_kept(self.line, away)) if len(self.line) else self


def _kept(line: NDArray[np.int32], away: NDArray[np.bool_]) -> NDArray[np.int32]:
    """Renumber rows for the book without the rows ``away``, except `NO_LINE`."""
    return np.where(line == NO_LINE, NO_LINE, (np.cumsum(~away) - 1)[line]).astype(np.int32)


class ContactLog:
    """Growing columns of `Contacts`."""

    def __init__(self) -> None:
        self._time: list[float] = []
        self._line: list[int] = []
        self._waited: list[float] = []
        self._served: list[float] = []
        self._staff_time: list[float] = []
        self._staff: list[int] = []

    def add(self, time: float, line: int) -> int:
        """Add a contact and return its position in the columns.

        Args:
            time: of the contact, days.
            line: row of the line in the order book, or `NO_LINE`.
        """
        self._time.append(time)
        self._line.append(line)
        self._waited.append(math.nan)
        self._served.append(math.nan)
        return len(self._time) - 1

    def answer(self, place: int, waited: float, served: float) -> None:
        """Record the answer to a contact.

        Args:
            place: position of the contact.
            waited: days in the queue.
            served: days the agent needs.
        """
        self._waited[place] = waited
        self._served[place] = served

    def give_up(self, place: int, waited: float) -> None:
        """Record that the customer of the contact at ``place`` left the queue after ``waited`` days."""
        self._waited[place] = waited

    def employ(self, time: float, number: int) -> None:
        """Record the number of agents on duty from ``time`` (days)."""
        if not self._staff or self._staff[-1] != number:
            self._staff_time.append(time)
            self._staff.append(number)

    def columns(self) -> Contacts:
        """Convert to arrays."""
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
