"""Findings of a check in words: expectations met or not, and figures that have moved."""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.experiments.checking.baseline import Finding
from simulator.experiments.checking.judgement import Judgement
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.wording.numerals import NOTHING, duration, numeral, quantity


def judgements_line(judgements: Sequence[Judgement]) -> str:
    """Return one line: number of expectations met, and those failed or not sure with their figures."""
    failed = [one for one in judgements if not one.met]
    unsure = [one for one in judgements if one.met and not one.sure]
    met = len(judgements) - len(failed)
    parts = [f"Expectations: {met} of {len(judgements)} met." if failed else _all_met(len(judgements))]
    if failed:
        parts.append(f"Failed: {'; '.join(map(judgement_text, failed))}.")
    if unsure:
        why = (
            "for one replication does not say how sure"
            if all(one.estimate.n == 1 for one in unsure)
            else "not sure"
        )
        parts.append(f"Met, but {why}: {'; '.join(map(judgement_text, unsure))}.")
    return " ".join(parts)


def judgement_text(one: Judgement) -> str:
    """Return an expectation and its figure as text: ``fill_rate is 93.2 % ± 0.4, expected >= 95 %``."""
    expected = f"expected {one.condition}"
    if math.isnan(one.estimate.mean):
        return f"{one.metric} does not exist here (nothing to take it of), {expected}"
    found = f"{one.metric} is {numeral(one.estimate)}, {expected}"
    if one.met:
        return found
    reached = not one.sure and not math.isnan(one.estimate.half_width)
    return f"{found}{_gap(one)}{', which the interval reaches' if reached else ''}"


def _all_met(count: int) -> str:
    return "Expectation met." if count == 1 else f"Expectations: all {count} met."


def _gap(one: Judgement) -> str:
    """Return the amount by which a limit is missed, in brackets; empty if the rounded figures show it."""
    shown = numeral(Estimate(one.limit, one.estimate.half_width, one.estimate.unit, one.estimate.n))
    if shown.mean != numeral(one.estimate).mean:
        return ""
    gap = abs(one.estimate.mean - one.limit)
    unit = one.estimate.unit
    if gap == 0:
        return " (it is exactly that)"
    text = (
        duration(gap) if unit == "days" else f"{100 * gap:.2g} points" if unit == "share" else quantity(gap)
    )
    return f" (misses it by {text if unit != 'days' or gap > 1e-3 else f'{gap:.2g} days'})"


_DIGITS = 5
_MOST_DIGITS = 17
_LEAST_PERCENT = 1e-3


def finding_line(one: Finding) -> str:
    """Return one line: ``fill_rate: 0.95 → 0.93 share (difference -0.02, -2.1 %; allowed 9.5e-10)``."""
    old, new = old_and_new(one)
    tested = f"; {verdict_with_remedy(one)}" if one.replication is None else ""
    relative = f", {percent_change(one)}" if percent_change(one) else ""
    change = f"difference {difference(one)}{relative}; allowed {allowed(one)}{tested}"
    return f"{one.metric}: {old} → {new} {one.unit} ({change})"


def old_and_new(one: Finding) -> tuple[str, str]:
    """Return the old and the new figure as text, with as many digits as it takes to tell them apart."""
    texts = NOTHING, NOTHING
    for digits in range(_DIGITS, _MOST_DIGITS + 1):
        texts = _rounded(one.old, digits), _rounded(one.new, digits)
        if texts[0] != texts[1]:
            break
    return texts


def difference(one: Finding) -> str:
    """Return new minus old as text, with the half width of the interval if they are means."""
    if math.isnan(one.difference):
        return NOTHING
    half = f" ± {_rounded(one.half_width, 2)}" if one.half_width >= 0 else ""
    return f"{_rounded(one.difference, 3, '+')}{half}"


def percent_change(one: Finding) -> str:
    """Return the difference in per cent of the old figure; empty if it is near 0, or the old figure is 0."""
    share = 100 * one.difference / abs(one.old) if one.old else 0.0
    return f"{share:+.2g} %" if abs(share) >= _LEAST_PERCENT else ""


def verdict_with_remedy(one: Finding) -> str:
    """Return the verdict on means; if it is open, with the replications that would probably decide it."""
    if one.verdict != "cannot say":
        return one.verdict
    if one.enough is None:
        return "cannot say: too few replications"
    both = " and in the baseline" if one.enough_old else ""
    return f"cannot say: too few replications, about {one.enough:,} now{both} would do"


def allowed(one: Finding) -> str:
    """Return the largest difference that passes, as text."""
    return NOTHING if math.isnan(one.tolerance) else _rounded(one.tolerance, 2)


def _rounded(value: float, digits: int, sign: str = "") -> str:
    """Write a number with ``digits`` significant digits, and with thousands separated."""
    if math.isnan(value):
        return NOTHING
    if value == round(value):
        return f"{value:{sign},.0f}"
    if abs(value) < 1e-4:
        return f"{value:{sign}.{digits}g}"
    return f"{value:{sign},.{max(0, digits - 1 - math.floor(math.log10(abs(value))))}f}"
