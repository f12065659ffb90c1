"""The laws of chance that a scenario file can name, one class each."""
