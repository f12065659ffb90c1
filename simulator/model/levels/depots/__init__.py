"""Levels at and behind warehouses that supply others: what places order, how long it waits, and the levels."""
