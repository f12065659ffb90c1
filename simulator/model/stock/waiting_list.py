"""Waiting lines of one stock, and which of them landed units go to.

Two disciplines with the same methods: ``WaitingList`` serves by rank and level, ``ClaimList`` (in `claims`) by claims.
Lines are named by their place in the table of lines. ``need`` is the column of units that each line still lacks; the
demand point writes it, a discipline only reads it. A line that lacks nothing has left.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Sequence
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import FloatView, IntegerView

Service = list[tuple[int, float]]
"""Lines and the units they are given, in sequence."""
Heap = list[tuple[float, int]]
"""(rank, line), the lowest first."""
Levels = tuple[float, float]
"""Units that stay on hand after serving: of what was on hand before, and of what has landed."""
_LAST = (math.inf, sys.maxsize)
"""Behind everybody, lines of infinite rank included."""
RanksAt = Callable[[list[int], float], list[float]]
"""Ranks of some lines at a time."""


class WaitingList:
    """Lines served by rank, each only while its level stays on hand.

    A waiting line may have what lies above its admission level, and landed units down to its clearing level.
    One heap for each pair of levels in use: within a heap the sequence is by rank, and the best head for which
    there are units is served first. A line that left stays in its heap until it comes up (lazy deletion).
    ``ranks`` and ``standings`` make the columns of rank and standing, when somebody first has to know; their first
    element is that of line ``first``. Levels are listed by segment.
    """

    def __init__(
        self,
        need: FloatView,
        segment: IntegerView,
        ranks: Callable[[], FloatView],
        standings: Callable[[], FloatView],
        admission_levels: Sequence[float],
        clearing_levels: Sequence[float],
        *,
        split: bool,
        overtaking: bool,
        ranks_at: RanksAt | None = None,
        first: int = 0,
    ) -> None:
        self._need = need
        self._segment = segment
        self._ranks = ranks
        self._standings = standings
        self._admission_levels = admission_levels
        self._clearing_levels = clearing_levels
        self._levels = list(zip(admission_levels, clearing_levels, strict=True))
        self._split = split
        self._overtaking = overtaking
        self._ranks_at = ranks_at
        self._first = first
        self._heaps: dict[Levels, Heap] = {}
        self._count = 0

    @property
    def changes(self) -> bool:
        """Whether serving may give waiting lines other ranks."""
        return self._ranks_at is not None

    def __len__(self) -> int:
        return self._count

    def rank(self, line: int) -> float:
        """Rank by the allocation policy, the lowest first; where ranks change, when units were last shared out."""
        return self._rank[line - self._first]

    def admit(self, line: int, on_hand: float) -> float:
        """All the line asks for if its level then stays; else what there is above the level, if it may be split."""
        free = on_hand - self._admission_levels[self._segment[line]]
        if free <= 0 or (self._count and not self._overtaking and self._stands_behind(line)):
            return 0.0
        if free >= self._need[line]:
            return self._need[line]
        return free if self._split else 0.0

    def levels(self, largest: float) -> NDArray[np.float64] | None:
        """Admission levels by segment, if they alone decide what lines of at most ``largest`` units get, else ``None``.

        They do if who waits is always one whose level is not below what is on hand: lines can then be served to the
        last unit, down to their admission level, and nobody stands behind a line of a higher level than their own.
        """
        admission, clearing = self._admission_levels, self._clearing_levels
        if not (self._split or largest <= 1.0) or not all(level.is_integer() for level in admission):
            return None
        if any(after > before for before, after in zip(admission, clearing, strict=True)):
            return None
        levels = np.array(admission)
        if not self._overtaking and len(set(admission)) > 1 and not self._standing_rises_with(levels):
            return None
        return levels

    def _standing_rises_with(self, levels: NDArray[np.float64]) -> bool:
        """Whether any line of a higher level has a higher standing."""
        standing = np.asarray(self._standing)
        level = levels[np.asarray(self._segment)[self._first : self._first + len(standing)]]
        highest = -math.inf
        for one in sorted(set(self._admission_levels)):
            standings = standing[level == one]
            if len(standings) and standings.min() <= highest:
                return False
            highest = max(highest, standings.max(initial=-math.inf))
        return True

    @cached_property
    def _rank(self) -> FloatView:
        return self._ranks()

    @cached_property
    def _standing(self) -> FloatView:
        return self._standings()

    def spare(self, segment: int, on_hand: float) -> float:
        """Units for a customer who came for another product: above the segment's admission level, if nobody waits."""
        return 0.0 if self._count else max(0.0, on_hand - self._admission_levels[segment])

    def _stands_behind(self, line: int) -> bool:
        """Whether a line of the same or a lower standing waits (the head of a heap has the lowest of its heap)."""
        need, standing, first = self._need, self._standing, self._first
        own = standing[line - first]
        for heap in self._heaps.values():
            while heap and need[heap[0][1]] <= 0:
                heappop(heap)
            if heap and standing[heap[0][1] - first] <= own:
                return True
        return False

    def join(self, line: int) -> None:
        """Enter the heap of the line's levels."""
        levels = self._levels[self._segment[line]]
        heappush(self._heaps.setdefault(levels, []), (self.rank(line), line))
        self._count += 1

    def join_all(self, lines: NDArray[np.intp]) -> None:
        """Enter the heaps: a few lines one by one, many by putting a heap in order anew."""
        ranks = np.asarray(self._rank)[lines - self._first].tolist()
        entries: dict[Levels, Heap] = {levels: [] for levels in self._levels}
        if len(entries) == 1:
            entries[self._levels[0]] = list(zip(ranks, lines.tolist(), strict=True))
        else:
            for rank, line in zip(ranks, lines.tolist(), strict=True):
                entries[self._levels[self._segment[line]]].append((rank, line))
        for levels, new in entries.items():
            heap = self._heaps.setdefault(levels, [])
            if len(new) < len(heap) // 8:
                for entry in new:
                    heappush(heap, entry)
            else:
                heap += new
                heapify(heap)
        self._count += len(lines)

    def leave(self, line: int) -> None:  # noqa: ARG002 - the heap finds out by itself that it needs nothing
        """The heap drops the line when it comes up; its ``need`` still says what it lacked."""
        self._count -= 1

    def serve(self, on_hand: float, landed: float, now: float) -> Service:
        """Share out units on hand, of which ``landed`` are new: best rank first of the heaps with units."""
        if self._count and self._ranks_at is not None:
            self._rank_anew(self._ranks_at, now)
        service: Service = []
        passed: list[tuple[Levels, tuple[float, int]]] = []
        while self._count:
            levels, limit = self._next_heap(on_hand, landed)
            if levels is None:
                break
            heap, free = self._heaps[levels], _free(levels, on_hand, landed)
            while heap and heap[0] < limit:
                line = heap[0][1]
                need = self._need[line]
                if need <= 0:
                    heappop(heap)
                    continue
                if free <= 0:
                    break
                if free < need and not self._split:
                    if not self._overtaking:
                        self._put_back(passed)
                        return service
                    passed.append((levels, heappop(heap)))
                    continue
                units = free
                if need <= free:
                    units = need
                    heappop(heap)
                    self._count -= 1
                service.append((line, units))
                on_hand -= units
                landed -= units
                free -= units
        self._put_back(passed)
        return service

    def _put_back(self, passed: list[tuple[Levels, tuple[float, int]]]) -> None:
        for levels, entry in passed:
            heappush(self._heaps[levels], entry)

    def _next_heap(self, on_hand: float, landed: float) -> tuple[Levels | None, tuple[float, int]]:
        """Levels of the heap to serve next (``None``: there are units for none), and the second best head."""
        best, second = _LAST, _LAST
        chosen: Levels | None = None
        for levels, heap in self._heaps.items():
            while heap and self._need[heap[0][1]] <= 0:
                heappop(heap)
            if heap and _free(levels, on_hand, landed) > 0:
                if heap[0] < best:
                    best, second, chosen = heap[0], best, levels
                else:
                    second = min(second, heap[0])
        return chosen, second

    def _rank_anew(self, ranks_at: RanksAt, now: float) -> None:
        """Ranks that change with time: one vector operation over all who wait."""
        for levels, heap in self._heaps.items():
            lines = sorted(line for _, line in heap if self._need[line] > 0)
            ranked = list(zip(ranks_at(lines, now), lines, strict=True)) if lines else []
            for rank, line in ranked:
                self._rank[line - self._first] = rank
            heapify(ranked)
            self._heaps[levels] = ranked


def _free(levels: Levels, on_hand: float, landed: float) -> float:
    """Units for waiting lines of these levels: what lies above both levels, of landed ones above the second."""
    admission, clearing = levels
    return min(on_hand - clearing, max(landed, on_hand - admission))
