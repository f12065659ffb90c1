"""Flows of goods, worked out by hand for the run in conftest.py and for small shops with constant times."""

import numpy as np

from simulator.experiments.replications.outline import outline
from simulator.metrics.figures import figures
from simulator.metrics.goods.place_flows import CustomerFlows, TransferFlows
from simulator.metrics.goods.source_flows import SourceFlows, Step
from simulator.metrics.measured_window import Window
from tests.unit.model.shop import once, play

WINDOW = Window(10.0, 20.0)


def steps(values, way):
    """Unit-days of a way by step, without steps that take no time."""
    return {step: value for step, value in zip(Step, values[:, way].tolist(), strict=True) if value}


def test_days_and_units_by_hand(record):
    found = SourceFlows.of(record, WINDOW)
    ways = list(zip(found.origins, found.destinations, found.offices, strict=True))
    far, near = ways.index(("far", "w", "port")), ways.index(("near", "w", ""))
    assert not found.internal.any()
    assert found.units[[far, near]].tolist() == [12.0, 0.0]
    assert found.timed.tolist() == found.units.tolist()
    # purchases 0, 1 and 3 landed in the window: good units times days
    assert steps(found.days, far) == {
        Step.DISPATCH: 10 * 1,
        Step.TRANSIT: 1 * 1 + 10 * 2 + 1 * 0.5,
        Step.CUSTOMS: 10 * 1.5 + 1 * 0.25,
        Step.RECEIPT: 1 * 3 + 10 * 0.5 + 1 * 0.75,
    }
    # all goods, defective ones included, by their days in the window; 7 that never come count until 19.5
    assert steps(found.pending, far) == {
        Step.PREPARATION: 7 * 1.5,
        Step.DISPATCH: 12 * 1,
        Step.TRANSIT: 12 * 2 + 1 * 0.5 + 6 * 2,
        Step.CUSTOMS: 12 * 1.5 + 1 * 0.25 + 6 * 0.5,
        Step.RECEIPT: 2 * 2 + 12 * 0.5 + 1 * 0.75 + 6 * 0.5,
    }
    # purchase 2 has passed no customs, and waits at the dock until the end
    assert steps(found.days, near) == {}
    assert steps(found.pending, near) == {Step.DISPATCH: 6 * 1, Step.TRANSIT: 6 * 2, Step.RECEIPT: 6 * 2}


def test_lines_by_hand(record):
    found = CustomerFlows.of(record, WINDOW)
    assert (found.origins, found.destinations, found.pair.tolist()) == (("w",), ("everywhere",), [0])
    assert found.units.tolist() == [4 + 3 + 5 + 2 + 1]
    assert found.days.tolist() == [4 * 1 + 3 * 2 + 5 * 2 + 2 * 1.5 + 1 * 1.5]
    assert found.lines.tolist() == [8]
    assert (found.waited.tolist(), found.served.tolist(), found.waits.tolist()) == ([3], [1], [4])


def test_orders_queue_for_production():
    suppliers = {"factory": {"capacity": "2/day", "lead_time": "1 day"}}
    found = flows(play(demand=[once(day, quantity=4) for day in (0, 1)], suppliers=suppliers))
    # the second order waits from 1 to 2, each takes two days and then one more
    assert steps(found.pending, 0) == {Step.QUEUE: 4 * 1, Step.PREPARATION: 2 * 4 * 3}
    assert steps(found.days, 0) == steps(found.pending, 0)


def test_orders_wait_for_their_turn():
    suppliers = {"factory": {"capacity": {"units": 4, "per": "5 days"}, "lead_time": "1 day"}}
    found = flows(play(demand=[once(day, quantity=4) for day in (0, 1)], suppliers=suppliers))
    assert steps(found.pending, 0) == {Step.QUEUE: 4 * 4, Step.PREPARATION: 2 * 4 * 1}


def test_orders_wait_at_a_depot():
    sites = {"hub": {"serves": [], "stock": 0}, "centre": {"stock": 0}}
    lanes = [
        {"from": "factory", "to": "hub"},
        {"from": "hub", "to": "centre", "transit": "2 days", "departures": {"every": "5 days"}},
    ]
    found = flows(play(demand=[once(0, quantity=3)], warehouses=sites, lanes=lanes))
    ways = list(zip(found.origins, found.destinations, found.internal.tolist(), strict=True))
    supplied, sent = ways.index(("factory", "hub", False)), ways.index(("hub", "centre", True))
    assert steps(found.days, supplied) == {Step.PREPARATION: 3 * 4}
    # handed out at 4, on the road at 5, there at 7
    assert steps(found.days, sent) == {Step.PREPARATION: 3 * 4, Step.DISPATCH: 3 * 1, Step.TRANSIT: 3 * 2}


def test_goods_under_way_at_the_start_travel_until_they_land():
    opening = {
        "purchase_orders": [{"product": "ball", "units": 5, "placed": "2025-12-30", "lands": "2026-01-04"}]
    }
    lanes = [{"from": "factory", "to": "centre", "transit": "2 days"}]
    run = {"start": "2026-01-01", "horizon": "20 days"}
    found = flows(play(demand=[once(19)], lanes=lanes, opening=opening, run=run))
    assert (found.units.tolist(), found.timed.tolist()) == ([5.0], [0.0])
    assert steps(found.pending, 0) == {Step.TRANSIT: 5 * 3}


def test_two_warehouses_and_two_regions():
    demand = [once(0, region="north", quantity=2), once(1, region="south", quantity=3)]
    sites = {
        "a": {"serves": ["north"], "stock": 5, "delivery": "1 day"},
        "b": {"serves": ["south"], "stock": 1, "delivery": "2 days"},
    }
    record = play(demand=demand, warehouses=sites)
    found = CustomerFlows.of(record, Window(0.0, 20.0))
    assert found.pair.tolist() == [0, 3]
    assert found.units.tolist() == [2, 3]
    assert found.days.tolist() == [2 * 1, 3 * 2]
    assert (found.waited.tolist(), found.waits.tolist()) == ([0, 1], [0, 4])


def test_transfers_by_hand():
    sites = {"a": {"serves": ["north"], "stock": 5}, "b": {"serves": ["south"], "stock": 0}}
    record = play(
        {"transfers": {"type": "reactive"}, "replenishment": {"type": "R_S", "every": "90 days", "S": 0}},
        demand=[
            once(1, region="south", quantity=3),
            once(18, region="south", quantity=1),
            once(19, region="north"),
        ],
        warehouses=sites,
        lanes=[{"from": "a", "to": "b", "carries": "transfers", "transit": "3 days"}],
    )
    found = TransferFlows.of(record, Window(2.0, 20.0))
    assert (found.origins, found.pair.tolist()) == (("a", "b"), [1])
    assert (found.units.tolist(), found.days.tolist()) == ([3], [3 * 3])
    assert found.pending.tolist() == [3 * 2 + 1 * 2]  # from 2 to 4, and from 18 to 20


def test_no_transfers(record):
    none = TransferFlows.of(record, WINDOW)
    assert none.then(none).pair.tolist() == []


def test_halves_of_a_window_add_up(record):
    halves = Window(10.0, 14.0), Window(14.0, 20.0)
    supply, early, late = (SourceFlows.of(record, window) for window in (WINDOW, *halves))
    for name in ("units", "days", "timed", "pending"):
        np.testing.assert_allclose(getattr(early.then(late), name), getattr(supply, name), err_msg=name)
    sales, first, second = (CustomerFlows.of(record, window) for window in (WINDOW, *halves))
    for name in ("pair", "units", "days", "lines", "waited", "served", "waits"):
        np.testing.assert_allclose(getattr(first.then(second), name), getattr(sales, name), err_msg=name)


def test_pairs_of_two_windows_are_matched():
    def flow(pair, units):
        return CustomerFlows(("a",), ("n", "s"), np.array(pair), *(np.array(units, float) for _ in range(6)))

    both = flow([0], [1]).then(flow([0, 1], [2, 4]))
    assert both.pair.tolist() == [0, 1]
    assert both.waits.tolist() == [3, 4]


def test_an_outline_has_the_flows_of_the_measured_time():
    record = play(run={"horizon": "20 days", "warm_up": "2 days"})
    drawn = outline(record)
    assert steps(drawn.supply.pending, 0) == {Step.PREPARATION: 2}
    assert drawn.supply.units.sum() == figures(record)["received_units"] == 1


def flows(record):
    return SourceFlows.of(record, Window(0.0, 20.0))
