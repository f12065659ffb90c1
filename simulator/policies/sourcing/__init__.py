"""Sourcing policies: the choice among the sources of a stock."""
