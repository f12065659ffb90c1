"""Workers that play replications, the work they are estimated to have, and its limits."""
