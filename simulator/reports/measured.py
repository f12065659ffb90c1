"""Measured window of a run in words: totals are of these days, not of a year."""

from __future__ import annotations

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
