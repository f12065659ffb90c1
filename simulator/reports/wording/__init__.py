"""Wording shared by console and pages: figures, first sentences, notes."""
