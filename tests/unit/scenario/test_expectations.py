"""How an expectation is written, and what its limit means for a metric in a unit."""

import pytest

from simulator.scenario.fingerprint import fingerprint, substance
from simulator.scenario.load import load
from simulator.scenario.sections.expectations import Condition, condition
from simulator.values.mistakes import ScenarioError

MINIMAL = "products: {tea: {}}\ndemand: [{product: tea, rate: 1/day}]\n"


@pytest.fixture
def written(tmp_path):
    def load_text(text, *words):
        (tmp_path / "a.yaml").write_text(MINIMAL + text, encoding="utf-8")
        return load(tmp_path / "a.yaml", *words)

    return load_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">= 0.95", Condition(">=", "0.95")),
        ("≥95%", Condition(">=", "95%")),
        (" At  least 95 % ", Condition(">=", "95 %")),
        ("at most 14 days", Condition("<=", "14 days")),
        ("<=14 days", Condition("<=", "14 days")),
        ("> -3", Condition(">", "-3")),
        ("less than 2", Condition("<", "2")),
        ("more than 2", Condition(">", "2")),
    ],
)
def test_conditions(text, expected):
    assert condition(text) == expected
    assert condition(str(expected)) == expected


@pytest.mark.parametrize(
    "text", ["", "0.95", "= 3", ">=", "=> 3", ">> 3", "at 3", "between 2 and 3", 3, None, {}]
)
def test_no_conditions(text):
    with pytest.raises(ValueError, match="at least 95 %"):
        condition(text)


@pytest.mark.parametrize(
    ("limit", "unit", "bound"),
    [
        ("95 %", "share", 0.95),
        ("0.95", "share", 0.95),
        ("36 h", "days", 1.5),
        ("0", "days", 0.0),
        ("1_000", "money", 1000.0),
        ("-5", "money", -5.0),
        ("200 units", "units", 200.0),
        ("200 units", "units (time average)", 200.0),
        ("3 purchase orders", "purchase orders", 3.0),
        ("4.2", "score", 4.2),
        ("2/day", "per day", 2.0),
        ("6/year", "per year", 6.0),
        ("1 per month", "per year", 12.0),
    ],
)
def test_limits_in_the_unit_of_the_metric(limit, unit, bound):
    assert Condition(">=", limit).bound(unit) == pytest.approx(bound, rel=1e-14)


@pytest.mark.parametrize(
    ("limit", "unit", "message"),
    [
        ("95", "share", "per cent are written"),
        ("120 %", "share", "at most 100 %"),
        ("14", "days", "has no unit"),
        ("14 lines", "days", "unknown unit"),
        ("6", "per year", "'6/year'"),
        ("3 days", "lines", "not a number of lines"),
        ("20 %", "money", "not a number"),
        ("200 units", "lines", "not a number of lines"),
    ],
)
def test_limits_in_another_unit(limit, unit, message):
    with pytest.raises(ValueError, match=message):
        Condition(">=", limit).bound(unit)


def test_an_alternative_expects_something_else(written):
    text = """
expect: {fill_rate: '>= 95 %', profit: '> 3'}
alternatives: {x: {expect: {fill_rate: '>= 90 %', profit: null}}}
"""
    assert written(text).expect.keys() == {"fill_rate", "profit"}
    assert written(text, "x").expect == {"fill_rate": (Condition(">=", "90 %"),)}


def test_expectations_do_not_decide_figures(written):
    bare = written("question: Why?")
    expecting = written("question: Why?\nexpect: {fill_rate: '>= 95 %'}")
    assert fingerprint(bare) == fingerprint(expecting)
    assert substance(bare) == substance(expecting)
    showing = bare.model_copy(update={"show": ("profit",)})
    assert fingerprint(bare) == fingerprint(showing)
    assert substance(bare) == substance(showing)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("question: Why?", "question: How?", True),
        ("name: a", "run: {replications: 7}", True),
        ("", "run: {cool_down: 60 days}", True),  # the default, written out
        ("", "run: {seed: 7}", False),
        ("", "policies: {backorders: reject}", False),
        ("", "alternatives: {x: {run: {seed: 7}}}", True),
    ],
)
def test_the_substance_is_what_the_file_decides_about_a_replication(written, one, other, same):
    assert (substance(written(one)) == substance(written(other))) == same


def test_a_mistake_is_told_where_it_stands(written):
    with pytest.raises(ScenarioError) as error:
        written("expect:\n  fill_rate: ['>= 95 %', 95 %]\n  lost_units: []\n")
    assert [(one.line, one.column, one.path) for one in error.value.mistakes] == [
        (4, 26, "expect.fill_rate[1]"),
        (5, 15, "expect.lost_units"),
    ]


def test_a_leading_sign_wants_quotes(written):
    with pytest.raises(ScenarioError, match=r"a\.yaml:4:14: .* stands in quotes, as '>= 95 %'"):
        written("expect:\n  fill_rate: >= 95 %\n")
