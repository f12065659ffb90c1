"""Values with a unit: what is understood, what is refused and why, and that what is written reads back."""

import datetime
import json
import math
import re

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from simulator.values.units import (
    Count,
    Day,
    Days,
    Factor,
    Holding,
    HoldingCost,
    Money,
    PerDay,
    PositiveCount,
    PositiveDays,
    PositivePerDay,
    PositiveQuantity,
    Quantity,
    Share,
)

DIMENSIONED = [Days, PositiveDays, PerDay, PositivePerDay, HoldingCost]
NUMERIC = [Money, Quantity, PositiveQuantity, Factor, Count, PositiveCount]


def read(kind, value):
    return TypeAdapter(kind).validate_python(value)


def written(kind, value):
    return TypeAdapter(kind).dump_python(value, mode="json")


def problem(kind, value):
    with pytest.raises(ValidationError) as caught:
        read(kind, value)
    (error,) = caught.value.errors()
    assert error["loc"] == ()
    return error["msg"]


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("12 days", 12.0),
        ("1 day", 1.0),
        ("1d", 1.0),
        ("36 h", 1.5),
        ("36 hours", 1.5),
        ("6 min", 6 / 1440),
        ("30 s", 30 / 86400),
        ("2 weeks", 14.0),
        ("1 month", 365 / 12),
        ("12 months", 365.0),
        ("1 year", 365.0),
        ("1.5e1 Days", 15.0),
        (".5 day", 0.5),
        (" 3  days ", 3.0),
        ("0 h", 0.0),
        (0, 0.0),
        (0.0, 0.0),
    ],
)
def test_durations_are_read_as_days(text, days):
    assert read(Days, text) == days


@pytest.mark.parametrize(
    ("text", "per_day"),
    [
        ("40/day", 40.0),
        ("2/h", 48.0),
        ("300/week", 300 / 7),
        ("0.5 per day", 0.5),
        ("3 a week", 3 / 7),
        ("1/min", 1440.0),
        ("12 / month", 12 / (365 / 12)),
        ("365/year", 1.0),
        (0, 0.0),
    ],
)
def test_rates_are_read_per_day(text, per_day):
    assert read(PerDay, text) == pytest.approx(per_day, rel=1e-15)


@pytest.mark.parametrize(
    ("value", "share"), [("20 %", 0.2), ("0.1%", 0.001), ("100 %", 1.0), (0.2, 0.2), (1, 1.0), (0, 0.0)]
)
def test_shares_are_read_to_the_last_bit(value, share):
    assert read(Share, value) == share


def test_a_holding_cost_is_a_share_of_the_unit_cost_or_money():
    assert read(HoldingCost, "25 %/year") == Holding("share", 0.25 / 365)
    assert read(HoldingCost, "25 % per year").rate(unit_cost=730) == pytest.approx(0.5)
    assert read(HoldingCost, "0.2/day") == Holding("money", 0.2)
    assert read(HoldingCost, "0.2/day").rate(unit_cost=730) == 0.2
    assert read(HoldingCost, 0).rate(unit_cost=730) == 0
    assert Holding().rate(unit_cost=730) == 0


def test_bare_numbers_are_told_the_units():
    assert problem(Days, 12) == (
        "12 has no unit; write for example '12 days' (understood: s, min, h, days, weeks, months, years)"
    )
    assert problem(Days, 14.0).startswith("14.0 has no unit; write for example '14 days' (")
    assert problem(Days, "12").startswith("'12' has no unit; write for example '12 days' (")
    assert problem(PerDay, 2.5).startswith("2.5 has no unit; write for example '2.5/day' (understood: /s,")
    assert problem(HoldingCost, 25) == (
        "25 is not a holding cost; write for example '25 %/year' (of the unit cost) or '0.2/day' (money per unit)"
    )


@pytest.mark.parametrize(
    ("kind", "value", "message"),
    [
        (Days, "12 fortnights", "unknown unit 'fortnights' in '12 fortnights' (understood: s, min, h, days"),
        (Days, "5 m", "unknown unit 'm' in '5 m'"),
        (Days, "soon", "'soon' is not a duration; write for example '12 days'"),
        (Days, "40/day", "'40/day' is not a duration"),
        (Days, "-1 day", "a duration cannot be negative ('-1 day')"),
        (Days, "1e400 days", "'1e400 days' is too large"),
        (Days, "1e9999 days", "'1e9999 days' is not a duration"),
        (Days, "{problem} days", "'{problem} days' is not a duration"),
        (Days, [1], "a list is not a duration"),
        (Days, None, "nothing is not a duration"),
        (PositiveDays, 0, "a duration here must be more than 0"),
        (PositiveDays, "0 h", "a duration here must be more than 0"),
        (PerDay, "12 days", "'12 days' is not a rate; write for example '40/day'"),
        (PerDay, "20 %/day", "'20 %/day' is not a rate"),
        (PerDay, "-2/day", "a rate cannot be negative ('-2/day')"),
        (PositivePerDay, "0/day", "a rate here must be more than 0"),
        (Share, 20, "a share is at most 1, not 20; per cent are written '20 %'"),
        (Share, "120 %", "a share is at most 100 %, not '120 %'"),
        (Share, -0.1, "a share cannot be negative (-0.1)"),
        (Share, "-5 %", "a share cannot be negative ('-5 %')"),
        (Share, "half", "'half' is not a share; write for example '20 %' or 0.2"),
        (HoldingCost, "25 %", "'25 %' is not a holding cost; write for example '25 %/year'"),
        (HoldingCost, "-1 %/year", "a holding cost cannot be negative"),
        (Money, -1, "cannot be negative (-1)"),
        (Money, "89", "'89' is not a number"),
        (Money, 10**400, "is not a finite number"),
        (PositiveQuantity, 0, "a quantity here must be more than 0"),
        (Count, 2.5, "2.5 is not a whole number"),
        (PositiveCount, 0, "must be at least 1"),
        (Day, "2026-02-30", "'2026-02-30' is not a day: day is out of range for month"),
        (Day, "27.11.2026", "'27.11.2026' is not a day; write for example '2026-11-27'"),
        (Day, 20261127, "20261127 is not a day"),
        (Day, datetime.datetime(2026, 1, 1, tzinfo=datetime.UTC), "is not a day"),
    ],
)
def test_what_is_refused_and_why(kind, value, message):
    assert message in problem(kind, value)


@pytest.mark.parametrize("kind", [*DIMENSIONED, *NUMERIC, Share, Day])
@pytest.mark.parametrize("value", [True, False])
def test_truth_values_are_no_numbers(kind, value):
    assert problem(kind, value).startswith("true is not" if value else "false is not")


@pytest.mark.parametrize("kind", [*DIMENSIONED, *NUMERIC, Share])
@pytest.mark.parametrize("value", [math.inf, -math.inf, math.nan])
def test_numbers_are_finite(kind, value):
    assert "not" in problem(kind, value)


@pytest.mark.parametrize("kind", [Days, PerDay])
@pytest.mark.parametrize("value", ["inf days", "nan/day", "inf/day", ".inf"])
def test_text_is_finite(kind, value):
    assert "is not a" in problem(kind, value)


def test_counts_and_days():
    assert read(Count, 1e3) == 1000
    assert isinstance(read(Count, 1e3), int)
    assert read(PositiveCount, 1) == 1
    assert read(Day, "2026-11-27") == datetime.date(2026, 11, 27)
    assert read(Day, datetime.date(2026, 11, 27)) == datetime.date(2026, 11, 27)
    assert written(Day, datetime.date(2026, 11, 27)) == "2026-11-27"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Days, "12 days"),
        (Days, "1 day"),
        (Days, "0 days"),
        (Days, "1.5 days"),
        (Days, "6 min"),
        (Days, "8 h"),
        (PerDay, "40/day"),
        (PerDay, "300/week"),
        (PerDay, "0.5/day"),
        (HoldingCost, "25 %/year"),
        (HoldingCost, "0.2/day"),
        (HoldingCost, "0/day"),
    ],
)
def test_what_is_written_is_what_people_write(kind, text):
    assert written(kind, read(kind, text)) == text


sizes = st.floats(min_value=0, max_value=1e300, allow_subnormal=True)


@given(sizes)
def test_durations_read_back_as_the_same_float(days):
    assert read(Days, written(Days, days)) == days


@given(sizes)
def test_rates_read_back_as_the_same_float(rate):
    assert read(PerDay, written(PerDay, rate)) == rate


@given(st.builds(Holding, st.sampled_from(["share", "money"]), sizes))
def test_holding_costs_read_back_as_the_same(cost):
    assert read(HoldingCost, written(HoldingCost, cost)) == cost


@given(
    st.decimals(min_value=0, max_value=10**6, places=3),
    st.sampled_from(["s", "min", "h", "day", "week", "year"]),
)
def test_a_rate_is_the_inverse_of_a_duration(number, unit):
    duration, rate = read(Days, f"{number} {unit}"), read(PerDay, f"{number}/{unit}")
    assert duration * rate == pytest.approx(float(number) ** 2, rel=1e-14)


@pytest.mark.parametrize(
    ("kind", "good", "bad"),
    [
        (Days, ["12 days", "36h", "1e2 min", 0], [12, "12", "12 apples", "40/day", None]),
        (PositiveDays, ["12 days"], [0, 12]),
        (PerDay, ["40/day", "0.5 per day", "2 a week", 0], [40, "40", "12 days"]),
        (PositivePerDay, ["40/day"], [0]),
        (Share, ["20 %", 0.2, 0, 1], [1.2, -1, "0.2"]),
        (HoldingCost, ["25 %/year", "0.2/day", "25 % per year", 0], [25, "25 %"]),
        (Money, [0, 12.5], [-1, "12"]),
        (PositiveQuantity, [0.5], [0]),
        (Count, [0, 3], [-1, 2.5]),
        (PositiveCount, [1], [0]),
        (Day, ["2026-11-27"], [20261127]),
    ],
)
def test_the_schema_agrees_with_the_reader(kind, good, bad):
    schema = TypeAdapter(kind).json_schema()
    validator = jsonschema.Draft202012Validator(schema)
    for value in good:
        read(kind, value)
        validator.validate(value)
    for value in bad:
        assert problem(kind, value)
        assert not validator.is_valid(value), value


@pytest.mark.parametrize("kind", [Days, PositiveDays, PerDay, HoldingCost, Share, Day])
def test_examples_in_the_schema_are_understood(kind):
    schema = TypeAdapter(kind).json_schema()
    assert schema["description"]
    for example in schema["examples"]:
        read(kind, example)
    if "pattern" in schema:
        re.compile(schema["pattern"])
    json.dumps(schema)
