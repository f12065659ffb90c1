"""Parquet file read as a table."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Any

import numpy as np

from simulator.tables.data_file import file_error
from simulator.tables.format import Format
from simulator.tables.table import DataTable


def parquet_table(raw: bytes, path: Path, given: Format, wanted: Collection[str]) -> DataTable:
    """Read columns of a Parquet file as text. Lines are rows counted from 1.

    Times with a time zone become wall time of that zone, or of the zone set by the scenario.

    Args:
        raw: bytes of the file.
        path: the file, for mistakes.
        given: format of the file as far as the scenario sets it.
        wanted: names of the columns needed; empty for all columns.

    Raises:
        ScenarioError: the file is damaged, or a needed column holds lists or other nested values.
    """
    import pandas as pd
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        file = pq.ParquetFile(pa.BufferReader(raw))
        header = tuple(map(str, file.schema_arrow.names))
        read = [name for name in header if name in wanted] if wanted else list(header)
        frame = file.read(columns=read)
        cells = {
            header.index(name): pd.Series(_as_text(column, given.time_zone), dtype="str")
            for name, column in zip(read, frame.columns, strict=True)
        }
    except (pa.ArrowException, OSError, ValueError) as error:
        raise file_error(path, f"cannot be read: {' '.join(str(error).split())}") from error
    return DataTable(
        path=path,
        header=header,
        cells=pd.DataFrame(cells, index=range(frame.num_rows)),
        lines=np.arange(1, frame.num_rows + 1),
        exact=True,
    )


def _as_text(column: Any, zone: str | None) -> Any:
    """Convert an Arrow column to text. Values nan and empty text become missing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if pa.types.is_dictionary(column.type):
        column = column.cast(column.type.value_type)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column.cast(pa.timestamp("us", zone or column.type.tz)))
    if pa.types.is_floating(column.type):
        column = pc.if_else(pc.is_nan(column), pa.scalar(None, column.type), column)
    text = column.cast(pa.string())
    return pc.if_else(pc.equal(text, ""), pa.scalar(None, pa.string()), text).to_pandas()
