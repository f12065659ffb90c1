"""Sourcing policies: from which sources a stock buys, and how much from each.

A source is a supplier, over one lane and mode. A policy is asked whenever the replenishment policy may order: after
changes of the inventory position, or at reviews.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Annotated, NamedTuple, Protocol, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from simulator.policies.family import Policy, member
from simulator.policies.replenishment import BaseStock, PeriodicOrderUpTo, ReplenishmentPolicy
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.mistakes import Place
from simulator.values.units import PositivePerDay, Share

_ROUNDING = 1e-9
"""Units, or days, by which sums of the same numbers may differ."""


class SourceView(Protocol):
    """Source of a stock, as its buyer sees it."""

    @property
    def name(self) -> str:
        """Name: of the supplier, with the mode if it has several lanes to the warehouse ("far by air")."""
        ...

    @property
    def lead_time(self) -> float:
        """Mean lead time without queues, days."""
        ...

    @property
    def lead_time_sd(self) -> float:
        """Standard deviation of the lead time without queues, days."""
        ...

    def lead_time_quantile(self, share: float) -> float:
        """Return the lead time without queues, in days, that a ``share`` (0 to 1) of the orders does not exceed.

        It is taken from a sample of 4,096 draws, the same for all products on the route.
        """
        ...

    @property
    def ordered(self) -> float:
        """Units ordered from it so far, less units cancelled."""
        ...

    def quantity(self, units: float) -> float:
        """Return the units of a purchase order if ``units`` are ordered now.

        They are rounded up to the source's minimum and lot and capped at its maximum; 0 if that leaves too little.
        """
        ...

    def price(self, units: float) -> float:
        """Return the money that an order of ``units`` costs now, with ordering cost and freight.

        The units are rounded up to the source's minimum and lot; its maximum is left aside.
        """
        ...

    def room(self) -> float:
        """Return the units that it takes now without a queue and below its maximum; infinite without limits."""
        ...

    def open_again(self) -> float:
        """Return the time (days) from which it has room for an order.

        It is now if the source has room, and where it is not known: production lines do not say when one is free.
        """
        ...

    def under_way(self) -> Sequence[tuple[float, float]]:
        """Return (planned landing in days, units) of each order that has not landed, in sequence of placing.

        The planned landing is the time of placing plus `lead_time`: queues are not planned.
        """
        ...


class StockView(Protocol):
    """Stock, as its buyer sees it. Times in days, quantities in units."""

    @property
    def now(self) -> float:
        """Present time."""
        ...

    @property
    def on_hand(self) -> float:
        """Units on hand."""
        ...

    @property
    def backlog(self) -> float:
        """Units that waiting lines lack."""
        ...

    @property
    def position(self) -> float:
        """Inventory position: on hand and on order from all sources, less units that waiting lines lack."""
        ...

    @property
    def oldest_wait(self) -> float:
        """Days since the order of the oldest waiting line; 0 if none waits."""
        ...

    @property
    def earliest_promise(self) -> float:
        """Earliest date promised to a waiting line; infinite if none was promised any."""
        ...

    @property
    def since_review(self) -> float:
        """Days between two reviews; 0 for a stock that is reviewed continuously."""
        ...

    @property
    def sources(self) -> Sequence[SourceView]:
        """Sources, in the sequence of the scenario."""
        ...

    def wanted(self, position: float) -> float:
        """Return the units that the replenishment policy orders at an inventory position."""
        ...

    def coming(self, until: float) -> float:
        """Return the units under way that are planned to land by ``until`` (days).

        Orders from all sources count, overdue ones and those of expediting, too.
        """
        ...

    def demand(self, days: float) -> float:
        """Return the units demanded in the past ``days``."""
        ...


class SourceOrder(NamedTuple):
    """Units to order from one source.

    Attributes:
        source: index among the sources of the stock.
        units: quantity; the source rounds it up to its minimum and lot, and caps it at its maximum.
    """

    source: int
    units: float


class SourcingPolicy(Policy):
    """Base of the sourcing policies."""

    family = "sourcing"
    members = {}

    def orders(self, stock: StockView) -> Iterable[SourceOrder]:
        """Return the orders to place now, fewer or more than the replenishment policy wants."""
        raise NotImplementedError

    def named(self) -> Iterator[tuple[Place, str]]:
        """Yield each source that the policy names, with its key."""
        yield from ()

    def buys_from(self, names: Sequence[str]) -> Collection[str]:
        """Return those of a stock's sources from which it may buy, by default all.

        Args:
            names: of the sources of a stock.
        """
        return names

    def objection(self, replenishment: ReplenishmentPolicy, demand: float) -> str | None:
        """Return the reason why it cannot buy for a stock, ``None`` if it can.

        Args:
            replenishment: replenishment policy of the stock.
            demand: mean demand, units per day; infinite if it is not known.
        """
        return None

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the source whose lead time decides automatic levels, by default the first.

        Args:
            lead_times: mean lead time of each source of a stock, days.
            names: of the sources.
        """
        return 0


@member("single")
class Single(SourcingPolicy):
    """One source: buy everything there."""

    source: str | None = Field(default=None, description="Source; left out: the first one.")

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield one order of what the replenishment policy wants."""
        names = [source.name for source in stock.sources]
        yield SourceOrder(self.main((), names), stock.wanted(stock.position))

    def named(self) -> Iterator[tuple[Place, str]]:
        """Yield the source."""
        if self.source is not None:
            yield ("source",), self.source

    def buys_from(self, names: Sequence[str]) -> Collection[str]:
        """Return the source."""
        return (names[self.main((), names)],)

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the source."""
        return names.index(self.source) if self.source in names else 0


@member("split")
class Split(SourcingPolicy):
    """Shares: divide each order so that the units ordered so far follow the shares.

    Unit by unit, the source that is owed the most gets the next one: its share of all units, less what it got.
    Two sources share the risk of a late order (Minner 2003; Thomas & Tyworth 2006).
    """

    shares: dict[str, Share] = Field(
        min_length=1, description="Share of each source in the units ordered; they are scaled to a sum of 1."
    )

    @model_validator(mode="after")
    def _some_share(self) -> Self:
        if not any(self.shares.values()):
            raise ValueError("some share must be above 0")
        return self

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield an order for each source that is owed units."""
        wanted = stock.wanted(stock.position)
        if wanted <= 0.0:
            return
        shares = [self.shares.get(source.name, 0.0) for source in stock.sources]
        had = [source.ordered for source in stock.sources]
        total, whole = sum(shares), sum(had) + wanted
        owed = [share / total * whole - units for share, units in zip(shares, had, strict=True)]
        given = [0.0] * len(owed)
        left = wanted
        while left > 0.0:
            place = max(range(len(owed)), key=lambda k: (round(owed[k], 9), -k))
            others = max((owed[k] for k in range(len(owed)) if k != place), default=-math.inf)
            units = min(left, max(1.0, math.floor(owed[place] - others)))
            given[place] += units
            owed[place] -= units
            left -= units
        for k, units in enumerate(given):
            if units > 0.0:
                yield SourceOrder(k, units)

    def named(self) -> Iterator[tuple[Place, str]]:
        """Yield the sources with a share above 0."""
        for name, share in self.shares.items():
            if share > 0.0:
                yield ("shares", name), name

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield shares of 0."""
        for source, share in self.shares.items():
            if share == 0.0:
                yield IdleKey(("shares", source), "the share is 0", by_value=True)

    def buys_from(self, names: Sequence[str]) -> Collection[str]:
        """Return the sources with a share above 0."""
        return [name for name in names if self.shares.get(name, 0.0) > 0.0]

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the slowest source with a share: a level that suffices for it suffices for the others."""
        used = [k for k, name in enumerate(names) if self.shares.get(name, 0.0) > 0.0]
        return max(used, key=lead_times.__getitem__, default=0)


@member("cheapest")
class Cheapest(SourcingPolicy):
    """Cheapest source for the quantity: price with breaks, ordering cost and freight; the first on ties.

    The quantity is what the replenishment policy wants, rounded up to the minimum and lot of each source.
    With discounts it is the comparison at the price breaks of all-units discounts (Hadley & Whitin 1963).
    """

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield one order of what the replenishment policy wants."""
        wanted = stock.wanted(stock.position)
        if wanted > 0.0:
            costs = [source.price(wanted) for source in stock.sources]
            yield SourceOrder(costs.index(min(costs)), wanted)

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the slowest source, since any may be the cheapest."""
        return max(range(len(names)), key=lead_times.__getitem__)


@member("fallback")
class Fallback(SourcingPolicy):
    """First source, and the next one while the first is full.

    A source is full when its capacity of the present period is used up, when all its production lines are busy, or
    when it has got its maximum in this instant. What none of the sources has room for goes to the first, and queues.
    It is a form of contingent rerouting (Tomlin 2006).
    """

    sequence: tuple[str, ...] = Field(
        default=(), description="Sources in the sequence in which they are asked; left out: as in the file."
    )

    @model_validator(mode="after")
    def _once(self) -> Self:
        for k, name in enumerate(self.sequence):
            if name in self.sequence[:k]:
                raise ValueError(f"'sequence' names '{name}' twice")
        return self

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield an order for each source in turn, up to its room."""
        left = stock.wanted(stock.position)
        if left <= 0.0:
            return
        sequence = self._in_turn([source.name for source in stock.sources])
        given: dict[int, float] = {}
        for k in sequence:
            units = min(left, stock.sources[k].room())
            if units > 0.0:
                given[k] = units
                left -= units
            if left <= 0.0:
                break
        if left > 0.0:
            given[sequence[0]] = given.get(sequence[0], 0.0) + left
        for k in sequence:
            if k in given:
                yield SourceOrder(k, given[k])

    def _in_turn(self, names: Sequence[str]) -> list[int]:
        """Return the sources in the sequence in which they are asked."""
        named = [names.index(name) for name in self.sequence if name in names]
        return named or list(range(len(names)))

    def named(self) -> Iterator[tuple[Place, str]]:
        """Yield the sources of the sequence."""
        for k, name in enumerate(self.sequence):
            yield ("sequence", k), name

    def buys_from(self, names: Sequence[str]) -> Collection[str]:
        """Return the sources of the sequence."""
        return [names[k] for k in self._in_turn(names)]

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the first source."""
        return self._in_turn(names)[0]


class _SlowAndFast(SourcingPolicy):
    """Base of the policies that buy from a slow source and, at need, from a fast one."""

    fast: str | None = Field(
        default=None,
        description="Fast source; left out: the one with the shortest mean lead time, other than 'slow'.",
    )
    slow: str | None = Field(
        default=None,
        description="Slow source; left out: the one with the longest mean lead time, other than 'fast'.",
    )

    @model_validator(mode="after")
    def _two(self) -> Self:
        if self.fast is not None and self.fast == self.slow:
            raise ValueError("'fast' and 'slow' must be two sources")
        return self

    def _both(self, stock: StockView) -> tuple[int, int]:
        """Return the indices of the slow and the fast source."""
        sources = stock.sources
        return self._slow_and_fast(
            [source.lead_time for source in sources], [source.name for source in sources]
        )

    def _slow_and_fast(self, lead_times: Sequence[float], names: Sequence[str]) -> tuple[int, int]:
        """Return the indices of the slow and the fast source, which are two; equally fast ones in sequence."""
        fast = None if self.fast is None or self.fast not in names else names.index(self.fast)
        slow = None if self.slow is None or self.slow not in names else names.index(self.slow)
        if fast is None:
            fast = min((k for k in range(len(names)) if k != slow), key=lead_times.__getitem__)
        if slow is None:
            slow = max((k for k in range(len(names)) if k != fast), key=lead_times.__getitem__)
        return slow, fast

    def buys_from(self, names: Sequence[str]) -> Collection[str]:
        """Return both sources if they are given, else all, since lead times decide."""
        given = [name for name in names if name in {self.slow, self.fast}]
        return given if len(given) > 1 else names

    def named(self) -> Iterator[tuple[Place, str]]:
        """Yield the sources that are given."""
        for key, name in (("fast", self.fast), ("slow", self.slow)):
            if name is not None:
                yield (key,), name

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the slow source."""
        return self._slow_and_fast(lead_times, names)[0]


@member("order_by_order", "emergency_ordering")
class OrderByOrder(_SlowAndFast):
    """Order by order: each unit is bought fast if it finds few units, else slowly (base stock only).

    Of the q units of an instant the j-th sees the net stock after the orders of the instant, plus q - j + 1. It is
    bought from the fast source if that is at or below the threshold (Moinzadeh & Schmidt 1991; Song & Zipkin 2009).
    """

    threshold: float = Field(description="Net stock, in units, at or below which a unit is bought fast.")

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield an order for either source."""
        wanted = stock.wanted(stock.position)
        if wanted <= 0.0:
            return
        slow, fast = self._both(stock)
        # units j with net + wanted - j + 1 <= threshold, j = 1, 2, ..., wanted
        first = stock.on_hand - stock.backlog + wanted + 1.0 - self.threshold
        few = min(wanted, max(0.0, wanted - math.ceil(first - _ROUNDING) + 1.0))
        if wanted > few:
            yield SourceOrder(slow, wanted - few)
        if few > 0.0:
            yield SourceOrder(fast, few)

    def objection(self, replenishment: ReplenishmentPolicy, demand: float) -> str | None:
        """Refuse other policies than base stock, under which each unit demanded is ordered by itself."""
        return None if isinstance(replenishment, BaseStock) else _needs("base_stock", replenishment)


def _needs(kind: str, replenishment: ReplenishmentPolicy) -> str:
    """Return the objection to another replenishment policy than this kind."""
    return f"it needs the replenishment policy '{kind}', not '{replenishment.kind}'"


def _up_to_a_level(replenishment: ReplenishmentPolicy) -> str | None:
    """Refuse other policies than (R,S)."""
    return None if isinstance(replenishment, PeriodicOrderUpTo) else _needs("R_S", replenishment)


def _expedited_position(stock: StockView, fast: SourceView) -> float:
    """Return net stock plus all units planned to land within the lead time of the fast source, overdue ones too."""
    return stock.on_hand - stock.backlog + stock.coming(stock.now + fast.lead_time + _ROUNDING)


@member("dual_index")
class DualIndex(_SlowAndFast):
    """Dual index: at a review, fast up to one level, then slowly up to the S of ``R_S`` on everything.

    The first level is held against the expedited position: on hand - backlog + all that is planned to land within the
    fast lead time, overdue units included (Veeraraghavan & Scheller-Wolf 2008).
    """

    expedite_to: float = Field(description="Level of the expedited position, in units.")

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield the fast order, then the slow one."""
        slow, fast = self._both(stock)
        units = max(0.0, self.expedite_to - _expedited_position(stock, stock.sources[fast]))
        yield SourceOrder(fast, units)
        yield SourceOrder(slow, stock.wanted(stock.position + units))

    def objection(self, replenishment: ReplenishmentPolicy, demand: float) -> str | None:
        """Refuse other policies than (R,S), whose S is the level of everything."""
        return _up_to_a_level(replenishment)


@member("tailored_base_surge")
class TailoredBaseSurge(_SlowAndFast):
    """Tailored base-surge: a standing order from the slow source, and fast up to the S of ``R_S``.

    S is held against the expedited position, as under ``dual_index``. Standing orders are whole units that add up to
    the rate (Allon & Van Mieghem 2010; Janakiraman, Seshadri & Sheopuri 2015).
    """

    standing: PositivePerDay = Field(description="Units per day of the standing order, below the demand.")

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield the standing order, then the fast one."""
        slow, fast = self._both(stock)
        begin = max(0.0, stock.now - stock.since_review)
        units = math.floor(self.standing * stock.now + _ROUNDING) - math.floor(
            self.standing * begin + _ROUNDING
        )
        yield SourceOrder(slow, float(units))
        yield SourceOrder(fast, stock.wanted(_expedited_position(stock, stock.sources[fast])))

    def objection(self, replenishment: ReplenishmentPolicy, demand: float) -> str | None:
        """Refuse a standing order that no demand uses up, and other policies than (R,S) with a given S."""
        if self.standing >= demand:
            return (
                f"the standing order of {self.standing:g} a day is not below the demand of {demand:g} a day"
            )
        if isinstance(replenishment, PeriodicOrderUpTo) and replenishment.S is None:
            return "it needs 'R_S' with a given 'S', since no level is searched for it yet"
        return _up_to_a_level(replenishment)

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the fast source, since S covers its lead time only."""
        return self._slow_and_fast(lead_times, names)[1]


Sourcing = Annotated[SerializeAsAny[SourcingPolicy], BeforeValidator(SourcingPolicy.choose)]
OptionalSourcing = Sourcing | None
