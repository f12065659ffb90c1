"""Table of a data file: columns of text, and the line of each row."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class DataTable:
    """Rows of a data file as text, empty cells as missing values.

    Attributes:
        path: the file.
        header: names of the columns, trimmed; a name may occur several times.
        cells: the columns in the order of the header, numbered from 0; empty rows are left out.
        lines: line of each row as an editor counts lines; in a workbook, the row of the sheet.
        header_line: line of the header.
        exact: True if the file stores numbers and times with their types, as a workbook and Parquet do.
        separator: character between cells, empty if there is none.
        read_as: detected format, in words; empty for a plain file.
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

    def where(self, rows: NDArray[np.bool_]) -> DataTable:
        """Select the rows flagged in ``rows`` (bool[rows])."""
        return self if rows.all() else replace(self, cells=self.cells[rows], lines=self.lines[rows])

    def number(self, name: str) -> int:
        """Return the number of the column with a name.

        Raises:
            ValueError: there is no such column.
        """
        return self.header.index(name)

    def column(self, name: str) -> pd.Series:
        """Return the cells of the column with a name.

        Raises:
            ValueError: there is no such column.
        """
        return self.cells[self.number(name)]


if TYPE_CHECKING:
    import pandas as pd


def matches(cells: pd.Series, pattern: str) -> NDArray[np.bool_]:
    """Test whether a pattern occurs in each row: bool[rows], False for missing values.

    Args:
        cells: column of text.
        pattern: regular expression in RE2 syntax.
    """
    import pyarrow.compute as pc

    found: NDArray[np.bool_] = (
        pc.match_substring_regex(_arrow(cells), pattern).fill_null(False).to_numpy(zero_copy_only=False)
    )
    return found


def plain_numbers(cells: pd.Series) -> NDArray[np.float64] | None:
    """Return the number in each cell, nan for a missing value; ``None`` if any cell is no plain number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        found: NDArray[np.float64] = pc.cast(_arrow(cells), pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return found


def _arrow(cells: pd.Series) -> Any:
    import pyarrow as pa

    array = pa.array(cells, type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
