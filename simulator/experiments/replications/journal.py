"""Journal of finished trials on disk, so that none is played twice, even after Ctrl-C or a crash of the machine.

A trial is one replication of one scenario. Its key is a hash of everything that decides its figures
(``code_version.trial_key``), so an entry stays valid for ever or is never found again.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sqlite3
import zlib
from collections.abc import Iterator
from functools import reduce
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

from simulator.experiments.replications.outline import Outline
from simulator.experiments.replications.packed_columns import (
    Columns,
    Kept,
    built,
    fields_columns,
    figures_columns,
    figures_of,
    pack,
    unpack,
)
from simulator.experiments.workers.code_version import trial_key
from simulator.metrics.figures import Figures
from simulator.model.world import Record
from simulator.scenario.scenario import Scenario
from simulator.tables.data_file import require_file

_FORMAT: Final = 1
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS layouts (id INTEGER PRIMARY KEY, layout TEXT NOT NULL UNIQUE);
CREATE TABLE IF NOT EXISTS trials (
    key TEXT NOT NULL, replication INTEGER NOT NULL, layout INTEGER NOT NULL, crc INTEGER NOT NULL, data BLOB NOT NULL,
    UNIQUE (key, replication)
);
"""


class Journal:
    """File of finished trials, each safe as soon as ``put`` returns; to be used in a ``with`` statement.

    Only one process at a time can open the file. Entries left half written by a killed process or a full disk
    are invisible to the next process. A file that can no longer be read is renamed to ``<name>.damaged``, and
    a new one is begun.

    Args:
        path: path of the file, in a folder that exists.
        anew: True to hide the entries of earlier processes, but to keep them for later ones.

    Raises:
        BlockingIOError: another process has opened the file.
        OSError: the file cannot be written.
    """

    def __init__(self, path: Path, *, anew: bool = False) -> None:
        self.path = path
        self._hide_earlier = anew
        self._own: set[tuple[str, int]] = set()
        self._keys: dict[int, tuple[Scenario, str]] = {}
        self._layouts: dict[str, int] = {}
        self._database: sqlite3.Connection | None = None

    def __enter__(self) -> Self:
        if self.path.exists():
            require_file(self.path)
        try:
            self._database = _opened(self.path)
        except sqlite3.OperationalError as error:
            raise _as_os_error(error, self.path) from None
        except sqlite3.DatabaseError:  # not a database, or a damaged one
            self.path.replace(self.path.with_name(f"{self.path.name}.damaged"))
            for left in ("-wal", "-shm", "-journal"):
                self.path.with_name(self.path.name + left).unlink(missing_ok=True)
            self._database = _opened(self.path)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._database is not None:
            self._database.close()
            self._database = None

    def get(self, scenario: Scenario, replication: int, *, causes: bool = False) -> Figures | None:
        """Return the figures of a trial, the same as if it were played now; None if it is not finished.

        Args:
            scenario: scenario of the trial.
            replication: number of the replication.
            causes: True for figures with backordered lines by cause; a trial played without them is not finished.
        """
        columns = self.load(self._key(scenario), replication)
        if columns is None:
            return None
        found = figures_of(columns)
        if causes:
            return found if found.has_causes else None
        return found.without_causes() if found.has_causes else found

    def put(self, scenario: Scenario, replication: int, figures: Figures, *more: Record | Outline) -> None:
        """Store the figures of a finished trial, and its record and outline if given."""
        key = self._key(scenario)
        with self._transaction():
            for one in more:
                # A record too large for the database is not stored: its trial has to be played once more.
                with contextlib.suppress(OverflowError, sqlite3.DataError):
                    self.store(_part_key(key, type(one)), replication, fields_columns(one))
            self.store(key, replication, figures_columns(figures))

    def part(self, kind: type[Kept], scenario: Scenario, replication: int) -> Kept | None:
        """Return the ``Record`` or ``Outline`` of a trial; None if it was not stored.

        Args:
            kind: one of these types.
            scenario: scenario of the trial.
            replication: number of the replication.
        """
        columns = self.load(_part_key(self._key(scenario), kind), replication)
        return None if columns is None else built(kind, columns, scenario)

    def finished(self, scenario: Scenario) -> list[int]:
        """Return the numbers of the finished replications of a scenario, in order."""
        key = self._key(scenario)
        rows = self._open.execute("SELECT replication FROM trials WHERE key = ? ORDER BY replication", (key,))
        return [number for (number,) in rows if self._visible(key, number)]

    @property
    def empty(self) -> bool:
        """True if there is no entry at all, visible or hidden."""
        return self._open.execute("SELECT 1 FROM trials LIMIT 1").fetchone() is None

    def load(self, key: str, replication: int) -> dict[str, Any] | None:
        """Return the columns stored under a key of the caller; None without any.

        The key must identify everything that decides the columns.
        """
        if not self._visible(key, replication):
            return None
        row = self._open.execute(
            "SELECT layouts.layout, crc, data FROM trials JOIN layouts ON layouts.id = trials.layout"
            " WHERE key = ? AND replication = ?",
            (key, replication),
        ).fetchone()
        if row is None or zlib.crc32(row[2]) != row[1]:
            return None
        return unpack(row[0], row[2])

    def store(self, key: str, replication: int, columns: Columns) -> None:
        """Store columns (arrays, and values that JSON can hold) under a key of the caller; they are safe on return."""
        layout, buffers = pack(columns)
        size, crc = sum(map(len, buffers)), reduce(lambda crc, part: zlib.crc32(part, crc), buffers, 0)
        try:
            # The bytes are written into a blob of zeros, since a bound value of some hundred MB would be copied.
            row = (key, replication, self._layout(layout), crc, size)
            found = self._open.execute("INSERT OR REPLACE INTO trials VALUES (?, ?, ?, ?, zeroblob(?))", row)
            assert found.lastrowid is not None
            with self._open.blobopen("trials", "data", found.lastrowid) as blob:
                for part in buffers:
                    blob.write(part)
        except sqlite3.OperationalError as error:
            raise _as_os_error(error, self.path) from error
        self._own.add((key, replication))

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        """Store all that is stored within the ``with`` statement, or nothing if that fails."""
        self._open.execute("BEGIN")
        try:
            yield
            self._open.execute("COMMIT")
        except sqlite3.OperationalError as error:
            raise _as_os_error(error, self.path) from error
        finally:
            if self._open.in_transaction:
                self._open.execute("ROLLBACK")
                self._layouts.clear()

    def _visible(self, key: str, replication: int) -> bool:
        return not self._hide_earlier or (key, replication) in self._own

    def _layout(self, layout: str) -> int:
        """Return the number of a layout, which is stored once because the trials of a scenario share it."""
        if layout not in self._layouts:
            self._open.execute("INSERT OR IGNORE INTO layouts (layout) VALUES (?)", (layout,))
            found = self._open.execute("SELECT id FROM layouts WHERE layout = ?", (layout,)).fetchone()
            self._layouts[layout] = found[0]
        return self._layouts[layout]

    def _key(self, scenario: Scenario) -> str:
        """Return the key of a scenario, computed once; the scenario is kept so that no other can get its ``id``."""
        known = self._keys.get(id(scenario))
        if known is None:
            known = self._keys[id(scenario)] = (scenario, trial_key(scenario))
        return known[1]

    @property
    def _open(self) -> sqlite3.Connection:
        if self._database is None:
            raise ValueError("a journal has to be opened: with Journal(path) as journal: ...")
        return self._database


def _part_key(key: str, kind: type[object]) -> str:
    return f"{key}/{kind.__name__.lower()}"


def _opened(path: Path) -> sqlite3.Connection:
    """Open the database, lock it, and check it for damage.

    With a write-ahead log a commit is one short write, which is complete or void after a kill. The exclusive
    lock is taken first, so that the log needs no shared memory and works on network drives
    (https://www.sqlite.org/wal.html).
    """
    database = sqlite3.connect(path, timeout=1.0, isolation_level=None)
    try:
        database.execute("PRAGMA locking_mode = EXCLUSIVE")
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("PRAGMA synchronous = NORMAL")
        (format_,) = database.execute("PRAGMA user_version").fetchone()
        if format_ not in {0, _FORMAT} or database.execute("PRAGMA quick_check(1)").fetchone() != ("ok",):
            raise sqlite3.DatabaseError(f"{path} is damaged, or of another version")
        database.executescript(_TABLES)
        database.execute(f"PRAGMA user_version = {_FORMAT}")
    except sqlite3.Error:
        database.close()
        raise
    return database


def _as_os_error(error: sqlite3.OperationalError, path: Path) -> OSError:
    if error.sqlite_errorcode == sqlite3.SQLITE_BUSY:
        return BlockingIOError(errno.EAGAIN, "another process is at work on the same", os.fspath(path))
    return OSError(errno.EIO, f"the finished trials cannot be written: {error}", os.fspath(path))
