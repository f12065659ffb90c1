"""Workers that play replications: the calling process, other processes on this machine, or those of a Dask cluster.

Workers are executors as in ``concurrent.futures``. They do a task for many items. Everything that the items
have in common, above all the scenarios, is part of the task, which is sent to every worker once. Items are
sent in batches.
"""

from __future__ import annotations

import os
import warnings
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from types import TracebackType
from typing import Any, Final, Protocol, Self, TypeVar

from simulator.experiments.workers.work_limits import USUAL, WorkLimit, WorkloadWarning, workload_note
from simulator.experiments.workers.worker_processes import BatchResults, BatchSize, InProcess, Processes, Task
from simulator.experiments.workers.workload import workload
from simulator.scenario.scenario import Scenario
from simulator.values.mistakes import RunError

Item = TypeVar("Item")
Result = TypeVar("Result")

_LOST: Final = (
    "a worker process died: it was killed, perhaps because memory ran out. Try fewer workers (--workers 1), "
    "a shorter 'run.horizon', or 'run.window'"
)
_ATTEMPTS: Final = 3
"""Number of times that a batch is sent again after all workers that had it were lost."""


class LostWorkerError(RunError, RuntimeError):
    """A worker process ended before its work was done."""


class Executor(Protocol):
    """Executor of batches that is kept from one task to the next."""

    @property
    def size(self) -> int:
        """Number of items done at the same time."""

    @property
    def ahead(self) -> int:
        """Largest number of batches under way."""

    @property
    def batch_seconds(self) -> float:
        """Time that a batch should take."""

    @property
    def deadly(self) -> tuple[type[Exception], ...]:
        """Exceptions that a future raises if its process has died."""

    def share(self, task: Task, /) -> tuple[Callable[[Any, Sequence[Any]], BatchResults], Any]:
        """Send a task to the workers; return the function and the argument to submit with each batch."""

    def submit(self, fn: Callable[..., BatchResults], /, *words: Any) -> Future[BatchResults]:
        """Have a worker do a batch."""

    def end(self, *, at_once: bool) -> None:
        """End the workers after the work they have begun, or at once."""


def _warn(remark: str) -> None:
    warnings.warn(remark, WorkloadWarning, stacklevel=2)


def usable_cores() -> int:
    """Count the processor cores that this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class Workers:
    """Workers of one command, kept from one task to the next; to be used in a ``with`` statement.

    Args:
        count: number of processes on this machine, by default one for each usable core. A single one is the
            calling process.
        cluster: address of the scheduler of a Dask cluster whose workers do the work instead.
        limit: time and memory that the work may take.
        tell: function called with a sentence about work that takes long, once and before it begins; by
            default a warning is issued.

    Raises:
        ValueError: there is less than one worker.
        ClusterError: both ``count`` and ``cluster`` are given; or, on entering, the cluster cannot be used.
    """

    def __init__(
        self,
        count: int | None = None,
        cluster: str | None = None,
        *,
        limit: WorkLimit = USUAL,
        tell: Callable[[str], None] | None = None,
    ) -> None:
        if count is not None and count < 1:
            raise ValueError(f"at least one worker is needed, not {count}")
        if count is not None and cluster is not None:
            from simulator.experiments.workers.dask_cluster import ClusterError

            raise ClusterError("a cluster has workers of its own: give their number or the cluster, not both")
        self.count = usable_cores() if count is None else count
        self.cluster = cluster
        self._executor: Executor = InProcess()
        self._unfinished: list[Future[BatchResults]] = []
        self._limit = limit
        self._tell: Callable[[str], None] | None = tell or _warn

    def __enter__(self) -> Self:
        if self.cluster is not None:
            from simulator.experiments.workers.dask_cluster import Cluster

            self._executor = Cluster(self.cluster)
            self.count = self._executor.size
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._dismiss(at_once=kind is not None)

    def admit(self, asked: Iterable[tuple[Scenario, int]]) -> None:
        """Estimate the work of scenarios before any of them is played, and announce it if it takes long.

        Args:
            asked: scenarios with the number of their replications.

        Raises:
            WorkloadError: the work is beyond the limit.
        """
        works = ((workload(scenario), replications) for scenario, replications in asked)
        remark = workload_note(works, self.count, self._limit)
        if remark is not None and self._tell is not None:
            self._tell(remark)
            self._tell = None

    def each(
        self, task: Callable[[Item], Result], items: Sequence[Item]
    ) -> Generator[tuple[int, Result], None, None]:
        """Do a task for every item, and yield (index of the item, result) as results are completed.

        Only a few batches are under way at a time, so results can be used as they come. An exception of the
        task is raised here.

        Args:
            task: function to call with each item.
            items: arguments of the task.

        Raises:
            LostWorkerError: a worker process died. On a cluster another worker does its batch again, and the
                error is raised only if several workers died of the same batch.
        """
        if not items:
            return
        crew = self._executor_for(len(items))
        work = crew.share(task)
        pace = BatchSize(crew.batch_seconds)
        lost: Counter[range] = Counter()
        under_way: dict[Future[BatchResults], range] = {}
        following = 0

        def send(batch: range) -> None:
            under_way[crew.submit(*work, [items[k] for k in batch])] = batch

        try:
            while under_way or following < len(items):
                while following < len(items) and len(under_way) < crew.ahead:
                    size = pace.items(len(items) - following, crew.size)
                    send(range(following, following + size))
                    following += size
                done, _ = wait(under_way, return_when=FIRST_COMPLETED)
                for future in done:
                    batch = under_way.pop(future)
                    try:
                        results, seconds = future.result()
                    except CancelledError:  # all workers that had the task are lost
                        lost[batch] += 1
                        if lost[batch] > _ATTEMPTS:
                            raise
                        work = crew.share(task)
                        send(batch)
                        continue
                    pace.took(seconds, len(batch))
                    yield from zip(batch, results, strict=True)
        except crew.deadly as died:
            self._dismiss(at_once=True)
            raise LostWorkerError(_LOST) from died
        finally:
            self._unfinished += [future for future in under_way if not future.cancel()]

    def _executor_for(self, items: int) -> Executor:
        """Return an executor for a number of items, with no more processes than can be busy."""
        if self.cluster is None:
            self._unfinished = [future for future in self._unfinished if not future.done()]
            wanted = min(self.count, items)
            if wanted > self._executor.size:
                self._dismiss(at_once=False)
                self._executor = Processes(wanted)
        return self._executor

    def _dismiss(self, *, at_once: bool) -> None:
        busy = any(not future.done() for future in self._unfinished)
        self._executor.end(at_once=at_once or busy)
        self._executor, self._unfinished = InProcess(), []
