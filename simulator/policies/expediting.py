"""Expediting: buy units that customers wait for by a fast source, when a rule over the state of the stock says so."""

from __future__ import annotations

from collections.abc import Iterator

from pydantic import Field, model_validator

from simulator.policies.sourcing_policy import StockView
from simulator.values.idle_keys import NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.section import Section
from simulator.values.units import Days, Money, PositiveDays, PositiveQuantity


class Expediting(Section):
    """Rule that buys the units that customers wait for, less those expedited before, from a fast source.

    The stock is looked at every ``every`` days, after its review. One condition that holds is enough. Units on their
    way from other purchase orders do not count: the customers may get those sooner.
    """

    source: str = Field(
        alias="from", description="Source that is fast; it need not be one that is bought from else."
    )
    backlog: PositiveQuantity | None = Field(
        default=None, description="Backlog, in units, at or above which to buy."
    )
    backlog_cover: PositiveDays | None = Field(
        default=None,
        description="Backlog, in days of the demand of the past 28 days, at or above which to buy.",
    )
    oldest_wait: PositiveDays | None = Field(
        default=None, description="Time that a customer has waited, at or above which to buy."
    )
    promise_within: Days | None = Field(
        default=None,
        description="Time before a promised date of a waiting customer, at or below which to buy.",
    )
    every: PositiveDays = Field(default=1.0, description="Time between two looks at a stock.")
    order_fee: Money = Field(
        default=0.0, description="Money for each expedited order, beside the source's costs."
    )
    unit_fee: Money = Field(
        default=0.0, description="Money for each expedited unit, beside the source's price."
    )

    @model_validator(mode="after")
    def _some_condition(self) -> Expediting:
        if all(getattr(self, key) is None for key in _CONDITIONS):
            raise ValueError(f"give a condition: {', '.join(_CONDITIONS)}")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole rule if nobody waits, and the date if none is promised."""
        if not around.waiting:
            yield IdleKey((), NOBODY_WAITS)
        elif not around.dated:
            yield IdleKey(("promise_within",), "no delivery date is promised")

    def units(self, stock: StockView, under_way: float) -> float:
        """Return the units to buy now, 0 if no condition holds.

        Args:
            stock: the stock.
            under_way: units expedited before that have not landed.
        """
        return max(0.0, stock.backlog - under_way) if stock.backlog > 0.0 and self._holds(stock) else 0.0

    def _holds(self, stock: StockView) -> bool:
        """Test whether a condition holds."""
        if self.backlog is not None and stock.backlog >= self.backlog:
            return True
        if self.oldest_wait is not None and stock.oldest_wait >= self.oldest_wait:
            return True
        if self.promise_within is not None and stock.earliest_promise - stock.now <= self.promise_within:
            return True
        return self.backlog_cover is not None and stock.backlog >= self.backlog_cover * (
            stock.demand(_PAST) / _PAST
        )


_CONDITIONS = ("backlog", "backlog_cover", "oldest_wait", "promise_within")
_PAST = 28.0
"""Days whose demand stands for that of the present."""
