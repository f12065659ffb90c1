"""Palette of the charts: CSS variables named by their meaning, which a page defines for light and dark mode.

People with any of the common forms of colour blindness can tell blue and orange apart.
"""

from __future__ import annotations

from typing import Final

INK: Final = "var(--ink)"
MUTED: Final = "var(--muted)"
PAPER: Final = "var(--paper)"
SHADE: Final = "var(--shade)"
"""Background of the time that is not measured."""
EVENT: Final = "var(--event)"

STOCK: Final = "var(--blue)"
BACKLOG: Final = "var(--orange)"

GOOD: Final = "var(--blue)"
BAD: Final = "var(--orange)"
OPEN: Final = "var(--grey)"
"""Neither good nor bad, or not certain."""

SERIES: Final = tuple(f"var(--series-{number})" for number in range(1, 7))
"""Colours of groups without a meaning of their own."""
