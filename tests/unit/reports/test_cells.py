"""What the console says of a sweep."""

import numpy as np
import pytest
from rich.console import Console

from simulator.experiments.over import Levels
from simulator.experiments.sweep import Design, Sweep, grid
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.reports.cells import sentences, short, tables

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
    return Sweep(Design(levels, cells, (), count), every)


def said(sweep, *metrics):
    leaders = {metric: sweep.leaders(metric) if sweep.varies(metric) else None for metric in metrics}
    return [sentence.replace("\u00a0", " ") for sentence in sentences(sweep, leaders)]


def shown(sweep, width, *metrics):
    console = Console(width=width, record=True, file=None, force_terminal=False, quiet=False)
    with console.capture() as capture:
        for table in tables(sweep, {metric: sweep.leaders(metric) for metric in metrics}, width):
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
