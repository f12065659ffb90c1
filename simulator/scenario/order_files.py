"""Order histories as they stand in their files: which rows are order lines, and what is wrong with others."""

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

from simulator.scenario.data.refusal import MOST
from simulator.scenario.data_file import whole_file
from simulator.scenario.history import History
from simulator.scenario.mistakes import Mistake, ScenarioError
from simulator.scenario.order_cells import FileRows, file_rows
from simulator.scenario.returns import Netted, netted
from simulator.scenario.run import Run
from simulator.scenario.section import nearest

if TYPE_CHECKING:
    import pandas as pd

_DAY = np.timedelta64(86_400_000_000, "us")


@dataclass(frozen=True, slots=True)
class Labels:
    """A text column: ``names[codes[k]]`` is the text of row k as it is written; names by first appearance."""

    names: tuple[str, ...]
    codes: NDArray[np.int64]

    def where(self, rows: NDArray[np.bool_]) -> Labels:
        """Some of the rows, with the names that they have."""
        if rows.all():
            return self
        import pandas as pd

        codes, kept = pd.factorize(self.codes[rows])
        return Labels(tuple(self.names[name] for name in kept.tolist()), codes.astype(np.int64))


@dataclass(frozen=True, slots=True)
class OrderRows:
    """The order lines of a history, one element a row, in the sequence of its files.

    Attributes:
        files: the files.
        file: number of the file of each row.
        row: line of the row in its file, the header being line 1.
        moment: date and wall time; ``None`` if the files count days.
        days: those days, else zeros.
        lead: days from the row's time until the goods are wanted, nan for at once; ``None`` where the history names
            no such column.
        order: orders numbered by first appearance.
        quantity: units, all positive.
        segment, region: ``None`` where the history names no such column.
        price: money a unit, nan where the cell is empty; ``None`` where there is no such column.
        notes: what should be known of the reading, a sentence each.
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
        """Days since the midnight that begins ``start``; days that the file counts are taken as they are."""
        if self.moment is None:
            return self.days
        return (self.moment - np.datetime64(start, "us")) / _DAY

    def placed(self, start: datetime.date) -> NDArray[np.float64]:
        """Days from ``start`` to the earliest row of each row's order: float64 of shape (rows,)."""
        earliest = np.full(len(self.first), np.inf)
        np.minimum.at(earliest, self.order, self.times(start))
        return earliest[self.order]

    def inside(self, run: Run) -> NDArray[np.bool_]:
        """Rows of orders that are placed within the run."""
        placed = self.placed(run.start)
        return (placed >= 0.0) & (placed < run.end)

    def leads(self, start: datetime.date) -> NDArray[np.float64]:
        """Days from each row's order to the earliest time at which any of it is wanted: float64 of shape (rows,)."""
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
        """The first row of each name in a column, and the name."""
        return zip(_first(labels.codes).tolist(), labels.names, strict=True)

    def mistake(self, k: int, column: str, message: str) -> Mistake:
        """A mistake in row ``k`` (of this table)."""
        return Mistake(str(self.files[self.file[k]]), int(self.row[k]), 1, column, message)


def _first(numbers: NDArray[np.int64]) -> NDArray[np.intp]:
    """First row of each number, the numbers being given by first appearance."""
    return np.flatnonzero(np.diff(np.maximum.accumulate(numbers), prepend=-1))


def history_span(history: History, folder: Path) -> tuple[datetime.date | None, float]:
    """Date of the first order, and days from that midnight to the one that ends the last order's day.

    Where the file counts days the date is ``None`` and the days begin at 0. Raises ``ScenarioError``.
    """
    return span_of(read(history, folder))


def span_of(rows: OrderRows) -> tuple[datetime.date | None, float]:
    """Date of the first order and days to the end of the last order's day."""
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


def read(history: History, folder: Path | None = None) -> OrderRows:
    """Read the files of a history; relative paths start at ``folder`` or where the history was loaded from.

    Raises ``ScenarioError`` with the mistakes in all files: columns that are missing, cells that cannot be read.
    """
    files = history.files if folder is None else history.files_in(folder)
    return _read(_Reading(files, tuple(map(_changed, files)), history.model_dump_json(), history))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A history at a time: files that have changed are read again."""

    files: tuple[Path, ...]
    changed: tuple[int, ...]
    text: str
    history: History = field(compare=False)


def _changed(file: Path) -> int:
    try:
        return file.stat().st_mtime_ns
    except (OSError, ValueError):  # told when it is read
        return 0


@lru_cache(maxsize=8)
def _read(reading: _Reading) -> OrderRows:
    # Kept, because every replication asks for the same rows.
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
        raise whole_file(reading.files[-1], "counts days, or has dates, other than the files before it")
    rows = _joined(reading.files, found, reading.history)
    if len(rows) == 0:
        notes = "".join(f"; {note}" for note in rows.notes)
        raise whole_file(reading.files[0], f"has no orders{notes}")
    return rows


def _joined(files: tuple[Path, ...], found: list[FileRows], history: History) -> OrderRows:
    """The rows of all files as one, returns taken off."""
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
    left_out = f"; {net.unmatched:,.15g} have no earlier sale and are left out" if net.unmatched else ""
    return f"{names}: {net.returned:,.15g} returned units are taken off earlier sales{left_out}"


def _column(parts: list[NDArray[np.float64] | None]) -> NDArray[np.float64] | None:
    known = [part for part in parts if part is not None]
    return np.concatenate(known) if known else None


def _labels(parts: list[pd.Series]) -> Labels:
    import pandas as pd

    whole = parts[0] if len(parts) == 1 else pd.concat(parts)
    codes, names = pd.factorize(whole)
    return Labels(tuple(map(str, names.tolist())), codes.astype(np.int64))


def _renumbered(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The same numbers, given by first appearance."""
    import pandas as pd

    return pd.factorize(codes)[0].astype(np.int64)
