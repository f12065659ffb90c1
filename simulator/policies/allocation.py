"""Allocation policies: admission of arriving lines to stock, and clearing of waiting lines.

Admission and clearing are separate decisions. A policy gives two columns, computed for all lines of a stock
at once: ``rank`` (the order of clearing, low first, ties by time of order) and ``standing`` (an arriving line
never overtakes a waiting line of equal or lower standing). It also gives two levels for each segment: the
units that must stay on hand after an arriving or a waiting line is served.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal, Protocol, Self

import numpy as np
from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from simulator.policies.family import Policy, member
from simulator.values.arrays import Floats
from simulator.values.idle_keys import NO_DEMAND, NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.section import SegmentName
from simulator.values.units import Quantity

Column = Floats
"""Array of floats, under the name used in the examples for plug-ins."""


class OrderLines(Protocol):
    """Read-only view of the order lines of one stock, in order of time. Columns are float64[lines].

    A column is looked up on access, because most policies use only one.
    """

    def __len__(self) -> int: ...

    @property
    def time(self) -> Floats:
        """Time of the order, in days."""
        ...

    @property
    def quantity(self) -> Floats:
        """Units ordered."""
        ...

    @property
    def price(self) -> Floats:
        """Price, in money per unit."""
        ...

    @property
    def priority(self) -> Floats:
        """Priority of the segment; 1 is the most important."""
        ...

    @property
    def chance(self) -> Floats:
        """Random number of the line, uniform in [0, 1)."""
        ...

    @property
    def promised(self) -> Floats:
        """Time (days) of the delivery promised at the order, infinite without a promise.

        A fixed promise is known for every line from the beginning, any other only once the line waits. A
        policy that ranks by promises therefore sets ``changes``.
        """
        ...

    @property
    def demand(self) -> float:
        """Demand for the product, in units per day."""
        ...


class AllocationPolicy(Policy):
    """Base of the allocation policies. A plug-in defines ``rank``; all other methods have safe defaults."""

    family = "allocation"
    members = {}

    changes: ClassVar[bool] = False
    """True if ranks change while a line waits. They are then computed again at every receipt."""
    by_priority: ClassVar[bool] = True
    """True if any decision depends on the priority of a segment."""
    split: bool = Field(default=True, description="A line may be allocated unit by unit.")
    overtaking: bool = Field(default=False, description="A line that can be filled may pass one that cannot.")

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the rule on splitting if all lines have one unit, the one on overtaking if no line waits."""
        if around.single_units:
            yield IdleKey(("split",), "every line is of one unit")
        if not around.waiting:
            yield IdleKey(("overtaking",), NOBODY_WAITS)

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """Return the rank of each line in clearing: low first, ties by time of order.

        Args:
            lines: the lines of one stock.
            now: current time, in days.
        """
        raise NotImplementedError

    def standing(self, lines: OrderLines) -> Floats:
        """Return the standing of each line. On arrival it queues behind lines of equal or lower standing."""
        return np.zeros(len(lines)) if self.changes else self.rank(lines, 0.0)

    def admission_level(self, segment: str) -> float:
        """Return the units that must stay on hand after an arriving line of the segment is filled."""
        return 0.0

    def clearing_level(self, segment: str) -> float:
        """Return the units that must stay on hand after a waiting line of the segment is served."""
        return self.admission_level(segment)

    def reserve_level(self, segments: Iterable[str]) -> float:
        """Return the units on hand that admit every segment: a line that leaves at least these is filled.

        Infinity (the default) means that every line needs a decision of its own.

        Args:
            segments: names of the customer segments.
        """
        return math.inf

    def unloading_rank(self, demand: float) -> float:
        """Return the rank of a product at the inbound doors (low first) for its demand in units per day."""
        return 0.0

    @property
    def in_sequence(self) -> bool:
        """True if lines are served in order of time, each down to the last unit (no critical levels)."""
        return False

    @property
    def claims(self) -> bool:
        """True if landed units go to the oldest claim, not by rank (threshold clearing)."""
        return False


class _WithoutReserve(AllocationPolicy):
    """Base of the policies without a reserve: every arriving line is filled while there is stock."""

    by_priority = False

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield also the order of waiting lines if no line waits."""
        yield from super().idle(around, name)
        if not self.in_sequence and not around.waiting:
            yield IdleKey(("type",), NOBODY_WAITS, by_value=True)

    def reserve_level(self, segments: Iterable[str]) -> float:
        """Return 0: no units are reserved."""
        return 0.0


@member("fcfs", "first_come_first_served", "longest_wait")
class FirstComeFirstServed(_WithoutReserve):
    """First come first served: lines by time of order, so that the longest wait comes first."""

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """Return the times of order."""
        return lines.time

    @property
    def in_sequence(self) -> bool:
        """True: lines are served in order of time."""
        return True


@member("priority")
class Priority(_WithoutReserve):
    """Most important segment first; lines of equal priority by time of order."""

    by_priority = True

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield also the order of segments if all have the same priority."""
        yield from super().idle(around, name)
        if around.waiting and around.priorities == 1:
            yield IdleKey(("type",), "all customers have the same priority", by_value=True)

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """Return the priorities of the segments."""
        return lines.priority


@member("largest_value")
class LargestValue(_WithoutReserve):
    """Line with the largest value (quantity times price) first."""

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """Return the negative values."""
        return -lines.quantity * lines.price


@member("shortest_line")
class ShortestLine(_WithoutReserve):
    """Line with the fewest units first, so that most customers are served soonest."""

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """Return the quantities."""
        return lines.quantity


@member("high_demand_first")
class HighDemandFirst(_WithoutReserve):
    """Products in high demand are unloaded first if inbound doors are scarce.

    Lines of a product are served by time of order.
    """

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield also the order of unloading if no warehouse has a dock."""
        yield from super().idle(around, name)
        if not around.docks:
            yield IdleKey(("type",), "no warehouse has a 'dock', so that it is 'fcfs'", by_value=True)

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """Return the times of order."""
        return lines.time

    @property
    def in_sequence(self) -> bool:
        """True: lines are served in order of time."""
        return True

    def unloading_rank(self, demand: float) -> float:
        """Return the negative demand."""
        return -demand


@member("random")
class Random(_WithoutReserve):
    """Waiting lines in random order, a benchmark for other policies. Each line keeps its random number."""

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """Return the random numbers of the lines."""
        return lines.chance

    def standing(self, lines: OrderLines) -> Floats:
        """Return equal standings, so that no line overtakes on arrival."""
        return np.zeros(len(lines))


@member("critical_level")
class CriticalLevel(AllocationPolicy):
    """Rationing: an arriving line is filled only while the critical level of its segment stays on hand.

    ``levels`` gives the units to keep back from a segment (0 for a segment not named). ``clearing`` orders
    the waiting lines:

    - ``priority`` with ``rebuild_reserve: true`` (the default): most important segment first; the reserve is
      refilled before backorders of lower segments (Dekker, Kleijn & de Rooij 1998; de Véricourt, Karaesmen &
      Dallery 2002);
    - ``priority`` with ``rebuild_reserve: false``: the level applies to arriving lines only;
    - ``fcfs``: by time of order; the level applies to arriving lines only, unless ``rebuild_reserve`` is set;
    - ``threshold``: a landed unit goes to the oldest claim (Deshpande, Cohen & Donohue 2003).
    """

    levels: dict[SegmentName, Quantity] = Field(description="Units to keep back from each segment.")
    clearing: Literal["priority", "fcfs", "threshold"] = Field(
        default="priority", description="Sequence in which waiting lines are served."
    )
    rebuild_reserve: bool | None = Field(
        default=None,
        description="Fill the reserve before lines it is kept back from; left out: with 'priority' only.",
    )

    @model_validator(mode="after")
    def _threshold_has_one_level(self) -> Self:
        if self.clearing == "threshold":
            if self.rebuild_reserve is not None:
                raise ValueError("'rebuild_reserve' has no meaning with threshold clearing")
            if not self.split or self.overtaking:
                raise ValueError(
                    "threshold clearing allocates unit by unit: leave 'split' and 'overtaking' out"
                )
            if len({level for level in self.levels.values() if level > 0}) > 1:
                raise ValueError(
                    "threshold clearing understands one level, the same for all segments that have one"
                )
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield also levels of segments without demand, and the rules of clearing if no line waits."""
        yield from super().idle(around, name)
        if self.claims:  # threshold clearing also acts on arrival, and uses the level of any segment
            return
        if not around.transferred:  # a warehouse that sends goods to another keeps the highest level
            yield from (
                IdleKey(("levels", one), NO_DEMAND) for one in self.levels if one not in around.segments
            )
        if not around.waiting:
            yield from (IdleKey((key,), NOBODY_WAITS) for key in ("clearing", "rebuild_reserve"))

    @property
    def claims(self) -> bool:
        """True for threshold clearing."""
        return self.clearing == "threshold"

    @property
    def _rebuilds(self) -> bool:
        """True if the reserve is refilled before lines below their level are cleared."""
        return self.clearing == "priority" if self.rebuild_reserve is None else self.rebuild_reserve

    def rank(self, lines: OrderLines, now: float) -> Floats:
        """Return the priorities of the segments if ``clearing`` is ``priority``, else the times of order."""
        return lines.priority if self.clearing == "priority" else lines.time

    def standing(self, lines: OrderLines) -> Floats:
        """Return the priorities of the segments."""
        return lines.priority

    def admission_level(self, segment: str) -> float:
        """Return the critical level of the segment, in units."""
        return float(self.levels.get(segment, 0.0))

    def clearing_level(self, segment: str) -> float:
        """Return the critical level if the reserve is refilled first, else 0."""
        return self.admission_level(segment) if self._rebuilds else 0.0

    def reserve_level(self, segments: Iterable[str]) -> float:
        """Return the highest critical level of the segments."""
        return max((self.admission_level(segment) for segment in segments), default=0.0)


Allocation = Annotated[SerializeAsAny[AllocationPolicy], BeforeValidator(AllocationPolicy.choose)]
