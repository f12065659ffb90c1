"""Head and foot of a page: the measured time, and the command and versions that repeat the result."""

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


def foot(
    *,
    scenario: str,
    fingerprint: str,
    seed: int,
    replications: int,
    circumstances: RunFacts,
    further: tuple[Entry, ...] = (),
) -> list[Entry]:
    """What the page came from, as (term, text). No folder of the machine it was made on is named."""
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
    """What was typed, without the folders of this machine."""
    program = Path(sys.argv[0])
    if program.stem != "simulator" and program.parent.name != "simulator":
        return "called from Python"
    return shlex.join(["simulator", *(_without_folders(word) for word in sys.argv[1:])])


def _without_folders(word: str) -> str:
    """A word of the command line; of an absolute path, be it after a ``=``, only the last part."""
    name, equals, value = word.rpartition("=")
    return f"{name}{equals}{Path(value).name}" if Path(value).is_absolute() else word


def facts(runs: Sequence[Run], replications: int) -> list[str]:
    """What the figures of runs rest on: the measured time, how often each was played."""
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
