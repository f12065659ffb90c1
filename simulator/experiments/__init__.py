"""Experiments: replications side by side, and the figures they give with their confidence."""
