"""Purchase orders of pilot runs, and what they tell of levels."""

from __future__ import annotations

import numpy as np
import pytest

from simulator.model import pilot
from simulator.model.lead_times import Legs
from simulator.model.pilot import Needs
from simulator.policies.replenishment import OrderUpTo
from simulator.scenario.network import Supplier


class Asked(OrderUpTo):
    """(s,S) as a policy of a plug-in: asked at every line."""


@pytest.mark.parametrize("supplier", [{}, {"lot": 12}, {"lot": 5, "minimum": 30}])
def test_orders_up_to_a_level_are_those_of_the_policy_that_is_asked(supplier: dict[str, int]) -> None:
    rng = np.random.default_rng(1)
    time, units = np.cumsum(rng.exponential(1.0, 3000)), rng.integers(1, 20, 3000).astype(np.float64)
    legs = Legs(Supplier.model_validate({"lead_time": "1 day", **supplier}), None, None, None)
    quick = pilot.orders(OrderUpTo(s=10, S=47), legs, time, units, float(time[-1]))
    asked = pilot.orders(Asked(s=10, S=47), legs, time, units, float(time[-1]))
    assert len(quick[0]) > 500
    assert np.array_equal(quick, asked)


def test_the_smallest_level_of_lines_that_are_filled_in_part() -> None:
    # two lines: units 1 to 4 of the first are there from levels 3 to 6 on, those of the second from 1 and 2 on
    needs = Needs(np.array([2.0, 0.0]), np.array([4.0, 2.0]), np.array([4.0, 2.0]), np.zeros(2, np.intp))
    assert [needs.smallest(share) for share in (1 / 6, 2 / 6, 3 / 6, 5 / 6, 1.0)] == [1, 2, 3, 5, 6]
    assert needs.service(4.0) == pytest.approx(4 / 6)
