"""Files of results: folders, tables, manifests, baselines, plans and unfinished results."""
