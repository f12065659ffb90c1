"""Reports on a scenario file: schema, starter, resolved text, mistakes."""
