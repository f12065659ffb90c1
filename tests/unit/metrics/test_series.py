from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from simulator.metrics.measured_window import Window
from simulator.metrics.measures.step_series import (
    Changes,
    StockRange,
    backlog_changes,
    on_hand_changes,
    series_frame,
)
from simulator.model.world import simulate
from simulator.scenario.load import load

EACH = np.arange(2)
TOGETHER = np.zeros(2, dtype=np.intp)
WINDOW = Window(10.0, 20.0)


def changes(*rows):
    time, stock, amount = zip(*rows, strict=True)
    return Changes(np.array(time, float), np.array(stock, np.intp), np.array(amount, float))


def pairs(steps, group):
    return list(zip(*(column.tolist() for column in steps.of(group)), strict=True))


def test_on_hand_of_each_stock(record):
    steps = on_hand_changes(record).steps(EACH, 2)
    levels = [(0, 10), (5, 6), (11, 2), (12, 0), (16, 8), (17, 7), (18, 8), (20, 13), (25, 10)]
    assert pairs(steps, 0) == levels
    assert pairs(steps, 1) == [(0, 5), (11, 2), (15, 0)]


def test_on_hand_together(record):
    steps = on_hand_changes(record).steps(TOGETHER, 1)
    assert pairs(steps, 0)[:5] == [(0, 15), (5, 11), (11, 4), (12, 2), (15, 0)]


def test_backlog(record):
    steps = backlog_changes(record).steps(EACH, 2)
    assert pairs(steps, 0) == [(12, 2), (13, 4), (15, 2), (16, 0)]
    assert pairs(steps, 1) == [(17, 1)]


def test_the_last_value_of_an_instant_counts():
    steps = changes((11, 0, 1), (11, 0, 8), (11, 0, -9), (12, 0, 3)).steps(EACH, 2)
    assert pairs(steps, 0) == [(11, 0), (12, 3)]
    assert steps.peak(WINDOW).tolist() == [3, 0]


def test_the_peak_is_that_of_the_sum():
    both = changes((11, 0, 3), (12, 1, 2), (13, 0, -3), (14, 1, 2))
    assert both.steps(EACH, 2).peak(WINDOW).tolist() == [3, 4]
    assert both.steps(TOGETHER, 1).peak(WINDOW).tolist() == [5]


def test_the_peak_inside_the_window_includes_the_level_at_its_start_but_not_that_at_its_end():
    series = changes((1, 0, 9), (2, 0, -2), (12, 0, -7), (20, 0, 50), (3, 1, 4), (10, 1, -4))
    assert series.steps(EACH, 2).peak(WINDOW).tolist() == [7, 0]


def test_area():
    series = changes((1, 0, 4), (12, 0, -4), (18, 0, 5), (25, 0, 5), (15, 1, 2))
    assert series.area(WINDOW, 2).tolist() == [4 * 2 + 5 * 2, 2 * 5]


def test_no_changes_at_all():
    nothing = Changes(np.empty(0), np.empty(0, np.intp), np.empty(0))
    steps = nothing.steps(EACH, 2)
    assert steps.peak(WINDOW).tolist() == [0, 0]


def test_frame(record):
    frame = series_frame(record)
    assert list(frame.columns) == ["time", "warehouse", "product", "on_hand", "backlog"]
    a = frame[frame["product"] == "a"]
    at_16 = a[a["time"] == 16].iloc[0]
    assert (at_16["on_hand"], at_16["backlog"], at_16["warehouse"]) == (8, 0, "w")
    at_13 = a[a["time"] == 13].iloc[0]
    assert (at_13["on_hand"], at_13["backlog"]) == (0, 4)
    assert not frame.duplicated(["time", "product"]).any()


@pytest.mark.parametrize("file", ["communication", "offer_alternatives"])
@pytest.mark.parametrize("most", [1, 1000, 10**9])
def test_ranges_of_stocks_are_parts_of_the_table(file, most):
    overrides = ["run.horizon=100 days", "run.warm_up=0 days"]
    record = simulate(load(Path(f"scenarios/{file}.yaml"), overrides=overrides))
    parts = list(StockRange.parts(record, most))
    assert [stock for part in parts for stock in part.stocks] == list(range(len(record.book.stocks)))
    assert len(parts) == {1: len(record.book.stocks), 10**9: 1}.get(most, len(parts))
    table = pd.concat([series_frame(record, part) for part in parts], ignore_index=True)
    pd.testing.assert_frame_equal(table, series_frame(record), check_exact=True)


def test_integral_equals_that_of_the_steps(record):
    for series in (on_hand_changes(record), backlog_changes(record)):
        steps = series.steps(EACH, 2)
        by_steps = np.bincount(steps.group, steps.level * steps.days(WINDOW), minlength=2)
        assert series.area(WINDOW, 2) == pytest.approx(by_steps)
