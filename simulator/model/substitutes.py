"""Other products for customers who do not find theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from simulator.model.hazard import nth_uniform
from simulator.model.lines import StockLines, Switching

if TYPE_CHECKING:
    from simulator.model.stock import Stock


class Substitutes:
    """Stocks whose products are offered instead, each with the chance that a customer takes it."""

    def __init__(self, stocks: list[tuple[Stock, float]], columns: Switching) -> None:
        self._stocks = stocks
        self.columns = columns

    def offer(self, lines: StockLines, line: int, units: float, now: float, asker: int) -> float:
        """Offer them for the units that a line of stock ``asker`` misses; returns what is still missing."""
        columns = self.columns
        for number, (other, chance) in enumerate(self._stocks):
            if nth_uniform(columns.chance[line], number) < chance:
                taken = other.give(units, lines.segment[line], now, asker)
                if taken > 0:
                    columns.substituted[line] += taken
                    columns.substitute[line] = other.product
                    lines.need[line] -= taken
                    lines.allocated[line] = now
                    units -= taken
                if units <= 0:
                    break
        return units

    def taken(self, line: int) -> bool:
        """Whether the line got any units of another product."""
        return self.columns.substituted[line] > 0
