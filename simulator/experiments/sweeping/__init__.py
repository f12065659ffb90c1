"""Variation of settings: sweeps over grids, and sensitivity to inputs."""
