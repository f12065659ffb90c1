"""Figures of a run played in windows, merged from the sums, peaks and samples of every window."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.figures import Figures, figures_from, overflow_allowed, require_finite
from simulator.metrics.goods.replenishment_cycles import Cycles
from simulator.metrics.grouping import CodedSample, Grouping, groupings
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.service import LineQuantiles
from simulator.metrics.record_sums import LineOutcomes, StockCourse, quantiles
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    from simulator.model.windows import RunWindow
    from simulator.model.world import Record

Parts = dict[str, dict[str, Floats]]
"""Values by dimension and name: float64[groups] each."""


class WindowMerger:
    """Sums, peaks and samples for quantiles, accumulated over the windows of a run."""

    def __init__(self, *, causes: bool = False) -> None:
        """Begin without windows; ``causes`` as in `figures`."""
        self._causes = causes
        self._groupings: list[Grouping] = []
        self._fates: Parts = {}
        self._course: Parts = {}
        self._peaks: Parts = {}
        self._cycles: Cycles | None = None
        self._last: Record | None = None
        self._lines: list[LineQuantiles] = []
        self._customs_delays: list[CodedSample] = []

    @overflow_allowed
    def add(self, window: RunWindow) -> None:
        """Add the next window."""
        measured = Window.of(window.settled.scenario.run)
        if not self._groupings:
            self._groupings = list(groupings(window.settled))
        self._last = window.settled
        fates = LineOutcomes(window.settled, measured, causes=self._causes)
        self._lines.append(fates.line_quantiles.compact)
        self._customs_delays.append(fates.customs_delays.compact)
        for grouping in self._groupings:
            _fold(np.add, self._fates, grouping, fates.sums(grouping))
        inside = Window(max(window.begin, measured.start), min(window.end, measured.end))
        if inside.length > 0:
            self._add_course(StockCourse(window.levels, inside))

    def _add_course(self, course: StockCourse) -> None:
        self._cycles = course.cycles if self._cycles is None else self._cycles.then(course.cycles)
        for grouping in self._groupings:
            _fold(np.add, self._course, grouping, course.sums(grouping))
            _fold(np.maximum, self._peaks, grouping, course.peaks(grouping))

    @overflow_allowed
    def figures(self) -> Figures:
        """Compute the figures of all windows together.

        Raises:
            NotFiniteError: a figure is nan or too large to be reported.
        """
        lines, delays = LineQuantiles.joined(self._lines), CodedSample.joined(self._customs_delays)
        assert self._cycles is not None, "no window was measured"
        assert self._last is not None
        cycles = self._cycles.sums()

        def sums(grouping: Grouping) -> dict[str, Floats]:
            dimension = grouping.dimension
            found = self._fates[dimension] | quantiles(lines, delays, grouping)
            found |= self._course[dimension] | self._peaks[dimension]
            return found if grouping.of_stock is None else found | grouping.by(grouping.of_stock, cycles)

        found = figures_from(self._groupings, sums)
        require_finite(found.overall, found.by, self._last)
        return found


def _fold(ufunc: np.ufunc, parts: Parts, grouping: Grouping, more: dict[str, Floats]) -> None:
    """Combine the values of one more window with those of the windows before.

    Args:
        ufunc: `numpy.add` for sums, `numpy.maximum` for peaks.
        parts: values so far, changed in place.
        grouping: of the new values.
        more: new values by name: float64[groups] each.
    """
    known = parts.setdefault(grouping.dimension, {})
    for name, values in more.items():
        known[name] = ufunc(known[name], values) if name in known else values
