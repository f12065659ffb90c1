"""Tables of the units of a line."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from pydantic import TypeAdapter

from simulator.laws.distributions import Distribution, QuantityDistribution
from simulator.model.levels.line_sizes import line_sizes

READ: TypeAdapter[Distribution] = TypeAdapter(QuantityDistribution)
LAWS: list[dict[str, Any]] = [
    {"dist": "poisson", "mean": 3},
    {"dist": "poisson", "mean": 3000},
    {"dist": "geometric", "mean": 300},
    {"dist": "negative_binomial", "mean": 300, "sd": 200},
]
LARGE: list[dict[str, Any]] = [
    {"dist": "poisson", "mean": 5000},
    {"dist": "poisson", "mean": 10000},
    {"dist": "geometric", "mean": 1000},
    {"dist": "negative_binomial", "mean": 3000, "sd": 2000},
]


@pytest.mark.parametrize("written", LAWS)
def test_a_table_has_the_mean_of_its_law(written: dict[str, Any]) -> None:
    law = READ.validate_python(written)
    table = line_sizes(law)
    assert table is not None
    assert table @ np.arange(len(table)) == pytest.approx(law.mean, rel=1e-4)


@pytest.mark.parametrize("written", LARGE)
def test_a_law_that_reaches_beyond_the_largest_table_has_none(written: dict[str, Any]) -> None:
    assert line_sizes(READ.validate_python(written)) is None
