"""YAML texts of a scenario: parsed, merged, composed and validated, with the position of each value."""
