"""A picture as it goes into a page: the sentence above it, its panels, its key, and the same data as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import altair as alt

Row = Mapping[str, Any]
"""One datum of a chart."""
_SAID_ONCE: Final = ("$schema", "config")
"""What is the same for all charts of a page."""


@dataclass(frozen=True)
class ChartKey:
    """One entry of a key: a patch of a colour, a line if it has ``dash``es, or a number, and what it stands for."""

    text: str
    colour: str = ""
    hollow: bool = False
    dash: str = ""
    mark: str = ""


@dataclass(frozen=True)
class ChartTable:
    """Data as text; the first column names the row.

    Attributes:
        columns: headings.
        rows: cells.
        left_out: says what did not fit.
        prose: whether the cells are sentences.
        tones: verdict of each cell but the first of its row, "better", "worse" or any other; it decides the colour.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    left_out: str = ""
    prose: bool = False
    tones: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class ChartPanel:
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
    panels: tuple[ChartPanel, ...]
    table: ChartTable
    keys: tuple[ChartKey, ...] = field(default=())
    stacked: bool = False


def chart_of(rows: str = "rows") -> alt.Chart:
    """A chart of the rows that ``panel`` is given under this name.

    Altair copies a chart with every step that makes it; rows that were part of it would be copied as often.
    """
    return alt.Chart(alt.NamedData(name=rows))


def panel(
    layers: Sequence[alt.Chart],
    description: str,
    *,
    height: int,
    heading: str = "",
    apart: Sequence[str] = (),
    **rows: Sequence[Row],
) -> ChartPanel:
    """A chart as wide as the page lets it be.

    Args:
        layers: what is drawn, from the back to the front.
        description: what is seen, in words.
        height: pixels.
        heading: above it.
        apart: channels, such as "color", of which each layer has a scale of its own.
        rows: what it is drawn from, by name.
    """
    spec: dict[str, Any] = {"width": "container", "height": height, "description": description}
    # Altair checks every part when it is made. Its own way to put layers together checks and copies them all again,
    # which takes longer than everything else.
    drawn = (layer.to_dict(validate=False) for layer in layers)
    spec["layer"] = [{key: part for key, part in layer.items() if key not in _SAID_ONCE} for layer in drawn]
    if apart:
        spec["resolve"] = {"scale": dict.fromkeys(apart, "independent")}
    spec["datasets"] = {
        name: [{key: plain_sentence(value) for key, value in row.items()} for row in some]
        for name, some in rows.items()
    }
    return ChartPanel(spec, description, heading)


def plain_sentence(value: Any) -> Any:
    """A value as JSON has it: numbers that are not whole with five digits, ``None`` for nan and infinity.

    >>> plain(1234.5678), plain(float("nan")), plain(1234567), plain("mug")
    (1234.6, None, 1234567, 'mug')
    """
    if isinstance(value, str | int) or value is None:
        return value
    number = float(value)
    return float(f"{number:.5g}") if math.isfinite(number) else None
