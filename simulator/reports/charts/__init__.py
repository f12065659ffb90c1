"""Pictures of results: what each shows is worked out here as data, a sentence and a Vega-Lite specification."""
