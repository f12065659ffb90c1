"""Page of a result as one file: sections of text, pictures, and the library that draws them."""

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


@dataclass(frozen=True)
class Tile:
    """A key figure: ``value`` with its unit, ``half_width`` as the text behind ±, and what it is, in plain words."""

    label: str
    value: str
    half_width: str
    meaning: str


@dataclass(frozen=True)
class PageSection:
    """A part of a page: a heading, then pictures, or a table, or just words."""

    heading: str
    pictures: Sequence[Picture] = ()
    table: ChartTable | None = None
    words: str = ""


@dataclass(frozen=True)
class Page:
    """A page from top to bottom.

    ``kind`` says what it is of, ``facts`` what it rests on, ``remarks`` what has to be known to read it right.
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
    """The page as HTML. All that it names is escaped; nothing in it asks for anything outside."""
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


def together(text: str) -> str:
    """The text with each number kept in one line with its unit.

    >>> together("8.0 % ± 1.1 points").count("\u00a0")
    4
    """
    return _TOGETHER.sub("\u00a0", text)


def figure(text: str) -> str:
    """A figure with a minus sign where it has a hyphen.

    >>> figure("-12 ± 3")
    '−12 ± 3'
    """
    return f"−{text[1:]}" if text[:1] == "-" and text[1:2].isdigit() else text


@cache
def _script() -> str:
    """The drawing library and the lines that make it draw the page's pictures."""
    return f"{drawing_library()}\n{_template('draw.js')}"


def _hash(script: str) -> str:
    """The hash by which the page's content security policy knows its one script (CSP level 3, 2.3.1)."""
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
    environment.filters |= {"together": together, "figure": figure}
    environment.policies["json.dumps_kwargs"] = dumps
    return environment


def levels_section(levels: LevelTable, heading: str) -> PageSection:
    """A table of levels, and beneath it how to read it."""
    return PageSection(heading, table=ChartTable(levels.columns, levels.rows, " ".join(levels.notes)))
