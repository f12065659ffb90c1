"""Comparisons of alternatives with the same customers."""
