"""stockpyl goes from day to day: demand of a day, Poisson, is one number. Speed is given in units."""

from shop import LEAD_TIME, RATE, S, report, timed
from stockpyl.sim import simulation
from stockpyl.supply_chain_network import single_stage_system


def run(orders: int) -> float:
    """Share of the units that were served on the day they were asked for; another figure than the others'."""
    network = single_stage_system(
        demand_type="P",
        mean=RATE,
        policy_type="BS",
        base_stock_level=S,
        shipment_lead_time=int(LEAD_TIME),
        local_holding_cost=1,
        stockout_cost=1,
    )
    days = round(orders / RATE)
    simulation(network, days, rand_seed=42, progress_bar=False)
    (share,) = network.nodes[0].state_vars[days - 1].fill_rate.values()
    return float(share)


if __name__ == "__main__":
    report(*timed(run))
