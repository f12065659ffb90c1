"""The picture of the waits."""

import numpy as np
import pytest

from simulator.reports.console.wait_histogram import wait_picture, waits_of


def test_waits_are_those_of_counted_late_lines(results):
    days = waits_of(results.outcome.record)
    assert len(days) == results.replications["backordered_lines"][0] - _never_filled(results)
    assert days.mean() == pytest.approx(results.replications["backorder_wait_mean"][0])
    assert (days > 0).all()


def _never_filled(results):
    first = results.replications.iloc[0]
    return first["open_lines"] + first["cancelled_lines"]


def test_picture():
    assert wait_picture(np.array([1.0, 2.0, 3.0, 3.5, 5.0, 5.0, 7.5]), 6) == [
        "0 to 1 days  ███     14 %",
        "1 to 2 days  ███     14 %",
        "2 to 3 days  ███     14 %",
        "3 to 4 days  ███     14 %",
        "4 to 5 days  ██████  29 %",
        "5 to 6 days          0 %",
        "6 to 7 days          0 %",
        "7 to 8 days  ███     14 %",
    ]


@pytest.mark.parametrize("longest", [1e-9, 0.01, 0.3, 1.0, 1.99, 2.01, 8.0, 8.01, 79.0, 365.0, 12345.0])
def test_few_lines_for_any_length(longest):
    lines = wait_picture(np.linspace(longest / 50, longest, 50), 10)
    assert 1 <= len(lines) <= 8
    assert len({line.index("days" if longest > 2 else "hours") for line in lines}) == 1


def test_short_waits_are_in_hours():
    assert wait_picture(np.array([0.01, 0.3]), 10)[0].startswith("0 to 1 hours")


def test_every_bar_has_the_same_room():
    lines = wait_picture(np.random.default_rng(1).exponential(3, 500), 17)
    for line in lines:
        assert line.split("  ")[-1].endswith(" %")
