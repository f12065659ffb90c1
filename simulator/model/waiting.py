"""Waiting lines of one stock, and which of them landed units go to.

Two disciplines with one interface: ``WaitingList`` serves by rank and level, ``ClaimList`` by claims (threshold
clearing). Lines are named by their place in the stock's own sequence. ``need`` is the column of units that each
line still lacks; the stock writes it, a discipline only reads it. A line that lacks nothing has left.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Sequence
from heapq import heapify, heappop, heappush
from typing import Protocol

from simulator.model.lines import Codes, Elements

Service = list[tuple[int, float]]
"""Lines and the units they are given, in sequence."""
Heap = list[tuple[float, int]]
"""(rank, line), the lowest first."""
Levels = tuple[float, float]
"""Units that stay on hand after serving: of what was on hand before, and of what has landed."""
_LAST = (math.inf, 0)
"""Behind everybody."""
RanksAt = Callable[[list[int], float], list[float]]
"""Ranks of some lines at a time."""


class Discipline(Protocol):
    """What a stock asks of its waiting lines."""

    def __len__(self) -> int:
        """Lines waiting."""
        ...

    def admit(self, line: int, on_hand: float) -> float:
        """Units that the arriving line may have at once."""
        ...

    def spare(self, segment: int, on_hand: float) -> float:
        """Units that a customer of the segment may take who came for another product: nobody here stands behind."""
        ...

    def join(self, line: int) -> None:
        """The line waits for what it lacks."""
        ...

    def leave(self, line: int) -> None:
        """The line gave up; called while ``need`` still says what it lacked."""
        ...

    def queue(self) -> Service:
        """All waiting lines in the sequence in which they would be served, each with what it lacks."""
        ...

    def ahead_of(self, line: int, backlog: float) -> float:
        """Units, of all that are waited for, that would be served before the line that is arriving."""
        ...

    def serve(self, on_hand: float, landed: float, now: float) -> Service:
        """Share out units on hand, of which so many have just landed; lines that are served in full have left."""
        ...


class WaitingList:
    """Lines served by rank, each only while its level stays on hand.

    A waiting line may have what lies above its admission level, and landed units down to its clearing level.
    One heap for each pair of levels in use: within a heap the sequence is by rank, and the best head for which
    there are units is served first. A line that left stays in its heap until it comes up (lazy deletion).
    ``columns`` makes the columns of rank and standing; it is asked when the first line has to wait; their first
    element is that of line ``first``. Levels are listed by segment.
    """

    def __init__(
        self,
        need: Elements,
        segment: Codes,
        columns: Callable[[], tuple[Elements, Elements]],
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
        self._columns = columns
        self._rank: Elements | list[float] = []
        self._standing: Elements | list[float] = []
        self._admission_levels = admission_levels
        self._clearing_levels = clearing_levels
        self._split = split
        self._overtaking = overtaking
        self._ranks_at = ranks_at
        self._first = first
        self._heaps: dict[Levels, Heap] = {}
        self._last: tuple[float, int] = (0.0, 0)
        """Highest rank of all who have joined since somebody waits."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def admit(self, line: int, on_hand: float) -> float:
        """All the line asks for if its level then stays; else what there is above the level, if it may be split."""
        if self._count and not self._overtaking and self._stands_behind(line):
            return 0.0
        free = on_hand - self._admission_levels[self._segment[line]]
        if free >= self._need[line]:
            return self._need[line]
        return free if self._split and free > 0 else 0.0

    def spare(self, segment: int, on_hand: float) -> float:
        """What lies above the segment's admission level, if nobody waits."""
        return 0.0 if self._count else max(0.0, on_hand - self._admission_levels[segment])

    def _stands_behind(self, line: int) -> bool:
        """Whether a line of the same or a lower standing waits (the head of a heap has the lowest of its heap)."""
        for heap in self._heaps.values():
            self._drop_gone(heap)
            if heap and self._standing[heap[0][1] - self._first] <= self._standing[line - self._first]:
                return True
        return False

    def _drop_gone(self, heap: Heap) -> None:
        while heap and self._need[heap[0][1]] <= 0:
            heappop(heap)

    def join(self, line: int) -> None:
        """Enter the heap of the line's levels."""
        if not self._rank:
            self._rank, self._standing = self._columns()
        segment = self._segment[line]
        levels = self._admission_levels[segment], self._clearing_levels[segment]
        entry = self._rank[line - self._first], line
        heappush(self._heaps.setdefault(levels, []), entry)
        self._last = max(self._last, entry) if self._count else entry
        self._count += 1

    def leave(self, line: int) -> None:  # noqa: ARG002 - the heap finds out by itself that it needs nothing
        """The heap drops it when it comes up."""
        self._count -= 1

    def queue(self) -> Service:
        """By rank; levels are not looked at."""
        live = [entry for heap in self._heaps.values() for entry in heap if self._need[entry[1]] > 0]
        return [(line, self._need[line]) for _, line in sorted(live)]

    def ahead_of(self, line: int, backlog: float) -> float:
        """By rank; levels are not looked at. Mostly all are ahead, and nobody has to be counted."""
        if not self._count:
            return 0.0
        own = self._rank[line - self._first], line
        if own >= self._last and self._ranks_at is None:
            return backlog
        return sum(
            self._need[other] for heap in self._heaps.values() for rank, other in heap if (rank, other) < own
        )

    def serve(self, on_hand: float, landed: float, now: float) -> Service:
        """Best rank first among the heaps for which there are units."""
        if self._count and self._ranks_at is not None:
            self._rank_anew(self._ranks_at, now)
        service: Service = []
        passed: list[tuple[Levels, tuple[float, int]]] = []
        while self._count:
            levels, limit = self._next_heap(on_hand, landed)
            if levels is None:
                break
            heap, (admission, clearing) = self._heaps[levels], levels
            while heap and heap[0] < limit:
                line = heap[0][1]
                need = self._need[line]
                free = min(on_hand - clearing, max(landed, on_hand - admission))
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
                units = min(free, need)
                if units == need:
                    heappop(heap)
                    self._count -= 1
                service.append((line, units))
                on_hand -= units
                landed -= units
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
            admission, clearing = levels
            if heap and min(on_hand - clearing, max(landed, on_hand - admission)) > 0:
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
            heapify(ranked)
            self._heaps[levels] = ranked


class ClaimList:
    """Threshold clearing (Deshpande, Cohen & Donohue 2003).

    The stock is split into free units and a reserve of ``reserve`` units for the important lines. While there are
    free units any line takes them. Otherwise every line enters a claim for what it lacks in one common list; an
    important line then takes reserve units while there are any. Landed units go to the oldest claim: an ordinary
    line's claim serves that line; an important line's claim serves the important line that waits longest, or, when
    none waits, refills the reserve.
    """

    def __init__(self, need: Elements, segment: Codes, important: Sequence[bool], reserve: float) -> None:
        self._need = need
        self._segment = segment
        self._important = important
        self._reserve = reserve
        self._borrowed = 0.0
        """Units that the reserve lacks; each is covered by an important line's claim."""
        self._claims: deque[list[float]] = deque()
        """[line, units], oldest first."""
        self._claim_of: dict[int, list[float]] = {}
        self._longest: deque[int] = deque()
        """Important lines that wait, oldest first; one that left stays until it comes up."""
        self._count = 0

    def __len__(self) -> int:
        return self._count

    def admit(self, line: int, on_hand: float) -> float:
        """Free units for anybody, reserve units for an important line."""
        free = max(0.0, on_hand - (self._reserve - self._borrowed))
        need = self._need[line]
        if not self._is_important(line) or free >= need:
            return min(need, free)
        units = min(need, on_hand)
        if units > free:
            self._claim(line, units - free)
            self._borrowed += units - free
        return units

    def spare(self, segment: int, on_hand: float) -> float:  # noqa: ARG002 - the reserve is for its own lines
        """Free units; there are none while anybody waits."""
        return max(0.0, on_hand - (self._reserve - self._borrowed))

    def join(self, line: int) -> None:
        """A claim for what the line lacks."""
        self._claim(line, self._need[line])
        if self._is_important(line):
            self._longest.append(line)
        self._count += 1

    def _is_important(self, line: int) -> bool:
        return self._important[self._segment[line]]

    def _claim(self, line: int, units: float) -> None:
        claim = self._claim_of.get(line)
        if claim is None:
            claim = self._claim_of[line] = [line, 0.0]
            self._claims.append(claim)
        claim[1] += units

    def leave(self, line: int) -> None:
        """The claims for what the line lacked are void."""
        self._claim_of[line][1] -= self._need[line]
        self._count -= 1

    def queue(self) -> Service:
        """In the sequence of claims."""
        lines = [int(line) for line, _ in self._claims]
        return [(line, self._need[line]) for line in lines if self._need[line] > 0]

    def ahead_of(self, line: int, backlog: float) -> float:  # noqa: ARG002 - every claim is older
        """All who wait; claims that will refill the reserve are not looked at, as levels are not elsewhere."""
        return backlog

    def serve(self, on_hand: float, landed: float, now: float) -> Service:  # noqa: ARG002 - no ranks to renew
        """Landed units to the oldest claims; what is on hand beyond the reserve cannot be but landed."""
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
        """To those who wait longest; what is left refills the reserve."""
        while units > 0 and self._longest:
            line = self._longest[0]
            given = min(units, lacks.get(line, self._need[line]))
            if given > 0:  # else it has left
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
