"""Checks of scenarios: their figures held against baselines and expectations."""
