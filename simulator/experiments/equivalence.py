"""Whether two series of independent replications say the same, within margins that do not matter.

A changed program that draws the same random numbers in another sequence cannot give the same figures; what it can
be held to is that no figure's expected value has moved by more than a margin. That has to be shown, by two
one-sided tests (`paired.equivalent`); where replications are too few to show it, that is said.
"""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from simulator.experiments.paired import equivalent, holm
from simulator.experiments.statistics import Floats
from simulator.metrics.glossary import GLOSSARY, Metric
from simulator.metrics.labels import meant
from simulator.scenario.document import scalar
from simulator.scenario.notation import days, number

CONFIDENCE: Final = 0.95
"""Chance at least to notice a figure that has moved by its margin."""
POWER: Final = 0.9
"""Chance with which as many replications as are said to be enough show the equivalence of what is the same."""

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
    # Of few events, which vary much: cycles, backorders, inspections.
    "cycle_service_level": "3 points",
    "inspection_rate": "3 points",
    "backorder_wait_mean": "5 %",
    "customs_delay_mean": "5 %",
    **dict.fromkeys(("backorder_wait_p50", "backorder_wait_p90", "backorder_wait_p95"), "10 %"),
    **dict.fromkeys(("desk_wait_p95", "customs_delay_p95"), "10 %"),
    "delivery_time_p95": "10 % or 2 h",
    "purchase orders": "2 %",
    "cycles": "2 %",
    "per day": "2 %",
    "per year": "2 %",
    # What the unluckiest customer or day met says little about a program.
    "backorders_max": "none",
    "backorder_wait_max": "none",
    "backorder_wait_p99": "none",
}
"""Margins by unit, or by metric, which goes first: the largest of what is named.

They are differences nobody would decide by: a point of a share, and so in a mean over all lines 1 % of what backorders
wait; 2 or 3 % of other figures, more of those that rest on few events; and of rare things (cancellations, refunds)
0.5 % of what they are part of.
"""

Kind = Literal["sd", "relative", "absolute"]


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a margin: so many standard deviations, a share of a metric's mean, or a number."""

    kind: Kind
    size: float
    of: str | None = None
    """Metric whose mean the share is of; None for the metric's own."""


@dataclass(frozen=True, slots=True)
class Margin:
    """The largest difference that does not matter: the largest of its parts; without parts the metric is not held."""

    text: str
    parts: tuple[Part, ...]

    def width(self, metric: str, means: Mapping[str, float], sd: float) -> float:
        """In the unit of the metric, by the means and the standard deviation that it had before."""
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

    A number is one in the unit of the metric, for shares in points (``1 point``), for days with a unit (``6 h``).
    ``none`` means that the metric is not held.

    Raises:
        ValueError: for anything else.

    >>> margin("2 % or 100", "money").width("profit", {"profit": -8000.0}, sd=0.0)
    160.0
    """
    if text.strip() == "none":
        return Margin(text, ())
    return Margin(text, tuple(_part(part.strip(), unit) for part in text.split(" or ")))


def _part(text: str, unit: str) -> Part:
    match = _PART.fullmatch(text)
    if match is None:
        value = scalar(text)
        size = (
            days(value) if unit == "days" else number(value, "a margin such as '2 %', '1.5 sd' or a number")
        )
        if unit == "share":
            raise ValueError(f"a margin of a share is given in points, as '1 point', not '{text}'")
        return Part("absolute", _positive(size, text))
    size = _positive(number(scalar(match["size"])), text)
    of = match["of"]
    if match["unit"] == "%":
        if of is not None and of not in GLOSSARY:
            raise ValueError(f"unknown metric '{of}'{meant(of, GLOSSARY)}")
        return Part("relative", size / 100, of)
    if of is not None:
        raise ValueError(f"'{text}' is no margin: only per cent are 'of' a metric")
    if match["unit"] == "sd":
        return Part("sd", size)
    if unit != "share":
        raise ValueError(f"only shares have points, not a metric in {unit}: '{text}'")
    return Part("absolute", size / 100)


def _positive(size: float, text: str) -> float:
    if size <= 0:
        raise ValueError(f"a margin is more than 0, not '{text}'; 'none' leaves a metric out")
    return size


class Margins:
    """The margin of every metric: the defaults, and over them what is asked for by metric or by unit."""

    def __init__(self, asked: Mapping[str, str] | None = None) -> None:
        """Raises ValueError for a name that is neither a metric's nor a unit's, and for what is no margin."""
        asked = asked or {}
        units = {metric.unit: metric.unit for metric in GLOSSARY.values()}
        self._by_name: dict[str, Margin] = {}
        for texts in (DEFAULTS, asked):
            for name, text in texts.items():
                unit = GLOSSARY[name].unit if name in GLOSSARY else units.get(name)
                if unit is None:
                    raise ValueError(
                        f"'{name}' is neither a metric nor a unit{meant(name, {**GLOSSARY, **units})}"
                    )
                if name in units:
                    # What is asked for a unit holds for all of it, also for metrics with a default of their own.
                    self._by_name = {k: v for k, v in self._by_name.items() if k == name or _unit(k) != name}
                self._by_name[name] = margin(text, unit)

    def of(self, metric: Metric) -> Margin:
        """The margin of a metric; a metric in a unit without one is not held."""
        return self._by_name.get(metric.name) or self._by_name.get(metric.unit) or Margin("none", ())


def _unit(name: str) -> str | None:
    return GLOSSARY[name].unit if name in GLOSSARY else None


Verdict = Literal["equivalent", "not equivalent", "cannot say", "not held"]


@dataclass(frozen=True, slots=True)
class Shown:
    """What the tests show of one metric.

    Attributes:
        difference: new mean minus old mean, nan where either does not exist.
        half_width: of the interval of the difference that has to lie within the margin (90 %, for two tests that
            err with 5 % each).
        margin: in the unit of the metric.
        verdict: "cannot say" where equivalence is not shown, though by this metric alone nothing else is either.
        beyond: p-value of "the difference is within the margin"; nan where that is not tested.
        enough: of what cannot be said, how many new replications would probably show that there is no difference;
            None where no number would.
        enough_both: how many would if there were as many old ones.
    """

    difference: float
    half_width: float
    margin: float
    verdict: Verdict
    beyond: float = math.nan
    enough: int | None = None
    enough_both: int | None = None


@dataclass(frozen=True, slots=True)
class Moments:
    """All that Welch's test knows of a series: mean, standard deviation, and in how many replications it existed."""

    mean: float
    sd: float
    n: int
    of: int
    """All replications."""

    def series(self) -> Floats:
        """float64[n] with this mean and standard deviation; any series that has them gives the same test."""
        if self.n < 2:
            return np.full(self.n, self.mean)
        z = np.linspace(-1.0, 1.0, self.n)
        return np.asarray(self.mean + self.sd * z / z.std(ddof=1))


def moments(values: Floats) -> Moments:
    """Of a series in which nan stands where the metric does not exist."""
    found = values[~np.isnan(values)]
    n = len(found)
    mean = float(found.mean()) if n else math.nan
    return Moments(mean, float(found.std(ddof=1)) if n > 1 else math.nan, n, len(values))


def shown(old: Moments, new: Moments, width: float) -> Shown:
    """Hold a metric against what it was, within a margin of this width."""
    difference = new.mean - old.mean
    if min(old.n, new.n) < 2:
        return Shown(difference, math.nan, width, *_seldom(old, new))
    if width == 0:  # it was 0 in every replication
        same = difference == 0 and new.sd == old.sd
        return Shown(difference, 0.0, 0.0, "equivalent" if same else "not equivalent")
    test = equivalent(new.series(), old.series(), width, CONFIDENCE, paired=False)
    if test.proven:
        return Shown(difference, test.half_width, width, "equivalent")
    # The other tail of the same statistic: how far the difference is beyond the margin, on either side.
    beyond = min(1.0, 2 * (1.0 - test.p_value))
    return Shown(difference, test.half_width, width, "cannot say", beyond, *_enough(old, new, width))


def told_apart(shown_of: Mapping[str, Shown]) -> dict[str, Shown]:
    """The same for all metrics of a scenario, with "not equivalent" where a difference is proven beyond its margin.

    So many tests would find something by chance: the p-values are adjusted (Holm 1979), so that all together call
    something different that is not with a probability of 5 % at most.
    """
    adjusted = holm([one.beyond for one in shown_of.values()])
    return {
        name: replace(one, verdict="not equivalent") if p_value < 1 - CONFIDENCE else one
        for (name, one), p_value in zip(shown_of.items(), adjusted, strict=True)
    }


def _seldom(old: Moments, new: Moments) -> tuple[Verdict, float, int | None, int | None]:
    """Verdict on a metric that is not there in two replications on either side, and how many would be enough."""
    if old.n == new.n == 0:
        return "equivalent", math.nan, None, None
    if min(old.of, new.of) < 2:
        return "cannot say", math.nan, None if old.of < 2 else 2, 2
    # What used to exist in every replication and now does in none is something else; what is rare on either side
    # is left to the figures that say how rare it is.
    replaced = (old.n == old.of and new.n == 0) or (new.n == new.of and old.n == 0)
    return "not equivalent" if replaced else "not held", math.nan, None, None


def _enough(old: Moments, new: Moments, width: float) -> tuple[int | None, int]:
    """Replications that would show with a chance of `POWER` that there is no difference: new ones, or new and old ones.

    n = (z(1 - alpha) + z((1 + power) / 2))² (s² + s²) / margin² each (Chow, Shao & Wang 2008, section 3.2.3); with n
    old ones given, what they leave of the variance.
    """
    from scipy.special import ndtri

    variance = (width / float(ndtri(CONFIDENCE) + ndtri((1 + POWER) / 2))) ** 2
    both = max(math.ceil((old.sd**2 + new.sd**2) / variance), new.of + 1)
    left = variance - old.sd**2 / old.n
    return None if left <= 0 else max(math.ceil(new.sd**2 / left), new.of + 1), both
