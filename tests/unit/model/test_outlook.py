"""Moments of demand and lead time against long samples of what they describe."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.levels.demand_moments import demand_moments
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.model.world import simulate
from simulator.orders import order_book
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario


@pytest.mark.parametrize(
    "stream",
    [
        {"rate": "6/day", "quantity": {"dist": "geometric", "mean": 2}},
        {"rate": "6/day", "arrivals": {"type": "negative_binomial", "dispersion": 0.5}, "quantity": 3},
        {
            "rate": "6/day",
            "segments": {"gold": "50 %", "standard": "50 %"},
            "arrivals": {"type": "negative_binomial", "dispersion": 0.5},
        },
        {"rate": "6/day", "arrivals": {"type": "renewal", "cv": 0.4}},
        {"rate": "6/day", "also": {"cap": "30 %"}},
    ],
)
def test_demand(stream: dict[str, Any]) -> None:
    days = 20_000
    document = {
        "run": {"horizon": f"{days} days", "cool_down": "0 days"},
        "products": {"ball": {}, "cap": {}},
        "customers": {"gold": {}, "standard": {}},
        "demand": [{"product": "ball", **stream}],
    }
    scenario = Scenario.model_validate(document)
    book = order_book.draw(scenario, Streams(7, 0))
    for stock, (_, product) in enumerate(book.stocks):
        mean, variance = demand_moments(scenario, book)["warehouse", book.products[product]]
        rows = book.stock == stock
        daily = np.bincount(book.time[rows].astype(int), book.quantity[rows], minlength=days)
        error = np.sqrt(variance / days)
        assert abs(daily.mean() - mean) < 4 * error
        # renewal counts reach their limit only over many gaps; weeks are long enough for cv 0.4
        weekly = daily[: days // 7 * 7].reshape(-1, 7).sum(axis=1)
        assert weekly.var() / 7 == pytest.approx(variance, rel=0.08)


def test_lead_time() -> None:
    document = {
        "run": {"horizon": "30000 days", "cool_down": "0 days"},
        "products": {"ball": {}},
        "demand": [{"product": "ball", "rate": "1/day"}],
        "suppliers": {"factory": {"lead_time": {"dist": "gamma", "mean": "3 days", "cv": 0.5}}},
        "lanes": [
            {
                "from": "factory",
                "to": "warehouse",
                "transit": "2 days",
                "departures": {"every": "4 days"},
                "customs": "port",
            }
        ],
        "customs": {
            "port": {
                "documents": {"dist": "exponential", "mean": "1 day"},
                "green_lane": "0.5 days",
                "inspection": {"probability": "25 %", "time": {"dist": "exponential", "mean": "6 days"}},
            }
        },
        "policies": {"replenishment": {"type": "base_stock", "S": 1}},
    }
    scenario = Scenario.model_validate(document)
    mean, variance = LegSequence(RouteEnds.of(scenario, "factory", "warehouse")).moments
    assert mean == pytest.approx(3 + 2 + 2 + 1 + 0.75 * 0.5 + 0.25 * 6)
    purchases = simulate(scenario).purchases
    taken = (purchases.received - purchases.placed)[purchases.placed < 29_000]
    assert abs(taken.mean() - mean) < 5 * np.sqrt(variance / len(taken)) + 0.02
    assert taken.var() == pytest.approx(variance, rel=0.05)
