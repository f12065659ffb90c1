"""Other products for customers who do not find theirs."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from simulator.model.hazard import nth_uniform
from simulator.model.lines import StockLines, Switching

Give = Callable[[float, int, float, int], float]
"""Gives up to so many units to a customer of a segment, now (days), who came to a stock; returns how many."""


class Substitutes:
    """Other products that are offered instead, each with the chance that a customer takes it."""

    def __init__(self, offers: Sequence[tuple[int, float, Give]], columns: Switching) -> None:
        """``offers``: number of each product, the chance, and its stock's way to give units."""
        self._offers = offers
        self.columns = columns

    def offer(self, lines: StockLines, line: int, units: float, now: float, asker: int) -> float:
        """Offer them for the units that a line of stock ``asker`` misses; returns what is still missing."""
        columns = self.columns
        for number, (product, chance, give) in enumerate(self._offers):
            if nth_uniform(columns.chance[line], number) < chance:
                taken = give(units, lines.segment[line], now, asker)
                if taken > 0:
                    columns.substituted[line] += taken
                    columns.substitute[line] = product
                    lines.need[line] -= taken
                    units -= taken
                if units <= 0:
                    break
        return units
