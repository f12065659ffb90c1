"""Table of the sources that stocks buy from: purchase orders, units, lead times and costs of each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate, interval
from simulator.reports.wording.numerals import Numeral, numeral, quantity
from simulator.scenario.sources import StockSources
from simulator.values.arrays import Floats

_DIMENSION: Final = "supplier"
_UNITS: Final = "received_units"
_SHARE: Final = "share of units"
_MOST: Final = 12
"""Most rows of the table, short enough to be read as a whole."""
_COLUMNS: Final = (
    ("Purchase orders", "purchase_orders"),
    ("Units bought", _UNITS),
    ("Share of units", _SHARE),
    ("Lead time", "lead_time_mean"),
    ("Purchase cost", "purchase_cost"),
    ("Ordering cost", "ordering_cost"),
    ("Freight", "freight_cost"),
    ("Transit", "transit_cost"),
    ("Customs", "customs_cost"),
    ("Expediting", "expediting_cost"),
    ("Production cost", "production_cost"),
)
"""Heading of each column, and its metric; costs that are 0 for every source are left out."""
_NOTE: Final = (
    "Units and purchase cost: of what landed in the measured time. All else: of what was ordered in it."
)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Table of sources as text.

    Attributes:
        sources: names, one for each row.
        columns: heading and cells of each column.
        notes: sentences beneath the table.
    """

    sources: tuple[str, ...]
    columns: tuple[tuple[str, tuple[Numeral, ...]], ...]
    notes: tuple[str, ...]


def source_table(outcome: Replications) -> SourceTable | None:
    """Make the table of the sources with most units, at most ``_MOST``; None if each stock has one source."""
    known = StockSources(outcome.scenario)
    if all(len(known.of(*stock)) < 2 for stock in outcome.levels_by_stock):
        return None
    names, groups = outcome.groups(_DIMENSION), outcome.summary_by(_DIMENSION)
    by_units = sorted(names, key=lambda name: -groups[name][_UNITS].mean)
    chosen = [name for name in names if name in by_units[:_MOST]]
    shares = _shares(outcome.by(_DIMENSION)[:, outcome.names.index(_UNITS), :])
    found = {name: groups[name] | {_SHARE: shares[names.index(name)]} for name in chosen}
    columns = tuple(
        (heading, tuple(numeral(found[name][metric]) for name in chosen))
        for heading, metric in _COLUMNS
        if not metric.endswith("_cost") or any(groups[name][metric].mean != 0 for name in names)
    )
    left_out = len(names) - len(chosen)
    rest = f"The {_MOST} of {quantity(len(names))} sources with most units; metrics.csv has all."
    return SourceTable(tuple(chosen), columns, (rest, _NOTE) if left_out else (_NOTE,))


def _shares(units: Floats) -> list[Estimate]:
    """Estimate the share of each source in all units; replications without any are left out.

    Args:
        units: float64[replications, sources].
    """
    total = units.sum(axis=1, keepdims=True)
    shares = (units / np.where(total > 0, total, np.nan)).T
    estimates = []
    for one in shares:
        n = int(np.count_nonzero(~np.isnan(one)))
        mean, half = interval(one) if n else (float("nan"), float("nan"))
        estimates.append(Estimate(mean, half, "share", n))
    return estimates
