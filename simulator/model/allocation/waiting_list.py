"""Waiting list of one stock, served by rank and level.

Two classes have the same methods: `WaitingList` serves by rank and level, `ThresholdClearing` by claims.
Lines are named by their position in the line table. ``need`` is the column of units that each line still
lacks. The demand point writes it, a waiting list only reads it. A line that lacks nothing has left.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cached_property
from heapq import heapify, heappop, heappush

import numpy as np
from numpy.typing import NDArray

from simulator.values.arrays import FloatView, IntegerView

Service = list[tuple[int, float]]
"""Lines and the units each gets, in sequence."""
Waiting = tuple[float, int, int]
"""Rank of a line, its row in the order book, which decides between equal ranks, and the line."""
Entry = Waiting | tuple[float, float]
"""Entry of a line, or rank and row of a purchase order of another warehouse; its row lies between two lines."""
Heap = list[Waiting]
"""Heap of waiting lines, the lowest first."""
Ranks = Callable[[slice | NDArray[np.intp]], FloatView]
"""Function of lines that returns their ranks, or standings, by the allocation policy."""
Levels = tuple[float, float]
"""Admission and clearing level: units that stay on hand after serving from stock, and from landed units."""
LAST: Entry = (math.inf, sys.maxsize)
"""Entry behind all others, lines of infinite rank included."""
RanksAt = Callable[[list[int], float], list[float]]
"""Function of lines and a time (days) that returns the ranks of these lines."""


class WaitingList:
    """Lines served by rank, each only while its level stays on hand.

    A waiting line may get units above its admission level, and landed units down to its clearing level. Each
    pair of levels in use has a heap, in sequence of rank. Among the heaps for which there are units, the one
    with the best head is served first. A line that left stays in its heap until it comes up (lazy deletion).

    Args:
        need: units that each line lacks, by line.
        segment: segment code of each line.
        row: row of each line in the order book.
        ranks: computes ranks: of all lines of the stock when they are first needed, of others line by line.
        standings: computes standings in the same way.
        admission_levels: units, by segment.
        clearing_levels: units, by segment.
        split: True if a line may be served in parts.
        overtaking: True if a line that can be filled may pass one that cannot.
        ranks_at: computes the ranks of waiting lines anew, ``None`` if ranks never change.
        own: lines of the stock; others may wait here, too, if lines are routed.
    """

    def __init__(
        self,
        need: FloatView,
        segment: IntegerView,
        row: IntegerView,
        ranks: Ranks,
        standings: Ranks,
        admission_levels: Sequence[float],
        clearing_levels: Sequence[float],
        *,
        split: bool,
        overtaking: bool,
        ranks_at: RanksAt | None = None,
        own: range,
    ) -> None:
        self._need = need
        self._segment = segment
        self._row = row
        self._ranks = ranks
        self._standings = standings
        self._admission_levels = admission_levels
        self._clearing_levels = clearing_levels
        self._levels = list(zip(admission_levels, clearing_levels, strict=True))
        self._split = split
        self._overtaking = overtaking
        self._ranks_at = ranks_at
        self._own = own
        self._guest_ranks: dict[int, float] = {}
        self._guest_standings: dict[int, float] = {}
        """Ranks and standings of lines of other stocks, as far as they were needed."""
        self._heaps: dict[Levels, Heap] = {}
        self._count = 0

    @property
    def changes(self) -> bool:
        """True if serving may change the ranks of waiting lines."""
        return self._ranks_at is not None

    def __len__(self) -> int:
        return self._count

    def rank(self, line: int) -> float:
        """Return the rank by the allocation policy, lowest first; if ranks change, that of the last serving."""
        if line in self._own:
            return self._rank[line - self._own.start]
        return self._of_guest(line, self._guest_ranks, self._ranks)

    def _standing_of(self, line: int) -> float:
        """Return the standing of a line by the allocation policy."""
        if line in self._own:
            return self._standing[line - self._own.start]
        return self._of_guest(line, self._guest_standings, self._standings)

    @staticmethod
    def _of_guest(line: int, known: dict[int, float], compute: Ranks) -> float:
        """Return the rank or standing of a line of another stock."""
        if line not in known:
            known[line] = compute(np.array([line], np.intp))[0]
        return known[line]

    def admit(self, line: int, on_hand: float) -> float:
        """Return the units an arriving line gets.

        It gets all it needs if its admission level then stays on hand, else the units above that level if it
        may be split. It gets nothing if it has to stand behind waiting lines.
        """
        free = on_hand - self._admission_levels[self._segment[line]]
        if free <= 0 or (self._count and not self._overtaking and self._stands_behind(line)):
            return 0.0
        if free >= self._need[line]:
            return self._need[line]
        return free if self._split else 0.0

    def levels(self, largest: float) -> NDArray[np.float64] | None:
        """Return the admission levels if they alone decide what arriving lines get, else ``None``.

        They do if no line ever waits while units above its admission level are on hand. For that, lines must
        be split or of one unit, admission levels whole and not below clearing levels, and no line may stand
        behind a waiting line of a higher level than its own.

        Args:
            largest: most units that a line of the stock asks for.

        Returns:
            Levels by segment, units: float64[segments].
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
        """Test whether every line of a higher level has a higher standing."""
        standing = np.asarray(self._standing)
        level = levels[np.asarray(self._segment)[self._own.start : self._own.stop]]
        highest = -math.inf
        for one in sorted(set(self._admission_levels)):
            standings = standing[level == one]
            if len(standings) and standings.min() <= highest:
                return False
            highest = max(highest, standings.max(initial=-math.inf))
        return True

    @cached_property
    def _rank(self) -> FloatView:
        return self._ranks(slice(self._own.start, self._own.stop))

    @cached_property
    def _standing(self) -> FloatView:
        return self._standings(slice(self._own.start, self._own.stop))

    def spare(self, segment: int, on_hand: float) -> float:
        """Return the units for a customer of another product: above the admission level, 0 while lines wait."""
        return 0.0 if self._count else max(0.0, on_hand - self._admission_levels[segment])

    def free(self, on_hand: float) -> float:
        """Return the units that may leave the stock: above all admission levels, 0 while lines wait."""
        return 0.0 if self._count else max(0.0, on_hand - max(self._admission_levels))

    def _stands_behind(self, line: int) -> bool:
        """Test whether a line of equal or lower standing waits; the head of a heap has its lowest standing."""
        need, own = self._need, self._standing_of(line)
        for heap in self._heaps.values():
            while heap and need[heap[0][2]] <= 0:
                heappop(heap)
            if heap and self._standing_of(heap[0][2]) <= own:
                return True
        return False

    def join(self, line: int) -> None:
        """Add a waiting line to the heap of its levels."""
        levels = self._levels[self._segment[line]]
        heappush(self._heaps.setdefault(levels, []), (self.rank(line), self._row[line], line))
        self._count += 1

    def join_all(self, lines: NDArray[np.intp]) -> None:
        """Add waiting lines to the heaps of their levels: few one by one, many by heapifying anew."""
        ranks = np.asarray(self._rank)[lines - self._own.start].tolist()
        entries: dict[Levels, Heap] = {levels: [] for levels in self._levels}
        places = lines.tolist()
        waiting: Iterator[Waiting] = zip(ranks, map(self._row.__getitem__, places), places, strict=True)
        if len(entries) == 1:
            entries[self._levels[0]] = list(waiting)
        else:
            for one in waiting:
                entries[self._levels[self._segment[one[2]]]].append(one)
        for levels, new in entries.items():
            heap = self._heaps.setdefault(levels, [])
            if len(new) < len(heap) // 8:
                for entry in new:
                    heappush(heap, entry)
            else:
                heap += new
                heapify(heap)
        self._count += len(lines)

    def leave(self, line: int) -> None:  # noqa: ARG002 - the heap drops it by its need
        """Remove a line, whose ``need`` is set to 0 afterwards; its heap drops it when it comes up."""
        self._count -= 1

    def serve(self, on_hand: float, landed: float, now: float) -> Service:
        """Allocate units on hand to waiting lines, best rank first among the heaps for which there are units.

        Args:
            on_hand: units on hand.
            landed: units among these that have just landed or been returned.
            now: days.
        """
        if self._count and self._ranks_at is not None:
            self._rank_anew(self._ranks_at, now)
        service: Service = []
        passed: list[tuple[Levels, Waiting]] = []
        self._serve(service, passed, on_hand, landed)
        self._put_back(passed)
        return service

    def _serve(
        self,
        service: Service,
        passed: list[tuple[Levels, Waiting]],
        on_hand: float,
        landed: float,
        stop: Entry = LAST,
    ) -> bool:
        """Allocate units to the lines before ``stop``, and return True if a line holds back all behind it.

        Args:
            service: lines and their units; those served now are added.
            passed: entries of lines that others overtook; those of now are added.
            on_hand: units on hand.
            landed: units among these that have just landed or been returned.
            stop: entry of the first line that is not to be served.
        """
        while self._count:
            levels, limit = self._next_heap(on_hand, landed, stop)
            if levels is None:
                break
            heap, free = self._heaps[levels], _free(levels, on_hand, landed)
            while heap and heap[0] < limit:
                line = heap[0][2]
                need = self._need[line]
                if need <= 0:
                    heappop(heap)
                    continue
                if free <= 0:
                    break
                if free < need and not self._split:
                    if not self._overtaking:
                        return True
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
        return False

    def _put_back(self, passed: list[tuple[Levels, Waiting]]) -> None:
        for levels, entry in passed:
            heappush(self._heaps[levels], entry)

    def _next_heap(self, on_hand: float, landed: float, stop: Entry) -> tuple[Levels | None, Entry]:
        """Return the levels of the heap to serve next, ``None`` without units for any, and the second best head.

        Heads from ``stop`` on are left out, and it takes the place of the second best if that lies behind.
        """
        best: Entry = stop
        second: Entry = stop
        chosen: Levels | None = None
        for levels, heap in self._heaps.items():
            while heap and self._need[heap[0][2]] <= 0:
                heappop(heap)
            if heap and _free(levels, on_hand, landed) > 0:
                if heap[0] < best:
                    best, second, chosen = heap[0], best, levels
                else:
                    second = min(second, heap[0])
        return chosen, second

    def _rank_anew(self, ranks_at: RanksAt, now: float) -> None:
        """Compute ranks that change with time, in one vector operation for each heap."""
        for levels, heap in self._heaps.items():
            lines = sorted(line for _, _, line in heap if self._need[line] > 0)
            ranks = ranks_at(lines, now) if lines else []
            ranked = [(rank, self._row[line], line) for rank, line in zip(ranks, lines, strict=True)]
            for rank, _, line in ranked:
                if line in self._own:
                    self._rank[line - self._own.start] = rank
                else:
                    self._guest_ranks[line] = rank
            heapify(ranked)
            self._heaps[levels] = ranked


def _free(levels: Levels, on_hand: float, landed: float) -> float:
    """Return the units for waiting lines of these levels: above both, and landed ones above the second."""
    admission, clearing = levels
    return min(on_hand - clearing, max(landed, on_hand - admission))
