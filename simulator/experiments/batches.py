"""Batches: several items of work that travel together, so that short ones do not pay a journey each."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Task = Callable[[Any], Any]


class Done(NamedTuple):
    """Results of the items of a batch, and the seconds they took together."""

    results: list[Any]
    seconds: float


def do(task: Task, items: Sequence[Any]) -> Done:
    """Do a task for every item of a batch, in the calling process."""
    began = time.perf_counter()
    results = [task(item) for item in items]
    return Done(results, time.perf_counter() - began)


class Pace:
    """Size of batches that take about ``seconds``, judged by the batches done so far.

    Batches shrink towards the end, so that the last one is not waited for (guided self-scheduling, Polychronopoulos &
    Kuck 1987, with half of each worker's fair share).
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seconds_per_item: float | None = None

    def took(self, seconds: float, items: int) -> None:
        """Learn the time of a batch.

        The newest batch weighs as much as all before it, because the first item of a worker takes longer.
        """
        now = seconds / items
        self._seconds_per_item = now if self._seconds_per_item is None else (self._seconds_per_item + now) / 2

    def items(self, left: int, workers: int) -> int:
        """Return the size of the next batch.

        Args:
            left: items not sent yet.
            workers: number of workers.
        """
        if self._seconds_per_item is None:
            return 1
        fair = math.ceil(left / (2 * workers))
        if self._seconds_per_item * fair <= self._seconds:
            return fair
        return max(1, int(self._seconds / self._seconds_per_item))
