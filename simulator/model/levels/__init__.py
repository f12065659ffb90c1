"""Stock levels: given by the scenario, from the textbook formula, from exact laws, or from pilot runs."""
