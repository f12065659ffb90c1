"""Comparisons of alternatives before the same customers."""
