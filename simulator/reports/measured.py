"""Measured window of a run in words: totals are of these days, not of a year."""

from __future__ import annotations

from collections.abc import Iterable

from simulator.scenario.run import Run


def measured(run: Run) -> str:
    """First and last day of the measured window, and its length.

    >>> measured(Run.model_validate({"warm_up": "60 days", "horizon": "365 days"}))
    'days 60 to 365, 305 days'
    >>> measured(Run.model_validate({"horizon": "365 days"}))
    'all 365 days'
    """
    if run.warm_up == 0:
        return f"all {run.horizon:,g} days"
    return f"days {run.warm_up:,g} to {run.horizon:,g}, {run.measured_days:,g} days"


def measured_time(runs: Iterable[Run]) -> str:
    """A line that says which days the figures of these runs are of, and that some are of other days.

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
