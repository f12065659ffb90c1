"""Write orders.csv.gz, a synthetic order history: two weeks of November in a gift wholesaler's shop.

No row of it is anybody's order. It is drawn with the statistics of real ones, the UCI data set Online Retail
(2009-12 to 2011-12) and, for the hours of the day, the Olist data set (2016 to 2018):

    python scenarios/data/make_order_history.py

The same seed gives the same orders. Only NumPy is needed.
"""

from __future__ import annotations

import csv
import datetime
import gzip
import io
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

SEED = 2026
FILE = Path(__file__).with_name("orders.csv.gz")
HEADER = ("placed", "invoice", "article", "units", "unit_price", "customer", "destination")

FIRST_DAY = datetime.date(2026, 11, 2)  # a Monday
DAYS = 14
ORDERS = 340
ARTICLES = 300

DAY_SHARES = (0.158, 0.1809, 0.1801, 0.2067, 0.1515, 0.0008, 0.1221)
"""Orders by day of the week, Monday to Sunday (UCI: closed on Saturdays)."""
HOUR_SHARES = (
    0.0248, 0.0111, 0.005, 0.0029, 0.002, 0.002, 0.0057, 0.0124, 0.0296, 0.0485, 0.0593, 0.0689,
    0.0591, 0.0662, 0.0637, 0.0667, 0.0667, 0.0606, 0.057, 0.0586, 0.0655, 0.0642, 0.0583, 0.0411,
)  # fmt: skip
"""Orders by hour of the day (Olist)."""
ZIPF = 0.74
"""The k-th article is asked for in proportion to k ** -ZIPF (UCI, units over articles)."""
LINES_MEDIAN, LINES_SIGMA = 15.0, 1.264
"""Lines of an order, lognormal with UCI's median and ratio of the 90 to the 10 % quantile (2, 15, 51)."""
MOST_LINES = 120
UNITS_MEDIAN, UNITS_SIGMA = 4.04, 1.2195
"""Units of a line, lognormal (UCI)."""
PRICE_MEDIAN, PRICE_SIGMA = 2.04, 0.755
"""Price of an article, lognormal (UCI, median prices of the 200 best sellers)."""
MOST_UNITS = 1000
"""Of a line: what is asked for beyond is a contract, not an order."""
BULK, DISCOUNT = 48, 0.85
"""Lines of so many units or more are sold at so much of the price (assumed)."""
RETURNED = 0.01
"""Share of lines that come back in part, as rows with a negative quantity (assumed)."""
ABROAD = 0.1
"""Share of orders that go abroad (UCI: 7 % of lines)."""
TRADE = 0.35
"""Share of orders from shops, not from private customers (assumed)."""

Row = tuple[datetime.datetime, int, str, int, str, str, str]


def rows(rng: np.random.Generator) -> list[Row]:
    """The order lines in sequence of time; what comes back follows two days after it was ordered."""
    prices = (PRICE_MEDIAN * rng.lognormal(0.0, PRICE_SIGMA, ARTICLES)).clip(0.25, 20.0).round(2)
    times = _times(rng)
    counts = _whole(LINES_MEDIAN, LINES_SIGMA, len(times), MOST_LINES, rng)
    table: list[Row] = []
    for number, (time, count) in enumerate(zip(times, counts.tolist(), strict=True), start=1):
        table += _order(number, time, count, prices, rng)
    end = _midnight() + datetime.timedelta(days=DAYS)
    return sorted((row for row in table if row[0] < end), key=lambda row: row[0])


def _order(
    number: int, time: datetime.datetime, count: int, prices: Floats, rng: np.random.Generator
) -> Iterator[Row]:
    """The lines of one order, each for another article, and its returns."""
    customer = "trade" if rng.random() < TRADE else "private"
    destination = "abroad" if rng.random() < ABROAD else "home"
    popularity = np.arange(1, ARTICLES + 1) ** -ZIPF
    articles = rng.choice(ARTICLES, count, replace=False, p=popularity / popularity.sum())
    units = _whole(UNITS_MEDIAN, UNITS_SIGMA, count, MOST_UNITS, rng)
    comes_back = rng.random(count) < RETURNED
    for article, quantity, returned in zip(articles.tolist(), units.tolist(), comes_back, strict=True):
        name, price = f"A{article + 1:03d}", prices[article] * (DISCOUNT if quantity >= BULK else 1.0)
        yield time, number, name, quantity, f"{price:.2f}", customer, destination
        if returned:
            later, back = time + datetime.timedelta(days=2), -(quantity + 1) // 2
            yield later, number, name, back, f"{price:.2f}", customer, destination


def _times(rng: np.random.Generator) -> list[datetime.datetime]:
    """When the orders are placed, to the minute, in sequence."""
    day_share = np.array([DAY_SHARES[(FIRST_DAY.weekday() + day) % 7] for day in range(DAYS)])
    days = rng.choice(DAYS, ORDERS, p=day_share / day_share.sum())
    hours = rng.choice(24, ORDERS, p=np.array(HOUR_SHARES) / sum(HOUR_SHARES))
    minutes = np.sort(days * 1440 + hours * 60 + rng.integers(60, size=ORDERS))
    return [_midnight() + datetime.timedelta(minutes=minute) for minute in minutes.tolist()]


def _midnight() -> datetime.datetime:
    return datetime.datetime.combine(FIRST_DAY, datetime.time())


def _whole(median: float, sigma: float, n: int, most: int, rng: np.random.Generator) -> NDArray[np.int64]:
    """Lognormal numbers, rounded to whole ones from 1 to ``most``."""
    return np.clip(np.rint(median * rng.lognormal(0.0, sigma, n)), 1, most).astype(np.int64)


def packed(table: list[Row]) -> bytes:
    """The table as a CSV file, compressed, without the time of writing."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(HEADER)
    writer.writerows((f"{moment:%Y-%m-%d %H:%M}", *rest) for moment, *rest in table)
    return gzip.compress(text.getvalue().encode(), compresslevel=9, mtime=0)


if __name__ == "__main__":
    FILE.write_bytes(packed(rows(np.random.default_rng(SEED))))
