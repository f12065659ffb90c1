"""Outlines agree with what the glossary's figures say of the same records."""

import numpy as np
import pytest

from simulator.experiments.replications.outline import MOST_INTERVALS, WAITS, outline
from simulator.metrics.figures import figures
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario


def scenario(**changes):
    data = {
        "run": {"horizon": "60 days", "warm_up": "20 days", "cool_down": "30 days", "seed": 3},
        "products": {"tea": {}, "pot": {}},
        "customers": {"members": {"patience": "6 days"}, "others": {"will_wait": 0.5}},
        "demand": [
            {
                "products": {"tea": "6/day", "pot": "2/day"},
                "segments": {"members": 0.4, "others": 0.6},
                "regions": {"north": 0.5, "south": 0.5},
            }
        ],
        "warehouses": {"upper": {"serves": ["north"]}, "lower": {"serves": ["south"]}},
        "suppliers": {"importer": {"lead_time": {"dist": "exponential", "mean": "8 days"}}},
        "policies": {"replenishment": {"type": "r_Q", "r": 8, "Q": 20}},
    }
    return Scenario.model_validate(data | changes)


@pytest.fixture(scope="module")
def record():
    return simulate(scenario(), 0)


def test_averages_of_the_days_average_to_the_figures(record):
    drawn, known = outline(record), figures(record)
    for levels, metric in ((drawn.on_hand, "on_hand_mean"), (drawn.backlog, "backorders_mean")):
        measured = levels[:, 20:].mean(axis=1)  # days of the window
        assert measured == pytest.approx(list(known.of(metric, "warehouse").values()), rel=1e-5)
        assert measured.min() > 0


def test_stock_begins_with_the_initial_stock_and_days_follow_each_other(record):
    drawn = outline(record)
    assert drawn.interval_days == 1.0
    assert drawn.on_hand.shape == drawn.backlog.shape == (2, 60)
    assert drawn.on_hand[:, 0].sum() == pytest.approx(record.initial.sum(), rel=0.2)


def test_those_who_wait_are_those_of_the_figures(record):
    drawn, known = outline(record), figures(record)
    assert drawn.lines.tolist() == list(known.of("lines", "segment").values())
    assert drawn.waiting[:, 0].tolist() == list(known.of("backordered_lines", "segment").values())
    assert (np.diff(drawn.waiting, axis=1) <= 0).all()


def test_waits_are_counted_until_the_goods_or_the_end_of_patience(record):
    drawn, book = outline(record), record.book
    inside = (book.time >= 20) & (book.time < 60)
    ended = np.fmin(book.allocated, book.cancelled)
    for k in (0, 120, 240, 270, 300):
        longer = inside & (book.on_arrival < book.quantity) & (ended - book.time > WAITS[k])
        for segment in (0, 1):
            assert drawn.waiting[segment, k] == np.count_nonzero(longer & (book.segment == segment))
    patience = 6.0
    assert drawn.waiting[0, np.searchsorted(WAITS, patience)] == 0


def test_a_line_still_waiting_at_the_end_waits_for_ever():
    never = simulate(scenario(suppliers={"importer": {"lead_time": "500 days"}}), 0)
    drawn = outline(never)
    still = figures(never).of("open_lines", "segment")["others"]
    assert drawn.waiting[1, -1] == still > 0


def test_long_runs_are_drawn_in_longer_intervals():
    long = scenario(run={"horizon": "2000.5 days", "warm_up": "0 days", "seed": 3})
    record = simulate(long, 0)
    drawn = outline(record)
    assert drawn.interval_days == 3.0
    assert drawn.on_hand.shape == (2, 667)
    assert drawn.on_hand.shape[1] <= MOST_INTERVALS
    lengths = np.append(np.full(666, 3.0), 2.5)
    mean = (drawn.on_hand @ lengths / lengths.sum()).sum()
    assert mean == pytest.approx(figures(record)["on_hand_mean"], rel=1e-5)
