"""Manifest of a result: the facts that tell it from any other and suffice to repeat it."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, Self

from simulator.orders.random.streams import SCHEME
from simulator.reports.files.result_folders import RUNS, ResultFolder
from simulator.reports.files.version import __version__
from simulator.scenario.data_file_notes import reading_notes
from simulator.scenario.fingerprint import data_files, fingerprint, resolved
from simulator.scenario.scenario import Scenario
from simulator.values.mistakes import Mistake

FORMAT: Final = 1
"""Number of the layout of run folders."""
_LIBRARIES: Final = ("numpy", "scipy", "pandas", "simpy", "pydantic")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """How a run came about: what the user asked for, when it began, how long it took, and what changed nothing."""

    alternative: str | None
    overrides: tuple[str, ...]
    started: datetime.datetime
    seconds: float
    warnings: tuple[Mistake, ...] = ()
    """Keys of the scenario file without effect."""

    @classmethod
    def since(
        cls,
        started: datetime.datetime,
        alternative: str | None = None,
        overrides: Sequence[str] = (),
        warnings: Sequence[Mistake] = (),
    ) -> RunFacts:
        """Of what began then and has come to its end now."""
        seconds = (datetime.datetime.now(datetime.UTC) - started).total_seconds()
        return cls(alternative, tuple(overrides), started, seconds, tuple(warnings))

    def told(self) -> list[dict[str, str | int]]:
        """The warnings as plain data."""
        return [one.plain() for one in self.warnings]


def manifest(scenario: Scenario, how: RunFacts, keep_orders: str) -> dict[str, Any]:
    """Everything about a run but its results."""
    return {
        "format": FORMAT,
        "scenario": resolved(scenario),
        "hash": fingerprint(scenario),
        "data": data_files(scenario),
        "reading": reading_notes(scenario),
        "seed": scenario.run.seed,
        "replications": scenario.run.replications,
        "orders": keep_orders,
        **origin(how),
    }


def origin(how: RunFacts) -> dict[str, Any]:
    """How a result came about, of whatever command: what was asked of which program, when, and how long it took."""
    return {
        "alternative": how.alternative,
        "overrides": list(how.overrides),
        "streams": SCHEME,
        "versions": versions(),
        "commit": _commit(),
        "argv": sys.argv,
        "started": how.started.isoformat(timespec="seconds"),
        "wall_seconds": round(how.seconds, 3),
    }


def versions() -> dict[str, str]:
    """Versions of the simulator and of what its figures depend on."""
    libraries = {name: version(name) for name in _LIBRARIES}
    return {"simulator": __version__, "python": platform.python_version(), **libraries}


def _commit() -> str | None:
    """Commit of the simulator's own source, with ``-dirty`` if it was changed since; ``None`` where there is none."""
    folder = Path(__file__).parents[2]
    try:
        # An installed simulator may lie inside the repository of somebody else, who does not track it.
        _git(folder, "ls-files", "--error-unmatch", "__init__.py")
        return _git(folder, "describe", "--always", "--dirty", "--abbrev=40", "--exclude=*")
    except (OSError, subprocess.SubprocessError):
        return None


def _git(folder: Path, *words: str) -> str:
    command = ["git", "-C", str(folder), *words]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=10)  # noqa: S603
    return done.stdout.strip()


@dataclass(frozen=True)
class Recorded(ABC):
    """Base of the results of every experiment; the findings are another dataclass, which the results extend."""

    circumstances: RunFacts = field(kw_only=True)

    @classmethod
    def of(cls, found: Any, circumstances: RunFacts) -> Self:
        """Results with the fields of the findings, a dataclass."""
        parts = {one.name: getattr(found, one.name) for one in fields(found)}
        return cls(**parts, circumstances=circumstances)

    @abstractmethod
    def plain(self) -> dict[str, Any]:
        """Figures as the command prints them with ``--json``."""

    @abstractmethod
    def place(self, parent: Path) -> ResultFolder:
        """Folder of the results within ``parent``; its name ends in a hash of all that decides what is in it."""

    @abstractmethod
    def write(self, folder: Path) -> None:
        """Write every file of the results into a folder that exists."""

    def save(self, folder: str | os.PathLike[str] = RUNS) -> Path:
        """Write a result folder, named after the command, the scenario and a hash, into ``folder``; return its path.

        An older folder of the same results is replaced as a whole.

        Raises:
            OSError: the folder cannot be written.
        """
        with self.place(Path(folder)) as place:
            return place.fill(self.write)
