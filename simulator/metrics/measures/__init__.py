"""Measures: sums over order lines, stocks and purchase orders, one subject a file."""
