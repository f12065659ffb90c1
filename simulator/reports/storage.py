"""Run folders: everything a run leaves on disk, there as a whole or not at all.

A folder is written under a temporary name beside its final one and renamed when it is complete. A run that was
killed leaves only its temporary folder, whose name says which process it belonged to; the next run removes it.
"""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import shutil
import socket
import unicodedata
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from simulator.reports.as_json import json_text
from simulator.reports.manifest import fingerprint, manifest
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    from simulator.reports.results import Results

RUNS: Final = Path("results/runs")
"""Where run folders go if nobody says otherwise."""

_HASH_LENGTH = 12
_LONGEST_NAME = 60
_ATTEMPTS = 10
_TEMPORARY = re.compile(r"\.tmp-(?P<process>\d+)-[0-9a-f]{8}@(?P<host>.+)")


class RunFolder:
    """The folder of one run, to be used in a ``with`` statement: ``fill`` makes it; without that nothing remains.

    Entering shows early, before a long run, whether the folder can be written. Raises OSError if not.
    """

    def __init__(self, parent: Path, scenario: Scenario) -> None:
        self.path = parent / f"{safe_name(scenario.name)}-{fingerprint(scenario)[:_HASH_LENGTH]}"
        self._new = parent / _temporary_name()

    def __enter__(self) -> Self:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        _sweep(self.path.parent)
        self._new.mkdir()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        shutil.rmtree(self._new, ignore_errors=True)

    def fill(self, results: Results) -> Path:
        """Write the results, put the folder in its place and return its path."""
        write(results, self._new)
        _put(self._new, self.path)
        return self.path


def write(results: Results, folder: Path) -> None:
    """Write every file of a run folder into a folder that exists.

    ========================  ==========================================================================
    ``manifest.json``         the scenario with every default, its hash, seed, versions, when and how long
    ``metrics.json``          what ``run --json`` prints
    ``metrics.csv``           the same as a table: metric, dimension, group, mean, half_width, unit
    ``replications.csv``      one row a replication
    ``orders.parquet``        every order line of the kept replications
    ``purchases.parquet``     every purchase order of the kept replications
    ``series.parquet``        stock on hand and backlog of the kept replications, a row for each change
    ``contacts.parquet``      every contact with the support desk of the kept replications, if there is a desk
    ``messages.parquet``      every message to waiting customers of the kept replications, if there is communication
    ``cash.parquet``          cash of the kept replications, a row for each change, if customers' payment is followed
    ========================  ==========================================================================
    """
    kept = len(results.outcome.records)
    orders = "none" if kept == 0 else "first" if kept == 1 else "all"
    described = manifest(results.scenario, results.circumstances, orders)
    (folder / "manifest.json").write_text(json_text(described) + "\n", encoding="utf-8")
    (folder / "metrics.json").write_text(json_text(results.plain()) + "\n", encoding="utf-8")
    results.metrics.to_csv(folder / "metrics.csv", index=False)
    results.replications.to_csv(folder / "replications.csv", index=False)
    if kept:
        results.orders.to_parquet(folder / "orders.parquet", index=False)
        results.purchases.to_parquet(folder / "purchases.parquet", index=False)
        results.series.to_parquet(folder / "series.parquet", index=False)
        if results.scenario.support_desk is not None:
            results.contacts.to_parquet(folder / "contacts.parquet", index=False)
        if results.scenario.policies.communication is not None:
            results.messages.to_parquet(folder / "messages.parquet", index=False)
        if results.scenario.policies.payment is not None:
            results.cash.to_parquet(folder / "cash.parquet", index=False)


def safe_name(name: str) -> str:
    """A name that every file system takes.

    >>> safe_name("Holiday peak: 50 % more / España")
    'holiday-peak-50-more-espana'
    >>> safe_name("../..")
    'scenario'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    words = re.sub(r"[^a-z0-9_]+", "-", plain)[:_LONGEST_NAME].strip("-")
    return words or "scenario"


def _temporary_name() -> str:
    return f".tmp-{os.getpid()}-{secrets.token_hex(4)}@{socket.gethostname()}"


def _put(new: Path, final: Path) -> None:
    """Rename the new folder to its final name; an older one of that name is set aside first, then deleted."""
    for attempt in range(_ATTEMPTS):
        aside = final.parent / _temporary_name()
        with contextlib.suppress(FileNotFoundError):
            final.rename(aside)
        try:
            new.rename(final)
        except OSError:
            # Another process may have put the same run there in the meantime: set that aside, too.
            if attempt == _ATTEMPTS - 1 or not final.exists():
                raise
        else:
            break
        finally:
            shutil.rmtree(aside, ignore_errors=True)


def _sweep(parent: Path) -> None:
    """Remove what runs of this machine left that are no longer there."""
    for left in parent.iterdir():
        match = _TEMPORARY.fullmatch(left.name)
        if match and match["host"] == socket.gethostname() and not _is_running(int(match["process"])):
            shutil.rmtree(left, ignore_errors=True)


def _is_running(process: int) -> bool:
    if os.name != "posix":  # elsewhere there is no harmless signal to ask with
        return True
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True
