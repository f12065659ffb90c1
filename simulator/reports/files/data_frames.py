"""Data frames of a run: figures, and the events of its records, as pandas tables."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.glossary import DIMENSIONS
from simulator.metrics.grouping import StockColumns
from simulator.metrics.measures.cash import cash_frame
from simulator.metrics.measures.step_series import series_frame
from simulator.model.records.contact_log import NO_LINE
from simulator.model.records.message_log import MessageKind
from simulator.model.world import Record

OVERALL = "overall"
"""Dimension of the overall figures; their group is ``all``."""


def metrics_frame(outcome: Replications) -> pd.DataFrame:
    """Tabulate every metric, overall and in every group.

    Columns: metric, dimension, group, mean, half_width (of the 95 % confidence interval), unit.
    """
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
    """Tabulate the order lines of the records, one row each, with the columns of `Results.orders`.

    Args:
        records: by number of the replication.
    """
    return _stacked(records, _orders)


def _orders(record: Record) -> pd.DataFrame:
    frame = record.book.frame()
    frame["substitute"] = _named(record.book.substitute, record.book.products)
    score = np.zeros(len(frame), np.int8) if record.scores is None else record.scores.score
    frame["score"] = pd.arrays.IntegerArray(score, score == 0)
    return frame


def contacts_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate the contacts with the support desk, one row each, with the columns of `Results.contacts`.

    Args:
        records: by number of the replication.
    """
    return _stacked(records, _contacts)


def _contacts(record: Record) -> pd.DataFrame:
    book, contacts = record.book, record.contacts
    about = contacts.line != NO_LINE
    line = np.where(about, contacts.line, 0)
    site = np.array([warehouse for warehouse, _ in book.stocks], dtype=np.int64)

    def number(values: NDArray[Any]) -> NDArray[np.int64]:
        found = np.full(len(line), -1, dtype=np.int64)
        found[about] = values[line[about]]
        return found

    columns = {
        "time": contacts.time,
        "line": pd.arrays.IntegerArray(line.astype(np.int64), ~about),
        "order": pd.arrays.IntegerArray(number(book.order), ~about),
        "segment": _named(number(book.segment), book.segments),
        "product": _named(number(book.product), book.products),
        "warehouse": _named(number(site[book.stock]), book.warehouses),
        "waited": contacts.waited,
        "served": contacts.served,
        "answered": contacts.answered,
    }
    return pd.DataFrame(columns)


def messages_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate the messages to waiting customers, one row each, with the columns of `Results.messages`.

    Args:
        records: by number of the replication.
    """
    return _stacked(records, _messages)


def _messages(record: Record) -> pd.DataFrame:
    book, messages = record.book, record.messages
    columns = {
        "time": messages.time,
        "line": messages.line,
        "order": book.order[messages.line],
        "segment": _named(book.segment[messages.line].astype(np.int64), book.segments),
        "product": _named(book.product[messages.line].astype(np.int64), book.products),
        "kind": _named(messages.kind.astype(np.int64), tuple(kind.name.lower() for kind in MessageKind)),
        "read": messages.read,
    }
    return pd.DataFrame(columns)


def cash_steps_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate cash, one row per time of a change, with the columns of `Results.cash`.

    Args:
        records: by number of the replication.
    """
    return _stacked(records, cash_frame)


def steps_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate on hand and backlog, one row per stock and change, with the columns of `Results.series`.

    Args:
        records: by number of the replication.
    """
    return _stacked(records, series_frame)


def purchases_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate the purchase orders, one row each, with the columns of `Results.purchases`.

    Args:
        records: by number of the replication.
    """
    return _stacked(records, _purchases)


def _purchases(record: Record) -> pd.DataFrame:
    book, purchases = record.book, record.purchases
    stocks = np.array(book.stocks, dtype=np.int64)[purchases.stock]
    sources = StockColumns(record).sources
    passed = {name: column for name, column in purchases.passed.items() if column.dtype != np.bool_}
    columns = {
        "warehouse": _named(stocks[:, 0], book.warehouses),
        "product": _named(stocks[:, 1], book.products),
        "supplier": _named(sources.supplier[sources.of(purchases)], tuple(record.scenario.suppliers)),
        "number": purchases.number,
        "quantity": purchases.quantity,
        "cancelled": purchases.cancelled,
        "placed": purchases.placed,
        **passed,
        "received": purchases.received,
        **{name: flags for name, flags in purchases.passed.items() if name not in passed},
    }
    return pd.DataFrame(columns)


def _named(codes: NDArray[Any], names: tuple[str, ...]) -> pd.Categorical[Any]:
    return pd.Categorical.from_codes(codes, pd.Index(names))


def _stacked(records: Mapping[int, Record], frame: Callable[[Record], pd.DataFrame]) -> pd.DataFrame:
    """Stack the tables of the records, with the number of the replication in the first column.

    Args:
        records: by number of the replication.
        frame: function that makes the table of one record.
    """
    tables = []
    for replication, record in records.items():
        table = frame(record)
        table.insert(0, "replication", np.int32(replication))
        tables.append(table)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
