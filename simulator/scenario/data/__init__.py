"""Data files as people have them: any of them becomes columns of text that know their lines."""
