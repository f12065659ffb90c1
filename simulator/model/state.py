"""State that a stock carries from one window of a long run to the next."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """On hand, inventory position and backlog in units, and the number of purchase orders so far."""

    on_hand: float
    position: float
    backlog: float
    orders: int
