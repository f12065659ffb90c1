"""Heat maps: a metric over the values of two settings."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from simulator.reports.charts.sweep_surface import Surface, cells_table, note, surface_headline
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.layers import layer, nominal, quantitative
from simulator.reports.pictures.picture import ChartPanel, Picture, Row, panel
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
    axis = {
        "title": names[across],
        "labelAngle": 0,
        "labelLimit": 90,
        "ticks": False,
        "domain": False,
        "grid": False,
    }
    place = {
        "x": nominal("across", sort=columns, axis=axis, scale={"padding": 0.04}),
        "y": axes.names("row", lines, title=names[down]),
    }
    square = {
        **place,
        "fillOpacity": quantitative("depth", scale={"domain": [0, 1], "range": [0.06, 0.72]}, legend=None),
        "tooltip": [
            nominal("across", title=names[across]),
            nominal("down", title=names[down]),
            nominal("exact", title=one.title),
        ],
    }
    layers = [
        layer("rect", square, color=palette.STOCK),
        layer("rect", place, where="datum.best", filled=False, stroke=palette.INK, strokeWidth=2.5),
    ]
    if len(columns) * max(len(row["text"]) for row in rows) <= _WRITTEN:
        layers.append(layer("text", {**place, "text": nominal("text")}, fontSize=11, color=palette.INK))
    spoken = "; ".join(f"{row['across']}, {row['down']}: {row['text']}" for row in rows)
    description = f"{one.title} by {across} and {down}. {spoken}"
    return panel(layers, description, height=_ROW_HEIGHT * len(lines) + 20, heading=one.title, rows=rows)
