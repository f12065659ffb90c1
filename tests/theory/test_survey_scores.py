"""Scores against what customers of a real marketplace gave, by how late their orders were.

Source: Brazilian E-Commerce Public Dataset by Olist (2018, CC BY-NC-SA 4.0), aggregates of 20,864 orders. The finer
tables are read from the folder of reference data, where there is one.
"""

import csv

import numpy as np
import pytest

from simulator.model.survey.survey_scores import draw_scores
from simulator.orders.order_book import Status
from simulator.scenario.sections.satisfaction import Satisfaction
from tests.reference import FOLDER
from tests.unit.model.outcomes import book

ORDERS = 60_000
"""Simulated orders in each bin: the standard error of a mean score is 0.006."""
ENOUGH = 100
"""Orders of the source that a bin needs to be compared."""

TABLE = FOLDER / "olist_score_by_days_late.csv"
needs_reference = pytest.mark.skipif(not TABLE.is_file(), reason=f"no table of real scores in {FOLDER}")


def scores(late, total, model=None):
    """Scores of orders that came so late (days, continuous) and took so long (days) in all."""
    late_book = book(status=Status.FILLED_LATE, delivered=total, promised=total - late)
    return draw_scores(late_book, model or Satisfaction(), 1e9).score


def shares(scores):
    return np.bincount(scores, minlength=6)[1:] / len(scores)


def total_times(rng, mean):
    """Total times that scatter widely around the usual one of a bin."""
    return rng.gamma(1 / 0.3**2, 0.3**2 * mean, ORDERS)


LATENESS = [
    # days late (fewest, most), usual total days, shares of scores 1 to 5 among the orders of the source
    ("10 days early or more", (-30, -10), 10.4, (0.065, 0.026, 0.078, 0.198, 0.633)),
    ("up to 9 days early", (-10, 0), 13.0, (0.071, 0.029, 0.094, 0.219, 0.588)),
    ("1 day late", (0, 1), 23.3, (0.135, 0.061, 0.169, 0.264, 0.372)),
    ("2 or 3", (1, 3), 23.9, (0.342, 0.073, 0.150, 0.171, 0.265)),
    ("4 or 5", (3, 5), 26.0, (0.495, 0.101, 0.138, 0.090, 0.176)),
    ("6 or 7", (5, 7), 30.4, (0.700, 0.067, 0.078, 0.061, 0.094)),
    ("8 to 14", (7, 14), 35.0, (0.690, 0.110, 0.100, 0.042, 0.058)),
    ("15 or more", (14, 60), 50.0, (0.675, 0.086, 0.098, 0.059, 0.082)),
]


@pytest.mark.parametrize(
    ("days", "total", "expected"), [row[1:] for row in LATENESS], ids=[row[0] for row in LATENESS]
)
def test_shares_of_scores_by_lateness(days, total, expected):
    rng = np.random.default_rng(7)
    low, high = days
    # of the orders up to 9 days early half are at least 8 days early: so does the square of a uniform number
    late = low + (high - low) * (rng.random(ORDERS) ** 2 if days == (-10, 0) else rng.random(ORDERS))
    found = shares(scores(late, total_times(rng, total)))
    assert found == pytest.approx(expected, abs=0.02)


def table(name):
    with (FOLDER / name).open(newline="") as file:
        return list(csv.DictReader(file))


def simulated_bins():
    """(first, last day late, orders of the source, mean score there, scores simulated) of each bin."""
    rng = np.random.default_rng(8)
    for row in table("olist_score_by_days_late.csv"):
        low, high = (float(edge) for edge in row["lb"].strip("(]").split(","))
        late = np.clip(low, -45, None) + (min(high, 90) - np.clip(low, -45, None)) * (1 - rng.random(ORDERS))
        found = scores(late, total_times(rng, float(row["mean_total"])))
        yield low + 1, high, int(row["n"]), float(row["mean"]), found


@needs_reference
def test_mean_score_in_every_bin_with_enough_orders():
    compared = 0
    for first, last, orders, mean, found in simulated_bins():
        if orders >= ENOUGH:
            compared += 1
            assert found.mean() == pytest.approx(mean, abs=0.05), (first, last)
    assert compared >= 12


@needs_reference
def test_shares_in_every_row_of_the_source():
    edges = {"<=-10": (-200, -10), "-9..0": (-9, 0), "1": (1, 1), "2-3": (2, 3), "4-5": (4, 5)}
    edges |= {"6-7": (6, 7), "8-14": (8, 15), "15+": (16, 60)}  # the finer table has a bin from 13 to 15
    bins = list(simulated_bins())
    for row in table("olist_score_distribution_by_lateness.csv"):
        first, last = edges[row["late_d"]]
        inside = [(orders, shares(found)) for a, b, orders, _, found in bins if first <= a and b <= last]
        found = np.average([part for _, part in inside], axis=0, weights=[orders for orders, _ in inside])
        expected = [float(row[f"{score}.0"]) for score in range(1, 6)]
        assert found == pytest.approx(expected, abs=0.02), row["late_d"]


def test_total_time_alone_costs_what_the_regression_says():
    # Regression of the score on lateness and total time: 0.0208 points a day, up to 40 days
    late, by_total = np.zeros(ORDERS), {}
    for total in (5.0, 15.0, 35.0, 60.0, 90.0):
        by_total[total] = scores(late, np.full(ORDERS, total)).mean()
    assert by_total[5] - by_total[15] == pytest.approx(0.208, abs=0.02)
    assert by_total[15] - by_total[35] == pytest.approx(0.416, abs=0.02)
    assert by_total[60] == by_total[90]


def test_asked_after_the_delivery_late_customers_are_kinder():
    # Of orders 4 to 7 days late those rated after the delivery got 3.22 on average, those rated before 1.94.
    late, total = np.linspace(3.01, 7, ORDERS), np.full(ORDERS, 24.0)
    waiting = scores(late, np.linspace(26, 31, ORDERS))
    delivered = scores(late, total, Satisfaction(after_missed_promise=None))
    assert waiting.mean() == pytest.approx(1.94, abs=0.2)
    assert delivered.mean() == pytest.approx(3.22, abs=0.05)
