"""Stops of a place: all that keeps it from working."""

from __future__ import annotations

import datetime
from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from simulator.calendars.calendar import Calendar
from simulator.calendars.opening_times import OpeningTimes
from simulator.calendars.place_clock import PlaceClock
from simulator.model.availability.availability import Availability
from simulator.model.availability.outages import ClosedHours, DatedOutage, DrawnOutages, Holidays, Outages
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.random.streams import Streams, stream_name
from simulator.scenario.sections.disruptions import Outage


@dataclass(frozen=True)
class Stops:
    """Hours, closures and disruptions that stop work at a place.

    Attributes:
        place: kind and name of the place.
        clock: clock of the place.
        times: opening times.
        disruptions: by name.
    """

    place: tuple[str, ...] = field(repr=False)
    clock: PlaceClock
    times: OpeningTimes
    disruptions: tuple[tuple[str, Outage], ...] = ()

    @classmethod
    def of(
        cls,
        place: tuple[str, ...],
        clock: PlaceClock,
        times: OpeningTimes,
        disruptions: Mapping[str, Outage] = MappingProxyType({}),
    ) -> Stops | None:
        """Collect opening times and disruptions of a place; ``None`` if it always works."""
        if not disruptions and times.always:
            return None
        return cls(place, clock, times, tuple(disruptions.items()))

    @property
    def key(self) -> Hashable:
        """Names by which routes through the same place share one availability."""
        times = self.times
        closed, disruptions = (tuple(name for name, _ in one) for one in (times.closed, self.disruptions))
        return self.place, self.clock, disruptions, closed, times.holidays, times.hours

    def availability(self, streams: Streams) -> Availability:
        """Draw the availability.

        Args:
            streams: of the replication. A disruption is drawn by its name alone, so that it is the same under every
                alternative.
        """
        return Availability([*self._drawn(streams), *self._dated(), *self._known()])

    def usual(self, streams: Streams) -> Availability:
        """Draw the availability in the long run: hours and drawn disruptions, with no date and no daylight saving."""
        return Availability([*self._drawn(streams), *self._hours(PlaceClock(self.clock.start))])

    def known(self, until: float) -> Availability | None:
        """Return what is known beforehand of the availability, the opening times.

        It is ``None`` if the place does not close before ``until`` (days): a closure after the run has no effect.
        """
        if self.times.always:
            return None
        opens = Availability(self._known())
        return None if opens.up(0.0) == 0.0 and opens.next_stop(0.0) >= until else opens

    def _drawn(self, streams: Streams) -> list[Outages]:
        """Return the disruptions that are drawn."""
        found: list[Outages] = []
        for name, one in self.disruptions:
            if one.up is not None and one.down is not None:
                stream = stream_name(*self.place, "disruption", name)
                up, down = streams.draws(one.up, f"{stream}/up"), streams.draws(one.down, f"{stream}/down")
                found.append(DrawnOutages(up, down))
        return found

    def _dated(self) -> list[Outages]:
        """Return the disruptions on given dates."""
        return [
            self._outage(one.first, one.until, BackorderCause.DISRUPTIONS)
            for _, one in self.disruptions
            if one.first is not None and one.until is not None
        ]

    def _known(self) -> list[Outages]:
        """Return closures, holidays and times out of hours."""
        found: list[Outages] = [
            self._outage(one.first, one.until, BackorderCause.CLOSURES) for _, one in self.times.closed
        ]
        if self.times.holidays:
            found.append(Holidays(self.times.holidays, self.clock))
        return found + self._hours(self.clock)

    def _hours(self, clock: PlaceClock) -> list[Outages]:
        """Return the times out of hours by a clock."""
        hours = self.times.hours
        return [] if hours.always else [ClosedHours(Calendar(hours, clock))]

    def _outage(self, first: datetime.date, until: datetime.date, cause: BackorderCause) -> DatedOutage:
        """Return the outage from one date to another."""
        return DatedOutage(self.clock.midnight(first), self.clock.midnight(until), cause)
