"""Forecast of a stock's purchase orders under way: quantiles of the time of their delivery to customers.

The remaining days of a purchase order are sampled from the distributions of its route, given the last
milestone passed and the days since then. Departures at fixed times are known, and so are opening times, see
`calendar_forecast`. Queues on the route are ignored. All products that come from one supplier to one warehouse
share one sample, drawn from a random stream of its own. Regions to which a warehouse delivers in a time of their own
have forecasts of their own, by the same sample of the route.
"""

from __future__ import annotations

import numpy as np

from simulator.model.availability.open_spans import OpenSpans
from simulator.model.supply.calendar_forecast import CalendarForecast, Stretch
from simulator.model.supply.departures import TimetableForecast
from simulator.model.supply.dock import stops_of
from simulator.model.supply.leg import SAMPLE, RouteEnds, known_spans
from simulator.model.supply.legs import LEGS, LegSequence
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

    def __init__(
        self, leg_sequence: LegSequence, streams: Streams, region: str = "", *, to_shelf: bool = False
    ) -> None:
        """Draw the samples.

        Args:
            leg_sequence: legs of the route.
            streams: of the replication.
            region: to which goods are delivered in a time of its own; left out: all other regions.
            to_shelf: forecast the landing in place of the delivery, for goods that go on to another warehouse.
        """
        rng = streams.generator(stream_name("forecast", *leg_sequence.ends.lane_name))
        ends, zero = leg_sequence.ends, np.zeros(SAMPLE)
        end = ends.run.end
        spans = known_spans(stops_of(ends.run, ends.destination, ends.site), end)
        picking, delivered = _from_shelf(ends, region, spans, streams, rng, to_shelf=to_shelf)
        self.delivery = picking.taken + delivered
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
        self.picked_by_calendar = spans is not None
        """True if the delivery of units on hand depends on the time at which they are allocated."""
        if leg_sequence.calendars:
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


def _from_shelf(
    ends: RouteEnds,
    region: str,
    spans: OpenSpans | None,
    streams: Streams,
    rng: np.random.Generator,
    *,
    to_shelf: bool,
) -> tuple[Stretch, Floats]:
    """Draw the stretch of picking, and the days from shipping to the customer: float64[draws].

    Args:
        ends: of the route.
        region: see `_delivered`.
        spans: in which the warehouse is open; ``None`` if always.
        streams: of the replication.
        rng: of the route.
        to_shelf: True if goods end on the shelf, so that both take no time; the sample of the legs stays the same.
    """
    picked = ends.site.pick_time.sample(rng, SAMPLE)
    delivered = _delivered(ends, region, streams, rng)
    if to_shelf:
        return Stretch("", np.zeros(SAMPLE), np.zeros(SAMPLE), np.add), np.zeros(SAMPLE)
    return Stretch("", picked, picked, np.add if spans is None else spans.after), delivered


def _delivered(ends: RouteEnds, region: str, streams: Streams, rng: np.random.Generator) -> Floats:
    """Draw the days from shipping to the customer: float64[draws].

    Args:
        ends: of the route.
        region: with a delivery time of its own; empty for all other regions.
        streams: of the replication.
        rng: of the route, from which the warehouse's own delivery time is always drawn, so that all regions have the
            same sample of the legs.
    """
    site = ends.site
    others = site.delivery.sample(rng, SAMPLE)
    if not region:
        return others
    own = streams.generator(stream_name("forecast", *ends.lane_name, region))
    return site.delivery_to(region).sample(own, SAMPLE)
