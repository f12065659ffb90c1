"""Sums over order lines, and what other sums are made of, one subject a file."""
