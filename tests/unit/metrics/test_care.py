"""Substitutes, messages, compensation and the desk, by hand; changes of the run in conftest.py."""

import numpy as np
import pytest
from numpy import nan

from simulator.metrics.figures import figures
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.measures.support_desk import METRICS as SUPPORT
from simulator.model.records.contact_log import Contacts
from simulator.model.world import simulate
from simulator.orders.order_book import Status
from simulator.scenario.scenario import Scenario

PAYMENT = {"type": "on_order", "refund_delay": "5 days", "refund_cost": 3.5}


@pytest.fixture
def switching(record):
    """Run of conftest.py with one substitute unit each for lines 3 to 6 on arrival."""
    book, moves = record.book, record.movements
    book.substituted[3:7] = 1
    book.substitute[3:7] = (1, 1, 1, 0)
    # line 3 now waits for 1 unit, as does line 4 until it is cancelled
    book.filled[3], book.unit_days[3] = 4, 4
    moves.backlog[[1, 3]], moves.on_hand[3] = -1, -1
    book.status[5] = Status.SUBSTITUTED
    book.allocated[4:6] = book.time[4:6]
    book.shipped[4:6], book.delivered[4:6] = (13.5, 14.5), (14, 15)
    return record


@pytest.fixture
def caring(record, scenario):
    """Run of conftest.py with messages, compensation and a support desk for waiting customers."""
    book = record.book
    book.notices[[3, 4, 7, 9]] = (3, 2, 1, 4)
    book.revisions[[3, 4]] = (2, 1)
    book.compensation[[3, 7]] = (5, 2)  # line 7 is not delivered
    record.scenario = scenario(
        policies={"payment": PAYMENT, "communication": {"channel": {"cost": 0.5}}},
        support_desk={"agents": 1, "cost_per_contact": 4},
    )
    record.contacts = Contacts(
        time=np.array([11.5, 14, 15, 25]),
        line=np.array([-1, 3, 4, 7], dtype=np.int32),
        waited=np.array([0.1, 0.5, 1, 0]),
        served=np.array([0.2, 0.1, nan, 0.1]),
        answered=np.array([True, True, False, True]),
        staff_time=np.array([0.0]),
        staff=np.array([1], dtype=np.int32),
    )
    return record


def test_units_are_sold_substituted_lost_or_owed(switching):
    found = figures(switching)
    expected = {
        "substituted_lines": 4,
        "substituted_units": 4,
        "substituted_rate": 4 / 8,
        "filled_units": 4 + 3 + 4 + 2 + 1,
        "refused_units": 1,  # line 6
        "refused_value": 20,
        "declined_units": 0,
        "lost_units": 1,
        "cancelled_units": 1,  # line 4
        "cancelled_value": 10,
        "open_units": 1,
        "backordered_units": 1 + 1 + 1,  # lines 3, 4, 7
        "backorders_mean": (4 + 2 + 3) / 10,
        "fill_rate": 13 / 21,
        "order_fill_rate": 1 / 6,
        "served_within_7_days": 5 / 8,  # lines 1, 2, 8, 3 after four days, and 5 with the other product
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found.of("backorders_mean", "segment") == pytest.approx({"gold": 0.3, "std": 0.6})
    fates = ("filled", "substituted", "refused", "declined", "cancelled", "open")
    for dimension in ("segment", "product", "warehouse"):
        for group, units in found.of("units", dimension).items():
            assert units == sum(found.of(f"{fate}_units", dimension)[group] for fate in fates)


def test_substitutes_are_sold_at_their_price(switching):
    found = figures(switching)
    assert found["revenue"] == (4 + 4 + 1) * 10 + (3 + 2) * 20 + 3 * 20 + 10
    assert found.of("revenue", "product") == {"a": 90 + 60, "b": 100 + 10}
    assert found["revenue_from_backorders"] == 40
    assert found["cost_of_goods_sold"] == 9 * 4 + 5 * 8 + 3 * 8 + 4
    assert found["lost_sale_cost"] == 1
    assert found["delivery_cost"] == 7 * 2  # lines 4 and 5 have a parcel, too


def test_substitutes_are_paid_and_never_refunded(switching, scenario):
    found = figures(switching)
    assert found["cash_received"] == 40 + 60 + (40 + 20) + (10 + 20) + 20 + (40 + 10) + 20 + 10
    assert found["refunds"] == 10  # line 4 gives back only its own unit
    assert found["cash_received"] == found["revenue"] + found["refunds"] + 20  # line 7
    switching.scenario = scenario(policies={"payment": "on_shipment"})
    found = figures(switching)
    assert found["cash_received"] == found["revenue"]
    assert found["refunds"] == 0


def test_messages_promises_and_compensation(caring):
    found = figures(caring)
    expected = {
        "messages": 6,
        "messages_per_backorder": 6 / 3,
        "message_cost": 3,
        "promise_revisions_mean": 3 / 3,
        "compensated_rate": 2 / 3,
        "compensation_cost": 5,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert found.of("messages", "segment") == {"gold": 1, "std": 5}
    assert found.of("promise_revisions_mean", "segment") == {"gold": 0, "std": 1.5}
    assert found.of("compensation_cost", "product") == {"a": 5, "b": 0}


def test_revisions_are_those_of_promises(caring):
    caring.book.promised[3] = nan
    caring.book.revisions[3] = 0
    assert figures(caring)["promise_revisions_mean"] == 1 / 2


def test_desk(caring):
    found = figures(caring)
    expected = {
        "contacts": 3,
        "backorder_contacts": 2,
        "contacts_per_100_orders": 50,
        "answered_contacts": 2,
        "ended_contacts": 3,
        "desk_wait_mean": 0.3,
        "desk_wait_p95": 0.1 + 0.95 * 0.4,
        "desk_queue_mean": (0.1 + 0.5 + 1) / 3,
        "unanswered_rate": 1 / 3,
        "desk_utilisation": 0.3 / 10,
        "contact_cost": 8,
    }
    assert {name: found[name] for name in expected} == pytest.approx(expected)
    assert set(expected) == set(SUPPORT)
    assert found.of("contacts", "segment") == {"gold": 0, "std": 2}
    assert found.of("contacts_per_100_orders", "segment") == pytest.approx({"gold": 0, "std": 200 / 3})
    assert found.of("contact_cost", "product") == {"a": 4, "b": 0}
    assert np.isnan(found.of("desk_utilisation", "warehouse")["w"])
    assert GLOSSARY["desk_utilisation"].dimensions == ("overall",)


def test_what_customers_are_given_costs_money(record, caring, scenario):
    with_care = figures(caring)
    caring.scenario = scenario()
    caring.book.compensation[:] = 0
    without = figures(caring)
    assert with_care["profit"] == pytest.approx(without["profit"] - 3 - 5 - 8)
    assert with_care["total_cost"] == pytest.approx(without["total_cost"] + 3 + 5 + 8)
    assert with_care.of("profit", "product")["a"] == pytest.approx(
        without.of("profit", "product")["a"] - 2.5 - 5 - 4
    )


def test_everything_at_once_adds_up():
    run = simulate(
        Scenario.model_validate(
            {
                "run": {"horizon": "120 days", "warm_up": "10 days", "cool_down": "20 days"},
                "products": {
                    "a": {"price": 10, "cost": 4, "substitutes": {"b": 0.5}},
                    "b": {"price": 13, "cost": 6, "substitutes": {"a": 0.3}},
                },
                "customers": {"gold": {"priority": 1}, "std": {"patience": "6 days", "will_wait": 0.8}},
                "demand": [
                    {
                        "products": {"a": "3/day", "b": "3/day"},
                        "segments": {"gold": 0.4, "std": 0.6},
                        "quantity": {"dist": "geometric", "mean": 3},
                    }
                ],
                "warehouses": {"w": {"delivery": "2 days"}},
                "policies": {
                    "replenishment": {"type": "s_S", "s": 40, "S": 90},
                    "promise": {"type": "fixed", "lead_time": "6 days"},
                    "communication": {"update_every": "3 days"},
                    "compensation": {"offer": "voucher", "value": 4, "when": "backordering"},
                    "payment": "on_order",
                },
                "support_desk": {"agents": 1, "base_load": "2/day"},
            }
        )
    )
    found, book = figures(run), run.book
    rows = [k for k in range(len(book)) if 10 <= book.time[k] < 120]
    price = {0: 10, 1: 13}
    assert found["substituted_units"] == sum(book.substituted[rows]) > 10
    fates = ("filled", "substituted", "refused", "declined", "cancelled", "open")
    assert found["units"] == sum(found[f"{fate}_units"] for fate in fates)
    assert found["revenue"] == pytest.approx(
        sum(
            book.filled[k] * book.price[k] + book.substituted[k] * price.get(int(book.substitute[k]), 0)
            for k in rows
        )
    )
    opening_backlog = sum(
        (book.quantity[k] - book.substituted[k] - book.filled[k]) * book.price[k]
        for k in rows
        if book.status[k] == Status.BACKORDERED
    )
    assert found["cash_received"] == pytest.approx(found["revenue"] + found["refunds"] + opening_backlog)
    assert found["messages"] == sum(int(book.notices[k]) for k in rows) > 0
    paid = sum(book.compensation[k] for k in rows if not np.isnan(book.delivered[k]))
    assert found["compensation_cost"] == pytest.approx(paid)
    assert paid > 0
    level = np.cumsum(run.movements.backlog)[-1] if len(run.movements.backlog) else 0.0
    joined = np.isin(book.status, (Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED))
    lacked = (book.quantity - book.on_arrival - book.substituted)[joined].sum()
    still = (book.quantity - book.filled - book.substituted)[book.status == Status.BACKORDERED].sum()
    assert lacked + level == pytest.approx(still)
    assert found["contacts"] > found["backorder_contacts"] == sum(found.of("contacts", "segment").values())
