"""Replications of a scenario: playing them, keeping them on disk, and estimates from all of them."""
