"""Elements of a picture in SVG, escaped, and an estimate of the room that texts take."""

from __future__ import annotations

from typing import Final

from markupsafe import Markup, escape

_NARROW: Final = frozenset("iIjlft.,:;'|!()[] ·-")
_WIDE: Final = frozenset("mwMW%@—…")


def element(name: str, *content: str | Markup, **attributes: str | float) -> Markup:
    """Return an element; underscores in the names of attributes become hyphens, and numbers are rounded.

    >>> str(element("text", "a < b", x=1.234, font_size=12, class_="muted"))
    '<text x="1.2" font-size="12" class="muted">a &lt; b</text>'
    """
    inner = Markup("").join(escape(one) for one in content)
    given = Markup("").join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-"), number(value))
        for key, value in attributes.items()
    )
    return Markup("<{0}{1}>{2}</{0}>").format(name, given, inner)


def number(value: str | float) -> str:
    """Write a number with one decimal at most; a text stays as it is.

    >>> number(12.0), number(0.25), number("red")
    ('12', '0.2', 'red')
    """
    return value if isinstance(value, str) else f"{value:.1f}".removesuffix(".0")


def text_width(text: str, size: float) -> float:
    """Estimate the width of a text in pixels, rather too much than too little; ``size`` is that of the font."""
    return size * sum(
        0.36 if sign in _NARROW else 0.95 if sign in _WIDE or ord(sign) > 0x2E7F else 0.62 for sign in text
    )


def wrapped(text: str, width: float, size: float) -> list[str]:
    """Break a text into one line or two, at a space if it has one; the second ends with an ellipsis if it is too long.

    >>> wrapped("a warehouse with a long name", 90, 13)
    ['a warehouse', 'with a long…']
    """
    if text_width(text, size) <= width:
        return [text]
    first = _beginning(text, width, size)
    at = text.rfind(" ", 0, len(first) + 1)
    first = text[:at] if at > 0 else first
    rest = text[len(first) :].lstrip()
    if text_width(rest, size) > width:
        rest = f"{_beginning(rest, width - text_width('…', size), size).rstrip()}…"
    return [first, rest]


def _beginning(text: str, width: float, size: float) -> str:
    """Return as much of the beginning of a text as fits into ``width`` pixels."""
    end = len(text)
    while end > 1 and text_width(text[:end], size) > width:
        end -= 1
    return text[:end]
