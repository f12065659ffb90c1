"""Batches: several items of work that travel together, so that short ones do not pay a journey each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Task = Callable[[Any], Any]


class Done(NamedTuple):
    """What came of the items of a batch, and how many seconds they took together."""

    results: list[Any]
    seconds: float


def do(task: Task, items: Sequence[Any]) -> Done:
    """Do a batch, in whatever process."""
    began = time.perf_counter()
    results = [task(item) for item in items]
    return Done(results, time.perf_counter() - began)


class Pace:
    """How many items make a batch: as many as take ``seconds``, as far as those before them tell.

    Towards the end batches shrink, so that nobody waits long for the last one (guided self-scheduling,
    Polychronopoulos & Kuck 1987, with half of each worker's fair share).
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._of_an_item: float | None = None

    def took(self, seconds: float, items: int) -> None:
        """A batch is done. The first item of a worker takes longer: what is new counts as much as all before."""
        now = seconds / items
        self._of_an_item = now if self._of_an_item is None else (self._of_an_item + now) / 2

    def items(self, left: int, workers: int) -> int:
        """Size of the next batch, with this many items left."""
        if self._of_an_item is None:
            return 1
        fair = math.ceil(left / (2 * workers))
        if self._of_an_item * fair <= self._seconds:
            return fair
        return max(1, int(self._seconds / self._of_an_item))
