"""Wording shared by console and pages: numerals, sentences, notes."""
