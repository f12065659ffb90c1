"""Document of a result as one HTML file: sections of text, pictures, and the library that draws them."""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from simulator.reports.pages.chart_library import drawing_library
from simulator.reports.pictures.picture import ChartTable, Picture
from simulator.reports.wording.level_tables import LevelTable

_TOGETHER: Final = re.compile(r"(?<=[\d%]) (?=%|±|points|days|hours|minutes)|(?<=±) ")
"""Spaces between a number and its unit, and around ±."""


@dataclass(frozen=True)
class Tile:
    """Key figure at the head of a page, as text.

    Attributes:
        label: title.
        value: the figure with its unit.
        half_width: text after ±; empty without an interval.
        meaning: explanation in plain words.
    """

    label: str
    value: str
    half_width: str
    meaning: str


@dataclass(frozen=True)
class PageSection:
    """Section of a page: a heading, then words, pictures and a table, as far as there are any."""

    heading: str
    pictures: Sequence[Picture] = ()
    table: ChartTable | None = None
    words: str = ""


@dataclass(frozen=True)
class Page:
    """Content of a page, from top to bottom.

    Attributes:
        kind: kind of result, such as "Simulation run".
        title: name of the scenario, and of an alternative.
        question: asked by the scenario; empty without one.
        lead: main finding.
        facts: measured time, number of replications and the like.
        sections: sections.
        foot: origin of the result, as (term, text).
        remarks: warnings and limits that a reader has to know.
        tiles: key figures.
        tiles_note: note below the key figures.
    """

    kind: str
    title: str
    question: str
    lead: str
    facts: Sequence[str]
    sections: Sequence[PageSection]
    foot: Sequence[tuple[str, str]]
    remarks: Sequence[str] = field(default=())
    tiles: Sequence[Tile] = field(default=())
    tiles_note: str = ""


def render(page: Page) -> str:
    """Render a page as HTML. All text in it is escaped, and the page loads nothing from elsewhere."""
    script = _script()
    return (
        _templates()
        .get_template("page.html.j2")
        .render(
            page=page,
            style=Markup(_template("page.css")),  # noqa: S704 - a file of this package
            script=Markup(script),  # noqa: S704 - two files: of this package, and of vl-convert
            script_hash=_hash(script),
        )
    )


def keep_together(text: str) -> str:
    """Keep each number on one line with its unit, by non-breaking spaces.

    >>> keep_together("8.0 % ± 1.1 points").count("\u00a0")
    4
    """
    return _TOGETHER.sub("\u00a0", text)


def figure(text: str) -> str:
    """Replace the hyphen before a number by a minus sign.

    >>> figure("-12 ± 3")
    '−12 ± 3'
    """
    return f"−{text[1:]}" if text[:1] == "-" and text[1:2].isdigit() else text


@cache
def _script() -> str:
    """Return the script of a page: the chart library and the lines that draw every chart with it."""
    return f"{drawing_library()}\n{_template('draw.js')}"


def _hash(script: str) -> str:
    """Return the hash that admits the script in the page's content security policy (CSP level 3, 2.3.1)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}"


def _template(name: str) -> str:
    return files("simulator.reports").joinpath("templates", name).read_text(encoding="utf-8")


@cache
def _templates() -> Environment:
    environment = Environment(
        loader=PackageLoader("simulator.reports"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    dumps: dict[str, Any] = {"allow_nan": False, "ensure_ascii": False, "separators": (",", ":")}
    environment.filters |= {"together": keep_together, "figure": figure}
    environment.policies["json.dumps_kwargs"] = dumps
    return environment


def levels_section(levels: LevelTable, heading: str) -> PageSection:
    """Make the section with a table of levels and its notes."""
    return PageSection(heading, table=ChartTable(levels.columns, levels.rows, " ".join(levels.notes)))
