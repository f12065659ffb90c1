"""Heat maps: a metric over the values of two settings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import altair as alt
import numpy as np

from simulator.reports.charts.sweep_surface import Surface, cells_table, note, surface_headline
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.picture import ChartPanel, Picture, Row, chart_of, panel
from simulator.reports.wording.sweep_sentences import short

_ROW_HEIGHT: Final = 34
_WRITTEN: Final = 40
"""Largest number of characters in the cells of a row that have room on a telephone."""


def heat_maps(surfaces: Sequence[Surface]) -> Picture:
    """Draw a heat map of each metric over the values of two paths."""
    sweep = surfaces[0].sweep
    return Picture(
        surface_headline(surfaces),
        note(sweep, "The stronger the colour, the more; framed is the best of a figure."),
        tuple(_heat_map(one) for one in surfaces),
        cells_table(surfaces),
    )


def _heat_map(one: Surface) -> ChartPanel:
    cells, (across, down) = one.sweep.design.cells, one.sweep.paths
    columns, lines = (list(dict.fromkeys(cell[path] for cell in cells)) for path in (across, down))
    low, high = float(np.nanmin(one.means)), float(np.nanmax(one.means))
    rows: list[Row] = [
        {
            "across": cell[across],
            "down": cell[down],
            "row": axes.broken(cell[down]),
            "depth": 0.0 if high == low or math.isnan(one.means[k]) else (one.means[k] - low) / (high - low),
            "text": one.text(k),
            "exact": one.text(k, interval=True),
            "best": one.place(k) == "best",
        }
        for k, cell in enumerate(cells)
    ]
    names = short(one.sweep.paths)
    x = alt.X(
        "across:N",
        sort=columns,
        axis=alt.Axis(
            title=names[across], labelAngle=0, labelLimit=90, ticks=False, domain=False, grid=False
        ),
        scale=alt.Scale(padding=0.04),
    )
    y = axes.names("row", lines, title=names[down])
    chart = chart_of()
    squares = chart.mark_rect(color=palette.STOCK).encode(
        x=x,
        y=y,
        fillOpacity=alt.FillOpacity(
            "depth:Q", scale=alt.Scale(domain=[0, 1], range=[0.06, 0.72]), legend=None
        ),
        tooltip=[
            alt.Tooltip("across:N", title=names[across]),
            alt.Tooltip("down:N", title=names[down]),
            alt.Tooltip("exact:N", title=one.title),
        ],
    )
    frame = (
        chart.transform_filter("datum.best")
        .mark_rect(filled=False, stroke=palette.INK, strokeWidth=2.5)
        .encode(x=x, y=y)
    )
    layers = [squares, frame]
    if len(columns) * max(len(row["text"]) for row in rows) <= _WRITTEN:
        layers.append(
            chart.mark_text(fontSize=11, color=palette.INK).encode(x=x, y=y, text=alt.Text("text:N"))
        )
    spoken = "; ".join(f"{row['across']}, {row['down']}: {row['text']}" for row in rows)
    description = f"{one.title} by {across} and {down}. {spoken}"
    return panel(layers, description, height=_ROW_HEIGHT * len(lines) + 20, heading=one.title, rows=rows)
