"""A sourcing policy from outside the simulator: the quickest source that is not too dear."""

import math
from collections.abc import Iterator, Sequence

from pydantic import Field

from simulator.policies.sourcing_policy import SourceOrder, SourceView, SourcingPolicy, StockView
from simulator.values.units import Money, Share


class QuickestAffordable(SourcingPolicy):
    """Quickest affordable source: the one whose order would land soonest, of those at or below a price of a unit.

    The price of a unit is the money for the whole order, with ordering cost and freight, divided by the units that
    the source would send. Where no source is affordable, the one with the lowest price of a unit gets the order.
    """

    at_most: Money = Field(description="Highest price of a unit, in money.")
    certainty: Share | None = Field(
        default=None,
        description="Share of the orders whose lead time is not longer than the one compared; left out: the mean.",
    )

    def orders(self, stock: StockView) -> Iterator[SourceOrder]:
        """Yield one order of what the replenishment policy wants."""
        units = stock.wanted(stock.position)
        if units <= 0.0:
            return
        prices = [_unit_price(source, units) for source in stock.sources]
        affordable = [k for k, price in enumerate(prices) if price <= self.at_most]
        if affordable:
            landings = {k: self._landing(stock.sources[k]) for k in affordable}
            yield SourceOrder(min(affordable, key=landings.__getitem__), units)
        else:
            yield SourceOrder(prices.index(min(prices)), units)

    def _landing(self, source: SourceView) -> float:
        """Return the time (days) at which an order would land: once the source has room, plus its lead time."""
        days = source.lead_time if self.certainty is None else source.lead_time_quantile(self.certainty)
        return source.open_again() + days

    def main(self, lead_times: Sequence[float], names: Sequence[str]) -> int:
        """Return the slowest source: a level that suffices for it suffices for the others."""
        return max(range(len(lead_times)), key=lead_times.__getitem__)


def _unit_price(source: SourceView, units: float) -> float:
    """Return the money for a unit if ``units`` are ordered now, infinite if the source takes no more."""
    sent = source.quantity(units)
    return source.price(sent) / sent if sent > 0.0 else math.inf
