"""Version of the code and of its libraries, on which figures depend in addition to the scenario."""

from __future__ import annotations

import hashlib
import platform
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from simulator.orders.random.streams import SCHEME
from simulator.scenario.fingerprint import parts, trial_fingerprint
from simulator.scenario.scenario import Scenario

_FOLDERS: Final = ("values", "tables", "laws", "policies", "scenario", "orders", "model", "metrics")
"""Folders of the simulator whose code decides the figures."""
_OUTLINES: Final = ("replications/outline.py", "statistics/wait_quantiles.py")
"""Files of the experiments whose code decides the other stored results of a trial."""
_LIBRARIES: Final = ("numpy", "scipy", "simpy", "pydantic")


@cache
def code_version() -> str:
    """Return the SHA-256 of the simulator's source, of the stream scheme and of the versions of Python and libraries.

    The source is hashed because it changes more often than its version number.
    """
    python = "{}.{}".format(*platform.python_version_tuple())
    versions = (SCHEME, python, *map(version, _LIBRARIES))
    digest = hashlib.sha256("\n".join(versions).encode())
    home = Path(__file__).parents[2]
    files = [file for folder in _FOLDERS for file in (home / folder).rglob("*.py")]
    for file in sorted([*files, *(home / "experiments" / name for name in _OUTLINES)]):
        digest.update(f"\n{file.relative_to(home).as_posix()}\n".encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()


def trial_key(scenario: Scenario) -> str:
    """Return the SHA-256 of everything except n that decides the figures of replication n of a scenario.

    It includes the code of policies from other packages, but not the number of replications.

    Raises:
        OSError: a data file cannot be read.
    """
    foreign = {type(part).__module__ for part in parts(scenario)}
    sources = (
        getattr(sys.modules[name], "__file__", None)
        for name in sorted(foreign)
        if name.partition(".")[0] != __name__.partition(".")[0]
    )
    digest = hashlib.sha256(f"{code_version()}\n{trial_fingerprint(scenario)}".encode())
    for source in sources:
        if source is not None:
            digest.update(hashlib.sha256(Path(source).read_bytes()).digest())
    return digest.hexdigest()
