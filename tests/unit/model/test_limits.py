"""Sections that can do nothing change nothing, and promises are kept as often as they say."""

from __future__ import annotations

import copy
import dataclasses
from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.world import Record, simulate
from simulator.orders.order_book import Status
from simulator.scenario.scenario import Scenario

SHOP: dict[str, Any] = {
    "run": {"horizon": "60 days", "warm_up": "10 days", "cool_down": "60 days"},
    "products": {"ball": {"price": 10, "cost": 4}, "cap": {"price": 25, "cost": 9}},
    "customers": {"gold": {"priority": 1}, "standard": {"priority": 2, "will_wait": "80 %"}},
    "demand": [
        {
            "products": {"ball": "3/day", "cap": "2/day"},
            "segments": {"gold": 0.3, "standard": 0.7},
            "quantity": 2,
        }
    ],
    "warehouses": {"centre": {"pick_time": "10 min", "delivery": {"dist": "exponential", "mean": "2 days"}}},
    "suppliers": {"factory": {"lead_time": {"dist": "gamma", "mean": "5 days", "cv": 0.6}}},
    "policies": {"replenishment": {"type": "r_Q", "r": 20, "Q": 25}, "allocation": "priority"},
}
IMPATIENT = {"patience": {"dist": "exponential", "mean": "4 days"}}
NEUTRAL = {"informed": 1, "past_promise": 1, "revision": 1, "compensated": 1}


def played(policies: dict[str, Any] | None = None, **sections: Any) -> Record:
    document = {**copy.deepcopy(SHOP), **copy.deepcopy(sections)}
    document["policies"] = {**document["policies"], **(policies or {})}
    return simulate(Scenario.model_validate(document))


def impatient(**more: Any) -> dict[str, Any]:
    return {name: {**segment, **IMPATIENT, **more} for name, segment in SHOP["customers"].items()}


def assert_same(one: Record, other: Record, apart_from: tuple[str, ...] = ()) -> None:
    """All columns and figures are equal bit for bit, apart from some columns."""
    for table in ("book", "purchases", "movements"):
        mine, others = getattr(one, table), getattr(other, table)
        for field in dataclasses.fields(mine):
            if field.name not in apart_from:
                np.testing.assert_equal(
                    getattr(mine, field.name), getattr(others, field.name), err_msg=field.name
                )
    assert one.end == other.end
    if not apart_from:
        known, found = figures(one), figures(other)
        np.testing.assert_array_equal(known.overall, found.overall)
        for dimension, (groups, values) in known.by.items():
            assert groups == found.by[dimension][0]
            np.testing.assert_array_equal(values, found.by[dimension][1])


SILENT = {"confirm": False, "delay_notice": False, "in_stock": False}


def test_sections_that_do_nothing_leave_every_bit_as_it_is() -> None:
    plain = played()
    assert np.any(plain.book.status == Status.FILLED_LATE)
    assert_same(plain, played({"promise": "none", "compensation": "none"}))
    unwanted = {name: {"substitutes": {other: 0}} for name, other in (("ball", "cap"), ("cap", "ball"))}
    products = {name: {**product, **unwanted[name]} for name, product in SHOP["products"].items()}
    assert_same(plain, played(products=products))
    tolerant = {name: {**segment, "tolerance": "1 day"} for name, segment in SHOP["customers"].items()}
    assert_same(plain, played(customers=tolerant), ("tolerance",))


def test_promises_alone_move_no_goods_and_no_customers() -> None:
    promised = ("promised", "repromised", "revisions")
    for customers in (SHOP["customers"], impatient()):
        plain = played(customers=customers)
        for promise in ("available_to_promise", {"type": "fixed", "lead_time": "3 days"}):
            assert_same(plain, played({"promise": promise}, customers=customers), promised)


def test_messages_that_say_nothing_and_offers_that_never_come_change_nothing() -> None:
    rules = {"communication": SILENT, "compensation": {"type": "free_wrapping", "after": "900 days"}}
    for customers in (SHOP["customers"], impatient(), impatient(impatience=NEUTRAL)):
        plain = played(customers=customers)
        assert_same(plain, played({"compensation": rules["compensation"]}, customers=customers))
        assert_same(plain, played(rules, customers=customers))


def test_a_desk_that_nobody_asks_changes_nothing() -> None:
    nobody = {"ask": {"informed": 0, "silent": 0, "broken_promise": 0}, "agents": 1}
    assert_same(
        played(customers=impatient()), played(customers=impatient(), support_desk=nobody), ("contacts",)
    )


def test_surveys_change_nothing_that_happens() -> None:
    plain = played({"promise": "available_to_promise"})
    asked = played({"promise": "available_to_promise", "payment": "on_order"}, satisfaction={}, loyalty={})
    assert_same(plain, asked, ("no column at all",))


def test_with_agents_without_end_nobody_waits_for_the_desk() -> None:
    desk = {"base_load": "100/day", "contact_time": "30 min", "patience": "1 min"}
    busy = played(support_desk={**desk, "agents": 1}).contacts
    assert np.nanmean(busy.waited) > 0
    assert not busy.answered.all()
    idle = played(support_desk=desk)
    assert len(idle.contacts.time) > 1000
    assert np.all(idle.contacts.waited == 0)
    assert idle.contacts.answered.all()
    assert not idle.book.unanswered.any()


@pytest.mark.parametrize("quantile", [0.5, 0.8])
def test_a_promise_is_kept_as_often_as_its_quantile_says(quantile: float) -> None:
    # an order for 200 covers ten days and more, so that the way of goods is the only thing that is not known
    document = {
        "run": {"horizon": "6000 days", "warm_up": "100 days", "cool_down": "60 days"},
        "products": {"ball": {}},
        "demand": [{"product": "ball", "rate": "10/day"}],
        "warehouses": {"centre": {"delivery": {"dist": "gamma", "mean": "3 days", "cv": 0.5}}},
        "suppliers": {"factory": {"lead_time": {"dist": "gamma", "mean": "10 days", "cv": 0.5}}},
        "policies": {
            "replenishment": {"type": "r_Q", "r": 60, "Q": 200},
            "promise": {"type": "available_to_promise", "quantile": quantile},
        },
    }
    book = simulate(Scenario.model_validate(document)).book
    late = (book.status == Status.FILLED_LATE) & (book.time >= 100)
    assert np.count_nonzero(late) > 10_000
    kept = float(np.mean((book.delivered <= book.promised)[late]))
    assert kept == pytest.approx(quantile, abs=0.02)
