"""Metrics: figures of a replication, from the columns of its order book, purchase orders and stock movements."""
