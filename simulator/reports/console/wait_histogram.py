"""Histogram of waits, drawn as text."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from simulator.model.world import Record
from simulator.orders.order_book import Status

FEWEST_WAITS = 20
"""Smallest number of waits for which a histogram is drawn."""
_MOST_BARS = 8
_STEPS = (1.0, 2.0, 5.0, 10.0)
_EIGHTHS = " ▏▎▍▌▋▊▉"


def waits_of(record: Record) -> npt.NDArray[np.float64]:
    """Return the days from order to allocation of the late lines of the measured window: float64[lines]."""
    book, run = record.book, record.scenario.run
    late = (book.status == Status.FILLED_LATE) & (book.time >= run.warm_up) & (book.time < run.horizon)
    days: npt.NDArray[np.float64] = book.allocated[late] - book.time[late]
    return days


def wait_picture(days: npt.NDArray[np.float64], width: int) -> list[str]:
    """Draw a histogram, one line of text for each interval: its bounds, a bar, and its share of the waits.

    Args:
        days: the waits, in days; at least one.
        width: characters of the longest bar.
    """
    longest = float(days.max())
    unit, lengths, scale = ("days", days, 1.0) if longest > 2 else ("hours", days * 24, 24.0)
    step = _step(longest * scale)
    # A wait at the upper bound of an interval belongs to it: "0 to 1" holds a wait of exactly one day.
    place = np.maximum(np.ceil(lengths / step).astype(np.intp) - 1, 0)
    shares = np.bincount(place) / len(days)
    labels = [f"{k * step:g} to {(k + 1) * step:g}" for k in range(len(shares))]
    wide = max(len(label) for label in labels)
    return [
        f"{label:>{wide}} {unit}  {_bar(share / shares.max(), width)}  {_percent(share)}"
        for label, share in zip(labels, shares.tolist(), strict=True)
    ]


def _step(longest: float) -> float:
    """Return the shortest of 1, 2, 5, 10, 20 ... (or 0.1, 0.2 ...) for which ``_MOST_BARS`` bars suffice."""
    size = 10.0 ** math.floor(math.log10(max(longest, 1e-6) / _MOST_BARS))
    return next(step for k in _STEPS if (step := k * size) * _MOST_BARS >= longest)


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %" if share == 0 or share >= 0.005 else "< 1 %"


def _bar(share: float, width: int) -> str:
    """Draw a bar in steps of an eighth of a character, filled up with blanks to ``width``."""
    eighths = round(share * width * 8)
    whole, rest = divmod(eighths, 8)
    return f"{'█' * whole}{_EIGHTHS[rest] if rest else ''}".ljust(width)
