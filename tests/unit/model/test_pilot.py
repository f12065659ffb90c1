"""Purchase orders of pilot runs, and what they tell of levels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy import stats

from simulator.model.levels import pilot_runs
from simulator.model.levels.demand_law import draw_lines, line_law, line_streams
from simulator.model.levels.pilot_observations import LevelObservations
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.policies.replenishment import (
    BaseStock,
    OrderUpTo,
    PeriodicMinMax,
    PeriodicOrderUpTo,
    ReorderPoint,
    ReplenishmentPolicy,
)
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.suppliers import Supplier
from simulator.scenario.sections.supply_network import Warehouse


def way_from(supplier: dict[str, Any]) -> LegSequence:
    return LegSequence(
        RouteEnds("works", Supplier.model_validate(supplier), None, "", None, "centre", Warehouse())
    )


class AskedMinMax(OrderUpTo):
    """(s,S) as a policy of a plug-in: asked at every line."""


class AskedBase(BaseStock):
    """Base stock as a policy of a plug-in."""


class AskedPeriodic(PeriodicOrderUpTo):
    """(R,S) as a policy of a plug-in: asked at every review."""


class AskedPeriodicMinMax(PeriodicMinMax):
    """(R,s,S) as a policy of a plug-in."""


@pytest.mark.parametrize("supplier", [{}, {"lot": 12}, {"lot": 5, "minimum": 30}, {"minimum": 60}])
@pytest.mark.parametrize(
    ("known", "plug_in", "fields"),
    [
        (OrderUpTo, AskedMinMax, {"s": 10, "S": 47}),
        (OrderUpTo, AskedMinMax, {"s": 0, "S": 37}),
        (BaseStock, AskedBase, {"S": 20}),
        (PeriodicOrderUpTo, AskedPeriodic, {"every": "2.5 days", "S": 20}),
        (PeriodicMinMax, AskedPeriodicMinMax, {"every": "1.5 days", "s": 4, "S": 41}),
    ],
)
def test_orders_up_to_a_level_are_those_of_the_policy_that_is_asked(
    supplier: dict[str, int],
    known: type[ReplenishmentPolicy],
    plug_in: type[ReplenishmentPolicy],
    fields: dict[str, float],
) -> None:
    rng = np.random.default_rng(1)
    time, units = np.cumsum(rng.exponential(1.0, 3000)), rng.integers(1, 20, 3000).astype(np.float64)
    leg_sequence = way_from({"lead_time": "1 day", **supplier})
    quick = pilot_runs.policy_orders(known.model_validate(fields), leg_sequence, time, units, float(time[-1]))
    asked = pilot_runs.policy_orders(
        plug_in.model_validate(fields), leg_sequence, time, units, float(time[-1])
    )
    assert len(quick[0]) > 300
    assert np.array_equal(quick, asked)


def test_the_smallest_level_of_lines_that_are_filled_in_part() -> None:
    # two lines: units 1 to 4 of the first are there from levels 3 to 6 on, those of the second from 1 and 2 on
    needs = LevelObservations(
        np.array([2.0, 0.0]), np.array([4.0, 2.0]), np.array([4.0, 2.0]), np.zeros(2, np.intp)
    )
    assert [needs.smallest(share) for share in (1 / 6, 2 / 6, 3 / 6, 5 / 6, 1.0)] == [1, 2, 3, 5, 6]
    assert needs.service(4.0) == pytest.approx(4 / 6)


@pytest.mark.parametrize(
    ("arrivals", "law"),
    [
        ({}, stats.poisson(1.2)),
        # mean m and variance m + 0.8 m²: n = 1 / 0.8 and p = n / (n + m)
        ({"type": "negative_binomial", "dispersion": 0.8}, stats.nbinom(1.25, 1.25 / 2.45)),
    ],
)
def test_orders_of_a_day_follow_their_law(arrivals: dict[str, Any], law: Any) -> None:
    stream = {
        "product": "A",
        "rate": "3/day",
        "arrivals": arrivals,
        "regions": {"north": "40 %", "south": "60 %"},
    }
    sites = {"n": {"serves": ["north"]}, "s": {"serves": ["south"]}}
    scenario = Scenario.model_validate({"products": {"A": {}}, "warehouses": sites, "demand": [stream]})
    days = 100_000
    time, date, units = draw_lines(
        line_streams(scenario)["n", "A"], days - 0.5, pilot_runs.LevelStreams(3, "0")
    )
    assert np.all(np.diff(time) >= 0.0)
    assert 0.0 <= time[0] <= time[-1] < days - 0.5
    assert np.array_equal(time, date)
    assert np.all(units == 1.0)
    # within a day any time is as good as another
    assert stats.kstest(time % 1.0, "uniform").pvalue > 0.001
    count = np.bincount(np.bincount(time.astype(np.intp), minlength=days)[:-1], minlength=6)
    seen = np.append(count[:5], count[5:].sum())
    expected = np.append(law.pmf(range(5)), law.sf(4)) * (days - 1)
    assert stats.chisquare(seen, expected).pvalue > 0.001


@pytest.mark.parametrize("kind", [ReorderPoint, OrderUpTo])
@pytest.mark.parametrize(
    "stream",
    [
        {"arrivals": {"type": "negative_binomial", "dispersion": 1.0}, "rate": "5/day"},
        {"quantity": {"dist": "geometric", "mean": 12}, "rate": "4/day"},
    ],
)
def test_runs_order_by_order_tell_what_runs_line_by_line_do(
    kind: type[ReplenishmentPolicy], stream: dict[str, Any]
) -> None:
    scenario = Scenario.model_validate({"products": {"A": {}}, "demand": [{"product": "A", **stream}]})
    sources = line_streams(scenario)["warehouse", "A"]
    law = line_law(sources)
    assert law is not None
    leg_sequence = way_from({"lead_time": {"dist": "gamma", "mean": "10 days", "cv": 0.5}})
    batch, level = 21 * law.mean, round(12 * law.mean + 2.0 * (10 * law.variance) ** 0.5)
    policy = ReorderPoint(r=0, Q=batch) if kind is ReorderPoint else OrderUpTo(s=0, S=batch)
    found = []
    for known in (law, None):
        run = pilot_runs.PilotRuns(
            policy,
            lambda days, streams: draw_lines(sources, days, streams),
            known,
            leg_sequence,
            "cycle_service_level",
            7,
        )
        assert (run.steps_a_line < 1.0) == (known is not None)
        needs = run.play(2_000_000.0 if known is not None else 250_000.0)
        assert needs is not None
        found.append((100 * needs.service(level), 100 * needs.error(level)))
    (one, error), (other, another) = found
    assert 85.0 < one < 97.0
    assert error < 0.2
    assert abs(one - other) < 2.5 * (error**2 + another**2) ** 0.5
