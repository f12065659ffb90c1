"""Statistics of replications: intervals, tests, and selection of the best."""
