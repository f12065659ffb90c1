"""Threshold clearing: waiting list of one stock in which landed units go to the oldest claim."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from simulator.model.allocation.waiting_list import Service
from simulator.values.arrays import FloatView, IntegerView


class ThresholdClearing:
    """Waiting list under threshold clearing (Deshpande, Cohen & Donohue 2003); methods as in `WaitingList`.

    The stock is split into free units and a reserve for the important lines. While there are free units, any
    line takes them. Otherwise every line enters a claim for the units it lacks in one common list, and an
    important line then takes reserve units while there are any. Landed units go to the oldest claim. The
    claim of an ordinary line serves that line. The claim of an important line serves the important line that
    waits longest; if none waits, it refills the reserve.

    Args:
        need: units that each line lacks, by line.
        segment: segment code of each line.
        important: True for segments that may take reserve units, by segment.
        reserve: units.
    """

    def __init__(
        self, need: FloatView, segment: IntegerView, important: Sequence[bool], reserve: float
    ) -> None:
        self._need = need
        self._segment = segment
        self._important = important
        self._reserve = reserve
        self._borrowed = 0.0
        """Units that the reserve lacks; each is covered by an important line's claim."""
        self._claims: deque[list[float]] = deque()
        """Claims, [line, units], oldest first."""
        self._claim_of: dict[int, list[float]] = {}
        self._longest: deque[int] = deque()
        """Important lines that wait, oldest first; a line that left stays until it comes up."""
        self._count = 0

    changes = False
    """Ranks never change, since claims keep their sequence."""

    def __len__(self) -> int:
        return self._count

    def rank(self, line: int) -> float:  # noqa: ARG002 - claims are as old as their lines
        """Return 0: lines rank by time, as claims do; claims that refill the reserve are not considered."""
        return 0.0

    def admit(self, line: int, on_hand: float) -> float:
        """Return the units an arriving line gets: free units, and for an important line reserve units."""
        free = max(0.0, on_hand - (self._reserve - self._borrowed))
        need = self._need[line]
        if not self._is_important(line) or free >= need:
            return min(need, free)
        units = min(need, on_hand)
        if units > free:
            self._claim(line, units - free)
            self._borrowed += units - free
        return units

    def levels(self, largest: float) -> None:
        """Return ``None``: the units that the reserve lacks matter, too."""

    def spare(self, segment: int, on_hand: float) -> float:  # noqa: ARG002 - the reserve is for its own lines
        """Return the free units, for a customer of another product; there are none while a line waits."""
        return max(0.0, on_hand - (self._reserve - self._borrowed))

    def free(self, on_hand: float) -> float:
        """Return the units that may leave the stock, which are the free ones."""
        return self.spare(0, on_hand)

    def join(self, line: int) -> None:
        """Add a waiting line, with a claim for the units it lacks."""
        self._claim(line, self._need[line])
        if self._is_important(line):
            self._longest.append(line)
        self._count += 1

    def join_all(self, lines: NDArray[np.intp]) -> None:
        """Add waiting lines one by one."""
        for line in lines.tolist():
            self.join(line)

    def _is_important(self, line: int) -> bool:
        return self._important[self._segment[line]]

    def _claim(self, line: int, units: float) -> None:
        claim = self._claim_of.get(line)
        if claim is None:
            claim = self._claim_of[line] = [line, 0.0]
            self._claims.append(claim)
        claim[1] += units

    def leave(self, line: int) -> None:
        """Remove a line and void its claim for the units it lacked, which its ``need`` must still hold."""
        self._claim_of[line][1] -= self._need[line]
        self._count -= 1

    def serve(self, on_hand: float, landed: float, now: float) -> Service:  # noqa: ARG002 - no ranks to renew
        """Allocate landed units to the oldest claims; all units on hand beyond the reserve have landed."""
        landed = on_hand - (self._reserve - self._borrowed)
        lacks: dict[int, float] = {}
        service: Service = []
        while landed > 0 and self._claims:
            claim = self._claims[0]
            line, units = int(claim[0]), min(claim[1], landed)
            if self._is_important(line):
                self._serve_important(units, lacks, service)
            elif units > 0:
                self._give(line, units, lacks, service)
            landed -= units
            claim[1] -= units
            if claim[1] <= 0:
                self._claims.popleft()
                del self._claim_of[line]
        return service

    def _serve_important(self, units: float, lacks: dict[int, float], service: Service) -> None:
        """Serve the important lines that wait longest; units left over refill the reserve."""
        while units > 0 and self._longest:
            line = self._longest[0]
            given = min(units, lacks.get(line, self._need[line]))
            if given > 0:  # else the line has left
                self._give(line, given, lacks, service)
            if lacks.get(line, 0.0) <= 0:
                self._longest.popleft()
            units -= given
        self._borrowed -= units

    def _give(self, line: int, units: float, lacks: dict[int, float], service: Service) -> None:
        service.append((line, units))
        lacks[line] = lacks.get(line, self._need[line]) - units
        if lacks[line] <= 0:
            self._count -= 1
