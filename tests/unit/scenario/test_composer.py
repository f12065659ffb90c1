"""Nodes composed from the events of libyaml are those composed from PyYAML's, positions and mistakes included."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import pytest
import yaml

from simulator.scenario.yaml import composer
from simulator.values.mistakes import ScenarioError
from tests.benchmarks.large_shop import large_shop

SCENARIOS = sorted(Path("scenarios").rglob("*.yaml"))
TEXTS = [
    "",
    "---\n",
    "---\n  ",
    "a:\nb: ''\nc: &x\nd: [*x, , ]\n",
    "{a, b: , c: 1}",
    "{a: {b:   , c:}, d: }",
    "{a:   '', b:  \"\"}",
    "a: &x {b: 1}\nc: *x\nd: {<<: *x, e: 2}\nf: {<<: [*x, {b: 3, g: 4}]}\n",
    "a: &x [*x]",
    "a: *nobody",
    "a: &x 1\nb: &x 2",
    "a: !!python/object:os.system x\n- b",
    "a: !t\nb: 2\na: 3",
    "? a\n: b",
    "a:\tb",
    "[a]: b\n'': c\n: d",
    '{"a": 1, \'b\': "\\ud800", c: "\\0"}',
    "a: 1\n---\nb: 2",
    "a: [1, 2\nb: 3",
    'a: "\\UFFFFFFFF"',
    "é: ü\n“a”: …",
    "a: |\n  text\nb: >\n  more",
]
PIECES = [
    *"{}[],:?-'\"|>~#&*!",
    ": ",
    ", ",
    "- ",
    "\n",
    "\n  ",
    "&x ",
    "*x",
    "<<: ",
    "a: b",
    "{a, b: , c}",
    "é",
    "\x85",
]


def composed(text: str, *, libyaml: bool) -> Any:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(composer, "_LIBYAML", getattr(yaml, "CSafeLoader", None) if libyaml else None)
        try:
            return composer.composed(text, "shop.yaml")
        except ScenarioError as error:
            return str(error)


@pytest.mark.parametrize("text", TEXTS)
def test_any_text_is_composed_alike(text: str) -> None:
    assert composed(text, libyaml=True) == composed(text, libyaml=False)


@pytest.mark.parametrize("file", SCENARIOS, ids=str)
def test_scenarios_are_composed_alike(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert composed(text, libyaml=True) == composed(text, libyaml=False)


def test_texts_at_random_are_composed_alike() -> None:
    rng = random.Random(7)  # noqa: S311 - texts at random are no secrets
    written = [file.read_text(encoding="utf-8") for file in SCENARIOS]
    for _ in range(3_000):
        if rng.random() < 0.5:
            text = "".join(rng.choices(PIECES, k=rng.randint(1, 12)))
        else:
            whole = rng.choice(written)
            begin = rng.randrange(len(whole))
            text = whole[begin : begin + rng.randint(10, 300)]
            for _ in range(rng.randint(0, 3)):
                place = rng.randint(0, len(text))
                text = text[:place] + rng.choice(PIECES) + text[place + rng.randint(0, 3) :]
        assert composed(text, libyaml=True) == composed(text, libyaml=False), text


def test_libyaml_reads_large_files() -> None:
    # else they are read by PyYAML, forty times as slowly
    assert hasattr(yaml, "CSafeLoader")
    assert not composer._READ_OTHERWISE.search(large_shop(100, alternatives=2))
