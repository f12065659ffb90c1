"""Node of a scenario text: a value with its position."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, Final

from simulator.values.mistakes import Mark, Place

SET: Final = "--set"
"""Source of values given on the command line; the file in their marks is ``--set`` with the text after it."""
Scalar = str | int | float | bool | None
_GROUPED = r"(?:[0-9]+|[0-9]{1,3}(?:_[0-9]{3})+)"
_WHOLE = re.compile(rf"[-+]?{_GROUPED}")
_DECIMAL = re.compile(rf"[-+]?(?:{_GROUPED}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{f"{sign}.{word}": float(f"{sign}inf") for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INT_DIGITS = 300  # beyond the largest float, and below the length that int() refuses


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its position: a scalar, a list of nodes or a mapping of nodes.

    Attributes:
        content: the value.
        mark: position of the value.
        key: position of its key, if it is an entry of a mapping.
        source: ``alternative 'x'`` or ``--set`` for a value from there, empty for one of the file itself.
        written: text of an unquoted scalar, kept because a product may be called 007.
    """

    content: Scalar | list[Node] | dict[str, Node]
    mark: Mark
    key: Mark | None = None
    source: str = ""
    written: str | None = None

    @property
    def origin(self) -> str:
        """Origin of the value, as ``base.yaml:7``, ``alternative 'x' (a.yaml:30)`` or ``--set``."""
        where = f"{self.mark.file}:{self.mark.line}"
        if self.source == SET:
            return self.source
        return f"{self.source} ({where})" if self.source else where

    @property
    def is_leaf(self) -> bool:
        """True for a scalar, an empty list or an empty mapping."""
        return not (isinstance(self.content, dict | list) and self.content)

    def plain(self) -> Any:
        """Return the value without positions: dict, list, str, int, float, bool or None; containers are new."""
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.plain() for node in self.content]
        return self.content

    def from_source(self, source: str) -> Node:
        """Return a copy of this node and all nodes below it with another source."""
        content = self.content
        if isinstance(content, dict):
            content = {key: node.from_source(source) for key, node in content.items()}
        elif isinstance(content, list):
            content = [node.from_source(source) for node in content]
        return replace(self, content=content, source=source)

    def walk(self, place: Place = ()) -> Iterator[tuple[Place, Node]]:
        """Yield this node, which is at ``place``, and all nodes below it, each with its place."""
        yield place, self
        if isinstance(self.content, dict):
            for key, node in self.content.items():
                yield from node.walk((*place, key))
        elif isinstance(self.content, list):
            for number, node in enumerate(self.content):
                yield from node.walk((*place, number))


def plain_value(text: str) -> Scalar:
    """Convert unquoted text to the value it stands for.

    >>> [plain_value(text) for text in ("no", "12:30", "017", "1_000", "1e3", "True", "~", "2026-11-27", "0x1F")]
    ['no', '12:30', 17, 1000, 1000.0, True, None, '2026-11-27', '0x1F']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) <= _INT_DIGITS:
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text
