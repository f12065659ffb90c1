"""Times in a column of text: the whole column settles what they mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from simulator.tables.date_columns import times


def column(*cells: str) -> pd.Series:
    return pd.Series([cell or None for cell in cells], dtype="str")


def read(*cells: str) -> list[str]:
    moment = times(column(*cells)).moment
    assert moment is not None
    return [str(one)[:16] for one in moment]


@pytest.mark.parametrize(
    ("cells", "read_as"),
    [
        (("2026-11-27 14:30", "2026-01-05"), ""),
        (("202611271430", "202601050000"), "dates of 12 digits"),
        (("20261127143000", "20260105000000"), "dates of 14 digits"),
        (("46353.604166666664", "46027"), "serial numbers of days as in Excel"),
        (("1795789800", "1767571200"), "Unix times in seconds, UTC"),
        (("1795789800000", "1767571200000"), "Unix times in milliseconds, UTC"),
        (("1795789800000000", "1767571200000000"), "Unix times in microseconds, UTC"),
        (("1795789800000000000", "1767571200000000000"), "Unix times in nanoseconds, UTC"),
    ],
)
def test_the_same_two_moments_in_many_notations(cells: tuple[str, ...], read_as: str) -> None:
    assert read(*cells) == ["2026-11-27T14:30", "2026-01-05T00:00"]
    assert times(column(*cells)).read_as == ((read_as,) if read_as else ())


def test_days_are_counted_as_they_are() -> None:
    found = times(column("0.5", "-3", "40000", "1e2"))
    assert found.moment is None
    assert found.days.tolist() == [0.5, -3, 40000, 100]
    assert not found.bad.any()


@pytest.mark.parametrize(
    ("cells", "bad"),
    [
        (("20260105", "20260106", "20260231"), [False, False, True]),
        (("20260105", "20260106", "3"), [False, False, True]),
        (("3", "4", "20260105"), [False, False, True]),
        (("0.5", "2026-01-05", "1.5"), [False, True, False]),
        (("2026-01-05", "3", "2026-01-06"), [False, True, False]),
        (("2026-01-05", "-5", "2026-01-06"), [False, True, False]),
        (("2026-01-05", "2026", "2026-01-06"), [False, True, False]),
        (("2026-01-05", "", "2026-02-30", "2026-01-07", "2026-01-08"), [False, True, True, False, False]),
    ],
)
def test_the_majority_settles_the_kind_wherever_the_others_stand(
    cells: tuple[str, ...], bad: list[bool]
) -> None:
    for turn in range(len(cells)):
        turned = (*cells[turn:], *cells[:turn])
        assert times(column(*turned)).bad.tolist() == list(np.roll(bad, -turn))
