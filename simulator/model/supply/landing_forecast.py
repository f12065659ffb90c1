"""Forecast of a stock's purchase orders under way: quantiles of the time of their delivery to customers.

The remaining days of a purchase order are sampled from the distributions of its route, given the last
milestone passed and the days since then. Departures at fixed times are known, and so are opening times, see
`calendar_forecast`. Queues on the route are ignored. All products that come from one supplier to one warehouse
share one sample, drawn from a random stream of its own.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from itertools import accumulate

import numpy as np

from simulator.model.supply.calendar_forecast import CalendarForecast, Stretch
from simulator.model.supply.departures import TimetableForecast
from simulator.model.supply.dock import stops_of
from simulator.model.supply.leg import SAMPLE, known_spans
from simulator.model.supply.legs import LEGS, LegSequence, told_milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.orders.random.streams import Streams, stream_name
from simulator.values.arrays import Floats
from simulator.values.quantiles import interpolate, order_statistics, quantile, sorted_quantile

_GRID = 128
"""Number of intervals in the grid of elapsed times."""


class RemainingDays:
    """Sample of the days from one milestone to the next, each with the days from there to the delivery.

    Quantiles are computed on a grid of elapsed times when first needed, and interpolated between its points.
    """

    def __init__(self, days: Floats, rest: Floats) -> None:
        """Sort the sample.

        Args:
            days: from the milestone to the next: float64[draws].
            rest: days from the next milestone to the delivery: float64[draws].
        """
        sequence = np.argsort(days)
        self._days, self._rest = days[sequence], rest[sequence]
        total = self._days + self._rest
        by_total = np.argsort(total)
        self._total = total[by_total]
        self._place = by_total.astype(np.min_scalar_type(len(days)))  # small codes are compared fastest
        """Position in the sorted ``_days`` of each of the sorted totals."""
        self._longest = float(self._days[-1])
        self._step = self._longest / _GRID
        self._known: dict[float, list[float | None]] = {}
        """Quantiles computed so far: by share, then by point of the grid (``None`` if not computed)."""

    def quantile(self, share: float, elapsed: float) -> float:
        """Compute a quantile of the days from now to the delivery.

        Args:
            share: of the quantile, 0 to 1.
            elapsed: days since the milestone.
        """
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
        """Compute a quantile of the days from the milestone to the delivery."""
        return sorted_quantile(self._total, share)

    def _at(self, share: float, cell: int) -> float:
        """Compute the quantile at a point of the grid.

        The last point stands for more days than any in the sample; then the next milestone is taken to be
        passed now.
        """
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
    """Samples of the remaining days on a route, from the placing of an order and from each milestone."""

    def __init__(self, leg_sequence: LegSequence, streams: Streams) -> None:
        rng = streams.generator(stream_name("forecast", *leg_sequence.ends.lane_name))
        ends, zero = leg_sequence.ends, np.zeros(SAMPLE)
        site, end = ends.site, ends.run.end
        picked, delivered = site.pick_time.sample(rng, SAMPLE), site.delivery.sample(rng, SAMPLE)
        self.delivery = picked + delivered
        self._parts: dict[str, tuple[Floats, Floats]] = {}
        """Days to the next milestone, and from there to the landing, by milestone: two float64[draws]."""
        self._timetables: dict[str, TimetableForecast] = {}
        """Forecasts from each milestone before a departure at a fixed time."""
        self._known: dict[str, RemainingDays] = {}
        on_route = {type(leg): leg for leg in leg_sequence.legs}
        days = seen = left = ahead = after_departure = zero
        ready: dict[str, Floats] = {}
        departures = None
        stretches: list[Stretch] = []
        for kind in reversed(LEGS):
            leg = on_route.get(kind)
            if leg is None:
                if kind.skip(rng):
                    days, seen, left = zero, zero, left + days
                continue
            for milestone, taken, known in leg.stretches(rng):
                stretches.append(Stretch(milestone, taken, known, leg.passing(milestone, end)))
                if milestone:
                    self._parts[milestone], ready[milestone] = (seen, left), seen + ahead
                    days, seen, left, ahead = zero, zero, left + days, ahead + days
                days, seen = days + taken, seen + known
            if leg.departures is not None and leg.departures.every is not None:
                departures, after_departure, ahead, ready = leg.departures, left + self.delivery, zero, {}
        self._parts["placed"], ready["placed"] = (days, left), days + ahead
        if departures is not None:
            for milestone, until in ready.items():
                self._timetables[milestone] = TimetableForecast(departures, until, after_departure)

        self._calendars: CalendarForecast | None = None
        spans = known_spans(stops_of(ends.run, ends.destination, site), end)
        self.picked_by_calendar = spans is not None
        """True if the delivery of units on hand depends on the time at which they are allocated."""
        if leg_sequence.calendars:
            picking = Stretch("", picked, picked, np.add if spans is None else spans.after)
            self._calendars = CalendarForecast(stretches[::-1], picking, delivered)

    def days(self, milestone: str, since: float, now: float, share: float) -> float:
        """Compute a quantile of the days from now to the delivery of goods under way.

        Args:
            milestone: name of the last milestone passed, or "placed".
            since: time of that milestone, days.
            now: days.
            share: of the quantile, 0 to 1.
        """
        if self._calendars is not None:
            return self._calendars.expected(milestone, since, now, share)
        timetable = self._timetables.get(milestone)
        if timetable is not None:
            return timetable.expected(since, now, share)
        return self._from(milestone).quantile(share, now - since)

    def new_order(self, now: float, share: float) -> float:
        """Compute a quantile of the days to the delivery of goods ordered now."""
        if self._calendars is not None:
            return self._calendars.new_order(now, share)
        if self._timetables:
            return self._timetables["placed"].new_order(now, share)
        return self._from("placed").unconditional(share)

    def landing(self, landing: float, now: float, share: float) -> float:
        """Compute a quantile of the days from now to the delivery of goods that land at ``landing`` (days)."""
        if self._calendars is not None:
            return self._calendars.landing(landing, now, share)
        return landing - now + quantile(self.delivery.copy(), share)

    def lead_time(self, share: float) -> float:
        """Compute a quantile of the days from the placing of an order to its landing."""
        days, rest = self._parts["placed"]
        return quantile(days + rest, share)

    def _from(self, milestone: str) -> RemainingDays:
        """Return the sample of the days from a milestone to the delivery, made at the first call."""
        known = self._known.get(milestone)
        if known is None:
            days, rest = self._parts[milestone]
            known = self._known[milestone] = RemainingDays(days, rest + self.delivery)
        return known


class OutstandingOrders:
    """Purchase orders of one stock that have not landed, with forecasts of their delivery."""

    def __init__(self, *ways: RouteForecasts, main: int = 0) -> None:
        """Begin without orders.

        Args:
            *ways: forecasts of each source of the stock, in sequence.
            main: source of orders to come.
        """
        self._ways = ways
        self._main = ways[main]
        self._names = [one.name for one in told_milestones()]
        self._latest_first = tuple(reversed(range(len(self._names))))
        self._orders: dict[PurchaseOrder, None] = {}
        """Orders under way in the sequence of placing; a dict for removal in constant time."""

    def send(self, purchase: PurchaseOrder) -> None:
        """Add a purchase order that has been sent."""
        self._orders[purchase] = None

    def land(self, purchase: PurchaseOrder) -> None:
        """Remove a purchase order that has landed, or whose units were all cancelled."""
        del self._orders[purchase]

    @property
    def picked_by_calendar(self) -> bool:
        """True if the delivery of units on hand depends on the time at which they are allocated."""
        return self._ways[0].picked_by_calendar

    def from_stock(self, share: float, now: float) -> float:
        """Compute a quantile of the days from now (days) to the delivery of units on hand."""
        return self._ways[0].landing(now, now, share)

    def expected(self, share: float, now: float) -> tuple[list[float], list[float]]:
        """Forecast the delivery of each order under way.

        Args:
            share: of the quantile, 0 to 1.
            now: days.

        Returns:
            Cumulative units, and days from now to the delivery, one entry per order; both rise.
        """
        landings = []
        for purchase in self._orders:
            if purchase.quantity > 0:
                days = self._days(purchase, now, share)
                landings.append((days, purchase.quantity))
        landings.sort()
        units = accumulate([quantity for _, quantity in landings])
        return list(units), [days for days, _ in landings]

    def _days(self, purchase: PurchaseOrder, now: float, share: float) -> float:
        """Compute a quantile of the days from now to the delivery of an order under way."""
        way = self._ways[purchase.source]
        if not math.isnan(purchase.confirmed):
            return way.landing(max(now, purchase.confirmed), now, share)
        return way.days(*self._reached(purchase, now), now, share)

    def new_order(self, now: float, share: float) -> float:
        """Compute a quantile of the days to the delivery of goods ordered now from the main source."""
        return self._main.new_order(now, share)

    def _reached(self, purchase: PurchaseOrder, now: float) -> tuple[str, float]:
        """Return the last milestone that the order has passed and its time (days).

        Milestones recorded for a later time are ignored, since nobody knows of them yet.
        """
        passed = purchase.passed
        for place in self._latest_first:
            if passed[place] <= now:
                return self._names[place], passed[place]
        return "placed", purchase.placed


class LandingForecast:
    """Forecast of the delivery of a line that waits behind others.

    Args:
        pipeline: purchase orders under way.
        now: days.
        ahead: units that lines up to and including this one wait for.
    """

    __slots__ = ("_ahead", "_expected", "_now", "_pipeline", "holds_until")

    def __init__(self, pipeline: OutstandingOrders, now: float, ahead: float) -> None:
        self._pipeline = pipeline
        self._now = now
        self._expected: dict[float, tuple[list[float], list[float]]] = {}
        self._ahead = ahead
        self.holds_until = math.inf
        """Bound on ``ahead``: from the value last set up to below it, the quantiles read stay the same."""

    def look_behind(self, ahead: float) -> None:
        """Turn to another line; ``ahead``: units that lines up to and including it wait for."""
        self._ahead = ahead
        self.holds_until = math.inf

    def quantile(self, share: float) -> float:
        """Return the days from now until the delivery that are not exceeded with probability ``share``."""
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
    """Forecast of the delivery of a line filled from stock at a time (days)."""

    def __init__(self, pipeline: OutstandingOrders, now: float) -> None:
        self._pipeline = pipeline
        self._now = now

    def quantile(self, share: float) -> float:
        """Return the days from now until the delivery that are not exceeded with probability ``share``."""
        return self._pipeline.from_stock(share, self._now)
