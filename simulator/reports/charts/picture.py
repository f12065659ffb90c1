"""A picture as it goes into a page: the sentence above it, its panels, its key, and the same data as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import altair as alt

Row = Mapping[str, Any]
"""One datum of a chart."""
AnyChart = alt.Chart | alt.LayerChart | alt.FacetChart
"""What Altair makes of layers may be any of them."""


@dataclass(frozen=True)
class Key:
    """One entry of a key: a patch of a colour, a line if it has ``dash``es, or a number, and what it stands for."""

    text: str
    colour: str = ""
    dash: str = ""
    mark: str = ""


@dataclass(frozen=True)
class Table:
    """Data as text; the first column names the row. ``left_out`` says what did not fit."""

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    left_out: str = ""


@dataclass(frozen=True)
class Panel:
    """One chart of a picture. ``description`` says in words what is seen, for those who do not see it."""

    spec: dict[str, Any]
    description: str
    heading: str = ""


@dataclass(frozen=True)
class Picture:
    """One or several panels that say one thing.

    ``title`` is a sentence with the finding, ``note`` how to read the picture. Several panels stand beside each
    other where there is room, unless they are ``stacked``.
    """

    title: str
    note: str
    panels: tuple[Panel, ...]
    table: Table
    keys: tuple[Key, ...] = field(default=())
    stacked: bool = False


def panel(chart: AnyChart, description: str, *, height: int, heading: str = "") -> Panel:
    """A chart as wide as the page lets it be, ``height`` pixels high."""
    whole = chart.properties(width="container", height=height, description=description)
    # Altair has checked every part when it was made; checking the whole again would take as long as all else.
    spec = whole.to_dict(validate=False)
    for said_once_for_all in ("$schema", "config"):
        spec.pop(said_once_for_all, None)
    return Panel(spec, description, heading)


def data(rows: Sequence[Row]) -> alt.InlineData:
    """Rows as the data of a chart; what is not a number is left open."""
    return alt.InlineData(values=[{key: plain(value) for key, value in row.items()} for row in rows])


def plain(value: Any) -> Any:
    """A value as JSON has it: numbers that are not whole with five digits, ``None`` for nan and infinity.

    >>> plain(1234.5678), plain(float("nan")), plain(1234567), plain("mug")
    (1234.6, None, 1234567, 'mug')
    """
    if isinstance(value, str | int) or value is None:
        return value
    number = float(value)
    return float(f"{number:.5g}") if math.isfinite(number) else None
