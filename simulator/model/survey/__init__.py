"""Survey of customers after a run, and the effect of their experience on demand."""
