"""The resolved scenario with the origin of every value."""

import pytest

from simulator.reports.scenarios.provenance import resolved_text
from simulator.scenario.load import ScenarioFile, load

BASE = """\
name: base
products:
  each: {price: 3}
  tea: {}
  "no: yes": {price: 1}
demand:
  - {product: tea, rate: 1/day, quantity: {dist: discrete, values: {1: 50 %, 2.5: 50 %}}}
  - product: "no: yes"
    rate: 0.5/h
    arrivals: {type: renewal, cv: 0.5}
profiles:
  - weekly: [1, 1, 1, 1, 1, 0.5, 0]
suppliers:
  s: {production: {unit_time: 1 h}, lead_time: {dist: mixture, of: [
        {weight: 60 %, dist: constant, value: 1 day}, {weight: 40 %, dist: gamma, mean: 2 days, cv: 1}]}}
policies: {backorders: {limit: 5}}
alternatives:
  full: {policies: {backorders: accept, replenishment: {type: "(s, S)", s: 3, S: 9}, ship: complete}}
"""
EXTENDING = """\
extends: base.yaml
name: child
products: {tea: {price: 4, holding: null}}
warehouses: {w: {stock: {tea: 7}}}
"""


@pytest.fixture
def child(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "base.yaml").write_text(BASE, encoding="utf-8")
    (tmp_path / "child.yaml").write_text(EXTENDING, encoding="utf-8")
    return "child.yaml"


def text_of(file, alternative=None, *overrides):
    reading = ScenarioFile(file, overrides).reading(alternative)
    return resolved_text(reading.completed, reading.scenario)


@pytest.mark.parametrize(
    ("line", "origin"),
    [
        ("name: child", "child.yaml:2"),
        ("    price: 4", "child.yaml:3"),
        ("    price: 1", "base.yaml:5"),
        ("    stock:", ""),
        ("      tea: 7", "child.yaml:4"),
        ("        1: 50 %", "base.yaml:7"),
        ("        2.5: 50 %", "base.yaml:7"),
        ("  - weekly: [1, 1, 1, 1, 1, 0.5, 0]", "base.yaml:12"),
        ("    type: limit", "default"),
        ("    limit: 5", "base.yaml:16"),
        ("    service_level: 0.95", "default"),
        ("      lines: 1", "default"),
    ],
)
def test_origins(child, line, origin):
    found = [text.partition("  #")[::2] for text in text_of(child).splitlines()]
    assert (line, origin) in [(text.rstrip(), note.strip()) for text, note in found]


@pytest.mark.parametrize("overrides", [(), ("run.seed=3", "suppliers.s.lot=2")])
def test_reads_back(child, tmp_path, overrides):
    (tmp_path / "shown.yaml").write_text(text_of(child, None, *overrides), encoding="utf-8")
    expected = load(child, overrides=overrides)
    assert load(tmp_path / "shown.yaml") == expected.model_copy(update={"alternatives": {}})


def test_overrides_are_listed(child):
    text = text_of(child, "full", "products.tea.price=9", "products.tea.cost=2")
    listed = text.partition("# Overrides, old → new\n")[2].partition("\n\n")[0].splitlines()
    assert [" ".join(line.split()) for line in listed if "(child" not in line] == [
        "# policies.backorders: {limit: 5} → accept (alternative 'full' (base.yaml:18))",
        "# policies.replenishment: nothing → {type: \"(s, S)\", s: 3, S: 9} (alternative 'full' (base.yaml:18))",
        "# policies.ship: nothing → complete (alternative 'full' (base.yaml:18))",
        "# products.tea.price: 4 → 9 (--set)",
        "# products.tea.cost: nothing → 2 (--set)",
    ]


def test_long_values_are_cut_in_the_list(child):
    text = text_of(child, None, f"question={'why ' * 40}")
    (line,) = (line for line in text.splitlines() if line.startswith("#   question: "))
    assert line.endswith("why…  (--set)")
    assert len(line) < 100


def test_no_overrides_no_heading(child, tmp_path):
    assert "Overrides" not in text_of("base.yaml")
