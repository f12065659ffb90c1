"""A real scheduler and two real workers on this machine, one of which is killed."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import pytest

from simulator.experiments.replications.replications import replicate
from simulator.experiments.workers import dask_cluster
from simulator.experiments.workers.dask_cluster import ClusterError
from simulator.experiments.workers.workers import Workers
from simulator.reports.results.run import run
from simulator.scenario.load import load

OVERRIDES = ["run.horizon=60 days", "run.warm_up=10 days"]
ROOT = Path(__file__).parents[3]


class Dask:
    """A scheduler, and workers that join it."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._stack = stack
        self._file = folder / "scheduler.json"
        self.workers: list[subprocess.Popen] = []
        self.scheduler = self._start("scheduler", "--port", "0", "--scheduler-file", str(self._file))
        with socket.socket() as free:  # a port that nobody listens on
            free.bind(("127.0.0.1", 0))
            self.nobody = f"tcp://127.0.0.1:{free.getsockname()[1]}"

    @property
    def address(self) -> str:
        self.wait(self._file.exists)
        self.wait(self._file.read_text)
        return str(json.loads(self._file.read_text())["address"])

    @property
    def alive(self) -> int:
        """Workers whose processes run, whether or not they have joined by now."""
        return len([worker for worker in self.workers if worker.poll() is None])

    def join(self, *words: str, **environment: str) -> None:
        """One more worker, in a process of one thread."""
        self.wait(self._file.exists)
        words = ("--scheduler-file", str(self._file), "--nthreads", "1", "--no-nanny", *words)
        self.workers.append(self._start("worker", *words, **environment))

    def _start(self, what: str, *words: str, **environment: str) -> subprocess.Popen:
        process = subprocess.Popen(
            [
                sys.executable,
                "-W",
                "ignore",
                "-m",
                "dask",
                what,
                "--host",
                "127.0.0.1",
                "--no-dashboard",
                *words,
            ],
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            env=os.environ
            | {"PYTHONPATH": str(ROOT), "DASK_DISTRIBUTED__COMM__TIMEOUTS__CONNECT": "2s"}
            | environment,
            cwd=self._file.parent,
        )
        self._stack.callback(process.wait)
        self._stack.callback(process.kill)
        return process

    @staticmethod
    def wait(there):
        end = time.monotonic() + 60
        while not there() and time.monotonic() < end:
            time.sleep(0.02)


@pytest.fixture(scope="module")
def dask(tmp_path_factory):
    with ExitStack() as stack:
        yield Dask(tmp_path_factory.mktemp("dask"), stack)


@pytest.fixture
def two_workers(dask):
    while dask.alive < 2:
        dask.join()
    return dask


def joined(dask):
    with Workers(cluster=dask.address) as workers:
        return workers.count


def square(item):
    return item * item


def die(item):
    os.kill(os.getpid(), signal.SIGKILL)


def own_address(_):
    from distributed import get_worker

    return get_worker().address


def nap(item):
    time.sleep(0.5)
    return item


def fail_at_three(item):
    if item == 3:
        raise ValueError("three")
    return item


def test_nobody_answers(dask):
    with (
        pytest.raises(ClusterError, match=f"no Dask scheduler answers at {dask.nobody}"),
        Workers(cluster=dask.nobody),
    ):
        pass


def test_a_web_server_answers():
    def answer(server):
        server.accept()[0].close()  # this one only looks whether somebody is there
        connection, _ = server.accept()
        with connection:
            connection.recv(65536)
            connection.sendall(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 1000\r\n\r\n" + b"x" * 1000)

    with socket.create_server(("127.0.0.1", 0)) as web:
        Thread(target=answer, args=(web,), daemon=True).start()
        address = f"tcp://127.0.0.1:{web.getsockname()[1]}"
        with pytest.raises(ClusterError, match="no Dask scheduler answers"), Workers(cluster=address):
            pass


def test_somebody_else_answers(monkeypatch):
    monkeypatch.setattr(dask_cluster, "ANSWER_SECONDS", 0.5)
    with socket.create_server(("127.0.0.1", 0)) as other:
        address = f"tcp://127.0.0.1:{other.getsockname()[1]}"
        with pytest.raises(ClusterError, match="no Dask scheduler answers"), Workers(cluster=address):
            pass


def test_nobody_works_there(dask, monkeypatch):
    assert not dask.workers
    monkeypatch.setattr(dask_cluster, "ANSWER_SECONDS", 0.5)
    with pytest.raises(ClusterError, match="has no worker"), Workers(cluster=dask.address):
        pass


def test_a_worker_is_no_scheduler(two_workers):
    with Workers(cluster=two_workers.address) as workers:
        ((_, address),) = workers.each(own_address, [None])
    with pytest.raises(ClusterError, match="there is a worker, not the scheduler"), Workers(cluster=address):
        pass


def test_dask_is_not_installed(monkeypatch):
    monkeypatch.setitem(sys.modules, "distributed", None)
    with (
        pytest.raises(ClusterError, match=r"pip install 'backorder-simulator\[cluster\]'"),
        Workers(cluster="tcp://a:1"),
    ):
        pass


def test_the_simulator_is_not_installed_there(two_workers, monkeypatch):
    monkeypatch.setattr(dask_cluster, "__name__", "simulator.not_there")
    with (
        pytest.raises(ClusterError, match=r"not every worker .* 'simulator.not_there'"),
        Workers(cluster=two_workers.address),
    ):
        pass


def test_workers_of_another_version_are_refused():
    with pytest.raises(ClusterError, match="another version"):
        dask_cluster._do_on_cluster("another", square, [1])


@pytest.mark.parametrize(
    "address", ["somewhere", "http://127.0.0.1:8786", "tcp://127.0.0.1", "tcp://:1", "tcp://a:b"]
)
def test_no_address(address):
    with pytest.raises(ClusterError, match="the address of a cluster is like"), Workers(cluster=address):
        pass


def test_every_item_is_done_once(two_workers):
    with Workers(cluster=two_workers.address) as workers:
        assert dict(workers.each(square, range(50))) == {n: n * n for n in range(50)}
        with pytest.raises(ValueError, match="three"):
            list(workers.each(fail_at_three, range(50)))
        assert dict(workers.each(square, range(3))) == {0: 0, 1: 1, 2: 4}


def test_a_run(two_workers):
    scenario = load(ROOT / "scenarios/baseline.yaml", overrides=OVERRIDES)
    there = run(scenario, 2, cluster=two_workers.address)
    here = run(scenario, 2, workers=1)
    assert there.replications.equals(here.replications)
    assert there.orders.equals(here.orders)


def test_a_lost_worker_changes_nothing(two_workers):
    scenario = load(ROOT / "scenarios/baseline.yaml", overrides=OVERRIDES)
    alone = replicate(scenario, 8, workers=1)
    lost: list[subprocess.Popen] = []

    def lose_one(done, total):
        if not lost:
            lost.append(two_workers.workers[-1])
            lost[0].kill()

    with Workers(cluster=two_workers.address) as workers:
        assert workers.count == 2
        shared = replicate(scenario, 8, workers, progress=lose_one)
    assert lost[0].wait(30) == -signal.SIGKILL
    for one, other in zip(alone.figures, shared.figures, strict=True):
        assert one.overall.tobytes() == other.overall.tobytes()
        assert all(one.by[name][1].tobytes() == other.by[name][1].tobytes() for name in one.by)
    assert alone.record is not None
    assert shared.record is not None
    assert alone.record.book.allocated.tobytes() == shared.record.book.allocated.tobytes()


@pytest.mark.slow
def test_all_workers_are_lost_and_others_come(two_workers):
    with Workers(cluster=two_workers.address) as workers:
        found: dict[int, int] = {}
        for index, result in workers.each(nap, range(20)):
            if not found:
                for worker in two_workers.workers:
                    worker.kill()
                two_workers.join()
            found[index] = result
    assert found == {n: n for n in range(20)}


@pytest.mark.slow
def test_work_that_kills_workers_is_given_up(two_workers):
    for _ in range(3):
        two_workers.join()
    two_workers.wait(
        lambda: joined(two_workers) == two_workers.alive
    )  # who joins later would not have the task
    with (
        Workers(cluster=two_workers.address) as workers,
        pytest.raises(RuntimeError, match="a worker process died"),
    ):
        list(workers.each(die, [1]))


@pytest.mark.slow
def test_the_scheduler_is_lost(tmp_path):
    with ExitStack() as stack:
        other = Dask(tmp_path, stack)
        other.join()
        workers = stack.enter_context(Workers(cluster=other.address))
        results = workers.each(nap, range(20))
        next(results)
        other.scheduler.kill()
        with pytest.raises(ClusterError, match=r"connection to the scheduler at .* is lost"):
            list(results)
