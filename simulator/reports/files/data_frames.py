"""Data frames of a run: figures, and the events of its records, as pandas tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from simulator.experiments.replications.outline import months
from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate, interval
from simulator.metrics.glossary import DIMENSIONS, GLOSSARY
from simulator.metrics.goods.transfers import senders
from simulator.metrics.grouping import StockColumns
from simulator.metrics.measures.cash import cash_frame
from simulator.metrics.measures.step_series import StockRange, series_frame
from simulator.model.records.contact_log import NO_LINE
from simulator.model.records.message_log import MessageKind
from simulator.model.supply.legs import told_milestones
from simulator.model.world import Record
from simulator.orders.backorder_cause import BackorderCause
from simulator.reports.files.parquet_files import ROWS

OVERALL = "overall"
"""Dimension of the overall figures; their group is ``all``."""
PRODUCT = "product"
"""Dimension with a group for each product, of which there may be very many."""


def metrics_frame(outcome: Replications, dimensions: Sequence[str] = DIMENSIONS) -> pd.DataFrame:
    """Tabulate every metric, overall and in every group of some dimensions.

    Columns: metric, dimension, group, mean, half_width (of the 95 % confidence interval), unit.
    """
    tables = [_metrics(OVERALL, {"all": outcome.summary()})]
    for dimension in dimensions:
        if dimension == PRODUCT:
            tables.append(product_metrics(outcome).rename(columns={PRODUCT: "group"}))
            tables[-1].insert(1, "dimension", PRODUCT)
        elif outcome.groups(dimension):
            tables.append(_metrics(dimension, outcome.summary_by(dimension)))
    return pd.concat([table.astype({"metric": str, "group": str, "unit": str}) for table in tables])[
        ["metric", "dimension", "group", "mean", "half_width", "unit"]
    ].reset_index(drop=True)


def _metrics(dimension: str, groups: Mapping[str, Mapping[str, Estimate]]) -> pd.DataFrame:
    rows = [
        (name, dimension, group, one.mean, one.half_width, one.unit)
        for group, figures in groups.items()
        for name, one in figures.items()
    ]
    return pd.DataFrame(rows, columns=["metric", "dimension", "group", "mean", "half_width", "unit"])


def product_metrics(outcome: Replications) -> pd.DataFrame:
    """Tabulate every metric of every product.

    Columns: metric, product, mean, half_width (of the 95 % confidence interval), unit; sorted by product.
    """
    names, means, half_widths = outcome.estimates_by(PRODUCT)
    products = outcome.groups(PRODUCT)
    units = [GLOSSARY[name].unit for name in names]
    distinct = list(dict.fromkeys(units))
    unit = np.array([distinct.index(unit) for unit in units], np.int16)
    metric = np.tile(np.arange(len(names), dtype=np.int16), len(products))
    product = np.repeat(np.arange(len(products), dtype=np.int32), len(names))
    return pd.DataFrame(
        {
            "metric": _named(metric, names),
            PRODUCT: _named(product, products),
            "mean": means.T.ravel(),
            "half_width": half_widths.T.ravel(),
            "unit": _named(unit[metric], tuple(distinct)),
        }
    )


def causes_frame(outcome: Replications) -> pd.DataFrame:
    """Tabulate the mean number of backordered lines by month and cause, the causes that never occurred left out.

    Columns: month, cause, mean, half_width (of the 95 % confidence interval), unit. No rows without outlines.
    """
    rows = []
    if outcome.outlines:
        counts = np.stack([one.causes for one in outcome.outlines]).astype(np.float64)
        causes = np.flatnonzero(counts.any(axis=(0, 1))).tolist()
        for number, month in enumerate(months(outcome.scenario.run)):
            rows += [
                (month, BackorderCause(cause).label, *interval(counts[:, number, cause]), "lines")
                for cause in causes
            ]
    return pd.DataFrame(rows, columns=["month", "cause", "mean", "half_width", "unit"])


def orders_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate the order lines of the records, one row each, with the columns of `Results.orders`.

    Args:
        records: by number of the replication.
    """
    return stacked(order_pieces(records))


def order_pieces(records: Mapping[int, Record]) -> Iterator[pd.DataFrame]:
    """Yield the table of `orders_frame` in pieces of at most `ROWS` rows."""
    return _pieces(records, lambda record: (_orders(record, rows) for rows in _row_slices(len(record.book))))


def row_pieces(table: pd.DataFrame) -> Iterator[pd.DataFrame]:
    """Yield a table in pieces of at most `ROWS` rows."""
    return (table.iloc[rows] for rows in _row_slices(len(table)))


def _row_slices(rows: int) -> Iterator[slice]:
    """Yield the rows of each piece of a table; an empty table is one piece."""
    return (slice(start, start + ROWS) for start in range(0, max(rows, 1), ROWS))


def _orders(record: Record, rows: slice) -> pd.DataFrame:
    frame = record.book.frame(rows)
    frame["substitute"] = _named(frame["substitute"].to_numpy(), record.book.products)
    score = np.zeros(len(frame), np.int8) if record.scores is None else record.scores.score[rows]
    frame["score"] = pd.arrays.IntegerArray(score, score == 0)
    return frame


def contacts_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate the contacts with the support desk, one row each, with the columns of `Results.contacts`.

    Args:
        records: by number of the replication.
    """
    return stacked(contacts_pieces(records))


def contacts_pieces(records: Mapping[int, Record]) -> Iterator[pd.DataFrame]:
    """Yield the table of `contacts_frame` in pieces."""
    return _pieces(records, lambda record: iter([_contacts(record)]))


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
    return stacked(messages_pieces(records))


def messages_pieces(records: Mapping[int, Record]) -> Iterator[pd.DataFrame]:
    """Yield the table of `messages_frame` in pieces."""
    return _pieces(records, lambda record: iter([_messages(record)]))


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
    return stacked(cash_steps_pieces(records))


def cash_steps_pieces(records: Mapping[int, Record]) -> Iterator[pd.DataFrame]:
    """Yield the table of `cash_steps_frame` in pieces."""
    return _pieces(records, lambda record: iter([cash_frame(record)]))


def steps_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate on hand and backlog, one row per stock and change, with the columns of `Results.series`.

    Args:
        records: by number of the replication.
    """
    return stacked(step_pieces(records))


def step_pieces(records: Mapping[int, Record]) -> Iterator[pd.DataFrame]:
    """Yield the table of `steps_frame` in pieces of at most `ROWS` rows."""

    def of_record(record: Record) -> Iterator[pd.DataFrame]:
        for stocks in StockRange.parts(record, ROWS):
            yield from row_pieces(series_frame(record, stocks))

    return _pieces(records, of_record)


def purchases_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate the purchase orders, one row each, with the columns of `Results.purchases`.

    Args:
        records: by number of the replication.
    """
    return stacked(purchases_pieces(records))


def purchases_pieces(records: Mapping[int, Record]) -> Iterator[pd.DataFrame]:
    """Yield the table of `purchases_frame` in pieces."""
    return _pieces(records, lambda record: iter([_purchases(record)]))


def _purchases(record: Record) -> pd.DataFrame:
    book, purchases = record.book, record.purchases
    stocks = np.array(book.stocks, dtype=np.int64)[purchases.stock]
    sources = StockColumns(record).sources
    told = {one.name: purchases.passed[one.name] for one in told_milestones()}
    passed = {name: column for name, column in told.items() if column.dtype != np.bool_}
    scenario = record.scenario
    parted = bool(scenario.depots) or any(one.ships_in > 1 for one in scenario.suppliers.values())
    columns = {
        "warehouse": _named(stocks[:, 0], book.warehouses),
        "product": _named(stocks[:, 1], book.products),
        "supplier": _named(sources.label[sources.of(purchases)], sources.labels),
        "number": purchases.number,
        **({"shipment": purchases.part + 1} if parted else {}),
        "quantity": purchases.quantity,
        "cancelled": purchases.cancelled,
        **_shortfalls(record),
        "placed": purchases.placed,
        **passed,
        "received": purchases.received,
        **{name: flags for name, flags in told.items() if name not in passed},
    }
    return pd.DataFrame(columns)


def transfers_frame(records: Mapping[int, Record]) -> pd.DataFrame:
    """Tabulate the transfers, one row each, with the columns of `Results.transfers`.

    Args:
        records: by number of the replication.
    """
    return stacked(transfers_pieces(records))


def transfers_pieces(records: Mapping[int, Record]) -> Iterator[pd.DataFrame]:
    """Yield the table of `transfers_frame` in pieces."""
    return _pieces(records, lambda record: iter([_transfers(record)]))


def _transfers(record: Record) -> pd.DataFrame:
    book, transfers, assortment = record.book, record.transfers, StockColumns(record)
    told = {one.name: transfers.passed[one.name] for one in told_milestones() if one.name != "produced"}
    columns = {
        "product": _named(assortment.product[transfers.stock], book.products),
        "from": _named(senders(record, assortment), book.warehouses),
        "to": _named(assortment.warehouse[transfers.stock], book.warehouses),
        "number": transfers.number,
        "quantity": transfers.quantity,
        "sent": transfers.placed,
        **{name: column for name, column in told.items() if column.dtype != np.bool_},
        "received": transfers.received,
        **{name: column for name, column in told.items() if column.dtype == np.bool_},
    }
    return pd.DataFrame(columns)


def _shortfalls(record: Record) -> dict[str, NDArray[Any]]:
    """Return the columns of defects and of units that never come, where any supplier has them."""
    suppliers, columns = record.scenario.suppliers.values(), {}
    if any(one.good is not None for one in suppliers):
        columns["defects"] = record.purchases.defects
    if any(one.fails is not None for one in suppliers):
        columns["lost"] = record.purchases.lost
    return columns


def _named(codes: NDArray[Any], names: tuple[str, ...]) -> pd.Categorical[Any]:
    return pd.Categorical.from_codes(codes, pd.Index(names))


def _pieces(
    records: Mapping[int, Record], pieces: Callable[[Record], Iterator[pd.DataFrame]]
) -> Iterator[pd.DataFrame]:
    """Yield the pieces of a table of the records, with the number of the replication in the first column.

    Args:
        records: by number of the replication.
        pieces: function that makes the pieces of one record.
    """
    for replication, record in records.items():
        for table in pieces(record):
            piece = table.copy(deep=False)
            piece.insert(0, "replication", np.int32(replication))
            yield piece
            del table, piece  # before the next piece is made


def stacked(pieces: Iterable[pd.DataFrame]) -> pd.DataFrame:
    """Stack the pieces of a table; one without columns if there are none."""
    tables = list(pieces)
    return pd.concat(tables, ignore_index=True) if tables else pd.DataFrame()
