import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

from simulator.experiments.workers import completed, executor, usable_cores


def square(item):
    return item * item


def in_process(item):
    return os.getpid()


def fail_at_three(item):
    if item == 3:
        raise ValueError("three")
    return item


def die(item):
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.parametrize("workers", [1, 2])
def test_every_item_is_done_once(workers):
    assert dict(completed(square, range(20), workers)) == {n: n * n for n in range(20)}


def test_one_worker_is_this_process():
    assert dict(completed(in_process, range(2), 1)) == dict.fromkeys(range(2), os.getpid())


def test_workers_are_other_processes():
    assert os.getpid() not in dict(completed(in_process, range(4), 2)).values()


@pytest.mark.parametrize("workers", [1, 2])
def test_an_exception_of_the_task_is_raised_here(workers):
    with pytest.raises(ValueError, match="three"):
        list(completed(fail_at_three, range(100), workers))


def test_a_worker_that_dies_is_reported():
    with pytest.raises(RuntimeError, match="a worker process died"):
        list(completed(die, range(4), 2))


def test_one_worker_has_done_an_item_when_it_is_yielded():
    done: list[int] = []
    for number, _ in completed(done.append, range(3), 1):
        assert done == list(range(number + 1))


def test_usable_cores():
    assert 1 <= usable_cores() <= (os.cpu_count() or 1)


def test_the_executor_is_the_seam():
    pool, task = executor(2, square)
    with pool:
        assert pool.submit(task, 5).result() == 25


INTERRUPTED = """
import signal, sys, time
from simulator.experiments.workers import completed

def sleep(item):
    if item == 0:
        return item
    time.sleep(60)

if __name__ == "__main__":
    try:
        for _ in completed(sleep, range(4), 2):
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
    out, err = process.communicate(timeout=20)
    assert (out, err, process.returncode) == ("interrupted\n", "", 130)
    assert time.monotonic() - began < 10
