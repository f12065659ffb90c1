"""Data files of any kind, told apart by their first bytes and read as tables."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Final

from simulator.tables.data_file import file_bytes, file_error
from simulator.tables.format import Format
from simulator.tables.table import DataTable

_ZIP: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_PARQUET: Final = b"PAR1"
_SQLITE: Final = b"SQLite format 3\0"


def table(path: Path, given: Format, wanted: Collection[str], *, every: bool = False) -> DataTable:
    """Read a file of any kind: delimited text, a workbook, Parquet; plain or compressed.

    Args:
        path: the file.
        given: format of the file as far as the scenario sets it.
        wanted: names of the columns needed.
        every: True if all other columns are needed, too.

    Raises:
        ScenarioError: the file cannot be read.
    """
    raw = file_bytes(path)
    if not raw.strip():
        raise file_error(path, "is empty")
    _check_format(raw, path, given)
    if raw.startswith(_PARQUET):
        from simulator.tables.parquet import parquet_table

        return parquet_table(raw, path, given, () if every else wanted)
    if raw.startswith((_ZIP, _OLD_WORKBOOK)):
        from simulator.tables.workbook import workbook_table

        return workbook_table(raw, path, given, wanted)
    if raw.startswith(_SQLITE):
        raise file_error(path, "is a database of SQLite; export the table as CSV")
    from simulator.tables.delimited_text import delimited_table

    return delimited_table(raw, path, given, wanted)


def _check_format(raw: bytes, path: Path, given: Format) -> None:
    """Check that the keys of ``format`` apply to this kind of file.

    Raises:
        ScenarioError: a key does not apply, such as ``separator`` to a workbook.
    """
    kind, keys = "a text", ["sheet"]
    if raw.startswith(_PARQUET):
        kind, keys = "a Parquet file", ["separator", "encoding", "sheet"]
    elif raw.startswith((_ZIP, _OLD_WORKBOOK)):
        kind, keys = "a workbook", ["separator", "encoding"]
    for key in keys:
        if getattr(given, key) is not None:
            raise file_error(path, f"is {kind}, to which 'format: {{{key}: …}}' does not apply")
