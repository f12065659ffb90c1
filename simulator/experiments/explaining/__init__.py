"""Explanations of waiting: what each cause contributes."""
