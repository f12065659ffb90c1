"""Matching of patterns and plain numbers in columns of text by Arrow, many times faster than cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


def matches(cells: pd.Series, pattern: str) -> NDArray[np.bool_]:
    """Return True for each row in which a pattern occurs; False for missing values.

    Args:
        cells: column of text.
        pattern: regular expression in RE2 syntax.
    """
    import pyarrow.compute as pc

    found: NDArray[np.bool_] = (
        pc.match_substring_regex(_arrow(cells), pattern).fill_null(False).to_numpy(zero_copy_only=False)
    )
    return found


def plain_numbers(cells: pd.Series) -> NDArray[np.float64] | None:
    """Return the number in each cell, nan for a missing value; ``None`` if a cell is no plain number."""
    import pyarrow as pa
    import pyarrow.compute as pc

    try:
        found: NDArray[np.float64] = pc.cast(_arrow(cells), pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowInvalid:
        return None
    return found


def _arrow(cells: pd.Series) -> Any:
    import pyarrow as pa

    array = pa.array(cells, type=pa.large_string(), from_pandas=True)
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array
