"""Nothing in a file makes a fault: inputs by the grammar of scenario files, and wrong ones, are played or refused."""

from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.values.mistakes import visible
from tests.fuzz.histories import history
from tests.fuzz.inputs import Input, made
from tests.fuzz.mutations import change_bytes, change_text, change_values
from tests.fuzz.playing import tried


def fate(one: Input, *, report: bool = False) -> str:
    outcome = tried(one, report=report)
    assert outcome.fate != "fault", outcome.fault
    if outcome.fate != "played":
        assert outcome.words
        assert visible(outcome.words) == outcome.words
    return outcome.fate


@pytest.mark.parametrize("kind", ["grammar", "values", "text", "real", "data"])
@settings(max_examples=20)
@given(number=st.integers(0, 2**32))
def test_inputs_are_played_or_refused(kind, number):
    random = Random(number)
    one = made(random)
    while one.kind != kind:
        one = made(random)
    fate(one)


def test_most_scenarios_of_the_grammar_are_played():
    fates = [fate(one) for one in map(made, map(Random, range(160))) if one.kind == "grammar"]
    assert fates.count("played") > 0.8 * len(fates)


def test_reports_of_inputs():
    played = [fate(made(Random(number)), report=True) for number in range(4)]
    assert "played" in played


def test_inputs_depend_on_their_number_alone():
    assert made(Random("1/7")) == made(Random("1/7"))
    assert made(Random("1/7")) != made(Random("1/8"))


def test_mutations_change_something():
    data = {"products": {"tea": {"price": 3}}, "demand": [{"product": "tea", "rate": "4/day"}]}
    text = "products:\n  tea: {price: 3}\ndemand:\n  - {product: tea, rate: 4/day}\n"
    assert sum(change_values(data, Random(number)) != data for number in range(50)) > 45
    assert sum(change_text(text, Random(number)) != text for number in range(50)) > 45
    assert sum(change_bytes(text.encode(), Random(number)) != text.encode() for number in range(50)) > 45
    assert data == {"products": {"tea": {"price": 3}}, "demand": [{"product": "tea", "rate": "4/day"}]}
    assert history(Random(1)).count(b"\n") > 1
