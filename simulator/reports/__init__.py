"""Reports: console tables, JSON, result folders, HTML pages, the resolved scenario and the schema."""
