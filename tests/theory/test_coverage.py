"""Intervals hold what they promise: of 400 experiments with known answers, about 95 % cover the true value.

The case is base stock S with Poisson demand and a constant lead time L (case A01). An order waits until the purchase
order that the S-th order before it triggered has landed, max(0, L - time since then), and that time is Erlang(S). So
P(wait > x) = P(Erlang(S) < L - x), from which follow the mean, the quantiles of late orders, and what another S
changes. Orders do not depend on what happened longer than 2 L before, so that replications start in equilibrium.
"""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.stats import gamma

from simulator.experiments.statistics.batch_means import batch_means
from simulator.experiments.statistics.confidence_intervals import interval
from simulator.experiments.statistics.paired_differences import differences
from simulator.experiments.statistics.wait_quantiles import WaitCounts, Waits
from simulator.metrics.figures import figures
from simulator.model.world import simulate
from simulator.scenario.load import load
from tests.theory.harness import HERE

RATE, LEAD_TIME, LEVEL, OTHER_LEVEL = 3.0, 2.0, 8, 9
EXPERIMENTS, REPLICATIONS, DAYS = 400, 20, 60
LEAST, MOST = 0.93, 0.97


def late(level, days=0.0):
    """P(wait > days)."""
    return float(gamma.cdf(LEAD_TIME - days, level, scale=1 / RATE))


def mean_wait(level):
    return quad(lambda days: late(level, days), 0, LEAD_TIME)[0]


def wait_quantile(level, share):
    """Days that the share of those who wait wait at most."""
    return brentq(lambda days: late(level, days) - (1 - share) * late(level), 0, LEAD_TIME)


def waits_of_orders(rng, level, days):
    """Waits of the late orders of one replication, drawn without the simulator."""
    time = np.cumsum(rng.exponential(1 / RATE, int(RATE * days + 10 * np.sqrt(RATE * days)) + level + 20))
    since = time[level:] - time[:-level]
    wait = LEAD_TIME - since
    return wait[(wait > 0) & (time[level:] - time[level] < days)]


def share_covered(true, found):
    """Share of the (estimate, half width) that hold the true value."""
    return float(np.mean([abs(mean - true) <= half_width for mean, half_width in found]))


@pytest.mark.parametrize("share", [0.5, 0.9, 0.95])
def test_quantiles_of_drawn_waits(share):
    rng = np.random.default_rng(2024)
    true = wait_quantile(LEVEL, share)
    covered = []
    for _ in range(EXPERIMENTS):
        drawn = [waits_of_orders(rng, LEVEL, DAYS) for _ in range(REPLICATIONS)]
        counts = [WaitCounts.counted(("all",), np.zeros(len(one), np.intp), one) for one in drawn]
        found = Waits(counts).quantile(share)
        covered.append(found.low <= true <= found.high)
    assert LEAST <= np.mean(covered) <= MOST


def played(level):
    """Mean wait of all and counted waits of late orders, a replication each."""
    days = [f"run.horizon={10 + DAYS} days", "run.warm_up=10 days", "run.cool_down=5 days"]
    settings = [*days, f"policies.replenishment.S={level}"]
    scenario = load(HERE / "scenarios" / "a01_constant_lead_time.yaml", None, settings)
    means, counts = [], []
    for replication in range(EXPERIMENTS * REPLICATIONS):
        record = simulate(scenario, replication)
        means.append(figures(record)["wait_mean"])
        counts.append(WaitCounts.of(record))
    experiments = range(0, EXPERIMENTS * REPLICATIONS, REPLICATIONS)
    return (
        np.array(means).reshape(EXPERIMENTS, REPLICATIONS),
        [Waits(counts[first : first + REPLICATIONS]) for first in experiments],
    )


@pytest.mark.slow
def test_a_mean_quantiles_and_a_paired_difference_of_simulated_waits():
    (means, waits), (other_means, _) = played(LEVEL), played(OTHER_LEVEL)
    covered = {"mean": share_covered(mean_wait(LEVEL), [interval(values) for values in means])}
    for share in (0.5, 0.9, 0.95):
        true = wait_quantile(LEVEL, share)
        found = [one.quantile(share) for one in waits]
        covered[f"{share} quantile"] = float(np.mean([one.low <= true <= one.high for one in found]))
        # The even interval that tables show, quantile ± half width, does nearly as well.
        assert LEAST - 0.01 <= share_covered(true, [(one.days, one.half_width) for one in found]) <= MOST
    pairs = [
        differences(other[:, np.newaxis], one[:, np.newaxis])
        for one, other in zip(means, other_means, strict=True)
    ]
    covered["paired difference"] = share_covered(
        mean_wait(OTHER_LEVEL) - mean_wait(LEVEL),
        [(float(one.mean[0]), float(one.half_width[0])) for one in pairs],
    )
    assert all(LEAST <= share <= MOST for share in covered.values()), covered
    assert np.mean([one.variance_ratio[0] for one in pairs]) < 0.2  # the same customers: pairing pays


@pytest.mark.slow
def test_batch_means_of_single_runs():
    settings = ["run.horizon=2010 days", "run.warm_up=10 days", "run.cool_down=5 days"]
    scenario = load(HERE / "scenarios" / "a01_constant_lead_time.yaml", None, settings)
    true = {
        "backorder_rate": late(LEVEL),
        "wait_mean": mean_wait(LEVEL),
        "backorders_mean": RATE * mean_wait(LEVEL),
        "on_hand_mean": LEVEL - RATE * LEAD_TIME + RATE * mean_wait(LEVEL),
        "backorder_wait_p90": wait_quantile(LEVEL, 0.9),
    }
    found = [batch_means(simulate(scenario, number)).estimates for number in range(EXPERIMENTS)]
    covered = {
        name: share_covered(value, [(one[name].mean, one[name].half_width) for one in found if name in one])
        for name, value in true.items()
    }
    assert all(LEAST <= share <= MOST for share in covered.values()), covered
