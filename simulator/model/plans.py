"""Plans of the stocks: source, replenishment policy and opening stock of each."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.model.chain import SupplyChain
from simulator.model.levels import all_levels
from simulator.model.outlook import demand_moments
from simulator.model.planned import Planned
from simulator.model.route import Connection
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
    moments = demand_moments(scenario, book)
    policies = scenario.levels if isinstance(scenario, Planned) else _sized(scenario, book)
    made: dict[tuple[object, ...], Plan] = {}
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
            made[same] = Plan(connection, policy, on_hand, demand)
        result.append(made[same])
    return result


def _sized(scenario: Scenario, book: OrderBook) -> dict[str, dict[str, ReplenishmentPolicy]]:
    """The sized policy of each stock, by warehouse and product."""
    found: dict[str, dict[str, ReplenishmentPolicy]] = {name: {} for name in scenario.warehouses}
    for (warehouse, product), level in all_levels(scenario, book).items():
        found[warehouse][product] = level.policy
    return found
