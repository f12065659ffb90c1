"""Simulation model in SimPy: stocks, purchase orders, waiting customers, and the clock that they share."""
