"""Keys without effect: told once on standard error, in JSON and JUnit, and mistakes with ``--strict``."""

import json
from xml.etree.ElementTree import parse

import pytest

import simulator as package

PEAK = "profiles:\n  - {peak: sale, from: 2025-01-01, to: 2025-01-02, factor: 3}\n"
TOLD = "shop.yaml:18:5: profiles[0]: without effect: the peak ends before the run begins (2026-01-01)"
PLAIN = {
    "file": "shop.yaml",
    "line": 18,
    "column": 5,
    "path": "profiles[0]",
    "message": "without effect: the peak ends before the run begins (2026-01-01)",
}
OVER = ["--over", "policies.replenishment.r=20,30"]
COMMANDS = {
    "run": ["run", "shop.yaml"],
    "compare": ["compare", "shop.yaml", "--replications", "2"],
    "sweep": ["sweep", "shop.yaml", *OVER],
    "explain": ["explain", "shop.yaml", "--replications", "2"],
    "sensitivity": ["sensitivity", "shop.yaml", "--over", "policies.replenishment.r=20:30", "--size", "2"],
    "optimise": [
        "optimise",
        "shop.yaml",
        *OVER,
        "--maximise",
        "profit",
        "--trials",
        "2",
        "--replications",
        "2",
    ],
}


@pytest.fixture
def idle(folder):
    """The shop with a peak that is over before the run begins."""
    text = (folder / "shop.yaml").read_text(encoding="utf-8")
    (folder / "shop.yaml").write_text(text.replace("alternatives:", PEAK + "alternatives:"), encoding="utf-8")
    return folder


def test_validate_tells_and_is_strict_if_asked(simulator, idle):
    answer = simulator("validate", "shop.yaml")
    assert (answer.code, answer.err, answer.out) == (
        0,
        TOLD + "\n",
        "shop.yaml: ok, but 1 key without effect\n",
    )
    strict = simulator("validate", "--strict", "shop.yaml")
    assert (strict.code, strict.err) == (2, TOLD + "\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_tells_once_and_in_json(simulator, idle, command):
    answer = simulator(*COMMANDS[command], "--workers", "1", "--json")
    assert answer.code == 0
    assert answer.err.splitlines().count(TOLD) == 1
    assert json.loads(answer.out)["warnings"] == [PLAIN]


@pytest.mark.parametrize("command", COMMANDS)
def test_a_strict_command_plays_nothing(simulator, idle, command):
    answer = simulator(*COMMANDS[command], "--strict")
    assert (answer.code, answer.err, answer.out) == (2, TOLD + "\n", "")
    assert not list(idle.glob("results/runs/*"))


def test_check_tells_everywhere(simulator, idle):
    assert simulator("check", "shop.yaml", "--update", "shop", "--workers", "1").code == 0
    answer = simulator("check", "shop.yaml", "--workers", "1", "--json", "--junit", "found.xml")
    assert (answer.code, answer.err) == (0, TOLD + "\n")
    assert json.loads(answer.out)["warnings"] == [PLAIN]
    assert parse(idle / "found.xml").findtext("testsuite/system-err") == TOLD  # noqa: S314 - our own
    strict = simulator("check", "shop.yaml", "--strict")
    assert (strict.code, strict.err) == (2, TOLD + "\n")


def test_quiet_is_quiet(simulator, idle):
    assert simulator("run", "shop.yaml", "--workers", "1", "--quiet").err == ""


def test_nothing_to_tell(simulator):
    answer = simulator("run", "shop.yaml", "--workers", "1", "--strict", "--json")
    assert (answer.code, answer.err) == (0, "")
    assert json.loads(answer.out)["warnings"] == []


def test_many_of_a_kind_are_told_in_one_line(simulator, folder):
    products = ", ".join(f"p{k}: {{backorder_cost: 1/day}}" for k in range(30))
    text = f"""\
run: {{horizon: 10 days, replications: 1}}
products: {{{products}}}
demand: [{{products: {{{", ".join(f"p{k}: 1/day" for k in range(30))}}}}}]
policies: {{backorders: reject}}
"""
    (folder / "many.yaml").write_text(text, encoding="utf-8")
    answer = simulator("run", "many.yaml", "--workers", "1", "--json")
    assert answer.err == (
        "many.yaml:2:17: products.p0.backorder_cost: without effect: no customer ever waits for a backorder"
        " (and 29 more such keys)\n"
    )
    assert len(json.loads(answer.out)["warnings"]) == 30


def test_from_python(idle):
    results = package.run("shop.yaml", workers=1)
    assert [str(one) for one in results.warnings] == [TOLD]
    assert package.without_effect("shop.yaml") == results.warnings
    assert package.run(package.load("shop.yaml"), workers=1).warnings == ()
    with pytest.raises(package.ScenarioError, match="without effect"):
        package.check("shop.yaml", strict=True)
