"""Surface of a sweep: a metric over all cells; title, note, key and table shared by all its pictures."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np

from simulator.experiments.statistics.confidence_intervals import intervals
from simulator.experiments.sweeping.sweep import Leaders, Sweep
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.picture import ChartKey, ChartTable
from simulator.reports.wording.numerals import NOTHING, quantity
from simulator.reports.wording.sweep_sentences import scale, short
from simulator.values.arrays import Floats

COLOURS: Final = {"best": palette.GOOD, "contender": palette.GOOD, "": palette.OPEN}
"""Colour of each place of a cell, see `Surface.place`."""
_MOST_LISTED: Final = 400
"""Largest number of cells in a table."""


@dataclass(frozen=True)
class Surface:
    """Metric in every cell, in a unit that suits its size.

    Attributes:
        sweep: replications of every cell.
        metric: name.
        leaders: cells that may be best by the metric; None if there is no best.
    """

    sweep: Sweep
    metric: str
    leaders: Leaders | None

    @cached_property
    def _estimates(self) -> tuple[Floats, Floats]:
        """Means and half widths: float64[cells] each."""
        mean, half_width, _ = intervals(self.sweep.values(self.metric))
        return mean * self._scale[0], half_width * self._scale[0]

    @cached_property
    def _scale(self) -> tuple[float, str]:
        """Factor from the glossary's unit to the one shown, and the name of the latter."""
        means = intervals(self.sweep.values(self.metric))[0]
        return scale(GLOSSARY[self.metric].unit, float(np.nanmax(np.abs(means), initial=0.0)))

    @property
    def unit(self) -> str:
        """Unit of the figures; "" for money, as the currency is not known."""
        unit = GLOSSARY[self.metric].unit
        return {"%": "per cent", "": axes.unit_name(unit)}.get(self._scale[1], self._scale[1])

    @property
    def name(self) -> str:
        """Label of the metric."""
        return label(self.metric)

    @property
    def title(self) -> str:
        """Label and unit."""
        return f"{self.name}, {self.unit}" if self.unit and self.unit != self.name.lower() else self.name

    @property
    def means(self) -> Floats:
        """Mean of each cell: float64[cells]."""
        return self._estimates[0]

    @property
    def half_widths(self) -> Floats:
        """Half width of each cell's 95 % confidence interval: float64[cells]."""
        return self._estimates[1]

    @cached_property
    def _places(self) -> int:
        """Number of decimals that tells cells apart: two digits of the difference of the extreme means."""
        spread = float(np.nanmax(self.means) - np.nanmin(self.means))
        return min(max(1 - math.floor(math.log10(spread)), 0), 4) if spread > 0 else 1

    def number(self, value: float) -> str:
        """Write a value with the same number of decimals as all others."""
        return NOTHING if math.isnan(value) else f"{value:,.{self._places}f}".replace("-", "−")

    def text(self, cell: int, *, interval: bool = False) -> str:
        """Write the mean of a cell (from 0), with ± if ``interval``."""
        mean, half = self.number(float(self.means[cell])), float(self.half_widths[cell])
        return f"{mean} ± {self.number(half)}" if interval and not math.isnan(half) else mean

    def place(self, cell: int) -> str:
        """Return the place of a cell (from 0): "best", "contender" if it may be as good, else ""."""
        if self.leaders is None:
            return ""
        if cell + 1 == self.leaders.best:
            return "best"
        return "contender" if self.sweep.replications > 1 and cell + 1 in self.leaders.contenders else ""


def surfaces_of(sweep: Sweep, leaders: Mapping[str, Leaders | None]) -> list[Surface]:
    """Make the surfaces of the metrics that exist in some cell."""
    found = [Surface(sweep, metric, best) for metric, best in leaders.items()]
    return [one for one in found if not np.isnan(one.means).all()]


def cells_table(surfaces: Sequence[Surface]) -> ChartTable:
    """Tabulate the cells: the values of each and every metric in it."""
    sweep = surfaces[0].sweep
    names, cells = short(sweep.paths), sweep.design.cells
    marks = {"best": " ★", "contender": " ☆", "": ""}
    rows = [
        [cell[path] for path in sweep.paths]
        + [f"{one.text(k, interval=True)}{marks[one.place(k)]}" for one in surfaces]
        for k, cell in enumerate(cells[:_MOST_LISTED])
    ]
    left_out = "★ best"
    left_out += "; ☆ may be as good." if sweep.replications > 1 else "."
    if len(cells) > _MOST_LISTED:
        left_out += f" The first {_MOST_LISTED} of {len(cells):,} cells; all are in summary.csv."
    return ChartTable(
        [*(names[path] for path in sweep.paths), *(one.title for one in surfaces)], rows, left_out
    )


def cell_names(sweep: Sweep) -> list[str]:
    """Name each cell by its values."""
    return [" · ".join(cell[path] for path in sweep.paths) for cell in sweep.design.cells]


def surface_headline(surfaces: Sequence[Surface]) -> str:
    """Write the title: the extreme means of the first metric with leaders, or else of the first metric."""
    one = next((one for one in surfaces if one.leaders is not None), surfaces[0])
    least, most = int(np.nanargmin(one.means)), int(np.nanargmax(one.means))
    if one.means[least] == one.means[most]:
        return f"{one.name} is the same in all cells"
    names = short(one.sweep.paths)
    where = [
        ", ".join(f"{names[path]} {value}" for path, value in one.sweep.design.cells[cell].items())
        for cell in (least, most)
    ]
    unit = f" {one.unit}" if one.unit else ""
    return f"{one.name} goes from {one.text(least)} ({where[0]}) to {one.text(most)}{unit} ({where[1]})"


def note(sweep: Sweep, how: str) -> str:
    """Add the number of replications to ``how``, the explanation of a picture."""
    if sweep.replications == 1:
        return f"{how} One replication of each cell: how sure these figures are cannot be said.".strip()
    return (
        f"{how} {quantity(sweep.replications)} replications of each cell, before the same customers.".strip()
    )


def surface_keys(surfaces: Sequence[Surface]) -> tuple[ChartKey, ...]:
    """Make the key to the dots of cells; empty if no metric has a best cell."""
    places = {one.place(cell) for one in surfaces for cell in range(len(one.means))}
    words = {"best": "best", "contender": "may be as good", "": "certainly not the best"}
    if "best" not in places:
        return ()
    return tuple(
        ChartKey(text, COLOURS[place], hollow=place == "contender")
        for place, text in words.items()
        if place in places
    )
