"""Who does the work: this process, or a few others side by side.

The seam is ``concurrent.futures.Executor``. What all pieces of work have in common, above all the scenario,
is part of the task, which every worker process is given once, when it starts; then only the items travel.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import sys
import threading
from collections.abc import Callable, Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from types import TracebackType
from typing import Any, ParamSpec, Self, TypeVar

Item = TypeVar("Item")
Result = TypeVar("Result")
Words = ParamSpec("Words")

Task = Callable[[Any], Any]


def usable_cores() -> int:
    """Processor cores this process may use."""
    affinity = getattr(os, "sched_getaffinity", None)  # not on every system
    return len(affinity(0)) if affinity else os.cpu_count() or 1


class InProcess(Executor):
    """Does each piece of work in this process, at once."""

    def submit(
        self, fn: Callable[Words, Result], /, *args: Words.args, **kwargs: Words.kwargs
    ) -> Future[Result]:
        """Do the work; an exception of it is raised here."""
        future: Future[Result] = Future()
        future.set_result(fn(*args, **kwargs))
        return future


class Processes(ProcessPoolExecutor):
    """Worker processes that keep silent when the user interrupts."""

    def stop(self) -> None:
        """End the workers at once, whatever they are doing."""
        processes = list((self._processes or {}).values())
        self.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()


class _Worker:
    """What a worker process holds between two pieces of work."""

    task: Task | None = None

    @classmethod
    def start(cls, task: Task) -> None:
        """Runs first in each worker process. Ctrl-C reaches the workers too; they then end without a word."""
        signal.signal(signal.SIGINT, signal.SIG_DFL)
        cls.task = task
        threading.Thread(target=_end_with_the_parent, daemon=True).start()

    @classmethod
    def work(cls, item: Any) -> Any:
        """Runs in a worker process for each item."""
        assert cls.task is not None
        return cls.task(item)


def _end_with_the_parent() -> None:
    """A parent that was killed says no goodbye; its workers would wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def executor(workers: int, task: Task) -> tuple[Executor, Task]:
    """An executor with this many workers, and what to submit to it for each item so that it does ``task``."""
    if workers == 1:
        return InProcess(), task
    # A forked worker starts in a tenth of the time and needs no copy of the scenario. Elsewhere than on
    # Linux, system libraries do not survive a fork.
    context = multiprocessing.get_context("fork" if sys.platform == "linux" else "spawn")
    pool = Processes(workers, mp_context=context, initializer=_Worker.start, initargs=(task,))
    return pool, _Worker.work


def completed(
    task: Callable[[Item], Result], items: Sequence[Item], workers: int
) -> Generator[tuple[int, Result], None, None]:
    """Do ``task`` for every item; yields (index of the item, result) as they are completed.

    No more than a few items are on their way at a time, so results can be used up as they come. An exception
    of the task is raised here and ends all workers. Raises RuntimeError if a worker process dies.
    """
    workers = max(1, min(workers, len(items)))
    pool, submitted = executor(workers, task)
    ahead = 1 if workers == 1 else 2 * workers
    under_way: dict[Future[Result], int] = {}
    following = 0
    try:
        while under_way or following < len(items):
            while following < len(items) and len(under_way) < ahead:
                under_way[pool.submit(submitted, items[following])] = following
                following += 1
            done, _ = wait(under_way, return_when=FIRST_COMPLETED)
            for future in done:
                yield under_way.pop(future), future.result()
    except BrokenProcessPool as broken:
        raise RuntimeError(
            "a worker process died, perhaps because memory ran out; try fewer workers or a shorter horizon"
        ) from broken
    finally:
        if under_way and isinstance(pool, Processes):
            pool.stop()
        else:
            pool.shutdown()


class Workers:
    """Those who do the work of one command, kept from one batch of work to the next.

    To be used in a ``with`` statement.
    """

    def __init__(self, count: int | None = None, cluster: str | None = None) -> None:
        if count is not None and count < 1:
            raise ValueError(f"at least one worker is needed, not {count}")
        self.count = usable_cores() if count is None else count
        self.cluster = cluster

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        pass

    def each(
        self, task: Callable[[Item], Result], items: Sequence[Item]
    ) -> Generator[tuple[int, Result], None, None]:
        """Do ``task`` for every item; yields (index of the item, result) as they are completed."""
        yield from completed(task, items, self.count)
