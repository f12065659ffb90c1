"""Ciw knows queues, not stocks: purchase orders under way are the customers of a queue with endless servers.

An order is served at once if fewer than S purchase orders are under way when it comes.
"""

import ciw
import numpy as np
from shop import LEAD_TIME, RATE, S, report, timed


def run(orders: int) -> float:
    """Share of the orders that were served at once."""
    ciw.seed(42)
    network = ciw.create_network(
        arrival_distributions=[ciw.dists.Exponential(RATE)],
        service_distributions=[ciw.dists.Deterministic(LEAD_TIME)],
        number_of_servers=[float("inf")],
    )
    simulation = ciw.Simulation(network)
    simulation.simulate_until_max_customers(orders, method="Arrive")
    records = simulation.get_all_records()
    came = np.sort([record.arrival_date for record in records])
    under_way = np.arange(len(came)) - np.searchsorted(came, came - LEAD_TIME)
    return float(np.mean(under_way < S))


if __name__ == "__main__":
    report(*timed(run))
