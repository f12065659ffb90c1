"""Setting effects: metrics of a sweep along one path, in each cell, and averaged over the other paths."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

import numpy as np

from simulator.metrics.glossary import GLOSSARY
from simulator.reports.charts.sweep_surface import (
    COLOURS,
    Surface,
    cell_names,
    cells_table,
    note,
    surface_headline,
    surface_keys,
)
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.dots import Dot, dots
from simulator.reports.pictures.layers import layer, mapped, nominal, quantitative
from simulator.reports.pictures.picture import ChartPanel, ChartTable, Picture, Row, panel
from simulator.reports.wording.numerals import quantity
from simulator.reports.wording.sweep_sentences import short
from simulator.values.arrays import Floats

_HEIGHT: Final = 210
_MOST_ROWS: Final = 25


def line_over_path(surfaces: Sequence[Surface]) -> Picture:
    """Draw each metric over one path, whose values are numbers, as a line with its interval."""
    sweep = surfaces[0].sweep
    path = sweep.paths[0]
    unit = sweep.units[path]
    name = short(sweep.paths)[path]
    title = f"{name}, {unit}" if unit else name
    return Picture(
        surface_headline(surfaces),
        note(sweep, "Band: 95 % confidence interval." if sweep.replications > 1 else ""),
        tuple(_line(one, [float(value) for value in sweep.cells[path]], title) for one in surfaces),
        cells_table(surfaces),
        surface_keys(surfaces),
    )


def cell_list(surfaces: Sequence[Surface]) -> Picture:
    """Draw each metric with one row per cell; of more than `_MOST_ROWS`, those best by the first metric."""
    sweep = surfaces[0].sweep
    names = cell_names(sweep)
    order = _ranked(surfaces[0])[:_MOST_ROWS] if len(names) > _MOST_ROWS else list(range(len(names)))
    how = "Lines: 95 % confidence intervals." if sweep.replications > 1 else ""
    if len(sweep.paths) > 1:
        how += f" Cells are named by {' · '.join(short(sweep.paths).values())}."
    if len(order) < len(names):
        how += f" The {len(order)} of {quantity(len(names))} cells with the best {surfaces[0].name.lower()}."
    panels = []
    for one in surfaces:
        found = [
            Dot(
                names[cell],
                float(one.means[cell]),
                float(one.half_widths[cell]),
                one.text(cell),
                COLOURS[one.place(cell)],
                one.place(cell) != "contender",
            )
            for cell in order
            if not math.isnan(one.means[cell])
        ]
        if found:
            spoken = "; ".join(f"{dot.name}: {dot.text}" for dot in found)
            axis = axes.number_axis(one.title, ticks=4)
            panels.append(dots(found, axis, f"{one.title}. {spoken}", heading=one.name, zero=False))
    return Picture(
        surface_headline(surfaces),
        note(sweep, how),
        tuple(panels),
        cells_table(surfaces),
        surface_keys(surfaces),
    )


def averages(surface: Surface) -> Picture:
    """Draw the effect of each path on a metric: the mean over all cells with the same value of the path."""
    sweep, names = surface.sweep, short(surface.sweep.paths)
    panels, rows, reach = [], [], {}
    for path in sweep.paths:
        values = list(dict.fromkeys(cell[path] for cell in sweep.design.cells))
        means = [
            _mean(surface.means[[cell[path] == value for cell in sweep.design.cells]]) for value in values
        ]
        known = [mean for mean in means if not math.isnan(mean)]
        reach[path] = max(known) - min(known)
        points = [
            Dot(value, mean, math.nan, surface.number(mean), palette.STOCK)
            for value, mean in zip(values, means, strict=True)
        ]
        rows += [(names[path], dot.name, dot.text) for dot in points]
        points = [dot for dot in points if not math.isnan(dot.mean)]
        spoken = "; ".join(f"{dot.name}: {dot.text}" for dot in points)
        axis = axes.number_axis(surface.title, ticks=4)
        panels.append((points, axis, f"{path}. {spoken}", path))
    everything = [dot.mean for points, *_ in panels for dot in points]
    low, high = min(everything), max(everything)
    margin = 0.05 * (high - low) or 1.0
    most = max(reach, key=lambda path: reach[path])
    return Picture(
        f"{surface.name} differs most between the values of {names[most]}",
        "Means of all cells with the same value of one setting, whatever the others are; on one scale.",
        tuple(
            dots(points, axis, spoken, heading=path, zero=False, reach=(low - margin, high + margin))
            for points, axis, spoken, path in panels
        ),
        ChartTable(("Setting", "Value", surface.title), rows),
    )


def _mean(found: Floats) -> float:
    """Compute the mean of the cells that have the figure; nan if none has."""
    known = found[~np.isnan(found)]
    return float(known.mean()) if len(known) else math.nan


def _line(one: Surface, values: Sequence[float], title: str) -> ChartPanel:
    """Draw the line of a metric.

    Args:
        one: the metric in every cell.
        values: of the path in each cell.
        title: of the path's axis.
    """
    rows: list[Row] = []
    for cell in sorted(range(len(values)), key=lambda cell: values[cell]):
        half = float(np.nan_to_num(one.half_widths[cell]))
        place = one.place(cell)
        rows.append(
            {
                "value": values[cell],
                "mean": one.means[cell],
                "low": one.means[cell] - half,
                "high": one.means[cell] + half,
                "text": one.text(cell, interval=True),
                "colour": COLOURS[place],
                "fill": palette.PAPER if place == "contender" else COLOURS[place],
            }
        )
    x = quantitative(
        "value",
        axis=axes.number_axis(title, grid=False),
        scale={"zero": False, "nice": False, "padding": 8},
    )
    scale = {"zero": False}
    y = quantitative("mean", axis=axes.number_axis(one.title, ticks=4), scale=scale)
    itself = {colour: colour for colour in (*COLOURS.values(), palette.PAPER)}
    point = {
        "x": x,
        "y": y,
        "stroke": mapped("colour", itself),
        "fill": mapped("fill", itself),
        "tooltip": [quantitative("value", title="Value"), nominal("text", title=one.name)],
    }
    band = {"x": x, "y": quantitative("low", scale=scale), "y2": {"field": "high"}}
    layers = [
        layer("area", band, color=palette.STOCK, opacity=0.2),
        layer("line", {"x": x, "y": y}, color=palette.STOCK, strokeWidth=2),
        layer("point", point, size=70, opacity=1, strokeWidth=2, filled=False),
    ]
    spoken = "; ".join(f"{row['value']:g}: {row['text']}" for row in rows)
    return panel(layers, f"{one.title} over {title}. {spoken}", height=_HEIGHT, heading=one.name, rows=rows)


def _ranked(one: Surface) -> list[int]:
    """Rank the cells by a metric, the best first, or the largest where neither direction is better."""
    sign = 1.0 if GLOSSARY[one.metric].better == "down" else -1.0
    worst_last = np.where(np.isnan(one.means), np.inf, sign * one.means)
    return [int(cell) for cell in np.argsort(worst_last, kind="stable")]
