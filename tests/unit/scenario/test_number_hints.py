"""A number that is written in another way is refused with what to write."""

import pytest

from simulator.scenario.load import load
from simulator.scenario.sections.expectations import Condition
from simulator.values.mistakes import ScenarioError
from simulator.values.notation import amount, days, holding, per_day, share
from simulator.values.number_hints import number_hint, plain_number


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("30 %", "0.3"),
        ("300%", "3"),
        ("2.5 percent", "0.025"),
        ("14 €", "14"),
        ("$14.90", "14.90"),
        ("CHF 7", "7"),
        ("1/6", "0.166667"),
        ("1/0", ""),
        ("1,5", "1.5"),
        ("0,125", ""),
        ("1,000", ""),
        ("1 000 000", "1000000"),
        ("1'000", "1000"),
        ("5 pieces", "5"),
        ("5 days", ""),
        ("many", ""),
        (True, ""),
        (None, ""),
    ],
)
def test_the_number_that_is_meant(text, number):
    assert plain_number(text) == number


def test_what_may_be_two_numbers_is_left_open():
    assert (
        number_hint("1,000")
        == number_hint("1.000,50")
        == "; write no separator of thousands, and a point before decimals"
    )
    assert number_hint("some") == ""
    assert number_hint("89") == "; write 89 without quotes"


@pytest.mark.parametrize(
    ("read", "text", "told"),
    [
        (amount, "30 %", "'30 %' is not a number; write 0.3"),
        (share, "1/6", "'1/6' is not a share; write 0.166667"),
        (share, "12,5 %", "'12,5 %' is not a share; write '12.5 %'"),
        (share, "most", "'most' is not a share; write for example '20 %' or 0.2"),
        (days, "1,5 days", "'1,5 days' is not a duration; write '1.5 days'"),
        (days, "1/2 day", "'1/2 day' is not a duration; write '0.5 day'"),
        (per_day, "1 000/week", "'1 000/week' is not a rate; write '1000/week'"),
        (holding, "12,5 %/year", "'12,5 %/year' is not a holding cost; write '12.5 %/year'"),
        (Condition(">=", "14 €").bound, "money", "'14 €' is not a number; write 14"),
    ],
)
def test_every_kind_of_value_says_what_to_write(read, text, told):
    with pytest.raises(ValueError, match="write") as error:
        read(text)
    assert str(error.value) == told


@pytest.mark.parametrize("text", ["1,5 days", "1/2 day", "1 000 h", "2,25 weeks", "1,5/day", "1,5 %"])
def test_what_is_proposed_can_be_read(text):
    with pytest.raises(ValueError, match="write") as error:
        days(text)
    proposed = str(error.value).rpartition("write ")[2].split("'")[1]
    assert days(proposed) > 0


def test_where_a_number_or_something_else_may_stand(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(
        "products: {mug: {price: 14 €, cost: 6}}\n"
        "demand: [{product: mug, rate: 20/day, quantity: 5 units}]\n"
        "policies: {replenishment: {type: s_S, s: 1 000, S: 9}}\n",
        encoding="utf-8",
    )
    with pytest.raises(ScenarioError) as error:
        load(file)
    assert [str(mistake.message).partition("; ")[2] for mistake in error.value.mistakes] == [
        *("write 14", "write 5", "write 1000")
    ]
