"""Arrays by the type of their elements."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.intp]
"""Numbers of rows, stocks, segments or whatever else the name says."""
Flags = NDArray[np.bool_]
