"""Grids of settings, and which cells may be best."""

import numpy as np
import pandas as pd
import pytest

import simulator
from simulator.experiments.sweeping.ranges import Levels, read_levels
from simulator.experiments.sweeping.sweep import (
    MAIN,
    Sweep,
    SweepDesign,
    grid,
    leading_metrics,
    main_metrics,
    sweep,
    sweep_design,
)
from simulator.experiments.sweeping.variants import Variants
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.values.mistakes import ScenarioError
from tests.cli.shop import SHOP


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return file


def made(**values):
    """A sweep over x with these figures: metric -> cells -> replications."""
    cells = len(next(iter(values.values())))
    names = tuple(GLOSSARY)

    def figures(cell, replication):
        overall = np.zeros(len(names))
        for metric, found in values.items():
            overall[names.index(metric)] = found[cell][replication]
        return Figures(names, overall, {})

    count = len(next(iter(values.values()))[0])
    levels = (Levels("x", tuple(str(k) for k in range(cells))),)
    planned = SweepDesign(levels, grid(levels), (), count)
    return Sweep(planned, tuple(tuple(figures(k, n) for n in range(count)) for k in range(cells)))


def test_every_value_with_every_other():
    cells = grid([Levels("a", ("1", "2")), Levels("b", ("x", "y", "z"))])
    assert [tuple(cell.values()) for cell in cells] == [
        ("1", "x"),
        ("1", "y"),
        ("1", "z"),
        ("2", "x"),
        ("2", "y"),
        ("2", "z"),
    ]


def test_zipped_values_go_together():
    cells = grid([Levels("a", ("1", "2")), Levels("b", ("x", "y"))], zipped=True)
    assert [dict(cell) for cell in cells] == [{"a": "1", "b": "x"}, {"a": "2", "b": "y"}]
    with pytest.raises(ValueError, match="equally many values: a has 2, b has 1"):
        grid([Levels("a", ("1", "2")), Levels("b", ("x",))], zipped=True)


def test_too_many_cells():
    many = Levels("a", tuple(map(str, range(200))))
    with pytest.raises(ValueError, match="40,000 cells are too many"):
        grid([many, Levels("b", many.values)])


def test_every_cell_is_checked_before_anything_runs(shop):
    with pytest.raises(ScenarioError) as error:
        sweep_design(
            Variants(shop), read_levels(["policies.allocation=fcfs,priority", "run.horizon=5 days,x"])
        )
    assert str(error.value).startswith("--over run.horizon=x:1:20: run.horizon: 'x' is not a duration")


def test_tables(shop):
    texts = [
        "policies.replenishment.r=20,40",
        "policies.backorders=accept,reject",
        "run.horizon=20:30:10 days",
    ]
    planned = sweep_design(Variants(shop, None, ["run.replications=2"]), read_levels(texts))
    with Workers(1) as crew:
        found = sweep(planned, crew, metrics=["backordered_by_chance"])  # a run counts lines by cause, too
    paths = ["policies.replenishment.r", "policies.backorders", "run.horizon"]
    assert list(found.cells.columns) == ["cell", *paths, "replications"]
    assert found.cells["cell"].tolist() == [1, 2, 3, 4, 5, 6, 7, 8]
    assert found.cells["policies.replenishment.r"].tolist() == [20, 20, 20, 20, 40, 40, 40, 40]
    assert found.cells["policies.backorders"].tolist()[:4] == ["accept", "accept", "reject", "reject"]
    assert found.cells["run.horizon"].tolist()[:2] == [20, 30]
    assert found.units == {paths[0]: "", paths[1]: "", paths[2]: "days"}
    assert list(found.summary.columns) == ["cell", *paths, "metric", "mean", "half_width", "n", "unit"]
    assert len(found.summary) == 8 * len(GLOSSARY)
    assert list(found.results.columns[:5]) == ["cell", *paths, "replication"]
    assert len(found.results) == 16
    # A cell is what a run of its scenario is, replication by replication.
    run = simulator.run(
        shop,
        2,
        1,
        overrides=["policies.replenishment.r=40", "policies.backorders=reject", "run.horizon=20 days"],
    )
    cell = found.results[found.results["cell"] == 7].drop(columns=["cell", *paths]).reset_index(drop=True)
    pd.testing.assert_frame_equal(cell, run.replications, check_exact=True)
    profit = found.summary.query("cell == 7 and metric == 'profit'").iloc[0]
    assert profit["mean"] == run["profit"].mean
    assert found.values("profit").shape == (2, 8)


def test_number_of_workers_changes_nothing(shop):
    planned = sweep_design(
        Variants(shop, None, ["run.replications=3"]), read_levels(["policies.replenishment.r=10:30:10"])
    )
    with Workers(1) as one, Workers(2) as two:
        pd.testing.assert_frame_equal(
            sweep(planned, one).results, sweep(planned, two).results, check_exact=True
        )


def test_fractions_are_numbers_too():
    levels = (Levels("x", ("0.5", "1")), Levels("y", ("a", "2")))
    found = Sweep(SweepDesign(levels, grid(levels), (), 1), ())
    assert found.cells["x"].tolist() == [0.5, 0.5, 1.0, 1.0]
    assert found.cells["y"].tolist() == ["a", "2", "a", "2"]


def test_a_cell_that_is_clearly_worse_is_no_contender():
    rng = np.random.default_rng(0)
    common = rng.normal(100, 50, 20)
    noise = rng.normal(0, 1, (4, 20))
    values = [common + noise[0], common + 5 + noise[1], common + 5.1 + noise[2], common - 3 + noise[3]]
    found = made(profit=values, on_hand_mean=values, units=values)
    best = found.leaders("profit")
    assert best is not None
    assert best.contenders == (2, 3)
    assert best.best in best.contenders
    lowest = found.leaders("on_hand_mean")
    assert lowest is not None
    assert (lowest.best, lowest.contenders) == (4, (4,))
    assert found.leaders("units") is None


def test_the_truly_best_is_a_contender_as_often_as_it_says():
    """Ten cells that are equally good but one, which is a little better: it may be left out in 5 % of sweeps."""
    rng = np.random.default_rng(1)
    tries, left_out = 400, 0
    for _ in range(tries):
        values = rng.normal(0, 1, (10, 8))
        values[0] += 0.01
        found = made(profit=values).leaders("profit")
        left_out += found is None or 1 not in found.contenders
    assert left_out / tries <= 0.05 + 2 * (0.05 * 0.95 / tries) ** 0.5


def test_a_cell_without_the_figure_cannot_be_best():
    nan = float("nan")
    found = made(backorder_wait_mean=[[5.0, 6.0, 5.0], [nan, nan, nan], [1.0, 2.0, 1.5]])
    best = found.leaders("backorder_wait_mean")
    assert best is not None
    assert (best.best, best.contenders) == (3, (3,))
    assert made(backorder_wait_mean=[[nan, nan], [nan, nan]]).leaders("backorder_wait_mean") is None


def test_one_replication_leaves_everybody_in():
    best = made(profit=[[1.0], [2.0]]).leaders("profit")
    assert best is not None
    assert (best.best, best.contenders) == (2, (1, 2))


def test_metrics_that_vary_are_shown():
    same, other = [[1.0, 2.0], [1.0, 2.0]], [[1.0, 2.0], [3.0, 2.0]]
    assert made(fill_rate=same, profit=other, satisfaction=other).main_metrics() == ("profit", "satisfaction")
    assert len(made(fill_rate=same).main_metrics()) == 4


def test_what_a_scenario_is_about_leaves_room_for_profit():
    show = ("desk_wait_mean", "unanswered_rate", "contacts_per_100_orders", "messages")
    assert main_metrics(show)[:6] == (*show, "profit", "fill_rate")
    assert leading_metrics(main_metrics(show), show) == (*show, "profit")
    assert leading_metrics(main_metrics(("profit",)), ("profit",)) == (
        "profit",
        "fill_rate",
        "asked_wait_mean",
        "on_hand_mean",
    )
    assert main_metrics(()) == MAIN
