"""Patience of waiting customers: cancellation hazards, and the schedule of messages that changes them."""
