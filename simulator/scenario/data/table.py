"""A data file as columns of text, each row with its line."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.data.format import Format
from simulator.scenario.data_file import content, whole_file

if TYPE_CHECKING:
    import pandas as pd

_ZIP: Final = b"PK\x03\x04"
_OLD_WORKBOOK: Final = b"\xd0\xcf\x11\xe0"
_PARQUET: Final = b"PAR1"
_SQLITE: Final = b"SQLite format 3\0"


@dataclass(frozen=True, eq=False)
class Table:
    """Rows of a data file as text, empty cells as missing values.

    Attributes:
        path: the file.
        header: names of the columns, trimmed; a name may occur several times.
        cells: the columns in the sequence of the header, numbered from 0; rows without a cell are left out.
        lines: line of each row as an editor counts them; in a workbook the row of the sheet.
        header_line: line of the header.
        exact: whether numbers and times were written by a program that knew them as such.
        separator: character between cells, empty if there is none.
        read_as: what the file is written in, in words; empty where it is as usual.
    """

    path: Path
    header: tuple[str, ...]
    cells: pd.DataFrame
    lines: NDArray[np.int64]
    header_line: int = 1
    exact: bool = False
    separator: str = ""
    read_as: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.lines)

    def where(self, rows: NDArray[np.bool_]) -> Table:
        """Some of the rows."""
        return self if rows.all() else replace(self, cells=self.cells[rows], lines=self.lines[rows])

    def number(self, name: str) -> int:
        """Number of the column with this name; there must be one."""
        return self.header.index(name)

    def column(self, name: str) -> pd.Series:
        """The cells of the column with this name."""
        return self.cells[self.number(name)]


def table(path: Path, given: Format, wanted: Collection[str], *, every: bool = False) -> Table:
    """Read a file of any kind: text with separators, a workbook, Parquet; plain or compressed.

    Args:
        path: the file.
        given: what the scenario says of its format.
        wanted: names of the columns that will be asked for.
        every: whether others will be, too.

    Raises:
        ScenarioError: the file cannot be read.
    """
    raw = content(path)
    if not raw.strip():
        raise whole_file(path, "is empty")
    _see_format(raw, path, given)
    if raw.startswith(_PARQUET):
        from simulator.scenario.data.parquet import parquet_table

        return parquet_table(raw, path, given, () if every else wanted)
    if raw.startswith((_ZIP, _OLD_WORKBOOK)):
        from simulator.scenario.data.workbook import workbook_table

        return workbook_table(raw, path, given, wanted)
    if raw.startswith(_SQLITE):
        raise whole_file(path, "is a database of SQLite; export the table as CSV")
    from simulator.scenario.data.delimited import delimited_table

    return delimited_table(raw, path, given, wanted)


def _see_format(raw: bytes, path: Path, given: Format) -> None:
    """Raise ``ScenarioError`` if the scenario says something of the file that such a file does not have."""
    kind, keys = "a text", ["sheet"]
    if raw.startswith(_PARQUET):
        kind, keys = "a Parquet file", ["separator", "encoding", "sheet"]
    elif raw.startswith((_ZIP, _OLD_WORKBOOK)):
        kind, keys = "a workbook", ["separator", "encoding"]
    for key in keys:
        if getattr(given, key) is not None:
            raise whole_file(path, f"is {kind}, of which 'format: {{{key}: …}}' says nothing")
