"""Queue of one stock's waiting customers, in sequence of service.

It is a tree of blocks, each with its total of units and the bounds of its promised dates. So the units ahead
of a line cost O(log n) with n waiting, and a review of promises O(log n) plus the promises to revise.
"""

from __future__ import annotations

import math
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from typing import TypeVar

from simulator.model.waiting.delivery_forecast import OTHERS, LandingForecast
from simulator.model.waiting.waiting_customer import Key, WaitingCustomer
from simulator.orders.lateness import INSTANT
from simulator.policies.promise import PromisePolicy

_BLOCK_SIZE = 32
"""Largest number of members of a block; scanning them takes as long as finding a smaller block."""


class QueueBlock:
    """Node of the tree: a leaf of consecutive customers, or a branch of consecutive blocks."""

    __slots__ = ("blocks", "earliest", "keys", "latest", "units", "waiters")

    def __init__(self, keys: list[Key], waiters: list[WaitingCustomer], blocks: list[QueueBlock]) -> None:
        self.keys = keys
        """Keys of the customers; for a child block, a key above all before it and at most its first key."""
        self.waiters = waiters
        self.blocks = blocks
        self.units = math.fsum(part.units for part in (blocks or waiters))
        self.date()

    def date(self) -> None:
        """Compute the bounds of the promised dates anew."""
        if self.blocks:
            self.earliest = min([block.earliest for block in self.blocks])
            self.latest = max([block.latest for block in self.blocks])
        else:
            dates = [waiter.date for waiter in self.waiters]
            self.earliest, self.latest = min(dates, default=math.inf), max(dates, default=-math.inf)
            if math.isnan(sum(dates)):
                self.earliest = -math.inf

    units: float
    earliest: float
    latest: float
    """Bounds on the promised dates in this block; a missing promise counts as -inf."""

    def join(self, waiter: WaitingCustomer) -> QueueBlock | None:
        """Insert a customer; return the new second half if the block was split, else ``None``."""
        key, date = waiter.key, waiter.date
        self.units += waiter.units
        self.earliest = min(self.earliest, -math.inf if math.isnan(date) else date)
        self.latest = max(self.latest, date)
        if self.blocks:
            place = self.part(key)
            half = self.blocks[place].join(waiter)
            self.keys[place] = min(self.keys[place], key)
            if half is not None:
                self.keys.insert(place + 1, half.keys[0])
                self.blocks.insert(place + 1, half)
        else:
            place = bisect_right(self.keys, key)
            self.keys.insert(place, key)
            self.waiters.insert(place, waiter)
        return None if len(self.keys) <= _BLOCK_SIZE else self._halved()

    def _halved(self) -> QueueBlock:
        """Split off and return the second half."""
        middle = len(self.keys) // 2
        half = QueueBlock(self.keys[middle:], self.waiters[middle:], self.blocks[middle:])
        del self.keys[middle:], self.waiters[middle:], self.blocks[middle:]
        self.units -= half.units
        self.date()
        return half

    def part(self, key: tuple[float, float]) -> int:
        """Return the position of the child block where the key is or would be."""
        return max(0, bisect_right(self.keys, key) - 1)

    def leave(self, waiter: WaitingCustomer) -> None:
        """Remove a customer. The block may become empty, and its bounds of dates wider than necessary."""
        self.units -= waiter.units
        if self.blocks:
            place = self.part(waiter.key)
            self.blocks[place].leave(waiter)
            if not self.blocks[place].keys:
                del self.keys[place], self.blocks[place]
        else:
            place = bisect_left(self.keys, waiter.key)
            del self.keys[place], self.waiters[place]


Member = TypeVar("Member", WaitingCustomer, QueueBlock)


class ServiceQueue:
    """All customers waiting for one stock, by key."""

    def __init__(self, waiters: Iterable[WaitingCustomer] = ()) -> None:
        ranked = sorted(waiters, key=lambda waiter: waiter.key)
        blocks = [QueueBlock([waiter.key for waiter in part], part, []) for part in _half_blocks(ranked)]
        while len(blocks) > 1:
            blocks = [
                QueueBlock([block.keys[0] for block in part], [], part) for part in _half_blocks(blocks)
            ]
        self._root = blocks[0] if blocks else QueueBlock([], [], [])

    def join(self, waiter: WaitingCustomer) -> None:
        """Add a customer."""
        half = self._root.join(waiter)
        if half is not None:
            self._root = QueueBlock([self._root.keys[0], half.keys[0]], [], [self._root, half])

    def leave(self, waiter: WaitingCustomer) -> None:
        """Remove a customer."""
        self._root.leave(waiter)
        if len(self._root.blocks) == 1:
            self._root = self._root.blocks[0]
        elif not self._root.keys:
            self._root = QueueBlock([], [], [])

    def lessen(self, waiter: WaitingCustomer, units: float) -> None:
        """Reduce the units a customer waits for."""
        waiter.units -= units
        block = self._root
        block.units -= units
        while block.blocks:
            block = block.blocks[block.part(waiter.key)]
            block.units -= units

    def ends_before(self, key: Key) -> bool:
        """Test whether all keys are below this one."""
        block = self._root
        while block.blocks:
            block = block.blocks[-1]
        return not block.keys or block.keys[-1] < key

    @property
    def units(self) -> float:
        """Units waited for in total."""
        return self._root.units

    def ahead(self, key: tuple[float, float]) -> float:
        """Return the units waited for by customers with lower keys; one may stand between two lines."""
        block, units = self._root, 0.0
        while block.blocks:
            place = block.part(key)
            units += sum([part.units for part in block.blocks[:place]])
            block = block.blocks[place]
        return units + sum([waiter.units for waiter in block.waiters[: bisect_left(block.keys, key)]])

    def review(self, review: PromiseReview) -> None:
        """Review all promises."""
        review.look(self._root)


Revise = Callable[[WaitingCustomer, float, float], None]
"""Action on a promise that has expired or moved: called with customer, present time and new date."""


def _half_blocks(members: list[Member]) -> list[list[Member]]:
    """Split members into half-full blocks."""
    size = _BLOCK_SIZE // 2
    return [members[first : first + size] for first in range(0, len(members), size)]


class PromiseReview:
    """Review of all promises in one walk along the queue, except blocks where no promise can have moved.

    Where the delivery depends on the region, no block is left out.
    """

    __slots__ = (
        "_ahead",
        "_by_region",
        "_date",
        "_forecast",
        "_now",
        "_promise",
        "_region",
        "_revise",
        "_threshold",
    )

    def __init__(self, promise: PromisePolicy, forecast: LandingForecast, now: float, revise: Revise) -> None:
        """Begin at the head of the queue.

        Args:
            promise: policy that quotes dates and the change above which they are revised.
            forecast: forecast of landings at this instant.
            now: days.
            revise: called for each promise that has expired or moved.
        """
        self._promise = promise
        self._threshold = promise.revise_above + INSTANT
        self._forecast = forecast
        self._now = now
        self._revise = revise
        self._ahead = 0.0
        self._region = OTHERS
        self._by_region = forecast.by_region
        self._date = self._expected(0.0, OTHERS)

    def _expected(self, ahead: float, region: int) -> float:
        """Return the time (days) now promised to a line with ``ahead`` units up to and with it, or nan."""
        self._forecast.look_behind(ahead, region)
        days = self._promise.days(self._forecast)
        return math.nan if days is None else self._now + days

    def look(self, block: QueueBlock) -> None:
        """Review the block, if any of its promises can have moved."""
        if self._unchanged(block):
            self._ahead += block.units
            return
        for part in block.blocks:
            self.look(part)
        if block.waiters:
            self._review(block.waiters)
        block.date()

    def _unchanged(self, block: QueueBlock) -> bool:
        """Test whether the supply of the line before covers the block, and its promises are near that date."""
        if self._by_region:
            return False
        if block.earliest + INSTANT <= self._now or self._ahead + block.units >= self._forecast.holds_until:
            return False
        return (
            abs(self._date - block.earliest) <= self._threshold
            and abs(self._date - block.latest) <= self._threshold
        )

    def _review(self, waiters: list[WaitingCustomer]) -> None:
        """Review customers one by one."""
        now, ahead, date, region = self._now, self._ahead, self._date, self._region
        threshold, holds_until = self._threshold, self._forecast.holds_until
        for waiter in waiters:
            ahead += waiter.units
            if ahead >= holds_until or waiter.region != region:
                # else the supply of the line before covers this one, too
                region = waiter.region
                date = self._expected(ahead, region)
                holds_until = self._forecast.holds_until
            if not (now < waiter.date + INSTANT and abs(date - waiter.date) <= threshold) and not math.isnan(
                date
            ):
                self._revise(waiter, now, date)
        self._ahead, self._date, self._region = ahead, date, region
