"""Texts made safe to print: names come from files, and a terminal obeys what stands in them."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters but tab and newline, marks that turn the direction of writing, and halves of characters."""


def visible(text: str) -> str:
    r"""The text with every control character written as its escape; tabs and line breaks stay.

    >>> print(visible("red \x1b[31mshoes"))
    red \x1b[31mshoes
    """
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], text)
