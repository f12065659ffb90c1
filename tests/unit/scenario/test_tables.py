"""Data files as people have them: every kind of file gives the same order lines, and says how it was read."""

from __future__ import annotations

import csv
import datetime
import gzip
import io
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pytest

from simulator.scenario.histories.order_files import OrderRows, read_history
from simulator.scenario.sections.order_history import History
from simulator.tables.format import Format
from simulator.values.mistakes import ScenarioError

HEADER = ("Auftrag", "Datum", "Artikel", "Menge", "Preis")
ROWS = [
    ("A1", pd.Timestamp("2025-12-01 08:30").to_pydatetime(), "Öl, klar", 2.5, 1299.0),
    ("A2", pd.Timestamp("2025-12-13 12:00").to_pydatetime(), "4711", 3, 12.95),
]
COLUMNS = {"order": "Auftrag", "time": "Datum", "product": "Artikel", "quantity": "Menge", "price": "Preis"}


def orders(path: Path, **fields: object) -> OrderRows:
    return read_history(
        History.model_validate({"orders": path.name, "columns": COLUMNS, **fields}), path.parent
    )


def problems(path: Path, **fields: object) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        orders(path, **fields)
    return [str(mistake).removeprefix(f"{path.parent}/") for mistake in caught.value.mistakes]


def assert_right(rows: OrderRows) -> None:
    assert rows.times(datetime.date(2025, 12, 1)).tolist() == pytest.approx([8.5 / 24, 12.5], abs=1e-9)
    assert rows.product.names == ("Öl, klar", "4711")
    assert rows.quantity.tolist() == [2.5, 3]
    assert rows.price is not None
    assert rows.price.tolist() == [1299, 12.95]


def text(separator: str, *rows: tuple[str, ...]) -> str:
    out = io.StringIO()
    csv.writer(out, delimiter=separator, lineterminator="\r\n").writerows([HEADER, *rows])
    return out.getvalue()


GERMAN = text(
    ";",
    ("A1", "01.12.2025 08:30", "Öl, klar", "2,5", "1.299,00 €"),
    ("A2", "13.12.2025 12:00", "4711", "3", "12,95 €"),
)
AMERICAN = text(
    ",",
    ("A1", "12/1/2025 8:30 AM", "Öl, klar", "2.5", "$1,299.00"),
    ("A2", "12/13/2025 12:00 PM", "4711", "3", "$12.95"),
)
PLAIN = text(
    ",",
    ("A1", "2025-12-01 08:30", "Öl, klar", "2.5", "1299"),
    ("A2", "2025-12-13 12:00", "4711", "3", "12.95"),
)
SERIAL = GERMAN.replace("01.12.2025 08:30", "45992,3541666667").replace("13.12.2025 12:00", "46004,5")
SWISS = text(
    "\t",
    ("A1", "1-Dec-25 08:30", "Öl, klar", "2.5", "CHF 1’299.00"),
    ("A2", "13-Dec-25 12:00", "4711", "3", "CHF 12.95"),
)


@pytest.mark.parametrize(
    ("content", "read_as"),
    [
        (PLAIN.encode(), None),
        (PLAIN.encode("utf-8-sig"), None),
        (GERMAN.encode(), "';', decimal ',', day first"),
        (GERMAN.encode("cp1252"), "';', cp1252, decimal ',', day first"),
        (f"sep=;\r\n{GERMAN}".encode(), "';', decimal ',', day first"),
        (GERMAN.encode("utf-16"), "';', utf-16, decimal ',', day first"),
        (GERMAN.encode("utf-16-be"), "';', utf-16, decimal ',', day first"),
        (AMERICAN.encode(), "month first"),
        (SWISS.encode(), "tabs"),
        (SWISS.replace("\r\n", "\n").encode("utf-16-le"), "tabs, utf-16"),
        (SWISS.replace("\r\n", "\r").encode(), "tabs"),
        (PLAIN.replace("2025-12-01 08:30", "2025-12-01 8:30 AM").encode() + b"\x1a", None),
        (PLAIN.replace(",", "^").replace("Öl^", "Öl,").encode(), "'^'"),
        (SERIAL.encode(), "';', decimal ',', serial numbers of days as in Excel"),
        (gzip.compress(GERMAN.encode()), "';', decimal ',', day first"),
        (pa.compress(PLAIN.encode(), "zstd", asbytes=True), None),
    ],
)
def test_text_in_all_its_dialects(tmp_path: Path, content: bytes, read_as: str | None) -> None:
    path = tmp_path / "orders.csv"
    path.write_bytes(content)
    rows = orders(path)
    assert_right(rows)
    assert rows.notes == (() if read_as is None else (f"orders.csv: read as: {read_as}",))


def frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=list(HEADER))


def with_openpyxl(path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(HEADER)
    for row in ROWS:
        sheet.append(row)
    book.save(path)


def with_xlsxwriter(path: Path) -> None:
    import xlsxwriter

    book = xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy hh:mm"})
    book.add_worksheet("cover").write(0, 0, "Orders of 2025")
    sheet = book.add_worksheet("orders")
    sheet.write_row(2, 1, HEADER)
    for number, (order, when, *rest) in enumerate(ROWS, 3):
        sheet.write_string(number, 1, order)
        sheet.write_datetime(number, 2, when)
        sheet.write_row(number, 3, rest)
    book.close()


def with_sqlite(path: Path) -> None:
    with sqlite3.connect(":memory:") as connection:
        frame().to_sql("orders", connection, index=False)
        with path.open("w", encoding="utf-8", newline="") as file:
            rows = connection.execute("select * from orders")
            csv.writer(file).writerows([[name for name, *_ in rows.description], *rows])
    connection.close()


def with_time_zone(path: Path) -> None:
    table = frame()
    table["Datum"] = table["Datum"].dt.tz_localize("Europe/Berlin")
    table["Artikel"] = table["Artikel"].astype("category")
    table.to_parquet(path)


@pytest.mark.parametrize(
    ("name", "write"),
    [
        ("pandas.csv", lambda path: frame().to_csv(path)),
        ("pandas.csv.gz", lambda path: frame().to_csv(path, index=False)),
        ("german.csv", lambda path: frame().to_csv(path, index=False, sep=";", decimal=",")),
        ("pandas.parquet", lambda path: frame().to_parquet(path)),
        ("zone.parquet", with_time_zone),
        ("pandas.xlsx", lambda path: frame().to_excel(path, index=False, engine="openpyxl")),
        ("pandas2.xlsx", lambda path: frame().to_excel(path, engine="xlsxwriter")),
        ("openpyxl.xlsx", with_openpyxl),
        ("xlsxwriter.xlsx", with_xlsxwriter),
        ("sqlite.csv", with_sqlite),
    ],
)
def test_what_programs_export_is_read_without_a_setting(
    tmp_path: Path, name: str, write: Callable[[Path], None]
) -> None:
    write(tmp_path / name)
    assert_right(orders(tmp_path / name))


def test_times_with_a_zone_become_wall_times_of_the_one_that_is_set(tmp_path: Path) -> None:
    with_time_zone(tmp_path / "a.parquet")
    text = PLAIN.replace("08:30", "07:30Z").replace("12:00", "11:00Z")
    write(tmp_path / "a.csv", text)
    assert_right(orders(tmp_path / "a.csv", format={"time_zone": "Europe/Berlin"}))
    assert orders(tmp_path / "a.csv").notes == ("a.csv: read as: times of UTC",)
    for name in ("a.csv", "a.parquet"):
        rows = orders(tmp_path / name, format={"time_zone": "Asia/Tokyo"})
        assert rows.times(datetime.date(2025, 12, 1)).tolist() == pytest.approx([16.5 / 24, 12 + 20 / 24])


def test_sheets_of_a_workbook(tmp_path: Path) -> None:
    path = tmp_path / "orders.xlsx"
    with pd.ExcelWriter(path, engine="openpyxl") as writer:
        frame().iloc[:1].to_excel(writer, sheet_name="2024", index=False)
        frame().iloc[1:].to_excel(writer, sheet_name="2025", index=False)
    rows = orders(path)
    assert rows.quantity.tolist() == [2.5]
    assert rows.notes == ("orders.xlsx: read as: sheet '2024' of 2",)
    assert_right(orders(path, format={"sheet": ["2024", "2025"]}))
    assert orders(path, format={"sheet": "2025"}).row.tolist() == [2]
    assert problems(path, format={"sheet": "205"}) == [
        "orders.xlsx:1:1: no sheet '205'; did you mean '2025'?"
    ]


def write(path: Path, content: str) -> Path:
    path.write_text(content, encoding="utf-8", newline="")
    return path


@pytest.mark.parametrize(
    ("name", "given", "problem"),
    [
        ("a.csv", {"sheet": "x"}, "is a text, to which 'format: {sheet: …}' does not apply"),
        ("a.xlsx", {"encoding": "cp1252"}, "is a workbook, to which 'format: {encoding: …}' does not apply"),
        (
            "a.parquet",
            {"separator": ";"},
            "is a Parquet file, to which 'format: {separator: …}' does not apply",
        ),
    ],
)
def test_a_setting_without_meaning_for_the_file_is_a_mistake(
    tmp_path: Path, name: str, given: dict[str, str], problem: str
) -> None:
    frame().to_csv(tmp_path / "a.csv")
    frame().to_excel(tmp_path / "a.xlsx", engine="openpyxl")
    frame().to_parquet(tmp_path / "a.parquet")
    assert problems(tmp_path / name, format=given) == [f"{name}:1:1: {problem}"]


def test_what_is_set_wins(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", GERMAN.replace("01.12", "1.12").replace("13.12.2025", "2.12.2025"))
    told = "set 'format: {dates: day first}' or 'format: {dates: month first}'"
    assert problems(path) == [
        (
            "a.csv:2:1: Datum: '1.12.2025 08:30' may begin with the day or the month, and no row settles it; "
            f"{told}"
        )
    ]
    assert orders(path, format={"dates": "month first"}).notes[0].endswith("month first")
    pattern = orders(path, format={"dates": "%d.%m.%Y %H:%M"})
    assert pattern.times(datetime.date(2025, 12, 1)).tolist() == [8.5 / 24, 1.5]


@pytest.mark.parametrize(
    ("cells", "given", "values"),
    [
        (("1,500", "2"), {}, None),
        (("1.500", "2"), {}, None),
        (("1,500", "2"), {"decimal": ","}, [1.5, 2]),
        (("1,500", "2"), {"decimal": "."}, [1500, 2]),
        (("1.500", "2"), {"thousands": "."}, [1500, 2]),
        (("1 500", "2"), {}, [1500, 2]),
        (("1.500", "2,5"), {}, [1500, 2.5]),
        (("0.500", "2"), {}, [0.5, 2]),
        (("1.234.567", "2"), {}, [1234567, 2]),
    ],
)
def test_a_point_or_a_comma_is_settled_by_all_numbers_or_asked_for(
    tmp_path: Path, cells: tuple[str, str], given: dict[str, str], values: list[float] | None
) -> None:
    rows = "".join(f"A;2025-12-01;x;{cell};\n" for cell in cells)
    path = write(tmp_path / "a.csv", f"{';'.join(HEADER)}\n{rows}")
    if values is None:
        (told,) = problems(path)
        assert told.startswith(f"a.csv:2:1: Menge: '{cells[0]}' may be thousands or have three decimals")
    else:
        assert orders(path, format=given).quantity.tolist() == values


def test_lines_are_counted_as_an_editor_does(tmp_path: Path) -> None:
    body = 'A1,2025-12-01,"a\r\nb",1,\r\n\r\nA2,2025-12-02,"c\nd\re",2,\r\nA3,2025-12-03,f,3,\r\n'
    path = write(tmp_path / "a.csv", f"{','.join(HEADER)}\r\n{body}")
    assert orders(path).row.tolist() == [2, 5, 8]
    path = write(tmp_path / "a.csv", f"sep=,\r\n{','.join(HEADER)}\r\n{body.replace('f,3,', 'f,3')}")
    assert orders(path).row.tolist() == [3, 6, 9]


def test_titles_may_stand_above_the_header(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f"Umsatz;2025\r\n\r\n{GERMAN}")
    rows = orders(path)
    assert_right(rows)
    assert rows.row.tolist() == [4, 5]


@pytest.mark.parametrize("last", ['A3,2025-12-03,x,1,"5\n', 'A3,2025-12-03,x,1,"5\nA4,2025-12-04,x,1,5\n'])
def test_a_quote_that_is_never_closed_swallows_no_rows(tmp_path: Path, last: str) -> None:
    path = write(tmp_path / "a.csv", f"{','.join(HEADER)}\nA1,2025-12-01,x,1,5\n\n{last}")
    assert problems(path) == ["a.csv:4:1: a quote in this row is never closed"]
    path = write(tmp_path / "a.csv", f'{",".join(HEADER)}\nA1,2025-12-01,5" lamp,1,5\n')
    assert orders(path).product.names == ('5" lamp',)


def test_a_decimal_mark_and_a_sequence_of_dates_are_asked_for_at_once(tmp_path: Path) -> None:
    path = write(tmp_path / "a.csv", f"{';'.join(HEADER)}\nA1;01.12.2025;;1.500;5\n")
    told = [problem.split(" may ")[0].split(";")[0] for problem in problems(path)]
    assert told == [
        "a.csv:2:1: Artikel: is empty",
        "a.csv:2:1: Datum: '01.12.2025'",
        "a.csv:2:1: Menge: '1.500'",
    ]


def test_a_wide_table_has_a_row_for_each_filled_cell(tmp_path: Path) -> None:
    wide = "Artikel;Land;01.12.2025;13.12.2025;Summe\nx;DE;2;;2\ny;FR;0;1,5;1,5\n"
    path = write(tmp_path / "a.csv", wide)
    rows = read_history(
        History.model_validate({"orders": "a.csv", "wide": True, "columns": {"product": "Artikel"}}), tmp_path
    )
    assert rows.times(datetime.date(2025, 12, 1)).tolist() == [0, 12]
    assert rows.quantity.tolist() == [2, 1.5]
    assert rows.product.names == ("x", "y")
    assert rows.row.tolist() == [2, 3]
    path.write_text(wide.replace("1,5;", "viel;"), encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"a.csv:3:1: 13.12.2025: 'viel' is not a number"):
        read_history(
            History.model_validate({"orders": "a.csv", "wide": True, "columns": {"product": "Artikel"}}),
            tmp_path,
        )
    path.write_text("Artikel;Summe\nx;2\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"a.csv:1:1: no column is named by a date"):
        read_history(
            History.model_validate({"orders": "a.csv", "wide": True, "columns": {"product": "Artikel"}}),
            tmp_path,
        )


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"separator": "ab"}, "a separator is one character or 'tab', not 'ab'"),
        ({"encoding": "utf-9"}, "unknown encoding 'utf-9'"),
        ({"dates": "dayfirst"}, "must be a pattern such as"),
        (
            {"time_zone": "Europe/Berlinn"},
            "unknown time zone 'Europe/Berlinn'; did you mean 'Europe/Berlin'?",
        ),
        ({"thousands": "x"}, "thousands are marked by"),
    ],
)
def test_formats_that_cannot_be(fields: dict[str, str], problem: str) -> None:
    with pytest.raises(ValueError, match=problem.replace("?", r"\?")):
        Format.model_validate(fields)
