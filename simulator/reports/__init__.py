"""Reports: tables in the console, JSON, result folders, pages, the resolved scenario, the schema."""
