"""What happens to a stock between its events, in bulk and in its turn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.world import World
from simulator.orders.order_book import Status, draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from tests.unit.model.shop import every, once, play

SPLIT = {"allocation": "priority", "replenishment": {"type": "r_Q", "r": -50, "Q": 60}}


def shop(patience: str, **sections: Any) -> dict[str, Any]:
    """Five balls; on day 1 somebody asks for eight, from day 2 on come 49 more, each for one."""
    return {
        "customers": {"big": {"patience": patience}, "small": {}},
        "warehouses": {"centre": {"stock": 5, "delivery": "1 day"}},
        "demand": [
            once(1, quantity=8, segment="big"),
            {
                **every(0.1, segment="small"),
                "arrivals": {"type": "renewal", "interval": "0.1 days", "first": "2 days"},
            },
        ],
        "run": {"horizon": "6.85 days", "cool_down": "20 days"},
        **sections,
    }


@pytest.mark.parametrize("step", [False, True])
def test_units_that_somebody_gives_back_go_to_who_has_come_by_then(*, step: bool) -> None:
    book = play(SPLIT, step=step, **shop("2.05 days")).book
    assert book.status[0] == Status.CANCELLED
    assert book.cancelled[0] == 1 + 2.05
    np.testing.assert_array_equal(book.allocated[1:6], 1 + 2.05)
    assert not np.any(book.allocated[6:] < 6)


@pytest.mark.parametrize("step", [False, True])
def test_units_that_are_given_back_when_nobody_waits_are_for_who_comes_next(*, step: bool) -> None:
    book = play(SPLIT, step=step, **shop("0 days")).book
    assert book.cancelled[0] == 1
    np.testing.assert_array_equal(book.allocated[1:6], book.time[1:6])
    assert not np.any(book.allocated[6:] < 6)


def test_nobody_wakes_for_who_gives_up_while_it_changes_nothing_for_others() -> None:
    document: dict[str, Any] = {
        "run": {"horizon": "100 days", "cool_down": "0 days"},
        "products": {"ball": {"price": 10}},
        "customers": {"all": {"patience": {"dist": "exponential", "mean": "3 days"}}},
        "demand": [{"product": "ball", "rate": "20/day"}],
        "suppliers": {"factory": {"lead_time": "9 days"}},
        "policies": {"allocation": "priority", "replenishment": {"type": "r_Q", "r": 100, "Q": 100}},
    }

    def events(document: dict[str, Any]) -> tuple[int, int]:
        """How many were planned, and how many customers gave up."""
        scenario = Scenario.model_validate(document)
        streams = Streams(scenario.run.seed, 0)
        world = World(scenario, streams, draw(scenario, streams))
        world.play()
        return next(world.clock._eid), int((world.table.status == Status.CANCELLED).sum())

    planned, cancelled = events(document)
    assert planned < cancelled / 3
    document["policies"]["replenishment"]["on_cancel"] = "cancel"  # the buyer has to hear of it
    planned, cancelled = events(document)
    assert planned > cancelled


@pytest.mark.parametrize("cool_down", ["0 days", "20 days"])
@pytest.mark.parametrize("on_cancel", ["keep", "cancel"])
def test_who_gives_up_at_the_instant_at_which_he_comes_does_so_in_bulk_as_in_steps(
    cool_down: str, on_cancel: str
) -> None:
    patience = {"dist": "discrete", "values": {"0 days": "50 %", "3 days": "50 %"}}
    sections = {
        "run": {"horizon": "30 days", "cool_down": cool_down},
        "customers": {"all": {"patience": patience}},
        "demand": [{"product": "ball", "rate": "20/day", "quantity": {"dist": "geometric", "mean": 2}}],
        "warehouses": {"centre": {"stock": 100, "delivery": "1 day"}},
    }
    policies = {
        "allocation": "priority",
        "replenishment": {"type": "r_Q", "r": 60, "Q": 100, "on_cancel": on_cancel},
    }
    free, stepped = (play(policies, step=step, **sections) for step in (False, True))
    assert free.end == stepped.end
    assert np.any(free.book.cancelled == free.book.time)
    for column in ("status", "filled", "allocated", "cancelled", "unit_days"):
        np.testing.assert_array_equal(getattr(free.book, column), getattr(stepped.book, column))
