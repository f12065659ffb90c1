"""Who is better and who is worse off, on a few orders of which every answer is plain."""

from dataclasses import replace

import numpy as np
import pytest

from simulator.experiments.comparing.customer_welfare import (
    EVERYBODY,
    WelfareOrders,
    welfare_columns,
    welfare_of,
)
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario

NEVER = np.nan
HOUR = 1 / 24


def orders(units, arrival, segment=None, time=None):
    n = len(units)
    asked = (np.arange(n, dtype=float) if time is None else np.array(time),)
    return WelfareOrders(
        names=(("mug",), ("gold", "new"), ("everywhere",)),
        asked=asked,
        starts=np.arange(n),
        segment=np.array(segment or [0] * n, dtype=np.intp),
        units=np.array(units, dtype=float),
        arrival=np.array(arrival, dtype=float),
    )


@pytest.mark.parametrize(
    ("before", "after", "better", "worse"),
    [
        ((2, 5.0), (2, 5.0), 0, 0),
        ((2, 5.0), (2, 4.0), 1, 0),  # sooner
        ((2, 5.0), (2, 5.0 - 0.9 * HOUR), 0, 0),  # but hardly
        ((2, 5.0), (2, 5.0 + 1.1 * HOUR), 0, 1),
        ((0, NEVER), (2, 50.0), 1, 0),  # late is better than never
        ((2, 5.0), (0, NEVER), 0, 1),
        ((0, NEVER), (0, NEVER), 0, 0),
        ((2, 5.0), (3, 9.0), 1, 0),  # more, if later
        ((3, 5.0), (2, 1.0), 0, 1),
    ],
)
def test_one_order(before, after, better, worse):
    found = orders([after[0]], [after[1]]).against(orders([before[0]], [before[1]]))
    assert found is not None
    assert (found.better[0], found.worse[0]) == (better, worse)
    assert found.shares()[:, 0].tolist() == [better, worse, 1 - better - worse]


def test_by_segment():
    before = orders([1, 1, 1, 1], [3, 3, 3, 3], segment=[0, 0, 0, 1])
    after = orders([1, 1, 1, 1], [2, 4, 3, 2], segment=[0, 0, 0, 1])
    found = after.against(before)
    assert found.groups == (EVERYBODY, "gold", "new")
    assert found.orders.tolist() == [4, 3, 1]
    assert found.better.tolist() == [2, 1, 1]
    assert found.worse.tolist() == [1, 1, 0]
    np.testing.assert_allclose(found.shares()[:, 1], [1 / 3, 1 / 3, 1 / 3])


def test_other_customers_are_not_compared():
    before = orders([1, 1], [3, 3])
    assert orders([1, 1], [3, 3], time=[0.0, 1.5]).against(before) is None
    assert orders([1, 1, 1], [3, 3, 3]).against(before) is None
    assert replace(before, names=(("cup",), ("gold", "new"), ("everywhere",))).against(before) is None


def test_stored_and_read_back():
    found = orders([1, 1], [3, 3]).against(orders([1, 0], [3, NEVER]))
    again = welfare_of(welfare_columns(found))
    assert found is not None
    assert again is not None
    assert again.groups == found.groups
    for name in ("orders", "better", "worse"):
        np.testing.assert_array_equal(getattr(again, name), getattr(found, name))
    assert welfare_of(welfare_columns(None)) is None


POLICIES = {"replenishment": {"type": "R_S", "S": 35, "every": "1 day"}}
"""Lots land day after day, so that it matters who comes first."""


def shop(**changes):
    return Scenario.model_validate(
        {
            "run": {"horizon": "60 days", "warm_up": "10 days", "cool_down": "40 days"},
            "products": {"mug": {"price": 8, "cost": 3}, "cup": {"price": 5, "cost": 2}},
            "customers": {"gold": {"priority": 1}, "new": {"priority": 2, "patience": "4 days"}},
            "demand": [
                {
                    "products": {"mug": "3/day"},
                    "also": {"cup": 0.5},
                    "segments": {"gold": 0.4, "new": 0.6},
                    "quantity": 2,
                }
            ],
            "suppliers": {"supplier": {"lead_time": {"dist": "gamma", "mean": "7 days", "cv": 0.5}}},
            "policies": POLICIES,
        }
        | changes
    )


def test_against_a_loop_over_the_order_lines():
    one, other = shop(), shop(policies=POLICIES | {"allocation": "priority"})
    tables = [simulate(scenario).book.frame() for scenario in (one, other)]
    fates = []
    for table in tables:
        counted = table[(table["time"] >= 10) & (table["time"] < 60)]
        came = counted[counted["delivered"].notna()]
        got = came["filled"] + came["substituted"]
        units = got.groupby(came["order"]).sum()
        arrival = (got * came["delivered"]).groupby(came["order"]).sum() / units
        fates.append((units, arrival, counted.groupby("order")["segment"].first()))
    (units, arrival, segment), (units_after, arrival_after, _) = fates
    expected = {"gold": [0, 0, 0], "new": [0, 0, 0]}
    for order, name in segment.items():
        more = units_after.get(order, 0) - units.get(order, 0)
        sooner = arrival.get(order, 0) - arrival_after.get(order, 0) if more == 0 else 0
        expected[name][0] += 1
        expected[name][1] += more > 0 or sooner > HOUR
        expected[name][2] += more < 0 or sooner < -HOUR
    found = WelfareOrders.of(simulate(other)).against(WelfareOrders.of(simulate(one)))
    assert found is not None
    counted = np.stack((found.orders, found.better, found.worse)).T.astype(int).tolist()
    assert counted[1:] == [expected["gold"], expected["new"]]
    assert counted[0] == np.sum(counted[1:], axis=0).tolist()
    assert min(counted[0]) > 0
