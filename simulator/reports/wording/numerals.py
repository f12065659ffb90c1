"""Numerals for figures, such as 12,345, 97.3 % or 4.2 days, with as many digits as are certain."""

from __future__ import annotations

import math
from dataclasses import dataclass

from simulator.experiments.statistics.confidence_intervals import Estimate

NOTHING = "–"
"""Sign for a figure that does not exist."""

_TIMES = ((1.0, 1.0, "days"), (1 / 24, 24.0, "hours"), (0.0, 1440.0, "minutes"))
"""Units of time: shortest duration (days) for which each is used, number of them in a day, name."""


@dataclass(frozen=True, slots=True)
class Numeral:
    """Mean and half width as text, in the same unit; the half width is empty if there is none."""

    mean: str
    half_width: str = ""

    def __str__(self) -> str:
        return f"{self.mean} ± {self.half_width}" if self.half_width else self.mean


def numeral(estimate: Estimate) -> Numeral:
    """Write an estimate in the unit that suits its size.

    >>> str(numeral(Estimate(0.97312, 0.0041, "share", 20)))
    '97.3 % ± 0.4'
    >>> str(numeral(Estimate(12345.2, 67.8, "orders", 20)))
    '12,345 ± 68'
    >>> str(numeral(Estimate(0.25, 0.01, "days", 20)))
    '6.0 hours ± 0.2'
    >>> str(numeral(Estimate(3.0, float("nan"), "lines", 1)))
    '3'
    """
    mean, half = estimate.mean, estimate.half_width
    if math.isnan(mean):
        return Numeral(NOTHING)
    if mean == 0 and not half > 0:
        return Numeral("0 %" if estimate.unit == "share" else "0")
    if estimate.unit == "share":
        return _scaled(mean, half, 100.0, " %", least=1, most=2)
    if estimate.unit == "days":
        factor, name = _unit_of_time(mean)
        return _scaled(mean, half, factor, f" {name}", least=1, most=2)
    return _scaled(mean, half, 1.0, "", least=_places(mean), most=2)


def change(difference: Estimate, beside: float) -> Numeral:
    """Write a difference with its sign, in the unit that suits a figure of the size of ``beside``.

    Shares are in percentage points. The unit itself is left out; `unit_beside` returns it.

    >>> str(change(Estimate(-0.034, 0.013, "share", 20), 0.95))
    '-3.4 ± 1.3'
    >>> str(change(Estimate(0.05, 0.01, "days", 20), 0.4))  # as hours
    '+1.2 ± 0.2'
    >>> str(change(Estimate(-5329.6, 1573.9, "money", 20), 719605))
    '-5,330 ± 1,574'
    >>> str(change(Estimate(0.0, 0.0, "money", 20), 719605))
    '0'
    """
    mean, half = difference.mean, difference.half_width
    if math.isnan(mean):
        return Numeral(NOTHING)
    if mean == 0 and not half > 0:
        return Numeral("0")
    factor = {"share": 100.0, "days": _unit_of_time(beside)[0]}.get(difference.unit, 1.0)
    plain = difference.unit not in {"share", "days"}
    least = _places(half if half > 0 else mean) if plain else 1
    text = _scaled(abs(mean), half, factor, "", least=least, most=4 if plain else 2)
    sign = "" if not text.mean.strip("0.") else "-" if mean < 0 else "+"
    return Numeral(sign + text.mean, text.half_width)


def unit_beside(unit: str, beside: float) -> str:
    """Return the unit to write after a `change`, such as points or hours; empty for plain numbers.

    >>> unit_beside("days", 0.4), unit_beside("share", 0.95), unit_beside("money", 5.0)
    (' hours', ' points', '')
    """
    if unit == "days":
        return f" {_unit_of_time(beside)[1]}"
    return " points" if unit == "share" else ""


def percent(share: float) -> str:
    """Write a share in per cent, but never a small one as 0 %, nor nearly all as 100 %.

    >>> percent(0.123), percent(0.0), percent(0.00002), percent(0.99998)
    ('12.3 %', '0 %', 'less than 0.1 %', 'more than 99.9 %')
    """
    if share in {0.0, 1.0}:
        return f"{share * 100:.0f} %"
    if share < 0.0005:
        return "less than 0.1 %"
    return "more than 99.9 %" if share > 0.9995 else f"{share * 100:.1f} %"


def duration(days: float) -> str:
    """Write a duration in days, or in hours or minutes if it is short.

    >>> duration(4.21), duration(1.0), duration(0.3), duration(0.002)
    ('4.2 days', '1.0 days', '7.2 hours', '2.9 minutes')
    """
    factor, name = _unit_of_time(days)
    return f"{days * factor:,.1f} {name}"


def quantity(value: float) -> str:
    """Write a number with thousands separated, and with a decimal only if it is small and not whole.

    >>> quantity(12345.4), quantity(3.25), quantity(3.0), quantity(float("nan"))
    ('12,345', '3.2', '3', '–')
    """
    return NOTHING if math.isnan(value) else f"{value:,.{_places(value)}f}"


def _unit_of_time(days: float) -> tuple[float, str]:
    """Return the unit that suits a duration: number of them in a day, and name."""
    if days == 0:
        return 1.0, "days"
    return next((factor, name) for least, factor, name in _TIMES if abs(days) >= least)


def _scaled(mean: float, half: float, factor: float, suffix: str, *, least: int, most: int) -> Numeral:
    """Write both numbers times a factor, with as many decimals as it takes to show a digit of the half width.

    Args:
        mean: first number.
        half: half width; nan if there is none.
        factor: for both.
        suffix: written after the mean.
        least: smallest number of decimals.
        most: largest number of decimals.
    """
    half *= factor
    places = least
    if half > 0:
        places = min(max(least, -math.floor(math.log10(half))), max(most, least))
    text = f"{mean * factor:,.{places}f}{suffix}"
    return Numeral(text, "" if math.isnan(half) else f"{half:,.{places}f}")


def _places(value: float) -> int:
    """Return the decimals of a plain number: 0 if it is large or whole, else 1."""
    return 0 if abs(value) >= 20 or value == round(value) else 1
