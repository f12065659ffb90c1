"""The cells of one file of an order history as columns of order lines; what cannot be read is refused or skipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.data import dates, numbers
from simulator.scenario.data.calendar_text import Bools, Floats, Moments
from simulator.scenario.data.file_kinds import table
from simulator.scenario.data.format import Format
from simulator.scenario.data.refusal import MOST, Refusals, UnsettledError
from simulator.scenario.data.table import Table
from simulator.scenario.data.wide import QUANTITY, TIME, unfolded
from simulator.scenario.history import Columns, History
from simulator.scenario.mistakes import Mistake, ScenarioError
from simulator.scenario.section import nearest

if TYPE_CHECKING:
    import pandas as pd

_SKIP: Final = "'unreadable: skip' leaves such rows out"
_RETURNS: Final = "'returns: skip' leaves such rows out, 'returns: net' takes them off earlier sales"
_LONGEST: Final = 60


@dataclass(frozen=True)
class FileRows:
    """The rows of a file that are order lines or, where they are to be netted, returns.

    Attributes:
        lines: line of each row.
        moment: date and time; ``None`` if the file counts days.
        days: those days, else zeros.
        lead: days until the goods are wanted, nan for at once; ``None`` without such a column.
        quantity: units; below 0 for returns.
        price: money a unit, nan where the cell is empty; ``None`` without such a column.
        texts: the columns of names that there are, missing values where that is allowed.
        notes: what should be known of the reading.
    """

    lines: NDArray[np.int64]
    moment: Moments | None
    days: Floats
    lead: Floats | None
    quantity: Floats
    price: Floats | None
    texts: Mapping[str, pd.Series]
    notes: tuple[str, ...] = ()


def file_rows(path: Path, history: History) -> FileRows:
    """Read one file of a history.

    Raises:
        ScenarioError: it cannot be read, lacks columns, or has cells that cannot be understood.
    """
    columns, given = history.columns, history.format or Format()
    roles = {role: name for role in Columns.model_fields if (name := columns.name(role)) is not None}
    if history.wide:
        roles = {role: name for role, name in roles.items() if role not in {"time", "quantity"}}
    filters = [*history.only, *history.leave_out]
    wanted = list(dict.fromkeys([*roles.values(), *filters]))
    read = table(path, given, wanted, every=history.wide)
    _see_columns(read, [*roles.items(), *(("only", name) for name in filters)])
    days: Sequence[str] | None = None
    if history.wide:
        read, days = unfolded(read, wanted, given)
        roles |= {"time": TIME, "quantity": QUANTITY}
    kept, notes = _chosen(read, history)
    if days is not None:
        days = [name for name, keep in zip(days, kept, strict=True) if keep]
    cells = _Cells(read.where(kept), history, roles, Refusals(path), days, list(read.read_as))
    found = cells.rows()
    if cells.refusals.mistakes:
        raise ScenarioError(cells.refusals.mistakes)
    read_as = [f"read as: {', '.join(cells.read_as)}"] if cells.read_as else []
    return replace(found, notes=tuple(f"{path.name}: {note}" for note in (*read_as, *notes, *cells.notes)))


def _see_columns(read: Table, named: Sequence[tuple[str, str]]) -> None:
    """Raise ``ScenarioError`` for columns that are not there, or twice."""
    mistakes = []
    for role, name in named:
        count = read.header.count(name)
        if count != 1:
            known = [column for column in read.header if column]
            missing = f"no column '{name}'{nearest(name, known)}"
            message = missing if not count else f"several columns are named '{name}'"
            mistakes.append(Mistake(str(read.path), read.header_line, 1, role, message))
    if mistakes:
        raise ScenarioError(mistakes)


def _chosen(read: Table, history: History) -> tuple[Bools, list[str]]:
    """Rows that ``only`` and ``except`` leave, and notes on them."""
    kept = np.ones(len(read), np.bool_)
    notes = []
    for values, keep in ((history.only, True), (history.leave_out, False)):
        for name, some in values.items():
            texts = read.column(name).str.strip().fillna("")
            kept &= texts.isin(list(some)).to_numpy(np.bool_) == keep
            there = set(texts.unique())
            notes += [
                f"no row has {name} '{value}'{nearest(value, there - {''})}"
                for value in some
                if value not in there
            ]
    left_out = int(np.count_nonzero(~kept))
    if left_out:
        notes.append(f"{_rows(left_out)} left out by 'only' and 'except'")
    return kept, notes


def _rows(count: int) -> str:
    return "1 row is" if count == 1 else f"{count:,} rows are"


@dataclass
class _Cells:
    """The table while it is being understood.

    Attributes:
        roles: name of the column that holds each thing.
        days: of a wide table, the column that each row's quantity stood in.
        format: what the scenario says of the file.
        skipped: by column, rows that cannot be read and are left out.
        bad: rows that cannot be read.
    """

    table: Table
    history: History
    roles: Mapping[str, str]
    refusals: Refusals
    days: Sequence[str] | None
    read_as: list[str]
    notes: list[str] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    bad: Bools = field(init=False)
    format: Format = field(init=False)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.table), np.bool_)
        self.format = self.history.format or Format()

    def rows(self) -> FileRows:
        """The rows that can be read, without notes."""
        how = self.marks()
        quantity = np.ones(len(self.table))
        if how is not None and "quantity" in self.roles:
            quantity = self.amounts("quantity", how)
        quantity = self.without_returns(quantity)
        found = self.times()
        lead = self.leads(found) if "due" in self.roles else None
        price = self.prices(how) if how is not None and "price" in self.roles else None
        texts = dict(self.texts())
        good = ~self.bad
        if self.bad.any():
            by_column = ", ".join(f"{name}: {count:,}" for name, count in self.skipped.items())
            self.notes.append(f"{_rows(int(self.bad.sum()))} left out, unreadable ({by_column})")
        return FileRows(
            lines=self.table.lines[good],
            moment=None if found.moment is None else found.moment[good],
            days=found.days[good],
            lead=None if lead is None else lead[good],
            quantity=quantity[good],
            price=None if price is None else price[good],
            texts={role: column[good] for role, column in texts.items()},
        )

    def column(self, role: str) -> pd.Series:
        """The cells of a role, empty ones filled where they have a value."""
        cells = self.table.column(self.roles[role])
        empty = self.history.columns.empty(role) if role not in {"time", "due"} else None
        return cells if empty is None else cells.fillna(empty)

    def shown(self, role: str, k: int) -> str:
        """Name of the column in which row ``k`` holds this."""
        if self.days is not None and role in {"quantity", "time"}:
            return self.days[k]
        return self.roles[role]

    def refuse(self, bad: Bools, role: str, problem: str, remedy: str = _SKIP) -> None:
        """Note rows with a cell that cannot be read, or skip them where the history says so."""
        count = int(np.count_nonzero(bad))
        if not count:
            return
        self.bad |= bad
        if self.history.unreadable == "skip":
            name = self.shown(role, int(np.argmax(bad))) if self.days is None else role
            self.skipped[name] = self.skipped.get(name, 0) + count
        else:
            self.refusals.add(self.wrong(np.flatnonzero(bad)[:MOST], role, problem), remedy, count)

    def wrong(self, rows: NDArray[np.intp], role: str, problem: str) -> list[tuple[int, str, str]]:
        """Line, column and problem of each of the rows."""
        cells = self.table.column(self.roles[role])
        return [
            (int(self.table.lines[k]), self.shown(role, k), _told(cells.iloc[k], problem))
            for k in rows.tolist()
        ]

    def marks(self) -> numbers.Marks | None:
        """The decimal mark of the whole file; ``None``, with a mistake, if nothing tells it."""
        roles = [role for role in ("quantity", "price") if role in self.roles]
        try:
            how = numbers.marks(self.table, [self.roles[role] for role in roles], self.format)
        except UnsettledError as error:
            role = next(role for role in roles if self.roles[role] == error.column)
            self.refusals.add(self.wrong(np.array([error.row]), role, error.problem))
            return None
        self.read_as += how.read_as
        return how

    def amounts(self, role: str, how: numbers.Marks) -> Floats:
        """Finite numbers; an empty cell is unreadable."""
        values = numbers.numbers(self.column(role), how)
        self.refuse(~np.isfinite(values), role, "is not a number")
        return values

    def prices(self, how: numbers.Marks) -> Floats:
        """Finite numbers not below 0, nan for an empty cell."""
        cells = self.column("price")
        values = numbers.numbers(cells, how)
        self.refuse(~np.isfinite(values) & cells.notna().to_numpy(), "price", "is not a number")
        self.refuse(values < 0, "price", "is below 0")
        return values

    def without_returns(self, quantity: Floats) -> Floats:
        """The quantities of rows that stay: all that are not returns, or are to be netted."""
        back = quantity <= 0
        if not back.any():
            return quantity
        if self.history.returns == "refuse":
            told = self.wrong(np.flatnonzero(back)[:MOST], "quantity", "is not a positive quantity")
            self.refusals.add(told, _RETURNS, int(back.sum()))
        if self.history.returns == "skip":
            self.notes.append(f"{_rows(int(back.sum()))} left out, returns")
        kept = quantity != 0 if self.history.returns == "net" else ~back
        if self.days is not None:
            self.days = [name for name, keep in zip(self.days, kept, strict=True) if keep]
        self.table, self.bad = self.table.where(kept), self.bad[kept]
        return quantity[kept]

    def times(self) -> dates.Times:
        """Times of all rows; those that are years from all others are unreadable, too."""
        found = self.understood("time", np.ones(len(self.table), np.bool_))
        self.read_as += found.read_as
        self.refuse(found.bad, "time", found.problem)
        self.refuse(dates.stray(found), "time", "is more than ten years from all other rows")
        return found

    def leads(self, placed: dates.Times) -> Floats:
        """Days from the order to the day on which the goods are wanted, nan for an empty cell."""
        filled = self.column("due").notna().to_numpy()
        lead = np.full(len(filled), np.nan)
        if not filled.any():
            return lead
        due = self.understood("due", filled)
        bad = filled.copy()
        bad[filled] = due.bad
        self.refuse(bad, "due", due.problem)
        if (due.moment is None) != (placed.moment is None) and not self.refusals.mistakes:
            self.refuse(filled & ~bad, "due", "is not of the kind of the times of the orders")
        elif due.moment is None or placed.moment is None:
            lead[filled] = due.days - placed.days[filled]
        else:
            lead[filled] = (due.moment - placed.moment[filled]) / np.timedelta64(86_400_000_000, "us")
        return lead

    def understood(self, role: str, rows: Bools) -> dates.Times:
        """The times in some rows of a column."""
        try:
            return dates.times(self.column(role)[rows], self.format)
        except UnsettledError as error:
            row = np.flatnonzero(rows)[[error.row]]
            self.refusals.add(self.wrong(row, role, error.problem))
            unknown = np.zeros(len(rows), np.bool_)[rows]
            return dates.Times(None, np.zeros(len(unknown)), unknown, "")

    def texts(self) -> Iterator[tuple[str, pd.Series]]:
        """The columns of names, trimmed; an empty cell is unreadable, but for customers."""
        for role in ("order", "product", "segment", "region", "customer"):
            if role in self.roles:
                cells = self.column(role).str.strip()
                empty = cells.isna().to_numpy() | (cells == "").to_numpy(np.bool_, na_value=False)
                if role != "customer":
                    self.refuse(empty, role, "", _EMPTY)
                yield role, cells.mask(empty) if empty.any() else cells


_EMPTY: Final = f"{_SKIP}, and 'columns: {{…: {{column: …, empty: …}}}}' gives empty cells a value"


def _told(cell: object, problem: str) -> str:
    """What is wrong with a cell."""
    text = " ".join(cell.split()) if isinstance(cell, str) else ""
    if not text:
        return "is empty"
    return f"'{text[:_LONGEST]}…' {problem}" if len(text) > _LONGEST else f"'{text}' {problem}"
