"""Sourcing policies: from which sources a stock buys, and how much from each.

Those with a slow and a fast source are in `simulator.policies.sourcing.dual_sourcing`.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, SerializeAsAny, model_validator

from simulator.policies.family import member
from simulator.policies.sourcing import dual_sourcing  # noqa: F401 - its policies join the family
from simulator.policies.sourcing_policy import SourceOrder, SourcingPolicy, StockView
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.mistakes import Place
from simulator.values.units import Share


@member("single")
class Single(SourcingPolicy):
    """One source: buy everything there."""

    source: str | None = Field(default=None, description="Source; left out: the first one.")

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield one order of the quantity that the replenishment policy wants."""
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
        """Yield one order of the quantity that the replenishment policy wants."""
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


Sourcing = Annotated[SerializeAsAny[SourcingPolicy], BeforeValidator(SourcingPolicy.choose)]
OptionalSourcing = Sourcing | None
