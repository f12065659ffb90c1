"""Promises to customers of warehouses behind a depot, followed by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from simulator.model.records.message_log import MessageKind
from simulator.model.world import Record
from tests.unit.model.shop import once, play
from tests.unit.model.test_depots import base, network

ATP: dict[str, Any] = {"promise": {"type": "available_to_promise", "revise_above": "0.25 days"}}
REVIEWED = {"replenishment": {"type": "R_S", "every": "10 days", "S": 20}, "stock": 5}


def promises(record: Record) -> list[tuple[float, float, int]]:
    """First and last promised date, and number of revisions, of each line."""
    book = record.book
    return list(zip(book.promised.tolist(), book.repromised.tolist(), book.revisions.tolist(), strict=True))


@pytest.mark.parametrize("step", [False, True])
def test_what_the_depot_has_comes_by_the_lane(*, step: bool) -> None:
    record = network(base(9), once(1, quantity=3, region="east"), policies=ATP, step=step)
    assert promises(record) == [(1 + 2, 3, 0)]
    assert record.book.allocated.tolist() == [3]


@pytest.mark.parametrize("step", [False, True])
def test_what_the_depot_lacks_takes_its_lead_time_more(*, step: bool) -> None:
    # both orders come at one instant: the 4 units of the hub cover the 3 of the first, but not all of the second
    record = network(
        base(4),
        once(1, quantity=3, region="east"),
        once(1, quantity=2, region="west"),
        policies=ATP,
        step=step,
    )
    assert promises(record) == [(1 + 2, 3, 0), (1 + 3 + 1, 5, 0)]
    assert record.book.allocated.tolist() == [3, 5]


@pytest.mark.parametrize("step", [False, True])
def test_goods_on_their_way_to_the_depot_cover_what_waits_there_in_sequence(*, step: bool) -> None:
    record = network(
        base(0),
        once(1, quantity=2, region="west"),
        once(2, quantity=1, region="west"),
        once(2.5, quantity=1, region="east"),
        policies=ATP,
        step=step,
    )
    assert promises(record) == [(1 + 3 + 1, 5, 0), (2 + 3 + 1, 6, 0), (2.5 + 3 + 2, 7.5, 0)]
    assert record.book.allocated.tolist() == [5, 6, 7.5]


@pytest.mark.parametrize("step", [False, True])
def test_customers_of_the_depot_who_came_first_are_served_first(*, step: bool) -> None:
    # of the 3 units that the hub orders on day 1 its own customer gets 2; the last for the west is ordered on day 2
    record = network(
        {**base(1), "serves": ["north"]},
        once(1, quantity=3, region="north"),
        once(2, quantity=2, region="west"),
        policies=ATP,
        step=step,
    )
    assert promises(record) == [(1 + 3, 4, 0), (2 + 3 + 1, 6, 0)]
    assert record.book.allocated.tolist() == [4, 6]


@pytest.mark.parametrize("step", [False, True])
def test_a_date_that_runs_out_follows_what_the_depot_has_ordered_by_then(*, step: bool) -> None:
    # on day 2 the hub has 5 of 7 units and nothing on its way; it reviews on day 10
    record = network(REVIEWED, once(2, quantity=7, region="west"), policies=ATP, step=step)
    # when the 5 land on day 3 the rest is expected on day 7, when that is over on day 11, and on day 10 it is ordered
    assert promises(record) == [(2 + 3 + 1, 10 + 3 + 1, 3)]
    assert record.book.allocated.tolist() == [14]


@pytest.mark.parametrize("step", [False, True])
def test_news_of_the_depot_moves_promises_behind_it(*, step: bool) -> None:
    works = {"works": {"lead_time": {"dist": "discrete", "values": {"2 days": "50 %", "8 days": "50 %"}}}}
    orders = [once(20.0 * k + 1, quantity=1, region="west") for k in range(12)]
    record = network(
        base(0),
        *orders,
        policies=ATP,
        step=step,
        suppliers=works,
        run={"horizon": "250 days", "cool_down": "40 days", "seed": 5},
    )
    took = record.book.allocated - record.book.time
    assert sorted(set(took.round(9).tolist())) == [2 + 1, 8 + 1]
    first, last = record.book.promised - record.book.time, record.book.repromised - record.book.time
    np.testing.assert_allclose(first, 8 + 1)  # the quantile of 80 %
    np.testing.assert_allclose(last, took)  # goods that land sooner are shipped then
    np.testing.assert_array_equal(record.book.revisions, (took < 9).astype(int))


@pytest.mark.parametrize("step", [False, True])
def test_an_order_that_is_shipped_whole_waits_for_its_last_unit(*, step: bool) -> None:
    hub = {**REVIEWED, "internal": {"ship": "complete"}}
    orders = once(9, quantity=4, region="west"), once(9.5, quantity=2, region="west")
    record = network(hub, *orders, policies=ATP, step=step)
    assert promises(record)[0] == (9 + 1, 10, 0)
    # the hub has 1 unit of 2 left; the review of day 10 brings the rest on day 13
    assert promises(record)[1] == (9.5 + 3 + 1, 14, 1)


@pytest.mark.parametrize("step", [False, True])
def test_promises_look_along_a_chain_of_depots(*, step: bool) -> None:
    record = play(
        ATP,
        step=step,
        demand=[once(1, quantity=2, region="west")],
        warehouses={
            "west": {"serves": ["west"], **base(0)},
            "hub": {"serves": [], **base(0)},
            "port": {"serves": [], **base(1)},
        },
        suppliers={"works": {"lead_time": "3 days"}},
        lanes=[
            {"from": "hub", "to": "west", "transit": "1 day"},
            {"from": "port", "to": "hub", "transit": "2 days"},
        ],
    )
    assert promises(record) == [(1 + 3 + 2 + 1, 7, 0)]  # the second unit comes from the works
    assert record.book.allocated.tolist() == [7]


@pytest.mark.parametrize("step", [False, True])
def test_silence_before_the_goods_are_expected(*, step: bool) -> None:
    told = {
        "update_every": "1 day",
        "quiet_if_under": "1.5 days",
        "confirm": False,
        "channel": {"read": "100 %"},
    }
    record = network(base(0), once(1, quantity=1, region="east"), policies={"communication": told}, step=step)
    # the goods come on day 6; updates are due on days 2, 3, 4 and 5
    assert record.messages.time.tolist() == [2, 3, 4]
    assert {*record.messages.kind.tolist()} == {MessageKind.UPDATE}
