"""Days of an order history, drawn again whole and in any sequence: what a stock has met, for pilot runs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from simulator.orders.streams import Streams
from simulator.scenario.history import History
from simulator.scenario.order_files import OrderRows, read
from simulator.scenario.scenario import ANYWHERE, Scenario

Column = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class RecordedDays:
    """The days of a file as one stock has seen them.

    hour: time of each line within its day, as a share of it, by day. units: of each line. begin: place of each day's
    first line, and of the end: intp[days + 1].
    """

    hour: Column
    units: Column
    begin: NDArray[np.intp]

    @cached_property
    def digest(self) -> bytes:
        """What tells these days from others."""
        return hashlib.sha256(
            b"".join(part.tobytes() for part in (self.hour, self.units, self.begin))
        ).digest()

    @property
    def lines_a_day(self) -> float:
        """Mean number of lines a day."""
        return len(self.hour) / (len(self.begin) - 1)

    def drawn(self, days: int, streams: Streams, name: str) -> tuple[Column, Column]:
        """Times (days) and units of the lines of so many days, each one of the file's by chance."""
        chosen = streams.generator(name).integers(0, len(self.begin) - 1, days)
        count = np.diff(self.begin)[chosen]
        ends = np.cumsum(count)
        place = np.arange(int(ends[-1]) if days else 0) - np.repeat(
            ends - count - self.begin[:-1][chosen], count
        )
        return np.repeat(np.arange(float(days)), count) + self.hour[place], self.units[place]


def recorded_days(scenario: Scenario) -> dict[tuple[str, str], list[RecordedDays]]:
    """The recorded days of every stock that an order history asks from, one entry for each history."""
    found: dict[tuple[str, str], list[RecordedDays]] = {}
    for source in scenario.histories():
        for stock, days in _of_file(scenario, source, read(source)):
            found.setdefault(stock, []).append(days)
    return found


def _of_file(
    scenario: Scenario, source: History, rows: OrderRows
) -> Iterator[tuple[tuple[str, str], RecordedDays]]:
    time = rows.times(scenario.run.start)
    first = int(np.floor(time.min()))
    day = np.floor(time).astype(np.intp) - first
    days = int(day.max()) + 1
    names = (source.region or ANYWHERE,) if rows.region is None else rows.region.names
    region = np.zeros(len(rows), np.intp)
    if rows.region is not None:
        region = rows.region.codes[rows.first][rows.order]
    sites = [scenario.warehouse_of(name) for name in names]
    known = list(dict.fromkeys(sites))
    site = np.array([known.index(name) for name in sites])[region]
    products = rows.product
    stock = site * len(products.names) + products.codes
    sequence = np.lexsort((time, stock))
    bounds = np.flatnonzero(np.diff(stock[sequence], prepend=-1, append=-1))
    for begin, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True):
        own = sequence[begin:end]
        number, product = divmod(int(stock[own[0]]), len(products.names))
        warehouse = known[number]
        if warehouse is not None:
            starts = np.searchsorted(day[own], np.arange(days + 1))
            hour = time[own] - first - day[own]
            yield (warehouse, products.names[product]), RecordedDays(hour, rows.quantity[own], starts)
