"""Other products for customers who do not find theirs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from simulator.model.hazard import nth_uniform
from simulator.model.lines import LineTable, StockLines, Switching
from simulator.orders.book import OrderBook
from simulator.scenario.scenario import Scenario

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
                    units -= taken
                if units <= 0:
                    break
        return units


def offer_substitutes(stocks: Sequence[Stock], book: OrderBook, scenario: Scenario, table: LineTable) -> None:
    """Tell each stock which others in its warehouse have a product that its customers would take."""
    at = {(warehouse, book.products[product]): k for k, (warehouse, product) in enumerate(book.stocks)}
    for k, (warehouse, product) in enumerate(book.stocks):
        offered = [
            (stocks[at[warehouse, name]], chance)
            for name, chance in scenario.products[book.products[product]].substitutes.items()
            if (warehouse, name) in at
        ]
        if offered:
            stocks[k].substitutes = Substitutes(offered, table.switching())
