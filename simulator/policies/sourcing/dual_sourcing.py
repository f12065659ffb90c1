"""Sourcing policies with a slow and a fast source: order by order, dual index and tailored base-surge."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from typing import Self

from pydantic import Field, model_validator

from simulator.policies.family import member
from simulator.policies.replenishment import BaseStock, PeriodicOrderUpTo, ReplenishmentPolicy
from simulator.policies.sourcing_policy import SourceOrder, SourceView, SourcingPolicy, StockView
from simulator.values.mistakes import Place
from simulator.values.units import PositivePerDay

_ROUNDING = 1e-9
"""Units, or days, by which sums of the same numbers may differ."""


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
