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
from simulator.experiments.sweeping.sweep import leading_metrics, main_metrics, varies
from simulator.experiments.sweeping.variants import Values, Variants, named
from simulator.experiments.workers.workers import Workers
from simulator.metrics.glossary import GLOSSARY
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats
from simulator.values.section import nearest

if TYPE_CHECKING:
    import pandas as pd

MethodName = Literal["morris", "sobol"]
SIZES: dict[MethodName, int] = {"morris": 10, "sobol": 64}
"""Default number of trajectories or samples."""
_METHODS: dict[MethodName, type[Morris | Sobol]] = {"morris": Morris, "sobol": Sobol}


@dataclass(frozen=True)
class SensitivityDesign:
    """Design of a sensitivity analysis, fixed before anything is played.

    Attributes:
        method: method with its points.
        cells: values of the inputs at each point.
        scenarios: scenario of each cell, by name; points that are equal after rounding share one.
        replications: number of replications at each point.
    """

    method: SensitivityMethod
    cells: tuple[Values, ...]
    scenarios: dict[str, Scenario]
    replications: int


def sensitivity_design(
    variants: Variants, inputs: Sequence[Range], method: MethodName = "morris", size: int | None = None
) -> SensitivityDesign:
    """Design a sensitivity analysis, and check the scenario at every point.

    Args:
        variants: source of the scenarios.
        inputs: ranges of the inputs.
        method: Morris screening ("morris") or Sobol' indices ("sobol").
        size: number of trajectories or samples; by default that in ``SIZES``.

    Raises:
        ScenarioError: a point is impossible; the error holds the mistakes at all points.
        ValueError: the size is impossible, or the method unknown.
        ModuleNotFoundError: SALib is not installed.
    """
    if method not in _METHODS:
        raise ValueError(f"there is no method '{method}'{nearest(method, _METHODS)}")
    known = tuple(one for one in variants.with_kinds(inputs) if isinstance(one, Range))
    run = variants.one({}).run
    planned = method_of(method, known, SIZES[method] if size is None else size, run.seed)
    cells = cells_of(planned)
    distinct = {named(values): values for values in cells}
    scenarios = variants.all(list(distinct.values()))
    return SensitivityDesign(planned, cells, dict(zip(distinct, scenarios, strict=True)), run.replications)


def method_of(name: MethodName, inputs: Sequence[Range], size: int, seed: int) -> SensitivityMethod:
    """Return a method with its points.

    Args:
        name: name of the method.
        inputs: ranges of the inputs.
        size: number of trajectories or samples.
        seed: seed of the random numbers.

    Raises:
        ValueError: the size is impossible.
        ModuleNotFoundError: SALib is not installed.
    """
    return _METHODS[name](inputs, size, seed)


def cells_of(method: SensitivityMethod) -> tuple[Values, ...]:
    """Return the values of the inputs at every point of a method."""
    return tuple(
        {one.path: one.value(number) for one, number in zip(method.inputs, point, strict=True)}
        for point in method.points.tolist()
    )


@dataclass(frozen=True)
class InputEffects:
    """Effects of the inputs on one figure.

    Attributes:
        indices: every measure of every input.
        levels: mu_star or ST that each input would have due to noise alone, by path; see `SensitivityMethod`.
        noise: variance between the points, and the part of it that is due to chance.
        leads: lead of the input with the largest mu_star or ST over every other input, by the other's path.
    """

    indices: list[SensitivityIndex]
    levels: dict[str, float]
    noise: Noise
    leads: dict[str, IndexDifference]


@dataclass(frozen=True)
class Sensitivity:
    """Results of a sensitivity analysis: figures at all points of a design, and the effects of the inputs on them.

    Attributes:
        design: design that was played.
        outcomes: overall figures, float64[points, replications, metrics of the glossary].
        asked: metrics to analyse; None for the first four of the main metrics that vary.
    """

    design: SensitivityDesign
    outcomes: Floats
    asked: tuple[str, ...] | None = None

    @property
    def scenario(self) -> Scenario:
        """Scenario of the first point."""
        return next(iter(self.design.scenarios.values()))

    @property
    def method(self) -> str:
        """Name of the method, "morris" or "sobol"."""
        return self.design.method.name

    @property
    def inputs(self) -> tuple[Range, ...]:
        """Ranges of the inputs."""
        return tuple(self.design.method.inputs)

    @property
    def paths(self) -> tuple[str, ...]:
        """Paths of the inputs."""
        return tuple(one.path for one in self.inputs)

    @property
    def replications(self) -> int:
        """Number of replications at every point."""
        return self.design.replications

    def values(self, metric: str) -> Floats:
        """Return the overall values of a metric: float64[points, replications]."""
        values: Floats = self.outcomes[:, :, list(GLOSSARY).index(metric)]
        return values

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Metrics that are analysed."""
        if self.asked is not None:
            return self.asked
        show = next(iter(self.design.scenarios.values())).show
        means = {name: self.values(name).mean(axis=1) for name in main_metrics(show)}
        found = [name for name, each in means.items() if not np.isnan(each).any() and varies(each)]
        return leading_metrics(found, show)

    @cached_property
    def found(self) -> dict[str, InputEffects]:
        """Effects of the inputs by metric, for analysed metrics that exist in every replication at every point."""
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
        """Table of the indices, one row for each metric, input and measure.

        Columns:
        metric and path;
        measure (mu_star, mu, sigma; or S1, ST);
        value, and half_width of its 95 % confidence interval;
        noise_level, the mu_star or ST that the input would have due to noise alone; nan for other measures,
        and with one replication;
        unit.
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
        """Table of the noise, one row for each metric.

        Columns:
        metric, points and replications;
        variance of the means at the points;
        noise_variance, the part of it that is due to chance, and noise_share, this part as a share.
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
        """Table of replications, one row for each point and replication.

        Columns: point (from 1), one for each path, replication, and the overall value of every metric.
        """
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
        planned: design to play.
        workers: workers that play the replications.
        journal: journal from which finished trials are read, and to which others are written.
        progress: function called with the number of trials done and their total.
        metrics: metrics to analyse; by default the first four of the main metrics that vary.

    Raises:
        WorkloadError: the work is beyond the limit of the workers.
        LostWorkerError: a worker process died.
    """
    panel = Panel(planned.scenarios, workers, journal, metrics or ())
    panel.play(planned.replications, progress=progress)
    outcomes = {name: np.stack([one.overall for one in panel.figures(name)]) for name in planned.scenarios}
    stacked = np.stack([outcomes[named(values)] for values in planned.cells])
    return Sensitivity(planned, stacked, None if metrics is None else tuple(metrics))
