"""Order lines that are made to order: their workshop, the work, and the times at which it begins and ends."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from simulator.orders.codes import Codes
from simulator.orders.random.streams import derived
from simulator.scenario.sections.products import Product
from simulator.values.arrays import Floats, Integers

NO_STOCK = -1
"""Number in place of a stock, of a line that needs no blank."""


@dataclass(kw_only=True)
class MadeLines:
    """Lines of an order book that are made to order, one entry each, in sequence of rows.

    Attributes:
        rows: row of each line in the order book: intp[lines].
        stock: drawn: number of the stock that it takes its blanks from, `NO_STOCK` without blanks: int32[lines].
        workshop: drawn: code of the workshop: int16[lines].
        work: drawn: days that one of the staff works on it: float64[lines].
        queued: outcome: time (days) at which it comes to the workshop, with its blanks; nan before.
        begun: outcome: time (days) at which the work begins; nan before.
        done: outcome: time (days) at which the work is done; nan before.
    """

    rows: Integers
    stock: NDArray[np.int32]
    workshop: NDArray[np.int16]
    work: Floats
    queued: Floats
    begun: Floats
    done: Floats

    def __len__(self) -> int:
        return len(self.rows)

    def columns(self, lines: int, workshops: tuple[str, ...], rows: slice) -> dict[str, Any]:
        """Return columns of some rows of the order book, for tables; empty or nan for lines served from stock.

        Args:
            lines: number of lines in the book.
            workshops: name of each code.
            rows: of the book.
        """
        import pandas as pd

        codes = np.full(lines, -1, np.int16)
        codes[self.rows] = self.workshop
        found: dict[str, Any] = {"workshop": pd.Categorical.from_codes(codes[rows], pd.Index(workshops))}
        for name in ("work", "queued", "begun", "done"):
            column = np.full(lines, np.nan)
            column[self.rows] = getattr(self, name)
            found[name if name in ("work", "queued") else f"work_{name}"] = column[rows]
        return found


@dataclass(frozen=True)
class OrderedLines:
    """Columns of all lines of an order book that decide about their making: [lines] each.

    Attributes:
        product: product code.
        stock: number of the stock where the line is asked for.
        quantity: units.
        chance: uniform number for decisions by chance.
        unit_work: days of work on a unit, if it is made to order.
    """

    product: NDArray[np.int32]
    stock: NDArray[np.int32]
    quantity: Floats
    chance: Floats
    unit_work: Floats


def chosen_lines(lines: OrderedLines, products: dict[str, Product], codes: Codes, first: int) -> MadeLines:
    """Choose the lines that are made to order: of each product the share that it says, each line by itself.

    Args:
        lines: columns of the order book.
        products: products by name, with at least one that is made to order.
        codes: codes used by the lines.
        first: number of lines that wait at the start, which are served from stock.
    """
    share, workshop = np.zeros(len(products)), np.zeros(len(products), np.int16)
    blank = np.full(len(products), NO_STOCK)
    for name, number in codes.products.items():
        made = products[name].made
        if made is not None:
            share[number], workshop[number] = made.share, codes.workshops[made.workshop]
            blank[number] = NO_STOCK if made.blank is None else codes.products[made.blank]
    made_of = np.flatnonzero(derived(lines.chance, "made_to_order") < share[lines.product])
    rows = made_of[made_of >= first]
    product, asked = lines.product[rows], lines.stock[rows]
    unknown = np.full(len(rows), np.nan)
    return MadeLines(
        rows=rows,
        stock=_stocks(blank[product], asked, codes),
        workshop=workshop[product],
        work=lines.unit_work[rows] * lines.quantity[rows],
        queued=unknown,
        begun=unknown.copy(),
        done=unknown.copy(),
    )


def _stocks(blank: Integers, asked: NDArray[np.int32], codes: Codes) -> NDArray[np.int32]:
    """Return the number of the stock of each line's blank, in the warehouse where it is asked for: int32[lines].

    Args:
        blank: product code of the blank, `NO_STOCK` for none.
        asked: stock where the line is asked for.
        codes: codes used by the lines.
    """
    warehouse, product = np.array(codes.stocks, np.intp).reshape(-1, 2).T
    table = np.full((len(codes.warehouses), len(codes.products)), NO_STOCK, np.int32)
    table[warehouse, product] = np.arange(len(codes.stocks))
    return np.where(blank == NO_STOCK, np.int32(NO_STOCK), table[warehouse[asked], blank])
