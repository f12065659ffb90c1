"""Worker processes on this machine: the calling process or others beside it, and the batches that they do."""

from __future__ import annotations

import contextlib
import gc
import hashlib
import math
import multiprocessing
import os
import pickle
import shutil
import signal
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any, Final, NamedTuple, ParamSpec, TypeVar

Result = TypeVar("Result")
Words = ParamSpec("Words")

_TIDY_SECONDS = 5.0
"""Longest time to wait for an executor without processes to tidy up; it usually takes a few milliseconds."""


class InProcess(Executor):
    """Executor that does each batch in the calling process, at once."""

    size: Final = 1
    ahead: Final = 1
    batch_seconds: Final = 0.0
    deadly: tuple[type[Exception], ...] = ()

    def submit(
        self, fn: Callable[Words, Result], /, *args: Words.args, **kwargs: Words.kwargs
    ) -> Future[Result]:
        """Call a function; its exceptions are raised here."""
        future: Future[Result] = Future()
        future.set_result(fn(*args, **kwargs))
        return future

    def share(self, task: Task) -> tuple[Callable[[Task, Sequence[Any]], BatchResults], Task]:
        """Return the function and the argument to submit with each batch."""
        return run_batch, task

    def end(self, *, at_once: bool) -> None:
        """Do nothing: there are no processes to end."""


class Processes(ProcessPoolExecutor):
    """Worker processes that are kept from one task to the next, and end silently on Ctrl-C.

    A task is pickled once, to a file that each worker reads once.

    Args:
        size: number of processes.
    """

    batch_seconds: Final = 0.4
    """Much longer than sending a batch (a millisecond), but short enough that workers end at about the same time."""
    deadly: tuple[type[Exception], ...] = (BrokenProcessPool,)

    def __init__(self, size: int) -> None:
        self.size = size
        self.ahead = 2 * size
        self._tasks = Path(tempfile.mkdtemp(prefix="simulator-"))
        context = multiprocessing.get_context(_start_method())
        super().__init__(size, mp_context=context, initializer=_start_worker, initargs=(self._tasks,))
        with warnings.catch_warnings():
            # From Python 3.12 on a fork warns of threads. Here these are the threads of BLAS, which survive it.
            warnings.filterwarnings("ignore", "This process .* is multi-threaded", DeprecationWarning)
            self.submit(os.getpid)  # starts all processes, before the executor has threads of its own

    def share(self, task: Task) -> tuple[Callable[[Path, Sequence[Any]], BatchResults], Path]:
        """Store a task for the workers, and return the function and the argument to submit with each batch.

        Raises:
            Exception: the task cannot be pickled.
        """
        pickled = pickle.dumps(task, pickle.HIGHEST_PROTOCOL)
        file = self._tasks / hashlib.sha256(pickled).hexdigest()
        if not file.exists():
            file.write_bytes(pickled)
        return _do_stored, file

    def end(self, *, at_once: bool) -> None:
        """End the workers after the work they have begun, or at once."""
        if at_once:
            self._terminate()
        else:
            self.shutdown()
        shutil.rmtree(self._tasks, ignore_errors=True)

    def _terminate(self) -> None:
        processes, results = list((self._processes or {}).values()), self._result_queue
        manager: threading.Thread | None = getattr(self, "_executor_manager_thread", None)
        self.shutdown(wait=False, cancel_futures=True)
        for process in processes:
            process.terminate()
        # A worker may have been sending a result. This process also holds the sending end of that pipe open, so
        # that its reader would wait for the rest for ever.
        with contextlib.suppress(AttributeError, OSError):
            results._writer.close()  # type: ignore[attr-defined]  # noqa: SLF001 - there is no public way
        # The executor's own thread tidies up now. An error is printed if the interpreter ends in the middle of that.
        if manager is not None:
            manager.join(_TIDY_SECONDS)


def _start_method() -> str:
    """Return the method to start workers: a fork if it is safe, because it takes a tenth of the time.

    Outside Linux, system libraries do not survive a fork. On no system do the locks of other threads survive
    one.
    """
    alone = sys.version_info < (3, 12) or threading.active_count() == 1
    return "fork" if sys.platform == "linux" and alone else "spawn"


class _CurrentTask:
    """Task of a worker process, kept from batch to batch."""

    file: Path | None = None
    task: Task | None = None


def _start_worker(tasks: Path) -> None:
    """Prepare a worker process to end with its parent, and silently on Ctrl-C, which reaches the worker as well."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    threading.Thread(target=_end_with_the_parent, args=(tasks,), daemon=True).start()


def _do_stored(file: Path, items: Sequence[Any]) -> BatchResults:
    """Do a batch of a stored task in a worker process."""
    if _CurrentTask.file != file:
        _CurrentTask.task = pickle.loads(file.read_bytes())  # noqa: S301 - written by the parent, readable by nobody else
        if _CurrentTask.file is None:
            gc.freeze()  # objects made so far are never freed, so that the garbage collector can skip them
        _CurrentTask.file = file
    assert _CurrentTask.task is not None
    return run_batch(_CurrentTask.task, items)


def _end_with_the_parent(tasks: Path) -> None:
    """End the worker when its parent has been killed, because it would otherwise wait for work for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        shutil.rmtree(tasks, ignore_errors=True)
        os._exit(1)


Task = Callable[[Any], Any]


class BatchResults(NamedTuple):
    """Results of the items of a batch, and the time in seconds that they took together."""

    results: list[Any]
    seconds: float


def run_batch(task: Task, items: Sequence[Any]) -> BatchResults:
    """Do a task for every item of a batch, in the calling process."""
    began = time.perf_counter()
    results = [task(item) for item in items]
    return BatchResults(results, time.perf_counter() - began)


class BatchSize:
    """Size of batches, chosen so that a batch takes a given time, by the time of the batches done so far.

    Batches shrink towards the end, so that no worker has to wait long for the last one (guided
    self-scheduling, Polychronopoulos & Kuck 1987, with half of each worker's fair share).

    Args:
        seconds: time that a batch should take.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._seconds_per_item: float | None = None

    def took(self, seconds: float, items: int) -> None:
        """Update the time per item by the time of a batch.

        The newest batch weighs as much as all before it, because the first item of a worker takes longer.

        Args:
            seconds: time that the batch took.
            items: number of items in the batch.
        """
        now = seconds / items
        self._seconds_per_item = now if self._seconds_per_item is None else (self._seconds_per_item + now) / 2

    def items(self, left: int, workers: int) -> int:
        """Return the size of the next batch.

        Args:
            left: number of items not sent yet.
            workers: number of workers.
        """
        if self._seconds_per_item is None:
            return 1
        fair = math.ceil(left / (2 * workers))
        if self._seconds_per_item * fair <= self._seconds:
            return fair
        return max(1, int(self._seconds / self._seconds_per_item))
