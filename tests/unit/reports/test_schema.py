"""The JSON Schema agrees with the scenario about what is right and what is wrong."""

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from simulator.reports.scenarios.schema import scenario_schema
from simulator.reports.scenarios.starter import starter
from simulator.scenario.load import load
from simulator.scenario.yaml.document import parse_document, read_document
from simulator.values.mistakes import ScenarioError

ROOT = Path(__file__).parents[3]
SCENARIOS = sorted(
    file
    for folder in ("scenarios", "tests/theory/scenarios", "tests/benchmarks")
    for file in (ROOT / folder).rglob("*.yaml")
)


@pytest.fixture(scope="module")
def schema():
    return Draft202012Validator(scenario_schema())


def test_is_a_schema():
    Draft202012Validator.check_schema(scenario_schema())


@pytest.mark.parametrize("file", SCENARIOS, ids=lambda file: file.stem)
def test_accepts_every_scenario(schema, file):
    assert [error.message for error in schema.iter_errors(read_document(file).data)] == []


def test_accepts_the_starter(schema):
    assert schema.is_valid(parse_document(starter(Path("new.yaml")), "new.yaml").data)


RIGHT = [
    "policies: {replenishment: {type: '(R, s, S)', every: 7 days, s: 3, S: 9}}",
    "policies: {replenishment: {type: min_max, s: 3, S: 9}, allocation: FCFS}",
    "policies: {backorders: {limit: 3}}",
    "policies: {backorders: reject, ship: complete}",
    "suppliers: {s: {lead_time: 0}}",
    "suppliers: {s: {lead_time: {dist: lognormal, median: 3 days, sigma: 0.4, shift: 1 day}}}",
    "profiles: [{peak: x, from: 2026-01-01, to: 2026-01-02, factor: 2}]",
    "customers: {a: {patience: null, will_wait: 0.5}}",
    "alternatives: {x: {customers: {b: {priority: 2}}, demand: null}, y: null}",
    "x-anything: {a: [1]}",
    "show: [fill_rate, profit]",
    "expect: {fill_rate: '>= 95 %', profit: [at least 3, ≤ 5 ]}",
    "alternatives: {x: {expect: {fill_rate: null, lines: at   most 3}}}",
]
WRONG = [
    "polices: {}",
    "policies: {allocation: fcfsx}",
    "policies: {replenishment: {type: s_S, s: 3, S: 9, Q: 3}}",
    "policies: {backorders: {limit: -1}}",
    "suppliers: {s: {lead_time: 7}}",
    "suppliers: {s: {lead_time: 7 dayz}}",
    "suppliers: {s: {lead_time: {dist: gamma, mean: 7 days}}}",
    "suppliers: {s: {lead_time: {dist: gama, mean: 7 days, cv: 1}}}",
    "customers: {a: {will_wait: 120 %x}}",
    "customers: {a: {priority: 0}}",
    "profiles: [{peek: x}]",
    "profiles: [{weekly: [1, 2]}]",
    "run: {seed: -1}",
    "show: profit",
    "alternatives: {x: {show: [profits]}}",
    "expect: {fill_rate: 95 %}",
    "expect: {fill_rate: []}",
    "expect: {fill_rate: null}",
    "expect: {fill_rate: '=> 95 %'}",
    "alternatives: {x: {customer: {}}}",
    "alternatives: {x: {expect: {fil_rate: '>= 95 %'}}}",
    "alternatives: {x: {extends: y.yaml}}",
]
MINIMAL = "products: {tea: {}}\ndemand: [{product: tea, rate: 1/day}]\n"


@pytest.mark.parametrize("line", RIGHT)
def test_what_is_right(schema, tmp_path, line):
    (tmp_path / "a.yaml").write_text(MINIMAL + line, encoding="utf-8")
    load(tmp_path / "a.yaml")
    assert [error.message for error in schema.iter_errors(read_document(tmp_path / "a.yaml").data)] == []


@pytest.mark.parametrize("line", WRONG)
def test_what_is_wrong(schema, tmp_path, line):
    (tmp_path / "a.yaml").write_text(MINIMAL + line, encoding="utf-8")
    assert not schema.is_valid(read_document(tmp_path / "a.yaml").data)
    if not line.startswith("alternatives"):
        with pytest.raises(ScenarioError):
            load(tmp_path / "a.yaml")


@pytest.mark.parametrize(
    ("text", "right"),
    [
        ("extends: base.yaml", True),
        ("extends: [a.yaml, b.yaml]\npolicies: {replenishment: {s: 3, Q: null}}", True),
        ("extends: base.yaml\nsuppliers: {s: {lead_time: {mean: 3 days}}}\nproducts: null", True),
        ("extends: base.yaml\nsuppliers: {s: {lead_time: {mean: 3}}}", False),
        ("extends: base.yaml\nsupplier: {}", False),
        ("extends: 3", False),
        ("products: {each: {cost: 1}, tea: {}, from: a.csv}\ndemand: [{orders: a.csv}]", True),
        ("products: {tea: {}}", False),
        ("demand: [{product: tea, rate: 1/day}]", False),
    ],
)
def test_files_that_change_others(schema, text, right):
    assert schema.is_valid(parse_document(text, "a.yaml").data) == right


def test_defaults_are_written_as_in_the_file():
    definitions = scenario_schema()["$defs"]
    assert definitions["Run"]["properties"]["horizon"]["default"] == "365 days"
    assert definitions["Supplier"]["properties"]["lead_time"]["default"] == "7 days"


def test_every_reference_has_a_definition():
    schema = scenario_schema()
    asked: set[str] = set()

    def walk(value):
        if isinstance(value, dict):
            asked.update(str(part).rpartition("/")[2] for key, part in value.items() if key == "$ref")
            for part in value.values():
                walk(part)
        elif isinstance(value, list):
            for part in value:
                walk(part)

    walk(schema)
    assert asked <= schema["$defs"].keys()
