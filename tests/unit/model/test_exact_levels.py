"""Exact levels against sums worked out one by one with SciPy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter
from scipy import stats

from simulator.laws.distributions import QuantityDistribution
from simulator.model.levels.demand_law import CompoundPoisson, LineStream, compound_poisson
from simulator.model.levels.exact_levels import LeadTime, RequiredLevelLaw, required_level_law
from simulator.model.levels.line_sizes import line_sizes
from simulator.policies.replenishment import Replenishment, ReplenishmentPolicy
from simulator.policies.service_level import Measure, Target
from simulator.scenario.sections.demand import Arrivals

TEN_A_DAY = CompoundPoisson(10.0, np.array([0.0, 1.0]))


def law(
    fields: Any, measure: Measure, demand: CompoundPoisson = TEN_A_DAY, days: float = 10.0
) -> RequiredLevelLaw:
    policy: ReplenishmentPolicy = TypeAdapter(Replenishment).validate_python(fields)
    review = policy.reviews()
    target = Target(measure, 0.95, 0.0 if review is None else review[1], shifts=True)
    found = required_level_law(policy, target, demand, LeadTime.constant(days))
    assert found is not None
    return found


def test_base_stock_covers_what_is_on_order() -> None:
    # P(Poisson(100) <= S - 1): .9572 at 118, .9478 at 117 (Palm's theorem)
    found = law({"type": "base_stock", "S": 0}, "line_fill_rate")
    assert found.smallest(0.95) == 118
    assert found.service(118) == pytest.approx(0.957155, abs=1e-6)
    assert found.service(117) == pytest.approx(0.947785, abs=1e-6)


def test_a_reorder_point_covers_the_lead_time_at_the_end_of_a_cycle() -> None:
    found = law({"type": "r_Q", "r": 0, "Q": 140}, "cycle_service_level")
    for r in (90, 100, 117):
        assert found.service(r) == pytest.approx(stats.poisson.cdf(r, 100), abs=1e-9)
    assert found.smallest(0.95) == 117


def test_the_ready_rate_of_a_reorder_point_is_over_all_positions() -> None:
    found = law({"type": "r_Q", "r": 0, "Q": 7}, "ready_rate")
    position = 95 + np.arange(1, 8)  # uniform on r + 1 .. r + Q
    assert found.service(95) == pytest.approx(stats.poisson.cdf(position - 1, 100).mean(), abs=1e-9)


def test_a_periodic_policy_covers_the_interval_too() -> None:
    found = law({"type": "R_S", "every": "7 days", "S": 0}, "cycle_service_level")
    assert found.service(185) == pytest.approx(stats.poisson.cdf(185, 170), abs=1e-9)
    assert found.smallest(0.95) == 192


def test_lots_of_lines_leave_an_undershoot() -> None:
    # lines of 1 or 4 units from r + 1 or r + 3 … : by hand for Q = 2. Positions r + 1, r + 2 are as likely; an order
    # comes with a line of 1 from r + 1 (undershoot 0), of 4 from r + 1 (3) or from r + 2 (2)
    demand = CompoundPoisson(0.5, np.array([0.0, 0.5, 0.0, 0.0, 0.5]))
    found = required_level_law(
        TypeAdapter(Replenishment).validate_python({"type": "s_S", "s": 0, "S": 80}),
        Target("cycle_service_level", 0.95, 0.0, shifts=True),
        demand,
        LeadTime.constant(1e-12),
    )
    assert found is not None
    # far from its start the renewal process has undershoot P(X > u) / E X: 1 / 2.5 for 0, then .5 / 2.5
    assert [found.service(level) for level in (0, 1, 2, 3)] == pytest.approx([0.4, 0.6, 0.8, 1.0], abs=1e-6)


def test_the_fill_rate_counts_units() -> None:
    # constant lines of 3 from base stock 4 and no lead time: 3 of 3 units; from 2: 2 of 3
    found = law(
        {"type": "base_stock", "S": 0}, "fill_rate", CompoundPoisson(1.0, np.array([0, 0, 0, 1.0])), 1e-12
    )
    assert [found.service(level) for level in (0, 1, 2, 3)] == pytest.approx([0, 1 / 3, 2 / 3, 1])


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({"dist": "poisson", "mean": 3}, stats.poisson(3)),
        ({"dist": "geometric", "mean": 4}, stats.geom(0.25)),
        ({"dist": "negative_binomial", "mean": 4, "dispersion": 0.5}, stats.nbinom(2, 1 / 3)),
        ({"dist": "poisson", "mean": 3, "shift": 2}, stats.poisson(3, loc=2)),
    ],
)
def test_tables_of_sizes(fields: Any, expected: Any) -> None:
    table = line_sizes(TypeAdapter(QuantityDistribution).validate_python(fields))
    assert table is not None
    np.testing.assert_allclose(table[:30], expected.pmf(np.arange(30)), atol=1e-10)


def test_a_mixture_and_a_list_of_sizes() -> None:
    mixture = {
        "dist": "mixture",
        "of": [
            {"dist": "constant", "value": 2, "weight": "25 %"},
            {"dist": "poisson", "mean": 1, "weight": "75 %"},
        ],
    }
    table = line_sizes(TypeAdapter(QuantityDistribution).validate_python(mixture))
    assert table is not None
    assert table[2] == pytest.approx(0.25 + 0.75 * stats.poisson.pmf(2, 1))
    listed = line_sizes(
        TypeAdapter(QuantityDistribution).validate_python({"dist": "empirical", "values": [1, 1, 4]})
    )
    assert listed is not None
    assert listed.tolist() == pytest.approx([0, 2 / 3, 0, 0, 1 / 3])
    assert (
        line_sizes(TypeAdapter(QuantityDistribution).validate_python({"dist": "gamma", "mean": 2, "cv": 1}))
        is None
    )


def test_lines_of_no_units_are_no_lines() -> None:
    size = TypeAdapter(QuantityDistribution).validate_python({"dist": "poisson", "mean": 1})
    found = compound_poisson([LineStream(Arrivals(), 4.0, 0.5, 1.0, size, 0.0)])
    assert found is not None
    assert found.rate == pytest.approx(2 * (1 - np.exp(-1)))
    assert found.mean == pytest.approx(2.0)
    assert found.variance == pytest.approx(2 * 2.0)
