"""Outcomes that pictures are made of."""

import dataclasses

import pytest

import simulator
from simulator.scenario.scenario import Scenario


def shop(**changes):
    data = {
        "run": {"horizon": "80 days", "warm_up": "20 days", "replications": 3, "seed": 7},
        "products": {
            name: {
                "price": 9,
                "cost": 4,
                "holding": "25 %/year",
                "backorder_cost": "0.1/day",
                "lost_sale_cost": 1,
            }
            for name in ("tea", "pot", "cup")
        },
        "customers": {"members": {}, "passers-by": {"will_wait": 0.5, "patience": "9 days", "priority": 2}},
        "demand": [
            {
                "products": {"tea": "9/day", "pot": "4/day", "cup": "1/day"},
                "segments": {"members": 0.4, "passers-by": 0.6},
                "regions": {"north": 0.7, "south": 0.3},
            }
        ],
        "warehouses": {"upper": {"serves": ["north"], "delivery_cost": 1}, "lower": {"serves": ["south"]}},
        "suppliers": {"importer": {"lead_time": {"dist": "exponential", "mean": "9 days"}, "order_cost": 20}},
        "policies": {"replenishment": {"type": "r_Q", "r": 12, "Q": 60}},
    }
    return Scenario.model_validate(data | changes)


def play(**changes):
    return simulator.run(shop(**changes), workers=1, keep_orders="none").outcome


@pytest.fixture(scope="session")
def outcome():
    return play()


@pytest.fixture(scope="session")
def nobody_waits():
    return play(policies={"replenishment": {"type": "r_Q", "r": 5000, "Q": 60}})


@pytest.fixture(scope="session")
def refused():
    return play(policies={"backorders": "reject", "replenishment": {"type": "r_Q", "r": 12, "Q": 60}})


@pytest.fixture
def bare(outcome):
    return dataclasses.replace(outcome, outlines=())
