"""Stocks: inventory and demand point of a product in a warehouse, arrivals, allocation and waiting lines."""
