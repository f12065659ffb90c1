"""Tables and code in Markdown."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

Rows = Iterable[Sequence[str]]


def code(text: str) -> str:
    """The text in code type, backquotes included.

    >>> code("a `b`")
    '`` a `b` ``'
    """
    return f"`` {text} ``" if "`" in text else f"`{text}`"


def prose(text: str) -> str:
    """Text of a docstring; ``<`` outside of code is shown, and does not open a tag.

    >>> prose("x < y, ``a < b``")
    'x &lt; y, ``a < b``'
    """
    parts = re.split(r"(`+[^`]+`+)", text)
    return "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)


def cell(text: str) -> str:
    """The text on one line, with nothing in it that would end a cell of a table."""
    return " ".join(text.split()).replace("|", "\\|")


def table(head: Sequence[str], rows: Rows) -> str:
    """A table; columns without any text are left out."""
    cells = [[cell(text) for text in row] for row in rows]
    kept = [number for number in range(len(head)) if any(row[number] for row in cells)]
    lines = [list(head), ["---"] * len(head), *cells]
    return "\n".join(f"| {' | '.join(line[number] for number in kept)} |" for line in lines)
