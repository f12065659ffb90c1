"""Precision wanted of a figure: replications are played until its interval is narrow enough.

The half width is tested after each stage, and playing stops when it is small enough. The interval then covers
the true value with nearly its nominal confidence, and with exactly this confidence in the limit of small half
widths (Chow & Robbins 1965). It covers a little less if it is wide and the first stage was short. Law (2015,
section 9.4.1) advises at least ten replications in the first stage and a half width of at most 15 % of the
mean.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from simulator.metrics.metric_labels import metric_of

FIRST_STAGE: Final = 10
"""Replications before the half width is first tested."""
MOST: Final = 1_000
"""Default of the largest number of replications."""
_GROWTH: Final = 1.25
"""Smallest factor by which replications grow from stage to stage, so that there are few stages."""
_LEAP: Final = 2.0
"""Largest factor by which they grow, because an early estimate of the variance may be far off."""
_FORM: Final = re.compile(
    r"(?P<metric>\w[\w ,]*?)(?:\s*(?:±|\+/?-)\s*(?P<size>\d+(?:\.\d*)?|\.\d+)\s*(?P<percent>%?))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Precision:
    """Metric and the largest half width wanted of it.

    Attributes:
        metric: name in the glossary.
        size: half width, in the unit of the metric or, if ``relative``, as a share of the mean; None if not
            given.
        relative: true if ``size`` is a share of the mean.
    """

    metric: str
    size: float | None = None
    relative: bool = False

    @classmethod
    def read(cls, text: str) -> Precision:
        """Read ``metric±1%`` or ``metric±0.5``, also with ``+-``; the size may be missing.

        Raises:
            ValueError: the text has another form, the metric is unknown, or the size is 0.

        >>> Precision.read("satisfaction±1%")
        Precision(metric='satisfaction', size=0.01, relative=True)
        >>> Precision.read("profit +- 500")
        Precision(metric='profit', size=500.0, relative=False)
        """
        match = _FORM.fullmatch(text.strip())
        if match is None:
            raise ValueError(f"write a figure and a half width, as in profit±1% or profit±500, not '{text}'")
        metric, size, relative = metric_of(match["metric"]), match["size"], bool(match["percent"])
        if size is None:
            return cls(metric)
        if not float(size) > 0:
            raise ValueError(f"the half width must be above 0, not {size}")
        return cls(metric, float(size) / 100 if relative else float(size), relative)

    def __str__(self) -> str:
        if self.size is None:
            return self.metric
        return f"{self.metric}±{100 * self.size:g}%" if self.relative else f"{self.metric}±{self.size:g}"

    def width(self, mean: float) -> float:
        """Return the half width wanted at a mean of ``mean``, in the unit of the metric; nan without a size."""
        if self.size is None:
            return math.nan
        return self.size * abs(mean) if self.relative else self.size


def following(replications: int, excess: float, limit: int) -> int:
    """Return the number of replications at the end of the next stage.

    Args:
        replications: number played so far.
        excess: largest ratio of a half width to the one wanted, above 1. Half widths fall with the root of
            the number of replications, so replications * excess**2 should suffice.
        limit: largest number of replications.

    >>> following(20, 1.3, 1000), following(20, 9.0, 1000), following(20, 1.01, 1000), following(20, 2.0, 30)
    (34, 40, 25, 30)
    """
    enough = replications * min(excess, _LEAP) ** 2
    return min(limit, math.ceil(min(max(enough, _GROWTH * replications), _LEAP * replications)))
