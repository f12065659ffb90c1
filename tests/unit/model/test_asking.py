"""Contact rates under silence and broken promises."""

import math

import pytest

from simulator.model.waiting.contact_process import ContactProcess, contact_rate
from simulator.scenario.sections.support_desk import Ask

ASK = Ask.model_validate(
    {"informed": "0.1/day", "silence": "4 days", "silent": "0.5/day", "broken_promise": "2/day"}
)


def test_the_highest_rate_that_applies_counts():
    assert contact_rate(ASK, silent=False, broken=False) == 0.1
    assert contact_rate(ASK, silent=True, broken=False) == 0.5
    assert contact_rate(ASK, silent=False, broken=True) == 2.0
    mild = ASK.model_copy(update={"broken_promise": 0.3})
    assert contact_rate(mild, silent=False, broken=True) == 0.3
    assert contact_rate(mild, silent=True, broken=True) == 0.5


def test_contacts_come_at_the_rate_that_holds() -> None:
    # the cumulative rate of 30 days: 10 at 0.1, 20 at 0.5
    counts = []
    for n in range(4000):
        contact_process = ContactProcess((n + 0.5) / 4000)
        contact_process.change(0.0, 0.1)
        times = []
        while (time := contact_process.when()) <= 10.0:
            times.append(time)
            contact_process.asked()
        contact_process.change(10.0, 0.5)
        while (time := contact_process.when()) <= 30.0:
            times.append(time)
            contact_process.asked()
        assert times == sorted(times)
        counts.append(len(times))
    mean = sum(counts) / len(counts)
    assert mean == pytest.approx(11.0, abs=0.25)


def test_a_rate_of_zero_brings_no_contact() -> None:
    contact_process = ContactProcess(0.5)
    assert contact_process.when() == math.inf
    contact_process.change(2.0, 1.0)
    first = contact_process.when()
    assert 2.0 < first < math.inf
    contact_process.change(2.0, 0.0)
    assert contact_process.when() == math.inf
