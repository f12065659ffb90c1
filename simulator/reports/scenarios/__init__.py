"""Reports on scenario files: schema, starter, resolved text, mistakes, glossary of figures."""
