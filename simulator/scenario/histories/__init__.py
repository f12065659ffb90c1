"""Order histories: rows of data files as order lines, and the values derived from them."""
