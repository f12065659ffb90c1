"""Explanations of waiting: the contribution of each cause."""
