"""Pilot runs of one stock alone: lines, purchase orders, landings, and the demand that a level has to cover.

All customers wait, so the net stock (on hand less backlog) relative to the level is the same for every level,
and one run gives the service at all levels. Lines are drawn at their mean rate, the policy itself places the
purchase orders, and goods take the legs of their route, with the queues that this stock alone causes.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from typing import Final

import numpy as np

from simulator.model.levels import order_pilot
from simulator.model.levels.demand_law import LineLaw
from simulator.model.levels.pilot_observations import BATCHES, LevelObservations, observed_levels
from simulator.model.supply.legs import LegSequence
from simulator.orders.random.streams import Streams
from simulator.policies.replenishment import (
    BaseStock,
    OrderUpTo,
    PeriodicMinMax,
    PeriodicOrderUpTo,
    ReorderPoint,
    ReplenishmentPolicy,
)
from simulator.policies.service_level import Measure
from simulator.values.arrays import Floats

Draw = Callable[[float, Streams], tuple[Floats, Floats, Floats]]
"""Function that draws the lines on ``[0, days)``: time of the order (days), due date (days), and units."""

_WARM_UP: Final = 0.1
"""Share of a run that is left out at its start."""
_TIMES: Final = 16
"""Largest number of sets of lead times played with the same lines."""
_LINES_AN_ORDER: Final = 4
"""Lines between two orders for each further set; to draw them takes as long as to play the set."""
_ANY: Final = 1e-6
"""Units; no demand is smaller."""


class PilotRuns:
    """Pilot runs of one stock, with the observations of all of them.

    Args:
        policy: sized policy; observations are relative to its level.
        draw: draws the lines.
        demand: law of the lines, with which they need not be drawn if orders are rare; ``None`` if it is not
            known.
        leg_sequence: legs of the route.
        measure: measure of service to observe.
        seed: seed of the scenario.
    """

    def __init__(
        self,
        policy: ReplenishmentPolicy,
        draw: Draw,
        demand: LineLaw | None,
        leg_sequence: LegSequence,
        measure: Measure,
        seed: int,
    ) -> None:
        self._policy = policy
        self._draw = draw
        self._demand = demand
        self._leg_sequence = leg_sequence
        self._measure = measure
        self._seed = seed
        self._parts: list[LevelObservations] = []
        self._runs = 0
        self._rare = (
            None if demand is None else order_pilot.lines_per_order(policy, demand, leg_sequence.supplier)
        )

    @property
    def steps_a_line(self) -> float:
        """Work per line, in steps; 1 if lines are drawn."""
        return 1.0 if self._rare is None else order_pilot.STEPS / self._rare

    def play(self, days: float) -> LevelObservations | None:
        """Play one more run.

        Args:
            days: length of the run, in days.

        Returns:
            Observations of all runs so far, ``None`` without any.
        """
        if self._rare is None:
            self._play_lines(days)
        else:
            self._play_orders(days)
        self._runs += 1
        return LevelObservations.joined(self._parts) if self._parts else None

    def _streams(self, *more: str) -> Streams:
        return LevelStreams(self._seed, str(self._runs), *more)

    def _play_orders(self, days: float) -> None:
        """Play a run order by order."""
        assert self._demand is not None
        assert self._rare is not None
        streams = self._streams()
        count = 2 + int(days * self._demand.rate / self._rare)
        found = order_pilot.pilot_orders(
            self._policy, self._demand, self._leg_sequence.supplier, count, streams
        )
        received = self._leg_sequence.landings(found.placed, found.quantity, streams)
        time, need = order_pilot.observe_required_levels(
            self._measure, self._policy, self._demand, found, received, streams
        )
        inside = time >= _WARM_UP * found.placed[-1]
        need = need[inside]
        one = np.ones(len(need))
        self._note(time[inside], need - 1.0, one, one, float(found.placed[-1]))

    def _play_lines(self, days: float) -> None:
        """Play a run line by line.

        If orders are much rarer than lines, the same lines are played with several sets of lead times.
        """
        streams = self._streams()
        ordered, date, units = self._draw(days, streams)
        if not len(ordered):
            return
        placed, quantity = policy_orders(self._policy, self._leg_sequence, ordered, units, days)
        if np.any(date[1:] < date[:-1]):
            sequence = np.argsort(date, kind="stable")
            date, units = date[sequence], units[sequence]
        demanded = np.append(0.0, np.cumsum(units))
        times = int(np.clip(len(ordered) / max(1, len(placed)) / _LINES_AN_ORDER, 1, _TIMES))
        for again in range(times):
            received = self._leg_sequence.landings(placed, quantity, self._streams(str(again)))
            inside = np.flatnonzero(received < days)
            sequence = inside[np.argsort(received[inside], kind="stable")]
            landings = received[sequence], quantity[sequence]
            window = days * _WARM_UP, days
            self._note(
                *observed_levels(self._measure, self._policy.start(), (date, demanded), landings, window),
                days,
            )

    def _note(self, time: Floats, low: Floats, span: Floats, weight: Floats, days: float) -> None:
        """Keep observations of a run.

        Args:
            time: times of the observations, in days.
            low: see `LevelObservations`.
            span: see `LevelObservations`.
            weight: see `LevelObservations`.
            days: length of the run, in days.
        """
        if len(time):
            begins = days * _WARM_UP
            part = np.minimum((time - begins) / (days - begins) * BATCHES, BATCHES - 1)
            self._parts.append(
                LevelObservations(low, span, weight, part.astype(np.intp) + BATCHES * self._runs)
            )


class LevelStreams(Streams):
    """Random streams of pilot runs.

    They depend on the seed of the scenario alone. Their names begin with ``levels/`` and the parts of
    ``run``.
    """

    __slots__ = ("_begin",)

    def __init__(self, seed: int, *run: str) -> None:
        super().__init__(seed, 0)
        self._begin = "/".join(("levels", *run, ""))

    def generator(self, name: str) -> np.random.Generator:
        """Make a generator at the beginning of the stream ``name``."""
        return super().generator(self._begin + name)

    def generators(self, names: Sequence[str]) -> Iterator[np.random.Generator]:
        """Yield a generator at the beginning of each stream."""
        return super().generators([self._begin + name for name in names])


def policy_orders(
    policy: ReplenishmentPolicy, leg_sequence: LegSequence, time: Floats, units: Floats, days: float
) -> tuple[Floats, Floats]:
    """Compute the purchase orders that a policy places.

    The position falls with each line and rises with each order. Lines at the same time count as one.

    Args:
        policy: sized policy.
        leg_sequence: legs of the route, with the supplier's minimum and lot.
        time: time of each line, in days, sorted.
        units: units of each line.
        days: length of the run, in days.

    Returns:
        Times (days) and quantities (units) of the purchase orders.
    """
    last = np.flatnonzero(np.append(time[1:] > time[:-1], True))
    demanded = np.cumsum(units)[last]
    instant = time[last]
    rounds = leg_sequence.supplier.minimum is not None or leg_sequence.supplier.lot is not None
    reviews = policy.reviews()
    kind = type(policy)
    if reviews is not None:
        first, every = reviews
        instant = first + every * np.arange(max(0, math.ceil((days - first) / every)), dtype=np.float64)
        demanded = np.append(0.0, demanded)[np.searchsorted(time[last], instant, side="right")]
        moved = np.flatnonzero(np.diff(demanded, prepend=0.0) > 0.0)
        instant, demanded = instant[moved], demanded[moved]
    if (kind is BaseStock or kind is PeriodicOrderUpTo) and not rounds:
        quantity = np.diff(demanded, prepend=0.0)
    elif isinstance(policy, ReorderPoint) and kind is ReorderPoint and not rounds:
        assert policy.Q is not None
        quantity = np.diff(np.floor(demanded / policy.Q + 1e-12), prepend=0.0) * policy.Q
    elif (gap := _order_interval(policy)) is not None and (leg_sequence.supplier.minimum or 0.0) <= gap:
        return _up_to(gap, leg_sequence.supplier.lot or 0.0, instant, demanded)
    else:
        return _orders_by_asking(policy, leg_sequence, instant, demanded)
    some = np.flatnonzero(quantity > 0.0)
    return instant[some], quantity[some]


def _orders_by_asking(
    policy: ReplenishmentPolicy, leg_sequence: LegSequence, instant: Floats, demanded: Floats
) -> tuple[Floats, Floats]:
    """Compute the orders of a policy by asking it whenever the position is at or below its trigger.

    Args:
        policy: sized policy.
        leg_sequence: legs of the route, with the supplier's minimum and lot.
        instant: times at which the position falls, or is reviewed, in days.
        demanded: units demanded up to each of these times.

    Returns:
        Times (days) and quantities (units) of the purchase orders.
    """
    times: list[float] = instant.tolist()
    total: list[float] = demanded.tolist()
    # a periodic policy is asked at every review: its trigger holds between reviews only
    trigger = math.inf if policy.reviews() is not None else policy.trigger()
    position, place = policy.start(), 0
    placed, quantity = [], []
    while place < len(times):
        if trigger < math.inf:
            place = bisect_left(total, position - trigger, place)
            if place == len(times):
                break
        wanted = policy.quantity(position - total[place])
        if wanted > 0.0:
            wanted = leg_sequence.supplier.round_up(wanted)
            placed.append(times[place])
            quantity.append(wanted)
            position += wanted
        place += 1
    return np.array(placed), np.array(quantity)


def _order_interval(policy: ReplenishmentPolicy) -> float | None:
    """Return S − s, 0 for a policy with S alone, in units; ``None`` for one that does not order up to S."""
    kind = type(policy)
    if kind is BaseStock or kind is PeriodicOrderUpTo:
        return 0.0
    if isinstance(policy, OrderUpTo | PeriodicMinMax) and kind in (OrderUpTo, PeriodicMinMax):
        return policy.start() - (policy.s or 0.0)
    return None


def _up_to(gap: float, lot: float, instant: Floats, demanded: Floats) -> tuple[Floats, Floats]:
    """Compute orders up to a level, the same as by asking the policy, but faster.

    All orders together cover all demand, rounded up to lots. So the next order depends on the last one alone.

    Args:
        gap: units of demand not covered by earlier orders, from which on the policy orders.
        lot: lot of the supplier, in units; 0 for none.
        instant: times at which the position falls, or is reviewed, in days.
        demanded: units demanded up to each of these times.

    Returns:
        Times (days) and quantities (units) of the purchase orders.
    """
    gap = max(gap, _ANY)
    covered = np.ceil(demanded / lot) * lot if lot else demanded
    following = np.searchsorted(demanded, covered + gap).data
    place, count = int(np.searchsorted(demanded, gap)), len(demanded)
    places = []
    while place < count:
        places.append(place)
        place = following[place]
    ordered = np.array(places, np.intp)
    return instant[ordered], np.diff(covered[ordered], prepend=0.0)
