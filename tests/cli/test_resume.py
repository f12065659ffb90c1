"""Runs that are interrupted or killed, and go on with --resume."""

import json
import os
import signal
import subprocess
import time

import pytest

from simulator.experiments.replications import trials
from simulator.model.world import simulate
from simulator.reports.results.run import run
from tests.cli.shop import SHOP

pytestmark = pytest.mark.skipif(os.name != "posix", reason="sends signals as a terminal does")

WORDS = ("run", "shop.yaml", "--replications", "120", "--set", "run.horizon=150 days")
TIMES = {"manifest.json", "report.html"}
"""Files that tell when they were made."""


def journal(folder):
    (found,) = (folder / "results/runs").glob("*.unfinished")
    return found / "trials.sqlite"


def wait_for_trials(folder, running):
    """Until a few replications are in the journal."""
    end = time.monotonic() + 300
    while time.monotonic() < end and running.poll() is None:
        if any(
            log.stat().st_size > 600_000 for log in folder.glob("results/runs/*.unfinished/trials.sqlite-wal")
        ):
            return
        time.sleep(0.01)
    raise AssertionError(f"no replication was finished: {running.communicate()}")


def wait_until_nobody_works(group):
    """Until the workers have seen that their parent is gone."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        listed = subprocess.run(
            ["/bin/ps", "-e", "-o", "pgid=,stat="], capture_output=True, text=True, check=True
        )
        found = [line.split() for line in listed.stdout.splitlines()]
        if not [stat for pgid, stat in found if int(pgid) == group and not stat.startswith("Z")]:
            return
        time.sleep(0.1)
    raise AssertionError("workers are left")


def content(place):
    return {path.name: path.read_bytes() for path in place.iterdir() if path.name not in TIMES}


@pytest.fixture(scope="module")
def uninterrupted(tmp_path_factory):
    """What the files hold when nothing goes wrong, by whose orders are kept."""
    folder = tmp_path_factory.mktemp("uninterrupted")
    (folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    found = {}
    for kept in ("first", "all"):
        results = run(
            folder / "shop.yaml", 120, workers=2, keep_orders=kept, overrides=["run.horizon=150 days"]
        )
        found[kept] = content(results.save(folder))
    return found


@pytest.fixture
def played(monkeypatch):
    """The replications that are played in this process."""
    numbers = []

    def counted(scenario, number):
        numbers.append(number)
        return simulate(scenario, number)

    monkeypatch.setattr("simulator.experiments.replications.trials.simulate", counted)
    return numbers


@pytest.mark.parametrize("workers", ["1", "2"])
def test_interrupted(simulator, process, folder, played, uninterrupted, workers):
    running = process(*WORDS, "--workers", workers)
    wait_for_trials(folder, running)
    os.killpg(running.pid, signal.SIGINT)
    out, err = running.communicate(timeout=300)
    assert (running.returncode, out) == (130, "")
    (left,) = (folder / "results/runs").iterdir()
    assert left.suffix == ".unfinished"
    manifest = json.loads((left / "manifest.json").read_text(encoding="utf-8"))
    done = manifest["replications_done"]
    assert (manifest["complete"], manifest["replications"]) == (False, 120)
    assert 0 < done < 120
    assert err == (
        "Interrupted.\n"
        f"{done} of 120 replications are done; their results are in {left.relative_to(folder)}.\n"
        "To play the others: the same command with --resume.\n"
    )
    assert f"interrupted: {done} of 120" in (left / "report.html").read_text(encoding="utf-8").replace(
        "\u00a0", " "
    )
    assert json.loads((left / "metrics.json").read_text(encoding="utf-8"))["replications"] == done
    assert len((left / "replications.csv").read_text(encoding="utf-8").splitlines()) == 1 + done

    resumed = simulator(*WORDS, "--workers", "1", "--resume", "-q")
    assert resumed.err == ""
    assert len(played) == 120 - done
    (place,) = (folder / "results/runs").iterdir()
    assert content(place) == uninterrupted["first"]
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["complete"], manifest["replications_done"]) == (True, 120)


def test_killed(simulator, process, folder, played, uninterrupted):
    running = process(*WORDS, "--workers", "2", "--keep-orders", "all")
    wait_for_trials(folder, running)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate(timeout=300)
    assert not [
        path
        for path in (folder / "results/runs").iterdir()
        if path.name.startswith("corner-shop") and path.suffix != ".unfinished"
    ]
    wait_until_nobody_works(running.pid)

    simulator(*WORDS, "--workers", "1", "--resume", "-q", "--keep-orders", "all")
    assert 0 < len(played) < 120
    (place,) = (folder / "results/runs").iterdir()
    assert content(place) == uninterrupted["all"]


def test_records_that_were_not_kept_are_played_again(simulator, folder, played, monkeypatch):
    stop_after(monkeypatch, 3)
    assert simulator("run", "shop.yaml", "--replications", "5", "--workers", "1").code == 130
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    answer = simulator(
        "run", "shop.yaml", "--replications", "5", "--workers", "1", "--resume", "--keep-orders", "all"
    )
    assert answer.code == 0


def stop_after(monkeypatch, number):
    """Ctrl-C after so many replications."""
    play = trials._play
    done: list[trials.Trial] = []

    def play_or_stop(scenarios, keep, trial):
        if len(done) == number:
            raise KeyboardInterrupt
        done.append(trial)
        return play(scenarios, keep, trial)

    monkeypatch.setattr(trials, "_play", play_or_stop)


def test_nothing_is_done_yet(simulator, folder, monkeypatch):
    stop_after(monkeypatch, 0)
    answer = simulator("run", "shop.yaml", "--workers", "1")
    assert (answer.code, answer.out, answer.err) == (130, "", "Interrupted.\n")
    assert list((folder / "results/runs").iterdir()) == []


def test_hints(simulator, folder, monkeypatch):
    words = ("run", "shop.yaml", "--replications", "5", "--workers", "1")
    assert "Nothing unfinished" in simulator(*words, "--resume").err
    stop_after(monkeypatch, 2)
    assert "2 of 5 replications are done" in simulator(*words).err
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    stop_after(monkeypatch, 1)  # of what is played anew
    again = simulator(*words)
    assert "With --resume only the rest would be" in again.err
    assert "1 of 5 replications are done" in again.err
    monkeypatch.undo()
    monkeypatch.chdir(folder)
    assert simulator(*words, "--resume").err == ""
    assert [path.suffix for path in (folder / "results/runs").iterdir()] == [""]


def test_twice_at_the_same_time(simulator, process, folder):
    running = process(*WORDS, "--workers", "1", "--replications", "100000")
    wait_for_trials(folder, running)
    answer = simulator(*WORDS, "--workers", "1", "--replications", "100000")
    assert answer.code == 2
    assert "another process is at work on the same" in answer.err


def test_no_cluster(simulator, folder):
    began = time.monotonic()
    answer = simulator("run", "shop.yaml", "--cluster", "tcp://127.0.0.1:9")
    assert (answer.code, answer.out) == (2, "")
    assert answer.err == "simulator: no Dask scheduler answers at tcp://127.0.0.1:9\n"
    assert time.monotonic() - began < 60
    assert list((folder / "results/runs").iterdir()) == []


def test_a_cluster_and_workers(simulator):
    answer = simulator("run", "shop.yaml", "--cluster", "tcp://127.0.0.1:9", "--workers", "2")
    assert answer.code == 2
    assert "not both" in answer.err
