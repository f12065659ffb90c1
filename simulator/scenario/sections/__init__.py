"""Sections of the scenario file, one or two a file."""
