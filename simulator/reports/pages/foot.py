"""The foot of a page: all it takes to tell a result from any other and to make it again."""

from __future__ import annotations

import datetime
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from simulator.reports.manifest import versions
from simulator.reports.numerals import quantity

Entry = tuple[str, str]


def foot(
    *,
    scenario: str,
    fingerprint: str,
    seed: int,
    replications: int,
    started: datetime.datetime | None = None,
    seconds: float | None = None,
    further: tuple[Entry, ...] = (),
) -> list[Entry]:
    """What the page came from, as (term, text). No folder of the machine it was made on is named."""
    return [
        ("Scenario", f"{scenario}, SHA-256 {fingerprint}"),
        *further,
        ("Seed", str(seed)),
        ("Replications", quantity(replications)),
        *_circumstances(started, seconds),
        ("Command", command()),
        ("Versions", ", ".join(f"{name} {version}" for name, version in versions().items())),
    ]


def command() -> str:
    """What was typed, without the folders of this machine."""
    program = Path(sys.argv[0])
    if program.stem != "simulator" and program.parent.name != "simulator":
        return "called from Python"
    return shlex.join(["simulator", *(_without_folders(word) for word in sys.argv[1:])])


def _without_folders(word: str) -> str:
    """A word of the command line; of an absolute path, be it after a ``=``, only the last part."""
    name, equals, value = word.rpartition("=")
    return f"{name}{equals}{Path(value).name}" if Path(value).is_absolute() else word


def _circumstances(started: datetime.datetime | None, seconds: float | None) -> Iterator[Entry]:
    if started is not None:
        took = "" if seconds is None else f", in {max(seconds, 0.1):,.1f} seconds"
        yield "Made", f"{started.astimezone(datetime.UTC):%Y-%m-%d %H:%M} UTC{took}"
