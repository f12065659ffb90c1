"""Policies that scenarios compare, one family per module."""
