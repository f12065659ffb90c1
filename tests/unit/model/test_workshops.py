"""Lines that are made to order in workshops, followed by hand. Day 0 is 1 January 2026, a Thursday."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.metrics.measures.step_series import series_frame
from simulator.model.world import Record
from simulator.orders.made_lines import MadeLines
from simulator.orders.order_book import Status
from simulator.scenario.shortcuts import SCHEDULED_MESSAGES
from tests.properties.shortcuts import without
from tests.unit.model.shop import every, once, play

RUN = {"start": "2026-01-01", "horizon": "20 days", "cool_down": "40 days"}
TO_MAKE, MADE, NOT_MADE = Status.TO_MAKE, Status.MADE, Status.NOT_MADE
STEPS = pytest.mark.parametrize("step", [False, True])


def made_of(record: Record) -> MadeLines:
    assert record.book.made is not None
    return record.book.made


def ring(time: str = "1 day", **more: Any) -> dict[str, Any]:
    return {"price": 10, "made_to_order": {"workshop": "engraving", "time": time, **more}}


def workshop(
    demand: list[dict[str, Any]], engraving: dict[str, Any], ball: dict[str, Any] | None = None, **more: Any
) -> Record:
    """Balls that are engraved; without ``ball`` each takes a day and needs no blank."""
    sections = {"run": RUN, "products": {"ball": ball or ring()}, "policies": None, **more}
    return play(demand=demand, workshops={"engraving": engraving}, **sections)


def statuses(record: Record) -> list[int]:
    found: list[int] = record.book.status.tolist()
    return found


@STEPS
def test_two_engravers_three_orders_and_hours(*, step: bool) -> None:
    # Orders on Thursday at 10:00, 11:00 and 12:00, six hours of work each, from 9:00 to 17:00. The third waits for
    # the first engraver, has one hour left of Thursday, and goes on on Friday.
    hour = 1 / 24
    demand = [once(10 * hour), once(11 * hour), once(12 * hour)]
    found = workshop(demand, {"staff": 2, "hours": "Mon-Fri 09:00-17:00"}, ring("6 h"), step=step)
    made = made_of(found)
    assert made.queued == pytest.approx([10 * hour, 11 * hour, 12 * hour])
    assert made.begun == pytest.approx([10 * hour, 11 * hour, 16 * hour])
    assert made.done == pytest.approx([16 * hour, 17 * hour, 1 + 14 * hour])
    assert found.book.allocated == pytest.approx(made.done)
    assert found.book.delivered == pytest.approx(made.done + 1)
    assert statuses(found) == [MADE] * 3


@STEPS
def test_nobody_begins_at_closing_or_on_closed_days(*, step: bool) -> None:
    # The first order takes all of Thursday's hours; the second waits over Friday, which is closed, and the weekend.
    found = workshop(
        [once(0.375), once(0.5)],
        {
            "hours": "Mon-Fri 09:00-17:00",
            "closed": {"bridge": {"from": "2026-01-02", "to": "2026-01-03"}},
        },
        ring("8 h"),
        step=step,
    )
    assert made_of(found).begun == pytest.approx([0.375, 4.375])
    assert made_of(found).done == pytest.approx([17 / 24, 4 + 17 / 24])


@STEPS
def test_the_more_important_goes_first_but_never_interrupts(*, step: bool) -> None:
    # new at 0 and 1, gold at 2 and 2.5, four days of work each
    demand = [
        once(0, segment="new"),
        once(1, segment="new"),
        once(2, segment="gold"),
        once(2.5, segment="gold"),
    ]
    segments = {"gold": {"priority": 1}, "new": {"priority": 2}}
    for queue, begun in (("fcfs", [0, 4, 8, 12]), ("priority", [0, 12, 4, 8])):
        found = workshop(demand, {"queue": queue}, ring("4 days"), customers=segments, step=step)
        assert made_of(found).begun.tolist() == begun
        assert made_of(found).done.tolist() == [day + 4 for day in begun]


@STEPS
def test_a_customer_cancels_until_the_work_begins(*, step: bool) -> None:
    # The order of day 0 is worked on when patience ends at 3; that of day 1 waits then, that of day 2 is begun at 5.
    found = workshop(
        [once(0), once(1), once(2)],
        {},
        ring("5 days"),
        customers={"all": {"patience": "3 days"}},
        step=step,
    )
    assert statuses(found) == [MADE, NOT_MADE, MADE]
    assert np.array_equal(made_of(found).begun, [0, np.nan, 5], equal_nan=True)
    assert np.array_equal(found.book.cancelled, [np.nan, 4, np.nan], equal_nan=True)
    assert np.array_equal(found.book.allocated, [5, np.nan, 10], equal_nan=True)
    metrics = figures(found)
    assert (metrics["made_lines"], metrics["not_made_lines"], metrics["cancelled_lines"]) == (2, 1, 1)
    assert metrics["asked_wait_mean"] == (5 + 3 + 8) / 3


@STEPS
def test_a_staff_that_becomes_free_as_patience_ends_saves_the_sale(*, step: bool) -> None:
    found = workshop(
        [once(0), once(1)], {}, ring("4 days"), customers={"all": {"patience": "3 days"}}, step=step
    )
    assert made_of(found).begun.tolist() == [0, 4]


BLANK: dict[str, Any] = {"share": 1, "blank": "blank"}


def from_blanks(demand: list[dict[str, Any]], stock: int, *, step: bool, **more: Any) -> Record:
    """Rings of one day's work, made from blanks that take 4 days to come."""
    sections = {
        "products": {"ball": ring(**BLANK), "blank": {"price": 3}},
        "policies": {"replenishment": {"type": "base_stock", "S": stock}},
        "warehouses": {"centre": {"stock": {"blank": stock}}},
        **more,
    }
    return workshop(demand, {}, step=step, **sections)


@STEPS
def test_a_line_waits_for_its_blank_before_the_workshop(*, step: bool) -> None:
    # One blank: the order of day 0 has it and is done at 1. Its successor comes at 4 and goes to the order of day 1,
    # that of day 2 gets the blank that the order of day 1 brought at 5, when the workshop is free again.
    found = from_blanks([once(0), once(1), once(2)], 1, step=step)
    made, book = made_of(found), found.book
    assert made.queued.tolist() == [0, 4, 5]
    assert made.begun.tolist() == [0, 4, 5]
    assert book.allocated.tolist() == [1, 5, 6]
    assert book.on_arrival.tolist() == [1, 0, 0]
    assert found.purchases.placed.tolist() == [0, 1, 2]
    series = series_frame(found)
    waiting = series[series["product"] == "blank"]
    assert waiting["time"].tolist() == [0, 1, 2, 4, 5, 6]
    assert waiting["backlog"].tolist() == [0, 1, 2, 1, 0, 0]
    assert waiting["on_hand"].tolist() == [0, 0, 0, 0, 0, 1]
    metrics = figures(found)
    assert np.isnan(metrics["fill_rate"])
    assert np.isnan(metrics["backorder_rate"])
    assert metrics["backordered_lines"] == metrics["late_lines"] == 0
    assert metrics["backorders_mean"] * 20 == pytest.approx(3 + 3)
    assert metrics.of("backorders_mean", "product") == pytest.approx({"ball": 0, "blank": 6 / 20})
    assert metrics["made_wait_mean"] == (1 + 4 + 4) / 3
    assert metrics["waited_orders"] == 3
    assert metrics["workshop_units_mean"] * 20 == 3
    assert metrics.of("made_lines", "product") == {"ball": 3, "blank": 0}


@STEPS
def test_a_cancelled_line_gives_its_blank_to_the_next(*, step: bool) -> None:
    # Two blanks, three days of work. The order of day 1 has a blank and cancels at 2.5; the order of day 2 waits for
    # one, gets it then, and is begun at 3.
    found = from_blanks(
        [once(0), once(1, segment="hasty"), once(2)],
        2,
        customers={"calm": {}, "hasty": {"patience": "1.5 days"}},
        products={"ball": ring("3 days", **BLANK), "blank": {}},
        step=step,
    )
    assert statuses(found) == [MADE, NOT_MADE, MADE]
    assert np.array_equal(made_of(found).queued, [0, 1, 2.5])
    assert np.array_equal(made_of(found).begun, [0, np.nan, 3], equal_nan=True)
    assert found.book.filled.tolist() == [1, 0, 1]


@STEPS
@pytest.mark.parametrize("scheduled", [False, True])
def test_who_gives_up_gets_no_blank_of_his_own(*, scheduled: bool, step: bool) -> None:
    # The order of day 1 has a blank for its ball and waits for a plain one. At 2.5 it gives up both: the blank goes to
    # the order of day 2, and not to a customer who stops waiting at that instant.
    with nullcontext() if scheduled else without(SCHEDULED_MESSAGES):
        found = from_blanks(
            [once(0), {**once(1, segment="hasty"), "also": {"blank": 1}}, once(2)],
            2,
            customers={"calm": {}, "hasty": {"patience": "1.5 days"}},
            products={"ball": ring("3 days", **BLANK), "blank": {}},
            step=step,
        )
    assert statuses(found) == [MADE, NOT_MADE, Status.CANCELLED, MADE]
    assert np.array_equal(found.book.cancelled, [np.nan, 2.5, 2.5, np.nan], equal_nan=True)
    assert np.array_equal(made_of(found).queued, [0, 1, 2.5])


@STEPS
def test_a_line_that_cancels_while_it_waits_for_its_blank_was_never_a_backorder(*, step: bool) -> None:
    found = from_blanks([once(0), once(1)], 0, customers={"all": {"patience": "2 days"}}, step=step)
    assert statuses(found) == [NOT_MADE, NOT_MADE]
    metrics = figures(found)
    assert metrics["backordered_lines"] == 0
    assert metrics["cancelled_lines"] == 2
    assert metrics["backorders_mean"] * 20 == pytest.approx(4)


def test_backorders_of_blanks_are_accepted_even_where_others_are_refused() -> None:
    found = from_blanks([once(0)], 0, step=False)
    strict = play(
        {"backorders": "reject", "replenishment": {"type": "base_stock", "S": 0}},
        run=RUN,
        demand=[once(0), {**once(0), "product": "blank"}],
        products={"ball": ring(**BLANK), "blank": {}},
        workshops={"engraving": {}},
    )
    assert statuses(found) == [MADE]
    assert statuses(strict) == [MADE, Status.REFUSED]


@STEPS
def test_a_share_of_the_lines_is_the_same_under_every_alternative(*, step: bool) -> None:
    demand = [every(0.1)]
    half = workshop(demand, {"staff": 3}, ring("2 h", share=0.5, blank="ball"), step=step)
    more = workshop(demand, {"staff": 1}, ring("3 h", share=0.7), step=step)
    chosen, others = made_of(half).rows, made_of(more).rows
    assert 0.4 < len(chosen) / len(half.book) < 0.6
    assert set(chosen.tolist()) < set(others.tolist())
    served = np.delete(half.book.status, chosen)
    assert not np.isin(served, [TO_MAKE, MADE, NOT_MADE]).any()
    assert figures(half)["stock_lines"] + figures(half)["made_to_order_lines"] == figures(half)["lines"]


def test_times_by_segment_and_units_of_a_line() -> None:
    demand = [once(0, segment="gold", quantity=2), once(0, segment="new", quantity=3)]
    found = workshop(
        demand,
        {"staff": 2, "wage": 20},
        ring("1 day", times={"gold": "3 days"}),
        customers={"gold": {}, "new": {}},
    )
    assert made_of(found).work.tolist() == [6, 3]
    assert figures(found)["workshop_cost"] == 20 * 24 * 9


def test_utilisation_counts_opening_time_in_the_window() -> None:
    # Five days of work from Thursday 9:00, in days of eight hours: done on Wednesday at 17:00. In 20 days there are
    # 14 working days.
    found = workshop([once(0.375)], {"staff": 2, "hours": "Mon-Fri 09:00-17:00"}, ring("40 h"))
    assert made_of(found).done == pytest.approx([6 + 17 / 24])
    assert figures(found)["workshop_utilisation"] == pytest.approx(5 / (2 * 14))


@STEPS
def test_no_stock_is_kept_of_what_is_only_made_to_order(*, step: bool) -> None:
    found = workshop(
        [once(0), {**once(1), "product": "cap"}],
        {},
        products={"ball": ring(), "cap": {}},
        policies={"replenishment": {"type": "base_stock", "S": 5}},
        warehouses={"centre": {}},
        step=step,
    )
    assert found.initial.tolist() == [0, 5]
    assert found.purchases.stock.tolist() == [1]
    metrics = figures(found)
    assert metrics["ready_rate"] == metrics["fill_rate"] == 1
    assert metrics["on_hand_mean"] < 5


@STEPS
def test_blanks_that_are_waited_for_are_expedited(*, step: bool) -> None:
    # Bought far away at 0, to come at 20. At 3 the line has waited for three days: another comes from near by at 4.
    found = from_blanks(
        [once(0)],
        0,
        suppliers={"far": {"lead_time": "20 days"}, "near": {"lead_time": "1 day"}},
        policies={
            "replenishment": {"type": "base_stock", "S": 0},
            "sourcing": {"type": "single", "source": "far"},
            "expediting": {"from": "near", "oldest_wait": "3 days"},
        },
        step=step,
    )
    assert made_of(found).queued.tolist() == [4]
    assert found.purchases.placed.tolist() == [0, 3]


@pytest.mark.parametrize("step", [False, True])
def test_a_history_of_goods_that_are_only_made_counts_no_demand_of_stock(
    tmp_path: Path, *, step: bool
) -> None:
    (tmp_path / "orders.csv").write_text("time,product,quantity\n0,ring,1\n3,ring,2\n")
    found = play(
        demand=[{"orders": str(tmp_path / "orders.csv")}],
        products={"ring": ring()},
        workshops={"engraving": {}},
        step=step,
    )
    assert statuses(found) == [Status.MADE, Status.MADE]
    assert len(found.purchases) == 0
