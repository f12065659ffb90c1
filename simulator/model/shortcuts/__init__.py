"""Shortcuts: the part of a run that can be computed without events."""
