"""Cancellation times under multiplied hazards."""

from __future__ import annotations

import math

import numpy as np
import pytest

from simulator.laws.distributions import Exponential, Weibull
from simulator.model.patience.cancellation_hazard import CancellationHazard, PatienceLaw, nth_uniform

WEIBULL = PatienceLaw(shape=2.0, scale=8.0)


def test_with_a_multiplier_of_one_patience_is_the_time() -> None:
    hazard = CancellationHazard(5.3, WEIBULL)
    hazard.change(1.0, 1.0)
    assert hazard.when == 5.3


def test_twice_the_hazard_from_the_start_halves_an_exponential_patience() -> None:
    hazard = CancellationHazard(6.0, PatienceLaw(1.0, 3.0))
    hazard.change(0.0, 2.0)
    assert hazard.when == pytest.approx(3.0)


def test_a_change_counts_from_then_on() -> None:
    # (t/8)² reaches (6/8)²: after 2 days 4/64 are gone; at half the hazard the rest needs twice as much
    hazard = CancellationHazard(6.0, WEIBULL)
    hazard.change(2.0, 0.5)
    assert hazard.when == pytest.approx(8 * math.sqrt(4 / 64 + 2 * (36 - 4) / 64))
    hazard.change(4.0, 1.0)  # 12/64 of hazard in these two days, halved: 6/64
    assert hazard.when == pytest.approx(8 * math.sqrt(16 / 64 + (36 - 4 - 6) / 64))


def test_nobody_gives_up_at_hazard_zero_or_without_limit() -> None:
    hazard = CancellationHazard(6.0, WEIBULL)
    hazard.change(2.0, 0.0)
    assert hazard.when == math.inf
    assert CancellationHazard(math.inf, None).when == math.inf


def test_without_a_law_nothing_changes_the_patience() -> None:
    hazard = CancellationHazard(6.0, None)
    hazard.change(2.0, 9.0)
    assert hazard.when == 6.0


def test_the_law_is_that_of_the_distribution() -> None:
    assert PatienceLaw.of(Exponential(dist="exponential", mean=4.0)) == PatienceLaw(1.0, 4.0)
    law = PatienceLaw.of(Weibull(dist="weibull", shape=1.5, scale=9.0))
    assert law.reached(law.until(3.7)) == pytest.approx(3.7)
    assert law == PatienceLaw(1.5, 9.0)


def test_the_numbers_of_a_line_are_uniform_and_independent() -> None:
    numbers = np.array([[nth_uniform((n + 0.5) / 20_000, k) for k in range(3)] for n in range(20_000)])
    assert numbers.mean(axis=0) == pytest.approx([0.5] * 3, abs=5 * math.sqrt(1 / 12 / 20_000))
    assert numbers.var(axis=0) == pytest.approx([1 / 12] * 3, rel=0.05)
    assert np.abs(np.corrcoef(numbers.T) - np.eye(3)).max() < 5 / math.sqrt(20_000)


def test_a_hazard_beyond_numbers_is_infinite():
    law = PatienceLaw(1000.0, 1.0)
    assert law.until(3.0) == math.inf
    assert law.until(0.5) == 0.5**1000
