"""Probability laws that a scenario file can name, one class each."""
