"""Pictures of a sweep show its means, and which cells are best."""

import numpy as np
import pytest

import simulator
from simulator.reports.charts.heat_map import heat_maps
from simulator.reports.charts.setting_effects import averages, cell_list, line_over_path
from simulator.reports.charts.sweep_surface import Surface, surfaces_of
from tests.unit.reports.charts.conftest import shop

R, Q = "policies.replenishment.r=35:5:-15", "policies.replenishment.Q=30,90"


def surfaces(over, replications=3, further=()):
    found = simulator.sweep(shop(), over, replications=replications, workers=1)
    metrics = (*found.main_metrics(), *further)
    return surfaces_of(found, {metric: found.leaders(metric) for metric in metrics})


def rows(picture, panel=0):
    return picture.panels[panel].spec["datasets"]["rows"]


@pytest.fixture(scope="module")
def line():
    return surfaces(["policies.replenishment.r=35,5,20"])


@pytest.fixture(scope="module")
def grid():
    return surfaces(["policies.replenishment.r=5,20,35", Q])


def test_a_line_runs_from_the_smallest_value_to_the_largest(line):
    drawn = rows(line_over_path(line))
    assert [row["value"] for row in drawn] == [5, 20, 35]
    fill_rate = line[0].sweep.values("fill_rate").mean(axis=0)[[1, 2, 0]]
    assert [row["mean"] for row in drawn] == pytest.approx((100 * fill_rate).tolist(), rel=1e-4)
    assert all(row["low"] <= row["mean"] <= row["high"] for row in drawn)


def test_the_best_is_filled_and_what_may_be_as_good_is_hollow(line):
    for k, one in enumerate(line):
        assert one.leaders is not None
        by_value = {35: 1, 5: 2, 20: 3}
        for row in rows(line_over_path(line), k):
            cell = by_value[row["value"]]
            hollow = cell in one.leaders.contenders and cell != one.leaders.best
            assert (row["fill"] == "var(--paper)") == hollow
            assert (row["colour"] == "var(--blue)") == (cell in one.leaders.contenders)


def test_title_says_how_far_the_first_figure_moves(line):
    first, last = (
        f"{100 * value:.0f}" for value in np.sort(line[0].sweep.values("fill_rate").mean(axis=0))[[0, -1]]
    )
    assert line_over_path(line).title == f"Fill rate goes from {first} (r 5) to {last} per cent (r 35)"


def test_a_heat_map_has_every_cell_and_frames_the_best(grid):
    drawn = rows(heat_maps(grid))
    assert [(row["across"], row["down"]) for row in drawn] == [
        (r, q) for r in ("5", "20", "35") for q in ("30", "90")
    ]
    assert {row["depth"] for row in drawn} >= {0.0, 1.0}
    assert grid[0].leaders is not None
    assert [k for k, row in enumerate(drawn, 1) if row["best"]] == [grid[0].leaders.best]


def test_averages_over_everything_else(grid):
    picture = averages(grid[0])
    means = grid[0].means.reshape(3, 2)
    assert [panel.heading for panel in picture.panels] == [
        "policies.replenishment.r",
        "policies.replenishment.Q",
    ]
    assert [row["mean"] for row in rows(picture)] == pytest.approx(means.mean(axis=1).tolist(), rel=1e-4)
    assert [row["mean"] for row in rows(picture, 1)] == pytest.approx(means.mean(axis=0).tolist(), rel=1e-4)
    assert picture.title == "Fill rate differs most between the values of r"


def test_a_value_without_the_figure_has_no_dot():
    over = ["policies.backorders=accept,reject", "policies.replenishment.r=5,20", Q]
    wait = next(
        one for one in surfaces(over, further=["backorder_wait_mean"]) if one.metric == "backorder_wait_mean"
    )
    picture = averages(wait)  # a warning would be an error
    assert [row["name"] for row in rows(picture)] == ["accept"]
    assert picture.table.rows[1] == ("backorders", "reject", "–")
    assert [row["name"] for row in rows(picture, 1)] == ["5", "20"]


def test_a_list_has_a_row_for_each_cell(grid):
    picture = cell_list(grid)
    assert [row["name"] for row in rows(picture)] == [
        "5 · 30",
        "5 · 90",
        "20 · 30",
        "20 · 90",
        "35 · 30",
        "35 · 90",
    ]
    assert "Cells are named by r · Q." in picture.note
    assert len(picture.table.rows) == 6


def test_of_many_cells_the_best_are_listed():
    many = surfaces(["policies.replenishment.r=1:40:1"], replications=1)
    picture = cell_list(many)
    drawn = [row["mean"] for row in rows(picture)]
    assert len(drawn) == 25
    assert drawn == sorted(drawn, reverse=True)
    assert "The 25 of 40 cells with the best fill rate." in picture.note
    assert len(picture.table.rows) == 40


def test_figures_of_all_cells_have_as_many_decimals_as_tell_them_apart(line):
    def decimals(*means):
        one = Surface(line[0].sweep, "fill_rate", None)
        one.__dict__["_estimates"] = (np.array(means), np.zeros(len(means)))
        return [one.text(k) for k in range(len(means))]

    assert decimals(93.0, 97.26, 98.31) == ["93.0", "97.3", "98.3"]
    assert decimals(10.0, 90.4) == ["10", "90"]
    assert decimals(1.234, 1.321) == ["1.234", "1.321"]
    assert decimals(-104204.4, float("nan")) == ["−104,204.4", "–"]
