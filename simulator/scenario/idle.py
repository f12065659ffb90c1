"""Keys without effect: how a section says that one of its keys changes no figure, and the facts it decides that by.

A rule stands with the section it is about, in its method ``idle``. It sees its own section and `Surroundings`, the
facts that other sections contribute.
"""

from __future__ import annotations

import datetime
from dataclasses import dataclass
from typing import Final, NamedTuple

from simulator.scenario.mistakes import Place


class Idle(NamedTuple):
    """A key that changes no figure.

    Attributes:
        place: where it stands, from the section that says so.
        reason: why it changes nothing, as a clause.
        by_value: the value says what is the case without it; so it does act where it takes the place of another.
    """

    place: Place
    reason: str
    by_value: bool = False

    def within(self, place: Place) -> Idle:
        """The same, seen from around the section that stands at ``place``."""
        return self._replace(place=(*place, *self.place))


@dataclass(frozen=True, slots=True)
class Asked:
    """What the orders of one stream of demand can be about.

    Attributes:
        products, segments, regions: names.
    """

    products: frozenset[str]
    segments: frozenset[str]
    regions: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """Facts about a scenario as a whole that decide whether a key of one section acts.

    Attributes:
        start: calendar date of day 0.
        end: latest time of a run, in days.
        streams: demand that is drawn, entry by entry.
        segments: those that orders come from.
        single_lines: every order has one line.
        single_units: every line is of one unit.
        waiting: segments whose customers may wait for a backorder.
        cancelling: those of them whose patience may end.
        rejecting: no backorder is ever accepted.
        refusing: a line may be refused.
        declining: a customer may decline to wait.
        tolerant: customers have a longest wait that they accept.
        impatient: what happens to waiting customers changes when they cancel.
        dated: a date is promised.
        shown_before: customers see it before they order.
        revised: a promise may be revised while customers wait.
        messages: waiting customers are sent messages.
        notices: among them notices of a delay.
        asking: waiting customers ask a support desk.
        compensated: waiting customers may be offered a compensation.
        satisfaction, loyalty: the scenario has that section.
        by_priority: the allocation policy looks at the priority of a segment.
        priorities: different priorities of the segments that orders come from.
        docks: a warehouse has few inbound doors.
        offices: customs offices that goods pass.
        warehouses_decide: each warehouse has a replenishment policy of its own.
        products_decide: each product has one.
    """

    start: datetime.date
    end: float
    streams: tuple[Asked, ...]
    segments: frozenset[str]
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
    docks: bool
    offices: frozenset[str]
    warehouses_decide: bool
    products_decide: bool


NOBODY_WAITS: Final = "no customer ever waits for a backorder"
NOBODY_CANCELS: Final = "no customer ever cancels a backorder"
NO_DATE: Final = "no delivery date is promised"
NO_DEMAND: Final = "no demand comes from this segment"
NO_MESSAGES: Final = "waiting customers are sent no messages"
NO_COMPENSATION: Final = "no compensation is offered"
