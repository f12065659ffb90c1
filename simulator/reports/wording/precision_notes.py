"""Notes on the precision of a run's figures: days measured, intervals, and the test of the warm-up."""

from __future__ import annotations

import math
from collections.abc import Iterable

from simulator.experiments.replications.assurance import Assurance
from simulator.experiments.replications.replications import Replications
from simulator.experiments.replications.warm_up_test import WarmUp
from simulator.reports.wording.numerals import numeral, quantity
from simulator.scenario.sections.run import Run

_SERIES = {"on hand": "the stock on hand", "backlog": "the backlog"}


def single_run(outcome: Replications) -> str:
    """Return a sentence on the precision of one replication, by batch means if it is long enough for them."""
    batches = outcome.batches
    if batches is None or "backorder_rate" not in batches.estimates:
        return "This is one replication, and too short for batch means: how sure these figures are cannot be said."
    share = batches.estimates["backorder_rate"]
    start = f"This is one replication: by batch means ({_spread(batches.batches.values())} batches)"
    if share.mean == 0:
        found = f"the fill rate is {numeral(batches.estimates['fill_rate'])} points"
    else:
        found = f"the share of lines that waited is {numeral(share)} points"
    wait = batches.estimates.get("backorder_wait_mean")
    more = f", their mean wait {numeral(wait)}" if wait is not None else ""
    return f"{start} {found}{more} (95 % confidence)."


def interval_notes(assurance: Assurance) -> str:
    """Return notes on the meaning of ± and the effective number of waits; empty if neither is known."""
    sentences = []
    if assurance.method != "none":
        by = " by batch means, for the figures that have one" if assurance.method == "batch means" else ""
        sentences.append(f"± is half of a 95 % confidence interval{by}.")
    waits = assurance.waits
    if not math.isnan(waits.effective) and waits.effective < waits.count:
        effective = f"{waits.effective:,.0f}" if waits.effective >= 10 else "fewer than 10"
        sentences.append(
            f"The {quantity(waits.count)} waits say as much about their mean as {effective} independent ones."
        )
    return " ".join(sentences)


def about_warm_up(found: WarmUp) -> str:
    """Return a warning if the warm-up is too short or there is no steady state; else an empty text."""
    name = _SERIES.get(found.series or "", "")
    if found.verdict == "unsteady":
        return (
            f"No steady state seen: {name} still rises or falls when the run ends, so these figures depend on how long "
            "it is. Supply may be below demand, or the horizon too short."
        )
    if found.verdict != "short" or found.suggested is None:
        return ""
    judged = f"A warm-up of {found.configured:g} days looks too short"
    if found.configured == 0:
        judged = "Without a warm-up these figures include the start of the run"
    reason = f"{name} needs about {found.suggested:g} days to settle (MSER-5)"
    if found.method == "first landing":
        reason = "it ends before most products have got anything that was ordered in the run"
    return f'{judged}: {reason}. Try --set run.warm_up="{found.suggested:g} days".'


def _spread(counts: Iterable[int]) -> str:
    """Return the smallest and the largest of some numbers as text: ``10 to 30``."""
    numbers = sorted(set(counts))
    return f"{numbers[0]} to {numbers[-1]}" if len(numbers) > 1 else str(numbers[0])


def measured(run: Run) -> str:
    """Return the first and the last day of the measured window, and its length, as text.

    >>> measured(Run.model_validate({"warm_up": "60 days", "horizon": "365 days"}))
    'days 60 to 365, 305 days'
    >>> measured(Run.model_validate({"horizon": "365 days"}))
    'all 365 days'
    """
    if run.warm_up == 0:
        return f"all {run.horizon:,g} days"
    return f"days {run.warm_up:,g} to {run.horizon:,g}, {run.measured_days:,g} days"


def measured_time(runs: Iterable[Run]) -> str:
    """Return a line on the days that these runs measure, with a warning if they differ.

    >>> year, half = (Run.model_validate({"horizon": f"{days} days"}) for days in (365, 180))
    >>> measured_time([year, year])
    'Measured: all 365 days. All totals are of this time.'
    >>> measured_time([year, half])
    'Measured: all 365 days, and 1 other time: totals are not comparable.'
    """
    first, *others = dict.fromkeys(map(measured, runs))
    if not others:
        return f"Measured: {first}. All totals are of this time."
    times = "1 other time" if len(others) == 1 else f"{len(others)} other times"
    return f"Measured: {first}, and {times}: totals are not comparable."
