"""The documentation as a site: built strictly, whole, without outside requests, and looked at in a browser."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest
import typer
import yaml

import simulator
from docs.pages import repository
from docs.pages.policies import built_in
from docs.pages.schema import families
from simulator.cli import app
from simulator.metrics.glossary import GLOSSARY
from simulator.scenario.scenario import Scenario

ROOT = Path(__file__).parents[2]
LOADING = {"src", "srcset", "poster", "data", "background"}
"""Attributes whose address a browser asks for, of any element; of a link it is href."""
READY = "location.protocol === 'file:' && document.readyState === 'complete'"


(BUILD,) = re.findall(r"python -m (mkdocs build .*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
"""As `make docs` builds the site. Without --quiet, with which MkDocs counts no warnings."""


def built(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", *BUILD.split(), "--site-dir", str(folder), *words]
    silent = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    return subprocess.run(command, cwd=ROOT, env=silent, capture_output=True, text=True, check=False)


@pytest.fixture(scope="session")
def site(tmp_path_factory) -> Path:
    folder: Path = tmp_path_factory.mktemp("site")
    done = built(folder)
    assert done.returncode == 0, done.stderr
    return folder


def test_what_leads_nowhere_ends_the_build(tmp_path):
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "index.md").write_text("# Home\n\n[a](nowhere.md), [b](#no-heading), ![c](no.png)\n")
    (docs / "in-no-navigation.md").write_text("# Other\n")
    changed = {"docs_dir": str(docs), "nav": ["index.md"], "hooks": [], "plugins": [], "watch": []}
    (tmp_path / "mkdocs.yml").write_text(yaml.safe_dump({"INHERIT": str(ROOT / "mkdocs.yml"), **changed}))
    done = built(tmp_path / "site", "--config-file", str(tmp_path / "mkdocs.yml"))
    assert done.returncode == 1
    warned = {"'nowhere.md'", "'#no-heading'", "'no.png'", "- in-no-navigation.md"}
    assert {one for one in warned if one in done.stderr} == warned


class Elements(HTMLParser):
    """What a page asks for, the names of its places, and its classes."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.asked: list[str] = []
        self.places: set[str] = set()
        self.classes: set[str] = set()
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and (name in LOADING or (tag in {"link", "use", "image"} and name.endswith("href"))):
                self.asked.append(value)
        found = {name: value or "" for name, value in attrs}
        self.places.add(found.get("id", ""))
        self.classes.update(found.get("class", "").split())


def outside(address: str) -> bool:
    return re.match(r"(\w+:)?//", address) is not None


def test_pages_ask_for_nothing_outside(site):
    pages = {file: Elements(file) for file in site.rglob("*.html")}
    assert len(pages) > 40
    assert [one for page in pages.values() for one in page.asked if outside(one)] == []
    # the theme's own script would fetch what draws these
    assert [page for page, found in pages.items() if "mermaid" in found.classes] == []


def test_styles_and_pictures_ask_for_nothing_outside(site):
    texts = [*site.rglob("*.css"), *site.rglob("*.svg"), *site.rglob("*.html")]
    asked = r"""(?:url\(|@import)\s*["']?([^"')\s]+)"""
    found = [one for file in texts for one in re.findall(asked, file.read_text(encoding="utf-8"))]
    assert found
    assert [one for one in found if outside(one)] == []


def places(site: Path, page: str) -> set[str]:
    return Elements(site / f"{page}.html").places


def test_metrics_are_all_there(site):
    assert set(GLOSSARY) <= places(site, "reference/metrics")


def test_commands_are_all_there(site):
    assert set(typer.main.get_command(app).commands) <= places(site, "reference/commands")  # type: ignore[attr-defined]


def test_policies_are_all_there(site):
    named = {policy.names[0] for family in families() for policy in built_in(family)}
    assert len(named) >= 25
    # two families have a policy of the name none
    assert {name.lower() for name in named} <= places(site, "reference/policies")


def test_keys_of_the_whole_file_are_all_there(site):
    told = (site / "reference/keys.html").read_text(encoding="utf-8")
    assert {*Scenario.keys(), "extends"} <= set(re.findall(r"<td><code>(\w+)</code></td>", told))


def test_public_names_are_all_there(site):
    assert {f"simulator.{name}" for name in simulator.__all__ if name != "__version__"} <= places(
        site, "reference/python"
    )


def test_files_of_the_repository_are_all_there(site):
    assert all((site / address).with_suffix(".html").exists() for address in repository.pages().values())


@pytest.mark.parametrize("page", ["index", "scenario-file", "reference/metrics", "reference/python"])
@pytest.mark.parametrize("width", [390, 1280])
def test_a_page_fits(site, browser, page, width):
    view = browser.show(site / f"{page}.html", width=width, dark=width == 390, ready=READY)
    whole, ground = view.ask(
        "[document.documentElement.scrollWidth, getComputedStyle(document.body).backgroundColor]"
    )
    requests, complaints = view.requests, view.complaints
    view.close()
    assert whole <= width
    assert (sum(map(int, re.findall(r"\d+", ground)[:3])) < 200) == (width == 390)
    assert [one for one in requests if not one.startswith((site.as_uri(), "data:"))] == []
    assert complaints == []


def test_the_search_finds_from_a_disk(site, browser):
    view = browser.show(site / "index.html", ready=READY)
    view.ask(
        "(() => { const field = document.querySelector('.md-search__input'); field.focus();"
        " field.value = 'critical level'; field.dispatchEvent(new Event('keyup', {bubbles: true}));"
        " field.dispatchEvent(new Event('input', {bubbles: true})); })()"
    )
    view.wait("document.querySelectorAll('.md-search-result__link').length > 3")
    found = view.ask(
        "[...document.querySelectorAll('.md-search-result__link')].map((one) => one.href).join(' ')"
    )
    complaints = view.complaints
    view.close()
    assert re.search(r"reference/policies\.html(\?h=\S*)?#critical_level", found)
    assert complaints == []
