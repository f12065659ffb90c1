"""Layout of a picture of flows: boxes in columns, and bands between them that cross as little as may be.

Bands that pass a column get a place in it, and boxes take the mean height of their neighbours, column by column, to and
fro (Sugiyama, Tagawa & Toda 1981).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Generic, NamedTuple, TypeVar

_SWEEPS: Final = 8
"""Number of times that all columns are looked at, to and fro."""

Key = TypeVar("Key", bound=Hashable)


@dataclass(slots=True, eq=False)
class Box:
    """Box in a column, or the place that a band takes in a column that it passes.

    Attributes:
        column: from 0.
        height: pixels.
        last: True for a box below all others.
        top: pixels.
        before: boxes in the column to the left, and the widths of the bands from there.
        after: boxes in the column to the right, and the widths of the bands there.
    """

    column: int
    height: float
    last: bool = False
    top: float = 0.0
    before: list[tuple[Box, float]] = field(default_factory=list)
    after: list[tuple[Box, float]] = field(default_factory=list)

    @property
    def middle(self) -> float:
        """Height of the middle, pixels."""
        return self.top + self.height / 2


class Band(NamedTuple, Generic[Key]):
    """Band from a box to one in a later column: their keys, and the width in pixels."""

    start: Key
    end: Key
    width: float


class Layout(Generic[Key]):
    """Places of boxes and bands.

    Attributes:
        boxes: by key.
        bands: bands.
        bottom: of the highest column, pixels.
        pieces: of each band, for each gap between two columns, the heights (pixels) where it begins and ends.
    """

    def __init__(
        self, boxes: Mapping[Key, Box], bands: Sequence[Band[Key]], *, top: float, gap: float
    ) -> None:
        """Lay out.

        Args:
            boxes: by key, in the sequence in which those of a column stand below each other at first.
            bands: bands.
            top: pixels above all boxes.
            gap: least pixels between two boxes.
        """
        self.boxes = boxes
        self.bands = bands
        self._top = top
        self._gap = gap
        self._columns: dict[int, list[Box]] = defaultdict(list)
        for box in boxes.values():
            self._columns[box.column].append(box)
        chains = [self._chain(band) for band in bands]
        self.bottom = top + max(
            (sum(box.height + gap for box in column) - gap for column in self._columns.values()), default=0.0
        )
        self._arrange()
        self.pieces = self._attach(chains)

    def _chain(self, band: Band[Key]) -> list[Box]:
        """Return the boxes of a band, with its places in the columns that it passes."""
        start, end = self.boxes[band.start], self.boxes[band.end]
        passed = [Box(column, band.width) for column in range(start.column + 1, end.column)]
        for box in passed:
            self._columns[box.column].append(box)
        chain = [start, *passed, end]
        for one, other in pairwise(chain):
            one.after.append((other, band.width))
            other.before.append((one, band.width))
        return chain

    def _arrange(self) -> None:
        """Order and place the boxes of each column, until they stand near their neighbours."""
        numbers = sorted(self._columns)
        for number in numbers:
            self._stack([(0.0, box) for box in self._columns[number]])
        for sweep in range(_SWEEPS):
            forth = sweep % 2 == 0
            for number in numbers if forth else reversed(numbers):
                self._approach(self._columns[number], forth=forth)

    def _approach(self, column: list[Box], *, forth: bool) -> None:
        """Order and place the boxes of a column by their neighbours in the column before, or behind."""
        wanted = {box: _neighbouring(box, forth=forth) for box in column}
        column.sort(key=lambda box: (box.last, wanted[box]))
        self._stack([(wanted[box] - box.height / 2, box) for box in column])

    def _stack(self, wanted: Sequence[tuple[float, Box]]) -> None:
        """Place the boxes of a column below each other, each as near to the top it wants as the others let it."""
        room = self._top
        for top, box in wanted:
            box.top = max(top, room)
            room = box.top + box.height + self._gap
        room = self.bottom
        for _, box in reversed(wanted):
            box.top = min(box.top, room - box.height)
            room = box.top - self._gap

    def _attach(self, chains: Sequence[Sequence[Box]]) -> list[list[tuple[float, float]]]:
        """Return the pieces of each band; those at one side of a box lie beside each other, around its middle."""
        ends: list[list[list[float]]] = [[[0.0, 0.0] for _ in chain[1:]] for chain in chains]
        sides: dict[tuple[Box, int], list[tuple[float, int, int]]] = defaultdict(list)
        for band, chain in enumerate(chains):
            for k, (one, other) in enumerate(pairwise(chain)):
                sides[one, 0].append((other.middle, band, k))
                sides[other, 1].append((one.middle, band, k))
        for (box, side), found in sides.items():
            height = box.middle - sum(self.bands[band].width for _, band, _ in found) / 2
            for _, band, k in sorted(found):
                width = self.bands[band].width
                ends[band][k][side] = height + width / 2
                height += width
        return [[(begin, end) for begin, end in pieces] for pieces in ends]


def _neighbouring(box: Box, *, forth: bool) -> float:
    """Return the mean height of the neighbours of a box, weighted by the bands to them; its own without any.

    Args:
        box: with its neighbours.
        forth: True to look at the column to the left; of a box without a band there, and else, to the right.
    """
    found = (box.before or box.after) if forth else (box.after or box.before)
    total = sum(width for _, width in found)
    return sum(other.middle * width for other, width in found) / total if total else box.middle
