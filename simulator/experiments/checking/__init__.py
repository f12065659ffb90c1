"""Checks of scenarios: their figures compared with baselines and expectations."""
