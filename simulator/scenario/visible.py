"""Escaping of control characters: names come from files, and a terminal would obey the characters in them."""

from __future__ import annotations

import re
from typing import Final

_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters other than tab and newline, marks that change the direction of writing, lone surrogates."""


def visible(text: str) -> str:
    r"""Replace every control character by its escape; tabs and line breaks stay.

    >>> print(visible("red \x1b[31mshoes"))
    red \x1b[31mshoes
    """
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], text)
