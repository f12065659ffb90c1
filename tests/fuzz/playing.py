"""What the simulator makes of an input: it plays it, refuses it in words, or fails."""

from __future__ import annotations

import contextlib
import json
import signal
import tempfile
import time
import traceback
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Literal

from simulator.experiments.checking.judgement import load_to_judge
from simulator.experiments.replications.replications import replicate
from simulator.experiments.workers.work_limits import WorkLimit, WorkloadWarning
from simulator.experiments.workers.workers import Workers
from simulator.reports.files.json_files import plain_results
from simulator.reports.scenarios.validation import Validation
from simulator.values.mistakes import RunError, ScenarioError
from tests.fuzz.inputs import Input

LONGEST = 10.0
"""Seconds that a small input may take without progress."""
LIMIT = WorkLimit(seconds=2.0, bytes=4e8)
"""Work beyond this is refused, as a command refuses what is beyond its own limit."""

Fate = Literal["played", "refused", "too much", "fault"]


class TooLongError(Exception):
    """An input took longer than `LONGEST`."""


@dataclass(frozen=True)
class Outcome:
    """What became of an input; ``fault`` is the traceback of a fault, ``words`` the refusal."""

    fate: Fate
    seconds: float
    words: str = ""
    fault: str = ""


def tried(one: Input, *, report: bool = False) -> Outcome:
    """Play an input as ``run`` would, with its files in a folder of their own; with ``report`` write all results."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder, warnings.catch_warnings():
        warnings.simplefilter("error")
        warnings.simplefilter("ignore", WorkloadWarning)
        try:
            with _timer():
                fate, words = _play(one.write(Path(folder)), one.settings, report=report)
        except Exception:  # noqa: BLE001 - any other exception is what is looked for
            return Outcome("fault", time.perf_counter() - began, fault=traceback.format_exc())
    return Outcome(fate, time.perf_counter() - began, words)


def _play(file: Path, settings: tuple[str, ...], *, report: bool) -> tuple[Fate, str]:
    try:
        scenario = load_to_judge(file, None, settings)
        with Workers(1, limit=LIMIT) as workers:
            outcome = replicate(scenario, None, workers, progress=_rearm)
        json.dumps(plain_results(outcome, None), allow_nan=False)
        if report:
            _report(outcome, file.parent)
    except ScenarioError as error:
        if report:
            Validation.of(file)
        return "refused", str(error)
    except RunError as error:
        return "too much", str(error)
    return "played", ""


def _report(outcome: object, folder: Path) -> None:
    import datetime
    import io

    from simulator.experiments.replications.replications import Replications
    from simulator.reports.console.run import show_report
    from simulator.reports.console.screen import Screen
    from simulator.reports.files.manifest import RunFacts
    from simulator.reports.results.run_results import Results

    assert isinstance(outcome, Replications)
    results = Results.of(outcome, RunFacts.since(datetime.datetime.now(datetime.UTC), None, ()))
    show_report(Screen(file=io.StringIO(), width=80, markup=False), outcome, None, results.levels_by_stock)
    results.save(folder / "out")


def _rearm(_done: int, _total: int) -> None:
    """Begin to count anew, for a replication is done."""
    signal.setitimer(signal.ITIMER_REAL, LONGEST)


@contextlib.contextmanager
def _timer() -> Iterator[None]:
    """Raise TooLongError in what takes too long."""

    def ring(_signal: int, _frame: FrameType | None) -> None:
        raise TooLongError(f"more than {LONGEST:g} seconds")

    before = signal.signal(signal.SIGALRM, ring)
    signal.setitimer(signal.ITIMER_REAL, LONGEST)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0.0)
        signal.signal(signal.SIGALRM, before)
