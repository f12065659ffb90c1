"""What has to be known about a run to tell it from any other and to repeat it."""

from __future__ import annotations

import datetime
import hashlib
import json
import platform
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

import simulator
from simulator.orders.streams import SCHEME
from simulator.scenario.customers import History
from simulator.scenario.distributions import Empirical
from simulator.scenario.scenario import Scenario

FORMAT: Final = 1
"""Number of the layout of run folders."""
_LIBRARIES: Final = ("numpy", "scipy", "pandas", "simpy", "pydantic")


@dataclass(frozen=True, slots=True)
class Circumstances:
    """How a run came about: what the user asked for, when it began and how long it took."""

    alternative: str | None
    overrides: tuple[str, ...]
    started: datetime.datetime
    seconds: float


def resolved(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data with every default written out.

    Its alternatives are left out: one of them may have been applied, the others have no part in the run.
    """
    plain: dict[str, Any] = scenario.model_dump(mode="json", exclude={"alternatives"})
    return plain


def data_files(scenario: Scenario) -> dict[str, str]:
    """SHA-256 of every data file, by its path as the scenario writes it.

    Of a column that a distribution was read from, named ``file#column``, it is that of the numbers.
    """
    digests: dict[str, str] = {}
    for part in _parts(scenario):
        if isinstance(part, History):
            with part.file.open("rb") as file:
                digests[part.orders] = hashlib.file_digest(file, "sha256").hexdigest()
        elif isinstance(part, Empirical) and part.file is not None:
            digests[f"{part.file}#{part.column}"] = _digest(list(part.observed))
    return dict(sorted(digests.items()))


def fingerprint(scenario: Scenario) -> str:
    """SHA-256 of all that decides the figures: the resolved scenario and what its data files hold.

    Raises OSError if a data file cannot be read.
    """
    return _digest({"scenario": resolved(scenario), "data": data_files(scenario)})


def manifest(scenario: Scenario, how: Circumstances, keep_orders: str) -> dict[str, Any]:
    """Everything about a run but its results."""
    return {
        "format": FORMAT,
        "scenario": resolved(scenario),
        "hash": fingerprint(scenario),
        "data": data_files(scenario),
        "alternative": how.alternative,
        "overrides": list(how.overrides),
        "seed": scenario.run.seed,
        "replications": scenario.run.replications,
        "streams": SCHEME,
        "orders": keep_orders,
        "versions": versions(),
        "commit": _commit(),
        "argv": sys.argv,
        "started": how.started.isoformat(timespec="seconds"),
        "wall_seconds": round(how.seconds, 3),
    }


def versions() -> dict[str, str]:
    """Versions of the simulator and of what its figures depend on."""
    libraries = {name: version(name) for name in _LIBRARIES}
    return {"simulator": simulator.__version__, "python": platform.python_version(), **libraries}


def _digest(value: Any) -> str:
    """SHA-256 of a value's canonical JSON: keys sorted, no blanks."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def _parts(value: object) -> Iterator[BaseModel]:
    """Every section within the value, however deep."""
    if isinstance(value, BaseModel):
        yield value
        value = [getattr(value, name) for name in type(value).model_fields]
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from _parts(part)


def _commit() -> str | None:
    """Commit of the simulator's own source, with ``-dirty`` if it was changed since; ``None`` where there is none."""
    folder = Path(simulator.__file__).parent
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
