"""Times at which places work: what stops them, drawn or known beforehand, and the work done in between."""
