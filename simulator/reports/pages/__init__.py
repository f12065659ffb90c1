"""Pages to look at: each result as one file that opens without a network."""
