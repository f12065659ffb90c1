"""Legs at a customs office: papers of every purchase order, then an inspection of some or the green lane."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, Self

import numpy as np

from simulator.calendars.opening_times import OpeningTimes
from simulator.laws.distributions import constant
from simulator.model.availability.stops import Stops
from simulator.model.supply.calendar_forecast import Passing
from simulator.model.supply.leg import (
    SAMPLE,
    Delay,
    Leg,
    Plan,
    PurchaseBatch,
    RouteContext,
    RouteEnds,
    Stage,
)
from simulator.model.supply.purchase_order import Milestone, PurchaseOrder
from simulator.model.supply.servers import Job, service_ends
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.random.streams import UniformLaw
from simulator.scenario.cause import Cause, steady
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections import supply_network
from simulator.values.arrays import Floats


def _smooth(office: supply_network.Customs) -> supply_network.Customs:
    """Return the office without inspections, and with mean times for papers and the green lane."""
    inspection = office.inspection
    if inspection is not None and inspection.probability > 0:
        inspection = None
    law = {"documents": steady(office.documents), "green_lane": steady(office.green_lane)}
    return office.model_copy(update={**law, "inspection": inspection})


def _no_customs_trouble(scenario: Scenario) -> Scenario:
    """Return the scenario with all customs offices on its lanes changed by `_smooth`."""
    passed = {lane.customs for lane in scenario.lanes}
    offices = {name: _smooth(one) if name in passed else one for name, one in scenario.customs.items()}
    return scenario.model_copy(update={"customs": offices})


_CHANCE: Final = UniformLaw()


def _stops(ends: RouteEnds, office: supply_network.Customs) -> Stops | None:
    """Collect hours, closures and disruptions of the office; ``None`` if it always works."""
    return Stops.of(
        ("customs", ends.port), ends.run.clock(office.time_zone), OpeningTimes.of(office), office.disruptions
    )


@dataclass(frozen=True, eq=False, kw_only=True)
class Papers(Leg):
    """Customs papers of a purchase order; nobody sees them end."""

    milestones = (Milestone("papers", told=False),)
    late_by = BackorderCause.PAPERS

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """Make the leg if the lane passes customs."""
        if ends.office is None:
            return None
        delay = Delay.at("documents", ends.office.documents, "customs", ends.port)
        return cls(delay=delay, stops=_stops(ends, ends.office))


@dataclass(frozen=True, eq=False, kw_only=True)
class Inspection(Leg):
    """Inspection of purchase orders chosen at random; the leg's delay is the green lane of the others."""

    share: float
    """Probability of an inspection."""
    inspectors: int | None
    """Number of inspectors; ``None`` if inspections never queue."""
    chosen: Delay
    """Uniform draw that chooses the order if it is below `share`."""
    time: Delay
    """Duration of an inspection."""
    milestones = (
        Milestone("inspected", flag=True),
        Milestone("examined", told=False),
        Milestone("cleared"),
    )
    late_by = BackorderCause.INSPECTIONS
    causes = (
        Cause(
            "customs",
            "customs inspections",
            "nothing is inspected, and papers take their mean time",
            _no_customs_trouble,
        ),
    )

    @classmethod
    def of(cls, ends: RouteEnds) -> Self | None:
        """Make the leg if the lane passes customs."""
        if ends.office is None:
            return None
        rule = ends.office.inspection or supply_network.Inspection(probability=0.0, time=constant(0.0))
        return cls(
            delay=Delay.at("green_lane", ends.office.green_lane, "customs", ends.port),
            chosen=Delay.at("chosen", _CHANCE, "customs", ends.port),
            time=Delay.at("inspection", rule.time, "customs", ends.port),
            stops=_stops(ends, ends.office),
            share=rule.probability,
            inspectors=rule.inspectors,
            certain=ends.office.inspection is None,
        )

    def planner(self, route: RouteContext) -> Plan:
        """Return a function that computes the time of clearing, after the inspection or the green lane."""
        share, (held, examined, cleared) = self.share, route.numbers[self]
        green, chosen, days = (route.draws(delay) for delay in (self.delay, self.chosen, self.time))
        end = self.end_of_work(route)

        def plan(purchase: PurchaseOrder, time: float) -> float:
            number, passed = purchase.number, purchase.passed
            work = green
            if share > 0.0 and chosen[number] < share:
                passed[held] = time
                work = days
            passed[examined] = time
            # goods on which nothing is left to do as the office closes are out
            time = passed[cleared] = end(time, days_left) if (days_left := work[number]) else time
            return time

        return plan

    def job(self, route: RouteContext, purchase: PurchaseOrder, time: float) -> Job | None:
        """Return the inspection of an order that is chosen; ``None`` if nobody has to be waited for."""
        number, (held, examined, _) = purchase.number, route.numbers[self]
        if self.inspectors is None or not (
            self.share > 0.0 and route.draws(self.chosen)[number] < self.share
        ):
            return None
        purchase.passed[held] = time
        days, end = route.draws(self.time)[number], self.end_of_work(route)

        def begin(now: float) -> float:
            purchase.passed[examined] = now
            return end(now, days)

        return Job(route.servers(self.time.stream, self.inspectors), 0.0, begin)

    def columns(self, batch: PurchaseBatch) -> None:
        """Move a batch past inspectors who see no other orders."""
        ready, up, n = batch.time, batch.availability(self.stops), len(batch.time)
        days = batch.days(self.delay, n)
        servers = None
        batch.passed["examined"] = ready
        if self.share > 0.0:
            inspected, held = batch.days(self.chosen, n) < self.share, batch.days(self.time, n)
            days, servers = np.where(inspected, held, days), self.inspectors
            batch.passed["inspected"] = inspected
        batch.time = ready + days if up is None else np.where(days > 0.0, up.all_after(ready, days), ready)
        if servers is not None:
            batch.time[inspected] = service_ends(ready[inspected], days[inspected], servers, up)
        batch.passed["cleared"] = batch.time

    def stages(self) -> Iterator[Stage]:
        """Yield the wait for an inspector, planned to take no time, and the mixture of inspection and green lane."""
        yield Stage("examined", BackorderCause.INSPECTORS, stops=self.stops)
        yield Stage("cleared", self.late_by, self._mean, stops=self.stops)

    @property
    def _mean(self) -> float:
        """Mean days of the mixture of the inspection and the green lane."""
        return self.share * self.time.law.mean + (1 - self.share) * self.delay.law.mean

    def stretches(self, rng: np.random.Generator) -> Iterator[tuple[str, Floats, Floats]]:
        """Sample the inspection, from held to cleared, then the green lane of orders not inspected."""
        held, green = self.time.law.sample(rng, SAMPLE), self.delay.law.sample(rng, SAMPLE)
        chosen = rng.random(SAMPLE) < self.share
        yield "cleared", np.where(chosen, held, 0.0), held
        passed = np.where(chosen, 0.0, green)
        yield "inspected", passed, passed

    def passing(self, milestone: str, until: float) -> Passing:
        """Return the function of an inspection or the green lane within opening times; no work takes no time."""
        work = super().passing(milestone, until)
        return lambda begins, days: np.where(days > 0.0, work(begins, days), begins)

    @classmethod
    def skip(cls, rng: np.random.Generator) -> bool:
        """Return True: goods that meet no customs pass the border in no time."""
        rng.random(SAMPLE)
        return True

    def moments(self) -> Iterator[tuple[float, float]]:
        """Yield the moments of the mixture of the inspection and the green lane, on the clock as for the papers."""
        share, held, green = self.share, self.time.law, self.delay.law
        mean = self._mean
        square = share * (held.variance + held.mean**2) + (1 - share) * (green.variance + green.mean**2)
        # a difference of equal squares may fall below 0 in its last digit
        variance = green.variance if share == 0.0 else max(0.0, square - mean**2)
        yield self.on_the_clock(mean, variance)


LEGS: tuple[type[Leg], ...] = (Papers, Inspection)
