"""Exogenous demand: order lines drawn or read from files before a run, and named random streams."""

from simulator.orders.order_book import OrderBook, Status, draw
from simulator.orders.random.streams import SCHEME, Draws, Streams

__all__ = ["SCHEME", "Draws", "OrderBook", "Status", "Streams", "draw"]
