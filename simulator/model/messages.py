"""Messages to customers who wait, as columns."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class Kind(IntEnum):
    """What a message is for."""

    CONFIRMATION = 0
    UPDATE = 1
    DELAY = 2
    IN_STOCK = 3


@dataclass(frozen=True, slots=True)
class Messages:
    """All messages of a run, in the sequence of sending.

    time: days. line: row of the line in the order book. kind: a ``Kind``. read: whether the customer read it.
    """

    time: NDArray[np.float64]
    line: NDArray[np.int32]
    kind: NDArray[np.int8]
    read: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.time)

    def renumbered(self, away: NDArray[np.bool_]) -> Messages:
        """The same for an order book without the rows ``away``, to which none was sent."""
        return replace(self, line=(np.cumsum(~away) - 1)[self.line].astype(np.int32))


class MessageLog:
    """The columns of `Messages` while they grow."""

    def __init__(self) -> None:
        self._time = array("d")
        self._line = array("i")
        self._kind = array("b")
        self._read = array("b")

    def add(self, time: float, line: int, kind: Kind, *, read: bool) -> None:
        """A message is sent."""
        self._time.append(time)
        self._line.append(line)
        self._kind.append(kind)
        self._read.append(read)

    def columns(self) -> Messages:
        """All of it as arrays."""
        return Messages(
            time=np.array(self._time, dtype=np.float64),
            line=np.array(self._line, dtype=np.int32),
            kind=np.array(self._kind, dtype=np.int8),
            read=np.array(self._read, dtype=np.bool_),
        )
