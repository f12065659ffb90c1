"""``show``, ``schema``, ``metrics`` and ``new``."""

import json

import jsonschema
import pytest
import yaml

from simulator.metrics.glossary import GLOSSARY
from simulator.scenario.load import load


def test_show_names_every_origin(simulator):
    words = ["show", "shop.yaml", "-a", "members first", "--set", "run.seed=9"]
    answer = simulator(*words)
    assert answer.code == 0
    lines = answer.out.splitlines()
    assert _line(lines, "  seed: 9 ").endswith("# --set")
    assert _line(lines, "    price: 4 ").endswith("# shop.yaml:5")
    assert _line(lines, "    type: priority ").endswith("# alternative 'members first' (shop.yaml:19)")
    assert _line(lines, "  warm_up: 0 days ").endswith("# default")
    assert "#   run.seed: 7 → 9 " in answer.out
    assert "# Alternatives: 'no waiting', 'members first'" in answer.out
    comments = {line.index("#") for line in lines if not line.startswith("#") and "#" in line}
    assert len(comments) == 1


def _line(lines, start):
    (line,) = (line for line in lines if line.startswith(start))
    return line


def test_what_show_prints_is_the_scenario(simulator, folder):
    answer = simulator("show", "shop.yaml", "-a", "no waiting", "-s", "products.tea.price=7")
    (folder / "shown.yaml").write_text(answer.out, encoding="utf-8")
    assert yaml.safe_load(answer.out)["products"]["tea"]["price"] == 7
    expected = load("shop.yaml", "no waiting", ["products.tea.price=7"])
    assert load("shown.yaml") == expected.model_copy(update={"alternatives": {}})


def test_show_ends_with_the_levels(simulator):
    table = simulator("show", "shop.yaml").out.partition("# Levels\n")[2].splitlines()
    assert table[0].split()[1:5] == ["Product", "r", "Q", "Safety"]
    assert [line.split()[1:5] for line in table[1:3]] == [
        ["tea", "30", "40", "-18"],
        ["pots", "30", "40", "22"],
    ]
    assert table[3] == "# Policy: r_Q. How found: given."
    other = simulator("show", "shop.yaml", "--set", "policies.replenishment.r=50").out
    assert "#   tea      50  40 " in other


def test_schema(simulator):
    schema = json.loads(simulator("schema").out)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_metrics(simulator):
    answer = simulator("metrics")
    assert max(map(len, answer.out.splitlines())) <= 80
    for name in GLOSSARY:
        assert name in answer.out


def test_metrics_as_json(simulator):
    listed = json.loads(simulator("metrics", "--json").out)
    assert [metric["name"] for metric in listed] == list(GLOSSARY)
    assert {"unit", "better", "formula", "dimensions"} <= listed[0].keys()


def test_metrics_with_a_text(simulator):
    listed = json.loads(simulator("metrics", "units", "lost", "--json").out)
    assert listed[0]["name"] == "lost_units"
    assert len(listed) < 5
    answer = simulator("metrics", "zebra")
    assert answer.code == 2
    assert "no figure has 'zebra' in its name or formula" in answer.err


@pytest.mark.parametrize("name", ["my_shop", "my_shop.yaml"])
def test_new(simulator, folder, name):
    answer = simulator("new", name)
    assert answer.code == 0
    assert "my_shop.yaml" in answer.out
    assert simulator("validate", "my_shop.yaml").code == 0
    assert load(folder / "my_shop.yaml").name == "My shop"


def test_new_refuses_to_overwrite(simulator, folder):
    before = (folder / "shop.yaml").read_text(encoding="utf-8")
    answer = simulator("new", "shop")
    assert answer.code == 2
    assert "shop.yaml: File exists" in answer.err
    assert (folder / "shop.yaml").read_text(encoding="utf-8") == before


@pytest.mark.parametrize("name", ["", "..", "two\nlines", "no/such/folder"])
def test_new_refuses_impossible_names(simulator, name):
    answer = simulator("new", name)
    assert answer.code == 2
    assert "Traceback" not in answer.err
