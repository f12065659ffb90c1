"""Drawing of a network of goods: lanes as bands, cards of the places over them, and labels where there is room."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final, NamedTuple

from markupsafe import Markup

from simulator.reports.pictures import palette
from simulator.reports.pictures.flow_labels import (
    LEAST,
    heading_of,
    lane_figures,
    name_of,
    stock_of,
    time_of,
    waits_of,
)
from simulator.reports.pictures.flow_layout import Band, Box, Layout
from simulator.reports.pictures.flow_network import FlowLane, FlowNetwork, FlowPlace, PlaceKey
from simulator.reports.pictures.svg import element, text_width, wrapped
from simulator.reports.wording.numerals import quantity

_WIDTH: Final = 992.0
"""Pixels that a page has for a picture."""
_CARD: Final = 148.0
"""Width of a place, pixels."""
_GAPS: Final = (92.0, 200.0)
"""Least and largest pixels between two columns."""
_ROOMY: Final = 160.0
"""Pixels between two columns that have room for a label in one line."""
_APART: Final = 22.0
"""Pixels between two places of a column."""
_HEAD: Final = 50.0
"""Pixels above the places."""
_WIDEST, _NARROWEST = 64.0, 1.5
"""Pixels of all bands of the largest place together, and of the smallest band."""
_BOW: Final = 34.0
"""Pixels by which the control points of a transfer stand out of a column."""
_TIP: Final = 9.0
"""Length of the tip of a band, pixels."""
_LINE, _BADGE, _EDGE = 16.0, 21.0, 9.0
"""Height of a line of text and of a badge, and margin of a card, pixels."""
_SIZE: Final = 12.0
"""Size of the font, pixels."""
_AROUND: Final = 3.0
"""Pixels above and below a label that no other takes."""
_MOST_LABELS: Final = 9
"""Most labels of lanes that begin in one column."""


Curve = tuple[tuple[float, float], tuple[float, float], tuple[float, float], tuple[float, float]]
"""Control points of a cubic Bézier curve, in pixels."""


class _Rectangle(NamedTuple):
    """Room that is taken, in pixels."""

    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: _Rectangle) -> bool:
        """Test whether two rectangles share more than an edge."""
        across = min(self.right, other.right) - max(self.left, other.left)
        return across > 0.0 and min(self.bottom, other.bottom) - max(self.top, other.top) > 0.0


@dataclass(frozen=True)
class _Card:
    """Texts of a place.

    Attributes:
        names: name in one line or two.
        details: lines below the name.
        badges: texts on orange ground.
    """

    names: list[str]
    details: list[str]
    badges: list[str]

    @classmethod
    def of(cls, key: PlaceKey, place: FlowPlace) -> _Card:
        """Write the card of a place."""
        # names are bold and a pixel larger
        names = wrapped(name_of(key), _CARD - 2 * _EDGE, _SIZE + 2.0)
        return cls(names, time_of(key, place) + stock_of(key, place), waits_of(key, place))

    @property
    def height(self) -> float:
        """Height of the texts, pixels."""
        return _LINE * (len(self.names) + len(self.details)) + _BADGE * len(self.badges)

    def texts(self, left: float, top: float) -> Iterator[Markup]:
        """Yield the texts, the first one at these pixels."""
        for name in self.names:
            yield element("text", name, x=left, y=top + 12.0, class_="name")
            top += _LINE
        for line in self.details:
            yield element(
                "text", line, x=left, y=top + 12.0, fill=palette.MUTED, **_squeezed(line, _CARD - 2 * _EDGE)
            )
            top += _LINE
        for badge in self.badges:
            room = _CARD - 2 * _EDGE - 4.0
            width = min(text_width(badge, _SIZE), room) + 12.0
            yield element("rect", x=left - 4.0, y=top + 2.0, width=width, height=18.0, rx=9.0, class_="badge")
            yield element(
                "text", badge, x=left + 2.0, y=top + 15.0, class_="waiting", **_squeezed(badge, room)
            )
            top += _BADGE


def _squeezed(text: str, room: float) -> dict[str, str | float]:
    """Return the attributes that squeeze a text into ``room`` pixels, if it would be wider."""
    if text_width(text, _SIZE) <= room:
        return {}
    return {"textLength": room, "lengthAdjust": "spacingAndGlyphs"}


class FlowDrawing:
    """Drawing of a network.

    Attributes:
        width: pixels.
        height: pixels.
    """

    def __init__(self, network: FlowNetwork) -> None:
        """Lay out the network."""
        self._network = network
        columns = network.columns
        self._gap = min(max((_WIDTH - columns * _CARD) / max(columns - 1, 1), _GAPS[0]), _GAPS[1])
        self._cards = {key: _Card.of(key, place) for key, place in network.places.items()}
        most = max(place.units for place in network.places.values())
        self._scale = _WIDEST / most if most > 0.0 else 0.0
        bands = [
            Band(start, end, max(lane.units * self._scale, _NARROWEST))
            for (start, end, _), lane in network.lanes.items()
        ]
        sides: dict[tuple[PlaceKey, int], float] = defaultdict(float)
        for start, end, width in bands:
            sides[start, 1] += width
            sides[end, 0] += width
        boxes = {
            key: Box(
                key.column,
                max(card.height + 2 * _EDGE, sides[key, 0], sides[key, 1]),
                last=key.bundled > 0,
            )
            for key, card in self._cards.items()
        }
        self._layout = Layout(boxes, bands, top=_HEAD, gap=_APART)
        self.width = self._left(columns - 1) + _CARD + 0.5
        self.height = self._layout.bottom + 2.0

    @property
    def content(self) -> Markup:
        """Elements of the picture."""
        drawn = *self._heads(), *self._bands(), *self._places(), *self._transfers(), *self._labels()
        return Markup("").join(drawn)

    def _left(self, column: int) -> float:
        return column * (_CARD + self._gap) + 0.5

    def _heads(self) -> Iterator[Markup]:
        """Yield the heading of each column, and between two columns the units on the way."""
        for column in range(self._network.columns):
            left = self._left(column)
            title = heading_of([key for key in self._cards if key.column == column], self._network)
            yield element("text", title, x=left, y=14.0, class_="head", fill=palette.MUTED)
            under_way = self._network.leaving(column)
            if under_way >= LEAST:
                middle, text = left + _CARD + self._gap / 2, f"{quantity(under_way)} on the way"
                yield element("text", text, x=middle, y=32.0, text_anchor="middle", fill=palette.MUTED)

    def _bands(self) -> Iterator[Markup]:
        """Yield the lanes, the widest first, each with its figures as a tooltip."""
        for (key, lane), band, curves in zip(
            self._network.lanes.items(), self._layout.bands, self._curves, strict=True
        ):
            start, end, mode = key
            yield _arrow(curves, band.width, palette.STOCK, _told(start, end, lane, lane_figures(lane, mode)))

    @cached_property
    def _curves(self) -> list[list[Curve]]:
        """Curves of each band, one over each gap between two columns."""
        found = []
        for band, pieces in zip(self._layout.bands, self._layout.pieces, strict=True):
            curves = []
            for column, (begin, end) in enumerate(pieces, band.start.column):
                left = self._left(column) + _CARD
                middle, right = left + self._gap / 2, left + self._gap
                curves.append(((left, begin), (middle, begin), (middle, end), (right, end)))
            found.append(curves)
        return found

    def _room(self, key: PlaceKey) -> _Rectangle:
        box, left = self._layout.boxes[key], self._left(key.column)
        return _Rectangle(left, box.top, left + _CARD, box.top + box.height)

    def _places(self) -> Iterator[Markup]:
        """Yield the cards of the places."""
        for key, card in self._cards.items():
            left, top, right, bottom = self._room(key)
            ground = element(
                "rect", x=left, y=top, width=right - left, height=bottom - top, rx=7.0, class_="card"
            )
            texts = card.texts(left + _EDGE, (top + bottom - card.height) / 2)
            yield element("g", element("title", name_of(key)), ground, *texts)

    def _transfers(self) -> Iterator[Markup]:
        """Yield the arrows of transfers, which leave the cards of two warehouses beside the lanes."""
        for (start, end, mode), lane in self._network.transfers.items():
            told = _told(start, end, lane, ["transfers", *lane_figures(lane, mode)])
            width = max(lane.units * self._scale, _NARROWEST)
            yield _arrow([self._bow(start, end)], width + 1.0, palette.EVENT, told, "lane transfer")

    def _bow(self, start: PlaceKey, end: PlaceKey) -> Curve:
        """Return the curve of a transfer.

        In one column those that go down leave and arrive on the right, those that go up on the left.
        """
        one, other = self._room(start), self._room(end)
        down, beside = one.top < other.top, start.column == end.column
        right = down if beside else start.column < end.column
        begin = one.bottom - _EDGE if down else one.top + _EDGE
        close = other.top + _EDGE if down else other.bottom - _EDGE
        leave = one.right if right else one.left
        arrive = other.right if right == beside else other.left
        reach = _BOW if beside else abs(arrive - leave) / 2
        out = reach if right else -reach
        back = out if beside else -out
        return (leave, begin), (leave + out, begin), (arrive + back, close), (arrive, close)

    def _labels(self) -> Iterator[Markup]:
        """Yield the labels of the lanes, the widest first, where they cover neither a place nor another label."""
        taken = [self._room(key) for key in self._cards]
        labels = Counter[int]()
        for ((start, _, mode), lane), curves in zip(self._network.lanes.items(), self._curves, strict=True):
            labels[start.column] += 1
            if labels[start.column] <= _MOST_LABELS:
                figures = lane_figures(lane, mode)
                one = " · ".join(figures)
                lines = [one] if self._gap > _ROOMY and text_width(one, _SIZE) < self._gap else figures
                yield from _label(lines, curves, taken)
        for (start, end, mode), lane in self._network.transfers.items():
            first, *others = lane_figures(lane, mode)
            bow = self._bow(start, end)
            aside = math.copysign(1.0, bow[1][0] - bow[0][0]) if start.column == end.column else 0.0
            yield from _label([f"{first} moved", *others], [bow], taken, aside)


def _arrow(curves: Sequence[Curve], width: float, colour: str, told: str, kind: str = "lane") -> Markup:
    """Return an arrow along curves, with a tooltip.

    Args:
        curves: control points, the end of each beside the beginning of the next.
        width: of its line, pixels.
        colour: of the arrow.
        told: text of the tooltip.
        kind: class in the style sheet of the page.
    """
    *_, (before, _), (x, y) = curves[-1]
    base, half = x - math.copysign(_TIP, x - before), width / 2 + 2.5
    *passed, (start, *controls, (_, end)) = curves
    path = ""
    for first, *others in (*passed, (start, *controls, (base, end))):
        path += f"{'L' if path else 'M'}{_pixels(first)}C{' '.join(map(_pixels, others))}"
    line = element("path", d=path, stroke=colour, stroke_width=width)
    tip = f"M{base:.1f} {y - half:.1f}L{x:.1f} {y:.1f}L{base:.1f} {y + half:.1f}Z"
    return element("g", element("title", told), line, element("path", d=tip, fill=colour), class_=kind)


def _pixels(point: tuple[float, float]) -> str:
    return f"{point[0]:.1f} {point[1]:.1f}"


def _told(start: PlaceKey, end: PlaceKey, lane: FlowLane, figures: Sequence[str]) -> str:
    """Return the tooltip of a lane."""
    under_way = f"{quantity(lane.under_way)} on the way"
    return f"{name_of(start)} → {name_of(end)}: {', '.join((*figures, under_way))}"


def _label(
    lines: Sequence[str], curves: Sequence[Curve], taken: list[_Rectangle], aside: float = 0.0
) -> Iterator[Markup]:
    """Yield the lines of a label where a curve has room for it, and add the room that it takes to ``taken``.

    Args:
        lines: texts.
        curves: curves, the first one first.
        taken: room that other labels and the places take.
        aside: 1 for a label to the right of the curve, -1 for one to the left, 0 for one on it.
    """
    wide, tall = max(text_width(line, _SIZE) for line in lines), 15.0 * len(lines) + 2 * _AROUND
    for curve in curves:
        for share in (0.5, 0.4, 0.6, 0.3, 0.7):
            x, y = _point(curve, share)
            x += aside * (wide / 2 + 5.0)
            room = _Rectangle(x - wide / 2, y - tall / 2, x + wide / 2, y + tall / 2)
            if not any(room.meets(other) for other in taken):
                taken.append(room)
                for k, line in enumerate(lines):
                    base = room.top + _AROUND + 11.5 + 15.0 * k
                    yield element("text", line, x=x, y=base, text_anchor="middle", class_="label")
                return


def _point(curve: Curve, share: float) -> tuple[float, float]:
    """Return the point of a Bézier curve at a parameter between 0 and 1."""
    rest = 1.0 - share
    weights = rest**3, 3 * rest**2 * share, 3 * rest * share**2, share**3
    x, y = (sum(weight * point[k] for weight, point in zip(weights, curve, strict=True)) for k in (0, 1))
    return x, y
