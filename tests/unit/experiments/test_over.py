"""What stands after ``--over``."""

import pytest

from simulator.experiments.sweeping.ranges import Levels, Range, read_levels, read_ranges, read_settings
from simulator.values.mistakes import ScenarioError


def told(wrong, *texts, by=read_settings):
    with pytest.raises(ScenarioError) as error:
        by(texts)
    assert wrong in str(error.value)
    return str(error.value).splitlines()


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("a.b=100:500:100", ("100", "200", "300", "400", "500")),
        ("a=0.1:0.5:0.1", ("0.1", "0.2", "0.3", "0.4", "0.5")),
        ("a=0:1:0.4", ("0", "0.4", "0.8")),
        ("a=5 days:20 days:5 days", ("5 days", "10 days", "15 days", "20 days")),
        ("a=5:20:5 days", ("5 days", "10 days", "15 days", "20 days")),
        ("a=1 day:3 days:1 day", ("1 day", "2 days", "3 days")),
        ("a=40:60:10/day", ("40/day", "50/day", "60/day")),
        ("a=80 %:90 %:10 %", ("80 %", "90 %")),
        ("a=-2:2:2", ("-2", "0", "2")),
        ("a=1e3:3e3:1e3", ("1000", "2000", "3000")),
        ("a=fcfs,priority", ("fcfs", "priority")),
        ("a=10,20,30 days", ("10 days", "20 days", "30 days")),
        ("a=10 h,2 days", ("10 h", "2 days")),
        ("a=10,20 h,2 days", ("10", "20 h", "2 days")),
        ("a= fcfs , priority ", ("fcfs", "priority")),
        ("a={type: r_Q, r: 3, Q: 5},{type: s_S}", ("{type: r_Q, r: 3, Q: 5}", "{type: s_S}")),
        ("a=[1, 2],[3, 4]", ("[1, 2]", "[3, 4]")),
        ("""a="x, y",'z, {'""", ('"x, y"', "'z, {'")),
        ("a=9:00-17:00,8:00-16:00", ("9:00-17:00", "8:00-16:00")),
        ("a=7", ("7",)),
    ],
)
def test_levels(text, values):
    (found,) = read_levels([text])
    assert found.values == values


def test_numbers_are_known_with_their_unit():
    assert Levels("a", ("100", "2.5")).numbers == (100.0, 2.5)
    one = Levels("a", ("1 day", "2 days", "30 days"))
    assert (one.numbers, one.unit) == ((1.0, 2.0, 30.0), "days")
    assert Levels("a", ("40/day", "300/week")).numbers is None
    assert Levels("a", ("2 days", "fcfs")).numbers is None
    assert Levels("a", ("2 days", "fcfs")).unit == ""


@pytest.mark.parametrize("nothing", [[], (), "a=1,2"])
@pytest.mark.parametrize("by", [read_settings, read_levels, read_ranges])
def test_something_must_vary(by, nothing):
    with pytest.raises(ValueError, match="a list with at least one setting"):
        by(nothing)


def test_a_path_is_written_as_set_reads_it():
    (found,) = read_settings(["products . 'size 4.5' .price=3:5:1"])
    assert found.path == 'products."size 4.5".price'
    assert read_settings(["demand[0].rate=4/day"])[0].path == "demand[0].rate"


def test_ranges():
    assert read_ranges(["a=100:500", "b=5:20 days", "c=5 %:20 %", "d=1 day:2 days"]) == (
        Range("a", 100.0, 500.0),
        Range("b", 5.0, 20.0, "days"),
        Range("c", 5.0, 20.0, "%"),
        Range("d", 1.0, 2.0, "days"),
    )
    assert str(Range("b", 5.0, 20.0, "days")) == "5 to 20 days"


def test_a_number_of_a_range_as_text():
    assert Range("a", 0.0, 1.0).value(1 / 3) == "0.3333333333333333"
    assert Range("a", 0.0, 9.0, "days", whole=True).value(4.6) == "5 days"
    assert Range("a", 0.0, 9.0, "/day").value(4.5) == "4.5/day"


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("a=5:3", "--over a=5:3:1:10: a: the range ends at 3, but starts at 5"),
        ("a=3:3:1", "the range ends at 3, but starts at 3"),
        ("a=1:5:0", "the step must be more than 0, not 0"),
        ("a=0:1:1e-9", "1,000,000,001 values are too many"),
        ("a=12 h:2 days", "need one unit, as in 5:20 days"),
        ("a=5 days:20", "need one unit"),
        ("a=1,,2", "a value is missing"),
        ("a=", "a value is missing"),
        ("a=x,y,x", "'x' stands there twice"),
        ("run.seed=1:5:1", "run.seed: cannot be varied"),
        ("run.replications=1,2", "ask for them with --replications"),
        ("alternatives.x=1,2", "'alternatives' cannot be set"),
        ("no_value", "write a path and a value"),
    ],
)
def test_mistakes(text, wrong):
    told(wrong, text)


def test_all_mistakes_are_told_at_once():
    assert len(told("varied twice", "a=1:5:1", "a=2,3", "b=5:3", "c=,")) == 3


def test_a_sweep_needs_values_and_an_analysis_ranges():
    assert len(told("needs a step", "a=1:5", "b=1:5", "c=1,2", by=read_levels)) == 2
    assert len(told("without a step", "a=1:5", "b=1:5:1", "c=1,2", by=read_ranges)) == 2
