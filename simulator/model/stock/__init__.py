"""Stocks: inventory and demand point of a product at a place, arrivals, allocation and waiting lines."""
