"""``simulator check``: what a CI job and a developer see of it."""

import json
import signal
import time
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest

import simulator as package
from simulator.metrics.glossary import GLOSSARY

BASELINE = Path("results/baselines/shop.json")


@pytest.fixture
def check(simulator, folder):
    """The command, in a folder with one scenario and its baseline."""
    (folder / "scenarios").mkdir()
    (folder / "shop.yaml").rename(folder / "scenarios" / "shop.yaml")

    def run(*words):
        return simulator("check", "--workers", "1", *words)

    assert run("--update", "shop").code == 0
    return run


@pytest.fixture
def change(folder):
    def replace(old, new, file="scenarios/shop.yaml"):
        text = (folder / file).read_text(encoding="utf-8")
        assert old in text
        (folder / file).write_text(text.replace(old, new), encoding="utf-8")

    return replace


def results(file):
    return parse(file).getroot()  # noqa: S314 - our own


def kept(folder):
    return json.loads((folder / BASELINE).read_text(encoding="utf-8"))


def put(folder, plain):
    (folder / BASELINE).write_text(json.dumps(plain), encoding="utf-8")


def test_nothing_has_moved(check):
    answer = check()
    assert (answer.code, answer.err) == (0, "")
    assert answer.out.startswith("Passed: 1 scenario with 2 alternatives, ")
    assert "figures as in the baselines." in " ".join(answer.out.split())
    assert check("--quiet").out == ""


def test_a_figure_that_has_moved(check, folder):
    plain = kept(folder)
    figures = plain["alternatives"]["members first"]["figures"]
    figures["fill_rate"]["first"][0] *= 1 + 2e-9
    figures["lines"]["first"][0] += 1
    put(folder, plain)
    answer = check("--junit", "out/junit.xml")
    assert answer.code == 1
    lines = answer.out.splitlines()
    assert lines[0] == "Moved, although no scenario has changed, the worst first:"
    assert lines[1] == "shop · members first"
    assert [line.split()[0] for line in lines[2:5]] == ["Figure", "lines", "fill_rate"]
    old, new, difference, allowed = lines[3].split()[1:5]
    assert int(new) == int(old) - 1
    assert (difference, allowed) == ("-1", "0")
    assert "If that is meant: simulator check --update shop" in answer.out
    failures = list(results(folder / "out/junit.xml").iter("failure"))
    assert len(failures) == 2
    assert failures[0].get("message").startswith("lines: ") or failures[1].get("message").startswith(
        "lines: "
    )


def test_a_scenario_that_has_changed_is_the_first_reason(check, change):
    change("r: 30", "r: 29")
    answer = check()
    assert answer.code == 1
    told = " ".join(answer.out.split())
    assert told.startswith(
        "shop, also with 2 alternatives: the scenario has changed since its baseline was made. Moved, the worst first:"
    )


def test_a_missing_baseline_says_how_to_make_it(check, folder):
    (folder / BASELINE).unlink()
    answer = check()
    assert answer.code == 1
    assert "shop, also with 2 alternatives: there is no baseline." in answer.out
    assert "To make what is missing: simulator check --update shop" in answer.out


def test_a_baseline_without_scenario(check, folder):
    (folder / "results/baselines/old.json").write_text("{}", encoding="utf-8")
    answer = check()
    assert answer.code == 1
    assert answer.out.startswith("old: there is no such scenario, but a baseline of it; delete")
    assert check("scenarios/shop.yaml").code == 0


def test_other_streams(check, folder):
    put(folder, kept(folder) | {"streams": "0"})
    answer = check()
    assert answer.code == 1
    assert "by scheme 0 then" in answer.out


def test_a_new_figure_is_no_failure(check, folder):
    plain = kept(folder)
    for part in (plain["as is"], *plain["alternatives"].values()):
        del part["figures"]["total_cost"]
    put(folder, plain)
    answer = check("--json")
    assert answer.code == 0
    assert [one["new"] for one in json.loads(answer.out)["scenarios"]] == [["total_cost"]] * 3
    assert "New figures, not in the baselines: total_cost." in check().out


def test_only_what_is_named_is_made_anew(check, folder, change):
    (folder / "scenarios/fair.yaml").write_bytes((folder / "scenarios/shop.yaml").read_bytes())
    check("--update", "fair")
    change("r: 30", "r: 25")
    change("r: 30", "r: 25", "scenarios/fair.yaml")
    before = (folder / BASELINE).read_bytes()
    answer = check("--update", "fair")
    assert answer.code == 0
    assert "Moved since the old baselines, the worst first:" in answer.out
    assert "Made anew: results/baselines/fair.json" in answer.out
    assert (folder / BASELINE).read_bytes() == before
    answer = check()
    assert answer.code == 1
    assert "Failed: 1 of 2 scenarios" in answer.out


def test_an_unknown_name_is_a_mistake(check, folder):
    before = (folder / BASELINE).read_bytes()
    answer = check("--update", "shop", "--update", "shpo")
    assert answer.code == 2
    assert "did you mean 'shop'?" in answer.err
    assert (folder / BASELINE).read_bytes() == before


def test_expectations(check, change, folder):
    change(
        "alternatives:", "expect: {fill_rate: '>= 50 %', backorder_wait_p95: at most 1 day}\nalternatives:"
    )
    change("no waiting: {", "no waiting: {expect: {fill_rate: '> 99 %', backorder_wait_p95: null}, ")
    answer = check("--junit", "junit.xml")
    assert answer.code == 1
    rows = [line.split() for line in answer.out.splitlines()]
    late = ["backorder_wait_p95", "<=", "1", "day", "10.3", "days", "failed,", "but", "one", "replication"]
    poor = ["fill_rate", ">", "99", "%", "71.7", "%", "failed,", "but", "one", "replication"]
    assert [row for row in rows if "failed," in row] == [late, poor, late]
    assert "2 of 5 expectations met." in answer.out
    cases = {
        (case.get("classname"), case.get("name")): case.find("failure") is not None
        for case in results(folder / "junit.xml").iter("testcase")
        if case.get("name").startswith("expected")
    }
    assert cases == {
        ("shop.as is", "expected: fill_rate >= 50 %"): False,
        ("shop.as is", "expected: backorder_wait_p95 <= 1 day"): True,
        ("shop.no waiting", "expected: fill_rate > 99 %"): True,
        ("shop.members first", "expected: fill_rate >= 50 %"): False,
        ("shop.members first", "expected: backorder_wait_p95 <= 1 day"): True,
    }


def test_an_expectation_of_nothing(check, change, simulator):
    change("alternatives:", "expect:\n  fil_rate: '>= 50 %'\n  refunds: '>= 3'\nalternatives:")
    for command in (["check"], ["validate", "scenarios/shop.yaml"], ["run", "scenarios/shop.yaml"]):
        answer = simulator(*command)
        assert answer.code == 2
        assert answer.err.startswith(
            "scenarios/shop.yaml:18:3: expect.fil_rate: unknown metric 'fil_rate'; did you "
        )
    change("  fil_rate: '>= 50 %'\n", "")
    answer = check()
    assert answer.code == 1
    assert "failed: does not exist" in answer.out


def test_a_figure_to_show_that_does_not_exist(check, change, simulator):
    change("alternatives:", "show: [profit, repeat_rat]\nalternatives:")
    for command in ("validate", "show", "run", "compare"):
        answer = simulator(command, "scenarios/shop.yaml")
        assert answer.code == 2
        assert answer.err.startswith(
            "scenarios/shop.yaml:17:16: show[1]: unknown metric 'repeat_rat'; did you mean 'repeat_rate'?"
        )


def test_run_says_in_a_line_whether_expectations_are_met(check, change, simulator):
    change("alternatives:", "expect: {fill_rate: '>= 50 %', lines: less than 3}\nalternatives:")
    answer = simulator("run", "scenarios/shop.yaml", "--replications", "2")
    assert answer.code == 0
    assert "Expectations: 1 of 2 met. Failed: lines is " in answer.out


STEADY = """\
run: {horizon: 200 days, warm_up: 20 days, seed: 7, replications: 60}
products: {tea: {price: 4, cost: 1.5, holding: 25 %/year}}
demand: [{product: tea, rate: 8/day, arrivals: {type: renewal, cv: 0.3}}]
suppliers: {importer: {lead_time: {dist: gamma, mean: 5 days, cv: 0.1}}}
policies: {replenishment: {type: r_Q, r: 38, Q: 60}}
"""
"""So little chance in it that means are known well after few replications, but for those of few waits and cycles."""
MARGINS = ("--margin", "days=15 % or 3 h", "--margin", "cycle_service_level=6 points")


@pytest.fixture(scope="module")
def steady(tmp_path_factory):
    """A folder with that scenario and its baseline."""
    place = tmp_path_factory.mktemp("steady")
    (place / "steady.yaml").write_text(STEADY, encoding="utf-8")
    package.check(place / "steady.yaml", baseline=place / "baselines", update=["steady"], workers=1)
    return place


@pytest.fixture
def equivalent(steady, folder, simulator):
    """The command: that scenario, perhaps changed, with another seed."""

    def run(*words, r=38):
        (folder / "steady.yaml").write_text(STEADY.replace("r: 38", f"r: {r}"), encoding="utf-8")
        kept = str(steady / "baselines")
        words = ("--workers", "1", "--seed", "99", *MARGINS, *words)
        return simulator("check", "steady.yaml", "--baseline", kept, "--equivalent", *words)

    return run


def test_another_seed_is_equivalent(equivalent):
    answer = equivalent()
    assert (answer.code, answer.err) == (0, "")
    assert "figures equivalent to those of the baselines." in " ".join(answer.out.split())


def test_a_policy_that_is_5_percent_worse_is_not(equivalent):
    answer = equivalent("--json", r=34)
    assert answer.code == 1
    (held,) = json.loads(answer.out)["scenarios"]
    moved = {one["metric"]: one for one in held["moved"]}
    assert moved["fill_rate"]["verdict"] == "not equivalent"
    assert moved["fill_rate"]["new"] / moved["fill_rate"]["old"] == pytest.approx(0.95, abs=0.005)
    assert held["notes"] == ["the scenario has changed since its baseline was made"]
    assert held["reasons"] == []


def test_too_few_replications_to_say(equivalent):
    answer = equivalent("--replications", "3")
    assert answer.code == 1
    assert "different" not in answer.out
    assert "cannot be said whether they are equivalent: too few replications" in " ".join(answer.out.split())
    assert "--update" not in answer.out  # that would not help


def test_margins_of_ones_own(equivalent, folder):
    text = "".join(f"{unit}: none\n" for unit in {metric.unit for metric in GLOSSARY.values()})
    (folder / "margins.yaml").write_text(text, encoding="utf-8")
    assert (
        equivalent("--margins", "margins.yaml", "--replications", "2", r=34).code == 1
    )  # --margin goes over the file
    words = ("--margin", "days=none", "--margin", "cycle_service_level=none")
    assert equivalent("--margins", "margins.yaml", "--replications", "2", *words, r=34).code == 0
    answer = equivalent("--margins", "margins.yaml", *words, "--margin", "fill_rate=1 point", r=34)
    assert answer.code == 1
    assert [line.split()[0] for line in answer.out.splitlines() if line.endswith("different")] == [
        "fill_rate"
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--margin", "days"], "--margin days:1:1: write NAME=SIZE"),
        (["--margin", "days=3"], "--margin days=3:1:1: days: 3 has no unit"),
        (["--margins", "margins.yaml"], "margins.yaml:2:9: shares: 'shares' is neither a metric nor a unit"),
    ],
)
def test_wrong_margins(check, folder, words, message):
    (folder / "margins.yaml").write_text("days: 1 h\nshares: 1 point\n", encoding="utf-8")
    answer = check("--equivalent", *words)
    assert answer.code == 2
    assert answer.err.startswith(message)


@pytest.mark.parametrize("words", [["--seed", "3"], ["--update", "shop", "--equivalent"], ["nothing.yaml"]])
def test_what_does_not_go_together(check, words):
    answer = check(*words)
    assert answer.code == 2
    assert "Traceback" not in answer.err


def test_no_scenarios(simulator):
    answer = simulator("check")
    assert answer.code == 2
    assert "there are no scenario files (*.yaml) in scenarios" in answer.err


def test_a_killed_update_leaves_the_old_baseline(check, folder, process):
    before = (folder / BASELINE).read_bytes()
    update = process("check", "--update", "shop", "--replications", "100000", "--workers", "1")
    time.sleep(1.5)
    update.send_signal(signal.SIGKILL)
    update.communicate()
    assert (folder / BASELINE).read_bytes() == before
    assert [path.name for path in (folder / BASELINE).parent.iterdir()] == ["shop.json"]
