"""When things go wrong that are not the user's: our faults, a reader who has gone."""

import errno
import os
import shutil
import sqlite3

import pytest

from simulator.experiments.replications.replications import replicate
from simulator.experiments.workers.workers import LostWorkerError


@pytest.fixture
def broken(monkeypatch):
    """A simulator that fails."""

    def fail(*args, **kwargs):
        raise KeyError("shelf 7")

    monkeypatch.setattr("simulator.reports.results.run.replicate", fail)


@pytest.mark.usefixtures("broken")
def test_our_fault_leaves_a_log(simulator, folder):
    answer = simulator("run", "shop.yaml")
    assert answer.code == 3
    assert answer.out == ""
    assert "KeyError: 'shelf 7'" in answer.err
    assert "Traceback" not in answer.err
    (log,) = folder.glob("simulator-error-*.log")
    assert log.name in answer.err
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "shop.yaml" in text
    assert list((folder / "results/runs").iterdir()) == []


@pytest.mark.usefixtures("broken")
def test_debug_shows_the_traceback(simulator, folder):
    answer = simulator("--debug", "run", "shop.yaml")
    assert answer.code == 3
    assert "Traceback" in answer.err
    assert "shelf 7" in answer.err
    assert not list(folder.glob("*.log"))


@pytest.mark.usefixtures("broken")
def test_log_goes_elsewhere_if_it_must(simulator, folder, monkeypatch, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setattr(
        "simulator.reports.files.fault_log.Path",
        lambda *parts: folder / "missing" if not parts else elsewhere,
    )
    assert str(elsewhere) in simulator("run", "shop.yaml").err
    assert list(elsewhere.glob("simulator-error-*.log"))


@pytest.mark.parametrize("words", [["schema"], ["metrics"], ["run", "shop.yaml"], ["show", "shop.yaml"]])
@pytest.mark.skipif(os.name != "posix", reason="pipes break otherwise elsewhere")
def test_reader_has_gone(process, words):
    running = process(*words)
    running.stdout.close()
    _, err = running.communicate(timeout=300)
    assert (err, running.returncode) == ("", 141)


NO_SPACE = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "results/runs/x/orders.parquet")


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (NO_SPACE, "simulator: results/runs/x/orders.parquet: No space left on device\n"),
        (
            PermissionError(errno.EACCES, os.strerror(errno.EACCES), "results"),
            "simulator: results: Permission denied\n",
        ),
        (OSError(errno.EROFS, os.strerror(errno.EROFS), "x"), "simulator: x: Read-only file system\n"),
        (MemoryError(), "simulator: memory ran out. Try fewer workers"),
        (
            LostWorkerError("a worker process died: it was killed"),
            "simulator: a worker process died: it was killed\n",
        ),
    ],
)
def test_what_is_nobodys_fault(simulator, monkeypatch, error, words):
    def fail(*args, **kwargs):
        raise error

    monkeypatch.setattr("simulator.reports.results.run_results.Results.write", fail)
    answer = simulator("run", "shop.yaml")
    assert answer.code == 2
    assert answer.err.startswith(words)
    assert "fault" not in answer.err


def test_a_full_disk_under_the_journal(simulator, monkeypatch):
    def store(*args):
        error = sqlite3.OperationalError("database or disk is full")
        error.sqlite_errorcode = sqlite3.SQLITE_FULL
        raise error

    monkeypatch.setattr("simulator.experiments.replications.journal.Journal._layout", store)
    answer = simulator("run", "shop.yaml")
    assert answer.code == 2
    assert "the finished trials cannot be written: database or disk is full" in answer.err


def test_results_folder_that_vanishes_is_made_anew(simulator, folder, monkeypatch):
    def play(*args, **kwargs):
        found = replicate(*args, **kwargs)
        shutil.rmtree(folder / "results")
        return found

    monkeypatch.setattr("simulator.reports.results.run.replicate", play)
    answer = simulator("run", "shop.yaml")
    assert answer.code == 0
    place = folder / answer.out.splitlines()[-1].removeprefix("Results in ")
    assert (place / "metrics.csv").exists()


def test_results_folder_that_becomes_a_file(simulator, folder, monkeypatch):
    def play(*args, **kwargs):
        found = replicate(*args, **kwargs)
        shutil.rmtree(folder / "results")
        (folder / "results").touch()
        return found

    monkeypatch.setattr("simulator.reports.results.run.replicate", play)
    answer = simulator("run", "shop.yaml")
    assert answer.code == 2
    assert "Not a directory" in answer.err
    assert "--resume" not in answer.err  # there is nothing left to go on from
