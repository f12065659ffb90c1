"""Causes of backorders, followed by hand in worlds that have one cause each. Day 0 is Thursday, 1 January 2026.

A ball is ordered a day from day 0 on, at midnight; four are in stock, and each ball sold is ordered at once. Goods
take four days where they keep to their plan, so that nobody waits: what lands at an instant serves its customers.
"""

from __future__ import annotations

import gc
import weakref
from typing import Any

import numpy as np
import pytest

from simulator.experiments.replications.outline import outline
from simulator.metrics.figures import figures
from simulator.model.records.line_table import LineTable
from simulator.model.stock.inventory import Inventory
from simulator.model.world import Record, World
from simulator.orders.backorder_cause import NO_CAUSE, BackorderCause
from simulator.orders.order_book import Status
from simulator.values.deferred_columns import Deferred
from tests.unit.model.shop import every, once, play

RUN = {"start": "2026-01-01", "horizon": "20 days", "cool_down": "20 days"}
UNSTEADY = {"dist": "discrete", "values": {"1 day": "50 %", "3 days": "50 %"}}
EVEN = {"product": "ball", "rate": "1/day", "arrivals": {"type": "renewal", "cv": 0, "first": "0 days"}}
"""A ball a day as with `every`, on a clock that profiles make run faster."""


def january(first: int, until: int, **keys: str) -> dict[str, str]:
    return {"from": f"2026-01-{first + 1:02d}", "to": f"2026-01-{until + 1:02d}", **keys}


def lane(**keys: Any) -> list[dict[str, Any]]:
    return [{"from": "factory", "to": "centre", **keys}]


def shop(supplier: dict[str, Any], policy: Any = 4, *, step: bool = False, **more: Any) -> Record:
    """The world above with this supplier, and with this base-stock level or replenishment policy."""
    if isinstance(policy, int):
        policy = {"type": "base_stock", "S": policy}
    sections = {"run": RUN, "demand": [every(1)], "warehouses": {"centre": {}}, **more}
    policies = {"replenishment": policy, **sections.pop("policies", {})}
    return play(policies, suppliers={"factory": supplier}, step=step, **sections)


def late(record: Record) -> dict[float, str]:
    """Cause of each line that was backordered, by the time of its order."""
    book = record.book
    waited = np.isin(book.status, (Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED))
    assert (waited == (book.cause != NO_CAUSE)).all()
    return {
        round(float(book.time[row]), 2): BackorderCause(int(book.cause[row])).label
        for row in np.flatnonzero(waited)
    }


def same(times: Any, cause: str) -> dict[float, str]:
    return dict.fromkeys(map(float, times), cause)


@pytest.mark.parametrize("step", [False, True])
class TestGoodsThatAreLate:
    def test_nobody_waits_where_all_keeps_to_its_plan(self, *, step: bool) -> None:
        assert late(shop({"lead_time": "4 days"}, step=step)) == {}

    @pytest.mark.parametrize(
        ("trouble", "cause"),
        [
            ({"disruptions": {"fire": january(5, 8, stops="production")}}, "disruptions"),
            ({"closed": {"inventory": january(5, 8)}}, "closures"),
        ],
    )
    def test_a_lead_time_that_stands_still(self, trouble: dict[str, Any], cause: str, *, step: bool) -> None:
        # landings at 4, 5, then (of the orders of days 2, 3, ...) at 9, 10, 11 and four at 12
        found = shop({"lead_time": "4 days", **trouble}, step=step)
        assert late(found) == same(range(6, 12), cause)

    def test_goods_that_are_ready_and_may_not_leave(self, *, step: bool) -> None:
        # what is ready at 5, 6 and 7 lands at 8; that of day 5 is due at the instant at which nothing leaves any more
        found = shop(
            {"lead_time": "4 days", "disruptions": {"strike": january(5, 8, stops="dispatch")}}, step=step
        )
        assert late(found) == same((5, 6, 7), "disruptions")

    @pytest.mark.parametrize("departures", [{}, {"departures": {"every": "1 day"}}])
    def test_goods_that_a_closed_lane_does_not_take(self, departures: dict[str, Any], *, step: bool) -> None:
        # what is ready on days 5, 6 and 7 departs at 8 and lands at 12
        lanes = lane(transit="4 days", closed={"inventory": january(5, 8)}, **departures)
        assert late(shop({"lead_time": "0 days"}, lanes=lanes, step=step)) == same((9, 10, 11), "closures")

    @pytest.mark.parametrize("dock", [{}, {"dock": {"doors": 9}}])
    def test_goods_that_stand_before_a_closed_warehouse(self, dock: dict[str, Any], *, step: bool) -> None:
        # what comes on days 5, 6 and 7 is unloaded at 8; Tuesday, day 5, is Epiphany
        closed = {"centre": {"closed": {"inventory": january(5, 8)}, **dock}}
        assert late(shop({"lead_time": "4 days"}, warehouses=closed, step=step)) == same(
            (5, 6, 7), "closures"
        )
        holiday = {"centre": {"holidays": "DE-BY", **dock}}
        assert late(shop({"lead_time": "4 days"}, warehouses=holiday, step=step)) == same((5,), "closures")

    def test_nothing_can_be_ordered(self, *, step: bool) -> None:
        # nothing is ordered on days 5, 6 and 7, and three more on day 8, which land at 12
        found = shop(
            {"lead_time": "4 days", "disruptions": {"strike": january(5, 8, stops="orders")}}, step=step
        )
        assert late(found) == same((9, 10, 11), "disruptions")

    @pytest.mark.parametrize(
        ("supplier", "sections", "cause"),
        [
            ({"lead_time": UNSTEADY}, {"lanes": lane(transit="2 days")}, "lead_times"),
            ({"lead_time": "2 days"}, {"lanes": lane(transit=UNSTEADY)}, "transport"),
            (
                {"lead_time": "2 days"},
                {"lanes": lane(customs="port"), "customs": {"port": {"documents": UNSTEADY}}},
                "papers",
            ),
            ({"lead_time": "2 days", "production": {"lines": 9, "unit_time": UNSTEADY}}, {}, "production"),
            (
                {"lead_time": "2 days"},
                {
                    "lanes": lane(customs="port"),
                    "customs": {"port": {"inspection": {"probability": 0.5, "time": "4 days"}}},
                },
                "inspections",
            ),
        ],
    )
    def test_one_stage_of_mean_two_days_that_spreads(
        self, supplier: dict[str, Any], sections: dict[str, Any], cause: str, *, step: bool
    ) -> None:
        # whoever finds nothing would have found the ball of four days before, had it kept to its plan
        found = shop(supplier, step=step, **sections)
        assert set(late(found).values()) == {cause}

    @pytest.mark.parametrize(
        ("supplier", "level", "sections", "cause"),
        [
            ({"lead_time": "2 days", "production": {"unit_time": "2 days"}}, 5, {}, "capacity"),
            ({"lead_time": "4 days", "capacity": {"units": 1, "per": "2 days"}}, 4, {}, "capacity"),
            (
                {"lead_time": "0 days"},
                5,
                {
                    "lanes": lane(customs="port"),
                    "customs": {
                        "port": {"inspection": {"probability": 1, "time": "4 days", "inspectors": 3}}
                    },
                },
                "inspectors",
            ),
            (
                {"lead_time": "3 days"},
                5,
                {"warehouses": {"centre": {"dock": {"doors": 1, "unload": "1.5 days"}}}},
                "dock",
            ),
        ],
    )
    def test_a_queue_that_grows(
        self, supplier: dict[str, Any], level: int, sections: dict[str, Any], cause: str, *, step: bool
    ) -> None:
        found = late(shop(supplier, level, step=step, **sections))
        assert len(found) > 10
        assert set(found.values()) == {cause}

    def test_goods_that_miss_a_departure(self, *, step: bool) -> None:
        # ready a day early or late for the departure of days 0, 4, 8, ...; two days of lead time, one of transit
        found = shop(
            {"lead_time": UNSTEADY},
            6,
            lanes=lane(transit="1 day", departures={"every": "4 days"}),
            step=step,
        )
        assert set(late(found).values()) == {"departures"}

    def test_goods_that_the_night_holds_up(self, *, step: bool) -> None:
        # three balls ordered from Saturday to Monday take six hours each, in nine hours of work a day: the third is
        # ready on Tuesday, and was planned for Monday. On Monday at midnight nobody could have expected a ball.
        found = shop(
            {"production": {"unit_time": "6 hours"}, "lead_time": "0 days", "hours": "Mon-Fri 08:00-17:00"},
            2,
            step=step,
        )
        assert late(found) == {
            4.0: "stock_policy",
            5.0: "hours",
            11.0: "stock_policy",
            12.0: "hours",
            18.0: "stock_policy",
            19.0: "hours",
        } | {time: cause for time, cause in late(found).items() if time >= 20.0}

    @pytest.mark.parametrize(
        "trouble", [{"yield": "50 %"}, {"fails": {"share": "20 %", "noticed_after": "6 days"}}]
    )
    def test_goods_that_are_defective_or_never_come(self, trouble: dict[str, Any], *, step: bool) -> None:
        found = late(shop({"lead_time": "4 days", **trouble}, step=step))
        assert len(found) > 10
        assert set(found.values()) == {"quality"}

    def test_what_is_ordered_in_place_of_a_defect_may_take_its_time(self, *, step: bool) -> None:
        # Of two balls that land on day 4 one is defective; in its place another is ordered, planned to land on day 8.
        # Until then it is the cause for whom it would have been enough: not for the last, who lacks three.
        found = shop(
            {"lead_time": "4 days", "yield": {"share": {"dist": "constant", "value": 0.5}}},
            demand=[once(0, quantity=2), once(5, quantity=4), once(5.5, quantity=2)],
            step=step,
        )
        assert late(found) == {5.0: "quality", 5.5: "chance"}


@pytest.mark.parametrize("step", [False, True])
class TestDemandAbovePlan:
    """Five balls in stock, one more than are needed: the first unexpected customer finds the last."""

    def test_a_peak(self, *, step: bool) -> None:
        # three balls a day on days 10 and 11: of those of day 10, at 10, 10.33 and 10.67, the third finds nothing
        found = shop(
            {"lead_time": "4 days"},
            5,
            demand=[EVEN],
            profiles=[{"peak": "sale", "factor": 3, **january(10, 11)}],
            step=step,
        )
        assert late(found) == same((10.67, 11, 11.33, 11.67, 12, 13, 14, 15), "peaks")

    def test_a_surge(self, *, step: bool) -> None:
        surge = {"surge": "craze", "on": "2026-01-11", "factor": 4, "decays": "3 days"}
        found = late(shop({"lead_time": "4 days"}, 5, demand=[EVEN], profiles=[surge], step=step))
        assert len(found) > 10
        assert set(found.values()) == {"surges"}

    def test_a_weekend(self, *, step: bool) -> None:
        weekly = {"weekly": [0.5, 0.5, 0.5, 0.5, 1, 2, 2]}
        found = late(shop({"lead_time": "4 days"}, 5, demand=[EVEN], profiles=[weekly], step=step))
        assert len(found) > 3
        assert set(found.values()) == {"seasons"}

    def test_chance(self, *, step: bool) -> None:
        # two more balls on day 5: the first is the one that was to spare
        found = shop({"lead_time": "4 days"}, 5, demand=[every(1), once(5.2), once(5.4)], step=step)
        assert late(found) == same((5.4, 6, 7, 8, 9), "chance")

    def test_a_shelf_that_is_always_empty_is_policy(self, *, step: bool) -> None:
        found = late(shop({"lead_time": "4 days"}, 0, step=step))
        assert len(found) >= 20
        assert set(found.values()) == {"stock_policy"}

    def test_a_shelf_too_low_for_the_review_is_policy(self, *, step: bool) -> None:
        # Reviews at 3, 6, ... up to 5: what lands at 7 is used up at 9, the day before the next lands.
        policy = {"type": "R_S", "every": "3 days", "S": 5}
        found = late(shop({"lead_time": "4 days"}, policy, step=step))
        assert set(found.values()) == {"stock_policy"}

    def test_units_that_are_kept_back(self, *, step: bool) -> None:
        found = shop(
            {"lead_time": "4 days"},
            5,
            customers={"gold": {"priority": 1}, "standard": {"priority": 2}},
            demand=[every(1, segment="gold"), once(5.2, segment="standard")],
            policies={"allocation": {"type": "critical_level", "levels": {"standard": 1}}},
            step=step,
        )
        assert late(found) == {5.2: "reserve"}


def test_who_waits_when_the_run_begins_has_no_other_cause() -> None:
    waiting = [{"product": "ball", "ordered": "2025-12-30", "units": 1}]
    found = shop({"lead_time": "4 days"}, 5, opening={"waiting": waiting})
    assert found.book.cause[0] == BackorderCause.OPENING
    assert NO_CAUSE not in found.book.cause[found.book.status == Status.FILLED_LATE]


def test_cancelled_units_are_not_overdue() -> None:
    # The ball of day 0 was to land at 6, behind a fire, for a customer who leaves at 5: no ball is late for day 7.
    found = shop(
        {"lead_time": "6 days", "disruptions": {"fire": january(2, 9, stops="production")}},
        {"type": "base_stock", "S": 0, "on_cancel": "cancel"},
        customers={"all": {"patience": "5 days"}},
        demand=[once(0), once(7)],
    )
    assert found.purchases.cancelled.tolist() == [1.0, 1.0]
    assert late(found) == same((0, 7), "stock_policy")


def test_a_table_names_the_cause() -> None:
    found = shop({"lead_time": "4 days", "closed": {"inventory": january(5, 8)}}).book.frame()
    assert found.cause[6] == "closures"
    assert found.cause[:6].isna().all()


class TestFoundWhenAskedFor:
    def test_only_figures_with_causes_find_them(self) -> None:
        found = shop({"lead_time": "4 days", "closed": {"inventory": january(5, 8)}})
        figures(found)
        assert isinstance(vars(found.book)["cause"], Deferred)
        assert figures(found, causes=True)["backordered_by_closures"] > 0
        kept = vars(found.book)["cause"]
        assert isinstance(kept, np.ndarray)
        outline(found)
        assert found.book.cause is kept

    def test_a_record_keeps_nothing_of_the_world_that_played_it(self) -> None:
        def worlds() -> int:
            gc.collect()
            return sum(isinstance(one, (World, LineTable, Inventory)) for one in gc.get_objects())

        before = worlds()
        found = shop({"lead_time": "4 days", "production": {"lines": 1, "unit_time": "1 day"}})
        assert worlds() == before
        book = weakref.ref(found.book)
        gc.disable()
        try:
            del found
            assert book() is None  # freed at once: no book refers to itself
        finally:
            gc.enable()
