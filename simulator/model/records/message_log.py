"""Log of messages to waiting customers, as columns."""

from __future__ import annotations

from array import array
from dataclasses import dataclass, replace
from enum import IntEnum

import numpy as np
from numpy.typing import NDArray


class MessageKind(IntEnum):
    """Purpose of a message."""

    CONFIRMATION = 0
    UPDATE = 1
    DELAY = 2
    IN_STOCK = 3


@dataclass(frozen=True, slots=True)
class Messages:
    """All messages of a run, sorted by time, then by line.

    Attributes:
        time: days.
        line: row of the line in the order book.
        kind: a `MessageKind`.
        read: True if the customer read the message.
    """

    time: NDArray[np.float64]
    line: NDArray[np.int32]
    kind: NDArray[np.int8]
    read: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.time)

    def renumbered(self, away: NDArray[np.bool_]) -> Messages:
        """Renumber the lines for the book without the rows ``away`` (bool[rows]), which have no messages."""
        return replace(self, line=(np.cumsum(~away) - 1)[self.line].astype(np.int32))


class MessageLog:
    """Growing columns of `Messages`."""

    def __init__(self) -> None:
        self._time = array("d")
        self._line = array("i")
        self._kind = array("b")
        self._read = array("b")

    def add(self, time: float, line: int, kind: MessageKind, *, read: bool) -> None:
        """Add a message.

        Args:
            time: days.
            line: row of the line in the order book.
            kind: purpose of the message.
            read: True if the customer reads it.
        """
        self._time.append(time)
        self._line.append(line)
        self._kind.append(kind)
        self._read.append(read)

    def add_all(
        self, time: NDArray[np.float64], line: NDArray[np.intp], kind: MessageKind, read: NDArray[np.bool_]
    ) -> None:
        """Add many messages of one kind, see `add`; messages about one line must be sorted by time."""
        self._time.frombytes(time.tobytes())
        self._line.frombytes(line.astype(np.int32).tobytes())
        self._kind.extend([kind] * len(time))
        self._read.frombytes(read.astype(np.int8).tobytes())

    def columns(self) -> Messages:
        """Convert to sorted arrays."""
        time, line = np.array(self._time, dtype=np.float64), np.array(self._line, dtype=np.int32)
        sent = np.lexsort((line, time))
        return Messages(
            time=time[sent],
            line=line[sent],
            kind=np.array(self._kind, dtype=np.int8)[sent],
            read=np.array(self._read, dtype=np.bool_)[sent],
        )
