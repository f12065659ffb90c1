"""Delimited text (CSV and its kin) read as a table."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.tables.data_file import file_error
from simulator.tables.dialect import Dialect, dialect, header_row
from simulator.tables.format import Format
from simulator.tables.refused_rows import Refusals
from simulator.tables.table import DataTable
from simulator.values.mistakes import Mistake, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

_LONGEST_CELL: Final = 10_000_000
_FIRST_ROWS: Final = 20


def delimited_table(raw: bytes, path: Path, given: Format, wanted: Collection[str]) -> DataTable:
    """Read a delimited text; the header is the first line that is not empty, unless titles stand above it.

    Args:
        raw: bytes of the file.
        path: the file, for mistakes.
        given: format of the file as far as the scenario sets it.
        wanted: names of the columns needed.

    Raises:
        ScenarioError: the file is not text, or rows have more cells than the header.
    """
    found = dialect(raw, path, given, wanted)
    read = _at_once(found, path, wanted)
    whole, lines = read if read is not None else _row_by_row(found, path, wanted)
    header = tuple("" if name is None else name.strip() for name in _first(whole))
    rows = whole.iloc[1:]
    filled = rows.notna().any(axis=1).to_numpy()
    return DataTable(
        path=path,
        header=header,
        cells=rows if filled.all() else rows[filled],
        lines=lines[1:][filled],
        header_line=int(lines[0]),
        separator=found.separator,
        read_as=found.read_as,
    )


def _first(whole: pd.DataFrame) -> list[str | None]:
    """Return the cells of the first row; None for an empty cell."""
    return [cell if isinstance(cell, str) else None for cell in whole.iloc[0]]


def _at_once(
    found: Dialect, path: Path, wanted: Collection[str]
) -> tuple[pd.DataFrame, NDArray[np.int64]] | None:
    """Read all rows with Arrow, the fast method, and return them with their lines.

    Args:
        found: text and separator of the file.
        path: the file, for mistakes.
        wanted: names of the columns needed.

    Returns:
        The cells and the line of each row; ``None`` if a row has another number of cells than the first, the
        first lacks a name needed, or a quote is never closed.
    """
    import pyarrow as pa
    from pyarrow import csv as arrow_csv

    if found.text.count(b'"') % 2:
        return None
    width = len(next((row for _, row in _rows(found, path)), []))
    columns = [str(number) for number in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(found.text),
            read_options=arrow_csv.ReadOptions(column_names=columns),
            parse_options=arrow_csv.ParseOptions(
                delimiter=found.separator, newlines_in_values=b'"' in found.text, ignore_empty_lines=False
            ),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(columns, pa.string()), strings_can_be_null=True, null_values=[""]
            ),
        )
    except (pa.ArrowException, ValueError):
        return None
    whole = table.to_pandas()
    whole.columns = range(width)
    if not {*wanted} <= {(name or "").strip() for name in _first(whole)}:
        return None
    return whole, _lines(whole, found)


def _lines(whole: pd.DataFrame, found: Dialect) -> NDArray[np.int64]:
    """Return the line on which each row begins. A line break within quotes starts a new line, too."""
    own = np.ones(len(whole), np.int64)
    if b'"' in found.text:
        for column in whole:
            own += whole[column].str.count("\r\n|\r|\n").fillna(0).to_numpy(np.int64)
    return found.begins + np.cumsum(own) - own


def _row_by_row(
    found: Dialect, path: Path, wanted: Collection[str]
) -> tuple[pd.DataFrame, NDArray[np.int64]]:
    """Read all rows one by one, for texts with rows of different lengths, and return them with their lines.

    The arguments are those of `_at_once`.

    Raises:
        ScenarioError: the text is empty, or a row has filled cells beyond the header.
    """
    import pandas as pd

    filled = [(line, row) for line, row in _rows(found, path) if any(cell.strip() for cell in row)]
    if not filled:
        raise file_error(path, "is empty")
    filled = filled[header_row([row for _, row in filled[:_FIRST_ROWS]], wanted) :]
    width = len(filled[0][1])
    wrong = [
        (line, "", f"{len(row)} cells, but the header has {width}")
        for line, row in filled
        if any(cell.strip() for cell in row[width:])
    ]
    if wrong:
        refusals = Refusals(path)
        separator = "a tab" if found.separator == "\t" else f"'{found.separator}'"
        refusals.add(
            wrong, f"{separator} is taken for the separator; 'format: {{separator: …}}' sets another"
        )
        raise ScenarioError(refusals.mistakes)
    rows = [[*(cell or None for cell in row[:width]), *[None] * (width - len(row))] for _, row in filled]
    return pd.DataFrame(rows, dtype="str"), np.array([line for line, _ in filled], np.int64)


def _rows(found: Dialect, path: Path) -> Iterator[tuple[int, list[str]]]:
    """Yield the line on which each row begins, and its cells."""
    text = io.TextIOWrapper(io.BytesIO(found.text), "utf-8", newline="")
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(text, delimiter=found.separator, strict=True)
    begins = found.begins
    try:
        for row in reader:
            yield begins, row
            begins = found.begins + reader.line_num
    except csv.Error as error:
        problem = "a quote in this row is never closed" if "end of data" in str(error) else str(error)
        raise ScenarioError([Mistake(str(path), begins, 1, "", problem)]) from error
