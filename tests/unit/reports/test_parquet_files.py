"""Large tables are written piece by piece."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest
from pyarrow import parquet

import simulator
from simulator.reports.files import data_frames
from simulator.reports.files.parquet_files import write_parquet

SHOP = "scenarios/communication.yaml"


@pytest.fixture(scope="module")
def results() -> simulator.Results:
    quick = ["run.warm_up=0 days", "run.horizon=100 days"]
    return simulator.run(SHOP, overrides=quick, replications=2, workers=1, keep_orders="all")


@pytest.mark.parametrize("rows", [7, 1000])
@pytest.mark.parametrize("name", ["orders", "purchases", "series", "messages"])
def test_pieces_read_back_as_the_table(
    results: simulator.Results, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, rows: int
) -> None:
    monkeypatch.setattr(data_frames, "ROWS", rows)
    pieces = {
        "orders": data_frames.order_pieces,
        "purchases": data_frames.purchases_pieces,
        "series": data_frames.step_pieces,
        "messages": data_frames.messages_pieces,
    }[name]
    file = tmp_path / "table.parquet"
    write_parquet(pieces(results.outcome.records), file)
    pd.testing.assert_frame_equal(pd.read_parquet(file), getattr(results, name))
    if name == "orders" and rows == 7:
        assert parquet.ParquetFile(file).num_row_groups > 2


def test_only_names_are_encoded_by_dictionaries(results: simulator.Results, tmp_path: Path) -> None:
    write_parquet(data_frames.order_pieces(results.outcome.records), tmp_path / "orders.parquet")
    group = parquet.ParquetFile(tmp_path / "orders.parquet").metadata.row_group(0)
    coded = {
        group.column(k).path_in_schema
        for k in range(group.num_columns)
        if "RLE_DICTIONARY" in group.column(k).encodings
    }
    assert coded == {
        "product",
        "segment",
        "region",
        "warehouse",
        "served_from",
        "status",
        "cause",
        "substitute",
    }


def test_nothing_is_written_without_a_piece(tmp_path: Path) -> None:
    write_parquet([], tmp_path / "orders.parquet")
    assert not list(tmp_path.iterdir())
