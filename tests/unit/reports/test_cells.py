"""What the console says of a sweep."""

import dataclasses
import io
import textwrap
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rich.console import Console

import simulator
from simulator.experiments.sweeping.ranges import Levels
from simulator.experiments.sweeping.sweep import Sweep, SweepDesign, grid
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.reports.console.sweep import show_sweep, sweep_tables
from simulator.reports.wording.sweep_sentences import short, sweep_sentences
from simulator.scenario.sections.run import Run

NAMES = tuple(GLOSSARY)


def made(levels, **values):
    """A sweep with these figures: metric -> float[cells, replications]."""
    count = next(iter(values.values())).shape[1]
    cells = grid(levels)

    def figures(cell, replication):
        overall = np.zeros(len(NAMES))
        for metric, found in values.items():
            overall[NAMES.index(metric)] = found[cell, replication]
        return Figures(NAMES, overall, {})

    every = tuple(tuple(figures(k, n) for n in range(count)) for k in range(len(cells)))
    return Sweep(SweepDesign(levels, cells, (), count), every)


def said(sweep, *metrics):
    leaders = {metric: sweep.leaders(metric) if sweep.varies(metric) else None for metric in metrics}
    return [sentence.replace("\u00a0", " ") for sentence in sweep_sentences(sweep, leaders)]


def shown(sweep, width, *metrics):
    console = Console(width=width, record=True, file=None, force_terminal=False, quiet=False)
    with console.capture() as capture:
        for table in sweep_tables(sweep, {metric: sweep.leaders(metric) for metric in metrics}, width):
            console.print(table)
    return capture.get()


@pytest.fixture
def noise():
    return np.random.default_rng(0).normal(0, 1, 10)


R = (Levels("policies.replenishment.r", ("10", "20", "30")),)


def test_one_is_best(noise):
    values = 100 + noise + np.array([[0.0], [9.0], [5.0]])
    (sentence,) = said(made(R, profit=values), "profit")
    assert sentence.startswith("Best with r = 20: profit 109")
    assert sentence.endswith("No other cell is as good, with 95 % confidence.")


def test_the_end_of_what_was_tried(noise):
    values = 100 + noise + np.array([[0.0], [5.0], [9.0]])
    told = said(made(R, profit=values, fill_rate=values / 1000), "profit", "fill_rate")
    assert told[0].startswith("Best with r = 30: profit 109")
    assert ", fill rate 10.91 %" in told[0]
    assert told[1] == "r = 30 is the end of what was tried: beyond it profit may be better still."
    assert len(said(made(R, fill_rate=values), "fill_rate")) == 1


def test_cells_that_are_exactly_as_good(noise):
    values = 100 + noise + np.array([[0.0], [9.0], [9.0]])
    (sentence,) = said(made(R, profit=values), "profit")
    assert sentence.endswith("Exactly as good: r = 30.")


def test_what_chance_may_have_done():
    values = np.random.default_rng(1).normal(100, 9, (3, 10))
    (sentence,) = said(made(R, profit=values), "profit")
    assert sentence.endswith("But that may be chance: no cell is certainly worse.")


def test_what_all_that_may_be_best_have_in_common(noise):
    levels = (
        *R,
        Levels("policies.allocation", ("fcfs", "priority")),
        Levels("products.tea.price", ("1", "2", "3")),
    )
    rng = np.random.default_rng(2)
    values = np.array([50.0 * (cell["policies.allocation"] == "priority") for cell in grid(levels)])
    sweep = made(levels, satisfaction=values[:, np.newaxis] + rng.normal(0, 1, (18, 10)))
    (sentence,) = said(sweep, "satisfaction")
    assert "As good may be" in sentence
    assert sentence.endswith("other cells, all with allocation = priority.")


def test_what_is_the_same_everywhere():
    assert said(made(R, profit=np.ones((3, 2))), "profit", "fill_rate") == [
        "The same in all cells: profit, fill rate."
    ]


def test_tables_fit(noise):
    values = 100 + noise + np.array([[0.0], [9.0], [5.0]])
    metrics = ("profit", "revenue", "fill_rate", "backorder_wait_mean", "on_hand_mean")
    sweep = made(R, **dict.fromkeys(metrics, values))
    for width in (40, 60, 80, 120):
        text = shown(sweep, width, *metrics)
        assert max(map(len, text.splitlines())) <= width
        assert text.count("109.") >= 2
        assert " *" in text


def test_of_very_many_cells_the_best_are_shown(noise):
    levels = (Levels("x", tuple(map(str, range(200)))),)
    values = noise + np.arange(200)[:, np.newaxis]
    text = shown(made(levels, profit=values), 80, "profit")
    assert len(text.splitlines()) == 61
    assert text.splitlines()[-1].startswith("199")


def test_paths_are_shortened_as_far_as_they_stay_different():
    paths = ["policies.replenishment.r", "policies.promise.quantile", "policies.other.quantile"]
    assert list(short(paths).values()) == ["r", "promise.quantile", "other.quantile"]
    assert short(['products."size 4.5".price']) == {'products."size 4.5".price': '"size 4.5".price'}
    assert short(["run.horizon"]) == {"run.horizon": "run.horizon"}


def test_the_first_sentence_is_about_what_is_earned(noise):
    values = 100 + noise + np.array([[0.0], [5.0], [9.0]])
    told = said(made(R, fill_rate=values, profit=-values), "fill_rate", "profit")
    assert told[0].startswith("Best with r = 10: profit -100")
    assert told[1].startswith("Best with r = 30: fill rate ")


GRID = (
    Levels("policies.replenishment.cover", ("10 days", "20 days", "30 days")),
    Levels("customers.new.patience", ("5 days", "10 days", "15 days", "20 days")),
    Levels("policies.backorders", ("accept", "reject")),
)
LONG = tuple(
    Levels(f"products.a product with a long name {k}.replenishment.service_level", ("90 %", "95 %"))
    for k in range(4)
)


@pytest.mark.parametrize("levels", [R, GRID, LONG])
@pytest.mark.parametrize("alike", [1, 2, 3, 20])
@pytest.mark.parametrize("seed", range(3))
def test_the_first_sentence_is_true_by_the_table_and_three_lines_long(levels, alike, seed):
    """Some cells are best by far, with means nearly alike beside what chance does; all others are certainly worse."""
    rng = np.random.default_rng(seed)
    count = len(grid(levels))
    best = set(rng.permutation(count)[:alike].tolist())
    chance = rng.normal(0, 10, (count, 12))
    chance -= chance.mean(axis=1, keepdims=True)
    profit = chance + np.array([[9000.0 * (k in best) + 0.01 * k] for k in range(count)])
    sweep = made(levels, profit=profit, revenue=2 * profit, lost_units=-profit, fill_rate=profit / 1e4)
    first = said(sweep, "fill_rate", "profit", "revenue", "lost_units")[0]
    winner = int(profit.mean(axis=1).argmax())
    names = short(sweep.paths)
    told = ", ".join(f"{names[path]} = {value}" for path, value in grid(levels)[winner].items())
    assert first.startswith((f"Best with {told}: ", "Best with the cell marked *: "))
    assert f"profit {profit.mean(axis=1)[winner]:,.0f}" in first
    assert ("no cell is certainly worse" in first) == (len(best) == count > 1)
    assert ("No other cell is as good" in first) == (len(best) == 1)
    if 1 < len(best) < count:
        assert "As good may be " in first
        others = [k for k in best if k != winner]
        named = all(
            ", ".join(f"{names[path]} = {value}" for path, value in grid(levels)[k].items()) in first
            for k in others
        )
        assert named or f"{len(others)} other cell" in first
    assert len(textwrap.wrap(first, 80)) <= 3


def test_a_sweep_opens_with_three_lines_and_the_table(noise):
    values = 100 + noise + np.arange(24)[:, np.newaxis] % 7
    sweep = made(
        GRID, fill_rate=values, profit=-values, on_hand_mean=values**2, backorder_wait_mean=1 / values
    )
    scenario: Any = SimpleNamespace(name="Mugs", question=None, show=(), run=Run())
    file = io.StringIO()
    design = dataclasses.replace(sweep.design, scenarios=(scenario,))
    show_sweep(Console(file=file, width=80), dataclasses.replace(sweep, design=design))
    lines = file.getvalue().splitlines()
    heading = next(k for k, line in enumerate(lines) if line.startswith("cover "))
    claim = [line for line in lines[1:heading] if line.startswith("Best with")]
    assert len(claim) == 1
    assert heading <= 8


@pytest.mark.parametrize("backorders", ["accept", "reject"])
def test_the_first_sentence_of_a_sweep_that_was_played(shop, backorders):
    over = [
        "policies.replenishment.r=10:50:20",
        "policies.replenishment.Q=20,90",
        "policies.allocation=fcfs,priority",
    ]
    found = simulator.sweep(
        shop, over, replications=4, workers=1, overrides=[f"policies.backorders={backorders}"]
    )
    first = said(found, *found.main_metrics())[0]
    profit = found.summary.query("metric == 'profit'").set_index("cell")["mean"]
    best = found.cells[found.cells["cell"] == profit.idxmax()].iloc[0]
    r, q, allocation = (best[text.partition("=")[0]] for text in over)
    assert first.startswith(
        f"Best with r = {r}, Q = {q}, allocation = {allocation}: profit {profit.max():,.0f}"
    )
    leaders = found.leaders("profit")
    assert leaders is not None
    assert ("No other cell is as good" in first) == (len(leaders.contenders) == 1)
    assert len(textwrap.wrap(first, 80)) <= 3


def test_a_figure_over_a_group_that_settings_change_makes_no_cell_the_best(noise):
    """Of those who waited the mean wait is shortest where those who wait longest give up."""
    waits, sizes = np.array([[3.0], [2.0], [1.0]]) + 0.1 * noise, np.array([[90.0], [50.0], [20.0]]) + noise
    cells = (Levels("r", ("10", "20", "30")),)
    found = made(cells, backorder_wait_mean=waits, late_lines=sizes)
    assert found.leaders("backorder_wait_mean") is None
    (claim,) = said(found, "backorder_wait_mean")
    assert claim == "Mean wait of late lines: from 1.01 days ± 0.06 (r = 30) to 3.01 days ± 0.06 (r = 10)."
    same = made(cells, backorder_wait_mean=waits, late_lines=np.array([[50.0], [50.0], [50.0]]) + 0 * noise)
    assert same.leaders("backorder_wait_mean").best == 3
    purchases = made(cells, customs_delay_mean=waits, cleared_purchases=sizes)
    assert purchases.leaders("customs_delay_mean").best == 3  # late goods are counted all the same


def test_a_figure_of_which_no_direction_is_better_has_a_sentence(noise):
    found = made((Levels("r", ("10", "20")),), orders=np.array([[50.0], [70.0]]) + 0 * noise)
    assert said(found, "orders") == ["Orders: from 50 ± 0 (r = 10) to 70 ± 0 (r = 20)."]


def test_a_figure_that_only_one_cell_has(noise):
    waits = np.array([[3.0], [np.nan]]) + 0 * noise
    found = made((Levels("r", ("10", "20")),), backorder_wait_mean=waits, late_lines=waits > 0)
    assert said(found, "backorder_wait_mean") == [
        "Mean wait of late lines: 3.0 days ± 0.0 (r = 10); there is no such figure in the other cells."
    ]


def test_what_the_scenario_is_about_comes_first(noise):
    values = np.array([[1.0], [2.0]]) + 0.01 * noise
    found = made(
        (Levels("r", ("10", "20")),), unanswered_rate=0.1 * values, profit=values, fill_rate=0.1 * values
    )
    scenario: Any = SimpleNamespace(show=("unanswered_rate",))
    about = dataclasses.replace(found, design=dataclasses.replace(found.design, scenarios=(scenario,)))
    assert about.main_metrics() == ("unanswered_rate", "profit", "fill_rate")
    first, second = said(about, *about.main_metrics())
    assert first.startswith("Best with r = 10: unanswered ")
    assert second.startswith("Best with r = 20: profit 2.")
