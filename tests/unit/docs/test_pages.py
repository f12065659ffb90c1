"""Pages that are made of the code and of files outside docs/."""

import re
from importlib import import_module

import pytest

from docs.pages import commands, metrics, policies, python_api, repository, scenario_keys, source_files
from docs.pages.markdown import cell, table


@pytest.mark.parametrize(
    ("address", "text", "told"),
    [
        (
            "index.md",
            "[a](docs/compare.md#x) and ![b](docs/console.svg)",
            "[a](compare.md#x) and ![b](console.svg)",
        ),
        ("speed.md", "[a](../results/baselines/bench.md)", "[a](project/benchmarks.md)"),
        (
            "scenarios/index.md",
            "[a](baseline.yaml), [b](../docs/explain.md)",
            "[a](baseline.md), [b](../explain.md)",
        ),
        ("project/security.md", "[a](docs/limits.md)", "[a](../limits.md)"),
        ("compare.md", "[a](sweep.md), [b](https://example.org/x.md), [c](#here)", None),
        ("compare.md", "[a](../tests/conftest.py)", None),
    ],
)
def test_links_lead_to_the_pages_of_files(address, text, told):
    assert repository.on_site(text, address) == (told or text)


def test_a_scenario_is_a_page_with_its_question():
    page = repository.page("scenarios/baseline.yaml")
    assert page.startswith("# baseline.yaml\n\nHow many customers have to wait")
    assert "\n```yaml\n# yaml-language-server" in page


def test_a_table_leaves_out_columns_without_text():
    assert table(("a", "b", "c"), [("1", "", "x | y"), ("2", " ", "z")]) == (
        "| a | c |\n| --- | --- |\n| 1 | x \\| y |\n| 2 | z |"
    )
    assert cell("one\n  line") == "one line"


@pytest.mark.parametrize(
    "start",
    [
        "| `horizon` | duration | `365 days` |",
        "| `replications` | whole number from 1 | `20` |",
        "| `products` | mapping to [products.NAME](#products-name) with `each`, `from` | **needed** |",
        "| `patience` | duration, [distribution](#distributions) |  |",
        "| `arrivals` | `poisson`, [demand[].arrivals](#demand-arrivals) |  |",
        "| `ship` | `partial`, `complete` | `partial` |",
        "| `replenishment` | [policy](policies.md#replenishment) |",
        "| `show` | list: [metric](metrics.md) |",
        "| `holding` | holding cost | `0/day` |",
    ],
)
def test_keys_are_told_with_their_values_and_defaults(start):
    assert any(line.startswith(start) for line in scenario_keys.page().splitlines())


@pytest.mark.parametrize("page", [scenario_keys.page, policies.page])
def test_every_key_is_described(page):
    """What is listed here needs a description in its field."""
    lines = page().splitlines()
    assert [line for line in lines if line.startswith("| Key ") and not line.endswith(" Meaning |")] == []
    assert [line for line in lines if line.startswith("| ") and line.endswith("|  |")] == []


def test_every_place_that_the_keys_link_to_exists():
    page = scenario_keys.page()
    headings = set(re.findall(r"\{ #([\w-]+) \}$", page, re.MULTILINE)) | {"distributions"}
    assert set(re.findall(r"\]\(#([\w-]+)\)", page)) - headings == set()


def test_a_policy_is_told_with_its_other_names_and_own_keys():
    page = policies.page()
    (told,) = re.findall(r"^### standing_order\n(.*?)^##", page, re.MULTILINE | re.DOTALL)
    assert re.findall(r"^\| `(\w+)`", told, re.MULTILINE) == ["every", "first", "Q"]
    assert "### r_Q\n" in page
    assert "Also called `s_Q`." in page


def test_a_metric_is_told_with_what_it_is_over():
    (row,) = (line for line in metrics.page().splitlines() if 'id="backorder_wait_mean"' in line)
    assert "| days | lower | segment, product, warehouse | over [`late_lines`](#late_lines): " in row


def test_a_command_is_told_with_its_options():
    page = commands.page()
    (told,) = re.findall(r"^## new\n(.*)", page, re.MULTILINE | re.DOTALL)
    assert "simulator new [OPTIONS] {NAME}" in told
    assert "| `NAME" in told
    assert page.count("\n## ") == len(re.findall(r"^\| \[`", page, re.MULTILINE))


def test_interfaces_name_what_exists():
    for name in (*python_api.POLICIES, *python_api.EXPERIMENTS):
        module, _, attribute = name.rpartition(".")
        assert hasattr(import_module(module), attribute)


def test_every_source_file_has_its_line_and_no_room_more_than_a_dozen_files_or_two():
    page = source_files.page()
    for room in source_files.rooms():
        found = source_files.files(room)
        assert len(found) <= 14, room
        for file in found:
            assert f"- `{file.name}`: {source_files.first_line(file)}" in page
            assert source_files.first_line(file).partition(" ")[0] not in OPENINGS, file


OPENINGS = {"", "What", "How", "When", "Who", "Whether", "Which", "Where", "Why"}
"""Words that begin a question, not the name of a thing."""
