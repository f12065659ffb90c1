"""CSV files that are safe to open in a spreadsheet: no text is taken for a formula."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator.values.mistakes import visible

if TYPE_CHECKING:
    import pandas as pd

_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r")
"""First characters of a cell that spreadsheets take for a formula (OWASP, CSV Injection)."""


def write_csv(table: pd.DataFrame, file: Path) -> None:
    """Write a table without its index, with column names and cells `quoted`.

    Args:
        table: to write.
        file: to write into.

    Raises:
        OSError: the file cannot be written.
    """
    safe = table.rename(columns=quoted)
    for number, kind in enumerate(safe.dtypes):
        if kind.kind not in "biufcmM":
            safe.isetitem(number, safe.iloc[:, number].map(quoted).array)
    safe.to_csv(file, index=False)


def quoted(cell: Any) -> Any:
    r"""Return the cell; if it is text, safe for spreadsheets.

    A text that starts like a formula gets an apostrophe in front. Control characters become escapes, because
    a carriage return would begin a row.

    >>> [quoted(cell) for cell in ("=1+1", "@home", "-5", -5.0, "tea", "a\rb")]
    ["'=1+1", "'@home", '-5', -5.0, 'tea', 'a\\rb']
    """
    if not isinstance(cell, str):
        return cell
    formula = cell.startswith(_FORMULA) and not _is_number(cell)
    return visible(f"'{cell}" if formula else cell)


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return text.strip() == text
