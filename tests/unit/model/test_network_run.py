"""Networks of warehouses that are played by arithmetic, and those that are not."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.world import World
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from tests.benchmarks.worlds import network


def small() -> dict[str, Any]:
    """Four warehouses behind two depots, which have too little for most of their orders."""
    document = network(3, lines=12.0, days=120.0, warehouses=4, suppliers=2)
    for depot in ("depot 0", "depot 1"):
        document["warehouses"][depot]["replenishment"] = {"type": "r_Q", "r": 0, "cover": "28 days"}
    document["policies"]["replenishment"] = {"type": "r_Q", "r": 0, "cover": "28 days"}
    return document


def world(document: dict[str, Any], *, step: bool = False) -> World:
    scenario = Scenario.model_validate(document)
    streams = Streams(scenario.run.seed, 0)
    return World(scenario, streams, draw(scenario, streams), step=step)


def test_a_network_that_serves_in_sequence_is_played_without_stocks() -> None:
    played, stepped = world(small()), world(small(), step=True)
    record, other = (each.record(0, each.play()) for each in (played, stepped))
    assert not played.stocks.in_use()
    assert len(stepped.stocks.in_use()) == 18
    assert record.end == other.end > 120.0
    assert record.purchases.part.max() > 0  # orders were shipped in parts
    assert np.isnan(record.purchases.passed["produced"]).any()  # and some wait at the end
    for name in ("time", "stock", "on_hand", "backlog"):
        np.testing.assert_array_equal(getattr(record.movements, name), getattr(other.movements, name))
    for name in ("stock", "number", "part", "placed", "quantity", "received"):
        np.testing.assert_array_equal(getattr(record.purchases, name), getattr(other.purchases, name))
    np.testing.assert_array_equal(record.book.allocated, other.book.allocated)


def test_a_run_may_be_over_before_anything_is_ordered_from_a_depot() -> None:
    document = small()
    document["run"]["horizon"] = "0.5 days"
    for site in document["warehouses"].values():
        site["stock"] = 100
    played = world(document)
    assert played.play() == 0.5
    assert not len(played.record(0, 0.5).purchases)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("customers",), {"all": {"patience": "20 days"}}),  # somebody may leave
        (("customers",), {"all": {"will_wait": "50 %"}}),
        (("warehouses", "depot 0", "serves"), ["elsewhere"]),
        (("warehouses", "depot 0", "internal"), {"sharing": "proportional"}),
        (("warehouses", "warehouse 0", "stock"), 0),  # depots gather what is ordered at the start
        (("warehouses", "warehouse 1", "replenishment"), {"type": "R_S", "every": "1 day", "S": 9}),
        (("warehouses", "depot 1", "replenishment"), {"type": "r_Q", "r": 4, "Q": 1}),
        (("lanes", -1, "transit"), "0 days"),  # shipments land when they leave
        (("demand", 0, "arrivals"), {"type": "renewal", "cv": 0}),  # warehouses order at the same time
    ],
)
def test_other_networks_are_played_event_by_event(path: tuple[Any, ...], value: Any) -> None:
    document = small()
    section: Any = document
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = value
    if value == ["elsewhere"]:
        document["demand"].append({"product": "product 0", "rate": "1/day", "region": "elsewhere"})
    assert len(world(document).stocks.in_use()) == 18
