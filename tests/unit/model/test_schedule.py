"""What customers who wait are told and given when nothing of it depends on the supply."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest

from simulator.model.patience.cancellation_hazard import nth_uniform, nth_uniforms
from simulator.model.patience.message_schedule import MessageSchedule
from simulator.model.records.message_log import MessageKind
from simulator.policies.communication import Communication
from simulator.policies.compensation import CompensationPolicy, Discount, NoCompensation
from simulator.policies.promise import (
    AvailableToPromise,
    FixedPromise,
    NoPromise,
    PaddedPromise,
    PromisePolicy,
)
from simulator.scenario.scenario import Scenario
from simulator.scenario.shortcuts import SCHEDULED_MESSAGES
from tests.unit.model.shop import every, once, play

ATP, FIXED = AvailableToPromise(), FixedPromise.model_validate({"lead_time": "3 days"})
TEN_PERCENT = Discount.model_validate({"value": "10 %", "when": "broken_promise"})
IMPATIENT = {
    "patience": {"dist": "weibull", "shape": 1.7, "scale": "5 days"},
    "impatience": {"past_promise": 2.5},
}


def schedule(
    promise: PromisePolicy, told: Communication | None = None, offer: CompensationPolicy | None = None
) -> MessageSchedule:
    return MessageSchedule.of(promise, told, offer or NoCompensation())


def scheduled(promise: PromisePolicy, told: Communication | None = None) -> bool:
    policies = {"promise": promise, "communication": told}
    shop = {"products": {"ball": {}}, "demand": [every(1.0)], "policies": policies}
    return SCHEDULED_MESSAGES.allows(Scenario.model_validate(shop))


def test_a_promise_that_follows_the_supply_leaves_no_schedule() -> None:
    assert not scheduled(ATP)
    assert not scheduled(PaddedPromise.model_validate({"of": ATP, "margin": "1 day"}))


def test_a_margin_is_added_to_a_fixed_promise() -> None:
    padded = PaddedPromise.model_validate({"of": FIXED, "margin": "1.5 days"})
    assert scheduled(padded)
    assert schedule(padded).promised == 4.5


def test_without_a_date_only_the_supply_can_say_when_to_be_quiet() -> None:
    quiet = Communication.model_validate({"quiet_if_under": "2 days"})
    assert not scheduled(NoPromise(), quiet)
    assert scheduled(FIXED, quiet)


def test_a_schedule_is_empty_if_nothing_is_ever_said_or_given() -> None:
    assert schedule(NoPromise()).is_empty
    assert schedule(NoPromise(), Communication(confirm=False)).is_empty
    assert schedule(NoPromise(), offer=TEN_PERCENT).is_empty  # there is no promise to be broken
    assert not schedule(FIXED).is_empty
    assert not schedule(NoPromise(), Communication()).is_empty
    assert not schedule(NoPromise(), Communication(confirm=False, in_stock=True)).is_empty
    assert not schedule(FIXED, offer=TEN_PERCENT).is_empty


def test_a_promise_that_claims_to_be_foreseen_and_looks_at_the_forecast_is_found_out() -> None:
    class Pretending(AvailableToPromise):
        """Says that it needs no forecast."""

        @property
        def foreseen(self) -> bool:
            return True

    with pytest.raises(ValueError, match="asks for no forecast"):
        schedule(Pretending())


def told(policies: dict[str, Any], **sections: Any) -> list[tuple[float, MessageKind, bool]]:
    messages = play(policies, **sections).messages
    return [
        (time, MessageKind(kind), bool(read))
        for time, kind, read in zip(messages.time, messages.kind, messages.read, strict=True)
    ]


def test_messages_come_on_schedule_until_the_goods_do() -> None:
    communication = {"update_every": "1.5 days", "in_stock": True, "channel": {"read": "100 %"}}
    assert told({"communication": communication}) == [
        (0.0, MessageKind.CONFIRMATION, True),
        (1.5, MessageKind.UPDATE, True),
        (3.0, MessageKind.UPDATE, True),
        (4.0, MessageKind.IN_STOCK, True),
    ]


def test_no_update_in_the_instant_in_which_the_goods_come() -> None:
    assert told({"communication": {"update_every": "2 days", "confirm": False}}) == [
        (2.0, MessageKind.UPDATE, True)
    ]


def test_nothing_is_said_shortly_before_the_promised_date() -> None:
    quiet = {"update_every": "1 day", "quiet_if_under": "1.5 days", "channel": {"read": 0}}
    promise = {"type": "fixed", "lead_time": "3 days"}
    assert told({"communication": quiet, "promise": promise}) == [
        (0.0, MessageKind.CONFIRMATION, False),
        (1.0, MessageKind.UPDATE, False),
    ]


def test_a_broken_promise_is_made_up_for_if_the_line_still_waits() -> None:
    offer = {"offer": "discount", "value": "10 %", "when": "broken_promise"}
    for days, cost in (("3 days", 1.0), ("4 days", 0.0), ("0 days", 1.0)):
        record = play({"promise": {"type": "fixed", "lead_time": days}, "compensation": offer})
        assert record.book.compensation.tolist() == [cost]


def test_who_cancels_is_given_nothing() -> None:
    offer = {"offer": "discount", "value": "10 %", "when": "backordering"}
    record = play(
        {"compensation": offer}, customers={"all": {"patience": {"dist": "constant", "value": "2 days"}}}
    )
    assert record.book.cancelled.tolist() == [2.0]
    assert record.book.compensation.tolist() == [0.0]


def test_who_finds_the_promised_date_too_late_declines() -> None:
    promise = {"type": "fixed", "lead_time": "3 days", "shown": "before"}
    for tolerance, status in (("2.9 days", "declined"), ("3 days", "filled_late")):
        record = play({"promise": promise}, customers={"all": {"tolerance": tolerance}})
        assert record.book.frame()["status"].tolist() == [status]


def test_who_is_never_impatient_while_he_is_told_waits_to_the_end_of_the_run() -> None:
    customers = {
        "all": {"patience": {"dist": "exponential", "mean": "0.1 days"}, "impatience": {"informed": 0}}
    }
    policies = {
        "communication": {"update_every": "1 day", "channel": {"read": "100 %"}},
        "replenishment": {"type": "r_Q", "r": -100, "Q": 5},  # nothing is ever ordered
    }
    record = play(policies, customers=customers)
    assert record.book.frame()["status"].tolist() == ["backordered"]
    assert record.book.notices.tolist() == [60]


@pytest.mark.parametrize(
    "policies",
    [
        {"promise": {"type": "fixed", "lead_time": "3 days"}},
        {"promise": {"type": "fixed", "lead_time": "0 days"}, "communication": {"update_every": "1 day"}},
        {"communication": {"update_every": "0.7 days", "channel": {"read": "50 %"}}},
        {"compensation": {"offer": "voucher", "value": 4, "after": "1.3 days"}},
        {
            "promise": {
                "type": "padded",
                "of": {"type": "fixed", "lead_time": "2 days"},
                "margin": "0.5 days",
            },
            "communication": {"update_every": "1.1 days", "quiet_if_under": "0.5 days"},
            "compensation": {"offer": "discount", "value": "5 %", "when": "broken_promise"},
        },
    ],
)
@pytest.mark.parametrize(
    "impatience",
    [{}, {"informed": 0.2, "informed_for": "0.5 days"}, {"informed": 3, "compensated": 2}, {"informed": 0}],
)
def test_customers_fare_as_if_somebody_saw_to_them(
    policies: dict[str, Any], impatience: dict[str, Any]
) -> None:
    customers = {
        "hasty": {"patience": {"dist": "exponential", "mean": "4 days"}, "impatience": impatience},
        "calm": {"patience": IMPATIENT["patience"], "impatience": {"past_promise": 2.5, **impatience}},
        "stubborn": {"patience": {"dist": "gamma", "mean": "4 days", "cv": 0.5}},
    }
    demand = [{"product": "ball", "rate": "5/day", "segments": dict.fromkeys(customers, 1 / 3)}]
    both = [play(policies, customers=customers, demand=demand, step=step) for step in (False, True)]
    free, stepped = both
    assert np.isfinite(free.book.cancelled).sum() > 20
    for field in dataclasses.fields(free.messages):
        np.testing.assert_array_equal(
            getattr(free.messages, field.name), getattr(stepped.messages, field.name)
        )
    for column in ("status", "cancelled", "promised", "repromised", "notices", "compensation", "revisions"):
        np.testing.assert_array_equal(
            getattr(free.book, column), getattr(stepped.book, column), err_msg=column
        )


def test_many_numbers_are_those_that_each_would_have() -> None:
    uniform, k = np.array([0.0, 0.3, 0.3, 1.0 - 2.0**-53]), np.array([0, 0, 5, 2], np.int32)
    singly = [nth_uniform(*pair) for pair in zip(uniform.tolist(), k.tolist(), strict=True)]
    assert nth_uniforms(uniform, k).tolist() == singly


def test_messages_are_in_order_of_time_and_then_of_lines() -> None:
    record = play({"communication": {"update_every": "1 day"}}, demand=[every(1.0), once(2.0)])
    sent = list(zip(record.messages.time.tolist(), record.messages.line.tolist(), strict=True))
    assert sent == sorted(sent)
    assert math.isclose(record.messages.time[0], 0.0)
