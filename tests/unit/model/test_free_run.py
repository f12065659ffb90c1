"""Searching the ranges of many stocks at once."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model.free_run import first_at


@pytest.mark.parametrize("stocks", [1, 2, 7, 40])
def test_each_is_found_in_its_own_range(stocks: int) -> None:
    rng = np.random.default_rng(stocks)
    counts = rng.integers(0, 9, stocks)
    bounds = np.concatenate(([0], np.cumsum(counts)))
    times = np.concatenate([np.sort(rng.integers(0, 6, count)) for count in counts]).astype(np.float64)
    if not len(times):
        times = np.array([1.0])
    of = rng.integers(0, stocks, 300)
    sought = rng.integers(-1, 8, 300) / 1.0
    found = first_at(times, bounds[of], bounds[of + 1], sought)
    expected = [
        bounds[k] + np.searchsorted(times[bounds[k] : bounds[k + 1]], time)
        for k, time in zip(of, sought, strict=True)
    ]
    assert found.tolist() == expected


def test_nothing_sought_is_nothing_found() -> None:
    none = np.empty(0, np.intp)
    assert len(first_at(np.array([1.0]), none, none, np.empty(0))) == 0
