"""How the waiting lines of a stock are served under the scenario's allocation policy."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from simulator.model.claims import ClaimList
from simulator.model.lines import Elements, StockLines, elements
from simulator.model.waiting import Discipline, WaitingList
from simulator.orders.book import OrderBook
from simulator.policies.allocation import OrderLines
from simulator.scenario.scenario import Scenario


def discipline(
    scenario: Scenario, book: OrderBook, rows: NDArray[np.intp], lines: StockLines, demand: float
) -> Discipline:
    """The discipline of one stock; ``rows``: of the book, for each line; ``demand``: units asked for a day."""
    policy, segments = scenario.policies.allocation, scenario.customers
    if policy.claims:
        levels = [policy.admission_level(name) for name in segments]
        return ClaimList(lines.need, lines.segment, [level == 0 for level in levels], max(levels))
    priorities = np.array([segment.priority for segment in segments.values()], dtype=np.float64)

    def view(places: NDArray[np.intp] | slice) -> OrderLines:
        chosen = rows[places]
        return OrderLines(
            time=book.time[chosen],
            quantity=book.quantity[chosen],
            price=book.price[chosen],
            priority=priorities[book.segment[chosen]],
            chance=book.chance[chosen],
            promised=np.full(len(chosen), np.inf),
            demand=demand,
        )

    def columns() -> tuple[Elements, Elements]:
        everything = view(slice(lines.start, lines.stop))
        ranks, standings = policy.rank(everything, 0.0), policy.standing(everything)
        return elements(np.ascontiguousarray(ranks)), elements(np.ascontiguousarray(standings))

    def ranks_at(places: list[int], now: float) -> list[float]:
        ranks: list[float] = policy.rank(view(np.array(places, dtype=np.intp)), now).tolist()
        return ranks

    return WaitingList(
        lines.need,
        lines.segment,
        columns,
        [policy.admission_level(name) for name in segments],
        [policy.clearing_level(name) for name in segments],
        split=policy.split,
        overtaking=policy.overtaking,
        ranks_at=ranks_at if policy.changes else None,
        first=lines.start,
    )
