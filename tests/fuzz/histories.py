"""Order histories at random: CSV files as exports give them, most of them right."""

from __future__ import annotations

import csv
import gzip
import io
from datetime import datetime, timedelta
from random import Random

COLUMNS = ("time", "order", "product", "quantity", "segment", "price")
_CELLS = (
    *(
        "",
        " ",
        "-5",
        "0",
        "1e308",
        "1e-300",
        "nan",
        "inf",
        "1,5",
        "1.234,50",
        "€ 3",
        "tea",
        "=1+1",
        "\x1b[31m",
        "\0",
        "é",
    ),
    *(
        "2026-01-05",
        "05.01.2026",
        "1/13/2026",
        "20260105",
        "46000",
        "1767225600",
        "2026-01-05T10:00:00+02:00",
    ),
    *("9999-12-31", "0001-01-01", "9" * 400, "x" * 10_000, '"', "a\nb"),
)


def history(random: Random) -> bytes:
    """The bytes of a CSV file: rows of orders by time, now and then a cell or the shape of it wrong."""
    rows = _rows(random)
    for _ in range(random.choice((0, 0, 1, 1, 2, 5))):
        row = random.randrange(len(rows))
        rows[row][random.randrange(len(rows[row]))] = random.choice(_CELLS)
    if random.random() < 0.1:
        rows[random.randrange(len(rows))].append("more")
    if random.random() < 0.05:
        rows = rows[:1]
    text = io.StringIO()
    mark = random.choice((",", ",", ",", ",", ";", "\t", "|"))
    csv.writer(text, delimiter=mark, lineterminator=random.choice(("\n", "\r\n"))).writerows(rows)
    encoding = random.choice(("utf-8", "utf-8", "utf-8", "utf-8-sig", "cp1252", "utf-16"))
    return text.getvalue().encode(encoding, "replace")


def name(random: Random, data: bytes) -> tuple[str, bytes]:
    """A name for the file and what stands in it, compressed or not."""
    if random.random() < 0.15:
        packed = gzip.compress(data)
        return "orders.csv.gz", packed[: random.choice((len(packed), len(packed), len(packed) // 2))]
    return random.choice(
        ("orders.csv", "orders.csv", "orders.csv", "orders.txt", "orders.tar", "orders.xlsx")
    ), data


def _rows(random: Random) -> list[list[str]]:
    when, counted = datetime(2026, 1, 1), random.random() < 0.3  # noqa: DTZ001 - files have no time zones
    rows = [list(COLUMNS)]
    for number in range(random.randint(1, 40)):
        when += timedelta(minutes=random.randint(0, 2000))
        days = (when - datetime(2026, 1, 1)).total_seconds() / 86_400  # noqa: DTZ001 - as above
        rows.append(
            [
                f"{days:.4f}" if counted else when.isoformat(" "),
                str(number // random.choice((1, 2))),
                random.choice(("tea", "pots", "crème")),
                str(random.choice((1, 2, 2.5, 10))),
                random.choice(("members", "passers-by")),
                random.choice(("4", "12.95", "")),
            ]
        )
    return rows
