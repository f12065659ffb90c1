"""Colours, by what they mean. A page defines each twice, for light and dark; charts name them as CSS variables.

Blue and orange can be told apart by people with any of the common forms of colour blindness.
"""

from __future__ import annotations

from typing import Final

INK: Final = "var(--ink)"
MUTED: Final = "var(--muted)"
PAPER: Final = "var(--paper)"
SHADE: Final = "var(--shade)"
"""Behind times that do not count."""
EVENT: Final = "var(--event)"

STOCK: Final = "var(--blue)"
BACKLOG: Final = "var(--orange)"

GOOD: Final = "var(--blue)"
BAD: Final = "var(--orange)"
OPEN: Final = "var(--grey)"
"""Neither good nor bad, or not known."""

SERIES: Final = tuple(f"var(--series-{number})" for number in range(1, 7))
"""Colours of groups without a meaning of their own."""
