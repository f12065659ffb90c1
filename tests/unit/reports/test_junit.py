"""The XML that CI services read: what is wrong stands where they look for it."""

import math
from xml.etree.ElementTree import Element, fromstring

import pytest

from simulator.experiments.checking.baseline import Finding
from simulator.experiments.checking.check import CheckedScenario
from simulator.experiments.checking.judgement import Judgement
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.results.junit import junit
from simulator.scenario.sections.expectations import Condition

SAME = Finding("fill_rate", "share", 0.95, 0.95, 9.5e-10, "same", 0)
MOVED = Finding("fill_rate", "share", 0.95, 0.93, 9.5e-10, "moved", 1)
WORSE = Finding("wait_mean", "days", 2.0, 4.0, 2e-9, "moved", 0)
WORST = Finding("backorder_wait_mean", "days", 2.0, math.nan, 0.0, "moved", 0)
NEW = Finding("total_cost", "money", math.nan, 5.0, math.nan, "new", 0)
MET = Judgement(
    "fill_rate", Condition(">=", "90 %"), 0.9, Estimate(0.95, 0.01, "share", 20), met=True, sure=True
)
FAILED = Judgement(
    "fill_rate", Condition(">=", "99 %"), 0.99, Estimate(0.95, 0.01, "share", 20), met=False, sure=True
)

# What the schema of the Jenkins plug-in for JUnit allows.
ATTRIBUTES = {
    "testsuites": {"name", "time", "tests", "failures", "disabled", "errors"},
    "testsuite": {
        "name",
        "tests",
        "failures",
        "errors",
        "time",
        "disabled",
        "skipped",
        "timestamp",
        "hostname",
        "id",
    },
    "testcase": {"name", "assertions", "time", "classname", "status"},
    "failure": {"message", "type"},
    "system-out": set(),
}


def parsed(*held):
    return read(junit(held, 1.5, lambda one: one.passed))


def read(text: str) -> Element:
    return fromstring(text.encode())  # noqa: S314 - our own


def cases(root):
    return {(case.get("classname"), case.get("name")): case.find("failure") for case in root.iter("testcase")}


def test_a_suite_for_each_scenario_and_cases_by_unit():
    root = parsed(
        CheckedScenario("shop", None, findings=(SAME, NEW)),
        CheckedScenario("shop", "x", findings=(SAME,)),
        CheckedScenario("fair", None),
    )
    assert [suite.get("name") for suite in root] == ["shop", "fair"]
    assert cases(root) == {
        ("shop.as is", "baseline"): None,
        ("shop.as is", "figures: share"): None,
        ("shop.as is", "figures: money"): None,
        ("shop.x", "baseline"): None,
        ("shop.x", "figures: share"): None,
    }
    assert (root.get("tests"), root.get("failures"), root.get("errors"), root.get("time")) == (
        "5",
        "0",
        "0",
        "1.500",
    )
    assert "as is: new, not in the baseline: total_cost" in root.find("testsuite/system-out").text


def test_failures_say_what_has_moved():
    found = cases(parsed(CheckedScenario("shop", None, findings=(MOVED, WORSE, WORST, NEW))))
    share, days = found["shop.as is", "figures: share"], found["shop.as is", "figures: days"]
    assert share.get("message").startswith(
        "fill_rate: 0.95000 → 0.93000 share (difference -0.0200, -2.1 %; allowed"
    )
    assert days.get("message").endswith("(and 1 more)")
    worst, worse = days.text.splitlines()
    assert worst.startswith("backorder_wait_mean: 2 → – days")
    assert worse.startswith("wait_mean: 2 → 4 days (difference +2, +1e+02 %")
    assert found["shop.as is", "figures: money"] is None


def test_reasons_and_expectations_are_cases():
    root = parsed(CheckedScenario("shop", None, reasons=("there is no baseline",), judgements=(MET, FAILED)))
    found = cases(root)
    assert found["shop.as is", "baseline"].get("message") == "there is no baseline"
    assert found["shop.as is", "expected: fill_rate >= 90 %"] is None
    assert (
        found["shop.as is", "expected: fill_rate >= 99 %"].text
        == "fill_rate is 95.0 % ± 1.0, expected >= 99 %"
    )
    assert (root.get("tests"), root.get("failures")) == ("3", "2")


def test_a_new_baseline_does_not_fail_for_what_moved():
    root = read(junit([CheckedScenario("shop", None, findings=(MOVED,))], 1.0, lambda _: True))
    assert root.get("failures") == "0"


def test_the_layout_is_what_jenkins_reads():
    held = (
        CheckedScenario(
            "shop", None, notes=("scenario changed",), findings=(MOVED, NEW), judgements=(MET, FAILED)
        ),
        CheckedScenario("fair", "x", reasons=("there is no baseline",)),
    )
    for element in parsed(*held).iter():
        assert set(element.attrib) <= ATTRIBUTES[element.tag]
        if element.tag == "testsuite":
            assert {"name", "tests", "failures", "errors"} <= set(element.attrib)
            assert int(element.get("tests")) == len(element.findall("testcase"))
            assert int(element.get("failures")) == len(element.findall("testcase/failure"))
        if element.tag == "testcase":
            assert {"name", "classname"} <= set(element.attrib)


@pytest.mark.parametrize("name", ["a\x08b", 'a <b> & "c"', "größer", "a\ud800b"])
def test_any_name_can_be_written(name):
    (case,) = list(parsed(CheckedScenario("shop", name, reasons=(name,))).iter("testcase"))
    assert case.get("classname") == "shop." + name.replace("\x08", "?").replace("\ud800", "?")
