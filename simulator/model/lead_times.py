"""Lead times of one stock alone: its law where goods meet nothing on their way, and the landings of its orders.

Every leg is as `route` has it: production, lead time, departure, transit, customs, dock. Queues are those of the
stock's own purchase orders.
"""

from __future__ import annotations

import heapq
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from simulator.model.bulk_draws import sampled
from simulator.orders.streams import Streams
from simulator.scenario import network
from simulator.scenario.distributions import Distribution

Column = NDArray[np.float64]


class Legs(NamedTuple):
    """The way of the goods to one stock; ``None`` for a place it does not have."""

    supplier: network.Supplier
    lane: network.Lane | None
    office: network.Customs | None
    dock: network.Dock | None

    @property
    def queues(self) -> bool:
        """Whether purchase orders may wait for each other."""
        inspection = None if self.office is None else self.office.inspection
        inspectors = inspection is not None and inspection.inspectors is not None
        return self.supplier.workshop is not None or inspectors or self.dock is not None

    def load(self, units_a_day: float) -> float:
        """Share of the time for which production lines are busy with so many units; 0 where there are none."""
        workshop = self.supplier.workshop
        return 0.0 if workshop is None else units_a_day * workshop.unit_time.mean / workshop.lines

    @property
    def timetable(self) -> bool:
        """Whether goods wait for a departure."""
        return self.lane is not None and self.lane.departures is not None

    @property
    def in_sequence(self) -> bool:
        """Whether no order lands before an earlier one."""
        return self.lane is not None and not self.lane.crossing

    @property
    def constant(self) -> float | None:
        """Lead time (days) if it is the same for every order."""
        if self.queues or self.timetable:
            return None
        parts = self._certain_parts()
        if parts is None or any(part.variance > 0.0 for part in parts):
            return None
        return sum(part.mean for part in parts)

    def _certain_parts(self) -> list[Distribution] | None:
        """Distributions that add up to the lead time; ``None`` where chance picks orders for inspection."""
        parts = [self.supplier.lead_time]
        if self.lane is not None:
            parts.append(self.lane.transit)
        if self.office is not None:
            if self.office.inspection is not None:
                return None
            parts += [self.office.documents, self.office.green_lane]
        return parts

    def sample(self, streams: Streams, n: int) -> Column:
        """Lead times (days) of orders that meet neither queue nor timetable: float64[n]."""
        placed = np.zeros(n)
        return self.landings(placed, np.ones(n), streams, together=True)

    def landings(
        self, placed: Column, quantity: Column, streams: Streams, *, together: bool = False
    ) -> Column:
        """Times (days) at which orders land, in the sequence in which they are placed: float64[orders].

        Args:
            placed: days, rising.
            quantity: units of each.
            streams: where delays are drawn from, by name of the delay.
            together: take no order of landings into account.
        """
        n = len(placed)

        def drawn(name: str, law: Distribution) -> Column:
            return sampled(law, streams.generator(name), n)

        time = placed
        workshop = self.supplier.workshop
        if workshop is not None:
            work = _production(workshop.unit_time, quantity, streams)
            time = _served(time, work, workshop.lines)
        time = time + drawn("lead_time", self.supplier.lead_time)
        if self.lane is not None:
            if self.lane.departures is not None:
                time = _departures(self.lane.departures, time, streams)
            time = time + drawn("transit", self.lane.transit)
        if self.office is not None:
            time = self._cleared(self.office, time, streams)
        if self.dock is not None:
            time = _served(time, drawn("unload", self.dock.unload), self.dock.doors)
        return np.maximum.accumulate(time) if self.in_sequence and not together else time

    def _cleared(self, office: network.Customs, arrived: Column, streams: Streams) -> Column:
        n = len(arrived)
        ready = arrived + sampled(office.documents, streams.generator("documents"), n)
        green = ready + sampled(office.green_lane, streams.generator("green_lane"), n)
        inspection = office.inspection
        if inspection is None:
            return green
        chosen = streams.generator("chosen").random(n) < inspection.probability
        days = sampled(inspection.time, streams.generator("inspection"), n)
        done = ready + days
        if inspection.inspectors is not None:
            done[chosen] = _served(ready[chosen], days[chosen], inspection.inspectors)
        return np.where(chosen, done, green)


def _production(unit_time: Distribution, quantity: Column, streams: Streams) -> Column:
    """Days to make each order, unit after unit."""
    if unit_time.variance == 0.0:
        return quantity * unit_time.mean
    whole = np.ceil(quantity).astype(np.intp)
    if not len(whole):
        return np.zeros(0)
    units = sampled(unit_time, streams.generator("unit_time"), int(whole.sum()))
    last = np.cumsum(whole) - 1
    units[last] *= quantity - whole + 1.0
    return np.add.reduceat(units, np.append(0, last[:-1] + 1))


def _served(arrivals: Column, work: Column, servers: int) -> Column:
    """Times (days) at which jobs are done, first come first served by so many servers.

    One server: Lindley's recursion as a running maximum (Lindley 1952); several: a heap of times they are free.
    """
    sequence = np.argsort(arrivals, kind="stable")
    time, length = arrivals[sequence], work[sequence]
    if servers == 1:
        total = np.cumsum(length)
        finished = total + np.maximum.accumulate(time - (total - length))
    else:
        free = [0.0] * min(servers, max(len(time), 1))
        done = []
        for came, took in zip(time.tolist(), length.tolist(), strict=True):
            ends = max(came, free[0]) + took
            heapq.heapreplace(free, ends)
            done.append(ends)
        finished = np.array(done)
    result = np.empty(len(arrivals))
    result[sequence] = finished
    return result


def _departures(departures: network.Departures, ready: Column, streams: Streams) -> Column:
    """First departure (days) at or after each time."""
    if departures.every is not None:
        number = np.ceil((ready - departures.first) / departures.every - 1e-12)
        return departures.first + np.maximum(number, 0.0) * departures.every
    assert departures.rate is not None
    last, rate = float(ready.max(initial=0.0)), departures.rate
    rng, times = streams.generator("departures"), np.zeros(1)
    while times[-1] < last:
        gaps = rng.exponential(1.0 / rate, int((last - times[-1]) * rate * 1.1) + 16)
        times = np.concatenate((times, times[-1] + np.cumsum(gaps)))
    return times[1:][np.searchsorted(times[1:], ready)]
