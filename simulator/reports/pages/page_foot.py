"""Facts at the head of a page, and the origin of its result at the foot: command, versions and the like."""

from __future__ import annotations

import datetime
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path

from simulator.reports.files.manifest import RunFacts, versions
from simulator.reports.pictures.event_marks import date_of, spelled
from simulator.reports.wording.numerals import quantity
from simulator.reports.wording.precision_notes import measured, measured_time
from simulator.scenario.sections.run import Run

Entry = tuple[str, str]
"""Term and text."""


def foot(
    *,
    scenario: str,
    fingerprint: str,
    seed: int,
    replications: int,
    circumstances: RunFacts,
    further: tuple[Entry, ...] = (),
) -> list[Entry]:
    """List the origin of a result, without the folders of this machine.

    Args:
        scenario: name.
        fingerprint: SHA-256 of the scenario.
        seed: of the random numbers.
        replications: number of replications.
        circumstances: command-line settings, start and duration of the run.
        further: entries that only this kind of page has.
    """
    return [
        ("Scenario", f"{scenario}, SHA-256 {fingerprint}"),
        *([("Alternative", circumstances.alternative)] if circumstances.alternative else []),
        *(("Changed", text) for text in circumstances.overrides),
        *further,
        ("Seed", str(seed)),
        ("Replications", quantity(replications)),
        ("Made", _when(circumstances)),
        ("Command", repeat_command()),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions().items())),
    ]


def repeat_command() -> str:
    """Return the command as typed, without the folders of this machine, or a note that there was none."""
    program = Path(sys.argv[0])
    if program.stem != "simulator" and program.parent.name != "simulator":
        return "called from Python"
    return shlex.join(["simulator", *(_without_folders(word) for word in sys.argv[1:])])


def _without_folders(word: str) -> str:
    """Reduce an absolute path, also one after ``=``, to its last part; return other words unchanged."""
    name, equals, value = word.rpartition("=")
    return f"{name}{equals}{Path(value).name}" if Path(value).is_absolute() else word


def facts(runs: Sequence[Run], replications: int) -> list[str]:
    """List the facts behind the figures of a page: measured time, warm-up, replications and windows.

    Args:
        runs: settings of all scenarios of the page; of different measured times only a summary is given.
        replications: of each scenario.
    """
    run, times = runs[0], "one replication" if replications == 1 else f"{quantity(replications)} replications"
    if len(set(map(measured, runs))) > 1:
        return [measured_time(runs).rstrip("."), times]
    first, end = date_of(run, run.warm_up), date_of(run, run.horizon)
    window = f"Measured: {measured(run)}, {spelled(first)} to {spelled(end)}"
    warm_up = [f"after {quantity(run.warm_up)} days of warm-up"] if run.warm_up > 0 else []
    windows = (
        [f"in windows of {quantity(run.window)} days, orders not kept"] if run.window is not None else []
    )
    return [window, *warm_up, times, *windows]


def _when(how: RunFacts) -> str:
    return (
        f"{how.started.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC, in {max(how.seconds, 0.1):,.1f} seconds"
    )
