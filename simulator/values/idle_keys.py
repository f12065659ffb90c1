"""Keys without effect: the report of such a key, and the facts about a scenario that decide it.

The rules of a section are in its method ``idle``. They see the section itself and `ScenarioFacts`, the facts
from all other sections.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from simulator.values.mistakes import Place


class IdleKey(NamedTuple):
    """Report of a key that changes no figure of the results.

    Attributes:
        place: path of the key, from the section that reports it.
        reason: cause, as a clause.
        by_value: True if the key has no effect only because of its value, which equals the state without the
            key. Such a value does act where it replaces another one.
    """

    place: Place
    reason: str
    by_value: bool = False

    def within(self, place: Place) -> IdleKey:
        """Return the report with the path of the section, ``place``, before its own path."""
        return self._replace(place=(*place, *self.place))


@dataclass(frozen=True, slots=True)
class OrderNames:
    """Names that the orders of one stream of demand can have.

    Attributes:
        products: names of products.
        segments: names of customer segments.
        regions: names of regions.
    """

    products: frozenset[str]
    segments: frozenset[str]
    regions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioFacts:
    """Facts about a scenario as a whole that decide whether a key of one section acts.

    Attributes:
        start: calendar date of day 0.
        end: latest time of a run, in days.
        time_zone: time zone of the clock of the run; None without one.
        zoned: a place has a time zone.
        streams: names used by each stream of random demand.
        segments: names of the segments with demand.
        regions: names of the regions with demand; None if a column of an order history names them.
        single_lines: every order has one line.
        single_units: every line has one unit.
        waiting: segments whose customers may wait for a backorder, or wait for one at the start.
        cancelling: segments in ``waiting`` whose patience may end.
        rejecting: no backorder is ever accepted.
        refusing: a line may be refused.
        declining: a customer may decline to wait.
        tolerant: a segment with demand has a ``tolerance``, the longest wait that a customer accepts.
        impatient: a segment in ``waiting`` has a section ``impatience``.
        dated: delivery dates are promised.
        shown_before: customers see the promised date before they order.
        revised: a promise may be revised while customers wait.
        messages: waiting customers are sent messages.
        notices: waiting customers are sent notices of a delay.
        asking: waiting customers contact a support desk.
        compensated: waiting customers may be offered compensation.
        satisfaction: the scenario has the section ``satisfaction``.
        loyalty: the scenario has the section ``loyalty``.
        by_priority: the allocation policy, or the queue of a workshop, depends on the priority of a segment.
        priorities: number of different priorities among the segments with demand.
        depots: names of the warehouses that supply others.
        docks: a warehouse has a limited number of inbound doors.
        workshops: names of the workshops in which a product is made to order.
        offices: names of the customs offices on a lane.
        served: regions with orders that may be served from each warehouse; None if a column of an order history names
            them.
        routed_by: delivery terms by which the routing policy puts the warehouses of a region in sequence: "cost",
            "time", or "" for none.
        shared: names of the regions that several warehouses serve.
        substitutes: a product has substitutes.
        warehouse: name of the first warehouse.
        stocks: warehouse and product of the stocks of depots and of those that demand, or a customer who waits at the
            start, asks for; None if an order history may ask for any.
        warehouses_decide: each warehouse has a replenishment policy of its own.
        warehouses_hold: each warehouse has a holding cost of its own for every product.
        valued: a product has a cost.
        products_decide: each product has a replenishment policy of its own.
        sources: names of the sources of each product, in any warehouse.
        choosing: products with several sources in a warehouse.
        undecided: products in ``choosing`` without a sourcing policy of their own.
        bought: supplier, warehouse and mode of the sources from which a policy may buy; the mode is empty where one
            lane, or none, leads from the supplier to the warehouse.
        buyers: number of stocks that each supplier has.
        first: suppliers that are the first source of a stock.
        parallel: places between which several lanes lead.
        transferred: ends of the lanes over which a policy may move goods from one warehouse to another.
    """

    start: datetime.date
    end: float
    time_zone: str | None
    zoned: bool
    streams: tuple[OrderNames, ...]
    segments: frozenset[str]
    regions: frozenset[str] | None
    single_lines: bool
    single_units: bool
    waiting: frozenset[str]
    cancelling: frozenset[str]
    rejecting: bool
    refusing: bool
    declining: bool
    tolerant: bool
    impatient: bool
    dated: bool
    shown_before: bool
    revised: bool
    messages: bool
    notices: bool
    asking: bool
    compensated: bool
    satisfaction: bool
    loyalty: bool
    by_priority: bool
    priorities: int
    depots: frozenset[str]
    docks: bool
    workshops: frozenset[str]
    offices: frozenset[str]
    served: Mapping[str, frozenset[str]] | None
    routed_by: str
    shared: frozenset[str]
    substitutes: bool
    warehouse: str
    stocks: frozenset[tuple[str, str]] | None
    warehouses_decide: bool
    warehouses_hold: bool
    valued: bool
    products_decide: bool
    sources: Mapping[str, frozenset[str]]
    choosing: frozenset[str]
    undecided: frozenset[str]
    bought: frozenset[tuple[str, str, str]]
    buyers: Mapping[str, int]
    first: frozenset[str]
    parallel: frozenset[tuple[str, str]]
    transferred: frozenset[tuple[str, str]]


NOBODY_WAITS: Final = "no customer ever waits for a backorder"
NOBODY_CANCELS: Final = "no customer ever cancels a backorder"
NO_DATE: Final = "no delivery date is promised"
NO_DEMAND: Final = "no demand comes from this segment"
NO_MESSAGES: Final = "waiting customers are sent no messages"
NO_COMPENSATION: Final = "no compensation is offered"
