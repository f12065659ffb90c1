"""The command line as a user meets it: words in, output and an exit code out."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

import simulator as simulator_package
from simulator.cli import main
from tests.cli.shop import SHOP


@dataclass(frozen=True)
class Answer:
    """What a command gave back."""

    code: int
    out: str
    err: str


Command = Callable[..., Answer]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, in which shop.yaml stands."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
    return tmp_path


@pytest.fixture
def simulator(folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command in this process, 80 columns wide."""
    monkeypatch.setenv("COLUMNS", "80")

    def run(*words: str) -> Answer:
        monkeypatch.setattr(sys, "argv", ["simulator", *words])
        with pytest.raises(SystemExit) as end:
            main()
        out, err = capsys.readouterr()
        return Answer(int(end.value.code or 0), out, err)

    return run


@pytest.fixture
def process(folder: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Starts a command in a process of its own; what still runs after the test is killed, with its workers."""
    started: list[subprocess.Popen[str]] = []

    def start(*words: str) -> subprocess.Popen[str]:
        running = subprocess.Popen(
            [sys.executable, "-m", "simulator", *words],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # Also where the package is not installed.
            env={**os.environ, "PYTHONPATH": str(Path(simulator_package.__file__).parents[1])},
        )
        started.append(running)
        return running

    yield start
    for running in started:
        if running.poll() is None:
            if os.name == "posix":
                os.killpg(running.pid, signal.SIGKILL)
            running.kill()
        running.communicate(timeout=60)
