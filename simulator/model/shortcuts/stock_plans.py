"""Plans of the stocks, and the state of each before and after its opening, the part of a run that needs no event."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from simulator.model.levels.demand_moments import demand_moments
from simulator.model.levels.fixed_levels import FixedLevels
from simulator.model.levels.stock_levels import all_levels
from simulator.model.records.window_handover import StockState
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.supply.route import SharedRoute, SupplyChain
from simulator.orders.order_book import OrderBook
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.scenario import Scenario
from simulator.scenario.shortcuts import ARITHMETIC
from simulator.values.arrays import Flags, Floats, Integers


@dataclass(frozen=True, slots=True)
class StartLevels:
    """How stocks start whose opening is arithmetic.

    on_hand: units; first_order: units ordered at once; level, batch: whenever the position is at or below the level,
    so many units are ordered, 0 for what the line asked for.
    """

    connection: SharedRoute
    on_hand: float
    first_order: float
    level: float
    batch: float


def start_levels(plan: StockPlan, largest: float, *, split: bool) -> StartLevels | None:
    """How a stock starts whose lines ask for up to ``largest`` units; ``None`` if there is more to it than arithmetic.

    split: whether lines are filled in parts.
    """
    policy, connection, on_hand = plan.policy, plan.connection, plan.on_hand
    rule = policy.batch(largest)
    sections = {"policies.replenishment": policy, **connection.way.ends.sections}
    if rule is None or not ARITHMETIC.allows_stock(sections):
        return None
    if not split and largest != 1.0:
        return None
    round_up = connection.supplier.round_up
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
    return StartLevels(connection, on_hand, first_order, level, batch)


@dataclass(frozen=True, slots=True)
class FreeRunState:
    """What has happened when the free runs are over.

    By stock (n[stocks], those that took part): stop: first line that is not part of it; on_hand, position, backlog:
    units then; orders: purchase orders placed.
    purchases: all that were placed, in sequence; landed: whether each has come. time, stock, taken_in, given_out: of
    each landing, units that came and units that went to waiting lines. waiting: lines that wait then. over: when the
    run is over, if it is: then nothing is left to happen.
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
        """By number of the stock: where it goes on, and in which state."""
        columns = (self.on_hand, self.position, self.backlog, self.orders)
        states = map(StockState, *(column.tolist() for column in columns))
        return dict(zip(self.stocks.tolist(), zip(self.stop.tolist(), states, strict=True), strict=True))


@dataclass(frozen=True, slots=True, eq=False)
class StockPlan:
    """The plan of a stock, and of all others of which the same is expected.

    policy: sized, every level a number. on_hand: units at the start. demand: units asked for a day.
    """

    connection: SharedRoute
    policy: ReplenishmentPolicy
    on_hand: float
    demand: float


def stock_plans(scenario: Scenario, book: OrderBook, chain: SupplyChain) -> list[StockPlan]:
    """The plan of each stock of the book."""
    moments = demand_moments(scenario, book)
    policies = scenario.levels if isinstance(scenario, FixedLevels) else _sized(scenario, book)
    made: dict[tuple[object, ...], StockPlan] = {}
    result = []
    for site, number in book.stocks:
        place = book.warehouses[site], book.products[number]
        connection, policy = chain.connection(*place), policies[place[0]][place[1]]
        demand = moments.get(place, (0.0, 0.0))[0]
        stock = scenario.warehouses[place[0]].stock
        given = stock.get(place[1]) if isinstance(stock, dict) else stock
        same = (connection, id(policy), demand, given)
        if same not in made:
            on_hand = policy.start() if given is None else given
            made[same] = StockPlan(connection, policy, on_hand, demand)
        result.append(made[same])
    return result


def _sized(scenario: Scenario, book: OrderBook) -> dict[str, dict[str, ReplenishmentPolicy]]:
    """The sized policy of each stock, by warehouse and product."""
    found: dict[str, dict[str, ReplenishmentPolicy]] = {name: {} for name in scenario.warehouses}
    for (warehouse, product), level in all_levels(scenario, book).items():
        found[warehouse][product] = level.policy
    return found
