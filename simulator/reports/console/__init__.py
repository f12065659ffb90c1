"""Console reports, one file an experiment."""
