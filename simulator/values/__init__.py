"""Basic values that every package uses: arrays, units, mistakes, and the base class of sections."""
