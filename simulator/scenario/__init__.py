"""What the user wrote: a YAML file read into frozen, validated sections."""
