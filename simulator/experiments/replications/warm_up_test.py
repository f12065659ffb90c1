"""Warm-up test: search for traces of the start of the run in the measured series.

For steady demand the warm-up is compared with that of MSER-5. White's rule (1997) leaves out as much of the
start as makes the mean of the rest most precise; it is applied to five-day means (White, Cobb & Spratt 2000)
of the average course over all replications. Chance may favour a place for this cut, so the rule is followed
only if the cut changes the mean noticeably. If the second half of the series still rises or falls throughout,
the run reaches no steady state.

Demand that follows a calendar has no steady state, and a rule that looks for one would cut off the season
itself. In this case the warm-up has to last until goods ordered in the run have landed. A run without a
warm-up whose demand changes, or is read from a file, begins as intended and is not judged.

K. P. White (1997), An effective truncation heuristic for bias reduction in simulation output. Simulation
69(6), 323-334. K. P. White, M. J. Cobb and S. C. Spratt (2000), A comparison of five steady-state truncation
heuristics for simulation. Proceedings of the Winter Simulation Conference, 755-760.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from simulator.experiments.replications.outline import Outline
from simulator.experiments.statistics.confidence_intervals import interval
from simulator.model.supply.purchase_order import PurchaseColumns
from simulator.model.world import Record
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand_profiles import Weekly
from simulator.values.arrays import Floats

TOGETHER: Final = 5
"""Days, or intervals of an outline, averaged for MSER: the 5 of MSER-5."""
_NOTICEABLE: Final = 0.02
"""Change of a mean, as a share of it, below which a longer warm-up is not proposed."""
_BLOCKS: Final = 10
_TREND: Final = 0.9
"""Rank correlation of ``_BLOCKS`` blocks with time from which a series counts as rising or falling throughout.

Ten independent blocks reach it in one case of a thousand.
"""

Verdict = Literal["enough", "short", "unsteady", "unknown"]


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Verdict on a warm-up.

    Attributes:
        configured: length of the warm-up (days).
        verdict: "enough", "short", "unsteady" (no steady state within the run) or "unknown" (no steady state
            is expected, or data are too few).
        suggested: length of a warm-up that is long enough (days); None if unknown.
        series: series that decided, "on hand" or "backlog".
        method: "MSER-5", or "first landing" of goods ordered in the run.
    """

    configured: float
    verdict: Verdict
    suggested: float | None = None
    series: str | None = None
    method: str | None = None

    def plain(self) -> dict[str, float | str | None]:
        """Return the fields for a JSON file."""
        return {
            "configured": self.configured,
            "verdict": self.verdict,
            "suggested": self.suggested,
            "series": self.series,
            "method": self.method,
        }


def warm_up(scenario: Scenario, outlines: Sequence[Outline], record: Record | None = None) -> WarmUp:
    """Judge the warm-up of a scenario.

    Args:
        scenario: scenario that was played.
        outlines: outlines of its replications, at least one.
        record: record of one replication; without it the warm-up is judged for steady demand only.
    """
    configured = scenario.run.warm_up
    if _is_steady(scenario):
        return _by_course(configured, outlines)
    if configured == 0 or record is None:
        return WarmUp(configured, "unknown")
    return _by_first_landing(configured, record.purchases)


def mser(series: Floats, *, within: float = 1.0) -> int:
    """Return the number d of entries to leave out so that the mean of the rest is most precise (White 1997).

    By equation 1, d minimises the sum over i > d of (y_i - mean of these)^2 / (n - d)^2. At least five
    entries remain. The result is 0 for a series of five entries or fewer.

    Args:
        series: y, float64[n].
        within: largest d, as a share of n.
    """
    n = len(series)
    last = min(math.floor(within * n), n - TOGETHER)
    if last <= 0:
        return 0
    # Sums from the end, of the series minus its mean. If d entries are left out, the sum of squares about the mean of
    # the rest is (sum of y^2) - (sum of y)^2 / (n - d).
    rest = n - np.arange(last + 1)
    centred = series - series.mean()
    sums, squares = (np.cumsum(values[::-1])[::-1][: last + 1] for values in (centred, centred**2))
    return int(np.argmin((squares - sums**2 / rest) / rest**2))


def _is_steady(scenario: Scenario) -> bool:
    """Test whether demand is random and the same in every week."""
    calendar = all(isinstance(profile, Weekly) for profile in scenario.profiles)
    return calendar and not any(scenario.histories())


def _by_course(configured: float, outlines: Sequence[Outline]) -> WarmUp:
    """Judge a warm-up by MSER-5; the slower of the two series decides.

    Args:
        configured: length of the warm-up (days).
        outlines: outlines of the replications.
    """
    courses = {
        "on hand": np.array([one.on_hand.sum(axis=0) for one in outlines], np.float64),
        "backlog": np.array([one.backlog.sum(axis=0) for one in outlines], np.float64),
    }
    length = outlines[0].interval_days
    if courses["on hand"].shape[1] < 4 * _BLOCKS:
        return WarmUp(configured, "unknown")
    found = {name: _cut(course) * length for name, course in courses.items()}
    for name, course in courses.items():
        if _has_trend(course.mean(axis=0)):
            return WarmUp(configured, "unsteady", None, name, "MSER-5")
    slow = [
        name
        for name, course in courses.items()
        if _noticeable(course, round(configured / length), round(found[name] / length))
    ]
    slowest = max(slow or found, key=lambda name: found[name])
    return WarmUp(configured, "short" if slow else "enough", found[slowest], slowest, "MSER-5")


def _cut(course: Floats) -> int:
    """Return the number of entries that MSER-5 cuts off the average course, at most half of them.

    After a later cut too few entries would remain for the estimate.

    Args:
        course: float64[replications, intervals].
    """
    mean = course.mean(axis=0)
    count = len(mean) // TOGETHER
    return TOGETHER * mser(mean[: count * TOGETHER].reshape(count, TOGETHER).mean(axis=1), within=0.5)


def _has_trend(mean: Floats) -> bool:
    """Test whether the second half of a course still rises or falls throughout, and noticeably."""
    half = mean[len(mean) // 2 :]
    blocks = np.array([part.mean() for part in np.array_split(half, _BLOCKS)])
    ranks = np.argsort(np.argsort(blocks, kind="stable"), kind="stable").astype(np.float64)
    if np.ptp(blocks) <= _NOTICEABLE * abs(float(blocks.mean())):
        return False
    return abs(float(np.corrcoef(ranks, np.arange(_BLOCKS))[0, 1])) >= _TREND


def _noticeable(course: Floats, configured: int, suggested: int) -> bool:
    """Test whether the suggested cut changes the mean noticeably, and not by chance alone.

    Args:
        course: float64[replications, intervals].
        configured: number of intervals in the warm-up.
        suggested: number of intervals that MSER-5 cuts off.
    """
    if suggested <= configured:
        return False
    rest = course[:, suggested:].mean(axis=1)
    change, half_width = interval(course[:, configured:].mean(axis=1) - rest)
    surely = math.isnan(half_width) or abs(change) > half_width  # nan with one replication
    return surely and abs(change) > _NOTICEABLE * abs(float(rest.mean()))


def _by_first_landing(configured: float, purchases: PurchaseColumns) -> WarmUp:
    """Judge a warm-up by the first landing of goods at each stock that placed purchase orders.

    By the end of the warm-up, half of these stocks should have received goods.

    Args:
        configured: length of the warm-up (days).
        purchases: purchase orders of a replication.
    """
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
