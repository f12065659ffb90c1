"""Workers on other machines, in a Dask cluster (https://distributed.dask.org)."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import socket
import time
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future
from functools import partial
from importlib import import_module
from typing import Any, Final, ParamSpec, TypeVar
from urllib.parse import urlsplit

from simulator.experiments.workers.code_version import code_version
from simulator.experiments.workers.worker_processes import BatchResults, Task, run_batch

Result = TypeVar("Result")
Words = ParamSpec("Words")

ANSWER_SECONDS: Final = 5.0
"""Longest time to wait for the scheduler, and for a first worker."""
_RETURN_SECONDS: Final = 60.0
"""Longest time to wait for a worker after all are lost."""
_LOOK_SECONDS: Final = 2.0
"""Interval at which the workers are counted."""


class ClusterError(ConnectionError):
    """The cluster is unusable: no scheduler answers, it has no workers, or these run another version."""


class Cluster(Executor):
    """Workers of a Dask cluster.

    Work of a lost worker is done by another one, and workers that join later are used as well.

    Args:
        address: address of the scheduler, such as ``tcp://10.0.0.5:8786``.

    Raises:
        ClusterError: there is no scheduler with at least one worker, or Dask is not installed here.
    """

    batch_seconds: Final = 0.5

    def __init__(self, address: str) -> None:
        try:
            import distributed
        except ImportError:
            raise ClusterError(
                "a cluster needs Dask, which is not installed: pip install 'backorder-simulator[cluster]'"
            ) from None
        _check(address)
        self.address = address
        dask: Any = distributed  # its functions have no types
        self.deadly: tuple[type[Exception], ...] = (dask.scheduler.KilledWorker,)
        # The loss of the scheduler, which the client would log, is reported in one line by the exception raised here.
        self._log = logging.getLogger("distributed.client")
        self._level = self._log.level
        self._log.setLevel(logging.CRITICAL)
        self._client = dask.Client(address, timeout=ANSWER_SECONDS, set_as_default=False)
        self._executor = self._client.get_executor(pure=False)
        self._size, self._looked = 0, 0.0
        try:
            self._wait_for_workers(ANSWER_SECONDS)
            self._require_same_code_version()
        except ClusterError:
            self.end(at_once=True)
            raise

    @property
    def size(self) -> int:
        """Number of items that can be done at the same time at present."""
        if time.monotonic() > self._looked + _LOOK_SECONDS:
            with contextlib.suppress(OSError):  # a lost scheduler is reported when work is sent
                self._size = max(1, sum(self._client.nthreads().values()))
            self._looked = time.monotonic()
        return self._size

    @property
    def ahead(self) -> int:
        """Number of batches that may be under way."""
        return 2 * self.size

    def share(self, task: Task) -> tuple[Callable[[Any, Sequence[Any]], BatchResults], Any]:
        """Send a task to every worker, and return the function and the argument to submit with each batch.

        Raises:
            ClusterError: there is no worker, or the connection is lost.
        """
        self._wait_for_workers(_RETURN_SECONDS)
        (held,) = self._client.scatter([task], broadcast=True, hash=False)
        return partial(_do_on_cluster, code_version()), held

    def submit(
        self, fn: Callable[Words, Result], /, *args: Words.args, **kwargs: Words.kwargs
    ) -> Future[Result]:
        """Have a worker call a function."""
        future: Future[Result] = self._executor.submit(fn, *args, **kwargs)
        return future

    def end(self, *, at_once: bool) -> None:
        """Leave the cluster, which continues to run."""
        if at_once and self._client.status == "running":
            self._executor.shutdown(wait=False)
        self._client.close()
        self._log.setLevel(self._level)

    def _require_same_code_version(self) -> None:
        """Test that all present workers have this version of the simulator.

        Raises:
            ClusterError: a worker has another version, or none.
        """
        try:
            self._client.run(import_module, __name__)
        except ImportError as error:
            raise ClusterError(
                f"not every worker of the cluster has the simulator installed: {error}"
            ) from None
        for found in self._client.run(code_version).values():
            _require_code_version(code_version(), found)

    def _wait_for_workers(self, seconds: float) -> None:
        """Wait for a worker for at most a number of seconds.

        Raises:
            ClusterError: there is none by then, or the connection is lost.
        """
        if self._client.status != "running":
            raise ClusterError(f"the connection to the scheduler at {self.address} is lost")
        try:
            self._client.wait_for_workers(1, timeout=seconds)
        except TimeoutError:
            raise ClusterError(f"the cluster at {self.address} has no worker") from None


def _check(address: str) -> None:
    """Test that a scheduler answers, before a client is made that would try for long.

    Raises:
        ClusterError: the address is malformed, or no scheduler answers there.
    """
    parts = urlsplit(address)
    try:
        port = parts.port
    except ValueError:
        port = None
    if parts.scheme != "tcp" or not parts.hostname or port is None:
        raise ClusterError(f"the address of a cluster is like tcp://10.0.0.5:8786, not '{address}'")
    try:
        socket.create_connection((parts.hostname, port), ANSWER_SECONDS).close()
        kind = asyncio.run(_kind(address))
    except Exception:  # noqa: BLE001 - a web server's answer is read as a message of any length
        raise ClusterError(f"no Dask scheduler answers at {address}") from None
    if kind != "Scheduler":
        raise ClusterError(f"at {address} there is a {kind.lower()}, not the scheduler of a cluster")


async def _kind(address: str) -> str:
    from distributed import core

    dask: Any = core
    async with dask.rpc(address, timeout=ANSWER_SECONDS) as there:
        identity = await asyncio.wait_for(there.identity(), ANSWER_SECONDS)
    return str(identity["type"])


def _do_on_cluster(expected: str, task: Task, items: Sequence[Any]) -> BatchResults:
    """Do a batch on a worker of the cluster."""
    _require_code_version(expected, code_version())  # the worker may have joined after the first check
    return run_batch(task, items)


def _require_code_version(expected: str, found: str) -> None:
    if found != expected:
        raise ClusterError(
            "a worker of the cluster has another version of the simulator, of Python or of NumPy, SciPy, "
            "SimPy or pydantic; its figures might differ"
        )
