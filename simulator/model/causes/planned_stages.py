"""Stages of purchase orders on one route: their plan at placement, and the days by which each cause exceeds it."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np

from simulator.model.availability.availability import Availability
from simulator.model.availability.stops import Stops
from simulator.model.availability.working_time import WorkingTime
from simulator.model.supply.departures import departures_after, departures_before
from simulator.model.supply.lane import put_off
from simulator.model.supply.leg import Stage, availability_of
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.supply.route import SharedRoute
from simulator.orders.backorder_cause import BackorderCause
from simulator.values.arrays import Floats, Integers

_NESTED = (
    (BackorderCause.DISRUPTIONS,),
    (BackorderCause.DISRUPTIONS, BackorderCause.CLOSURES),
    (BackorderCause.DISRUPTIONS, BackorderCause.CLOSURES, BackorderCause.HOURS),
)
"""Reasons to stand still: time belongs to the first set under which a place is down."""


class PlannedStages:
    """Plan of the stages of a route, and what has become of it.

    The plan of an order begins with its placing. A stage begins when the one before it ends, and takes its mean
    time: in opening hours where its place has some, and to the next departure of a timetable. Queues take no time
    in it; nobody plans closures, disruptions and earlier goods on a lane without overtaking.
    """

    def __init__(self, shared_route: SharedRoute, end: float) -> None:
        """Look at a route; ``end`` is the end of what is recorded, days."""
        self._stages: tuple[Stage, ...] = shared_route.leg_sequence.stages
        self._shared_route = shared_route
        self._end_of_record = end
        self._worked: dict[Stops, list[WorkingTime]] = {}

    @cached_property
    def lead_time(self) -> float:
        """Mean lead time without queues, days."""
        return self._shared_route.leg_sequence.moments[0]

    def landings(self, placed: Floats, units: Floats) -> Floats:
        """Compute the planned landing of orders: float64[orders], days.

        Args:
            placed: time of placing of each order, days.
            units: ordered.
        """
        return self._ends(placed, units)[-1]

    def _ends(self, placed: Floats, units: Floats) -> list[Floats]:
        """Compute the planned end of each stage, days; arguments as in `landings`."""
        ends, time = [], placed
        for stage in self._stages:
            time = self._end(stage, time, units)
            ends.append(time)
        return ends

    def _end(self, stage: Stage, begin: Floats, units: Floats) -> Floats:
        departures, stops = stage.departures, stage.stops
        opens = None
        if stops is not None and not stops.times.hours.always:
            opens = self._availability(stops).only(BackorderCause.HOURS)
        if departures is not None and departures.every is not None:
            before, after = departures_before(departures, begin), departures_after(departures, begin)
            return after if opens is None else put_off(begin, before, after, opens.all_up)
        if departures is not None:
            assert departures.rate is not None
            after = begin + 1.0 / departures.rate
            return after if opens is None else opens.all_up(after)
        days = stage.days * units if stage.by_unit else np.full(len(begin), stage.days)
        if opens is None:
            return begin + days
        return opens.all_up(begin) + days if stage.finishes else opens.all_after(begin, days)

    def _availability(self, stops: Stops) -> Availability:
        """Return the availability of a place, the same as that of the run."""
        found = availability_of(self._shared_route, stops)
        assert found is not None
        return found

    def excess(self, orders: PurchaseColumns, rows: Integers, now: Floats) -> Floats:
        """Compute the days by which each cause has made orders late, against their plan.

        A stage that is under way counts with what has passed of it, and one to come not at all.

        Args:
            orders: purchase orders.
            rows: of the orders to look at, all on this route; one may be asked for at several times.
            now: time for each of them, days.

        Returns:
            float64[causes, rows]
        """
        placed = orders.placed[rows]
        units = orders.asked_for[rows]
        result = np.zeros((len(BackorderCause), len(rows)))
        begin, planned = placed, placed
        for stage, planned_end in zip(self._stages, self._ends(placed, units), strict=True):
            passed = orders.received if stage.end == "received" else orders.passed[stage.end]
            until = np.fmin(passed[rows], now)  # nan: not passed yet
            begun = begin <= now  # not for nan
            for cause, days in self._parts(stage, begin, until, planned, planned_end, units):
                result[cause] += np.where(begun, days, 0.0)
            begin, planned = passed[rows], planned_end
        return result

    def _parts(
        self, stage: Stage, begin: Floats, until: Floats, planned: Floats, planned_end: Floats, units: Floats
    ) -> Sequence[tuple[BackorderCause, Floats]]:
        """Split the excess of a stage, in days, into what stopped it and the rest.

        Args:
            stage: the stage.
            begin: of the stage, days.
            until: its end so far, days.
            planned: its planned begin, days.
            planned_end: its planned end, days.
            units: ordered.
        """
        if stage.stops is None:
            return [(stage.cause, until - begin - (planned_end - planned))]
        if stage.departures is not None:
            # a closure costs what it puts off the departure that the goods would have taken
            usual = self._end(stage, np.nan_to_num(begin), units)
            known = stage.departures.every is not None
            closed = np.maximum(until - usual, 0.0) if known else np.zeros(len(begin))
            rest = until - begin - (planned_end - planned) - closed
            return [(BackorderCause.CLOSURES, closed), (stage.cause, rest)]
        days = stage.days * units if stage.by_unit else stage.days
        waited = np.maximum(begin, until - days) if stage.finishes else until
        disrupted, closed, out_of_hours = self._down(stage.stops, begin, waited)
        return [
            (BackorderCause.DISRUPTIONS, disrupted),
            (BackorderCause.CLOSURES, closed),
            (BackorderCause.HOURS, out_of_hours - (planned_end - planned - days)),
            (stage.cause, until - begin - disrupted - closed - out_of_hours - days),
        ]

    def _down(self, stops: Stops, begin: Floats, until: Floats) -> list[Floats]:
        """Compute the days in which a place was down from ``begin`` to ``until``: disrupted, closed, out of hours."""
        if stops not in self._worked:
            up = self._availability(stops)
            self._worked[stops] = [WorkingTime(up.only(*causes), self._end_of_record) for causes in _NESTED]
        down = [until - begin - (one.at(until) - one.at(begin)) for one in self._worked[stops]]
        return [down[0], down[1] - down[0], down[2] - down[1]]
