"""Who gets the goods: which arriving line may be filled from stock, and which waiting line is served first.

The two questions are separate (admission and clearing). A policy answers with columns, computed for all lines of
a stock at once: ``rank`` (the sequence of clearing, low first, ties by time of order) and ``standing`` (an
arriving line never overtakes a waiting one of the same or a lower standing), and with levels for each segment:
units that must stay on hand after serving.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator
from typing import Annotated, ClassVar, Literal, Protocol, Self

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from simulator.policies.family import Policy, member
from simulator.scenario.idle import NO_DEMAND, NOBODY_WAITS, Idle, Surroundings
from simulator.scenario.section import SegmentName
from simulator.scenario.units import Quantity

Column = NDArray[np.float64]


class OrderLines(Protocol):
    """Read-only view of order lines of one stock, one element per line, in order of time.

    A column is looked up when it is asked for: most policies ask for one.
    """

    def __len__(self) -> int: ...

    @property
    def time(self) -> Column:
        """When they were ordered, in days."""
        ...

    @property
    def quantity(self) -> Column:
        """Units ordered."""
        ...

    @property
    def price(self) -> Column:
        """Money a unit."""
        ...

    @property
    def priority(self) -> Column:
        """Of the segment; 1 is the most important."""
        ...

    @property
    def chance(self) -> Column:
        """A uniform number of the line's own."""
        ...

    @property
    def promised(self) -> Column:
        """Time (days) of the delivery promised at the order, infinite without a promise.

        A fixed promise is known of every line from the beginning, any other once the line waits: a policy that ranks
        by it has ``changes``.
        """
        ...

    @property
    def demand(self) -> float:
        """Units of the product that are demanded a day."""
        ...


class AllocationPolicy(Policy):
    """Base of the allocation policies. A plug-in gives ``rank``; the rest has safe defaults."""

    family = "allocation"
    members = {}

    changes: ClassVar[bool] = False
    """Whether ranks change while a line waits; they are then computed anew at every receipt."""
    by_priority: ClassVar[bool] = True
    """Whether anything depends on the priority of a segment."""
    split: bool = Field(default=True, description="A line may be allocated unit by unit.")
    overtaking: bool = Field(default=False, description="A line that can be filled may pass one that cannot.")

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Rules for dividing a line of one unit, and for passing those that wait where nobody does."""
        if around.single_units:
            yield Idle(("split",), "every line is of one unit")
        if not around.waiting:
            yield Idle(("overtaking",), NOBODY_WAITS)

    def rank(self, lines: OrderLines, now: float) -> Column:
        """Sequence of clearing at time ``now``: low first, ties by time of order."""
        raise NotImplementedError

    def standing(self, lines: OrderLines) -> Column:
        """An arriving line waits behind any waiting line whose standing is not above its own."""
        return np.zeros(len(lines)) if self.changes else self.rank(lines, 0.0)

    def admission_level(self, segment: str) -> float:
        """Units that must stay on hand after filling an arriving line of the segment."""
        return 0.0

    def clearing_level(self, segment: str) -> float:
        """Units that must stay on hand after serving a waiting line of the segment."""
        return self.admission_level(segment)

    def reserve_level(self, segments: Iterable[str]) -> float:
        """On hand at or above which every line is filled whoever asks; infinite: every line is a decision."""
        return math.inf

    def unloading_rank(self, demand: float) -> float:
        """Sequence of a product at the inbound doors (low first), given the units demanded of it a day."""
        return 0.0

    @property
    def in_sequence(self) -> bool:
        """Whether lines are served in order of time, every one down to the last unit."""
        return False

    @property
    def claims(self) -> bool:
        """Whether landed units go to the oldest claim rather than by rank (threshold clearing)."""
        return False


class _Listed(AllocationPolicy):
    """A policy that keeps nothing in reserve: any arriving line is filled while there is stock."""

    by_priority = False

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Also a sequence of those who wait where nobody does."""
        yield from super().idle(around, name)
        if not self.in_sequence and not around.waiting:
            yield Idle(("type",), NOBODY_WAITS, by_value=True)

    def reserve_level(self, segments: Iterable[str]) -> float:
        """Nothing is reserved."""
        return 0.0


@member("fcfs", "first_come_first_served", "longest_wait")
class FirstComeFirstServed(_Listed):
    """First come first served. The line that has waited longest is the one that came first."""

    def rank(self, lines: OrderLines, now: float) -> Column:
        """By time of order."""
        return lines.time

    @property
    def in_sequence(self) -> bool:
        """Always."""
        return True


@member("priority")
class Priority(_Listed):
    """The most important segment first, within a segment by time of order."""

    by_priority = True

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Also a sequence of segments that are all as important."""
        yield from super().idle(around, name)
        if around.waiting and around.priorities == 1:
            yield Idle(("type",), "all customers have the same priority", by_value=True)

    def rank(self, lines: OrderLines, now: float) -> Column:
        """By priority of the segment."""
        return lines.priority


@member("largest_value")
class LargestValue(_Listed):
    """The line with the highest value (quantity times price) first."""

    def rank(self, lines: OrderLines, now: float) -> Column:
        """By falling value."""
        return -lines.quantity * lines.price


@member("shortest_line")
class ShortestLine(_Listed):
    """The line with the fewest units first: the most customers are served soonest."""

    def rank(self, lines: OrderLines, now: float) -> Column:
        """By quantity."""
        return lines.quantity


@member("high_demand_first")
class HighDemandFirst(_Listed):
    """Products in high demand are unloaded first where inbound doors are scarce; a product's lines by time."""

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Also a sequence at doors that there are not."""
        yield from super().idle(around, name)
        if not around.docks:
            yield Idle(("type",), "no warehouse has a 'dock', so that it is 'fcfs'", by_value=True)

    def rank(self, lines: OrderLines, now: float) -> Column:
        """By time of order."""
        return lines.time

    @property
    def in_sequence(self) -> bool:
        """Always."""
        return True

    def unloading_rank(self, demand: float) -> float:
        """By falling demand."""
        return -demand


@member("random")
class Random(_Listed):
    """Waiting lines in random sequence, the yardstick for any other: each line keeps the lot it drew."""

    def rank(self, lines: OrderLines, now: float) -> Column:
        """By the line's own uniform number."""
        return lines.chance

    def standing(self, lines: OrderLines) -> Column:
        """Nobody overtakes on arrival."""
        return np.zeros(len(lines))


@member("critical_level")
class CriticalLevel(AllocationPolicy):
    """Rationing: a segment is filled on arrival only while its critical level stays on hand.

    ``levels`` gives units to keep back from a segment (0 where it is not named). Waiting lines are cleared

    - ``priority`` with ``rebuild_reserve: true`` (the default): the highest class first, and the reserve is filled
      before a lower class's backorders (Dekker, Kleijn & de Rooij 1998; de Véricourt, Karaesmen & Dallery 2002);
    - ``priority`` with ``rebuild_reserve: false``: the level binds on arrivals only;
    - ``fcfs``: by time of order; the level binds on arrivals only unless ``rebuild_reserve`` is set;
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

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Also levels for segments without demand, and the clearing of those who wait where nobody does."""
        yield from super().idle(around, name)
        if self.claims:  # which decide on arrival, too, and look at the level whoever has it
            return
        yield from (Idle(("levels", one), NO_DEMAND) for one in self.levels if one not in around.segments)
        if not around.waiting:
            yield from (Idle((key,), NOBODY_WAITS) for key in ("clearing", "rebuild_reserve"))

    @property
    def claims(self) -> bool:
        """With threshold clearing."""
        return self.clearing == "threshold"

    @property
    def _rebuilds(self) -> bool:
        return self.clearing == "priority" if self.rebuild_reserve is None else self.rebuild_reserve

    def rank(self, lines: OrderLines, now: float) -> Column:
        """By priority of the segment, or by time of order."""
        return lines.priority if self.clearing == "priority" else lines.time

    def standing(self, lines: OrderLines) -> Column:
        """By priority of the segment."""
        return lines.priority

    def admission_level(self, segment: str) -> float:
        """The segment's critical level."""
        return float(self.levels.get(segment, 0.0))

    def clearing_level(self, segment: str) -> float:
        """The critical level where the reserve is rebuilt first, else nothing."""
        return self.admission_level(segment) if self._rebuilds else 0.0

    def reserve_level(self, segments: Iterable[str]) -> float:
        """The highest level of any segment."""
        return max((self.admission_level(segment) for segment in segments), default=0.0)


Allocation = Annotated[SerializeAsAny[AllocationPolicy], BeforeValidator(AllocationPolicy.choose)]
