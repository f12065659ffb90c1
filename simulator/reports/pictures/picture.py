"""Picture of a page: its title, panels and key, and the same data as a table."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from markupsafe import Markup

from simulator.reports.pictures.layers import Spec

Row = Mapping[str, Any]
"""One datum of a chart."""


@dataclass(frozen=True)
class ChartKey:
    """Entry of a key: a symbol and its meaning.

    Attributes:
        text: meaning.
        colour: of a patch or line; empty if the symbol is a number.
        hollow: whether the patch is hollow.
        dash: dash pattern of a line, as in SVG; empty for a patch.
        mark: number.
    """

    text: str
    colour: str = ""
    hollow: bool = False
    dash: str = ""
    mark: str = ""


@dataclass(frozen=True)
class ChartTable:
    """Table of text; the first column names the row.

    Attributes:
        columns: headings.
        rows: cells.
        left_out: note below the table, such as on rows left out.
        prose: whether the cells are sentences.
        tones: verdict of each cell but the first of its row, such as "better"; it decides the colour.
    """

    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    left_out: str = ""
    prose: bool = False
    tones: Sequence[Sequence[str]] = ()


@dataclass(frozen=True)
class ChartPanel:
    """Chart of a picture.

    Attributes:
        spec: Vega-Lite specification.
        description: of the chart in words, for readers who do not see it.
        heading: above the chart.
    """

    spec: Spec
    description: str
    heading: str = ""


@dataclass(frozen=True)
class Drawing:
    """Drawing that is part of the page; no script draws it.

    Attributes:
        content: elements of an SVG picture.
        width: pixels; a narrower page shrinks it a little, and lets its reader scroll in it.
        height: pixels.
        title: short title, for readers who do not see it.
        description: of the drawing in words.
    """

    content: Markup
    width: float
    height: float
    title: str
    description: str


@dataclass(frozen=True)
class Picture:
    """Panels that show one finding.

    Attributes:
        title: sentence with the finding.
        note: explanation of the picture.
        panels: charts.
        table: the same data as text.
        keys: entries of the key.
        stacked: whether panels stand below each other; else they stand side by side where there is room.
        drawing: drawing in place of panels.
    """

    title: str
    note: str
    panels: tuple[ChartPanel, ...]
    table: ChartTable
    keys: tuple[ChartKey, ...] = field(default=())
    stacked: bool = False
    drawing: Drawing | None = None


def panel(
    layers: Sequence[Spec],
    description: str,
    *,
    height: int,
    heading: str = "",
    apart: Sequence[str] = (),
    **rows: Sequence[Row],
) -> ChartPanel:
    """Make a panel as wide as the page allows.

    Args:
        layers: layers, from the back to the front.
        description: of the panel, in words.
        height: pixels.
        heading: above the panel.
        apart: channels, such as "color", with a scale of its own in each layer.
        rows: data of the layers, by name.
    """
    spec: Spec = {"width": "container", "height": height, "description": description}
    spec["layer"] = list(layers)
    if apart:
        spec["resolve"] = {"scale": dict.fromkeys(apart, "independent")}
    spec["datasets"] = {
        name: [{key: json_value(value) for key, value in row.items()} for row in some]
        for name, some in rows.items()
    }
    return ChartPanel(spec, description, heading)


def json_value(value: Any) -> Any:
    """Return a value for JSON: floats rounded to five significant digits, ``None`` for nan and infinity.

    >>> [json_value(value) for value in (1234.5678, float("nan"), 1234567, "mug")]
    [1234.6, None, 1234567, 'mug']
    """
    if isinstance(value, str | int) or value is None:
        return value
    number = float(value)
    return float(f"{number:.5g}") if math.isfinite(number) else None
