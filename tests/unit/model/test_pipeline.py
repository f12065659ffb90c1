"""Promises that walk the pipeline, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.records.message_log import MessageKind
from simulator.model.supply.landing_forecast import RemainingDays, RouteForecasts
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence, milestones
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.waiting.delivery_forecast import OTHERS, LandingForecast, OutstandingOrders
from simulator.orders.order_book import Status
from simulator.orders.random.streams import Streams
from simulator.scenario.sections import supply_network
from simulator.scenario.sections.suppliers import Supplier
from tests.unit.model.shop import every, once, play

NAMES = [one.name for one in milestones()]
ATP = {"type": "available_to_promise", "revise_above": "0.25 days"}


def on_the_way(
    supplier: Supplier,
    lane: supply_network.Lane | None,
    office: supply_network.Customs | None,
    site: supply_network.Warehouse,
) -> OutstandingOrders:
    leg_sequence = LegSequence(RouteEnds("factory", supplier, lane, "port", office, "centre", site))
    return OutstandingOrders(RouteForecasts(leg_sequence, Streams(42, 0)))


def order(number: int, placed: float, quantity: float) -> PurchaseOrder:
    return PurchaseOrder(0, number, placed, quantity, milestones=len(NAMES))


def pipeline(lead_time: Any = "4 days", delivery: Any = "1 day") -> OutstandingOrders:
    supplier = Supplier.model_validate({"lead_time": lead_time})
    site = supply_network.Warehouse.model_validate({"delivery": delivery})
    return on_the_way(supplier, None, None, site)


def days(goods: OutstandingOrders, ahead: float, now: float, share: float = 0.8) -> float:
    return LandingForecast(goods, now, ahead).quantile(share)


def test_a_line_is_covered_by_the_order_that_brings_its_unit() -> None:
    goods = pipeline()
    goods.send(order(0, 0.0, 3.0))
    goods.send(order(1, 1.5, 2.0))
    assert [days(goods, units, now=2.0) for units in (1, 3, 4, 5)] == [3.0, 3.0, 4.5, 4.5]
    assert days(goods, 6, now=2.0) == 5.0  # what nothing on its way covers is ordered now


def test_what_has_landed_or_was_cancelled_covers_nobody() -> None:
    goods = pipeline()
    first, second = order(0, 0.0, 3.0), order(1, 1.5, 2.0)
    goods.send(first)
    goods.send(second)
    second.cancel(1.0, 0.0)
    assert [days(goods, units, now=2.0) for units in (4, 5)] == [4.5, 5.0]
    goods.land(first)
    assert [days(goods, units, now=2.0) for units in (1, 2)] == [4.5, 5.0]


def test_orders_come_by_the_way_of_their_source() -> None:
    leg_sequences = [pipeline(lead_time)._ways[OTHERS][0] for lead_time in ("4 days", "7 days")]
    goods = OutstandingOrders(*leg_sequences)
    near = order(0, 0.0, 3.0)
    goods.send(near)
    goods.send(PurchaseOrder(0, 0, 1.0, 2.0, source=1, milestones=len(NAMES)))  # the first of its source
    assert [days(goods, units, now=2.0) for units in (3, 4, 5)] == [3.0, 7.0, 7.0]
    goods.land(near)
    assert days(goods, 2, now=2.0) == 7.0


def test_goods_that_are_overdue_are_expected_at_once() -> None:
    goods = pipeline({"dist": "uniform", "low": "1 day", "high": "4 days"}, "0 days")
    goods.send(order(0, 0.0, 1.0))
    assert days(goods, 1, now=0.0, share=0.5) == pytest.approx(2.5, abs=0.1)
    assert days(goods, 1, now=3.0, share=0.5) == pytest.approx(0.5, abs=0.05)  # uniform on what is left
    assert days(goods, 1, now=9.0, share=0.5) == 0.0


@pytest.mark.parametrize(("inspected", "total"), [("0 %", 36.0), ("100 %", 42.0)])
def test_the_way_is_the_sum_of_its_legs(inspected: str, total: float) -> None:
    # production of one unit 8, dispatch 1, at sea 2, papers 3, green lane 4 or inspection 10, unloading 5
    supplier = Supplier.model_validate(
        {"lead_time": "1 day", "production": {"lines": 1, "unit_time": "8 days"}}
    )
    lane = supply_network.Lane.model_validate({"from": "factory", "to": "centre", "transit": "2 days"})
    office = supply_network.Customs.model_validate(
        {
            "documents": "3 days",
            "green_lane": "4 days",
            "inspection": {"probability": inspected, "time": "10 days"},
        }
    )
    site = supply_network.Warehouse.model_validate(
        {"dock": {"doors": 1, "unload": "5 days"}, "pick_time": "6 days", "delivery": "7 days"}
    )
    goods = on_the_way(supplier, lane, office, site)
    assert goods.from_stock(0.5, 0.0) == 13.0
    assert goods.new_order(0.0, 0.5) == total


def test_the_quantile_is_that_of_way_and_delivery_together() -> None:
    gamma = {"dist": "gamma", "mean": "10 days", "cv": 0.5}
    goods = pipeline(gamma, {"dist": "uniform", "low": "0 days", "high": "6 days"})
    rng = np.random.default_rng(1)
    sample = rng.gamma(4.0, 2.5, 400_000) + rng.uniform(0, 6, 400_000)
    for share in (0.2, 0.5, 0.9):
        assert goods.new_order(0.0, share) == pytest.approx(np.quantile(sample, share), rel=0.03)


def test_the_remaining_time_of_an_exponential_way_does_not_depend_on_the_time_taken() -> None:
    remainder = RemainingDays(np.random.default_rng(1).exponential(5.0, 200_000), np.zeros(200_000))
    assert remainder.quantile(0.5, 0.0) == pytest.approx(5 * np.log(2), rel=0.02)
    assert remainder.quantile(0.5, 8.0) == pytest.approx(5 * np.log(2), rel=0.03)


@pytest.mark.parametrize(
    ("place", "left"),
    [("produced", 14.0), ("departed", 12.0), ("arrived", 9.0), ("inspected", 7.0), ("cleared", 1.0)],
)
def test_in_the_instant_in_which_a_place_is_reached_the_forecast_begins_there(
    place: str, left: float
) -> None:
    # behind it: a departure 2 days later, 3 at sea, papers 2, inspection 6, unloading 1; before it, all is chance
    chance = {"dist": "uniform", "low": "0 days", "high": "40 days"}
    places = ["produced", "departed", "arrived", "inspected", "cleared"]
    reached = places.index(place)

    def leg(number: int, days: str) -> Any:
        return chance if number <= reached else days

    supplier = Supplier.model_validate({"lead_time": leg(0, "0 days")})
    lane = supply_network.Lane.model_validate(
        {
            "from": "factory",
            "to": "centre",
            "transit": leg(2, "3 days"),
            "departures": {"rate": "1/day"} if reached else {"every": "7 days", "first": "7 days"},
        }
    )
    office = supply_network.Customs.model_validate(
        {"documents": leg(3, "2 days"), "inspection": {"probability": "100 %", "time": leg(4, "6 days")}}
    )
    site = supply_network.Warehouse.model_validate({"dock": {"doors": 1, "unload": "1 day"}})
    goods = on_the_way(supplier, lane, office, site)
    purchase = order(0, 0.0, 1.0)
    for number, name in enumerate(places[: reached + 1]):
        purchase.passed[NAMES.index(name)] = 5.0 - reached + number
    goods.send(purchase)
    assert days(goods, 1, now=5.0) == pytest.approx(left, abs=1e-9)


def test_two_purchase_orders_cover_the_lines_in_the_sequence_of_the_queue() -> None:
    # two units are ordered whenever the position is -1: on days 0, 2 and 4, which land on days 4, 6 and 8
    record = play(
        {"promise": ATP, "replenishment": {"type": "r_Q", "r": -1, "Q": 2}},
        demand=[every(1)],
        run={"horizon": "5.5 days", "cool_down": "40 days"},
    )
    book, counted = record.book, record.book.time < 4
    assert record.purchases.received[:3].tolist() == [4, 6, 8]
    assert book.allocated[counted].tolist() == [4, 4, 6, 6]
    # the lines of days 0 and 2 are promised what would be ordered now, and it is; the others share their orders
    assert book.promised[counted].tolist() == [5, 5, 7, 7]
    assert not book.revisions[counted].any()


def test_what_is_ordered_late_comes_late() -> None:
    # nothing is ordered before the review of day 3, which nobody counts on
    review = {"type": "R_S", "every": "3 days", "S": 0, "first": "3 days"}
    book = play({"promise": ATP, "replenishment": review, "communication": {}}).book
    assert (book.promised[0], book.delivered[0], book.repromised[0]) == (5, 8, 8)
    assert book.revisions[0] == 1
    assert book.notices[0] == 2


def test_an_inspection_that_nobody_foresaw_revises_the_promise_when_it_begins() -> None:
    # without: 4 + 2 + 1 + 0.5 + delivery 1. At 80 % an inspection that takes one order in ten is not foreseen.
    seen = set()
    for seed in range(60):
        record = play(
            {"promise": ATP, "communication": {}},
            lanes=[{"from": "factory", "to": "centre", "transit": "2 days", "customs": "port"}],
            customs={
                "port": {
                    "documents": "1 day",
                    "green_lane": "0.5 days",
                    "inspection": {"probability": "10 %", "time": "9 days"},
                }
            },
            run={"horizon": "20 days", "cool_down": "40 days", "seed": seed},
        )
        book, inspected = record.book, bool(record.purchases.passed["inspected"][0])
        seen.add(inspected)
        if inspected:
            told = record.messages.time[record.messages.kind == MessageKind.DELAY]
            assert told.tolist() == [7.0]  # after the papers
        assert book.promised[0] == 8.5
        assert book.delivered[0] == book.repromised[0] == (17 if inspected else 8.5)
        assert (book.revisions[0], book.notices[0]) == ((1, 2) if inspected else (0, 1))
        if seen == {False, True}:
            return
    pytest.fail("not one order in sixty was inspected")


def test_a_supplier_who_is_slow_revises_the_promise() -> None:
    slow = {"dist": "discrete", "values": {"4 days": "90 %", "10 days": "10 %"}}
    for seed in range(60):
        book = play(
            {"promise": ATP},
            suppliers={"factory": {"lead_time": slow}},
            run={"horizon": "20 days", "cool_down": "40 days", "seed": seed},
        ).book
        assert book.status[0] == Status.FILLED_LATE
        assert book.promised[0] == 5
        if book.allocated[0] == 10:
            # the goods are overdue from day 4 on; the promise runs out on day 5 and all know that it takes ten
            assert book.repromised[0] == 11
            assert book.revisions[0] == 1
            return
        assert book.revisions[0] == 0
    pytest.fail("not one order in sixty was slow")


def test_orders_wait_less_if_the_promise_counts_what_is_free() -> None:
    # of three units on their way one is for the first line, so that the second is covered too
    book = play(
        {"promise": ATP, "replenishment": {"type": "r_Q", "r": -1, "Q": 3}}, demand=[once(0), once(1.5)]
    ).book
    assert book.promised.tolist() == [5, 5]
    assert book.allocated.tolist() == [4, 4]


def test_goods_that_are_late_at_one_place_still_have_the_rest_of_the_way_before_them() -> None:
    # one to three days to dispatch, five at sea: not dispatched on day 2 means day 2 to 3, so 80 % by day 7.8; not
    # dispatched on day 9, which was never to be expected, means at any moment
    goods = shipped({"dist": "uniform", "low": "1 day", "high": "3 days"}, None, "5 days")
    goods.send(order(0, 0.0, 1.0))
    assert [now + days(goods, 1, now) for now in (2.0, 9.0)] == pytest.approx([7.8, 14.0], abs=0.05)


def test_a_new_order_may_be_dispatched_at_once() -> None:
    # half of them are, the others in two days; three at sea
    goods = shipped({"dist": "discrete", "values": {"0 days": "50 %", "2 days": "50 %"}}, None)
    assert [goods.new_order(0.0, share) for share in (0.4, 0.6)] == [3.0, 5.0]
    goods.send(order(0, 0.0, 1.0))
    assert [days(goods, 1, 0.0, share) for share in (0.4, 0.6)] == pytest.approx([5.0, 5.0])  # for it was not


# -- departures ----------------------------------------------------------------------------------------------


def shipped(
    lead_time: Any, departures: dict[str, str] | None, transit: Any = "3 days", delivery: Any = "0 days"
) -> OutstandingOrders:
    supplier = Supplier.model_validate({"lead_time": lead_time})
    lane = supply_network.Lane.model_validate(
        {"from": "factory", "to": "centre", "transit": transit, "departures": departures}
    )
    site = supply_network.Warehouse.model_validate({"delivery": delivery})
    return on_the_way(supplier, lane, None, site)


WEEKLY = {"every": "7 days", "first": "7 days"}


@pytest.mark.parametrize(
    ("placed", "delivered"),
    [(0.0, 11.0), (1.0, 11.0), (4.999, 11.0), (5.0, 11.0), (5.001, 18.0), (11.9, 18.0), (40.0, 46.0)],
)
def test_goods_whose_way_is_certain_are_promised_by_the_timetable(placed: float, delivered: float) -> None:
    # two days to dispatch, boats on days 7, 14, 21 ..., three days at sea, one to the customer
    goods = shipped("2 days", WEEKLY, delivery="1 day")
    assert goods.new_order(placed, 0.8) == pytest.approx(delivered - placed, abs=1e-9)
    goods.send(order(0, placed, 1.0))
    for now in (placed, placed + 0.7, placed + 1.999):
        assert now + days(goods, 1, now) == pytest.approx(delivered, abs=1e-9)


def test_goods_that_are_ready_leave_with_the_next_departure() -> None:
    goods = shipped({"dist": "exponential", "mean": "5 days"}, WEEKLY)
    ready = order(0, 0.0, 1.0)
    ready.passed[NAMES.index("produced")] = 7.5  # the boat of day 7 has left
    goods.send(ready)
    assert [now + days(goods, 1, now) for now in (7.5, 10.0, 13.9)] == pytest.approx([17.0] * 3)


@pytest.mark.parametrize(
    ("now", "share", "date"),
    [
        (0.0, 0.65, 10.0),
        (0.0, 0.75, 17.0),
        (5.0, 0.35, 10.0),
        (5.0, 0.45, 17.0),
        (8.0, 0.1, 17.0),
        (30.0, 0.9, 38.0),
    ],
)
def test_only_the_time_until_goods_are_ready_is_chance(now: float, share: float, date: float) -> None:
    # ready on day 0 to 10, all as likely: 70 % take the boat of day 7; of those that are not ready on day 5, 40 %; what
    # is ready later than ever seen may be so at any moment, and takes the boat of day 35
    goods = shipped({"dist": "uniform", "low": "0 days", "high": "10 days"}, WEEKLY)
    goods.send(order(0, 0.0, 1.0))
    assert now + days(goods, 1, now, share) == pytest.approx(date, abs=1e-9)


def test_a_quantile_over_several_departures_and_a_random_voyage() -> None:
    # 70 % leave on day 7, 30 % on day 14; at sea one to nine days, all as likely. At x days after day 7 have come:
    # .7 (x - 1) / 8 until day 15, then .7 (x - 1) / 8 + .3 (x - 8) / 8 until day 16: .35 at x = 5, .65 at x = 8.3
    goods = shipped(
        {"dist": "uniform", "low": "0 days", "high": "10 days"},
        WEEKLY,
        {"dist": "uniform", "low": "1 day", "high": "9 days"},
    )
    assert goods.new_order(0.0, 0.35) == pytest.approx(12.0, abs=0.3)
    assert goods.new_order(0.0, 0.65) == pytest.approx(15.3, abs=0.3)


def test_departures_at_random_are_waited_for_at_their_rate() -> None:
    # dispatched at once, three days at sea: 3 - ln(1 - share) / rate
    goods = shipped("0 days", {"rate": "0.25/day"})
    assert goods.new_order(0.0, 0.5) == pytest.approx(3 + 2.773, rel=0.03)
    assert goods.new_order(0.0, 0.9) == pytest.approx(3 + 9.210, rel=0.03)
    ready = order(0, 0.0, 1.0)
    ready.passed[NAMES.index("produced")] = 0.0
    goods.send(ready)
    assert days(goods, 1, now=4.0, share=0.5) == pytest.approx(
        3 + 2.773, rel=0.05
    )  # those 4 days tell nothing


@pytest.mark.parametrize("step", [False, True])
def test_promises_from_a_timetable_are_kept_to_the_day(*, step: bool) -> None:
    # ten are ordered when the shelf is empty on day 1; ready on day 3, the boat of day 7, on the shelf on day 10
    for delivery, promised in (("0 days", 10.0), ("1 day", 11.0)):
        book = play(
            {"promise": ATP, "communication": {}, "replenishment": {"type": "r_Q", "r": 0, "Q": 10}},
            demand=[once(1, quantity=2), once(2, quantity=3), once(4), once(8)],
            warehouses={"centre": {"stock": 2, "delivery": delivery}},
            suppliers={"factory": {"lead_time": "2 days"}},
            lanes=[{"from": "factory", "to": "centre", "transit": "3 days", "departures": WEEKLY}],
            step=step,
        ).book
        assert book.promised[1:] == pytest.approx([promised] * 3, abs=1e-9)
        assert book.delivered[1:].tolist() == [promised] * 3
        assert book.revisions.tolist() == [0, 0, 0, 0]
