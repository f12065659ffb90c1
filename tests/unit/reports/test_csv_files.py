"""CSV files in which a spreadsheet finds no formula."""

import csv

import pandas as pd

from simulator.reports.files.csv_files import write_csv


def test_formulas_are_quoted_and_numbers_are_not(tmp_path):
    names = ["=cmd|' /C calc'!A0", "+1 pack", "-", "@SUM(A1)", "\tx", "\rx", "tea", "a=b", "-5", None]
    table = pd.DataFrame(
        {
            "=name": names,
            "kind": pd.Categorical(names),
            "cell": [*names[:-2], -5, -5.5],
            "loss": [-float(k) for k in range(10)],
        }
    )
    before = table.copy()
    write_csv(table, tmp_path / "table.csv")
    with (tmp_path / "table.csv").open(newline="") as file:
        header, *rows = csv.reader(file)
    assert header == ["'=name", "kind", "cell", "loss"]
    safe = ["'=cmd|' /C calc'!A0", "'+1 pack", "'-", "'@SUM(A1)", "'\tx", "'\\rx", "tea", "a=b", "-5", ""]
    assert [row[0] for row in rows] == safe
    assert [row[1] for row in rows] == safe
    assert [row[2] for row in rows] == [*safe[:-2], "-5", "-5.5"]
    assert [float(row[3]) for row in rows] == [-float(k) for k in range(10)]
    pd.testing.assert_frame_equal(table, before)
