"""Search space of an optimisation: a grid of settings with one axis for each path.

Units of goods, and fields that take whole numbers only, have whole numbers as values. Other ranges are
divided into at most a thousand steps of a round size, so that a setting is easy to write down and remember.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice, product
from typing import Final, TypeAlias

import numpy as np

from simulator.experiments.sweeping.ranges import Levels, Over, Range
from simulator.experiments.sweeping.variants import Values
from simulator.scenario.yaml.settings import path_steps
from simulator.values.arrays import Floats

Point: TypeAlias = tuple[int, ...]
"""Place on each axis, from 0."""

_MOST_WHOLE: Final = 10_000
_EXTREMES: Final = 256
_MOST_REAL: Final = 1_000
_WIDE: Final = 100.0
"""Ratio of a range's end to its start from which on the search steps by factors, not by differences."""
_GOODS: Final = frozenset({"r", "Q", "s", "S", "expedite_to", "threshold", "minimum", "maximum", "lot"})
_OF_GOODS: Final = frozenset({"levels", "stock"})
"""Names of fields or mappings of fields whose values are units of goods."""


@dataclass(frozen=True)
class Axis:
    """Axis of the grid: a path and the values it may take.

    Attributes:
        path: path of the setting.
        source: range or list that the user gave.
        numbers: numbers in rising order, float64[values]; None if the values are a list of texts, without an
            order.
        by_factors: True if the distance of two values is measured by their ratio, not by their difference.
    """

    path: str
    source: Over
    numbers: Floats | None
    by_factors: bool = False

    def __len__(self) -> int:
        if self.numbers is not None:
            return len(self.numbers)
        assert isinstance(self.source, Levels)
        return len(self.source.values)

    @property
    def ordered(self) -> bool:
        """True if the values have an order."""
        return self.numbers is not None

    def text(self, place: int) -> str:
        """Return the value at a place as the text after the equals sign of ``--set``."""
        if isinstance(self.source, Range):
            assert self.numbers is not None
            return self.source.value(float(self.numbers[place]))
        if self.numbers is None:
            return self.source.values[place]
        return sorted(zip(self.source.numbers or (), self.source.values, strict=True))[place][1]

    def nearest(self, number: float) -> int:
        """Return the place of the number nearest to ``number``."""
        assert self.numbers is not None
        return int(np.abs(self.numbers - number).argmin())


@dataclass(frozen=True)
class Space:
    """Space of settings: all combinations of the values of its axes."""

    axes: tuple[Axis, ...]

    @classmethod
    def of(cls, overs: Sequence[Over]) -> Space:
        """Make a space from ranges and lists; ranges of whole numbers are marked (``Variants.with_kinds``)."""
        return cls(tuple(_axis(over) for over in overs))

    @cached_property
    def size(self) -> int:
        """Number of settings."""
        return math.prod(map(len, self.axes))

    def values(self, point: Point) -> Values:
        """Return the value of each path at a point."""
        return {axis.path: axis.text(place) for axis, place in zip(self.axes, point, strict=True)}

    def points(self) -> Iterator[Point]:
        """Iterate over all points; the last axis changes fastest."""
        return (tuple(map(int, place)) for place in np.ndindex(*map(len, self.axes)))

    def extremes(self) -> list[Values]:
        """Return at most ``_EXTREMES`` settings at the ends of ordered axes, with all values of the other axes."""
        places = [
            dict.fromkeys((0, len(axis) - 1)) if axis.ordered else range(len(axis)) for axis in self.axes
        ]
        return [self.values(point) for point in islice(product(*places), _EXTREMES)]

    def ends(self, point: Point) -> list[tuple[Axis, int]]:
        """Return the ordered axes with more than two values whose first or last value the point has, and that place."""
        return [
            (axis, place)
            for axis, place in zip(self.axes, point, strict=True)
            if axis.ordered and len(axis) > 2 and place in {0, len(axis) - 1}
        ]


def _axis(over: Over) -> Axis:
    """Make the axis of a range or list: choose whole numbers, steps by factors, or steps of a round size."""
    if isinstance(over, Levels):
        return Axis(over.path, over, None if over.numbers is None else np.sort(over.numbers))
    over = _goods(over)
    by_factors = over.low > 0 and over.high / over.low >= _WIDE
    if over.whole:
        step = _round_up(math.ceil((over.high - over.low) / _MOST_WHOLE))
        return Axis(over.path, over, np.arange(over.low, over.high + 0.5, step), by_factors)
    if by_factors:
        digits = 2 - math.floor(math.log10(over.low))  # three significant ones of the smallest number
        spread = np.geomspace(over.low, over.high, _MOST_REAL // 2)
        return Axis(
            over.path,
            over,
            np.unique([_three_digits(one) for one in spread.tolist()]).round(digits),
            by_factors,
        )
    step = _round_up((over.high - over.low) / _MOST_REAL)
    count = math.floor((over.high - over.low) / step + 1e-9)
    digits = max(0, -math.floor(math.log10(step)))
    numbers = np.unique(np.append(over.low + step * np.arange(count + 1), over.high).round(digits + 3))
    return Axis(over.path, over, numbers)


def _goods(over: Range) -> Range:
    """Return the range; one of units of goods with whole ends is marked to hold whole numbers only."""
    names = [step.name for step in path_steps(f"{over.path}=", over.path)[0]]
    of_goods = names[-1] in _GOODS or bool(_OF_GOODS.intersection(map(str, names)))
    whole = of_goods and not over.unit and over.low.is_integer() and over.high.is_integer()
    return Range(over.path, over.low, over.high, over.unit, over.whole or whole)


def _round_up(step: float) -> float:
    """Return the smallest of 1, 2, 5, 10 ... (or their tenths, hundredths ...) that is not below ``step``.

    >>> _round_up(1), _round_up(3), _round_up(0.012)
    (1.0, 5.0, 0.02)
    """
    size = 10.0 ** math.floor(math.log10(step) + 1e-9)
    return float(f"{next(k * size for k in (1, 2, 5, 10) if k * size >= step * (1 - 1e-9)):.6g}")


def _three_digits(number: float) -> float:
    return float(f"{number:.3g}")
