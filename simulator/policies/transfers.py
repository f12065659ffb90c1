"""Transfer policies: goods moved sideways between warehouses that do not buy from each other.

A policy is asked for one product at a time, after all customer orders of an instant and before replenishment: when a
line has been backordered, and at times of its own. It moves units that are on hand, over the lanes that carry
transfers.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence
from typing import Annotated, ClassVar, NamedTuple, Protocol, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from simulator.policies.family import Policy, member
from simulator.values.idle_keys import NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.units import Days, PositiveDays, Quantity


class PlaceView(Protocol):
    """Stock of the product in one warehouse, as a transfer policy sees it."""

    @property
    def name(self) -> str:
        """Name of the warehouse."""
        ...

    @property
    def on_hand(self) -> float:
        """Units on hand."""
        ...

    @property
    def free(self) -> float:
        """Units on hand that may leave: none while somebody waits, and none that are kept back for customers."""
        ...

    @property
    def backlog(self) -> float:
        """Units that waiting lines, and the purchase orders of warehouses that it supplies, lack."""
        ...

    @property
    def supplied(self) -> float:
        """Units on hand and under way, less the backlog; what waits in another warehouse is not under way."""
        ...

    @property
    def demand(self) -> float:
        """Mean demand, units per day, of its customers and of those of all warehouses that it supplies."""
        ...

    def coming(self, until: float) -> float:
        """Return the units on order that are planned to land by ``until`` (days), transfers included.

        The planned landing is the mean lead time without queues after the placing. Overdue units do not count: it is
        not known when they come.
        """
        ...


class WayView(Protocol):
    """Lane that carries transfers from one warehouse to another, for one product."""

    @property
    def origin(self) -> PlaceView:
        """Stock that would send goods."""
        ...

    @property
    def destination(self) -> PlaceView:
        """Stock that would get them."""
        ...

    @property
    def landing(self) -> float:
        """Planned landing (days) of goods sent now: the mean lead time without queues from now."""
        ...


class Transfer(NamedTuple):
    """Units to send over a lane now.

    Attributes:
        way: index among the lanes that the policy was given.
        units: quantity; no more are sent than are free.
    """

    way: int
    units: float


class TransferPolicy(Policy):
    """Base of the transfer policies."""

    family = "transfers"
    members = {}

    moves: ClassVar[bool] = True
    """True if it may move anything at all."""
    reacts: ClassVar[bool] = True
    """True if it is asked when a line is backordered."""

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole policy if no lane carries what it would move."""
        if not around.transferred:
            yield IdleKey((), "there is no lane over which it could move goods")

    def reviews(self) -> tuple[float, float] | None:
        """Return first time and interval (days) of its own times; ``None`` without any."""
        return None

    def on_backorder(self, place: PlaceView, ways: Sequence[WayView]) -> Iterable[Transfer]:
        """Return the transfers to a stock some of whose lines have been backordered in this instant.

        Args:
            place: the stock.
            ways: lanes to it, in the sequence of the file.
        """
        return ()

    def at_review(self, ways: Sequence[WayView]) -> Iterable[Transfer]:
        """Return the transfers of a product at a time of its own.

        Args:
            ways: all lanes for the product, in the sequence of the file.
        """
        return ()


@member("none")
class NoTransfers(TransferPolicy):
    """Nothing is moved."""

    moves = False
    reacts = False

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield nothing: it is as if it were left out."""
        return iter(())


_ROUNDING = 1e-9
"""Units: a product of days and demand may lie so far above a whole number that it stands for."""


class _WithReserve(TransferPolicy):
    """Base of the policies that leave a reserve where the goods come from."""

    reserve: Quantity = Field(default=0.0, description="Units that stay in the warehouse that sends goods.")
    reserve_cover: Days | None = Field(
        default=None, description="The same in days of its mean demand, rounded up, in place of 'reserve'."
    )

    @model_validator(mode="after")
    def _one_reserve(self) -> Self:
        if self.reserve_cover is not None and "reserve" in self.model_fields_set:
            raise ValueError("give either 'reserve' or 'reserve_cover'")
        return self

    def available(self, place: PlaceView) -> float:
        """Return the units that may leave a warehouse: the free ones above the reserve."""
        kept = self.reserve
        if self.reserve_cover is not None:
            kept = math.ceil(self.reserve_cover * place.demand - _ROUNDING)
        return max(0.0, min(place.free, place.on_hand - kept))


@member("reactive")
class Reactive(_WithReserve):
    """Send what waiting customers lack as soon as a line is backordered, from where it lands soonest.

    A warehouse asks one after the other for what its backlog lacks, less what is planned to land there no later than
    the transfer would. It does not count on goods that are overdue.
    """

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole policy also if nobody waits."""
        if not around.waiting:
            yield IdleKey((), NOBODY_WAITS)
        else:
            yield from super().idle(around, name)

    def on_backorder(self, place: PlaceView, ways: Sequence[WayView]) -> Iterator[Transfer]:
        """Yield a transfer from each warehouse that has something to spare, the soonest first, ties by file."""
        sent = 0.0
        for number in sorted(range(len(ways)), key=lambda number: ways[number].landing):
            way = ways[number]
            lacking = place.backlog - sent - place.coming(way.landing)
            units = min(lacking, self.available(way.origin))
            if units > 0.0:
                sent += units
                yield Transfer(number, units)


@member("periodic")
class Periodic(_WithReserve):
    """Level out the stocks of a product at fixed times, so that all last equally long.

    The runout of a stock is (on hand + under way - backlog) / mean demand. Unit by unit, goods move over the lane where
    that brings the squared deviations of the runouts, weighted by demand, down the most, until no unit does. A
    warehouse either sends or gets goods at such a time, so that nothing goes in circles.
    """

    reacts = False

    every: PositiveDays = Field(description="Time between two such times.")
    first: Days | None = Field(default=None, description="The first; left out: after one interval.")

    def reviews(self) -> tuple[float, float]:
        """Return the first time and the interval, days."""
        return self.every if self.first is None else self.first, self.every

    def at_review(self, ways: Sequence[WayView]) -> Iterator[Transfer]:
        """Yield a transfer for each lane over which units move."""
        places = list(dict.fromkeys(place for way in ways for place in (way.origin, way.destination)))
        ends = [(places.index(way.origin), places.index(way.destination)) for way in ways]
        moved = level_out(
            ends,
            supplied=[place.supplied for place in places],
            available=[self.available(place) for place in places],
            demand=[place.demand for place in places],
        )
        yield from (Transfer(number, units) for number, units in enumerate(moved) if units > 0.0)


def level_out(
    ends: Sequence[tuple[int, int]],
    *,
    supplied: Sequence[float],
    available: Sequence[float],
    demand: Sequence[float],
) -> list[float]:
    """Move whole units so that the runouts (supplied / demand) of all places are as equal as can be.

    Each unit takes the lane over which it lowers the sum of demand x (runout - mean runout)² the most; on ties, to the
    place that runs out first, then the first lane. A place that has sent units gets none, and the other way round. With
    a lane from each place to every other the sum is then as low as it can be, for it is a separable convex function of
    the units. A place without demand gets nothing, and sends first of all.

    Args:
        ends: places from which and to which each lane leads.
        supplied: units on hand and under way to each place, less its backlog.
        available: units that may leave each place.
        demand: units per day of each place.

    Returns:
        Units for each lane.

    >>> level_out([(0, 1), (1, 0)], supplied=[9.0, 2.0], available=[9.0, 2.0], demand=[1.0, 1.0])
    [3.0, 0.0]
    >>> level_out([(0, 1)], supplied=[10.0, 0.0], available=[4.0, 0.0], demand=[1.0, 10.0])
    [4.0]
    """
    have, left = list(supplied), [float(math.floor(units)) for units in available]
    moved, sends, gets = [0.0] * len(ends), [False] * len(have), [False] * len(have)

    def gain(number: int) -> tuple[float, float, int]:
        """Return half of what the next unit lowers the sum by, 0 if it may not move, and what breaks ties."""
        origin, destination = ends[number]
        if left[origin] < 1.0 or gets[origin] or sends[destination] or demand[destination] <= 0.0:
            return 0.0, 0.0, -number
        lasts = (have[origin] - 0.5) / demand[origin] if demand[origin] > 0.0 else math.inf
        needs = (have[destination] + 0.5) / demand[destination]
        return lasts - needs, -needs, -number

    while ends:
        highest, _, lane = max(map(gain, range(len(ends))))
        if highest <= 0.0:
            break
        best = -lane
        origin, destination = ends[best]
        sends[origin] = gets[destination] = True
        left[origin] -= 1.0
        have[origin] -= 1.0
        have[destination] += 1.0
        moved[best] += 1.0
    return moved


Transfers = Annotated[SerializeAsAny[TransferPolicy], BeforeValidator(TransferPolicy.choose)]
