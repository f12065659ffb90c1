"""The results of a run as pandas tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.experiments.replicate import Replications
from simulator.experiments.statistics import Estimate
from simulator.metrics.glossary import DIMENSIONS
from simulator.metrics.series import series_frame
from simulator.model.world import Record

OVERALL = "overall"
"""Dimension of the figures that are not split; their group is ``all``."""

_PURCHASE_TIMES = ("placed", "produced", "departed", "arrived", "cleared", "received")


def metrics_frame(outcome: Replications) -> pd.DataFrame:
    """Every metric, overall and in every group. Columns: metric, dimension, group, mean, half_width, unit."""
    rows: list[tuple[str, str, str, float, float, str]] = []
    for dimension, group, figures in _groups(outcome):
        rows += [
            (name, dimension, group, one.mean, one.half_width, one.unit) for name, one in figures.items()
        ]
    return pd.DataFrame(rows, columns=["metric", "dimension", "group", "mean", "half_width", "unit"])


def _groups(outcome: Replications) -> Iterator[tuple[str, str, dict[str, Estimate]]]:
    yield OVERALL, "all", outcome.summary()
    for dimension in DIMENSIONS:
        for group, figures in outcome.summary_by(dimension).items():
            yield dimension, group, figures


def orders_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Every order line of the records: one column for each of the order book, times in days from the start."""
    return _stacked(records, lambda record: record.book.frame())


def steps_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """On hand and backlog (units) of every stock, a row whenever one of them changed. Time in days."""
    return _stacked(records, series_frame)


def purchases_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Every purchase order: its stock, its units and the days on which it passed each place (nan: not yet)."""
    return _stacked(records, _purchases)


def _purchases(record: Record) -> pd.DataFrame:
    book, purchases, scenario = record.book, record.purchases, record.scenario
    stocks = np.array(book.stocks, dtype=np.int64)[purchases.stock]
    suppliers = {name: number for number, name in enumerate(scenario.suppliers)}
    supplier = np.array(
        [suppliers[str(scenario.supplier_of(name))] for name in book.products], dtype=np.int64
    )
    columns = {
        "warehouse": _named(stocks[:, 0], book.warehouses),
        "product": _named(stocks[:, 1], book.products),
        "supplier": _named(supplier[stocks[:, 1]], tuple(suppliers)),
        "number": purchases.number,
        "quantity": purchases.quantity,
        "cancelled": purchases.cancelled,
        **{name: getattr(purchases, name) for name in _PURCHASE_TIMES},
        "inspected": purchases.inspected,
    }
    return pd.DataFrame(columns)


def _named(codes: NDArray[np.int64], names: tuple[str, ...]) -> pd.Categorical[Any]:
    return pd.Categorical.from_codes(codes, pd.Index(names))


def _stacked(records: Mapping[int, Record], frame: Callable[[Record], pd.DataFrame]) -> pd.DataFrame:
    """The tables of all records above each other, the number of the replication in the first column."""
    tables = []
    for replication, record in records.items():
        table = frame(record)
        table.insert(0, "replication", np.int32(replication))
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
