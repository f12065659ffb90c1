"""Allocation: lines that wait for one stock, the sequence in which they are served, and the units each gets."""
