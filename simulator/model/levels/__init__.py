"""Stock levels: given, from the textbook formula, from exact laws, or from pilot runs."""
