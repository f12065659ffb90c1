"""Patience of waiting customers: when they cancel, and what they are told on schedule."""
