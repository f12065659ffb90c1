"""Support desk by hand: queue, patience, opening hours, surge, and the base load under any policy."""

import datetime
from functools import partial

import numpy as np
import pytest

from simulator.model.clock import Clock, Phase
from simulator.model.picking import pick_times
from simulator.model.waiting.support_desk import SupportDesk
from simulator.orders.random.streams import Streams
from simulator.scenario.sections import support_desk
from simulator.scenario.sections.run import Run

THURSDAY = Run(start=datetime.date(2026, 1, 1))
HOUR = 1 / 24


class Desk:
    """Desk with contacts planned by hand, and a log of answers and abandoned contacts."""

    def __init__(self, end=14.0, replication=0, **section):
        self.clock = Clock(end)
        desk = support_desk.SupportDesk.model_validate(section)
        self.desk = SupportDesk(self.clock, desk, THURSDAY, Streams(42, replication))
        self.heard = []

    def ask(self, *times):
        for line, time in enumerate(times):
            self.clock.call(time, Phase.ORDER, line, partial(self._contact, line))
        return self

    def _contact(self, line, _):
        self.desk.contact(
            line,
            lambda: self.heard.append(("answered", line, self.clock.now)),
            lambda: self.heard.append(("unanswered", line, self.clock.now)),
        )

    def lines_wait(self, time, number):
        self.clock.call(time, Phase.RECEIPT, 0, lambda _: self.desk.staff_for(number))
        return self

    def play(self):
        self.clock.run()
        return self.desk.contacts()


def test_one_agent_takes_one_after_the_other():
    desk = Desk(agents=1, contact_time="6 h").ask(0.0, 0.125, 1.0)
    log = desk.play()
    assert log.line.tolist() == [0, 1, 2]
    assert log.time.tolist() == [0.0, 0.125, 1.0]
    assert log.waited.tolist() == [0.0, 0.125, 0.0]
    assert log.served.tolist() == [0.25, 0.25, 0.25]
    assert log.answered.all()
    assert desk.heard == [("answered", 0, 0.0), ("answered", 1, 0.25), ("answered", 2, 1.0)]


def test_who_waits_too_long_gives_up_and_takes_no_agents_time():
    desk = Desk(agents=1, contact_time="1 day", patience="6 h").ask(0.0, 0.5, 0.875)
    log = desk.play()
    assert desk.heard == [("answered", 0, 0.0), ("unanswered", 1, 0.75), ("answered", 2, 1.0)]
    assert log.waited.tolist() == [0.0, 0.25, 0.125]
    assert log.answered.tolist() == [True, False, True]
    assert np.isnan(log.served[1])


def test_an_agent_who_is_free_in_the_last_instant_of_the_patience_is_in_time():
    desk = Desk(agents=1, contact_time="1 day", patience="12 h").ask(0.0, 0.5)
    desk.play()
    assert desk.heard == [("answered", 0, 0.0), ("answered", 1, 1.0)]


def test_without_patience_only_a_free_agent_is_soon_enough():
    desk = Desk(agents=2, contact_time="1 day", patience=0).ask(0.0, 0.1, 0.2, 1.5)
    desk.play()
    assert [what for what, _, _ in desk.heard] == ["answered", "answered", "unanswered", "answered"]


def test_opening_hours_by_hand():
    at_seven, before_closing, evening = 7 * HOUR, 16 * HOUR + 55 / 1440, 18 * HOUR
    desk = Desk(agents=1, contact_time="10 min", hours="Mon-Fri 08:00-17:00")
    log = desk.ask(at_seven, before_closing, before_closing, evening).play()
    friday = 32 * HOUR
    assert log.time.tolist() == [8 * HOUR, before_closing, before_closing, friday]
    assert log.waited == pytest.approx([0.0, 0.0, friday - before_closing, 10 / 1440])
    # the second is finished after hours
    assert log.staff.tolist() == [0] + [1, 0] * 10
    assert log.staff_time[:4] == pytest.approx([0.0, 8 * HOUR, before_closing + 10 / 1440, friday])


def test_who_is_free_in_the_instant_of_closing_takes_nobody():
    desk = Desk(agents=1, contact_time="6 h", hours="Mon-Fri 00:00-12:00").ask(0.25, 0.375, 0.5)
    log = desk.play()
    assert desk.heard == [("answered", 0, 0.25), ("answered", 1, 1.0), ("answered", 2, 1.25)]
    assert log.time.tolist() == [0.25, 0.375, 1.0]
    assert log.staff_time[:3].tolist() == [0.0, 0.5, 1.0]


def test_over_the_weekend_nobody_asks_and_on_monday_they_come_together():
    desk = Desk(agents=1, contact_time="1 h", hours="Mon-Fri 08:00-17:00", patience="90 min")
    log = desk.ask(2.5, 3.0, 3.9).play()
    monday = 4 + 8 * HOUR
    assert log.time.tolist() == [monday] * 3
    assert log.waited == pytest.approx([0.0, HOUR, 1.5 * HOUR])
    assert log.answered.tolist() == [True, True, False]


def test_surge_agents_come_while_many_lines_wait_and_finish_what_they_began():
    desk = Desk(agents=1, contact_time="12 h", surge={"agents": 2, "above": 10})
    desk.ask(0.0, 0.0, 0.0, 0.0, 0.0).lines_wait(0.125, 10).lines_wait(0.25, 11).lines_wait(0.375, 10)
    log = desk.play()
    # Three are busy until 0.5 and 0.75. Two too many are here then: the first two who are free go.
    assert log.waited.tolist() == [0.0, 0.25, 0.25, 0.75, 1.25]
    assert log.staff_time.tolist() == [0.0, 0.25, 0.5, 0.75]
    assert log.staff.tolist() == [1, 3, 2, 1]


def test_more_agents_than_could_be_counted():
    log = Desk(agents=10**12, contact_time="1 h", hours="Mon-Fri 08:00-17:00").ask(2.5, 3.0).play()
    assert log.waited.tolist() == [0.0, 0.0]
    assert log.staff.tolist()[:2] == [0, 10**12]


def test_surge_agents_keep_the_desks_hours():
    desk = Desk(agents=1, contact_time="6 h", hours="Mon-Fri 12:00-18:00", surge={"agents": 1, "above": 0})
    log = desk.lines_wait(0.25, 1).ask(0.25, 0.25, 0.25).play()
    assert log.time.tolist() == [0.5, 0.5, 0.5]
    assert log.waited.tolist() == [0.0, 0.0, 1.0]
    assert log.staff[:4].tolist() == [0, 2, 1, 0]
    assert log.staff_time[:4].tolist() == [0.0, 0.5, 0.75, 0.75]


def test_at_an_infinite_desk_nobody_waits():
    desk = Desk(hours="Mon-Fri 08:00-17:00", patience=0, base_load="500/day").ask(*np.linspace(0.4, 9, 50))
    log = desk.lines_wait(3.0, 1000).play()
    assert len(log.time) > 3000
    assert not log.waited.any()
    assert log.answered.all()
    assert not len(log.staff)


def test_nothing_of_this_happens_by_itself():
    desk = Desk(agents=1)
    desk.clock.run()
    assert desk.clock.now == 0.0
    assert not len(desk.desk.contacts().time)


def test_who_is_still_in_the_queue_at_the_end_was_neither_answered_nor_gave_up():
    desk = Desk(agents=1, contact_time="1 day").ask(0.0, 0.5)
    desk.clock.run(until=0.75)
    log = desk.desk.contacts()
    assert np.isnan(log.waited[1])
    assert not log.answered[1]
    assert len(desk.heard) == 1


def test_the_queue_is_that_of_a_loop():
    section = {"agents": 3, "contact_time": {"dist": "lognormal", "mean": "6 min", "cv": 1}}
    log = Desk(end=3.0, base_load="650/day", **section).play()
    left = pick_times(log.time, log.served, 3)
    assert len(log.time) > 1800
    assert (log.waited > 0).mean() > 0.4
    assert log.waited == pytest.approx(left - log.served - log.time, abs=1e-12)


def test_base_load_comes_in_the_opening_hours_as_often_as_it_says():
    log = Desk(end=70.0, hours="Mon-Sat 08:00-20:00", base_load="40/day").play()
    of_week = (log.time + THURSDAY.start.weekday()) % 7
    of_day = of_week % 1
    assert (of_week < 6).all()
    assert ((of_day >= 8 / 24) & (of_day < 20 / 24)).all()
    assert abs(len(log.time) - 2800) < 4 * np.sqrt(2800)


def test_base_load_is_the_same_whoever_else_asks():
    section = {"agents": 1, "contact_time": {"dist": "exponential", "mean": "30 min"}, "base_load": "20/day"}
    alone, busy = Desk(**section).play(), Desk(**section).ask(*np.linspace(0.1, 13, 40)).play()
    others = busy.line < 0
    assert busy.time[others].tolist() == alone.time.tolist()
    assert busy.served[others].tolist() == alone.served.tolist()
    assert busy.waited[others].sum() > alone.waited.sum()


def test_the_nth_contact_takes_the_same_time_whenever_it_comes():
    section = {"agents": 1, "contact_time": {"dist": "exponential", "mean": "30 min"}}
    early, late = Desk(**section).ask(0.1, 0.2, 0.3).play(), Desk(**section).ask(3.1, 4.2).play()
    assert late.served.tolist() == early.served[:2].tolist()


def test_replications_differ():
    section = {"base_load": "20/day"}
    assert Desk(replication=0, **section).play().time[0] != Desk(replication=1, **section).play().time[0]


def test_closures_and_holidays_of_the_desk():
    # Epiphany is Tuesday, 6 January; the desk moves from Wednesday to Thursday
    moves = {"move": {"from": "2026-01-07", "to": "2026-01-09"}}
    desk = Desk(agents=1, contact_time="1 h", holidays="DE-BY", closed=moves)
    log = desk.ask(4.5, 4.99, 5.5, 7.5).play()
    assert log.time.tolist() == [4.5, 4.99, 8.0, 8.0]
    assert log.waited == pytest.approx([0.0, 0.0, 0.0, HOUR])
    # New Year's Day is a holiday, too; the contact of 4.99 is finished on the holiday
    assert log.staff.tolist()[:4] == [0, 1, 0, 1]
    assert log.staff_time[:4] == pytest.approx([0.0, 1.0, 4.99 + HOUR, 8.0])
