"""Reports in the console: a file for each experiment, and the tables and histograms they contain."""
