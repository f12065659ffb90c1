"""Sheets of a workbook (.xlsx, .xlsb, .xls, .ods) read as a table."""

from __future__ import annotations

import datetime
import io
import math
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.tables.data_file import file_error
from simulator.tables.dialect import header_row
from simulator.tables.format import Format
from simulator.tables.table import DataTable
from simulator.values.section import nearest

if TYPE_CHECKING:
    from python_calamine import CalamineWorkbook

_FIRST_ROWS: Final = 20
_INSTALL: Final = "reading workbooks needs one more package: pip install 'backorder-simulator[files]'"


def workbook_table(raw: bytes, path: Path, given: Format, wanted: Collection[str]) -> DataTable:
    """Read the sheets named by the scenario, or the first one with the wanted columns, or the first one.

    Args:
        raw: bytes of the file.
        path: the file, for mistakes.
        given: format of the file as far as the scenario sets it.
        wanted: names of the columns needed.

    Raises:
        ScenarioError: the file is no workbook or lacks a sheet, or the package for workbooks is missing.
    """
    import pandas as pd

    try:
        import python_calamine
    except ImportError as error:
        raise file_error(path, _INSTALL) from error
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(raw))
        sheets = _sheets(book, path, given, wanted)
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        cause = " ".join(str(error).split())
        raise file_error(
            path, f"is no workbook that can be read ({cause}); extract the file from any other archive first"
        ) from error
    header, first, _ = sheets[0][1]
    columns: list[list[str | None]] = [[] for _ in header]
    lines: list[int] = []
    for name, (names, begins, rows) in sheets:
        if set(names) != set(header):
            raise file_error(path, f"sheets '{sheets[0][0]}' and '{name}' have different columns")
        places = [names.index(one) for one in header]
        for line, row in enumerate(rows, begins + 1):
            if any(cell != "" for cell in row):
                lines.append(line)
                for column, place in zip(columns, places, strict=True):
                    column.append(_text(row[place]))
    named = ", ".join(f"'{name}'" for name, _ in sheets)
    several = len(book.sheet_names) > 1
    return DataTable(
        path=path,
        header=header,
        cells=pd.DataFrame({number: pd.Series(cells, dtype="str") for number, cells in enumerate(columns)}),
        lines=np.array(lines, np.int64),
        header_line=first,
        exact=True,
        read_as=(f"sheet {named} of {len(book.sheet_names)}",) if several else (),
    )


_Sheet = tuple[tuple[str, ...], int, Sequence[Sequence[Any]]]
"""Header, its row in the sheet counted from 1, and the rows below it."""


def _sheets(
    book: CalamineWorkbook, path: Path, given: Format, wanted: Collection[str]
) -> list[tuple[str, _Sheet]]:
    """Return the sheets to read, each with its name."""
    if given.sheet is not None:
        for name in given.sheet:
            if name not in book.sheet_names:
                raise file_error(path, f"no sheet '{name}'{nearest(name, book.sheet_names)}")
        return [(name, _sheet(book, name, wanted)) for name in given.sheet]
    if not book.sheet_names:
        raise file_error(path, "has no sheet")
    first = None
    for name in book.sheet_names:
        sheet = _sheet(book, name, wanted)
        if {*wanted} <= {*sheet[0]}:
            return [(name, sheet)]
        first = first or (name, sheet)
    assert first is not None
    return [first]


def _sheet(book: CalamineWorkbook, name: str, wanted: Collection[str]) -> _Sheet:
    """Read a sheet. Its header is the first row that is not empty, unless titles stand above it."""
    rows = book.get_sheet_by_name(name).to_python(skip_empty_area=False)
    filled = [number for number, row in enumerate(rows) if any(cell != "" for cell in row)][:_FIRST_ROWS]
    if not filled:
        return (), 1, []
    number = filled[header_row([[_text(cell) for cell in rows[place]] for place in filled], wanted)]
    return tuple((_text(cell) or "").strip() for cell in rows[number]), number + 1, rows[number + 1 :]


def _text(cell: Any) -> str | None:
    """Write a cell as text that reads back as the same value. Whole numbers have no decimal mark."""
    if isinstance(cell, str):
        return cell or None
    if isinstance(cell, bool):
        return str(cell).lower()
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and math.fabs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime.datetime):
        return cell.isoformat(" ")
    return str(cell)
