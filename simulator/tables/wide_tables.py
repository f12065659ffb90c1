"""Conversion of wide tables, with one column per day, to tables with one row per cell."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from simulator.tables.date_columns import times
from simulator.tables.format import Format
from simulator.tables.refused_rows import UnsettledError
from simulator.tables.table import DataTable
from simulator.values.mistakes import Mistake, ScenarioError

if TYPE_CHECKING:
    import pandas as pd

TIME, QUANTITY = "\0time", "\0quantity"
"""Names of the columns that replace the columns of the days."""


def unpivot(table: DataTable, others: Collection[str], given: Format) -> tuple[DataTable, Sequence[str]]:
    """Convert a wide table to one row for each filled cell other than 0, day after day.

    Args:
        table: the wide table.
        others: names of the columns that are not days.
        given: format of the file as far as the scenario sets it.

    Returns:
        The long table, and the name of the day's column for each of its rows.

    Raises:
        ScenarioError: no column is named by a date.
    """
    import pandas as pd

    days = _days(table, others, given)
    kept = [number for number, name in enumerate(table.header) if name in others]
    cells = pd.concat([table.cells[day] for day in days], ignore_index=True)
    rows = np.tile(np.arange(len(table)), len(days))
    names = np.repeat([table.header[day] for day in days], len(table))
    filled = cells.notna().to_numpy() & (cells.str.strip() != "0").to_numpy(np.bool_, na_value=False)
    columns: dict[int, pd.Series] = {
        place: table.cells[number].iloc[rows[filled]].reset_index(drop=True)
        for place, number in enumerate(kept)
    }
    columns[len(kept)] = pd.Series(names[filled], dtype="str")
    columns[len(kept) + 1] = cells[filled].reset_index(drop=True)
    long = replace(
        table,
        header=(*(table.header[number] for number in kept), TIME, QUANTITY),
        cells=pd.DataFrame(columns),
        lines=table.lines[rows[filled]],
    )
    return long, names[filled].tolist()


def _days(table: DataTable, others: Collection[str], given: Format) -> list[int]:
    """Return the numbers of the columns named by dates; the arguments are those of `unpivot`.

    Raises:
        ScenarioError: no column is named by a date.
    """
    import pandas as pd

    def refused(message: str) -> ScenarioError:
        return ScenarioError([Mistake(str(table.path), table.header_line, 1, "", message)])

    read: set[object] = set(table.cells.columns)
    candidates = [
        number for number, name in enumerate(table.header) if name and name not in others and number in read
    ]
    names = pd.Series([table.header[number] for number in candidates], dtype="str")
    if not candidates:
        raise refused("no column is named by a date")
    # `times` takes the shape of date that most names have. Columns with other names are no days.
    dated = names[names.str.contains(r"\d", regex=True)]
    try:
        found = times(dated, given)
    except UnsettledError as error:
        raise refused(f"'{dated.iloc[error.row]}' {error.problem}") from None
    days = [candidates[place] for place, bad in zip(dated.index, found.bad, strict=True) if not bad]
    if not days:
        raise refused("no column is named by a date")
    return days
