"""A scenario played with many values of a few settings, every cell of the grid before the same customers."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
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
"""Metrics that are shown unless others are asked for: of those that vary the first four."""
_SHOWN: Final = 4
_ROUNDING: Final = 1e-9
"""Means that differ by less, relatively, are the same."""


@dataclass(frozen=True)
class SweepDesign:
    """What a sweep plays, all of it fixed before anything runs.

    Attributes:
        levels: the paths that are varied, each with its values.
        cells: the values of each cell.
        scenarios: the scenario of each cell.
        replications: of every cell.
    """

    levels: tuple[Levels, ...]
    cells: tuple[Values, ...]
    scenarios: tuple[Scenario, ...]
    replications: int

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that are varied."""
        return tuple(one.path for one in self.levels)

    @property
    def show(self) -> tuple[str, ...]:
        """Metrics that the scenario is about."""
        return tuple(self.scenarios[0].show) if self.scenarios else ()

    @property
    def names(self) -> tuple[str, ...]:
        """The name of each cell: its values."""
        return tuple(map(named, self.cells))


def grid(levels: Sequence[Levels], *, zipped: bool = False) -> tuple[Values, ...]:
    """The values of each cell; those of the last path change fastest.

    Args:
        levels: the paths and their values.
        zipped: take the first values of all paths together, then the second ones, and so on, in place of every
            value with every other.

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
    """The sweep over these values, every cell of it checked.

    Raises:
        ScenarioError: with everything that is wrong in any cell.
        ValueError: as ``grid``.
    """
    cells = grid(levels, zipped=zipped)
    scenarios = variants.all(cells)
    return SweepDesign(tuple(levels), cells, scenarios, scenarios[0].run.replications)


@dataclass(frozen=True)
class Leaders:
    """Which cells may be best by one metric.

    ``best`` has the best mean. ``contenders`` are all cells that may be best, it among them; with a probability of at
    least 95 % the truly best is one of them. Both count cells from 1.
    """

    metric: str
    best: int
    contenders: tuple[int, ...]


@dataclass(frozen=True)
class Sweep:
    """Replications of every cell of a grid, and what they say.

    ``figures`` holds those of each cell, in order of replication.
    """

    design: SweepDesign
    figures: tuple[tuple[Figures, ...], ...]

    @property
    def scenario(self) -> Scenario:
        """That of the first cell."""
        return self.design.scenarios[0]

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that were varied."""
        return self.design.paths

    @property
    def units(self) -> dict[str, str]:
        """The unit of each path's column in the tables; "" for one that has none."""
        return {one.path: one.unit for one in self.design.levels}

    @property
    def replications(self) -> int:
        """Of every cell."""
        return self.design.replications

    @cached_property
    def cells(self) -> pd.DataFrame:
        """One row a cell. Columns: cell (from 1), one for each path, replications.

        Where all values of a path are numbers of one unit the column holds these numbers, otherwise texts.
        """
        import pandas as pd

        columns: dict[str, Any] = {"cell": np.arange(1, len(self.design.cells) + 1)}
        for one in self.design.levels:
            columns[one.path] = _column(one, [cell[one.path] for cell in self.design.cells])
        return pd.DataFrame({**columns, "replications": self.replications})

    @cached_property
    def summary(self) -> pd.DataFrame:
        """Mean of every metric, overall, in every cell.

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
        """One row for each cell and replication. Columns: cell, one for each path, replication, every metric."""
        import pandas as pd

        tables = []
        for outcomes in self._outcomes:
            table = pd.DataFrame(outcomes, columns=pd.Index(list(GLOSSARY)))
            table.insert(0, "replication", np.arange(len(outcomes)))
            tables.append(table)
        return self._beside_cells(tables)

    def values(self, metric: str) -> Floats:
        """float64[replications, cells]: the metric, overall."""
        values: Floats = self._outcomes[:, :, list(GLOSSARY).index(metric)].T
        return values

    @cached_property
    def _outcomes(self) -> Floats:
        """float64[cells, replications, metrics]."""
        return np.array([[one.overall for one in figures] for figures in self.figures])

    def main_metrics(self) -> tuple[str, ...]:
        """The first of the main metrics that are not the same in all cells; if all are, those that exist."""
        show = self.design.show
        means = {name: intervals(self.values(name))[0] for name in main_metrics(show)}
        varying = [name for name, found in means.items() if varies(found)]
        return best_cells(
            varying or [name for name, found in means.items() if not np.isnan(found).all()], show
        )

    def varies(self, metric: str) -> bool:
        """Whether the means of the metric differ between the cells."""
        return varies(intervals(self.values(metric))[0])

    def over_others(self, metric: str) -> bool:
        """Whether a metric is over a group that certainly has another size in some cell than in the first.

        The mean wait of those who were served falls when those who wait longest give up: such a figure makes no
        cell the best.
        """
        base = BASES.get(metric)
        if base is None or base in PURCHASES:
            return False
        sizes = self.values(AWAY if base in ASKED else base)
        difference, half_width, _ = intervals(sizes - sizes[:, :1])
        return bool(((difference != 0) & ~(np.abs(difference) <= half_width)).any())

    def leaders(self, metric: str) -> Leaders | None:
        """The cells that may be best by a metric.

        ``None`` if neither direction is better, if the metric exists nowhere, or if it is over a group that the
        settings change.

        A cell is left out if another is clearly better: by more than t(n-1, 1 - 0.05 / (cells - 1)) standard errors
        of their paired difference (subset selection, Nelson et al. 2001, section 3, with common random numbers and
        Bonferroni's inequality).
        """
        better = GLOSSARY[metric].better
        values = self.values(metric) * (1.0 if better == "up" else -1.0)
        means = intervals(values)[0]
        if better == "neither" or np.isnan(means).all() or self.over_others(metric):
            return None
        beaten = np.isnan(means)
        confidence = 1 - 0.1 / max(len(means) - 1, 1)  # of two sides, of which one counts
        for k in np.flatnonzero(~np.isnan(means)):
            difference, half_width, _ = intervals(values[:, [k]] - values, confidence)
            beaten |= difference > half_width + _ROUNDING * abs(means[k])  # false where either is nan
        return Leaders(metric, int(np.nanargmax(means)) + 1, tuple((np.flatnonzero(~beaten) + 1).tolist()))

    def _beside_cells(self, tables: Sequence[pd.DataFrame]) -> pd.DataFrame:
        """The tables of all cells above each other, the values of the cell in the first columns."""
        import pandas as pd

        cells = self.cells.drop(columns="replications")
        repeated = cells.loc[cells.index.repeat([len(table) for table in tables])]
        return pd.concat([repeated.reset_index(drop=True), pd.concat(tables, ignore_index=True)], axis=1)


def sweep(
    planned: SweepDesign, workers: Workers, journal: Journal | None = None, progress: Progress | None = None
) -> Sweep:
    """Play every replication of every cell; replication n of all cells has the same random numbers.

    Args:
        planned: what to play.
        workers: who does it.
        journal: keeps finished trials, and has those that were finished before.
        progress: called with how many trials are done, and their total.

    Raises:
        RuntimeError: a worker process died.
    """
    panel = Panel(dict(zip(planned.names, planned.scenarios, strict=True)), workers, journal)
    panel.play(planned.replications, progress=progress)
    return Sweep(planned, tuple(panel.figures(name) for name in planned.names))


def _column(levels: Levels, texts: Sequence[str]) -> Sequence[float] | Sequence[str]:
    numbers = levels.numbers
    if numbers is None:
        return texts
    known = dict(zip(levels.values, numbers, strict=True))
    found = [known[text] for text in texts]
    return [int(one) for one in found] if all(one.is_integer() for one in numbers) else found


def main_metrics(show: Sequence[str]) -> tuple[str, ...]:
    """Metrics that may be shown: those that a scenario is about, profit, then the main ones."""
    return tuple(dict.fromkeys((*show, "profit", *MAIN))) if show else MAIN


def best_cells(metrics: Sequence[str], show: Sequence[str]) -> tuple[str, ...]:
    """The first four metrics, or as many as a scenario is about and one more."""
    about = sum(metric in show for metric in metrics)
    return tuple(metrics[: max(_SHOWN, about + 1)])


def varies(means: Floats) -> bool:
    """Whether these means are not all the same; one that does not exist differs from one that does."""
    found = means[~np.isnan(means)]
    if len(found) < len(means):
        return len(found) > 0
    return bool(np.ptp(found) > _ROUNDING * np.abs(found).max())
