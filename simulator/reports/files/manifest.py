"""Manifest of a result: the facts that identify it and suffice to repeat it."""

from __future__ import annotations

import datetime
import os
import platform
import subprocess
import sys
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from functools import cache
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
"""Number of the layout of result folders."""
_LIBRARIES: Final = ("numpy", "scipy", "pandas", "simpy", "pydantic", "holidays")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """Facts about the execution of an experiment, for its record.

    Attributes:
        alternative: name of the alternative that was applied; None without one.
        overrides: texts ``path=value`` that were applied.
        started: time of the start, in UTC.
        seconds: duration.
        warnings: keys of the scenario file without effect.
    """

    alternative: str | None
    overrides: tuple[str, ...]
    started: datetime.datetime
    seconds: float
    warnings: tuple[Mistake, ...] = ()

    @classmethod
    def since(
        cls,
        started: datetime.datetime,
        alternative: str | None = None,
        overrides: Sequence[str] = (),
        warnings: Sequence[Mistake] = (),
    ) -> RunFacts:
        """Make the facts about an execution that ends now.

        Args:
            started: time of the start, in UTC.
            alternative: name of the alternative that was applied.
            overrides: texts ``path=value`` that were applied.
            warnings: keys of the scenario file without effect.
        """
        seconds = (datetime.datetime.now(datetime.UTC) - started).total_seconds()
        return cls(alternative, tuple(overrides), started, seconds, tuple(warnings))

    def told(self) -> list[dict[str, str | int]]:
        """Return the warnings as plain data."""
        return [one.plain() for one in self.warnings]


def manifest(scenario: Scenario, how: RunFacts, keep_orders: str) -> dict[str, Any]:
    """Return the manifest of a scenario that was played: all facts about it but its figures.

    Args:
        scenario: as it was played.
        how: facts about the execution.
        keep_orders: replications whose records were kept: "none", "first" or "all".

    Raises:
        OSError: a data file cannot be read.
    """
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
    """Return the entries of all manifests: settings, versions, command line, start and duration."""
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


@cache
def versions() -> Mapping[str, str]:
    """Return the versions of the simulator, of Python, and of the libraries that the figures depend on."""
    libraries = {name: version(name) for name in _LIBRARIES}
    return {"simulator": __version__, "python": platform.python_version(), **libraries}


def _commit() -> str | None:
    """Return the commit of the simulator's source, ``-dirty`` if changed since; None without a repository."""
    folder = Path(__file__).parents[2]
    try:
        # An installed simulator may lie inside another repository, which does not track its files.
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
    """Base of the results of every experiment: a dataclass of findings with the circumstances added."""

    circumstances: RunFacts = field(kw_only=True)
    """Facts about the execution: alternative, overrides, start, duration and warnings."""

    @classmethod
    def of(cls, found: Any, circumstances: RunFacts) -> Self:
        """Make results of findings.

        Args:
            found: findings, a dataclass whose fields the results share.
            circumstances: facts about the execution.
        """
        parts = {one.name: getattr(found, one.name) for one in fields(found)}
        return cls(**parts, circumstances=circumstances)

    @abstractmethod
    def plain(self) -> dict[str, Any]:
        """Return the figures as plain data, as the command prints them with ``--json``."""

    @abstractmethod
    def place(self, parent: Path) -> ResultFolder:
        """Return the folder of the results within ``parent``; its name ends in a hash of their inputs."""

    @abstractmethod
    def write(self, folder: Path) -> None:
        """Write the files of the results into an existing folder."""

    def save(self, folder: str | os.PathLike[str] = RUNS) -> Path:
        """Write the results into a new folder, named after the command, the scenario and a hash.

        An older folder of the same results is replaced as a whole. The files are listed under `write`.

        Args:
            folder: folder of all results, by default ``results/runs``; it is made if it does not exist.

        Returns:
            Path of the new folder.

        Raises:
            OSError: the folder cannot be written.
        """
        with self.place(Path(folder)) as place:
            return place.fill(self.write)
