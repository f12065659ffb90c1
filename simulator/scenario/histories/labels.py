"""Text columns of an order history in factorised form."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class Labels:
    """Text column in factorised form: ``names[codes[k]]`` is the text of row k.

    Attributes:
        names: distinct texts in order of first appearance.
        codes: number of the text of each row, int64 of shape (rows,).
    """

    names: tuple[str, ...]
    codes: NDArray[np.int64]

    def where(self, rows: NDArray[np.bool_]) -> Labels:
        """Return the column for the rows marked True, with only the names in use."""
        if rows.all():
            return self
        import pandas as pd

        codes, kept = pd.factorize(self.codes[rows])
        return Labels(tuple(self.names[name] for name in kept.tolist()), codes.astype(np.int64))


def _labels(parts: list[pd.Series]) -> Labels:
    """Join a text column of all files."""
    import pandas as pd

    whole = parts[0] if len(parts) == 1 else pd.concat(parts)
    codes, names = pd.factorize(whole)
    return Labels(tuple(map(str, names.tolist())), codes.astype(np.int64))


def _renumbered(codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Renumber codes in order of first appearance."""
    import pandas as pd

    return pd.factorize(codes)[0].astype(np.int64)
