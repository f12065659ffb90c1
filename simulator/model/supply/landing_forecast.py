"""Forecast of a stock's purchase orders under way: quantiles of their landing times.

The remaining way of a purchase order is taken from a sample of the way's own distributions, given the place it has
reached and the time it has been there; departures at fixed times are known, and queues on the way are not foreseen. All
products that come from one supplier to one warehouse come the same way and share its sample, which has a stream of its
own.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate

import numpy as np

from simulator.model.supply.departures import TimetableForecast
from simulator.model.supply.leg import SAMPLE
from simulator.model.supply.legs import LEGS, LegSequence, milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.orders.random.streams import Streams, stream_name
from simulator.values.arrays import Floats
from simulator.values.quantiles import interpolate, order_statistics, quantile, sorted_quantile

_GRID = 128


class RemainingDays:
    """A sample of the days from one place to the next: sorted, with the days that then follow each to the delivery.

    Quantiles are worked out at a grid of elapsed times, when they are first asked for, and interpolated between.
    """

    def __init__(self, days: Floats, rest: Floats) -> None:
        sequence = np.argsort(days)
        self._days, self._rest = days[sequence], rest[sequence]
        total = self._days + self._rest
        by_total = np.argsort(total)
        self._total = total[by_total]
        self._place = by_total.astype(np.min_scalar_type(len(days)))  # small codes are compared fastest
        """For each of the totals, which are sorted, the place of its days."""
        self._longest = float(self._days[-1])
        self._step = self._longest / _GRID
        self._known: dict[float, list[float | None]] = {}
        """Quantiles by share, at each point of the grid that was asked for."""

    def quantile(self, share: float, elapsed: float) -> float:
        """Days from now to the delivery, ``elapsed`` days after the place was reached."""
        known = self._known.get(share)
        if known is None:
            known = self._known[share] = [None] * (_GRID + 1)
        if elapsed >= self._longest:
            cell, part = _GRID, 0.0
        else:
            place = elapsed / self._step
            cell = int(place)
            part = place - cell
        low = known[cell]
        if low is None:
            low = known[cell] = self._at(share, cell)
        if part == 0.0:
            return low
        high = known[cell + 1]
        if high is None:
            high = known[cell + 1] = self._at(share, cell + 1)
        return low + part * (high - low)

    def unconditional(self, share: float) -> float:
        """Days to the delivery before anything is known."""
        return sorted_quantile(self._total, share)

    def _at(self, share: float, cell: int) -> float:
        """The quantile at a point of the grid; at the last, later than ever seen, the next place is due now."""
        if cell >= _GRID:
            return quantile(self._rest.copy(), share)
        elapsed = cell * self._step
        first = int(self._days.searchsorted(elapsed, side="right"))
        left = (self._place >= first).nonzero()[0]
        below, above, part = order_statistics(share, len(left))
        return interpolate(
            float(self._total[left[below]]) - elapsed, float(self._total[left[above]]) - elapsed, part
        )


class RouteForecasts:
    """Samples of what is left of a way, from the placing of an order and from each milestone on."""

    def __init__(self, way: LegSequence, streams: Streams) -> None:
        rng = streams.generator(stream_name("forecast", way.ends.origin, way.ends.destination))
        site, zero = way.ends.site, np.zeros(SAMPLE)
        self.delivery = site.pick_time.sample(rng, SAMPLE) + site.delivery.sample(rng, SAMPLE)
        self._parts: dict[str, tuple[Floats, Floats]] = {}
        """By milestone: the days to the next one, and those behind it until the goods land."""
        self._timetables: dict[str, TimetableForecast] = {}
        """By milestone before a departure at a fixed time."""
        self._known: dict[str, RemainingDays] = {}
        on_way = {type(leg): leg for leg in way.legs}
        days = seen = left = ahead = journey = zero
        ready: dict[str, Floats] = {}
        departures = None
        for kind in reversed(LEGS):
            leg = on_way.get(kind)
            if leg is None:
                if kind.skip(rng):
                    days, seen, left = zero, zero, left + days
                continue
            for milestone, taken, known in leg.stretches(rng):
                if milestone:
                    self._parts[milestone], ready[milestone] = (seen, left), seen + ahead
                    days, seen, left, ahead = zero, zero, left + days, ahead + days
                days, seen = days + taken, seen + known
            if leg.departures is not None and leg.departures.every is not None:
                departures, journey, ahead, ready = leg.departures, left + self.delivery, zero, {}
        self._parts["placed"], ready["placed"] = (days, left), days + ahead
        if departures is not None:
            for milestone, until in ready.items():
                self._timetables[milestone] = TimetableForecast(departures, until, journey)

    def days(self, milestone: str, since: float, now: float, share: float) -> float:
        """Days from now to the delivery of goods that passed the milestone then (days), at a quantile."""
        timetable = self._timetables.get(milestone)
        if timetable is not None:
            return timetable.expected(since, now, share)
        return self._from(milestone).quantile(share, now - since)

    def new_order(self, now: float, share: float) -> float:
        """Days to the delivery of goods that would be ordered now, at a quantile."""
        if self._timetables:
            return self._timetables["placed"].new_order(now, share)
        return self._from("placed").unconditional(share)

    def _from(self, milestone: str) -> RemainingDays:
        """What is left of the way from one of the milestones on."""
        known = self._known.get(milestone)
        if known is None:
            days, rest = self._parts[milestone]
            known = self._known[milestone] = RemainingDays(days, rest + self.delivery)
        return known


class OutstandingOrders:
    """Purchase orders of one stock that have not landed, and forecasts of their delivery."""

    def __init__(self, *ways: RouteForecasts) -> None:
        """``ways``: one for each source of the stock, in their sequence."""
        self._ways = ways
        self._names = [one.name for one in milestones()]
        self._orders: dict[PurchaseOrder, None] = {}
        """Under way, in the sequence in which they were placed."""

    def send(self, purchase: PurchaseOrder) -> None:
        """A purchase order is on its way."""
        self._orders[purchase] = None

    def land(self, purchase: PurchaseOrder) -> None:
        """It has landed, or nothing is left of it."""
        del self._orders[purchase]

    def from_stock(self, share: float) -> float:
        """Days from now to the delivery of what is on hand, at a quantile."""
        return quantile(self._ways[0].delivery.copy(), share)

    def expected(self, share: float, now: float) -> tuple[list[float], list[float]]:
        """When goods on their way will be delivered, at a quantile: cumulative units and days from now, rising."""
        landings = []
        for purchase in self._orders:
            if purchase.quantity > 0:
                place, since = self._reached(purchase, now)
                days = self._ways[purchase.source].days(place, since, now, share)
                landings.append((days, purchase.quantity))
        landings.sort()
        units = accumulate([quantity for _, quantity in landings])
        return list(units), [days for days, _ in landings]

    def new_order(self, now: float, share: float) -> float:
        """Days from now to the delivery of what would be ordered now, at a quantile."""
        return self._ways[0].new_order(now, share)

    def _reached(self, purchase: PurchaseOrder, now: float) -> tuple[str, float]:
        """The last milestone that the order has passed and since when; times to come are not known yet."""
        place = -1
        for time in reversed(purchase.passed):
            if time <= now:
                return self._names[place], time
            place -= 1
        return "placed", purchase.placed


class LandingForecast:
    """What the pipeline says of a line that waits behind (and with) so many units."""

    __slots__ = ("_ahead", "_expected", "_now", "_pipeline", "holds_until")

    def __init__(self, pipeline: OutstandingOrders, now: float, ahead: float) -> None:
        self._pipeline = pipeline
        self._now = now
        self._expected: dict[float, tuple[list[float], list[float]]] = {}
        self._ahead = ahead
        self.holds_until = math.inf
        """Behind fewer units than these, and no fewer than were last looked behind, all that was asked is the same."""

    def look_behind(self, ahead: float) -> None:
        """From now on it is about a line behind (and with) so many units."""
        self._ahead = ahead
        self.holds_until = math.inf

    def quantile(self, share: float) -> float:
        """Days until delivery that are kept with this probability."""
        expected = self._expected.get(share)
        if expected is None:
            expected = self._expected[share] = self._pipeline.expected(share, self._now)
        units, days = expected
        place = bisect_right(units, self._ahead - 1e-9)
        if place == len(units):
            return self._pipeline.new_order(self._now, share)
        self.holds_until = min(self.holds_until, units[place])
        return days[place]


class StockForecast:
    """What is known of the delivery of a line that is filled from stock."""

    def __init__(self, pipeline: OutstandingOrders) -> None:
        self._pipeline = pipeline

    def quantile(self, share: float) -> float:
        """Days until delivery that are kept with this probability."""
        return self._pipeline.from_stock(share)
