"""Scenario file: YAML read into frozen, validated sections."""
