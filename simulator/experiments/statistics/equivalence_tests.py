"""Equivalence tests of two series of independent replications, within margins that do not matter.

A changed program that draws the same random numbers in another order cannot give the same figures. It can be
required to move no figure's expected value by more than a margin. This has to be shown by two one-sided tests
(`paired_differences.equivalent`). The verdict tells if replications are too few to show it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from statistics import NormalDist
from typing import Final, Literal

import numpy as np

from simulator.experiments.statistics.paired_differences import equivalent, holm
from simulator.metrics.glossary import GLOSSARY, Metric
from simulator.metrics.metric_labels import suggested_metrics
from simulator.scenario.yaml.node import plain_value
from simulator.values.arrays import Floats
from simulator.values.notation import days, number

CONFIDENCE: Final = 0.95
"""Least probability of noticing a figure that has moved by its margin."""
POWER: Final = 0.9
"""Probability with which the suggested number of replications shows the equivalence of equal figures."""

DEFAULTS: Final[dict[str, str]] = {
    "share": "1 point",
    "score": "0.02",
    "orders": "2 % or 0.5 % of orders",
    "lines": "2 % or 0.5 % of lines",
    "units": "2 % or 0.5 % of units",
    "units (time average)": "2 % or 0.5 % of on_hand_mean",
    "money": "2 % or 0.5 % of revenue",
    "money (time average)": "2 %",
    "money (peak)": "none",
    "days": "3 % or 1 % of backorder_wait_mean",
    "contacts": "3 % or 0.5 % of orders",
    "messages": "3 % or 0.5 % of orders",
    "contacts_per_100_orders": "3 % or 0.5",
    "messages_per_backorder": "3 %",
    "revisions": "3 %",
    "ratio": "5 %",
    # Figures over few events, which vary much: cycles, backorders, inspections.
    "cycle_service_level": "3 points",
    "inspection_rate": "3 points",
    "backorder_wait_mean": "5 %",
    "customs_delay_mean": "5 %",
    **dict.fromkeys(("backorder_wait_p50", "backorder_wait_p90", "backorder_wait_p95"), "10 %"),
    **dict.fromkeys(("desk_wait_p95", "customs_delay_p95"), "10 %"),
    "delivery_time_p95": "10 % or 2 h",
    **dict.fromkeys(("purchase orders", "parcels", "transfers"), "2 %"),
    "cycles": "2 %",
    "per day": "2 %",
    "per year": "2 %",
    # Extremes of single customers or days say little about a program.
    "backorders_max": "none",
    "backorder_wait_max": "none",
    "backorder_wait_p99": "none",
}
"""Default margins by unit or by metric, which takes precedence. The largest part of a margin counts.

No decision depends on differences of this size. A share may move by a point; a mean wait over all lines,
accordingly, by 1 % of the mean wait of backorders. Other figures may move by 2 or 3 %, those over few events
by more, and those of rare events (cancellations, refunds) by 0.5 % of the total that they are part of.
"""

Kind = Literal["sd", "relative", "absolute"]


@dataclass(frozen=True, slots=True)
class MarginPart:
    """Part of a margin: a multiple of the standard deviation, a share of a metric's mean, or a number."""

    kind: Kind
    size: float
    of: str | None = None
    """Metric whose mean is multiplied by a relative ``size``; None for the metric itself."""


@dataclass(frozen=True, slots=True)
class Margin:
    """Largest difference that does not matter.

    Attributes:
        text: text from which the margin was read.
        parts: parts of the margin; the largest counts. Without parts the metric is not tested.
    """

    text: str
    parts: tuple[MarginPart, ...]

    def width(self, metric: str, means: Mapping[str, float], sd: float) -> float:
        """Return the width of the margin in the unit of the metric.

        Args:
            metric: name of the metric.
            means: earlier means, by metric.
            sd: earlier standard deviation of the metric.
        """
        widths = [0.0]
        for part in self.parts:
            scale = {"sd": sd, "absolute": 1.0, "relative": abs(means.get(part.of or metric, math.nan))}[
                part.kind
            ]
            widths.append(part.size * scale)
        return float(np.nanmax(widths))


_PART: Final = re.compile(r"(?P<size>[0-9.]+)\s*(?P<unit>sd|points?|%)(?:\s+of\s+(?P<of>\w+))?")


def margin(text: str, unit: str) -> Margin:
    """Read a margin for metrics in a unit: parts such as ``2 %``, ``0.5 % of revenue``, ``1.5 sd``, joined by "or".

    A plain number has the unit of the metric. Shares need points (``1 point``), and days need a unit such as
    ``6 h``. The text ``none`` excludes the metric from the test.

    Raises:
        ValueError: the text is no margin in this unit.

    >>> margin("2 % or 100", "money").width("profit", {"profit": -8000.0}, sd=0.0)
    160.0
    """
    if text.strip() == "none":
        return Margin(text, ())
    return Margin(text, tuple(_part(part.strip(), unit) for part in text.split(" or ")))


def _part(text: str, unit: str) -> MarginPart:
    match = _PART.fullmatch(text)
    if match is None:
        value = plain_value(text)
        size = (
            days(value) if unit == "days" else number(value, "a margin such as '2 %', '1.5 sd' or a number")
        )
        if unit == "share":
            raise ValueError(f"a margin of a share is given in points, as '1 point', not '{text}'")
        return MarginPart("absolute", _positive(size, text))
    size = _positive(number(plain_value(match["size"])), text)
    of = match["of"]
    if match["unit"] == "%":
        if of is not None and of not in GLOSSARY:
            raise ValueError(f"unknown metric '{of}'{suggested_metrics(of, GLOSSARY)}")
        return MarginPart("relative", size / 100, of)
    if of is not None:
        raise ValueError(f"'{text}' is no margin: only per cent are 'of' a metric")
    if match["unit"] == "sd":
        return MarginPart("sd", size)
    if unit != "share":
        raise ValueError(f"only shares have points, not a metric in {unit}: '{text}'")
    return MarginPart("absolute", size / 100)


def _positive(size: float, text: str) -> float:
    if size <= 0:
        raise ValueError(f"a margin is more than 0, not '{text}'; 'none' leaves a metric out")
    return size


class Margins:
    """Margins of all metrics: the defaults, replaced by those given for a metric or a unit."""

    def __init__(self, asked: Mapping[str, str] | None = None) -> None:
        """Replace defaults by the margins ``asked``, texts by metric or unit.

        Raises:
            ValueError: a name is neither a metric's nor a unit's, or a text is no margin.
        """
        asked = asked or {}
        units = {metric.unit: metric.unit for metric in GLOSSARY.values()}
        self._by_name: dict[str, Margin] = {}
        for texts in (DEFAULTS, asked):
            for name, text in texts.items():
                unit = GLOSSARY[name].unit if name in GLOSSARY else units.get(name)
                if unit is None:
                    raise ValueError(
                        f"'{name}' is neither a metric nor a unit{suggested_metrics(name, {**GLOSSARY, **units})}"
                    )
                if name in units:
                    # A margin given for a unit replaces the defaults of all its metrics.
                    self._by_name = {k: v for k, v in self._by_name.items() if k == name or _unit(k) != name}
                self._by_name[name] = margin(text, unit)

    def of(self, metric: Metric) -> Margin:
        """Return the margin of a metric; without one of its own or its unit's, the metric is not tested."""
        return self._by_name.get(metric.name) or self._by_name.get(metric.unit) or Margin("none", ())


def _unit(name: str) -> str | None:
    return GLOSSARY[name].unit if name in GLOSSARY else None


Verdict = Literal["equivalent", "not equivalent", "cannot say", "not held"]


@dataclass(frozen=True, slots=True)
class EquivalenceResult:
    """Result of the tests of one metric.

    Attributes:
        difference: new mean minus old mean; nan if either does not exist.
        half_width: half width of the 90 % interval of the difference, which has to lie within the margin
            (90 % for two tests with an error of 5 % each).
        margin: width of the margin, in the unit of the metric.
        verdict: "cannot say" if equivalence is not shown. Only `adjust_verdicts` finds that a difference is
            beyond its margin, from the tests of all metrics together.
        beyond: p-value of the hypothesis that the difference is within the margin; nan if it is not tested.
        enough: number of new replications that would probably show equivalence, if the verdict is
            "cannot say"; None if no number would.
        enough_both: number of new and of old replications that would probably show it, if there were equally
            many.
    """

    difference: float
    half_width: float
    margin: float
    verdict: Verdict
    beyond: float = math.nan
    enough: int | None = None
    enough_both: int | None = None


@dataclass(frozen=True, slots=True)
class SeriesMoments:
    """Moments of a series, sufficient for Welch's test.

    Attributes:
        mean: mean over the replications in which the metric exists.
        sd: standard deviation over the same replications.
        n: number of these replications.
    """

    mean: float
    sd: float
    n: int
    of: int
    """Number of all replications."""

    def series(self) -> Floats:
        """Return a series with this mean and standard deviation, float64[n]; all such series give the same test."""
        if self.n < 2:
            return np.full(self.n, self.mean)
        z = np.linspace(-1.0, 1.0, self.n)
        return np.asarray(self.mean + self.sd * z / z.std(ddof=1))


def series_moments(values: Floats) -> SeriesMoments:
    """Compute the moments of a series: float64[replications], nan where the metric does not exist."""
    found = values[~np.isnan(values)]
    n = len(found)
    mean = float(found.mean()) if n else math.nan
    return SeriesMoments(mean, float(found.std(ddof=1)) if n > 1 else math.nan, n, len(values))


def equivalence_of(old: SeriesMoments, new: SeriesMoments, width: float) -> EquivalenceResult:
    """Test whether the means of an old and a new series are equivalent, within a margin of a width."""
    difference = new.mean - old.mean
    if min(old.n, new.n) < 2:
        return EquivalenceResult(difference, math.nan, width, *_judge_rare(old, new))
    if width == 0:  # as for a metric that was 0 in every old replication
        same = difference == 0 and new.sd == old.sd
        return EquivalenceResult(difference, 0.0, 0.0, "equivalent" if same else "not equivalent")
    test = equivalent(new.series(), old.series(), width, CONFIDENCE, paired=False)
    if test.proven:
        return EquivalenceResult(difference, test.half_width, width, "equivalent")
    # The other tail of the same statistic tests for a difference beyond the margin, on either side.
    beyond = min(1.0, 2 * (1.0 - test.p_value))
    return EquivalenceResult(
        difference, test.half_width, width, "cannot say", beyond, *_enough_replications(old, new, width)
    )


def adjust_verdicts(shown_of: Mapping[str, EquivalenceResult]) -> dict[str, EquivalenceResult]:
    """Return the results, with the verdict "not equivalent" for differences certainly beyond their margins.

    If there are many tests, some reject by chance. The p-values are therefore adjusted (Holm 1979), so that
    the probability of any wrong "not equivalent" among the metrics of a scenario is at most 5 %.
    """
    adjusted = holm([one.beyond for one in shown_of.values()])
    return {
        name: replace(one, verdict="not equivalent") if p_value < 1 - CONFIDENCE else one
        for (name, one), p_value in zip(shown_of.items(), adjusted, strict=True)
    }


def _judge_rare(old: SeriesMoments, new: SeriesMoments) -> tuple[Verdict, float, int | None, int | None]:
    """Judge a metric with fewer than two values in either series.

    Returns:
        The fields ``verdict``, ``beyond``, ``enough`` and ``enough_both`` of its result.
    """
    if old.n == new.n == 0:
        return "equivalent", math.nan, None, None
    if min(old.of, new.of) < 2:
        return "cannot say", math.nan, None if old.of < 2 else 2, 2
    # A metric that existed in every replication and now exists in none has changed. The frequency of a rare metric
    # is a figure of its own.
    replaced = (old.n == old.of and new.n == 0) or (new.n == new.of and old.n == 0)
    return "not equivalent" if replaced else "not held", math.nan, None, None


def _enough_replications(old: SeriesMoments, new: SeriesMoments, width: float) -> tuple[int | None, int]:
    """Compute the numbers of replications that show the equivalence of equal means with probability `POWER`.

    With equally many old and new replications, n = (z(1 - alpha) + z((1 + power) / 2))² (s² + s²) / margin²
    of each are enough (Chow, Shao & Wang 2008, section 3.2.3). If the number of old ones is given, the new
    ones have to make do with the rest of the variance.

    Returns:
        Number of new replications with the old ones given, None if no number is enough; and number of each.
    """
    z = NormalDist().inv_cdf
    variance = (width / (z(CONFIDENCE) + z((1 + POWER) / 2))) ** 2
    both = max(math.ceil((old.sd**2 + new.sd**2) / variance), new.of + 1)
    left = variance - old.sd**2 / old.n
    return None if left <= 0 else max(math.ceil(new.sd**2 / left), new.of + 1), both
