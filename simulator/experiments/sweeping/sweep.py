"""Sweep of a scenario over a grid of settings, with the same customers in every cell."""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.scenario_panel import Panel
from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.confidence_intervals import intervals
from simulator.experiments.sweeping.ranges import MOST, Levels
from simulator.experiments.sweeping.variants import Values, Variants, named
from simulator.experiments.workers.workers import Workers
from simulator.metrics.bases import ASKED, AWAY, BASES, PURCHASES
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

MAIN: Final = (
    *("fill_rate", "asked_wait_mean", "on_hand_mean", "profit"),
    *("on_time_rate", "satisfaction", "lost_units", "cancelled_units", "contacts_per_100_orders", "revenue"),
)
"""Main metrics; by default the first four that vary are shown."""
_SHOWN: Final = 4
_ROUNDING: Final = 1e-9
"""Relative difference below which means count as equal."""


@dataclass(frozen=True)
class SweepDesign:
    """Design of a sweep, fixed before anything is played.

    Attributes:
        levels: paths that are varied, each with its values.
        cells: values of each cell.
        scenarios: scenario of each cell.
        replications: number of replications of every cell.
    """

    levels: tuple[Levels, ...]
    cells: tuple[Values, ...]
    scenarios: tuple[Scenario, ...]
    replications: int

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths that are varied."""
        return tuple(one.path for one in self.levels)

    @property
    def show(self) -> tuple[str, ...]:
        """Metrics that the scenario names (``show``)."""
        return tuple(self.scenarios[0].show) if self.scenarios else ()

    @property
    def names(self) -> tuple[str, ...]:
        """Name of each cell, made of its values."""
        return tuple(map(named, self.cells))


def grid(levels: Sequence[Levels], *, zipped: bool = False) -> tuple[Values, ...]:
    """Return the values of each cell of a grid; the values of the last path change fastest.

    Args:
        levels: paths and their values.
        zipped: True for one cell with the first values of all paths, one with the second values, and so on;
            False for a cell for every combination of values.

    Raises:
        ValueError: paths to be zipped have different numbers of values, or there are too many cells.

    >>> [dict(cell) for cell in grid([Levels("a", ("1", "2")), Levels("b", ("x", "y"))], zipped=True)]
    [{'a': '1', 'b': 'x'}, {'a': '2', 'b': 'y'}]
    """
    counts = [len(one.values) for one in levels]
    if zipped and len(set(counts)) > 1:
        told = ", ".join(f"{one.path} has {count}" for one, count in zip(levels, counts, strict=True))
        raise ValueError(f"paths that are zipped need equally many values: {told}")
    size = counts[0] if zipped else int(np.prod(counts, dtype=object))
    if size > MOST:
        raise ValueError(f"{size:,} cells are too many; at most {MOST:,}")
    values = [one.values for one in levels]
    rows = zip(*values, strict=True) if zipped else itertools.product(*values)
    return tuple(dict(zip((one.path for one in levels), row, strict=True)) for row in rows)


def sweep_design(variants: Variants, levels: Sequence[Levels], *, zipped: bool = False) -> SweepDesign:
    """Design a sweep, and check the scenario of every cell.

    Args:
        variants: source of the scenarios.
        levels: paths and their values.
        zipped: see `grid`.

    Raises:
        ScenarioError: a cell is impossible; the error holds the mistakes in all cells.
        ValueError: paths to be zipped have different numbers of values, or there are too many cells.
    """
    cells = grid(levels, zipped=zipped)
    scenarios = variants.all(cells)
    return SweepDesign(tuple(levels), cells, scenarios, scenarios[0].run.replications)


@dataclass(frozen=True)
class Leaders:
    """Cells that may be best by one metric, numbered from 1.

    Attributes:
        metric: metric that decides.
        best: cell with the best mean.
        contenders: all cells that may be best, including ``best``. With a probability of at least 95 % the
            truly best cell is one of them.
    """

    metric: str
    best: int
    contenders: tuple[int, ...]


@dataclass(frozen=True)
class Sweep:
    """Results of a sweep: the replications of every cell of a grid.

    Attributes:
        design: design that was played.
        figures: figures of each cell, in order of replication.
    """

    design: SweepDesign
    figures: tuple[tuple[Figures, ...], ...]

    @property
    def scenario(self) -> Scenario:
        """Scenario of the first cell."""
        return self.design.scenarios[0]

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths that were varied."""
        return self.design.paths

    @property
    def units(self) -> dict[str, str]:
        """Unit of the column of each path in the tables; "" if it has none."""
        return {one.path: one.unit for one in self.design.levels}

    @property
    def replications(self) -> int:
        """Number of replications of every cell."""
        return self.design.replications

    @cached_property
    def cells(self) -> pd.DataFrame:
        """Table of the cells, one row for each.

        Columns: cell (from 1), one for each path, replications. The column of a path holds numbers if all its
        values are numbers of one unit, otherwise texts.
        """
        import pandas as pd

        columns: dict[str, Any] = {"cell": np.arange(1, len(self.design.cells) + 1)}
        for one in self.design.levels:
            columns[one.path] = _column(one, [cell[one.path] for cell in self.design.cells])
        return pd.DataFrame({**columns, "replications": self.replications})

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Table of means, one row for each cell and metric, overall.

        Columns: cell, one for each path, metric, mean, half_width of its 95 % confidence interval, n, unit.
        """
        import pandas as pd

        tables = []
        for outcomes in self._outcomes:
            mean, half_width, n = intervals(outcomes)
            columns: dict[str, Any] = {
                "metric": list(GLOSSARY),
                "mean": mean,
                "half_width": half_width,
                "n": n,
            }
            tables.append(pd.DataFrame({**columns, "unit": [metric.unit for metric in GLOSSARY.values()]}))
        return self._beside_cells(tables)

    @cached_property
    def results(self) -> pd.DataFrame:
        """Table of replications, one row for each cell and replication.

        Columns: cell, one for each path, replication, and the overall value of every metric.
        """
        import pandas as pd

        tables = []
        for outcomes in self._outcomes:
            table = pd.DataFrame(outcomes, columns=pd.Index(list(GLOSSARY)))
            table.insert(0, "replication", np.arange(len(outcomes)))
            tables.append(table)
        return self._beside_cells(tables)

    def values(self, metric: str) -> Floats:
        """Return the overall values of a metric: float64[replications, cells]."""
        values: Floats = self._outcomes[:, :, list(GLOSSARY).index(metric)].T
        return values

    @cached_property
    def _outcomes(self) -> Floats:
        """Overall figures: float64[cells, replications, metrics]."""
        return np.array([[one.overall for one in figures] for figures in self.figures])

    def main_metrics(self) -> tuple[str, ...]:
        """Return the first of the main metrics that vary between cells; if none varies, of those that exist."""
        show = self.design.show
        means = {name: intervals(self.values(name))[0] for name in main_metrics(show)}
        varying = [name for name, found in means.items() if varies(found)]
        return leading_metrics(
            varying or [name for name, found in means.items() if not np.isnan(found).all()], show
        )

    def varies(self, metric: str) -> bool:
        """Test whether the means of a metric differ between cells."""
        return varies(intervals(self.values(metric))[0])

    def over_others(self, metric: str) -> bool:
        """Test whether a metric is taken over a group whose size certainly differs between the first and another cell.

        Such a metric makes no cell the best. For example, the mean wait of served lines falls if those that
        wait longest are cancelled.
        """
        base = BASES.get(metric)
        if base is None or base in PURCHASES:
            return False
        sizes = self.values(AWAY if base in ASKED else base)
        difference, half_width, _ = intervals(sizes - sizes[:, :1])
        return bool(((difference != 0) & ~(np.abs(difference) <= half_width)).any())

    def leaders(self, metric: str) -> Leaders | None:
        """Return the cells that may be best by a metric.

        The result is None if neither direction of the metric is better, if it exists in no cell, or if it is
        taken over a group that the settings change.

        A cell is left out if another is clearly better: by more than t(n-1, 1 - 0.05 / (cells - 1)) standard
        errors of their paired difference (subset selection, Nelson et al. 2001, section 3, with common random
        numbers and Bonferroni's inequality).
        """
        better = GLOSSARY[metric].better
        values = self.values(metric) * (1.0 if better == "up" else -1.0)
        means = intervals(values)[0]
        if better == "neither" or np.isnan(means).all() or self.over_others(metric):
            return None
        beaten = np.isnan(means)
        confidence = 1 - 0.1 / max(len(means) - 1, 1)  # of a two-sided interval; one of its sides is tested
        for k in np.flatnonzero(~np.isnan(means)):
            difference, half_width, _ = intervals(values[:, [k]] - values, confidence)
            beaten |= difference > half_width + _ROUNDING * abs(means[k])  # false where either is nan
        return Leaders(metric, int(np.nanargmax(means)) + 1, tuple((np.flatnonzero(~beaten) + 1).tolist()))

    def _beside_cells(self, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """Concatenate the tables of all cells, with number and values of the cell in the first columns."""
        import pandas as pd

        cells = self.cells.drop(columns="replications")
        repeated = cells.loc[cells.index.repeat([len(table) for table in tables])]
        return pd.concat([repeated.reset_index(drop=True), pd.concat(tables, ignore_index=True)], axis=1)


def sweep(
    planned: SweepDesign,
    workers: Workers,
    journal: Journal | None = None,
    progress: Progress | None = None,
    metrics: Iterable[str] = (),
) -> Sweep:
    """Play every replication of every cell; replication n of all cells has the same random numbers.

    Args:
        planned: design to play.
        workers: workers that play the replications.
        journal: journal from which finished trials are read, and to which others are written.
        progress: function called with the number of trials done and their total.
        metrics: see `Panel`.

    Raises:
        WorkloadError: the work is beyond the limit of the workers.
        LostWorkerError: a worker process died.
    """
    panel = Panel(dict(zip(planned.names, planned.scenarios, strict=True)), workers, journal, metrics)
    panel.play(planned.replications, progress=progress)
    return Sweep(planned, tuple(panel.figures(name) for name in planned.names))


def _column(levels: Levels, texts: Sequence[str]) -> Sequence[float] | Sequence[str]:
    """Return the column of a path in a table: numbers if all its values are numbers of one unit, else the texts."""
    numbers = levels.numbers
    if numbers is None:
        return texts
    known = dict(zip(levels.values, numbers, strict=True))
    found = [known[text] for text in texts]
    return [int(one) for one in found] if all(one.is_integer() for one in numbers) else found


def main_metrics(show: Sequence[str]) -> tuple[str, ...]:
    """Return the metrics that may be shown: the main ones, after those in ``show`` and profit if ``show`` has any."""
    return tuple(dict.fromkeys((*show, "profit", *MAIN))) if show else MAIN


def leading_metrics(metrics: Sequence[str], show: Sequence[str]) -> tuple[str, ...]:
    """Return the first metrics: four, or one more than the number of those in ``show`` if that is larger."""
    about = sum(metric in show for metric in metrics)
    return tuple(metrics[: max(_SHOWN, about + 1)])


def varies(means: Floats) -> bool:
    """Test whether means are not all the same; one that does not exist differs from one that does."""
    found = means[~np.isnan(means)]
    if len(found) < len(means):
        return len(found) > 0
    return bool(np.ptp(found) > _ROUNDING * np.abs(found).max())
