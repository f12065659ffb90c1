"""Order lines of an order history, read from its files, with the mistakes in them."""

from __future__ import annotations

import datetime
import math
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.histories.labels import Labels, _labels, _renumbered
from simulator.scenario.histories.order_columns import FileRows, file_rows
from simulator.scenario.histories.returns import Netted, netted
from simulator.scenario.sections.order_history import History
from simulator.scenario.sections.run import Run
from simulator.tables.data_file import file_error
from simulator.tables.refused_rows import MOST
from simulator.values.mistakes import Mistake, ScenarioError
from simulator.values.section import nearest

if TYPE_CHECKING:
    pass

_DAY = np.timedelta64(86_400_000_000, "us")


@dataclass(frozen=True, slots=True)
class OrderRows:
    """Order lines of a history in the order of its files; arrays have the shape (rows,).

    Attributes:
        files: paths of the files.
        file: number of the file of each row.
        row: number of the row's line in its file, the header being line 1.
        moment: date and wall time; ``None`` if the files count days.
        days: time in days, if the files count days; else zeros.
        lead: days from the row's time until the goods are wanted, nan for at once; ``None`` if the history
            names no such column.
        order: number of the row's order, in order of first appearance.
        product: product of each row.
        quantity: units, all positive.
        segment: customer segment of each row; ``None`` if the history names no such column.
        region: region of each row; ``None`` if the history names no such column.
        price: money per unit, nan for an empty cell; ``None`` if the history names no such column.
        notes: notes for the user on the reading of the files, a sentence each.
    """

    files: tuple[Path, ...]
    file: NDArray[np.int64]
    row: NDArray[np.int64]
    moment: NDArray[np.datetime64] | None
    days: NDArray[np.float64]
    lead: NDArray[np.float64] | None
    order: NDArray[np.int64]
    product: Labels
    quantity: NDArray[np.float64]
    segment: Labels | None
    region: Labels | None
    price: NDArray[np.float64] | None
    notes: tuple[str, ...] = ()

    def __len__(self) -> int:
        return len(self.row)

    def times(self, start: datetime.date) -> NDArray[np.float64]:
        """Return the time of each row, in days since midnight of ``start``; counted days stay as they are."""
        if self.moment is None:
            return self.days
        return (self.moment - np.datetime64(start, "us")) / _DAY

    def placed(self, start: datetime.date) -> NDArray[np.float64]:
        """Return the time at which the order of each row is placed, that of its earliest row.

        Returns:
            Days since midnight of ``start``, float64 of shape (rows,).
        """
        earliest = np.full(len(self.first), np.inf)
        np.minimum.at(earliest, self.order, self.times(start))
        return earliest[self.order]

    def inside(self, run: Run) -> NDArray[np.bool_]:
        """Return True for each row whose order is placed within the run."""
        placed = self.placed(run.start)
        return (placed >= 0.0) & (placed < run.end)

    def leads(self, start: datetime.date) -> NDArray[np.float64]:
        """Return the demand lead time of the order of each row: until the first of its lines is wanted.

        Returns:
            Days from the order, at least 0, float64 of shape (rows,).
        """
        if self.lead is None:
            return np.zeros(len(self))
        earliest = np.full(len(self.first), np.inf)
        np.minimum.at(earliest, self.order, self.times(start) + np.nan_to_num(self.lead))
        return np.maximum(earliest[self.order] - self.placed(start), 0.0)

    @property
    def first(self) -> NDArray[np.intp]:
        """First row of each order, intp of shape (orders,)."""
        return _first(self.order)

    def first_seen(self, labels: Labels) -> Iterator[tuple[int, str]]:
        """Yield (first row, name) for each name in a column."""
        return zip(_first(labels.codes).tolist(), labels.names, strict=True)

    def mistake(self, k: int, column: str, message: str) -> Mistake:
        """Return a mistake at a row.

        Args:
            k: number of the row in this table.
            column: name of the column.
            message: the problem.
        """
        return Mistake(str(self.files[self.file[k]]), int(self.row[k]), 1, column, message)


def _first(numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    """Return the first row of each number, given that numbers are in order of first appearance."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(numbers), prepend=-1))


def history_span(history: History, folder: Path) -> tuple[datetime.date | None, float]:
    """Return the date of the first order, and the days from its midnight to the end of the last order's day.

    If the files count days the date is ``None`` and the days begin at 0.

    Args:
        history: the section of the history.
        folder: folder from which relative paths start.

    Raises:
        ScenarioError: a file cannot be read.
    """
    return span_of(read_history(history, folder))


def span_of(rows: OrderRows) -> tuple[datetime.date | None, float]:
    """Return the values of `history_span` for rows already read."""
    if rows.moment is None:
        return None, float(math.floor(rows.days.max()) + 1)
    first, last = (moment.astype("datetime64[D]") for moment in (rows.moment.min(), rows.moment.max()))
    return first.item(), float((last - first).astype(np.int64) + 1)


def history_products(history: History, folder: Path) -> dict[str, float | None]:
    """Return the products of a history in order of first appearance, with their median prices.

    Args:
        history: the section of the history.
        folder: folder from which relative paths start.

    Returns:
        Money per unit by name of the product; ``None`` for a product without a price.

    Raises:
        ScenarioError: a file cannot be read.
    """
    rows = read_history(history, folder)
    if rows.price is None:
        return dict.fromkeys(rows.product.names)
    known = ~np.isnan(rows.price)
    codes, prices = rows.product.codes[known], rows.price[known]
    ends = np.cumsum(np.bincount(codes, minlength=len(rows.product.names)))
    by_product = np.split(prices[np.argsort(codes, kind="stable")], ends[:-1])
    medians = (float(np.median(group)) if len(group) else None for group in by_product)
    return dict(zip(rows.product.names, medians, strict=True))


def unknown_names(
    history: History,
    rows: OrderRows,
    products: Collection[str],
    segments: Collection[str],
    served: Mapping[str, bool],
) -> Iterator[Mistake]:
    """Yield a mistake for each name in a history that the scenario does not have, at its first row.

    Args:
        history: the section of the history.
        rows: its order lines.
        products: names of the scenario's products.
        segments: names of the scenario's customer segments.
        served: for each region of the history, True if a warehouse serves it.
    """
    regions = [name for name, is_served in served.items() if is_served]
    for role, labels, known, problem in (
        ("product", rows.product, products, "unknown product"),
        ("segment", rows.segment, segments, "unknown segment"),
        ("region", rows.region, regions, "no warehouse serves region"),
    ):
        if labels is None:
            continue
        unknown = [(k, name) for k, name in rows.first_seen(labels) if name not in known]
        column = history.columns.name(role) or ""
        for number, (k, name) in enumerate(unknown[:MOST], 1):
            more = f" (and {len(unknown) - MOST:,} more)" if number == MOST and len(unknown) > MOST else ""
            hint = "" if role == "region" else nearest(name, known)
            yield rows.mistake(k, column, f"{problem} '{name}'{hint}{more}")


def read_history(history: History, folder: Path | None = None) -> OrderRows:
    """Read the files of a history.

    Args:
        history: the section of the history.
        folder: folder from which relative paths start; left out: the folder of its scenario file.

    Raises:
        ScenarioError: columns are missing or cells unreadable; the error holds the mistakes of all files.
    """
    files = history.files if folder is None else history.files_in(folder)
    return _read(_CacheKey(files, tuple(map(_changed, files)), history.model_dump_json(), history))


@dataclass(frozen=True, slots=True)
class _CacheKey:
    """Cache key of a history; it differs once a file has changed, so that the files are read again.

    Attributes:
        files: paths of the files.
        changed: time of the last change of each file, in nanoseconds since 1970; 0 if unknown.
        text: the section as JSON.
        history: the section, no part of the key.
    """

    files: tuple[Path, ...]
    changed: tuple[int, ...]
    text: str
    history: History = field(compare=False)


def _changed(file: Path) -> int:
    """Return the time of a file's last change, in nanoseconds since 1970; 0 if there is no such file."""
    try:
        return file.stat().st_mtime_ns
    except (OSError, ValueError):  # reading the file reports the mistake
        return 0


@lru_cache(maxsize=8)
def _read(reading: _CacheKey) -> OrderRows:
    """Read the files of a history; cached, because every replication needs the same rows."""
    found: list[FileRows] = []
    mistakes: list[Mistake] = []
    for file in reading.files:
        try:
            found.append(file_rows(file, reading.history))
        except ScenarioError as error:
            mistakes.extend(error.mistakes)
    if mistakes:
        raise ScenarioError(mistakes)
    if len({one.moment is None for one in found if len(one.lines)}) > 1:
        problem = "counts days while a file before it has dates, or the other way round"
        raise file_error(reading.files[-1], problem)
    rows = _joined(reading.files, found, reading.history)
    if len(rows) == 0:
        notes = "".join(f"; {note}" for note in rows.notes)
        raise file_error(reading.files[0], f"has no orders{notes}")
    return rows


def _joined(files: tuple[Path, ...], found: list[FileRows], history: History) -> OrderRows:
    """Join the rows of all files and take returned units off earlier sales.

    Args:
        files: paths of the files.
        found: rows of each file.
        history: the section of the history.
    """
    filled = [one for one in found if len(one.lines)] or found[:1]
    dated = filled[0].moment is not None
    moment = np.concatenate([one.moment for one in filled if one.moment is not None]) if dated else None
    days = np.concatenate([one.days for one in filled])
    quantity = np.concatenate([one.quantity for one in filled])
    lead, price = (_column([getattr(one, name) for one in filled]) for name in ("lead", "price"))
    names = {role: _labels([one.texts[role] for one in filled]) for role in filled[0].texts}
    order = names["order"].codes if "order" in names else np.arange(len(quantity))
    product = names.get("product") or Labels((history.product or "",), np.zeros(len(quantity), np.int64))
    notes = [note for one in found for note in one.notes]
    if (quantity < 0).any():
        time = days if moment is None else (moment - moment.min()) / _DAY
        customer = names["customer"].codes if "customer" in names else None
        net = netted(time, order, product.codes, customer, quantity)
        quantity = net.quantity
        notes.append(_net_note(net, ", ".join(file.name for file in files)))
    kept = quantity > 0
    return OrderRows(
        files=files,
        file=np.concatenate([np.full(len(one.lines), k, np.int64) for k, one in enumerate(found)])[kept],
        row=np.concatenate([one.lines for one in filled])[kept],
        moment=None if moment is None else moment[kept],
        days=days[kept],
        lead=None if lead is None else lead[kept],
        order=_renumbered(order[kept]),
        product=product.where(kept),
        quantity=quantity[kept],
        segment=names["segment"].where(kept) if "segment" in names else None,
        region=names["region"].where(kept) if "region" in names else None,
        price=None if price is None else price[kept],
        notes=tuple(notes),
    )


def _net_note(net: Netted, names: str) -> str:
    """Return the note on returned units; `names` are the names of the files."""
    left_out = f"; {net.unmatched:,.15g} have no earlier sale and are left out" if net.unmatched else ""
    return f"{names}: {net.returned:,.15g} returned units are taken off earlier sales{left_out}"


def _column(parts: list[NDArray[np.float64] | None]) -> NDArray[np.float64] | None:
    """Join a column of all files; ``None`` if no file has it."""
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if known else None
