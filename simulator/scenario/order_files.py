"""Order histories as they stand in their files: which rows are order lines, and what is wrong with others."""

from __future__ import annotations

import datetime
import math
import warnings
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.customers import Columns, History
from simulator.scenario.data import dates
from simulator.scenario.mistakes import Mistake, ScenarioError
from simulator.scenario.section import nearest

if TYPE_CHECKING:
    import pandas as pd

_DAY = np.timedelta64(86_400_000_000, "us")


@dataclass(frozen=True, slots=True)
class Labels:
    """A text column: ``names[codes[k]]`` is the text of row k as it is written; names by first appearance."""

    names: tuple[str, ...]
    codes: NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class OrderRows:
    """The order lines of a history file, one element a row, in the sequence of the file.

    Attributes:
        row: line of the file, the header being line 1.
        moment: date and time, UTC where the file has offsets; ``None`` if the file counts days.
        days: those days, else zeros.
        order: orders numbered by first appearance.
        quantity: units, all positive.
        segment, region: ``None`` where the history names no such column.
        price: money a unit, nan where the cell is empty; ``None`` where there is no such column.
    """

    path: Path
    row: NDArray[np.int64]
    moment: NDArray[np.datetime64] | None
    days: NDArray[np.float64]
    order: NDArray[np.int64]
    product: Labels
    quantity: NDArray[np.float64]
    segment: Labels | None
    region: Labels | None
    price: NDArray[np.float64] | None

    def __len__(self) -> int:
        return len(self.row)

    def times(self, start: datetime.date) -> NDArray[np.float64]:
        """Days since the midnight that begins ``start``; days that the file counts are taken as they are."""
        if self.moment is None:
            return self.days
        return (self.moment - np.datetime64(start, "us")) / _DAY

    def placed(self, start: datetime.date) -> NDArray[np.float64]:
        """Days from ``start`` to the earliest row of each row's order: float64 of shape (rows,)."""
        earliest = np.full(len(self.first), np.inf)
        np.minimum.at(earliest, self.order, self.times(start))
        return earliest[self.order]

    @property
    def first(self) -> NDArray[np.intp]:
        """First row of each order, intp of shape (orders,)."""
        return _first(self.order)

    def first_seen(self, labels: Labels) -> Iterator[tuple[int, str]]:
        """The first row of each name in a column, and the name."""
        return zip(_first(labels.codes).tolist(), labels.names, strict=True)

    def mistake(self, k: int, column: str, message: str) -> Mistake:
        """A mistake in row ``k`` (of this table)."""
        return Mistake(str(self.path), int(self.row[k]), 1, column, message)


def _first(numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    """First row of each number, the numbers being given by first appearance."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(numbers), prepend=-1))


def history_span(history: History, folder: Path) -> tuple[datetime.date | None, float]:
    """Date of the first order, and days from that midnight to the one that ends the last order's day.

    Where the file counts days the date is ``None`` and the days begin at 0. Raises ``ScenarioError``.
    """
    rows = read(history, folder)
    if rows.moment is None:
        return None, float(math.floor(rows.days.max()) + 1)
    first, last = (moment.astype("datetime64[D]") for moment in (rows.moment.min(), rows.moment.max()))
    return first.item(), float((last - first).astype(np.int64) + 1)


def history_products(history: History, folder: Path) -> dict[str, float | None]:
    """Products of the file by first appearance, each with its median price, ``None`` where it has no price.

    Raises ``ScenarioError``.
    """
    rows = read(history, folder)
    if rows.price is None:
        return dict.fromkeys(rows.product.names)
    known = ~np.isnan(rows.price)
    codes, prices = rows.product.codes[known], rows.price[known]
    ends = np.cumsum(np.bincount(codes, minlength=len(rows.product.names)))
    by_product = np.split(prices[np.argsort(codes, kind="stable")], ends[:-1])
    medians = (float(np.median(some)) if len(some) else None for some in by_product)
    return dict(zip(rows.product.names, medians, strict=True))


def unknown_names(
    history: History,
    rows: OrderRows,
    products: Collection[str],
    segments: Collection[str],
    served: Mapping[str, bool],
) -> Iterator[Mistake]:
    """A mistake for each name in the file that the scenario does not have, at the first row that has it.

    ``served`` says of each region whether a warehouse serves it.
    """
    columns = history.columns
    for k, name in rows.first_seen(rows.product):
        if name not in products:
            yield rows.mistake(k, columns.product, f"unknown product '{name}'{nearest(name, products)}")
    if rows.segment is not None:
        for k, name in rows.first_seen(rows.segment):
            if name not in segments:
                message = f"unknown segment '{name}'{nearest(name, segments)}"
                yield rows.mistake(k, columns.segment or "", message)
    if rows.region is not None:
        for k, name in rows.first_seen(rows.region):
            if not served.get(name, False):
                yield rows.mistake(k, columns.region or "", f"no warehouse serves region '{name}'")


def read(history: History, folder: Path | None = None) -> OrderRows:
    """Read the file of a history; a relative path starts at ``folder`` or where the history was loaded from.

    Raises ``ScenarioError`` with a mistake for each column that is missing or has cells that cannot be read.
    """
    path = history.file if folder is None else folder / history.orders
    try:
        changed = path.stat().st_mtime_ns
    except OSError as error:
        raise ScenarioError([_whole_file(path, f"cannot be read: {error.strerror}")]) from error
    return _read(history, path, changed)


@lru_cache(maxsize=8)
def _read(history: History, path: Path, changed: int) -> OrderRows:  # noqa: ARG001 - a changed file is read again
    # Kept, because every replication asks for the same rows.
    table = _table(path, history.columns)
    mistakes: list[Mistake] = []
    rows = _Cells(path, table, mistakes).rows(history)
    if mistakes:
        raise ScenarioError(mistakes)
    if len(rows) == 0:
        raise ScenarioError([_whole_file(path, "has no orders")])
    return rows


def _whole_file(path: Path, message: str) -> Mistake:
    return Mistake(str(path), 1, 1, "", message)


def _table(path: Path, columns: Columns) -> pd.DataFrame:
    """The columns in use as text, empty cells as missing values, indexed by the line of the file."""
    table = _text(path)
    header = table.iloc[0]
    table = table.iloc[1:].set_axis(header, axis="columns")
    used = {role: name for role in Columns.model_fields if (name := getattr(columns, role)) is not None}
    missing = {role: name for role, name in used.items() if name not in table.columns}
    if missing:
        raise ScenarioError(
            Mistake(str(path), 1, 1, role, f"no column '{name}'{nearest(name, table.columns)}")
            for role, name in missing.items()
        )
    if twice := {role: name for role, name in used.items() if (header == name).sum() > 1}:
        raise ScenarioError(
            Mistake(str(path), 1, 1, role, f"several columns are named '{name}'")
            for role, name in twice.items()
        )
    table = table[list(dict.fromkeys(used.values()))]
    table.index += 1
    return table.dropna(how="all")


def _text(path: Path) -> pd.DataFrame:
    """The whole file as text. Told to read some columns only, pandas would accept rows of any length."""
    import pandas as pd

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", pd.errors.ParserWarning)
            return pd.read_csv(
                path,
                header=None,
                dtype=str,
                index_col=False,
                keep_default_na=False,
                na_values=[""],
                skip_blank_lines=False,
                encoding="utf-8-sig",
            )
    except UnicodeDecodeError as error:
        raise ScenarioError([_whole_file(path, f"is not UTF-8 text: {error}")]) from error
    except pd.errors.ParserWarning as error:
        raise ScenarioError([_whole_file(path, "its first row has more cells than the header")]) from error
    except (
        OSError,
        EOFError,
        ValueError,
    ) as error:  # a damaged .gz, rows of different lengths, an empty file
        raise ScenarioError([_whole_file(path, f"cannot be read: {' '.join(str(error).split())}")]) from error


@dataclass(frozen=True, slots=True)
class _Cells:
    """The table as text while it is being understood; what cannot be is added to ``mistakes``."""

    path: Path
    table: pd.DataFrame
    mistakes: list[Mistake]

    def rows(self, history: History) -> OrderRows:
        columns = history.columns
        quantity = (
            self.numbers(columns.quantity) if columns.quantity is not None else np.ones(len(self.table))
        )
        kept = self.sold(quantity, columns.quantity or "", history.returns)
        cells = _Cells(self.path, self.table[kept], self.mistakes)
        moment, days = cells.times(columns.time)
        order = (
            cells.labels(columns.order).codes if columns.order is not None else np.arange(len(cells.table))
        )
        return OrderRows(
            path=self.path,
            row=cells.table.index.to_numpy(np.int64),
            moment=moment,
            days=days,
            order=order,
            product=cells.labels(columns.product),
            quantity=quantity[kept],
            segment=cells.labels(columns.segment) if columns.segment is not None else None,
            region=cells.labels(columns.region) if columns.region is not None else None,
            price=cells.prices(columns.price) if columns.price is not None else None,
        )

    def refuse(self, bad: NDArray[np.bool_], column: str, problem: str) -> None:
        """Note the first row that is bad, and how many more there are."""
        if bad.any():
            first = int(np.argmax(bad))
            cell = self.table[column].iloc[first]
            found = f"'{cell}' {problem}" if isinstance(cell, str) else "is empty"
            more = int(bad.sum()) - 1
            others = f" (and {more} more row{'s' * (more > 1)})" if more else ""
            row = int(self.table.index[first])
            self.mistakes.append(Mistake(str(self.path), row, 1, column, f"{found}{others}"))

    def numbers(self, column: str) -> NDArray[np.float64]:
        """Finite numbers; an empty cell is a mistake."""
        import pandas as pd

        values = pd.to_numeric(self.table[column], errors="coerce").to_numpy(np.float64)
        self.refuse(~np.isfinite(values), column, "is not a number")
        return values

    def prices(self, column: str) -> NDArray[np.float64]:
        """Finite numbers not below 0, nan for an empty cell."""
        import pandas as pd

        cells = self.table[column]
        values = pd.to_numeric(cells, errors="coerce").to_numpy(np.float64)
        self.refuse(~np.isfinite(values) & cells.notna().to_numpy(), column, "is not a number")
        self.refuse(values < 0, column, "is below 0")
        return values

    def sold(self, quantity: NDArray[np.float64], column: str, returns: str) -> NDArray[np.bool_]:
        """Which rows are kept: those of a positive quantity."""
        back = quantity <= 0
        if returns == "refuse" and back.any():
            row = int(self.table.index[int(np.argmax(back))])
            count = int(back.sum())
            rows = "1 row has" if count == 1 else f"{count} rows have"
            message = (
                f"{rows} a quantity that is not positive; to leave out such returns, write 'returns: skip'"
            )
            self.mistakes.append(Mistake(str(self.path), row, 1, column, message))
        return ~back

    def labels(self, column: str) -> Labels:
        """Texts; an empty cell is a mistake."""
        import pandas as pd

        codes, names = pd.factorize(self.table[column])
        self.refuse(codes < 0, column, "")
        return Labels(tuple(map(str, names.tolist())), codes.astype(np.int64))

    def times(self, column: str) -> tuple[NDArray[np.datetime64] | None, NDArray[np.float64]]:
        """Moments and zeros, or ``None`` and days if the file counts days."""
        found = dates.times(self.table[column])
        self.refuse(found.bad, column, found.problem)
        apart, far = dates.stray(found)
        if apart.any():
            self.refuse(apart, column, f"is {far[int(np.argmax(apart))]:,.0f} days away from the other rows")
        return found.moment, found.days
