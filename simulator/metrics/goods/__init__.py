"""Sums over stocks and purchase orders, one subject a file."""
