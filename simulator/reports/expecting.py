"""Expectations in words: which are met, which are not and by how much, and which the luck of the draw decides."""

from __future__ import annotations

import math
from collections.abc import Sequence

from simulator.experiments.judgement import Judgement
from simulator.experiments.statistics import Estimate
from simulator.reports.numerals import duration, numeral, quantity


def in_a_line(judgements: Sequence[Judgement]) -> str:
    """How many are met; those that fail and those that are not sure with their figures."""
    failed = [one for one in judgements if not one.met]
    unsure = [one for one in judgements if one.met and not one.sure]
    met = len(judgements) - len(failed)
    parts = [f"Expectations: {met} of {len(judgements)} met." if failed else _all_met(len(judgements))]
    if failed:
        parts.append(f"Failed: {'; '.join(map(in_words, failed))}.")
    if unsure:
        why = (
            "for one replication does not say how sure"
            if all(one.estimate.n == 1 for one in unsure)
            else "not sure"
        )
        parts.append(f"Met, but {why}: {'; '.join(map(in_words, unsure))}.")
    return " ".join(parts)


def in_words(one: Judgement) -> str:
    """An expectation and what became of it: ``fill_rate is 93.2 % ± 0.4, expected >= 95 %``."""
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
    """By how much a limit is missed, where the rounded figures would not show it."""
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
