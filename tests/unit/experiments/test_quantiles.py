import math
import pickle

import numpy as np
import pytest

from simulator.experiments.statistics.wait_quantiles import EDGES, WaitCounts, Waits
from simulator.metrics.figures import figures
from simulator.metrics.measured_window import Window
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario

SCENARIO = Scenario.model_validate(
    {
        "run": {"horizon": "400 days", "warm_up": "20 days", "seed": 3},
        "products": {"mug": {}},
        "customers": {"gold": {"priority": 1}, "std": {"priority": 2, "patience": "15 days"}},
        "demand": [{"product": "mug", "rate": "8/day", "segments": {"gold": 0.3, "std": 0.7}}],
        "suppliers": {"pottery": {"lead_time": {"dist": "gamma", "mean": "7 days", "cv": 0.5}}},
        "policies": {"replenishment": {"type": "r_Q", "r": 50, "Q": 60}, "allocation": "priority"},
    }
)


@pytest.fixture(scope="module")
def record():
    return simulate(SCENARIO, 0)


def counted(*waits):
    """One replication of one segment with these waits."""
    return WaitCounts.counted(("all",), np.zeros(len(waits), np.intp), np.array(waits, np.float64))


def test_the_quantiles_of_one_replication_are_those_of_the_glossary(record):
    waits, known = Waits([WaitCounts.of(record)]), figures(record)
    assert len(waits) > 300
    assert waits.mean()[0] == pytest.approx(known["backorder_wait_mean"], rel=1e-12)
    for share, name in ((0.5, "p50"), (0.9, "p90"), (0.95, "p95"), (0.99, "p99")):
        found = waits.quantile(share)
        assert found.days == pytest.approx(known[f"backorder_wait_{name}"], rel=0.01)
        assert math.isnan(found.half_width)  # of one section nothing is known


def test_segments_apart(record):
    counts, known = WaitCounts.of(record), figures(record)
    for segment in ("gold", "std"):
        waits = Waits([counts], segment)
        assert waits.mean()[0] == pytest.approx(
            known.of("backorder_wait_mean", "segment")[segment], rel=1e-12
        )
    assert len(Waits([counts], "gold")) + len(Waits([counts], "std")) == len(Waits([counts]))
    with pytest.raises(KeyError):
        Waits([counts], "silver")


def test_a_window_of_its_own(record):
    parts = [WaitCounts.of(record, Window(a, b)) for a, b in ((20, 150), (150, 400))]
    assert len(Waits(parts)) == len(Waits([WaitCounts.of(record)]))


def test_what_is_kept_of_a_replication_is_small():
    many = np.random.default_rng(1).gamma(1, 5, 200_000)
    assert len(pickle.dumps(WaitCounts.counted(("all",), np.zeros(len(many), np.intp), many))) < 25_000


def test_classes_are_narrow():
    assert EDGES[0] == 0
    assert (EDGES[2:] / EDGES[1:-1]).max() < 1.01


def test_equal_waits_have_no_other_quantile():
    found = Waits([counted(*[5.0] * 40), counted(*[5.0] * 60)]).quantile(0.9)
    assert (found.days, found.low, found.high, found.waits, found.sections) == (5.0, 5.0, 5.0, 100, 2)


def test_the_interval_by_hand():
    # Two replications of 100 waits each, 1 .. 100 and 51 .. 150 days. The 90 % quantile has rank 180 of 200: up to
    # day 130 lie 100 of the first and 80 of the second. Residuals to 0.9 x 100 are 10 and -10, so the half width of
    # the share is t(1, 0.975) sqrt(200) / (sqrt(2) 100) = 12.706 x 0.1 = 1.27: everything.
    one, other = np.arange(1.0, 101.0), np.arange(51.0, 151.0)
    found = Waits([counted(*one), counted(*other)]).quantile(0.9)
    assert found.days == pytest.approx(130, abs=1)
    assert found.low == pytest.approx(1.0)
    assert found.high == pytest.approx(149.5, abs=1)
    # Four of each: residuals to 90 are 10, 10, 10, 10 and -10 ...: s^2 = 800 / 7, t(7) = 2.365, half width of the
    # share 2.365 x sqrt(800 / 7 / 8) / 100 = 0.0894, which is 71.5 of 800 ranks, where 4 lie on a day.
    eight = Waits([counted(*one)] * 4 + [counted(*other)] * 4).quantile(0.9)
    assert eight.days == pytest.approx(130, abs=1)
    assert eight.low == pytest.approx(130 - 71.5 / 4, abs=1)
    assert eight.high == pytest.approx(130 + 71.5 / 4, abs=1)
    assert eight.half_width == pytest.approx(71.5 / 4, abs=1)


def test_replications_without_a_wait_take_part():
    some = [counted(*np.linspace(1, 9, n)) for n in (30, 50, 40)]
    nothing = [counted(), counted(), counted()]
    found, with_empty = Waits(some).quantile(0.5), Waits(some + nothing).quantile(0.5)
    assert with_empty.days == found.days
    assert with_empty.sections == 6
    assert not math.isnan(with_empty.half_width)


def test_no_waits_at_all():
    waits = Waits([counted(), counted()])
    assert len(waits) == 0
    assert math.isnan(waits.quantile(0.95).days)
    assert math.isnan(waits.effective())


@pytest.mark.parametrize(("count", "known"), [(35, False), (36, True)])
def test_too_few_waits_are_no_bound(count, known):
    # 36 waits, all shorter than the 90 % quantile: 0.9^36 = 0.0225 < 0.025 < 0.9^35
    days = np.linspace(1, 9, count)
    found = Waits([counted(*days[::2]), counted(*days[1::2])]).quantile(0.9)
    assert math.isnan(found.high) is not known


def test_a_share_must_be_between():
    with pytest.raises(ValueError, match="between 0 and 1"):
        Waits([counted(1.0)]).quantile(1.0)


def test_effective_number_of_waits():
    rng = np.random.default_rng(2)
    independent = Waits([counted(*rng.gamma(1, 5, 400)) for _ in range(200)])
    assert independent.effective() == pytest.approx(len(independent), rel=0.3)
    # Ten waits at a time are the same: a tenth says as much.
    clustered = Waits([counted(*np.repeat(rng.gamma(1, 5, 40), 10)) for _ in range(200)])
    assert clustered.effective() == pytest.approx(len(clustered) / 10, rel=0.3)


def test_a_mean_of_quantiles_is_biased_where_this_is_not():
    rng = np.random.default_rng(3)
    true = -5 * math.log(0.05)
    replications = [rng.exponential(5, rng.poisson(4)) for _ in range(2000)]
    naive = np.mean([np.quantile(one, 0.95) for one in replications if len(one)])
    assert naive < 0.75 * true
    found = Waits([counted(*one) for one in replications]).quantile(0.95)
    assert found.low < true < found.high
    assert found.half_width < 0.06 * true
