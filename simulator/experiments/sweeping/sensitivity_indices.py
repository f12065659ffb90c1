"""Sensitivity indices of a model's inputs: Morris's elementary effects and Sobol' indices.

Both are experiments. A design chooses the points at which the model is evaluated. The indices are computed
from the outputs, each with the half width of its 95 % confidence interval. Designs and Sobol' estimators are
SALib's.

M. D. Morris (1991), Factorial sampling plans for preliminary computational experiments. Technometrics 33(2),
161-174.
F. Campolongo, J. Cariboni, A. Saltelli (2007), An effective screening design for sensitivity analysis of large
models. Environmental Modelling & Software 22(10), 1509-1518.
A. Saltelli, P. Annoni, I. Azzini, F. Campolongo, M. Ratto, S. Tarantola (2010), Variance based sensitivity
analysis of model output. Computer Physics Communications 181(2), 259-270.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import numpy as np

from simulator.experiments.sweeping.ranges import Range
from simulator.experiments.workers.optional_libraries import import_optional
from simulator.values.arrays import Floats

_GRID: Final = 4
"""Number of levels of an input in a Morris design; a step is 2/3 of its range (Morris 1991, section 3)."""
_RESAMPLES: Final = 1_000
_NORMAL: Final = 1.959963984540054
"""97.5 % quantile of the standard normal distribution."""


@dataclass(frozen=True, slots=True)
class SensitivityIndex:
    """Measure of an input's influence.

    Attributes:
        path: path of the input.
        measure: name of the measure, such as "mu_star" or "ST".
        value: estimate.
        half_width: half width of its 95 % confidence interval.
    """

    path: str
    measure: str
    value: float
    half_width: float


@dataclass(frozen=True, slots=True)
class IndexDifference:
    """Difference between the main measures of two inputs, with the half width of its 95 % confidence interval.

    Both measures come from the same trajectories or samples, so the interval of the difference is more
    precise than two separate intervals.
    """

    value: float
    half_width: float

    @property
    def certain(self) -> bool:
        """True if the first input certainly has more influence; False if a measure does not exist."""
        return self.value > self.half_width


class SensitivityMethod(Protocol):
    """Design of an experiment, and the indices computed from its outputs."""

    name: str
    inputs: Sequence[Range]
    size: int
    """Number of trajectories or samples."""
    seed: int
    points: Floats
    """Points at which the model is evaluated: float64[points, inputs]."""

    def indices(self, outputs: Floats) -> list[SensitivityIndex]:
        """Compute the indices from the outputs at all points: float64[points], none of them nan."""
        ...

    def leads(self, outputs: Floats) -> dict[str, IndexDifference]:
        """Return the lead of the input with the largest mu_star or ST over every other input, by the other's path."""
        ...

    def noise_levels(self, values: Floats) -> list[float]:
        """Return the mu_star or ST that each input would have if the outputs of its steps differed by noise alone.

        Args:
            values: float64[points, replications]; their means are the outputs.

        Returns:
            One level for each input; nan with one replication.
        """
        ...


class Morris:
    """Morris screening: few evaluations, (inputs + 1) for each trajectory.

    ==========  ====================================================================================
    ``mu_star``  mean size of the change of the output when the input moves over its whole range
    ``mu``       mean change with its sign; smaller if changes in both directions occur
    ``sigma``    dependence of the change on the values of the other inputs, or of this one
    ==========  ====================================================================================

    An elementary effect is the change of the output in a step of one input, divided by the length of the step
    as a share of the range (Morris 1991, equation 1); mu* is Campolongo et al.'s (2007). Intervals come from
    trajectories drawn again with replacement (Campolongo et al. 2007, section 3).
    """

    name = "morris"

    def __init__(self, inputs: Sequence[Range], trajectories: int, seed: int) -> None:
        if trajectories < 2:
            raise ValueError(f"at least two trajectories are needed, not {trajectories}")
        sampler = import_optional("SALib.sample.morris")
        self.inputs, self.size, self.seed = inputs, trajectories, seed
        unit = sampler.sample(_problem(inputs), trajectories, num_levels=_GRID, seed=_generator(seed))
        self.points: Floats = _on_ranges(unit, inputs, _rounded)

    def indices(self, outputs: Floats) -> list[SensitivityIndex]:
        """Return mu_star, mu and sigma of each input, in the unit of the output."""
        effects = self.effects(outputs)
        again = self._drawn_again(effects)
        found = []
        for measure, of in _EFFECTS.items():
            values, resampled = of(effects), of(again)
            half_widths = _NORMAL * resampled.std(axis=0, ddof=1)
            for one, value, half in zip(self.inputs, values.tolist(), half_widths.tolist(), strict=True):
                found.append(SensitivityIndex(one.path, measure, value, half))
        return found

    def leads(self, outputs: Floats) -> dict[str, IndexDifference]:
        """Return the lead of the input with the largest mu_star over every other input, by the other's path."""
        effects = self.effects(outputs)
        mu_star = _EFFECTS["mu_star"]
        return _leads(self.inputs, mu_star(effects), mu_star(self._drawn_again(effects)))

    def _drawn_again(self, effects: Floats) -> Floats:
        """Resample the effects, by trajectories drawn with replacement: float64[trajectories, resamples, inputs]."""
        rows = _generator(self.seed + 1).integers(len(effects), size=(_RESAMPLES, len(effects)))
        again: Floats = effects[rows].swapaxes(0, 1)
        return again

    def effects(self, outputs: Floats) -> Floats:
        """Compute the elementary effects: float64[trajectories, inputs]."""
        ends = np.array([(one.low, one.high) for one in self.inputs])
        shape = (self.size, len(self.inputs) + 1)
        steps = np.diff((self.points / (ends[:, 1] - ends[:, 0])).reshape(*shape, -1), axis=1)
        changes = np.diff(outputs.reshape(shape), axis=1)
        moved = np.abs(steps).argmax(axis=2)  # the one input that a step moves
        effects = np.empty((self.size, len(self.inputs)))
        np.put_along_axis(
            effects, moved, changes / np.take_along_axis(steps, moved[:, :, None], 2)[:, :, 0], 1
        )
        return effects

    def noise_levels(self, values: Floats) -> list[float]:
        """Return the mu_star of each input due to normal noise alone: the mean of sqrt(2 / pi) s / c4.

        s is the standard error of an elementary effect over the n replications. c4 removes the bias of a
        standard deviation of few values: c4 = sqrt(2 / (n - 1)) G(n / 2) / G((n - 1) / 2), with the gamma
        function G (Holtzman 1950).
        """
        effects = np.stack([self.effects(column) for column in values.T])
        n = len(effects)
        if n < 2:
            return [math.nan] * len(self.inputs)
        c4 = math.sqrt(2 / (n - 1)) * math.exp(math.lgamma(n / 2) - math.lgamma((n - 1) / 2))
        levels: list[float] = (math.sqrt(2 / math.pi) / c4 * _standard_error(effects)).mean(axis=0).tolist()
        return levels


_EFFECTS: Final[dict[str, Any]] = {
    "mu_star": lambda effects: np.abs(effects).mean(axis=0),
    "mu": lambda effects: effects.mean(axis=0),
    "sigma": lambda effects: effects.std(axis=0, ddof=1),
}


class Sobol:
    """Sobol' indices, shares of the variance of the output: (inputs + 2) evaluations for each sample.

    ======  =====================================================================================
    ``S1``  share that would vanish if the input were known: its effect by itself
    ``ST``  share that would remain if all other inputs were known: its effect with its interactions
    ======  =====================================================================================

    The inputs are uniform on their ranges and independent. Design and estimators: Saltelli et al. (2010),
    table 2, (b) and (f); intervals come from samples drawn again with replacement.
    """

    name = "sobol"

    def __init__(self, inputs: Sequence[Range], samples: int, seed: int) -> None:
        if samples < 2 or samples & (samples - 1):
            near = 2 ** max(1, round(math.log2(max(samples, 2))))
            raise ValueError(f"the number of samples has to be a power of two, such as {near}, not {samples}")
        sampler = import_optional("SALib.sample.sobol")
        self.inputs, self.size, self.seed = inputs, samples, seed
        problem = _problem(inputs)
        unit = sampler.sample(problem, samples, calc_second_order=False, seed=_generator(seed))
        self.points: Floats = _on_ranges(unit, inputs, _spread)

    def indices(self, outputs: Floats) -> list[SensitivityIndex]:
        """Return S1 and ST of each input; they are nan if the output is the same at all points."""
        if np.ptp(outputs) == 0:
            return [
                SensitivityIndex(one.path, name, math.nan, math.nan)
                for name in ("S1", "ST")
                for one in self.inputs
            ]
        found = self._analysed(outputs)
        return [
            SensitivityIndex(one.path, measure, float(found[measure][k]), float(found[f"{measure}_conf"][k]))
            for measure in ("S1", "ST")
            for k, one in enumerate(self.inputs)
        ]

    def leads(self, outputs: Floats) -> dict[str, IndexDifference]:
        """Return the lead of the input with the largest ST over every other; empty if the output never changes."""
        if np.ptp(outputs) == 0:
            return {}
        found = self._analysed(outputs)
        return _leads(self.inputs, found["ST"], found["ST_conf_all"])

    def _analysed(self, outputs: Floats) -> Any:
        """Return SALib's S1 and ST by name, with half widths (``_conf``) and resamples (``_conf_all``)."""
        return import_optional("SALib.analyze.sobol").analyze(
            _problem(self.inputs),
            outputs,
            calc_second_order=False,
            num_resamples=_RESAMPLES,
            keep_resamples=True,
            seed=self.seed + 1,  # 0 would mean NumPy's global generator
        )

    def noise_levels(self, values: Floats) -> list[float]:
        """Return the ST of each input due to noise alone.

        It is half of the variance of the noise in f(A) - f(A_B), divided by the variance of the outputs.
        """
        by_kind = values.reshape(self.size, len(self.inputs) + 2, -1)
        steps = by_kind[:, :1] - by_kind[:, 1:-1]
        variance = by_kind[:, [0, -1]].mean(axis=2).var()
        if variance == 0:
            return [0.0] * len(self.inputs)
        noise = _standard_error(np.moveaxis(steps, 2, 0)) ** 2
        levels: list[float] = (noise.mean(axis=0) / 2 / variance).tolist()
        return levels


def _leads(inputs: Sequence[Range], values: Floats, resampled: Floats) -> dict[str, IndexDifference]:
    """Return the lead of the largest value over each other, with intervals from their paired differences.

    Args:
        inputs: inputs of the model.
        values: float64[inputs], value of each input.
        resampled: float64[resamples, inputs], values in the resamples.
    """
    first = int(np.argmax(values))
    half_widths = _NORMAL * (resampled[:, [first]] - resampled).std(axis=0, ddof=1)
    return {
        one.path: IndexDifference(float(values[first] - values[k]), float(half_widths[k]))
        for k, one in enumerate(inputs)
        if k != first
    }


def _standard_error(values: Floats) -> Floats:
    """Return the standard error of the mean over the first axis; nan with one value."""
    count = len(values)
    if count < 2:
        return np.full(values.shape[1:], np.nan)
    error: Floats = values.std(axis=0, ddof=1) / math.sqrt(count)
    return error


def _problem(inputs: Sequence[Range]) -> dict[str, Any]:
    """Describe the inputs for SALib, each from 0 to 1."""
    names = [one.path for one in inputs]
    return {"num_vars": len(inputs), "names": names, "bounds": [[0.0, 1.0]] * len(inputs)}


def _on_ranges(unit: Floats, inputs: Sequence[Range], whole: Any) -> Floats:
    """Map points of the unit cube to the ranges of the inputs.

    Args:
        unit: float64[points, inputs], in 0..1.
        inputs: ranges.
        whole: function that maps a column to the whole numbers of an input.
    """
    columns = [
        whole(column, one) if one.whole else one.low + column * (one.high - one.low)
        for column, one in zip(unit.T, inputs, strict=True)
    ]
    return np.stack(columns, axis=1)


def _rounded(column: Floats, one: Range) -> Floats:
    """Map a column to the nearest whole numbers of a range, including both of its ends."""
    return np.rint(one.low + column * (one.high - one.low))


def _spread(column: Floats, one: Range) -> Floats:
    """Map a column to the whole numbers of a range, so that all are equally likely."""
    return np.minimum(np.floor(one.low + column * (one.high - one.low + 1)), one.high)


def _generator(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)
