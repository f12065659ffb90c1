"""Bytes of data files, packed and damaged ones."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pytest

from simulator.tables.data_file import file_bytes
from simulator.values.mistakes import ScenarioError

TEXT = b"time,product\n" + b"0.5,mug\n" * 300_000


@pytest.mark.parametrize("packed", [TEXT, gzip.compress(TEXT), pa.compress(TEXT, "zstd", asbytes=True)])
def test_the_first_bytes_tell_how_a_file_is_packed(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(packed)
    assert file_bytes(path) == TEXT
    with pytest.raises(ScenarioError, match=r"orders.csv:1:1: holds more than 1 MB"):
        file_bytes(path, most=1_000_000)


@pytest.mark.parametrize("packed", [gzip.compress(TEXT), pa.compress(TEXT, "zstd", asbytes=True)])
def test_a_file_that_is_cut_off_is_a_mistake(tmp_path: Path, packed: bytes) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(packed[: len(packed) // 2])
    with pytest.raises(ScenarioError, match=r"orders.csv:1:1: cannot be read: "):
        file_bytes(path)


def test_a_file_that_is_not_there_or_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="cannot be read: No such file or directory"):
        file_bytes(tmp_path / "orders.csv")
    with pytest.raises(ScenarioError, match="cannot be read: Is a directory"):
        file_bytes(tmp_path)
