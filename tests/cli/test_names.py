"""Names that come from files: neither a terminal nor a spreadsheet takes them for commands."""

import csv

import pytest

ESCAPES = {"tea": '"\\e[31mtea\\e[0m"', "pots": '"=1+1"', "members": '"\\e]0;owned\\amembers"'}
"""YAML's own escapes: \\e is ESC, \\a the bell."""


@pytest.fixture
def shop(folder):
    text = (folder / "shop.yaml").read_text()
    for name, other in ESCAPES.items():
        text = text.replace(f"{name}:", f"{other}:").replace(f"product: {name}", f"product: {other}")
        text = text.replace(f"segment: {name}", f"segment: {other}")
    text = text.replace("name: Corner shop", 'name: "\\u009bCorner\\u202e shop"').replace("{'", "{")
    (folder / "shop.yaml").write_text(text)
    return folder


@pytest.mark.parametrize(
    "words",
    [
        ["run", "shop.yaml"],
        ["run", "shop.yaml", "--json"],
        ["show", "shop.yaml"],
        ["validate", "shop.yaml"],
        ["compare", "shop.yaml", "--replications", "2"],
        ["compare", "shop.yaml", "nobody"],
        ["explain", "shop.yaml", "--replications", "2", "--quiet"],
        ["sweep", "shop.yaml", "--over", 'products."=1+1".price=10,20', "--replications", "2"],
        ["run", "shop.yaml", "--set", "demand[0].segment=m"],
        ["run", "shop.yaml", "--set", 'products."a\\eb".price=x'],
        ["check", "shop.yaml"],
    ],
    ids=" ".join,
)
def test_nothing_reaches_the_terminal(simulator, shop, words):
    answer = simulator(*words)
    for unseen in ("\x1b", "\x07", "\x9b", "\u202e"):
        assert unseen not in answer.out
        assert unseen not in answer.err
    if words == ["run", "shop.yaml"]:
        assert "\\x9bCorner\\u202e shop" in answer.out
        assert "\\x1b]0;owned" in answer.out


def test_no_formula_in_a_file(simulator, shop):
    answer = simulator("run", "shop.yaml")
    place = shop / answer.out.splitlines()[-1].removeprefix("Results in ")
    with (place / "levels.csv").open(newline="") as file:
        products = {row[0] for row in csv.reader(file)}
    assert "'=1+1" in products
    assert "=1+1" not in products
