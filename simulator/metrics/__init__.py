"""From the columns of a run to figures that people can compare."""
