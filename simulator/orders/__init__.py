"""The exogenous world: what customers will ask for, drawn or read before a run."""

from simulator.orders.book import OrderBook, Status, draw
from simulator.orders.streams import SCHEME, Draws, Streams

__all__ = ["SCHEME", "Draws", "OrderBook", "Status", "Streams", "draw"]
