"""Warehouses that supply each other: their echelons, and checks of the whole."""
