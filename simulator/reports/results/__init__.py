"""Results of experiments for Python and their folders, one file an experiment."""
