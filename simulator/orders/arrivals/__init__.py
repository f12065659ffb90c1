"""Arrival times of orders: renewal processes under changing demand."""
