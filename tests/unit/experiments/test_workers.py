import os
import signal
import subprocess
import sys
import textwrap
import threading
import time
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest

from simulator.experiments.workers.dask_cluster import ClusterError
from simulator.experiments.workers.worker_processes import BatchSize, Processes
from simulator.experiments.workers.workers import Workers, usable_cores


def square(item):
    return item * item


def in_process(item):
    return os.getpid()


def fail_at_three(item):
    if item == 3:
        raise ValueError("three")
    return item


def add(much, item):
    return item + much


def leave(folder, item):
    (folder / str(item)).touch()
    time.sleep(0.5)


def sleep_unless_first(item):
    if item:
        time.sleep(60)
    return item


def die(item):
    os.kill(os.getpid(), signal.SIGKILL)


def done(task, items, workers):
    with Workers(workers) as some:
        return dict(some.each(task, items))


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_every_item_is_done_once(workers):
    assert done(square, range(200), workers) == {n: n * n for n in range(200)}
    assert done(square, [], workers) == {}


def test_one_worker_is_this_process():
    assert done(in_process, range(2), 1) == dict.fromkeys(range(2), os.getpid())
    assert done(in_process, range(1), 2) == {0: os.getpid()}


def test_workers_stay_from_one_task_to_the_next():
    with Workers(2) as workers:
        first, second = (set(dict(workers.each(in_process, range(40))).values()) for _ in range(2))
        assert dict(workers.each(partial(add, 5), range(3))) == {0: 5, 1: 6, 2: 7}
        assert dict(workers.each(partial(add, 7), range(3))) == {0: 7, 1: 8, 2: 9}
    assert len(first | second) <= 2
    assert os.getpid() not in first | second


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_of_the_task_is_raised_here(workers):
    with pytest.raises(ValueError, match="three"):
        done(fail_at_three, range(100), workers)


def test_workers_survive_an_exception_of_the_task():
    with Workers(2) as workers:
        before = set(dict(workers.each(in_process, range(40))).values())
        with pytest.raises(ValueError, match="three"):
            list(workers.each(fail_at_three, range(100)))
        after = set(dict(workers.each(in_process, range(40))).values())
    assert len(before | after) <= 2


def test_a_worker_that_dies_is_reported():
    with Workers(2) as workers:
        with pytest.raises(RuntimeError, match="a worker process died"):
            list(workers.each(die, range(4)))
        assert dict(workers.each(square, range(4))) == {n: n * n for n in range(4)}  # new ones


def test_one_worker_has_done_an_item_when_it_is_yielded():
    done: list[int] = []
    with Workers(1) as workers:
        for number, _ in workers.each(done.append, range(3)):
            assert done == list(range(number + 1))


def test_results_come_as_they_are_asked_for(tmp_path):
    with Workers(2) as workers, closing(workers.each(partial(leave, tmp_path), range(10_000))) as results:
        next(results)
        time.sleep(0.5)
        assert len(list(tmp_path.iterdir())) <= 5
    assert len(list(tmp_path.iterdir())) <= 5


def test_leaving_early_does_not_wait():
    began = time.monotonic()
    with Workers(2) as workers, closing(workers.each(sleep_unless_first, range(4))) as results:
        assert next(results) == (0, 0)
    assert time.monotonic() - began < 30


def test_usable_cores():
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


def test_impossible_workers():
    with pytest.raises(ValueError, match="at least one worker"):
        Workers(0)
    with pytest.raises(ClusterError, match="not both"):
        Workers(2, cluster="tcp://127.0.0.1:8786")


def test_the_executor_is_the_seam():
    pool = Processes(2)
    work, task = pool.share(square)
    assert pool.submit(work, task, [5, 6]).result().results == [25, 36]
    pool.end(at_once=False)


def test_nothing_is_left_in_the_temporary_folder(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with Workers(2) as workers:
        list(workers.each(square, range(5)))
        (folder,) = tmp_path.iterdir()
        (task,) = folder.iterdir()
        list(workers.each(square, range(5)))
        assert list(folder.iterdir()) == [task]  # it was brought once
    assert list(tmp_path.iterdir()) == []


def sizes(seconds, items, workers):
    """Sizes of the batches if every item takes so long."""
    pace = BatchSize(0.4)
    found: list[int] = []
    while sum(found) < items:
        found.append(pace.items(items - sum(found), workers))
        pace.took(seconds * found[-1], found[-1])
    return found


def test_short_items_travel_together():
    found = sizes(0.005, 2000, 2)
    assert found[:2] == [1, 80]
    assert max(found) == 80
    assert found[-1] == 1
    assert found == [1, *sorted(found[1:], reverse=True)]
    assert len(found) < 50


def test_long_items_travel_alone():
    assert set(sizes(0.41, 50, 2)) == {1}
    assert set(sizes(30.0, 50, 2)) == {1}


INTERRUPTED = """
import signal, sys, time
from simulator.experiments.workers.workers import Workers

def sleep(item):
    if item == 0:
        return item
    time.sleep(60)

if __name__ == "__main__":
    try:
        with Workers(2) as workers:
            for _ in workers.each(sleep, range(4)):
                print("ready", flush=True)
    except KeyboardInterrupt:
        print("interrupted", flush=True)
        sys.exit(130)
"""


@pytest.mark.parametrize("whole_group", [True, False])
def test_an_interrupt_ends_everything_without_a_word(tmp_path, whole_group):
    script = tmp_path / "interrupted.py"
    script.write_text(textwrap.dedent(INTERRUPTED))
    process = subprocess.Popen(
        [sys.executable, str(script)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
        env=os.environ | {"PYTHONPATH": str(Path.cwd())},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "ready\n"
    began = time.monotonic()
    if whole_group:  # Ctrl-C in a terminal reaches every process of the group
        os.killpg(process.pid, signal.SIGINT)
    else:
        process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    assert (out, err, process.returncode) == ("interrupted\n", "", 130)
    assert time.monotonic() - began < 30


def test_an_interrupt_leaves_no_thread_of_the_executor_behind():
    """Python complains on its way out if it finds one in the middle of tidying up."""
    before = set(threading.enumerate())

    def interrupted():
        with Workers(2) as workers:
            for _ in workers.each(sleep_unless_first, range(4)):
                raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert set(threading.enumerate()) <= before
