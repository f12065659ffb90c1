"""What planners compare: one family of policies per file."""
