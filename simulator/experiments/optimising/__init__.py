"""Optimisation: a search for the best settings, and finals between the best of them."""
