"""Columns of order lines, read from one file of an order history; unreadable rows are refused or skipped."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from simulator.scenario.sections.order_history import Columns, History
from simulator.tables import date_columns, number_text
from simulator.tables.date_text import Moments
from simulator.tables.file_kinds import table
from simulator.tables.format import Format
from simulator.tables.refused_rows import MOST, Refusals, UnsettledError, cell_problem
from simulator.tables.table import DataTable
from simulator.tables.wide_tables import QUANTITY, TIME, unpivot
from simulator.values.arrays import Flags, Floats
from simulator.values.mistakes import Mistake, ScenarioError
from simulator.values.section import nearest

if TYPE_CHECKING:
    import pandas as pd

_SKIP: Final = "'unreadable: skip' leaves such rows out"
_RETURNS: Final = "'returns: skip' leaves such rows out, 'returns: net' takes them off earlier sales"


@dataclass(frozen=True)
class FileRows:
    """Rows of a file: order lines and, for ``returns: net``, returns; arrays have the shape (rows,).

    Attributes:
        lines: number of each row's line in the file.
        moment: date and time; ``None`` if the file counts days.
        days: time in days, if the file counts days; else zeros.
        lead: days from the order until the goods are wanted, nan for at once; ``None`` without such a column.
        quantity: units; negative for returns.
        price: money per unit, nan for an empty cell; ``None`` without such a column.
        texts: columns of names by role; only cells of the role ``customer`` may be missing.
        notes: notes for the user on the reading of the file, a sentence each.
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

    Args:
        path: the file.
        history: the section, with columns, format and filters.

    Raises:
        ScenarioError: the file cannot be read, lacks columns, or has unreadable cells. The error holds all
            mistakes.
    """
    columns, given = history.columns, history.format or Format()
    roles = {role: name for role in Columns.model_fields if (name := columns.name(role)) is not None}
    if history.wide:
        roles = {role: name for role, name in roles.items() if role not in {"time", "quantity"}}
    filters = [*history.only, *history.leave_out]
    wanted = list(dict.fromkeys([*roles.values(), *filters]))
    read = table(path, given, wanted, every=history.wide)
    _check_columns(read, [*roles.items(), *(("only", name) for name in filters)])
    days: Sequence[str] | None = None
    if history.wide:
        read, days = unpivot(read, wanted, given)
        roles |= {"time": TIME, "quantity": QUANTITY}
    kept, notes = _chosen(read, history)
    if days is not None:
        days = [name for name, keep in zip(days, kept, strict=True) if keep]
    cells = _CellReader(read.where(kept), history, roles, Refusals(path), days, list(read.read_as))
    found = cells.rows()
    if cells.refusals.mistakes:
        raise ScenarioError(cells.refusals.mistakes)
    read_as = [f"read as: {', '.join(cells.read_as)}"] if cells.read_as else []
    return replace(found, notes=tuple(f"{path.name}: {note}" for note in (*read_as, *notes, *cells.notes)))


def _check_columns(read: DataTable, named: Sequence[tuple[str, str]]) -> None:
    """Check that each named column exists exactly once.

    Args:
        read: the table.
        named: role and name of each column.

    Raises:
        ScenarioError: a column is missing, or its name occurs several times.
    """
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


def _chosen(read: DataTable, history: History) -> tuple[Flags, list[str]]:
    """Apply the filters ``only`` and ``except``.

    Returns:
        True for each row that is kept, of shape (rows,); notes for the user.
    """
    kept = np.ones(len(read), np.bool_)
    notes = []
    for values, keep in ((history.only, True), (history.leave_out, False)):
        for name, accepted in values.items():
            texts = read.column(name).str.strip().fillna("")
            kept &= texts.isin(list(accepted)).to_numpy(np.bool_) == keep
            there = set(texts.unique())
            notes += [
                f"no row has {name} '{value}'{nearest(value, there - {''})}"
                for value in accepted
                if value not in there
            ]
    left_out = int(np.count_nonzero(~kept))
    if left_out:
        notes.append(f"{_rows(left_out)} left out by 'only' and 'except'")
    return kept, notes


def _rows(count: int) -> str:
    """Return a number of rows with its verb, such as ``2 rows are``."""
    return "1 row is" if count == 1 else f"{count:,} rows are"


@dataclass
class _CellReader:
    """Reader of the cells of one table.

    Attributes:
        table: rows not left out so far.
        history: the section of the history.
        roles: name of the column in each role, such as ``quantity``.
        refusals: mistakes found.
        days: for a wide table, the header (a date) that each row comes from; else ``None``.
        read_as: detected format, in words.
        notes: notes for the user.
        skipped: number of unreadable rows left out, by name of the column.
        bad: True for each unreadable row.
        format: format of the file as far as the scenario sets it.
    """

    table: DataTable
    history: History
    roles: Mapping[str, str]
    refusals: Refusals
    days: Sequence[str] | None
    read_as: list[str]
    notes: list[str] = field(default_factory=list)
    skipped: dict[str, int] = field(default_factory=dict)
    bad: Flags = field(init=False)
    format: Format = field(init=False)

    def __post_init__(self) -> None:
        self.bad = np.zeros(len(self.table), np.bool_)
        self.format = self.history.format or Format()

    def rows(self) -> FileRows:
        """Read all columns and return the readable rows; `read_as`, `notes` and `refusals` are filled."""
        marks = self.marks()
        quantity = np.ones(len(self.table))
        if marks is not None and "quantity" in self.roles:
            quantity = self.amounts("quantity", marks)
        quantity = self.without_returns(quantity)
        found = self.times()
        lead = self.leads(found) if "due" in self.roles else None
        price = self.prices(marks) if marks is not None and "price" in self.roles else None
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
        """Return the cells in a role, empty ones filled if the history gives them a value."""
        cells = self.table.column(self.roles[role])
        empty = self.history.columns.empty(role) if role not in {"time", "due"} else None
        return cells if empty is None else cells.fillna(empty)

    def shown(self, role: str, k: int) -> str:
        """Return the name of the column in a role at row ``k``; it varies by row in a wide table."""
        if self.days is not None and role in {"quantity", "time"}:
            return self.days[k]
        return self.roles[role]

    def refuse(self, bad: Flags, role: str, problem: str, remedy: str = _SKIP) -> None:
        """Note rows with an unreadable cell as mistakes, or skip them for ``unreadable: skip``.

        Args:
            bad: True for each row with such a cell.
            role: role of the column.
            problem: the problem, to follow the cell in the message.
            remedy: advice at the end of the first message.
        """
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
        """Return (line in the file, name of the column, problem) for each row.

        Args:
            rows: numbers of the rows.
            role: role of the column.
            problem: the problem, to follow the cell in the message.
        """
        cells = self.table.column(self.roles[role])
        return [
            (int(self.table.lines[k]), self.shown(role, k), cell_problem(cells.iloc[k], problem))
            for k in rows.tolist()
        ]

    def marks(self) -> number_text.NumberMarks | None:
        """Detect the decimal mark of the file; ``None``, with a mistake, if it is ambiguous."""
        roles = [role for role in ("quantity", "price") if role in self.roles]
        try:
            marks = number_text.number_marks(self.table, [self.roles[role] for role in roles], self.format)
        except UnsettledError as error:
            role = next(role for role in roles if self.roles[role] == error.column)
            self.refusals.add(self.wrong(np.array([error.row]), role, error.problem))
            return None
        self.read_as += marks.read_as
        return marks

    def amounts(self, role: str, marks: number_text.NumberMarks) -> Floats:
        """Read a column of finite numbers; an empty cell is unreadable."""
        values = number_text.numbers(self.column(role), marks)
        self.refuse(~np.isfinite(values), role, "is not a number")
        return values

    def prices(self, marks: number_text.NumberMarks) -> Floats:
        """Read the prices, finite and not below 0; nan for an empty cell."""
        cells = self.column("price")
        values = number_text.numbers(cells, marks)
        self.refuse(~np.isfinite(values) & cells.notna().to_numpy(), "price", "is not a number")
        self.refuse(values < 0, "price", "is below 0")
        return values

    def without_returns(self, quantity: Floats) -> Floats:
        """Drop the rows of returns and return the quantities of the other rows.

        Returns are refused or noted, as the history says. With ``returns: net`` rows with a negative quantity
        stay, and only rows with the quantity 0 are dropped.
        """
        returns = quantity <= 0
        if not returns.any():
            return quantity
        if self.history.returns == "refuse":
            refused = self.wrong(np.flatnonzero(returns)[:MOST], "quantity", "is not a positive quantity")
            self.refusals.add(refused, _RETURNS, int(returns.sum()))
        if self.history.returns == "skip":
            self.notes.append(f"{_rows(int(returns.sum()))} left out, returns")
        kept = quantity != 0 if self.history.returns == "net" else ~returns
        if self.days is not None:
            self.days = [name for name, keep in zip(self.days, kept, strict=True) if keep]
        self.table, self.bad = self.table.where(kept), self.bad[kept]
        return quantity[kept]

    def times(self) -> date_columns.Times:
        """Read the times of all rows; a time more than ten years from all others is unreadable, too."""
        found = self.understood("time", np.ones(len(self.table), np.bool_))
        self.read_as += found.read_as
        self.refuse(found.bad, "time", found.problem)
        self.refuse(date_columns.stray(found), "time", "is more than ten years from all other rows")
        return found

    def leads(self, placed: date_columns.Times) -> Floats:
        """Read the demand lead time of each row, in days from its time to ``due``; nan for an empty cell."""
        filled = self.column("due").notna().to_numpy()
        lead = np.full(len(filled), np.nan)
        if not filled.any():
            return lead
        due = self.understood("due", filled)
        bad = filled.copy()
        bad[filled] = due.bad
        self.refuse(bad, "due", due.problem)
        if (due.moment is None) != (placed.moment is None) and not self.refusals.mistakes:
            problem = "is a date while the times of the orders count days, or the other way round"
            self.refuse(filled & ~bad, "due", problem)
        elif due.moment is None or placed.moment is None:
            lead[filled] = due.days - placed.days[filled]
        else:
            lead[filled] = (due.moment - placed.moment[filled]) / np.timedelta64(86_400_000_000, "us")
        return lead

    def understood(self, role: str, rows: Flags) -> date_columns.Times:
        """Read the times in some rows of a column.

        Ambiguous dates are noted as a mistake; the times returned are zeros then.

        Args:
            role: role of the column.
            rows: True for each row to read.
        """
        try:
            return date_columns.times(self.column(role)[rows], self.format)
        except UnsettledError as error:
            row = np.flatnonzero(rows)[[error.row]]
            self.refusals.add(self.wrong(row, role, error.problem))
            unknown = np.zeros(len(rows), np.bool_)[rows]
            return date_columns.Times(None, np.zeros(len(unknown)), unknown, "")

    def texts(self) -> Iterator[tuple[str, pd.Series]]:
        """Yield (role, cells) for each column of names, trimmed.

        An empty cell is unreadable, except in the column of customers.
        """
        for role in ("order", "product", "segment", "region", "customer"):
            if role in self.roles:
                cells = self.column(role).str.strip()
                empty = cells.isna().to_numpy() | (cells == "").to_numpy(np.bool_, na_value=False)
                if role != "customer":
                    self.refuse(empty, role, "", _EMPTY)
                yield role, cells.mask(empty) if empty.any() else cells


_EMPTY: Final = f"{_SKIP}, and 'columns: {{…: {{column: …, empty: …}}}}' gives empty cells a value"
