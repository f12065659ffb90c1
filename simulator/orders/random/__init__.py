"""Named random streams and their seeds."""
