"""Quantiles of small samples, equal to those of `numpy.quantile` to the last bit but cheaper."""

from __future__ import annotations

from simulator.values.arrays import Floats


def quantile(values: Floats, share: float) -> float:
    """Compute a quantile as `numpy.quantile` does, to the last bit, at a fifth of its cost.

    Args:
        values: the sample, reordered in place.
        share: share of the values below the quantile, 0 to 1.
    """
    below, above, part = order_statistics(share, len(values))
    values.partition((below, above))
    return interpolate(float(values[below]), float(values[above]), part)


def order_statistics(share: float, count: int) -> tuple[int, int, float]:
    """Return the positions of the two order statistics around a quantile, and the weight of the second.

    Args:
        share: share of the values below the quantile, 0 to 1.
        count: number of values.
    """
    place = share * (count - 1)
    below = int(place)
    return below, min(below + 1, count - 1), place - below


def interpolate(low: float, high: float, part: float) -> float:
    """Interpolate linearly between ``low`` at ``part`` 0 and ``high`` at ``part`` 1."""
    gap = high - low
    return low + gap * part if part < 0.5 else high - gap * (1.0 - part)


def sorted_quantile(values: Floats, share: float) -> float:
    """Compute a quantile of sorted values, as `quantile` does."""
    below, above, part = order_statistics(share, len(values))
    return interpolate(float(values[below]), float(values[above]), part)
