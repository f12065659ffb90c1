"""Parquet files of large tables, written piece by piece so that no table is in memory as a whole."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import pandas as pd

ROWS: Final = 1 << 18
"""Largest number of rows of a piece, which becomes a row group."""


def write_parquet(pieces: Iterable[pd.DataFrame], file: Path) -> None:
    """Write pieces of one table, all with the same columns, without their index; no file without a piece.

    Only categories are encoded by dictionaries: other columns hardly repeat, and looking for repetitions takes most of
    the time.

    Args:
        pieces: rows of the table, in sequence.
        file: to write into.

    Raises:
        OSError: the file cannot be written.
    """
    import pyarrow as pa
    from pyarrow import parquet

    writer = None
    try:
        for piece in pieces:
            table = pa.Table.from_pandas(piece, preserve_index=False)
            if writer is None:
                coded = [field.name for field in table.schema if pa.types.is_dictionary(field.type)]
                writer = parquet.ParquetWriter(file, table.schema, use_dictionary=coded)
            writer.write_table(table)
            del piece, table  # before the next piece is made
    finally:
        if writer is not None:
            writer.close()
