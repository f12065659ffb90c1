import itertools
import math

import numpy as np
import pytest

from simulator.experiments.statistics.batch_means import (
    COUNTS,
    _areas,
    _sums,
    batch_means,
    cycle,
    independent,
)
from simulator.metrics.figures import figures
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.step_series import on_hand_changes
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario


def scenario(horizon):
    return Scenario.model_validate(
        {
            "run": {"horizon": f"{horizon} days", "warm_up": "50 days", "seed": 3},
            "products": {"mug": {}, "pot": {}},
            "customers": {"all": {"patience": "4 days"}},
            "demand": [{"products": {"mug": "8/day", "pot": "3/day"}}],
            "suppliers": {"pottery": {"lead_time": {"dist": "gamma", "mean": "7 days", "cv": 0.5}}},
            "policies": {"replenishment": {"type": "r_Q", "r": 45, "Q": 40}},
        }
    )


@pytest.fixture(scope="module")
def record():
    return simulate(scenario(2050), 0)


def test_the_means_are_those_of_the_glossary(record):
    found, known = batch_means(record), figures(record)
    assert set(found.estimates) == {
        *(
            "fill_rate",
            "line_fill_rate",
            "backorder_rate",
            "cancelled_rate",
            "wait_mean",
            "backorder_wait_mean",
        ),
        *("on_hand_mean", "backorders_mean"),
        *(f"backorder_wait_{name}" for name in ("p50", "p90", "p95", "p99")),
    }
    for name, estimate in found.estimates.items():
        rel = 0.02 if name.startswith("backorder_wait_p") else 1e-9
        assert estimate.mean == pytest.approx(known[name], rel=rel), name
        assert estimate.half_width > 0
        assert estimate.n == 1
    assert set(found.batches.values()) <= set(COUNTS)


def test_a_run_that_is_too_short_has_no_intervals():
    short = simulate(scenario(150), 0)
    assert cycle(short) > 10
    assert batch_means(short).estimates == {}
    assert batch_means(short).batches == {}


def test_a_cycle_is_lead_time_and_time_between_orders(record):
    # 7 days, and 40 / 8 or 40 / 3 days between two orders: by number of orders 80 / 11 days on average
    assert cycle(record) == pytest.approx(7 + 80 / 11, rel=0.1)


def test_areas_add_up(record):
    changes = on_hand_changes(record)
    parts = np.linspace(50, 2050, 8)
    stocks = len(record.book.stocks)
    expected = [changes.area(Window(a, b), stocks).sum() for a, b in itertools.pairwise(parts)]
    assert _areas(changes, parts) == pytest.approx(expected, rel=1e-9)


def test_a_line_belongs_to_the_batch_of_its_time(record):
    parts = np.linspace(50, 2050, 31)
    _, lines = _sums(record, parts)["backorder_rate"]
    time = record.book.time
    assert lines.tolist() == np.histogram(time[(time >= 50) & (time < 2050)], parts)[0].tolist()


def correlated(rho, seed):
    rng = np.random.default_rng(seed)
    values = [rng.normal()]
    for _ in range(29):
        values.append(rho * values[-1] + math.sqrt(1 - rho**2) * rng.normal())
    return 10 + np.array(values)


@pytest.mark.parametrize(("rho", "low", "high"), [(0.0, 0.87, 0.93), (0.5, 0.0, 0.25), (-0.5, 0.99, 1.0)])
def test_von_neumanns_test(rho, low, high):
    # 90 % of independent series pass, few correlated ones do; what alternates is on the safe side
    passed = np.mean([independent(correlated(rho, seed), np.ones(30)) for seed in range(1000)])
    assert low <= passed <= high


def test_batches_that_never_vary_are_independent():
    assert independent(np.full(10, 3.0), np.full(10, 6.0))
