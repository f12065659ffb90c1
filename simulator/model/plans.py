"""How stocks are planned: whence their goods come, when they order, and what they begin with."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.model import outlook
from simulator.model.chain import SupplyChain
from simulator.model.connection import Connection
from simulator.orders.book import OrderBook
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True, eq=False)
class Plan:
    """The plan of a stock, and of all others of which the same is expected.

    policy: sized, every level a number. on_hand: units at the start. demand: units asked for a day.
    """

    connection: Connection
    policy: ReplenishmentPolicy
    on_hand: float
    demand: float


def plans(scenario: Scenario, book: OrderBook, chain: SupplyChain) -> list[Plan]:
    """The plan of each stock of the book."""
    moments = outlook.demand_moments(scenario, book)
    made: dict[tuple[object, ...], tuple[ReplenishmentPolicy, Plan]] = {}
    result = []
    for site, number in book.stocks:
        warehouse, product = book.warehouses[site], book.products[number]
        connection = chain.connection(warehouse, product)
        policy = scenario.replenishment_of(product, warehouse)
        demand = moments.get((warehouse, product), (0.0, 0.0))
        stock = scenario.warehouses[warehouse].stock
        given = stock.get(product) if isinstance(stock, dict) else stock
        same = (connection, id(policy), demand, given)
        if same not in made:  # with the policy, lest its id be another's before all stocks are planned
            sized = policy.sized(outlook.outlook(demand, connection.lead_time))
            on_hand = sized.start() if given is None else given
            made[same] = policy, Plan(connection, sized, on_hand, demand[0])
        result.append(made[same][1])
    return result
