"""Whether what is measured still shows how the run began: the warm-up, held against the series it is to steady.

Where demand is steady, MSER-5 says where to cut: White's rule (1997) leaves out as much of the start as makes the mean
of the rest surest, with five days together (White, Cobb & Spratt 2000), on the average course over all replications.
It may cut where chance was kind, so that it is only heeded if cutting there changes the mean noticeably. If the second
half still rises or falls throughout, there is no steady state to be seen.

Where demand follows a calendar there is none to come, and a rule that looks for one would cut the season itself. There
the warm-up has to last until goods ordered in the run have come in. A run without a warm-up whose demand changes, or is
read from a file, begins where it was meant to begin: it is not judged.

K. P. White (1997), An effective truncation heuristic for bias reduction in simulation output. Simulation 69(6),
323-334. K. P. White, M. J. Cobb and S. C. Spratt (2000), A comparison of five steady-state truncation heuristics for
simulation. Proceedings of the Winter Simulation Conference, 755-760.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from simulator.experiments.outline import Outline
from simulator.experiments.statistics import Floats, interval
from simulator.model.purchase import Purchases
from simulator.model.world import Record
from simulator.scenario.profiles import Weekly
from simulator.scenario.scenario import Scenario

TOGETHER: Final = 5
"""Days, or intervals of an outline, that are averaged before MSER looks at them: the 5 of MSER-5."""
_NOTICEABLE: Final = 0.02
"""Change of a mean, as a share of it, below which a longer warm-up is not worth a word."""
_BLOCKS: Final = 10
_STEADILY: Final = 0.9
"""Rank correlation of so many blocks with time from which a series is said to rise or fall throughout; ten
independent blocks reach it in one case of a thousand."""

Verdict = Literal["enough", "short", "unsteady", "unknown"]


@dataclass(frozen=True, slots=True)
class WarmUp:
    """What the course of the stocks says about the warm-up.

    ``verdict`` is "enough", "short" (``suggested`` days would be better), "unsteady" (no steady state was seen within
    the run) or "unknown" (there is none to be expected, or nothing to judge by). ``series`` names what decided, "on
    hand" or "backlog", ``method`` how: "MSER-5", or "first landing" of what was ordered in the run.
    """

    configured: float
    verdict: Verdict
    suggested: float | None = None
    series: str | None = None
    method: str | None = None

    def plain(self) -> dict[str, float | str | None]:
        """The fields for a JSON file."""
        return {
            "configured": self.configured,
            "verdict": self.verdict,
            "suggested": self.suggested,
            "series": self.series,
            "method": self.method,
        }


def warm_up(scenario: Scenario, outlines: Sequence[Outline], record: Record | None = None) -> WarmUp:
    """Judge the warm-up of a scenario by the outlines of its replications, and a record if there is one."""
    configured = scenario.run.warm_up
    if _steady(scenario):
        return _by_course(configured, outlines)
    if configured == 0 or record is None:
        return WarmUp(configured, "unknown")
    return _by_first_landing(configured, record.purchases)


def mser(series: Floats, *, within: float = 1.0) -> int:
    """How many entries of a series to leave out so that the mean of the rest is surest (White 1997, equation 1).

    The d that minimises sum over i > d of (y_i - mean of these)^2 / (n - d)^2, among the first ``within`` of the
    series; at least five entries remain. 0 for a series that is shorter.
    """
    n = len(series)
    last = min(math.floor(within * n), n - TOGETHER)
    if last <= 0:
        return 0
    # Sums from the end, of the series about its mean: with d left out, the squares about the mean of the rest are
    # (sum of y^2) - (sum of y)^2 / (n - d).
    rest = n - np.arange(last + 1)
    centred = series - series.mean()
    sums, squares = (np.cumsum(values[::-1])[::-1][: last + 1] for values in (centred, centred**2))
    return int(np.argmin((squares - sums**2 / rest) / rest**2))


def _steady(scenario: Scenario) -> bool:
    """Whether demand is the same in every week."""
    calendar = all(isinstance(profile, Weekly) for profile in scenario.profiles)
    return calendar and not any(scenario.histories())


def _by_course(configured: float, outlines: Sequence[Outline]) -> WarmUp:
    """The judgement of MSER-5: the slower of the two series decides."""
    courses = {
        "on hand": np.array([one.on_hand.sum(axis=0) for one in outlines], np.float64),
        "backlog": np.array([one.backlog.sum(axis=0) for one in outlines], np.float64),
    }
    length = outlines[0].interval_days
    if courses["on hand"].shape[1] < 4 * _BLOCKS:
        return WarmUp(configured, "unknown")
    found = {name: _cut(course) * length for name, course in courses.items()}
    for name, course in courses.items():
        if _drifts(course.mean(axis=0)):
            return WarmUp(configured, "unsteady", None, name, "MSER-5")
    slow = [
        name
        for name, course in courses.items()
        if _noticeable(course, round(configured / length), round(found[name] / length))
    ]
    slowest = max(slow or found, key=lambda name: found[name])
    return WarmUp(configured, "short" if slow else "enough", found[slowest], slowest, "MSER-5")


def _cut(course: Floats) -> int:
    """Where MSER-5 cuts the average course, in entries. Beyond the middle it would rest on too little."""
    mean = course.mean(axis=0)
    count = len(mean) // TOGETHER
    return TOGETHER * mser(mean[: count * TOGETHER].reshape(count, TOGETHER).mean(axis=1), within=0.5)


def _drifts(mean: Floats) -> bool:
    """Whether the second half of a course still rises or falls throughout, and by more than nothing."""
    half = mean[len(mean) // 2 :]
    blocks = np.array([part.mean() for part in np.array_split(half, _BLOCKS)])
    ranks = np.argsort(np.argsort(blocks, kind="stable"), kind="stable").astype(np.float64)
    if np.ptp(blocks) <= _NOTICEABLE * abs(float(blocks.mean())):
        return False
    return abs(float(np.corrcoef(ranks, np.arange(_BLOCKS))[0, 1])) >= _STEADILY


def _noticeable(course: Floats, configured: int, suggested: int) -> bool:
    """Whether the mean after the suggested cut differs from that after the configured one, not by chance alone."""
    if suggested <= configured:
        return False
    rest = course[:, suggested:].mean(axis=1)
    change, half_width = interval(course[:, configured:].mean(axis=1) - rest)
    surely = math.isnan(half_width) or abs(change) > half_width  # one replication: nothing to compare with
    return surely and abs(change) > _NOTICEABLE * abs(float(rest.mean()))


def _by_first_landing(configured: float, purchases: Purchases) -> WarmUp:
    """Half of the stocks that are replenished at all should have got something by the end of the warm-up."""
    stocks = np.unique(purchases.stock)
    landed = np.full(len(stocks), np.inf)
    came = ~np.isnan(purchases.received)
    np.minimum.at(landed, np.searchsorted(stocks, purchases.stock[came]), purchases.received[came])
    usual = float(np.median(landed)) if len(landed) else math.inf
    if math.isinf(usual):
        return WarmUp(configured, "unknown")
    suggested = TOGETHER * math.ceil(usual / TOGETHER)
    verdict: Verdict = "enough" if configured >= usual else "short"
    return WarmUp(configured, verdict, float(suggested), "on hand", "first landing")
