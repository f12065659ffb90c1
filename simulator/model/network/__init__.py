"""Warehouses that supply each other: internal orders, and the sequence of places within an instant."""
