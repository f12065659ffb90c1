"""Sections of the scenario file."""
