"""Causes of backorders: the reason for which each line had to wait, found after the run from what was recorded."""
