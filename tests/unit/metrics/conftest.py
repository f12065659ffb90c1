"""Run small enough to compute by hand.

The window is [10, 20), the run ended at 30. Stock 0 is product a, stock 1 product b, both in warehouse w.

lines   t   order product segment quantity  outcome
0       5   0     a       gold    4         from stock, before the window
1       11  1     a       gold    4         from stock
2       11  1     b       gold    3         from stock
3       12  2     a       std     5         3 on arrival, the last 2 at 16
4       13  3     a       std     2         cancelled at 15
5       14  4     a       gold    1         declined
6       15  5     b       std     4         2 sold on arrival, the rest refused
7       17  6     b       gold    1         waits to the end
8       17  6     a       gold    1         from stock
9       25  7     a       std     3         from stock, after the window

purchases  product placed quantity arrived cleared received inspected
0          a       8      1        9       9       12       yes
1          a       11     10       14      15.5    16       yes
2          b       15     6        18      18      never    no
3          a       16.5   1        17      17.25   18       no
4          a       17     5        19      19.5    20       no
5          a       18     0        never   never   never    no

Of purchase 0 another unit was defective, of purchase 1 another 2, and of purchase 4 another one. Purchase 5 was of 7
units; it never comes, as the shop notices at 19.5.
Customs charge a quarter of the price of the goods, and 6 for each purchase order.

Promises: lines 0 (7), 1 (13), 2 (13.5), 3 (16), 4 (14), 5 (30), 7 (40), 8 (19); its customer asked about line 8.
Customers pay when they order and get their money back 5 days after they cancel, at a cost of 3.5.

on hand of a: 10, from 5: 6, 11: 2, 12: +1 -3 = 0, 16: +10 -2 = 8, 17: 7, 18: 8, 20: 13, 25: 10
on hand of b: 5, from 11: 2, 15: 0                waiting for b: 0, from 17: 1
waiting for a: 0, from 12: 2, 13: 4, 15: 2, 16: 0
cash held: 0, from 5: 40, 6: 0, 11: 100, 12: 150, 12.5: 110, 13: 130, 14: 70, 15: 110, 17: 100, 18.5: 50, 19: 40, 20: 20
"""

from types import SimpleNamespace

import numpy as np
import pytest
from numpy import nan

from simulator.model.records.contact_log import ContactLog
from simulator.orders.backorder_cause import BackorderCause
from simulator.orders.order_book import Status
from simulator.scenario.scenario import Scenario


def shop(**changes):
    """Scenario of the run; ``changes`` replace whole sections."""
    data = {
        "run": {"warm_up": "10 days", "horizon": "20 days", "cool_down": "10 days"},
        "products": {
            "a": {
                "price": 10,
                "cost": 4,
                "holding": "0.5/day",
                "backorder_cost": "2/day",
                "lost_sale_cost": 3,
            },
            "b": {"price": 20, "cost": 8, "holding": "365 %/year", "lost_sale_cost": 1},
        },
        "customers": {"gold": {}, "std": {}},
        "demand": [{"products": {"a": "1/day", "b": "1/day"}, "segments": {"gold": 0.5, "std": 0.5}}],
        "warehouses": {"w": {"delivery_cost": 2}},
        "suppliers": {
            "near": {"products": ["b"], "order_cost": 30},
            "far": {
                "products": ["a"],
                "order_cost": 50,
                "fails": {"share": 0.1, "noticed_after": "1.5 days"},
            },
        },
        "lanes": [{"from": "far", "to": "w", "customs": "port"}, {"from": "near", "to": "w"}],
        "customs": {"port": {"duty": 0.25, "brokerage": 6}},
        "policies": {"payment": {"type": "on_order", "refund_delay": "5 days", "refund_cost": 3.5}},
    }
    return Scenario.model_validate(data | changes)


def floats(*values):
    return np.array(values, dtype=np.float64)


def book():
    s = Status
    stock = np.array([0, 0, 1, 0, 0, 0, 1, 1, 0, 0], dtype=np.int32)
    return SimpleNamespace(
        products=("a", "b"),
        segments=("gold", "std"),
        regions=("everywhere",),
        warehouses=("w",),
        stocks=((0, 0), (0, 1)),
        time=floats(5, 11, 11, 12, 13, 14, 15, 17, 17, 25),
        order=np.array([0, 1, 1, 2, 3, 4, 5, 6, 6, 7], dtype=np.int32),
        product=np.array([0, 0, 1, 0, 0, 0, 1, 1, 0, 0], dtype=np.int32),
        stock=stock,
        serving=stock,
        drawn_on=stock,
        by_stock=np.argsort(stock, kind="stable"),
        made=None,
        segment=np.array([0, 0, 0, 1, 1, 0, 1, 0, 0, 1], dtype=np.int16),
        region=np.zeros(10, dtype=np.int16),
        quantity=floats(4, 4, 3, 5, 2, 1, 4, 1, 1, 3),
        price=floats(10, 10, 20, 10, 10, 10, 20, 20, 10, 10),
        pick=floats(0, 0.5, 1, 0.5, 0, 0, 0.5, 0, 0.5, 0),
        delivery=floats(1, 1, 2, 2, 1, 1, 1.5, 1, 1.5, 1),
        status=np.array(
            [
                *(s.FROM_STOCK, s.FROM_STOCK, s.FROM_STOCK, s.FILLED_LATE, s.CANCELLED, s.DECLINED),
                *(s.REFUSED, s.BACKORDERED, s.FROM_STOCK, s.FROM_STOCK),
            ],
            dtype=np.int8,
        ),
        on_arrival=floats(4, 4, 3, 3, 0, 0, 2, 0, 1, 3),
        filled=floats(4, 4, 3, 5, 0, 0, 2, 0, 1, 3),
        unit_days=floats(0, 0, 0, 8, 0, 0, 0, 0, 0, 0),
        allocated=floats(5, 11, 11, 16, nan, nan, 15, nan, 17, 25),
        cancelled=floats(nan, nan, nan, nan, 15, nan, nan, nan, nan, nan),
        shipped=floats(5, 11.5, 12, 16.5, nan, nan, 15.5, nan, 17.5, 25),
        delivered=floats(6, 12.5, 14, 18.5, nan, nan, 17, nan, 19, 26),
        promised=floats(7, 13, 13.5, 16, 14, 30, nan, 40, 19, nan),
        revisions=np.zeros(10, dtype=np.int16),
        notices=np.zeros(10, dtype=np.int16),
        compensation=np.zeros(10),
        served_from=np.zeros(10, dtype=np.int16),
        cause=np.array([-1, -1, -1, BackorderCause.CHANCE, 0, -1, -1, 0, -1, -1], np.int8),
        substituted=np.zeros(10),
        substitute=np.full(10, -1, dtype=np.int32),
        contacts=np.array([0, 0, 0, 0, 0, 0, 0, 0, 1, 0], dtype=np.int16),
    )


def purchases():
    return SimpleNamespace(
        stock=np.array([0, 0, 1, 0, 0, 0], dtype=np.int32),
        source=np.zeros(6, dtype=np.int32),
        number=np.array([0, 1, 0, 2, 3, 4], dtype=np.int32),
        part=np.zeros(6, dtype=np.int32),
        placed=floats(8, 11, 15, 16.5, 17, 18),
        quantity=floats(1, 10, 6, 1, 5, 0),
        cancelled=floats(0, 0, 0, 0, 0, 0),
        defects=floats(1, 2, 0, 0, 1, 0),
        lost=floats(0, 0, 0, 0, 0, 7),
        noticed=floats(nan, nan, nan, nan, nan, 19.5),
        work=floats(0, 0, 0, 0, 0, 0),
        passed={
            "produced": floats(8, 11, 15, 16.5, 17, nan),
            "departed": floats(8, 12, 16, 16.5, 17, nan),
            "arrived": floats(9, 14, 18, 17, 19, nan),
            "cleared": floats(9, 15.5, nan, 17.25, 19.5, nan),
            "inspected": np.array([True, True, False, False, False, False]),
        },
        received=floats(12, 16, nan, 18, 20, nan),
    )


def movements():
    return SimpleNamespace(
        time=floats(12, 15, 16, 16, 18, 20),
        stock=np.zeros(6, dtype=np.int32),
        on_hand=floats(1, 0, 10, -2, 1, 5),
        backlog=floats(0, -2, 0, -2, 0, 0),
    )


def scores():
    return SimpleNamespace(
        score=np.array([5, 0, 4, 1, 2, 0, 0, 0, 5, 0], dtype=np.int8),
        repeat_probability=floats(0.3, nan, 0.3, 0.2, 0.1, 0.25, 0.25, 0.28, nan, 0.3),
    )


@pytest.fixture
def scenario():
    return shop


@pytest.fixture
def record():
    return SimpleNamespace(
        scenario=shop(),
        book=book(),
        purchases=purchases(),
        transfers=(),
        movements=movements(),
        initial=floats(10, 5),
        end=30.0,
        scores=scores(),
        contacts=ContactLog().columns(),
        replication=0,
        away=np.array([3, 1]),
    )
