"""Customers who wait, followed by hand: promises, messages, compensation, questions, giving up."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from simulator.model.records.message_log import MessageKind
from simulator.model.world import Record
from simulator.orders.order_book import Status
from simulator.policies.allocation import AllocationPolicy, OrderLines
from simulator.values.arrays import Floats
from tests.unit.model.shop import every, once, play

READ: dict[str, Any] = {"channel": {"read": "100 %"}}
EXPONENTIAL = {"dist": "exponential", "mean": "3 days"}
NEUTRAL = {"informed": 1, "past_promise": 1, "revision": 1, "compensated": 1}
ATP = {"type": "available_to_promise", "revise_above": "0.25 days"}


def told_when(notices: int, end: float, **policies: Any) -> bool:
    """Whether a line that is allocated at ``end`` has had so many notices by then."""
    record = play(policies, suppliers={"factory": {"lead_time": f"{end} days"}})
    return int(record.book.notices[0]) == notices


# -- messages ------------------------------------------------------------------------------------------------


def test_a_confirmation_is_sent_at_once_and_updates_every_so_often() -> None:
    rule = {"update_every": "1.5 days", "delay_notice": False}
    for lead_time, sent in ((0.5, 1), (1.4, 1), (1.6, 2), (2.9, 2), (3.1, 3), (4.6, 4)):
        assert told_when(sent, lead_time, communication=rule)
        assert told_when(sent - 1, lead_time, communication={**rule, "confirm": False})
        assert told_when(sent + 1, lead_time, communication={**rule, "in_stock": True})


def test_every_message_is_noted() -> None:
    rule = {"update_every": "1.5 days", "in_stock": True, **READ}
    record = play({"communication": rule}, suppliers={"factory": {"lead_time": "2 days"}})
    mine = record.messages.line == 0
    since = record.book.time[0]
    assert (record.messages.time[mine] - since).tolist() == [0, 1.5, 2]
    assert record.messages.kind[mine].tolist() == [
        MessageKind.CONFIRMATION,
        MessageKind.UPDATE,
        MessageKind.IN_STOCK,
    ]
    assert record.messages.read.all()
    assert len(record.messages) == record.book.notices.sum()


def test_goods_that_come_with_an_update_make_it_needless() -> None:
    assert told_when(1, 1.5, communication={"update_every": "1.5 days"})


def test_who_is_served_at_once_is_told_nothing() -> None:
    book = play(
        {"communication": {"update_every": "1 day", "in_stock": True}, "promise": ATP},
        warehouses={"centre": {"stock": 1, "delivery": "1 day"}},
    ).book
    assert book.status[0] == Status.FROM_STOCK
    assert book.notices[0] == 0
    assert (book.promised[0], book.repromised[0], book.revisions[0]) == (1.0, 1.0, 0)


@pytest.mark.parametrize("promise", ["none", ATP])
def test_quiet_while_the_delivery_is_near(promise: Any) -> None:
    # delivered at 5: the confirmation is due 5 days before, updates 4, 3, 2 days before; one at 1 day never comes
    for quiet, sent in ((1.0, 4), (2.5, 3), (3.5, 2), (4.5, 1), (5.5, 0)):
        rule = {"update_every": "1 day", "quiet_if_under": f"{quiet} days", "delay_notice": False}
        book = play({"communication": rule, "promise": promise}).book
        assert book.allocated[0] == 4
        assert book.notices[0] == sent


# -- promises ------------------------------------------------------------------------------------------------


def test_a_fixed_promise_is_never_revised_and_may_be_broken() -> None:
    book = play({"promise": {"type": "fixed", "lead_time": "2 days"}, "communication": READ}).book
    assert (book.promised[0], book.repromised[0], book.revisions[0]) == (2.0, 2.0, 0)
    assert book.delivered[0] == 5
    assert book.notices[0] == 1  # the confirmation


def test_a_padded_promise() -> None:
    book = play({"promise": {"type": "padded", "of": ATP, "margin": "1.5 days"}}).book
    assert book.promised[0] == 6.5


def test_a_promise_that_runs_out_is_renewed() -> None:
    # one line makes a ball in two days: the second is made after the first, which the forecast does not know
    book = play(
        {"promise": ATP, "communication": READ},
        demand=[once(0), once(0.5)],
        suppliers={"factory": {"lead_time": "0 days", "capacity": "0.5/day"}},
    ).book
    assert book.promised.tolist() == [3, 3.5]
    assert book.allocated.tolist() == [2, 4]
    assert book.revisions[0] == 0
    assert book.revisions[1] >= 1
    assert book.repromised[1] > 3.5
    assert book.notices[1] == 1 + book.revisions[1]


class _ByPromise(AllocationPolicy):
    """The earliest promise first; keeps the promises that it saw of the lines that wait, receipt by receipt."""

    changes = True
    seen: list[list[float]] = []

    def rank(self, lines: OrderLines, now: float) -> Floats:
        if now > 0.0:
            self.seen.append(lines.promised.tolist())
        return lines.promised


@pytest.mark.parametrize("step", [False, True])
@pytest.mark.parametrize(
    ("promise", "at_first", "at_second"),
    [
        ("none", [math.inf, math.inf], [math.inf]),
        # the goods of the orders at 1 and 2 come at 5 and 6, a day from the customer
        ({"type": "fixed", "lead_time": "2.5 days"}, [3.5, 4.5], [4.5]),
        (ATP, [6, 7], [7]),
        ({"type": "padded", "of": ATP, "margin": "1.5 days"}, [7.5, 8.5], [8.5]),
    ],
)
def test_an_allocation_policy_sees_the_promise_of_the_order(
    promise: Any, at_first: list[float], at_second: list[float], *, step: bool
) -> None:
    policy = _ByPromise(seen=[])
    book = play({"promise": promise, "allocation": policy}, demand=[once(1), once(2)], step=step).book
    assert policy.seen == [at_first, at_second]
    assert book.allocated.tolist() == [5, 6]


def test_goods_that_land_at_the_promised_instant_are_on_time() -> None:
    # no delivery: the ball of day 0.1 is promised for the instant in which it lands, by legs that sum to 4.0
    record = play(
        {"promise": ATP, "communication": {**READ, "in_stock": True}},
        demand=[once(0.1), once(0.7)],
        warehouses={"centre": {"stock": 0}},
        suppliers={"factory": {"lead_time": "1.1 days"}},
        lanes=[{"from": "factory", "to": "centre", "transit": "2.9 days"}],
    )
    book = record.book
    assert book.allocated == pytest.approx([4.1, 4.7], abs=1e-9)
    assert book.promised == pytest.approx([4.1, 4.7], abs=1e-9)
    assert book.revisions.tolist() == [0, 0]
    assert record.messages.kind.tolist() == [
        MessageKind.CONFIRMATION,
        MessageKind.CONFIRMATION,
        MessageKind.IN_STOCK,
        MessageKind.IN_STOCK,
    ]


def test_several_landings_of_one_instant_are_one() -> None:
    # two orders of two units each, of days 0 and 1, land together on day 4: when the first has, two lines still wait
    # for the second, and are promised that very instant
    record = play(
        {"promise": ATP, "communication": READ, "replenishment": {"type": "r_Q", "r": -1, "Q": 2}},
        demand=[every(0.5)],
        run={"horizon": "1.75 days", "cool_down": "40 days"},
        warehouses={"centre": {"stock": 0}},
        suppliers={"factory": {"lead_time": "0 days"}},
        lanes=[
            {
                "from": "factory",
                "to": "centre",
                "transit": "1 day",
                "departures": {"every": "3 days", "first": "3 days"},
            }
        ],
    )
    book = record.book
    assert record.purchases.placed[:2].tolist() == [0.0, 1.0]
    assert book.allocated[:4].tolist() == [4.0, 4.0, 4.0, 4.0]
    late = (record.messages.kind == MessageKind.DELAY) & (record.messages.time == 4.0)
    assert not late.any()


def test_units_that_a_customer_gives_back_at_the_promised_instant_save_the_promise() -> None:
    # the ball on hand is reserved for the pair of day 0, which is given up on day 3, to the line of day 1: that was
    # promised for day 3, on which goods come that take three days, and these take nine
    record = play(
        {
            "promise": {**ATP, "quantile": "20 %"},
            "communication": {"update_every": "2 days", **READ},
            "compensation": {"offer": "discount", "value": "10 %", "when": "broken_promise"},
            "replenishment": {"type": "r_Q", "r": -1, "Q": 3},
        },
        demand=[once(0, quantity=2, segment="hasty"), once(1, segment="patient")],
        customers={"patient": {}, "hasty": {"patience": "3 days"}},
        warehouses={"centre": {"stock": 1}},
        suppliers={
            "factory": {"lead_time": {"dist": "discrete", "values": {"3 days": "40 %", "9 days": "60 %"}}}
        },
        run={"horizon": "20 days", "cool_down": "40 days", "seed": 2},
    )
    book = record.book
    assert record.purchases.received[0] == 9.0
    assert book.cancelled[0] == book.allocated[1] == 3.0
    assert book.promised[1] == pytest.approx(3.0, abs=1e-9)
    assert (book.revisions[1], book.compensation[1]) == (0, 0.0)
    assert record.messages.time[record.messages.line == 1].tolist() == [1.0]


@pytest.mark.parametrize("step", [False, True])
def test_goods_that_are_bought_and_land_at_the_last_review_of_the_instant_are_on_time(*, step: bool) -> None:
    record = play(
        {
            "promise": {"type": "fixed", "lead_time": "3 days"},
            "communication": {"update_every": "3 days", "confirm": False, **READ},
            "compensation": {"offer": "discount", "value": "10 %", "when": "broken_promise"},
            "replenishment": {"type": "R_S", "every": "3 days", "S": 0},
        },
        warehouses={"centre": {"stock": 0}},
        suppliers={"factory": {"lead_time": "0 days"}},
        step=step,
    )
    book = record.book
    assert book.allocated[0] == book.promised[0] == 3.0
    assert (book.notices[0], book.compensation[0]) == (0, 0.0)


def test_who_is_shown_a_date_that_is_too_late_declines() -> None:
    customers = {"hasty": {"tolerance": "4.9 days"}}
    shown = {**ATP, "shown": "before"}
    book = play({"promise": shown}, customers=customers).book
    assert book.status[0] == Status.DECLINED
    assert np.isnan(book.promised[0])
    assert play({"promise": ATP}, customers=customers).book.status[0] == Status.FILLED_LATE
    patient = {"patient": {"tolerance": "5 days"}}
    assert play({"promise": shown}, customers=patient).book.status[0] == Status.FILLED_LATE
    hopeful = {"type": "fixed", "lead_time": "1 day", "shown": "before"}
    assert play({"promise": hopeful}, customers=customers).book.status[0] == Status.FILLED_LATE


def test_a_more_important_customer_who_jumps_the_queue_puts_others_off() -> None:
    # base stock 1: the ball of day 0 comes at 4 with the order of day 0, the next one with that of day 2
    record = play(
        {"promise": ATP, "communication": READ, "allocation": "priority"},
        customers={"gold": {"priority": 1}, "standard": {"priority": 2}},
        demand=[once(0, segment="standard"), once(2, segment="gold")],
    )
    book = record.book
    assert record.purchases.received.tolist() == [4, 6]
    assert book.allocated.tolist() == [6, 4]
    assert book.promised.tolist() == [5, 5]
    assert book.repromised.tolist() == [7, 5]
    assert book.revisions.tolist() == [1, 0]
    assert book.notices.tolist() == [2, 1]


def test_a_delay_below_the_least_is_not_worth_a_notice() -> None:
    # the order of day 0.5 puts the other off by half a day
    sections: dict[str, Any] = {
        "customers": {"gold": {"priority": 1}, "standard": {"priority": 2}},
        "demand": [once(0, segment="standard"), once(0.5, segment="gold")],
    }
    for rule, promise, revised, sent in (
        (READ, ATP, 1, 2),
        ({**READ, "notice_above": "1 day"}, ATP, 1, 1),
        (READ, {**ATP, "revise_above": "1 day"}, 0, 1),
        ({**READ, "delay_notice": False}, ATP, 1, 1),
    ):
        book = play({"promise": promise, "communication": rule, "allocation": "priority"}, **sections).book
        assert book.allocated.tolist() == [4.5, 4]
        assert (book.revisions[0], book.notices[0]) == (revised, sent)


# -- compensation --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "money"),
    [
        ({"when": "backordering"}, 2.0),
        ({"after": "3.9 days"}, 2.0),
        ({"after": "4.1 days"}, 0.0),
        ({"when": "broken_promise"}, 2.0),
    ],
)
def test_compensation_is_offered_when_the_rule_says(rule: dict[str, Any], money: float) -> None:
    promise = {"type": "fixed", "lead_time": "2 days"}
    offer = {"type": "discount", "value": "20 %", **rule}
    assert play({"promise": promise, "compensation": offer}).book.compensation[0] == money
    gone = play({"promise": promise, "compensation": offer}, customers={"hasty": {"patience": "3.95 days"}})
    assert gone.book.status[0] == Status.CANCELLED
    assert gone.book.compensation[0] == 0


def test_a_promise_that_is_kept_costs_nothing() -> None:
    offer = {"type": "voucher", "value": 8, "redeemed": "50 %", "when": "broken_promise"}
    assert play({"promise": ATP, "compensation": offer}).book.compensation[0] == 0
    late = {"type": "fixed", "lead_time": "1 day"}
    assert play({"promise": late, "compensation": offer}).book.compensation[0] == 4


# -- questions -----------------------------------------------------------------------------------------------

OFTEN = {"informed": 0, "silence": "2 days", "silent": "200/day", "broken_promise": 0}


def asked(**section: Any) -> Record:
    return play({"promise": "none"}, support_desk={"ask": OFTEN, "contact_time": "1 min", **section})


def test_without_a_desk_nobody_asks() -> None:
    policies = {"promise": {"type": "fixed", "lead_time": "0 days"}, "communication": READ}
    assert play(policies).book.contacts[0] == 0


def test_an_answer_breaks_the_silence() -> None:
    record = asked()
    times = record.contacts.time
    assert record.book.contacts[0] == len(times) == 1  # about day 2, and again about day 4: too late
    assert 2 < times[0] < 2.1
    assert record.book.unanswered[0] == 0
    later = play(support_desk={"ask": OFTEN}, suppliers={"factory": {"lead_time": "7 days"}})
    assert np.all(np.diff(later.contacts.time, prepend=0) > 2)
    assert len(later.contacts.time) == 3


def test_a_message_breaks_the_silence_if_it_is_read() -> None:
    often = {"update_every": "1.9 days"}
    for read, contacts in ((1, 0), (0, 1)):
        rule = {**often, "channel": {"read": read}}
        assert play({"communication": rule}, support_desk={"ask": OFTEN}).book.contacts[0] == contacts


def test_who_is_not_answered_asks_on() -> None:
    # one agent, who is busy for ever with the first contact; nobody waits on the line
    record = play(
        demand=[once(0), once(0)],
        support_desk={"ask": OFTEN, "agents": 1, "contact_time": "90 days", "patience": 0},
    )
    book = record.book
    assert book.unanswered.sum() > 50
    answered = np.bincount(record.contacts.line[record.contacts.answered], minlength=2)
    assert answered.sum() == 1
    assert np.array_equal(book.unanswered, book.contacts - answered)


def test_a_broken_promise_makes_customers_ask() -> None:
    ask = {"informed": 0, "silent": 0, "broken_promise": "500/day"}
    for days, contacts in ((3.0, True), (4.5, False)):
        promise = {"type": "fixed", "lead_time": f"{days} days"}
        record = play({"promise": promise}, support_desk={"ask": ask})
        assert bool(record.book.contacts[0]) is contacts
        assert np.all(record.contacts.time > days)


# -- giving up -----------------------------------------------------------------------------------------------


def crowd(policies: dict[str, Any] | None = None, **customer: Any) -> Record:
    """Customers who often wait: 400 orders, a ball lands 4 days after each."""
    return play(
        policies,
        run={"horizon": "100 days", "cool_down": "40 days"},
        demand=[every(0.25)],
        customers={"hasty": {"patience": EXPONENTIAL, **customer}},
    )


def test_multipliers_of_one_change_nothing() -> None:
    policies = {
        "promise": {**ATP, "quantile": 0.5},
        "communication": {"update_every": "1 day", **READ},
        "compensation": {"type": "free_wrapping", "after": "1 day"},
    }
    plain, neutral = crowd().book, crowd(policies, impatience=NEUTRAL).book
    assert np.array_equal(plain.status, neutral.status)
    assert np.count_nonzero(plain.status == Status.CANCELLED) > 100
    np.testing.assert_allclose(plain.cancelled, neutral.cancelled, rtol=0, atol=1e-9)


def test_who_is_informed_and_does_not_mind_stays() -> None:
    calm = {**NEUTRAL, "informed": 0, "informed_for": "1.5 days"}
    rule = {"confirm": True, "update_every": "1 day"}
    book = crowd({"communication": {**rule, **READ}}, impatience=calm).book
    assert not np.any(book.status == Status.CANCELLED)
    unread = crowd({"communication": {**rule, "channel": {"read": 0}}}, impatience=calm).book
    assert np.array_equal(unread.cancelled, crowd().book.cancelled, equal_nan=True)


def test_a_message_keeps_customers_as_long_as_it_informs() -> None:
    calm = {**NEUTRAL, "informed": 0, "informed_for": "1.5 days"}
    plain = crowd().book
    book = crowd({"communication": READ}, impatience=calm).book
    gone = book.status == Status.CANCELLED
    assert np.all((book.cancelled - book.time)[gone] >= 1.5)
    # an exponential hazard that stands still for 1.5 days puts the end off by as much
    assert book.cancelled[gone] == pytest.approx(book.time[gone] + book.patience[gone] + 1.5)
    assert gone.sum() < np.count_nonzero(plain.status == Status.CANCELLED)


def test_after_a_broken_promise_patience_runs_faster() -> None:
    promise = {"type": "fixed", "lead_time": "1 day"}
    book = crowd({"promise": promise}, impatience={**NEUTRAL, "past_promise": 2}).book
    gone = book.status == Status.CANCELLED
    patience = book.patience[gone]
    expected = np.where(patience <= 1, patience, 1 + (patience - 1) / 2)
    assert (book.cancelled - book.time)[gone] == pytest.approx(expected)


def test_who_is_compensated_stays_longer() -> None:
    offer = {"type": "free_shipping", "after": "1 day"}
    book = crowd({"compensation": offer}, impatience={**NEUTRAL, "compensated": 0.5}).book
    gone = book.status == Status.CANCELLED
    patience = book.patience[gone]
    expected = np.where(patience <= 1, patience, 1 + (patience - 1) * 2)
    assert (book.cancelled - book.time)[gone] == pytest.approx(expected)
