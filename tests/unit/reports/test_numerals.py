"""Figures as people read them."""

import math

import pytest

from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.wording.numerals import duration, numeral, percent, quantity

NAN = math.nan


@pytest.mark.parametrize(
    ("mean", "half_width", "unit", "text"),
    [
        (0.5, 0.2, "share", "50.0 % ± 20.0"),
        (0.97312, 0.00023, "share", "97.31 % ± 0.02"),
        (0.97312, 1e-7, "share", "97.31 % ± 0.00"),
        (0.0, 0.0, "share", "0 %"),
        (NAN, NAN, "share", "–"),
        (4.213, 0.44, "days", "4.2 days ± 0.4"),
        (14.2 / 24, 1.1 / 24, "days", "14.2 hours ± 1.1"),
        (0.01, 0.001, "days", "14.4 minutes ± 1.4"),
        (0.0, 0.0, "days", "0"),
        (1_234_567.8, 12_345.6, "money", "1,234,568 ± 12,346"),
        (-345.6, 12.3, "money", "-346 ± 12"),
        (9.87, 3.5, "units", "9.9 ± 3.5"),
        (13.72, 0.31, "purchase orders", "13.7 ± 0.3"),
        (17.0, NAN, "orders", "17"),
        (0.152, 0.0034, "per day", "0.15 ± 0.00"),
    ],
)
def test_numeral(mean, half_width, unit, text):
    assert str(numeral(Estimate(mean, half_width, unit, 20))) == text


def test_little_is_not_nothing():
    assert percent(0.0004) == "less than 0.1 %"
    assert percent(0.9996) == "more than 99.9 %"
    assert (percent(0), percent(1), percent(0.5)) == ("0 %", "100 %", "50.0 %")


def test_plain_numbers():
    assert duration(0) == "0.0 days"
    assert quantity(19.96) == "20.0"
    assert quantity(-1234.5) == "-1,234"
