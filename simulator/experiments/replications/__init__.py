"""Replications of a scenario: played, kept on disk, and what they say together."""
