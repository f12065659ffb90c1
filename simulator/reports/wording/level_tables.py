"""Levels of stocks as people and programs read them: a tidy table, and the few rows that matter as text."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from simulator.model.levels.stock_levels import Levels, StockLevel
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.reports.wording.numerals import NOTHING, quantity

if TYPE_CHECKING:
    import pandas as pd

_Row = tuple[str, tuple[str, str], StockLevel]
"""Alternative (empty: there is but one), stock, level."""
FOUND: Final = {
    "given": "given",
    "textbook": "textbook formula",
    "exact": "exact law",
    "pilot": "pilot run",
}
"""How a level was found, in people's words."""
MOST: Final = 12
"""Rows of a table that is read, not searched."""
_LEVELS: Final = ("r", "Q", "s", "S")
_ALTERNATIVE: Final = "Alternative"
_SAID_ONCE: Final = ("Policy", "How found")
"""Columns that become a sentence where all rows agree."""
_MOST_NOTES: Final = 3


@dataclass(frozen=True, slots=True)
class LevelTable:
    """Levels as text.

    Args:
        columns: headings; those of numbers are in ``numbers``.
        rows: cells, as many a row as there are columns.
        numbers: headings of the columns that stand flush right.
        notes: sentences beneath the table.
    """

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numbers: frozenset[str]
    notes: tuple[str, ...]


def levels_frame(levels: Levels) -> pd.DataFrame:
    """Tidy table of the levels, one row a stock.

    Columns: product, warehouse, policy, r, Q, s, S (nan: the policy has none), safety_stock (reorder level, else
    order-up-to level, minus demand_mean), demand_mean and demand_sd (units over the lead time and review interval),
    found ("given", "textbook", "exact" or "pilot"), note.
    """
    import pandas as pd

    moments = ("safety_stock", "demand_mean", "demand_sd")
    columns = ["product", "warehouse", "policy", *_LEVELS, *moments, "found", "note"]
    return pd.DataFrame([_row(stock, level) for stock, level in levels.items()], columns=columns)


def alternatives_frame(levels: Mapping[str, Levels]) -> pd.DataFrame:
    """The tables of several alternatives above each other, the name of the alternative in the first column."""
    import pandas as pd

    tables = []
    for name, some in levels.items():
        tables.append(levels_frame(some))
        tables[-1].insert(0, "alternative", name)
    return pd.concat(tables, ignore_index=True)


def level_table(levels: Levels, rest: str) -> LevelTable:
    """Levels of the stocks with most demand, without columns that no policy has.

    Args:
        levels: of all stocks.
        rest: a sentence about all others, where there are too many to show.
    """
    chosen = _most_demanded(levels)
    notes = [f"The {len(chosen)} of {quantity(len(levels))} stocks with most demand. {rest}"]
    shown = [("", stock, levels[stock]) for stock in levels if stock in chosen]
    return _table(shown, notes if len(chosen) < len(levels) else [])


def differing_levels(levels: Mapping[str, Levels], rest: str) -> LevelTable | None:
    """Levels of the stocks that some alternative replenishes otherwise; None if there are none.

    Args:
        levels: by alternative, the one that the others are compared with first.
        rest: a sentence about all others, where there are too many to show.
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
    """The table as lines of a comment in YAML."""
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
    warehouse, product = stock
    numbers = [_number(level.policy, name) for name in _LEVELS]
    moments = (_safety_stock(level), level.demand_mean, level.demand_sd)
    return (product, warehouse, level.policy.kind, *numbers, *moments, level.found, level.note)


def _number(policy: ReplenishmentPolicy, name: str) -> float:
    """A level of the policy, nan if it has none of that name."""
    value = getattr(policy, name, None)
    return float(value) if isinstance(value, int | float) else math.nan


def _safety_stock(level: StockLevel) -> float:
    """Units of the level that has to last a lead time beyond the demand expected in it."""
    numbers = (_number(level.policy, name) for name in ("r", "s", "S"))
    return next((one for one in numbers if not math.isnan(one)), math.nan) - level.demand_mean


def _most_demanded(levels: Levels) -> set[tuple[str, str]]:
    return set(sorted(levels, key=lambda stock: -levels[stock].demand_mean)[:MOST])


def _differs(one: StockLevel, other: StockLevel | None) -> bool:
    """Tell whether another policy decides, or another level."""
    return other is None or _decisive(one.policy) != _decisive(other.policy)


def _decisive(policy: ReplenishmentPolicy) -> tuple[object, ...]:
    return (policy.kind, *(getattr(policy, name, None) for name in _LEVELS))


def _table(shown: Sequence[_Row], notes: list[str]) -> LevelTable:
    """Table of these rows: alternative (may be empty), stock, level."""
    numbers = [*_LEVELS, "Safety stock", "Demand mean", "Demand sd"]
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
    """Notes on single levels, one sentence each, with the products that they are about."""
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
    reviewed = any(level.policy.reviews() is not None for _, _, level in shown)
    time = "a lead time and review interval" if reviewed else "a lead time"
    meaning = f"Demand: units asked for in {time}, mean and standard deviation."
    return (
        meaning
        if "Safety stock" in dropped
        else f"{meaning} Safety stock: the level's excess over that mean."
    )
