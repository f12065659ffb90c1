"""Every metric, computed by hand for the run in conftest.py."""

import pickle
from types import SimpleNamespace

import numpy as np
import pytest
from numpy import nan

from simulator.metrics.figures import FORMULAS, figures
from simulator.metrics.glossary import DIMENSIONS, GLOSSARY
from simulator.metrics.measures.backorder_causes import METRICS
from simulator.metrics.measures.support_desk import METRICS as SUPPORT
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.order_book import Status

MADE = (
    *(f"made_wait_{end}" for end in ("mean", "p50", "p90", "p95", "p99", "max")),
    *("workshop_queue_mean", "workshop_utilisation"),
)
"""Figures that do not exist where nothing is made to order."""

OVERALL = {
    # lines 1 to 8 of orders 1 to 6
    "orders": 6,
    "lines": 8,
    "units": 4 + 3 + 5 + 2 + 1 + 4 + 1 + 1,  # = 21
    "stock_orders": 6,  # nothing is made to order
    "stock_lines": 8,
    "stock_units": 21,
    "filled_stock_lines": 4,
    "stock_wait_mean": 4 / 4,
    **dict.fromkeys(("made_to_order_orders", "made_to_order_lines", "made_to_order_units"), 0),
    **dict.fromkeys(("made_lines", "not_made_lines", "unfinished_lines", "begun_lines", "workshop_cost"), 0),
    "unfinished_units": 0,
    **dict.fromkeys(MADE, nan),
    "workshop_units_mean": 0,
    "waited_orders": 3,
    "waited_lines": 3,
    "filled_units": 4 + 3 + 5 + 2 + 1,  # = 15
    "filled_lines": 4,  # lines 1, 2, 3, 8
    "filled_orders": 2,  # orders 1 and 2
    "delivered_lines": 4,
    "fill_rate": (4 + 3 + 3 + 2 + 1) / 21,
    "line_fill_rate": 3 / 8,  # lines 1, 2, 8
    "order_fill_rate": 1 / 6,  # order 1; line 7 of order 6 waits
    "ready_rate": (0.6 + 0.5) / 2,  # a: [10, 12) and [16, 20), b: [10, 15)
    "cycle_service_level": 1 / 2,  # a: [12, 16) with the short line 3, [16, 18) with line 8
    "replenishment_cycles": 2,
    "backorder_rate": 3 / 8,  # lines 3, 4, 7
    "backordered_orders": 3,
    "backordered_lines": 3,
    "backordered_units": 2 + 2 + 1,
    **dict.fromkeys(METRICS.values(), 0),
    "backordered_by_chance": 1,  # line 3
    "backordered_by_disruptions": 2,  # lines 4, 7
    "backorders_mean": (12 + 3) / 10,  # a: 2 x 1 + 4 x 2 + 2 x 1, b: 1 x 3
    "backorders_max": 4,
    "open_orders": 1,
    "open_lines": 1,  # line 7
    "open_units": 1,
    "open_wait_mean": 30 - 17,
    "served_within_7_days": 4 / 8,  # lines 1, 2, 8, and 3 after four days
    "asked_wait_mean": (4 + 2 + 13)
    / 8,  # line 3 to 16, line 4 from 13 to 15, line 7 from 17 to the end at 30
    "unsold_units": 1 + 2 + 2,  # lines 5, 6, 4
    "kept_rate": 2 / 8,  # lines 1, 8
    "satisfied_rate": 2 / 6,  # lines 2 and 8 of orders 1 and 6
    "late_lines": 1,
    "backorder_wait_mean": 4,  # line 3
    "backorder_wait_p50": 4,
    "backorder_wait_p90": 4,
    "backorder_wait_p95": 4,
    "backorder_wait_p99": 4,
    "backorder_wait_max": 4,
    "wait_mean": 4 / 4,  # lines 1, 2, 3, 8
    "unit_wait_mean": 2 * 4 / 15,
    "order_wait_mean": (0 + 4) / 2,  # orders 1 and 2
    "pick_wait_mean": (0.5 + 1 + 0.5 + 0.5) / 4,
    "delivery_time_mean": (1.5 + 3 + 6.5 + 2) / 4,
    "delivery_time_p95": 3 + 0.85 * (6.5 - 3),  # place 0.95 x 3 = 2.85 of 1.5, 2, 3, 6.5
    "parcels": 5,  # lines 1, 2, 3, 6, 8
    "shipped_orders": 4,  # orders 1, 2, 5, 6
    "parcels_per_order": 5 / 4,
    "refused_orders": 1,
    "refused_lines": 1,  # line 6
    "refused_units": 2,
    "refused_value": 40,
    "declined_orders": 1,
    "declined_lines": 1,  # line 5
    "declined_units": 1,
    "declined_value": 10,
    "lost_orders": 2,
    "lost_lines": 2,
    "lost_units": 3,
    "lost_value": 50,
    "cancelled_orders": 1,
    "cancelled_lines": 1,  # line 4
    "cancelled_units": 2,
    "cancelled_value": 20,
    "cancelled_rate": 1 / 8,
    "substituted_lines": 0,
    "substituted_units": 0,
    "substituted_rate": 0,
    "served_elsewhere_share": 0,
    "on_time_rate": 2 / 5,  # kept: lines 1, 8; late: 2, 3; cancelled when it was overdue: 4; still to come: 7
    "due_lines": 5,
    "overdue_lines": 2,
    "promised_backorders": 3,  # lines 3, 4, 7
    "due_orders": 3,
    "otif": 0,  # late: orders 1 and 2; cancelled: 3; left out: 6, of which line 7 is still to come
    "perfect_order_rate": 0,
    "days_late_mean": (0.5 + 2.5) / 2,
    "promise_revisions_mean": 0,  # lines 3, 4, 7
    "messages": 0,  # those who wait are told and given nothing, and there is no desk: see test_care.py
    "messages_per_backorder": 0,
    "message_cost": 0,
    "compensated_rate": 0,
    "compensation_cost": 0,
    **dict.fromkeys(SUPPORT, nan),
    "scores": 4,
    "judged_orders": 6,
    "satisfaction": (4 + 1 + 2 + 5) / 4,
    "top_two_box": 2 / 4,
    "one_star": 1 / 4,
    "stayed_away_orders": 4,
    "repeat_rate": (0.3 + 0.2 + 0.1 + 0.25 + 0.25 + 0.28) / 6,
    "cash_received": 40 + 60 + 50 + 20 + 40 + 20 + 10,  # line 5 pays nothing, line 6 for what it gets
    "refunds": 20,  # line 4
    "refund_cost": 3.5,
    "cash_held_mean": (100 + 75 + 55 + 130 + 70 + 220 + 150 + 25 + 40)
    / 10,  # from 11, 12, 12.5, 13, 14, 15, …
    "cash_held_max": 150,
    "revenue": (4 + 5 + 1) * 10 + (3 + 2) * 20,  # = 200
    "revenue_from_backorders": 50,
    "cost_of_goods_sold": 10 * 4 + 5 * 8,  # = 80
    "purchase_cost": (1 + 10 + 1) * 4,  # = 48; what lands at 20 is outside
    "holding_cost": 39 * 0.5 + 13 * 0.08,  # a: 6 + 2 + 8 + 7 + 2 x 8, b: 5 + 4 x 2; b: 1 % a day of 8
    "ordering_cost": 4 * 50 + 30,
    "customs_cost": 48 / 4 + 3 * 6,  # purchases 0, 1, 3
    "price_variance": 0,  # no price, freight, wage or expediting is given
    "freight_cost": 0,
    "expediting_cost": 0,
    "transit_cost": 0,  # no warehouse supplies another; see test_depots.py
    # none gives goods to another; see test_transfers.py
    **dict.fromkeys(("transfers", "transferred_units", "transfers_in_transit_mean", "transfer_cost"), 0),
    **dict.fromkeys(("internal_units", "shipped_units", "internal_backlog_mean", "in_transit_mean"), 0),
    **dict.fromkeys(("internal_fill_rate", "depot_delay_mean", "order_variance_ratio"), nan),
    "production_cost": 0,
    "expedited_orders": 0,
    "expedited_units": 0,
    "delivery_cost": 5 * 2,  # lines 1, 2, 3, 6, 8
    "transport_cost": 10,  # no more than that
    "backorder_cost": 12 * 2,
    "lost_sale_cost": 1 * 3 + 2 * 1,
    "total_cost": 48 + 20.54 + 230 + 30 + 10 + 24 + 5 + 3.5,
    "profit": 200 - 80 - 20.54 - 230 - 30 - 10 - 24 - 5 - 3.5,
    "on_hand_mean": (39 + 13) / 10,
    "on_order_mean": (2 * 2 + 12 * 5 + 6 * 5 + 1 * 1.5 + 6 * 3 + 7 * 1.5) / 10,  # defects to the landing
    "inventory_turns": 80 / 10 * 365 / (3.9 * 4 + 1.3 * 8),
    "purchase_orders": 5,
    "purchase_units": 12 + 6 + 1 + 6 + 7,
    "defective_units": 1 + 2,  # purchases 0 and 1; that of purchase 4 is found at 20
    "failed_orders": 1,
    "order_rate": 0.5,
    "receipts": 3,
    "received_units": 12,
    "landed_purchases": 3,
    "cleared_purchases": 3,
    "lead_time_mean": (5 + 1.5 + 3) / 3,  # purchases 1, 3, 4
    "customs_delay_mean": (1.5 + 0.25 + 0.5) / 3,
    "customs_delay_p95": 0.5 + 0.9 * (1.5 - 0.5),  # place 0.95 x 2 = 1.9 of 0.25, 0.5, 1.5
    "inspection_rate": 1 / 3,
}


def test_every_metric_of_the_glossary_has_been_worked_out_by_hand():
    assert set(OVERALL) == set(GLOSSARY)
    assert set(FORMULAS) <= set(GLOSSARY)


@pytest.mark.parametrize("metric", GLOSSARY)
def test_overall(record, metric):
    assert figures(record, causes=True)[metric] == pytest.approx(OVERALL[metric], rel=1e-12, nan_ok=True)


BY = [
    ("orders", "segment", {"gold": 3, "std": 3}),
    ("orders", "product", {"a": 5, "b": 3}),  # a: all but order 5; b: orders 1, 5, 6
    ("order_fill_rate", "product", {"a": 2 / 5, "b": 1 / 3}),  # of order 6, a's line was filled on arrival
    ("order_wait_mean", "product", {"a": (0 + 4 + 0) / 3, "b": 0}),
    ("fill_rate", "segment", {"gold": (4 + 3 + 1) / 10, "std": (3 + 2) / 11}),
    ("fill_rate", "warehouse", {"w": 13 / 21}),
    ("fill_rate", "supplier", {"near": nan, "far": nan}),
    ("ready_rate", "product", {"a": 0.6, "b": 0.5}),
    ("ready_rate", "segment", {"gold": nan, "std": nan}),
    ("cycle_service_level", "product", {"a": 0.5, "b": nan}),
    ("backorders_mean", "segment", {"gold": 0.3, "std": 1.2}),
    ("backorders_mean", "product", {"a": 1.2, "b": 0.3}),
    ("backorders_max", "product", {"a": 4, "b": 1}),
    ("backorder_wait_max", "segment", {"gold": nan, "std": 4}),
    ("delivery_time_p95", "product", {"a": 2 + 0.9 * 4.5, "b": 3}),
    ("lost_value", "segment", {"gold": 10, "std": 40}),
    ("delivery_cost", "segment", {"gold": 6, "std": 4}),
    ("backorder_cost", "segment", {"gold": 0, "std": 24}),
    ("holding_cost", "product", {"a": 19.5, "b": 1.04}),
    ("ordering_cost", "supplier", {"near": 30, "far": 200}),
    ("ordering_cost", "product", {"a": 200, "b": 30}),
    (
        "profit",
        "product",
        {"a": 100 - 40 - 19.5 - 200 - 30 - 6 - 24 - 3 - 3.5, "b": 100 - 40 - 1.04 - 30 - 4 - 2},
    ),
    ("profit", "segment", {"gold": nan, "std": nan}),
    ("on_order_mean", "supplier", {"near": 3, "far": 9.4}),
    ("purchase_units", "supplier", {"near": 6, "far": 26}),
    ("customs_cost", "product", {"a": 30, "b": 0}),
    ("defective_units", "supplier", {"near": 0, "far": 3}),
    ("failed_orders", "supplier", {"near": 0, "far": 1}),
    ("lead_time_mean", "supplier", {"near": nan, "far": 9.5 / 3}),
    ("customs_delay_p95", "supplier", {"near": nan, "far": 1.4}),
    ("inspection_rate", "warehouse", {"w": 1 / 3}),
    ("on_time_rate", "segment", {"gold": 2 / 3, "std": 0}),
    (
        "otif",
        "product",
        {"a": 2 / 4, "b": 0},
    ),  # a: kept in orders 1 and 6, not in 2 and 3; b: late in order 1
    ("perfect_order_rate", "product", {"a": 1 / 4, "b": 0}),  # the customer of order 6 asked
    ("otif", "segment", {"gold": 0, "std": 0}),
    ("satisfaction", "product", {"a": (1 + 2 + 5) / 3, "b": 4}),
    ("stayed_away_orders", "segment", {"gold": 3, "std": 1}),
    ("repeat_rate", "segment", {"gold": (0.3 + 0.25 + 0.28) / 3, "std": (0.2 + 0.1 + 0.25) / 3}),
    ("refund_cost", "segment", {"gold": 0, "std": 3.5}),
    ("cash_received", "supplier", {"near": nan, "far": nan}),
    ("cash_held_mean", "product", {"a": (60 + 325 + 140 + 20) / 10, "b": (180 + 80 + 60) / 10}),
    ("cash_held_max", "segment", {"gold": 100, "std": 110}),
]


@pytest.mark.parametrize(("metric", "dimension", "expected"), BY)
def test_by_dimension(record, metric, dimension, expected):
    assert figures(record, causes=True).of(metric, dimension) == pytest.approx(
        expected, rel=1e-12, nan_ok=True
    )


def test_a_metric_has_values_only_in_its_dimensions(record):
    found = figures(record)
    for dimension in DIMENSIONS:
        groups, values = found.by[dimension]
        assert values.shape == (len(GLOSSARY), len(groups))
        for metric, row in zip(GLOSSARY.values(), values, strict=True):
            if dimension not in metric.dimensions:
                assert np.isnan(row).all(), (metric.name, dimension)


def test_sums_add_up_over_every_dimension(record):
    found = figures(record, causes=True)
    for metric in GLOSSARY.values():
        if metric.unit in {"lines", "units", "money", "purchase orders"} and metric.name != "backorders_max":
            for dimension in set(metric.dimensions) - {"overall", "echelon"}:  # no warehouse supplies another
                total = sum(found.of(metric.name, dimension).values())
                assert total == pytest.approx(found[metric.name], nan_ok=True), (metric.name, dimension)


def test_lines_are_counted_by_cause_where_somebody_asks(record):
    found, counted = figures(record), figures(record, causes=True)
    assert (found.has_causes, counted.has_causes) == (False, True)
    for metric in METRICS.values():
        assert np.isnan(found[metric])
        for dimension in GLOSSARY[metric].dimensions[1:]:
            assert np.isnan(list(found.of(metric, dimension).values())).all()
    without = counted.without_causes()
    np.testing.assert_array_equal(without.overall, found.overall)
    for dimension, (groups, values) in found.by.items():
        assert without.by[dimension][0] == groups
        np.testing.assert_array_equal(without.by[dimension][1], values)
    assert sum(counted[metric] for metric in METRICS.values()) == found["backordered_lines"]


def test_complete_orders_are_one_shipment(record, scenario):
    record.scenario = scenario(policies={"ship": "complete"})
    found = figures(record)
    assert found["delivery_cost"] == 4 * 2  # orders 1, 2, 5, 6
    assert found.of("delivery_cost", "product") == {"a": 1 + 2 + 2, "b": 1 + 2}  # order 1 is shared


def test_products_of_an_order_in_any_sequence(record):
    # order 6 begins with another line of a, which is declined: a, b, a
    book = record.book
    for name, column in vars(book).items():
        if isinstance(column, np.ndarray):
            setattr(book, name, np.insert(column, 7, column[5]))
    book.time[7], book.order[7] = 17, 6
    found = figures(record)
    assert found["orders"] == 6
    assert found["declined_orders"] == 2
    assert found["open_orders"] == 1
    assert found.of("orders", "product") == {"a": 5, "b": 3}
    assert found.of("order_fill_rate", "product") == pytest.approx({"a": 1 / 5, "b": 1 / 3})
    assert found.of("declined_orders", "product") == {"a": 2, "b": 0}


def test_what_has_no_base_does_not_exist(record):
    # before anything has happened: no lines, no purchases, no movements
    for part in (record.book, record.purchases, record.movements):
        for name, column in vars(part).items():
            if isinstance(column, np.ndarray):
                setattr(part, name, column[:0])
    record.purchases.passed = {name: column[:0] for name, column in record.purchases.passed.items()}
    found = figures(record, causes=True)
    empty = {name for name in found.names if np.isnan(found[name])}
    assert empty == {
        *("fill_rate", "line_fill_rate", "order_fill_rate", "cycle_service_level", "backorder_rate"),
        *("stock_wait_mean", *MADE),
        *(
            "open_wait_mean",
            "wait_mean",
            "unit_wait_mean",
            "order_wait_mean",
            "pick_wait_mean",
            "cancelled_rate",
        ),
        *(f"backorder_wait_{name}" for name in ("mean", "p50", "p90", "p95", "p99", "max")),
        *("delivery_time_mean", "delivery_time_p95", "lead_time_mean", "inspection_rate"),
        *("customs_delay_mean", "customs_delay_p95"),
        *("internal_fill_rate", "depot_delay_mean", "order_variance_ratio"),
        *("served_within_7_days", "asked_wait_mean", "kept_rate", "satisfied_rate"),
        *("on_time_rate", "otif", "perfect_order_rate", "days_late_mean"),
        *("satisfaction", "top_two_box", "one_star", "repeat_rate"),
        *(
            "served_elsewhere_share",
            "substituted_rate",
            "promise_revisions_mean",
            "messages_per_backorder",
            "compensated_rate",
        ),
        "parcels_per_order",
        *SUPPORT,
    }
    assert found["on_hand_mean"] == 15
    assert found["ready_rate"] == 1
    assert found["lines"] == 0


def test_turns_of_a_shop_without_stock_do_not_exist(record):
    record.initial = np.array([0.0, 0.0])
    record.book.on_arrival[:] = 0
    record.movements = SimpleNamespace(
        **{name: column[:0] for name, column in vars(record.movements).items()}
    )
    found = figures(record)
    assert found["on_hand_mean"] == 0
    assert np.isnan(found["inventory_turns"])


def test_backlog_of_a_segment_at_the_edge_of_the_window(record):
    # line 9, ordered at 25, does not touch the window; line 0, ordered at 5, now waits for its 4 units to 12
    record.book.status[0], record.book.on_arrival[0] = Status.FILLED_LATE, 0
    record.book.allocated[0], record.book.unit_days[0] = 12, 28
    record.movements.backlog[0] = -4
    found = figures(record)
    assert found.of("backorders_mean", "segment") == pytest.approx({"gold": (4 * 2 + 3) / 10, "std": 1.2})
    assert found["backorders_mean"] == pytest.approx((4 * 2 + 15) / 10)


def test_waits_are_interpolated_between_lines(record):
    # lines 1 and 2 late as well: waits 1, 2 and 4
    record.book.status[1:3] = Status.FILLED_LATE
    record.book.allocated[1:3] = (12, 13)
    record.book.cause[1:3] = BackorderCause.CHANCE
    found = figures(record)
    assert found["backorder_wait_mean"] == pytest.approx(7 / 3)
    assert found["backorder_wait_p50"] == 2
    assert found["backorder_wait_p90"] == pytest.approx(2 + 0.8 * 2)
    assert found.of("backorder_wait_p50", "segment") == {"gold": 1.5, "std": 4}
    assert found["order_wait_mean"] == (2 + 4) / 2  # order 1 waits for its last line


def test_unknown_names_are_refused(record):
    found = figures(record)
    with pytest.raises(KeyError):
        found["fill_level"]
    with pytest.raises(KeyError):
        found.of("fill_rate", "region")


def test_figures_travel_small(record):
    found = figures(record)
    copy = pickle.loads(pickle.dumps(found))  # noqa: S301
    assert copy.names == found.names
    np.testing.assert_array_equal(copy.overall, found.overall)
    assert len(pickle.dumps(found)) < 20_000


def test_a_purchase_order_that_was_cancelled_whole_is_no_landing(record):
    record.purchases.quantity[1] = 0  # it would have ended the cycle from 12
    record.movements.on_hand[2] = 0
    found = figures(record)
    assert found["receipts"] == 2
    assert found["cycle_service_level"] == 0  # one cycle, [12, 18), with the short lines 3 and 4


def test_a_failed_order_counts_where_it_was_placed(record):
    record.purchases.placed[5], record.purchases.noticed[5] = 9, 10.5
    found = figures(record)
    assert found["failed_orders"] == 0
    assert found["on_order_mean"] == pytest.approx(OVERALL["on_order_mean"] - 7 * (1.5 - 0.5) / 10)


def test_defects_count_for_discounts_and_freight(record, scenario):
    far = {"products": ["a"], "order_cost": 50, "price": 5, "discounts": {"12": 0.2}}
    record.purchases.lost[5] = 0
    record.purchases = PurchaseColumns(**vars(record.purchases))
    record.scenario = scenario(
        suppliers={"near": {"products": ["b"]}, "far": far},
        lanes=[{"from": "far", "to": "w", "freight": {"unit": 3}}, {"from": "near", "to": "w"}],
    )
    found = figures(record)
    assert found["purchase_cost"] == (1 + 1) * 5 + 10 * 4  # purchase 1 was of 12 units, 10 are paid
    assert found["freight_cost"] == (12 + 1 + 6) * 3


def test_landings_at_one_instant_are_one(record):
    record.purchases.received[3] = 16  # with purchase 1
    assert np.isnan(figures(record).of("cycle_service_level", "product")["b"])
    assert figures(record)["cycle_service_level"] == 0  # only [12, 16) is left


def test_a_cycle_begins_with_the_landing_and_ends_before_the_next(record):
    # of the lines in [12, 16) only line 3, at 12, is short: goods land before it is ordered
    record.book.status[4:6], record.book.on_arrival[4:6] = Status.FROM_STOCK, (2, 1)
    assert figures(record)["cycle_service_level"] == 1 / 2
    # it moves to 16: now it spoils the cycle [16, 18) and no longer the one before
    rows = [0, 1, 2, 4, 5, 6, 3, 7, 8, 9]
    for name, column in vars(record.book).items():
        if isinstance(column, np.ndarray):
            setattr(record.book, name, column[rows])
    record.book.time[6] = 16
    assert figures(record)["cycle_service_level"] == 1 / 2
    record.purchases.received[1] = 16.5  # cycles [12, 16.5) with the short line and [16.5, 18) without
    record.purchases.received[3] = 17
    assert figures(record)["cycle_service_level"] == 1 / 2
    record.purchases.received[3] = 16  # cycles [12, 16) and [16, 16.5)
    assert figures(record)["cycle_service_level"] == 1 / 2
    record.book.time[6] = 16.5  # after the last cycle
    assert figures(record)["cycle_service_level"] == 1
