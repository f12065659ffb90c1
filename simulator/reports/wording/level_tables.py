"""Tables of stock levels: tidy data frames of all levels, and short tables of text for people."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from simulator.model.levels.sized_stock import StockLevel
from simulator.model.levels.stock_levels import Levels
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.reports.wording.numerals import NOTHING, quantity

if TYPE_CHECKING:
    import pandas as pd

_Row = tuple[str, tuple[str, str], StockLevel]
"""Alternative (empty if there is only one), stock (warehouse, product), level."""
FOUND: Final = {
    "given": "given",
    "textbook": "textbook formula",
    "exact": "exact law",
    "pilot": "pilot run",
    "network": "law of the network",
}
"""Wording of the method that found a level, by ``StockLevel.found``."""
MOST: Final = 12
"""Most rows of a table of text, short enough to be read as a whole."""
_LEVELS: Final = ("r", "Q", "s", "S")
_ALTERNATIVE: Final = "Alternative"
_SAID_ONCE: Final = ("Policy", "How found")
"""Columns that become a sentence if all rows agree."""
_MOST_NOTES: Final = 3


@dataclass(frozen=True, slots=True)
class LevelTable:
    """Table of levels as text.

    Attributes:
        columns: headings.
        rows: cells of each row, one for each column.
        numbers: headings of numbers, set flush right; may name columns that the table does not have.
        notes: sentences beneath the table.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str]
    notes: tuple[str, ...]


def levels_frame(levels: Levels) -> pd.DataFrame:
    """Return the levels as a tidy table, one row for each stock.

    Columns: product, warehouse, policy, r, Q, s, S (nan if the policy has none), safety_stock (reorder level,
    else order-up-to level, minus demand_mean), demand_mean and demand_sd (units over the lead time and review
    interval), depot_delay (days; nan if it buys from a supplier; only where levels know of depots), found ("given",
    "textbook", "exact", "pilot" or "network"), note.
    """
    import pandas as pd

    numbers = ("safety_stock", "demand_mean", "demand_sd", "depot_delay")
    columns = ["product", "warehouse", "policy", *_LEVELS, *numbers, "found", "note"]
    table = pd.DataFrame([_row(stock, level) for stock, level in levels.items()], columns=columns)
    return table if _behind(levels.values()) else table.drop(columns="depot_delay")


def _behind(levels: Iterable[StockLevel]) -> bool:
    """Test whether the delay in a depot is part of a lead time."""
    return any(level.depot_delay is not None for level in levels)


def alternatives_frame(levels: Mapping[str, Levels]) -> pd.DataFrame:
    """Return the tables of several alternatives as one, with the alternative in the first column."""
    import pandas as pd

    tables = []
    for name, some in levels.items():
        tables.append(levels_frame(some))
        tables[-1].insert(0, "alternative", name)
    return pd.concat(tables, ignore_index=True)


def level_table(levels: Levels, rest: str) -> LevelTable:
    """Make the text table of the stocks with most demand, at most ``MOST`` of them.

    Args:
        levels: of all stocks.
        rest: sentence on the other stocks, added if there are any.
    """
    chosen = _most_demanded(levels)
    notes = [f"The {len(chosen)} of {quantity(len(levels))} stocks with most demand. {rest}"]
    shown = [("", stock, levels[stock]) for stock in levels if stock in chosen]
    return _table(shown, notes if len(chosen) < len(levels) else [])


def differing_levels(levels: Mapping[str, Levels], rest: str) -> LevelTable | None:
    """Make the text table of stocks that some alternative replenishes differently; None if there are none.

    Args:
        levels: by alternative, the reference first.
        rest: sentence on the other differing stocks, added if there are too many to show.
    """
    against, *others = levels
    groups: list[list[_Row]] = []
    for stock, level in levels[against].items():
        other = [(name, stock, levels[name][stock]) for name in others if stock in levels[name]]
        differing = [row for row in other if _differs(level, row[2])]
        if differing:
            groups.append([(against, stock, level), *differing])
    if not groups:
        return None
    groups.sort(key=lambda rows: -rows[0][2].demand_mean)
    counts = accumulate(len(rows) for rows in groups)
    kept = max(1, sum(count <= MOST for count in counts))
    notes = [f"The {kept} of {quantity(len(groups))} differing stocks with most demand. {rest}"]
    return _table([row for rows in groups[:kept] for row in rows], notes if kept < len(groups) else [])


def comment(table: LevelTable) -> str:
    """Return the table as lines of a YAML comment."""
    cells = [table.columns, *table.rows]
    widths = [max(len(row[k]) for row in cells) for k in range(len(table.columns))]
    lines = ["# Levels"]
    for row in cells:
        texts = (
            f"{cell:>{width}}" if name in table.numbers else f"{cell:<{width}}"
            for name, cell, width in zip(table.columns, row, widths, strict=True)
        )
        lines.append(f"#   {'  '.join(texts)}".rstrip())
    return "\n".join([*lines, *(f"# {note}" for note in table.notes)])


def _row(stock: tuple[str, str], level: StockLevel) -> tuple[object, ...]:
    """Return the row of a stock in `levels_frame`."""
    warehouse, product = stock
    numbers = [_number(level.policy, name) for name in _LEVELS]
    delay = math.nan if level.depot_delay is None else level.depot_delay
    moments = (_safety_stock(level), level.demand_mean, level.demand_sd, delay)
    return (product, warehouse, level.policy.kind, *numbers, *moments, level.found, level.note)


def _number(policy: ReplenishmentPolicy, name: str) -> float:
    """Return a level of the policy as a number, nan if it has none of that name."""
    value = getattr(policy, name, None)
    return float(value) if isinstance(value, int | float) else math.nan


def _safety_stock(level: StockLevel) -> float:
    """Return the safety stock in units: the reorder level, else order-up-to level, minus ``demand_mean``."""
    numbers = (_number(level.policy, name) for name in ("r", "s", "S"))
    return next((one for one in numbers if not math.isnan(one)), math.nan) - level.demand_mean


def _most_demanded(levels: Levels) -> set[tuple[str, str]]:
    return set(sorted(levels, key=lambda stock: -levels[stock].demand_mean)[:MOST])


def _differs(one: StockLevel, other: StockLevel | None) -> bool:
    """Test whether two levels differ in the policy or in a number of it; None differs from every level."""
    return other is None or _decisive(one.policy) != _decisive(other.policy)


def _decisive(policy: ReplenishmentPolicy) -> tuple[object, ...]:
    """Return the kind of a policy and its levels, by which policies are compared."""
    return (policy.kind, *(getattr(policy, name, None) for name in _LEVELS))


def _table(shown: Sequence[_Row], notes: list[str]) -> LevelTable:
    """Make the text table of these rows, with ``notes`` first among its notes.

    Columns that are empty in all rows are left out; so is the warehouse if there is only one.
    """
    numbers = [*_LEVELS, "Safety stock", "Demand mean", "Demand sd", "Depot delay"]
    columns = ["Product", "Warehouse", _ALTERNATIVE, "Policy", *numbers, "How found"]
    rows: list[list[str]] = []
    for alternative, stock, level in shown:
        product, warehouse, policy, *values, found, _ = _row(stock, level)
        texts = [*(map(_exact, values[: len(_LEVELS)])), *(map(_rounded, values[len(_LEVELS) :]))]
        how = FOUND.get(str(found), str(found))
        rows.append([str(product), str(warehouse), alternative, str(policy), *texts, how])
    dropped = {name for k, name in enumerate(columns) if {row[k] for row in rows} <= {NOTHING, ""}}
    if len({stock[0] for _, stock, _ in shown}) == 1:
        dropped.add("Warehouse")
    once = [name for name in _SAID_ONCE if len({row[columns.index(name)] for row in rows}) == 1]
    said = " ".join(f"{name}: {rows[0][columns.index(name)]}." for name in once)
    kept = [k for k, name in enumerate(columns) if name not in dropped and name not in once]
    return LevelTable(
        tuple(columns[k] for k in kept),
        tuple(tuple(row[k] for k in kept) for row in rows),
        frozenset(numbers),
        tuple(filter(None, [*notes, *_particulars(shown), said, _meaning(shown, dropped)])),
    )


def _exact(value: object) -> str:
    assert isinstance(value, float)
    return NOTHING if math.isnan(value) else f"{value:,.10g}"


def _rounded(value: object) -> str:
    assert isinstance(value, float)
    return quantity(value)


def _particulars(shown: Sequence[_Row]) -> Iterator[str]:
    """Yield the notes on single levels, one sentence each, with the products that they apply to."""
    noted: dict[str, list[str]] = {}
    for alternative, (_, product), level in shown:
        if level.note:
            name = f"{product} under '{alternative}'" if alternative else product
            noted.setdefault(level.note, []).append(name)
    for note, names in list(noted.items())[:_MOST_NOTES]:
        few = ", ".join(dict.fromkeys(names[:_MOST_NOTES]))
        more = f" and {len(names) - _MOST_NOTES} more" if len(names) > _MOST_NOTES else ""
        whom = "" if len(names) == len(shown) > 1 else f"{few}{more}: "
        text = whom + note
        yield f"{text[:1].upper() if not whom else text[:1]}{text[1:].rstrip('.')}."
    if len(noted) > _MOST_NOTES:
        yield f"{len(noted) - _MOST_NOTES} more notes stand in levels.csv."


def _meaning(shown: Sequence[_Row], dropped: set[str]) -> str:
    """Return a note that defines the demand and, unless ``dropped``, the safety stock."""
    reviewed = any(level.policy.reviews() is not None for _, _, level in shown)
    time = "a lead time and review interval" if reviewed else "a lead time"
    meaning = f"Demand: units asked for in {time}, mean and standard deviation."
    if "Safety stock" not in dropped:
        meaning += " Safety stock: the level's excess over that mean."
    if "Depot delay" not in dropped:
        meaning += " Depot delay: mean days that orders wait in another warehouse, part of the lead time."
    return meaning
