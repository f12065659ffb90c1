"""How sure a figure has to be before no more replications are played.

The half width is looked at again and again, after each stage, and playing stops when it is small enough. The
interval then covers the true value in nearly as many cases as its confidence says, and in as many in the limit of
small half widths (Chow & Robbins 1965); it covers a little less where it is wide and the first stage was short.
Law (2015, section 9.4.1) advises at least ten replications to begin with and at most 15 % of the mean.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import Final

from simulator.metrics.labels import metric_of

FIRST_STAGE: Final = 10
"""Fewest replications before the half width is looked at."""
MOST: Final = 1_000
"""Replications after which playing stops, sure or not, if nobody says otherwise."""
_GROWTH: Final = 1.25
"""Replications grow at least by this factor from stage to stage, so that there are few stages …"""
_LEAP: Final = 2.0
"""… and at most by this one, for an early guess of the variance may be far off."""
_FORM: Final = re.compile(
    r"(?P<metric>\w[\w ,]*?)(?:\s*(?:±|\+/?-)\s*(?P<size>\d+(?:\.\d*)?|\.\d+)\s*(?P<percent>%?))?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Precision:
    """A metric and the largest half width that is wanted of it.

    ``size`` is in the unit of the metric, or if it is ``relative`` a share of the mean that it is compared with;
    ``None`` if no size was given.
    """

    metric: str
    size: float | None = None
    relative: bool = False

    @classmethod
    def read(cls, text: str) -> Precision:
        """Read ``metric±1%`` or ``metric±0.5``, also with ``+-``; the size may be missing.

        Raises ValueError for another form, an unknown metric or a size of 0.

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
        """The half width wanted, in the unit of the metric, where the mean is this; nan if no size was given."""
        if self.size is None:
            return math.nan
        return self.size * abs(mean) if self.relative else self.size


def following(replications: int, excess: float, limit: int) -> int:
    """Replications at the end of the next stage.

    Args:
        replications: how many there are.
        excess: largest ratio of a half width to the one wanted, above 1. Half widths fall with the root of the
            number, so n * excess**2 should do.
        limit: what is never exceeded.

    >>> following(20, 1.3, 1000), following(20, 9.0, 1000), following(20, 1.01, 1000), following(20, 2.0, 30)
    (34, 40, 25, 30)
    """
    enough = replications * min(excess, _LEAP) ** 2
    return min(limit, math.ceil(min(max(enough, _GROWTH * replications), _LEAP * replications)))
