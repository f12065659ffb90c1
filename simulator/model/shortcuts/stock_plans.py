"""Plans of the stocks, and their state before and after the free run, the opening that needs no event."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from simulator.model.levels.demand_moments import demand_moments
from simulator.model.levels.fixed_levels import FixedLevels
from simulator.model.levels.stock_levels import all_levels
from simulator.model.records.line_table import LineTable
from simulator.model.records.window_handover import StockState
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.supply.route import SharedRoute, SupplyChain
from simulator.orders.order_book import OrderBook
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.scenario import Scenario
from simulator.scenario.shortcuts import ARITHMETIC
from simulator.values.arrays import Flags, Floats, Integers
from simulator.values.section import Section


@dataclass(frozen=True, slots=True)
class StartLevels:
    """Start of a stock with a free run.

    Attributes:
        shared_route: shared route of its goods.
        on_hand: units at the start.
        first_order: units ordered at the start.
        level: reorder level, units; an order is placed when the inventory position falls to it or below.
        batch: units of each order; 0 for the quantity of the line that causes it.
    """

    shared_route: SharedRoute
    on_hand: float
    first_order: float
    level: float
    batch: float


def start_levels(plan: StockPlan, largest: float, *, split: bool) -> StartLevels | None:
    """Return the start of a stock; ``None`` if arithmetic on cumulative units cannot play it.

    Args:
        plan: of the stock, whose sources allow arithmetic.
        largest: largest quantity of a line, units.
        split: True if a line may be filled in parts.
    """
    policy, shared_route, on_hand = plan.policy, plan.shared_route, plan.on_hand
    rule = policy.batch(largest)
    if rule is None or not ARITHMETIC.allows_stock({"policies.replenishment": policy}):
        return None
    if not split and largest != 1.0:
        return None
    round_up = shared_route.supplier.round_up
    level, batch = float(math.floor(rule[0])), rule[1]
    first_order = policy.quantity(on_hand)
    first_order = round_up(first_order) if first_order > 0.0 else 0.0
    if batch == 0.0:
        if round_up(1.0) != 1.0 or on_hand + first_order != rule[0]:
            return None
    else:
        batch = round_up(batch)
    if not all(units.is_integer() for units in (float(on_hand), float(first_order), float(batch))):
        return None
    return StartLevels(shared_route, on_hand, first_order, level, batch)


def all_start_levels(
    numbers: Iterable[int],
    plans: Sequence[StockPlan],
    table: LineTable,
    senders: Mapping[int, int] = MappingProxyType({}),
    *,
    split: bool,
) -> dict[int, StartLevels]:
    """Return the start of each stock that arithmetic can play, by number.

    A stock that orders from another warehouse at the start has none: that warehouse gathers all orders of the instant.

    Args:
        numbers: of all stocks, those that order from others first.
        plans: plan of each stock.
        table: lines of all stocks.
        senders: number of the stock in another warehouse from which a stock orders.
        split: True if a line may be filled in parts.
    """
    known: dict[tuple[StockPlan, float], StartLevels | None] = {}
    allowed: dict[tuple[object, ...], bool] = {}
    """Whether the sources of a stock allow arithmetic, by its route and the policies that choose among them."""
    found: dict[int, StartLevels] = {}
    ordered: dict[int, float] = {}
    """Largest order of another warehouse, by number of the stock that ships it, in units."""
    for number in numbers:
        if table.simple(number):
            same = plans[number], max(table.largest(number), ordered.get(number, 0.0))
            if same not in known:
                route, buying = plans[number].shared_route, plans[number].buying
                sources = route, *map(id, buying.values())
                if sources not in allowed:
                    allowed[sources] = ARITHMETIC.allows_stock({**buying, **route.leg_sequence.ends.sections})
                known[same] = start_levels(*same, split=split) if allowed[sources] else None
            begin, sender = known[same], senders.get(number)
            if begin is None or (sender is not None and begin.first_order > 0.0):
                continue
            found[number] = begin
            if sender is not None:
                ordered[sender] = max(ordered.get(sender, 0.0), begin.batch or same[1])
    return found


@dataclass(frozen=True, slots=True)
class FreeRunState:
    """Outcome of the free runs of several stocks.

    Attributes:
        stocks: number of each stock.
        stop: first line of each stock after its free run.
        on_hand, position, backlog: units on hand, inventory position and backlog of each stock at its end.
        orders: number of purchase orders of each stock.
        purchases: all purchase orders, stock after stock.
        landed: True for each purchase order that has landed.
        time: of each landing, days.
        stock: number of the stock, for each landing.
        taken_in: units landed.
        given_out: units of these allocated to waiting lines at once.
        waiting: lines that wait at the end.
        over: end of the run (days) if all of it was played; ``None`` if events follow.
    """

    stocks: Integers
    stop: Integers
    on_hand: Floats
    position: Floats
    backlog: Floats
    orders: Integers
    purchases: PurchaseColumns
    landed: Flags
    time: Floats
    stock: NDArray[np.int32]
    taken_in: Floats
    given_out: Floats
    waiting: Integers
    over: float | None = None

    def states(self) -> dict[int, tuple[int, StockState]]:
        """Return the first line after the free run and the state there, by number of the stock."""
        columns = (self.on_hand, self.position, self.backlog)
        orders = ((number,) for number in self.orders.tolist())
        states = map(StockState, *(column.tolist() for column in columns), orders)
        return dict(zip(self.stocks.tolist(), zip(self.stop.tolist(), states, strict=True), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class StockPlan:
    """Plan of a stock, shared by all stocks with the same route, policy, demand and start.

    Attributes:
        shared_route: shared route of its goods.
        policy: replenishment policy with a number for every level.
        on_hand: units at the start.
        demand: mean demand, units per day.
        buying: sections that decide among several sources, by path as in `Shortcut.allows_stock`; empty with one.
    """

    shared_route: SharedRoute
    policy: ReplenishmentPolicy
    on_hand: float
    demand: float
    buying: Mapping[str, Section]


def stock_plans(scenario: Scenario, book: OrderBook, chain: SupplyChain) -> list[StockPlan]:
    """Return the plan of each stock of the book; stocks with equal plans share one object."""
    moments = demand_moments(scenario, book)
    policies = scenario.levels if isinstance(scenario, FixedLevels) else _sized(scenario, book)
    on_hand_given = scenario.stock_at_start()
    made: dict[tuple[object, ...], StockPlan] = {}
    result = []
    for site, number in book.stocks:
        place = book.warehouses[site], book.products[number]
        shared_route, policy = chain.shared_route(*place), policies[place[0]][place[1]]
        demand = moments.get(place, (0.0, 0.0))[0]
        given = on_hand_given.get(place)
        buying: dict[str, Section] = {}
        if len(chain.sources(*place)) > 1:
            buying = {"policies": scenario.policies, "products.*": scenario.products[place[1]]}
        same = (shared_route, id(policy), demand, given, *map(id, buying.values()))
        if same not in made:
            on_hand = policy.start() if given is None else given
            made[same] = StockPlan(shared_route, policy, on_hand, demand, buying)
        result.append(made[same])
    return result


def _sized(scenario: Scenario, book: OrderBook) -> dict[str, dict[str, ReplenishmentPolicy]]:
    """Return the policy of each stock with a number for every level, by warehouse and product."""
    found: dict[str, dict[str, ReplenishmentPolicy]] = {name: {} for name in scenario.warehouses}
    for (warehouse, product), level in all_levels(scenario, book).items():
        found[warehouse][product] = level.policy
    return found
