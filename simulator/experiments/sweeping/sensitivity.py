"""Sensitivity analysis of a scenario's inputs: Morris screening and Sobol' indices over their ranges."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import astuple, dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.scenario_panel import Panel
from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.confidence_intervals import Noise, noise_of
from simulator.experiments.sweeping.ranges import Range
from simulator.experiments.sweeping.sensitivity_indices import (
    IndexDifference,
    Morris,
    SensitivityIndex,
    SensitivityMethod,
    Sobol,
)
from simulator.experiments.sweeping.sweep import best_cells, main_metrics, varies
from simulator.experiments.sweeping.variants import Values, Variants, named
from simulator.experiments.workers.workers import Workers
from simulator.metrics.glossary import GLOSSARY
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

MethodName = Literal["morris", "sobol"]
SIZES: dict[MethodName, int] = {"morris": 10, "sobol": 64}
"""Trajectories or samples, if nobody says otherwise."""
_METHODS: dict[MethodName, type[Morris | Sobol]] = {"morris": Morris, "sobol": Sobol}


@dataclass(frozen=True)
class SensitivityDesign:
    """Where a scenario is to be played, all of it fixed before anything runs.

    ``cells`` holds the values of every point of the method's design, ``scenarios`` the scenario of each by its name;
    points that rounding has made the same share one.
    """

    method: SensitivityMethod
    cells: tuple[Values, ...]
    scenarios: dict[str, Scenario]
    replications: int


def sensitivity_design(
    variants: Variants, inputs: Sequence[Range], method: MethodName = "morris", size: int | None = None
) -> SensitivityDesign:
    """The points at which the scenario is to be played, every one of them checked.

    Args:
        variants: the scenario.
        inputs: ranges in which inputs vary.
        method: Morris screening or Sobol indices.
        size: trajectories or samples; left out: what ``SIZES`` says.

    Raises:
        ScenarioError: with everything that is wrong at any point.
        ValueError: an impossible size.
        ModuleNotFoundError: SALib is not installed.
    """
    known = tuple(one for one in variants.with_kinds(inputs) if isinstance(one, Range))
    run = variants.one({}).run
    planned = method_of(method, known, SIZES[method] if size is None else size, run.seed)
    cells = cells_of(planned)
    distinct = {named(values): values for values in cells}
    scenarios = variants.all(list(distinct.values()))
    return SensitivityDesign(planned, cells, dict(zip(distinct, scenarios, strict=True)), run.replications)


def method_of(name: MethodName, inputs: Sequence[Range], size: int, seed: int) -> SensitivityMethod:
    """The method of that name, with its design. Raises as ``sensitivity_design``."""
    return _METHODS[name](inputs, size, seed)


def cells_of(method: SensitivityMethod) -> tuple[Values, ...]:
    """The values of the inputs at every point of the design."""
    return tuple(
        {one.path: one.value(number) for one, number in zip(method.inputs, point, strict=True)}
        for point in method.points.tolist()
    )


@dataclass(frozen=True)
class InputEffects:
    """What one figure depends on.

    Attributes:
        indices: every measure of every input.
        levels: by input, what its mu_star or ST would be if its steps did nothing but stir up the noise.
        noise: how much of the variance between the points is chance.
        leads: by input, the lead of the input with the largest mu_star or ST over each other one.
    """

    indices: list[SensitivityIndex]
    levels: dict[str, float]
    noise: Noise
    leads: dict[str, IndexDifference]


@dataclass(frozen=True)
class Sensitivity:
    """A scenario played at all points of a design, and what its figures depend on.

    Attributes:
        design: what was played.
        outcomes: float64[points, replications, metrics of the glossary], overall.
        asked: the metrics that are analysed; ``None``: of the main ones that vary the first four.
    """

    design: SensitivityDesign
    outcomes: Floats
    asked: tuple[str, ...] | None = None

    @property
    def scenario(self) -> Scenario:
        """That of the first point."""
        return next(iter(self.design.scenarios.values()))

    @property
    def method(self) -> str:
        """``morris`` or ``sobol``."""
        return self.design.method.name

    @property
    def inputs(self) -> tuple[Range, ...]:
        """What was varied, and between which ends."""
        return tuple(self.design.method.inputs)

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths that were varied."""
        return tuple(one.path for one in self.inputs)

    @property
    def replications(self) -> int:
        """At every point."""
        return self.design.replications

    def values(self, metric: str) -> Floats:
        """float64[points, replications]: the metric, overall."""
        values: Floats = self.outcomes[:, :, list(GLOSSARY).index(metric)]
        return values

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that are analysed."""
        if self.asked is not None:
            return self.asked
        show = next(iter(self.design.scenarios.values())).show
        means = {name: self.values(name).mean(axis=1) for name in main_metrics(show)}
        found = [name for name, each in means.items() if not np.isnan(each).any() and varies(each)]
        return best_cells(found, show)

    @cached_property
    def found(self) -> dict[str, InputEffects]:
        """What every analysed metric depends on that exists in each replication at each point."""
        result = {}
        for metric in self.metrics:
            values = self.values(metric)
            if not np.isnan(values).any():
                method = self.design.method
                levels = dict(zip(self.paths, method.noise_levels(values), strict=True))
                means = values.mean(axis=1)
                result[metric] = InputEffects(
                    method.indices(means), levels, noise_of(values), method.leads(means)
                )
        return result

    @cached_property
    def indices(self) -> pd.DataFrame:
        """One row for each metric, input and measure.

        Columns: metric, path, measure (mu_star, mu, sigma; or S1, ST), value, half_width of its 95 % confidence
        interval, noise_level (what mu_star or ST would be if the input only stirred up the noise; nan with one
        replication, and for other measures), unit.
        """
        import pandas as pd

        rows: list[dict[str, Any]] = []
        for metric, found in self.found.items():
            unit = GLOSSARY[metric].unit if self.method == "morris" else "share of variance"
            for one in found.indices:
                level = found.levels[one.path] if one.measure in {"mu_star", "ST"} else math.nan
                own = {"noise_level": level, "unit": unit}
                row = {"metric": metric, "path": one.path, "measure": one.measure, "value": one.value}
                rows.append({**row, "half_width": one.half_width, **own})
        columns = ["metric", "path", "measure", "value", "half_width", "noise_level", "unit"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def noise(self) -> pd.DataFrame:
        """One row a metric. Columns: metric, points, replications, variance, noise_variance, noise_share.

        ``variance`` is that of the means at the points, ``noise_share`` the part of it that is chance.
        """
        import pandas as pd

        rows = [
            (metric, len(self.outcomes), self.replications, *astuple(found.noise), found.noise.share)
            for metric, found in self.found.items()
        ]
        columns = ["metric", "points", "replications", "variance", "noise_variance", "noise_share"]
        return pd.DataFrame(rows, columns=columns)

    @cached_property
    def results(self) -> pd.DataFrame:
        """One row for each point and replication. Columns: point, one for each path, replication, every metric."""
        import pandas as pd

        points, replications, metrics = self.outcomes.shape
        columns: dict[str, Any] = {"point": np.repeat(np.arange(1, points + 1), replications)}
        for path, column in zip(self.paths, self.design.method.points.T, strict=True):
            columns[path] = np.repeat(column, replications)
        columns["replication"] = np.tile(np.arange(replications), points)
        outcomes = pd.DataFrame(self.outcomes.reshape(-1, metrics), columns=pd.Index(list(GLOSSARY)))
        return pd.concat([pd.DataFrame(columns), outcomes], axis=1)


def analyse(
    planned: SensitivityDesign,
    workers: Workers,
    journal: Journal | None = None,
    progress: Progress | None = None,
    *,
    metrics: Sequence[str] | None = None,
) -> Sensitivity:
    """Play every replication at every point; replication n of all points has the same random numbers.

    Args:
        planned: what to play.
        workers: who does it.
        metrics: what to analyse; left out: of the main metrics that vary the first four.
        journal: keeps finished trials, and has those that were finished before.
        progress: called with how many trials are done, and their total.

    Raises:
        RuntimeError: a worker process died.
    """
    panel = Panel(planned.scenarios, workers, journal)
    panel.play(planned.replications, progress=progress)
    outcomes = {name: np.stack([one.overall for one in panel.figures(name)]) for name in planned.scenarios}
    stacked = np.stack([outcomes[named(values)] for values in planned.cells])
    return Sensitivity(planned, stacked, None if metrics is None else tuple(metrics))
