"""SupplyNetPy: an unlimited supplier, a distributor with (s, S) = (S-1, S), customers who wait without end."""

from shop import LEAD_TIME, RATE, S, generator, report, timed
from SupplyNetPy.Components import SSReplenishment, create_sc_net, simulate_sc_net


def run(orders: int) -> float:
    """Share of the orders that were served at once."""
    random = generator()
    network = create_sc_net(
        nodes=[
            {"ID": "S1", "name": "Supplier", "node_type": "infinite_supplier"},
            {
                "ID": "D1",
                "name": "Shop",
                "node_type": "distributor",
                "capacity": S,
                "initial_level": S,
                "inventory_holding_cost": 0,
                "replenishment_policy": SSReplenishment,
                "policy_param": {"s": S - 1, "S": S},
                "product_buy_price": 1,
                "product_sell_price": 2,
            },
        ],
        links=[{"ID": "L1", "source": "S1", "sink": "D1", "cost": 0, "lead_time": lambda: LEAD_TIME}],
        demands=[
            {
                "ID": "C1",
                "name": "Customers",
                "order_arrival_model": lambda: random.exponential(1 / RATE),
                "order_quantity_model": lambda: 1,
                "demand_node": "D1",
                "tolerance": float("inf"),
            }
        ],
    )
    network = simulate_sc_net(network, sim_time=orders / RATE, logging=False)
    stats = network["nodes"]["D1"].stats
    asked, waited = stats.demand_received[0], stats.orders_shortage[0]
    return float(1 - waited / asked)


if __name__ == "__main__":
    report(*timed(run))
