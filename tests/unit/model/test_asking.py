"""How the hazard of asking grows with silence and a broken promise."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.model.asking import contact_hazard, contact_rate, days_until_contact
from simulator.scenario.support import Ask

ASK = Ask.model_validate(
    {"informed": "0.1/day", "silence": "4 days", "silent": "0.5/day", "broken_promise": "2/day"}
)


def asking(informed, silence, silent, broken_promise):
    """How customers ask, in days and per day as the model has it."""
    return Ask.model_construct(
        informed=informed, silence=silence, silent=silent, broken_promise=broken_promise
    )


def test_the_highest_rate_that_applies_counts():
    assert contact_rate(ASK, 3.9, broken=False) == 0.1
    assert contact_rate(ASK, 4.0, broken=False) == 0.5
    assert contact_rate(ASK, 0.0, broken=True) == 2.0
    mild = ASK.model_copy(update={"broken_promise": 0.3})
    assert contact_rate(mild, 0.0, broken=True) == 0.3
    assert contact_rate(mild, 9.0, broken=True) == 0.5


def test_the_hazard_is_the_integral_of_the_rate():
    assert contact_hazard(ASK, 0.0, 4.0, broken=False) == pytest.approx(0.4)
    assert contact_hazard(ASK, 2.0, 6.0, broken=False) == pytest.approx(0.2 + 1.0)
    assert contact_hazard(ASK, 5.0, 6.0, broken=False) == pytest.approx(0.5)
    assert contact_hazard(ASK, 1.0, 3.0, broken=True) == pytest.approx(4.0)


def test_days_until_contact_by_hand():
    assert days_until_contact(ASK, 0.4, 0.0, broken=False) == pytest.approx(4.0)
    assert days_until_contact(ASK, 1.4, 0.0, broken=False) == pytest.approx(6.0)
    assert days_until_contact(ASK, 1.0, 8.0, broken=False) == pytest.approx(2.0)
    assert days_until_contact(ASK, 1.0, 0.0, broken=True) == pytest.approx(0.5)
    assert days_until_contact(ASK, 0.0, 0.0, broken=False) == 0.0


def test_who_never_asks():
    never = asking(0.0, 7.0, 0.0, 0.0)
    assert days_until_contact(never, 0.1, 0.0, broken=False) == math.inf
    assert days_until_contact(never, 0.0, 0.0, broken=False) == 0.0
    forgotten = asking(0.0, 4.0, 0.5, 2.0)
    assert days_until_contact(forgotten, 0.5, 1.0, broken=False) == pytest.approx(4.0)


rates = st.floats(0.0, 5.0)


@given(rates, rates, rates, st.floats(0, 20), st.floats(0, 20), st.floats(1e-6, 5), st.booleans())
def test_after_those_days_the_hazard_is_gathered(informed, silent, promise, silence, since, hazard, broken):
    ask = asking(informed, silence, silent, promise)
    days = days_until_contact(ask, hazard, since, broken)
    if days < 1e9:
        assert contact_hazard(ask, since, since + days, broken) == pytest.approx(hazard, rel=1e-6)
