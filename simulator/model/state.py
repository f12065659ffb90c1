"""What has become of a stock so far, as far as it decides how it goes on."""

from __future__ import annotations

from typing import NamedTuple


class State(NamedTuple):
    """On hand, inventory position and backlog in units, and the number of purchase orders so far."""

    on_hand: float
    position: float
    backlog: float
    orders: int
