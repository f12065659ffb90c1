"""Files of a result: folders, tables, manifest, baselines."""
