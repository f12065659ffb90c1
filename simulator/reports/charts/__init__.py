"""Charts of results: for each picture its data, its title and its Vega-Lite specification."""
