"""Distributions: what is drawn has the moments that are said, in any number of steps, and is read and written."""

import json
import math
import pickle
import subprocess
import sys

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter, ValidationError

from simulator.laws.distributions import (
    DurationDistribution,
    Gamma,
    Mixture,
    OptionalDurationDistribution,
    PositiveDurationDistribution,
    QuantityDistribution,
    constant,
)
from simulator.values.section import Section


class Part(Section):
    """A section with a field of each kind."""

    time: DurationDistribution = constant(7.0)
    quantity: QuantityDistribution = constant(1)
    patience: OptionalDurationDistribution = None
    interval: PositiveDurationDistribution | None = None


QUANTITIES = {
    "constant": {"dist": "constant", "value": 3},
    "exponential": {"dist": "exponential", "mean": 3},
    "erlang": {"dist": "erlang", "mean": 3, "k": 4},
    "gamma by cv": {"dist": "gamma", "mean": 3, "cv": 0.5},
    "gamma by sd": {"dist": "gamma", "mean": 3, "sd": 4.5},
    "gamma by shape": {"dist": "gamma", "shape": 2.5, "scale": 2},
    "lognormal by cv": {"dist": "lognormal", "mean": 3, "cv": 0.5},
    "lognormal by sd": {"dist": "lognormal", "mean": 3, "sd": 2},
    "lognormal by median": {"dist": "lognormal", "median": 3, "sigma": 0.4},
    "normal by cv": {"dist": "normal", "mean": 3, "cv": 0.25},
    "normal by sd": {"dist": "normal", "mean": 100, "sd": 15},
    "weibull by cv": {"dist": "weibull", "mean": 3, "cv": 0.6},
    "weibull by sd": {"dist": "weibull", "mean": 3, "sd": 4},
    "weibull by shape": {"dist": "weibull", "shape": 1.7, "scale": 2},
    "uniform": {"dist": "uniform", "low": 1, "high": 4},
    "triangular": {"dist": "triangular", "low": 1, "mode": 2, "high": 7},
    "triangular to one side": {"dist": "triangular", "low": 1, "mode": 1, "high": 7},
    "poisson": {"dist": "poisson", "mean": 3.3},
    "poisson of many": {"dist": "poisson", "mean": 330},
    "geometric": {"dist": "geometric", "mean": 1.7},
    "negative binomial by cv": {"dist": "negative_binomial", "mean": 9, "cv": 0.5},
    "negative binomial by sd": {"dist": "negative_binomial", "mean": 9, "sd": 6},
    "negative binomial by dispersion": {"dist": "negative_binomial", "mean": 9, "dispersion": 0.2},
    "negative binomial as poisson": {"dist": "negative_binomial", "mean": 9, "sd": 3},
    "discrete": {"dist": "discrete", "values": {1: "50 %", 2: "30 %", 4.5: "20 %"}},
    "empirical": {"dist": "empirical", "values": [1, 1, 2, 8]},
    "mixture": {
        "dist": "mixture",
        "of": [
            {"weight": "70 %", "dist": "gamma", "mean": 3, "cv": 0.5},
            {"weight": "20 %", "dist": "exponential", "mean": 4, "shift": 1},
            {"weight": "10 %", "dist": "constant", "value": 12},
        ],
    },
    "shifted": {"dist": "exponential", "mean": 3, "shift": 2},
}
DURATIONS = {
    "bare": "36 h",
    "constant": {"dist": "constant", "value": "2 weeks"},
    "gamma": {"dist": "gamma", "mean": "3 days", "cv": 0.5, "shift": "6 h"},
    "gamma by shape": {"dist": "gamma", "shape": 2, "scale": "12 h"},
    "erlang": {"dist": "erlang", "mean": "3 days", "k": 4},
    "lognormal": {"dist": "lognormal", "median": "3 days", "sigma": 0.4},
    "weibull": {"dist": "weibull", "mean": "3 days", "sd": "1 day"},
    "uniform": {"dist": "uniform", "low": 0, "high": "8 h"},
    "triangular": {"dist": "triangular", "low": "1 h", "mode": "2 h", "high": "1 day"},
    "poisson": {"dist": "poisson", "mean": "3 days"},
    "discrete": {"dist": "discrete", "values": {"1 day": "50 %", "6 h": 0.5}},
    "empirical": {"dist": "empirical", "values": ["1 day", "6 min", 0]},
    "mixture": {
        "dist": "mixture",
        "of": [
            {"weight": "70 %", "dist": "gamma", "mean": "3 days", "cv": 0.5},
            {"weight": "30 %", "dist": "empirical", "values": ["2 h", "3 h"]},
        ],
    },
}

all_quantities = pytest.mark.parametrize("data", QUANTITIES.values(), ids=QUANTITIES)
all_durations = pytest.mark.parametrize("data", DURATIONS.values(), ids=DURATIONS)


def quantity(data, folder=None):
    return TypeAdapter(QuantityDistribution).validate_python(data, context={"folder": folder})


def duration(data, folder=None):
    return TypeAdapter(DurationDistribution).validate_python(data, context={"folder": folder})


def sent(law):
    """The law as another process gets it."""
    return pickle.loads(pickle.dumps(law))  # noqa: S301 — our own bytes


def errors(read, data, **context):
    with pytest.raises(ValidationError) as caught:
        read(data, **context)
    return {error["loc"]: error["msg"] for error in caught.value.errors()}


# ---- What is drawn


@all_quantities
def test_moments_of_draws(data):
    """Five standard errors with a fixed seed: a right sampler fails with chance 6e-7 per figure."""
    law, n = quantity(data), 200_000
    drawn = law.sample(np.random.default_rng(20_260_101), n)
    assert drawn.shape == (n,)
    assert drawn.dtype == np.float64
    assert drawn.min() >= law.minimum >= 0
    squares = (drawn - law.mean) ** 2
    assert abs(drawn.mean() - law.mean) <= 5 * math.sqrt(law.variance / n) + 1e-12
    assert abs(squares.mean() - law.variance) <= 5 * squares.std() / math.sqrt(n) + 1e-12
    if law.whole:
        assert (drawn == np.floor(drawn)).all()


@pytest.mark.parametrize(
    ("data", "mean", "variance"),
    [
        (5, 5, 0),
        ({"dist": "exponential", "mean": 3}, 3, 9),
        ({"dist": "exponential", "mean": 3, "shift": 2}, 5, 9),
        ({"dist": "erlang", "mean": 6, "k": 4}, 6, 9),
        ({"dist": "gamma", "mean": 4, "cv": 0.5}, 4, 4),
        ({"dist": "gamma", "mean": 4, "sd": 3}, 4, 9),
        ({"dist": "gamma", "shape": 3, "scale": 2}, 6, 12),
        ({"dist": "lognormal", "median": 1, "sigma": 1}, math.e**0.5, (math.e - 1) * math.e),
        ({"dist": "weibull", "shape": 1, "scale": 3}, 3, 9),
        ({"dist": "weibull", "shape": 2, "scale": 1}, math.sqrt(math.pi) / 2, 1 - math.pi / 4),
        ({"dist": "uniform", "low": 1, "high": 4}, 2.5, 0.75),
        ({"dist": "triangular", "low": 0, "mode": 0, "high": 3}, 1, 0.5),
        ({"dist": "triangular", "low": 0, "mode": 1, "high": 2}, 1, 1 / 6),
        ({"dist": "poisson", "mean": 3.3}, 3.3, 3.3),
        ({"dist": "geometric", "mean": 2}, 2, 2),
        ({"dist": "negative_binomial", "mean": 10, "dispersion": 0.5}, 10, 60),
        ({"dist": "discrete", "values": {1: 0.5, 3: 0.5}}, 2, 1),
        ({"dist": "empirical", "values": [1, 3, 1, 3]}, 2, 1),
    ],
)
def test_moments_from_textbooks(data, mean, variance):
    law = quantity(data)
    assert law.mean == pytest.approx(mean, rel=1e-12)
    assert law.variance == pytest.approx(variance, rel=1e-12)


def test_moments_of_a_mixture_are_those_of_its_parts_and_between_them():
    parts = [
        {"weight": 0.25, "dist": "exponential", "mean": 2},
        {"weight": 0.75, "dist": "constant", "value": 6},
    ]
    law = quantity({"dist": "mixture", "of": parts, "shift": 1})
    assert law.mean == pytest.approx(0.25 * 2 + 0.75 * 6 + 1)
    assert law.variance == pytest.approx(0.25 * 4 + 0.25 * 9 + 0.75 * 1)
    assert law.minimum == 1


@pytest.mark.parametrize("name", ["gamma", "lognormal", "weibull"])
@pytest.mark.parametrize("cv", [0.01, 0.3, 1.0, 2.5])
def test_given_moments_become_native_parameters(name, cv):
    """A quantile of each law, from SciPy with native parameters found from cv by other means."""
    scipy_stats = pytest.importorskip("scipy.stats")
    optimize = pytest.importorskip("scipy.optimize")
    if name == "gamma":
        twin = scipy_stats.gamma(cv**-2, scale=5 * cv**2)
    elif name == "lognormal":
        sigma = math.sqrt(math.log(1 + cv**2))
        twin = scipy_stats.lognorm(sigma, scale=5 / math.sqrt(1 + cv**2))
    else:
        shape = optimize.brentq(
            lambda k: scipy_stats.weibull_min(k).std() / scipy_stats.weibull_min(k).mean() - cv, 0.3, 200
        )
        twin = scipy_stats.weibull_min(shape, scale=5 / math.gamma(1 + 1 / shape))
    drawn = quantity({"dist": name, "mean": 5, "cv": cv}).sample(np.random.default_rng(4), 20_000)
    assert scipy_stats.kstest(drawn, twin.cdf).pvalue > 1e-4


@pytest.mark.parametrize("cv", [0.0014, 0.01, 0.5, 1.0, 3.0, 15.0])
def test_weibull_solves_for_its_shape(cv):
    given_by_cv = quantity({"dist": "weibull", "mean": 7, "cv": cv})
    shape, scale = given_by_cv.native
    native = quantity({"dist": "weibull", "shape": shape, "scale": scale})
    assert native.mean == pytest.approx(7, rel=1e-12)
    assert math.sqrt(native.variance) == pytest.approx(7 * cv, rel=1e-7)


def test_shares_of_discrete_values():
    law = quantity(QUANTITIES["discrete"])
    drawn = law.sample(np.random.default_rng(5), 100_000)
    for value, share in {1: 0.5, 2: 0.3, 4.5: 0.2}.items():
        assert (drawn == value).mean() == pytest.approx(
            share, abs=5 * math.sqrt(share * (1 - share) / 100_000)
        )
    assert set(drawn) == {1, 2, 4.5}


def test_a_value_without_share_never_comes_and_does_not_count():
    law = quantity({"dist": "discrete", "values": {0.5: 0, 1: "100 %"}})
    assert (law.minimum, law.whole) == (1, True)
    law = quantity({"dist": "discrete", "values": {0.5: 0, 1: 0.5, 2: 0.5, 9: 0}})
    assert (law.minimum, law.whole) == (1, True)
    assert set(law.sample(np.random.default_rng(1), 1000)) == {1, 2}


def test_every_observed_value_is_as_likely():
    values = list(range(10))
    drawn = quantity({"dist": "empirical", "values": values}).sample(np.random.default_rng(6), 100_000)
    counts = np.bincount(drawn.astype(int), minlength=10)
    chi_squared = ((counts - 10_000) ** 2 / 10_000).sum()
    assert chi_squared < 37.3  # 9 degrees of freedom, 1 in 43,000


def test_normal_draws_below_zero_are_zero():
    law = quantity({"dist": "normal", "mean": 1, "cv": 0.2688})
    drawn = law.sample(np.random.default_rng(8), 1_000_000)
    assert drawn.min() == 0
    assert 0 < (drawn == 0).sum() < 200


@all_quantities
@given(n=st.integers(0, 40), m=st.integers(0, 40), seed=st.integers(0, 2**32))
def test_draws_do_not_depend_on_how_many_are_taken_at_once(data, n, m, seed):
    law = quantity(data)
    rng = np.random.default_rng(seed)
    in_steps = np.concatenate([law.sample(rng, n), law.sample(rng, m)])
    at_once = law.sample(np.random.default_rng(seed), n + m)
    assert in_steps.tolist() == at_once.tolist()


@pytest.mark.parametrize(
    ("data", "minimum", "whole"),
    [
        (3, 3, True),
        (2.5, 2.5, False),
        ({"dist": "constant", "value": 2.5, "shift": 0.5}, 3, False),
        ({"dist": "geometric", "mean": 1.2}, 1, True),
        ({"dist": "geometric", "mean": 1}, 1, True),
        ({"dist": "geometric", "mean": 1.2, "shift": 0.5}, 1.5, False),
        ({"dist": "poisson", "mean": 1.2}, 0, True),
        ({"dist": "poisson", "mean": 0}, 0, True),
        ({"dist": "negative_binomial", "mean": 3, "dispersion": 1}, 0, True),
        ({"dist": "gamma", "mean": 3, "cv": 1, "shift": 2}, 2, False),
        ({"dist": "gamma", "mean": 3, "cv": 0}, 3, True),
        ({"dist": "uniform", "low": 1, "high": 4}, 1, False),
        ({"dist": "uniform", "low": 4, "high": 4}, 4, True),
        ({"dist": "triangular", "low": 1, "mode": 2, "high": 4}, 1, False),
        ({"dist": "discrete", "values": {2: 0.5, 4: 0.5}}, 2, True),
        ({"dist": "discrete", "values": {2: 0.5, 4.5: 0.5}}, 2, False),
        ({"dist": "empirical", "values": [5, 3]}, 3, True),
        (
            {
                "dist": "mixture",
                "of": [
                    {"weight": 0.5, "dist": "poisson", "mean": 4, "shift": 2},
                    {"weight": 0.5, "dist": "constant", "value": 3},
                    {"weight": 0, "dist": "constant", "value": 0.1},
                ],
            },
            2,
            True,
        ),
    ],
)
def test_minimum_and_wholeness(data, minimum, whole):
    law = quantity(data)
    assert (law.minimum, law.whole) == (minimum, whole)


@pytest.mark.parametrize("name", ["gamma", "lognormal", "normal", "weibull"])
@pytest.mark.parametrize("data", [{"mean": 4, "cv": 0}, {"mean": 4, "sd": 0}, {"mean": 0, "cv": 0.5}])
def test_without_spread_it_is_a_constant(name, data):
    law = quantity({"dist": name, **data})
    assert law.variance == 0
    assert set(law.sample(np.random.default_rng(1), 5)) == {law.mean}


@given(
    st.sampled_from(["gamma", "lognormal", "weibull", "negative_binomial", "normal"]),
    st.floats(0, 1e300),
    st.floats(0, 1e300),
)
def test_extreme_moments_are_refused_or_drawn(name, mean, cv):
    try:
        law = quantity({"dist": name, "mean": mean, "cv": cv})
    except ValidationError:
        return
    drawn = law.sample(np.random.default_rng(1), 10)
    assert (np.isfinite(drawn) & (drawn >= 0)).all()


@given(st.sampled_from(["poisson", "geometric", "exponential"]), st.floats(0, 1e300))
def test_extreme_means_are_refused_or_drawn(name, mean):
    try:
        law = quantity({"dist": name, "mean": mean})
    except ValidationError:
        return
    drawn = law.sample(np.random.default_rng(1), 10)
    assert (np.isfinite(drawn) & (drawn >= 0)).all()


def test_a_nearly_poisson_negative_binomial_keeps_its_mean():
    law = quantity({"dist": "negative_binomial", "mean": 9, "dispersion": 1e-17})
    assert law.sample(np.random.default_rng(1), 10_000).mean() == pytest.approx(9, abs=0.15)


# ---- What is read


def test_a_bare_value_is_a_constant_in_the_dimension_of_its_field():
    part = Part.model_validate({"time": "36 h", "quantity": 3, "patience": "2 weeks", "interval": "1 day"})
    assert (part.time.mean, part.quantity.mean) == (1.5, 3)
    assert part.patience is not None
    assert part.patience.mean == 14
    assert duration("2 days") == duration({"dist": "constant", "value": "48 h"})


def test_parameters_of_durations_have_units():
    law = duration({"dist": "gamma", "mean": "36 h", "sd": "12 h", "shift": "6 h"})
    assert (law.mean, law.variance, law.minimum) == (1.75, 0.25, 0.25)
    law = duration({"dist": "triangular", "low": "6 h", "mode": "12 h", "high": "2 days"})
    assert law.minimum == 0.25
    law = duration({"dist": "discrete", "values": {"1 day": "50 %", "12 h": "50 %"}})
    assert law.mean == 0.75


@pytest.mark.parametrize(
    ("data", "where", "message"),
    [
        (12, (), "12 has no unit; write for example '12 days'"),
        ("12 apples", (), "unknown unit 'apples'"),
        (True, (), "true is not a duration"),
        (["1 day"], (), "a list is not a duration"),
        ({}, ("dist",), "say which distribution: 'dist' is one of constant, exponential"),
        ({"dist": "gama"}, ("dist",), "unknown distribution 'gama'; did you mean 'gamma'?"),
        ({"dist": 5}, ("dist",), "unknown distribution '5'"),
        ({"dist": "exponential", "mean": 3}, ("mean",), "3 has no unit"),
        ({"dist": "exponential"}, ("mean",), "Field required"),
        ({"dist": "exponential", "mean": "3 days", "cv": 1}, ("cv",), "Extra inputs are not permitted"),
        ({"dist": "exponential", "mean": "-3 days"}, ("mean",), "cannot be negative"),
        ({"dist": "exponential", "mean": "3 days", "shift": "-1 h"}, ("shift",), "cannot be negative"),
        ({"dist": "uniform", "low": 1, "high": "2 days"}, ("low",), "1 has no unit"),
        ({"dist": "discrete", "values": {1: 1}}, ("values", 1, "[key]"), "1 has no unit"),
        ({"dist": "discrete", "values": {"1 day": "110 %"}}, ("values", "1 day"), "at most 100 %"),
        ({"dist": "empirical", "values": ["1 day", 2]}, ("values", 1), "2 has no unit"),
        (
            {"dist": "exponential", "mean": "3 days", "weight": 0.5},
            ("weight",),
            "'weight' belongs to the parts",
        ),
    ],
)
def test_mistakes_in_durations_are_found_where_they_are(data, where, message):
    with pytest.raises(ValidationError) as caught:
        Part.model_validate({"time": data})
    (error,) = caught.value.errors()
    assert error["loc"] == ("time", *where)
    assert message in error["msg"]


def test_all_mistakes_of_a_distribution_are_found_at_once():
    found = errors(duration, {"dist": "gamma", "mean": 3, "cv": -1, "sdd": "1 day", "weight": 2})
    assert set(found) == {("mean",), ("cv",), ("sdd",), ("weight",)}


def test_mistakes_in_a_mixture_are_found_where_they_are():
    parts = [
        {"weight": "70 %", "dist": "gamma", "mean": 3, "cv": 0.5},
        {"dist": "constant", "value": "1 day"},
        {"weight": "30 %", "dist": "mixture", "of": []},
        {"weight": "30 %", "dist": "gamma", "mean": "1 day"},
        "3 days",
    ]
    assert errors(duration, {"dist": "mixture", "of": parts}) == {
        ("of", 0, "mean"): (
            "3 has no unit; write for example '3 days' (understood: s, min, h, days, weeks, months, years)"
        ),
        ("of", 1, "weight"): "every part of a mixture needs a 'weight'",
        ("of", 2, "dist"): "a part of a mixture cannot be a mixture; list all parts in one",
        ("of", 3): "gamma needs mean and cv, or mean and sd, or shape and scale (given: mean)",
        ("of", 4, "weight"): "every part of a mixture needs a 'weight'",
    }


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({"dist": "gamma"}, "gamma needs mean and cv, or mean and sd, or shape and scale (none is given)"),
        ({"dist": "gamma", "mean": 3, "cv": 1, "sd": 3}, "(given: mean, cv, sd)"),
        ({"dist": "gamma", "mean": 3, "cv": 1, "shape": 1}, "(given: mean, cv, shape)"),
        ({"dist": "gamma", "shape": 0, "scale": 1}, "shape must be more than 0"),
        ({"dist": "gamma", "mean": 1, "cv": 1001}, "the sd is more than 1000 times the mean"),
        ({"dist": "gamma", "mean": 1, "sd": 1001}, "the sd is more than 1000 times the mean"),
        ({"dist": "gamma", "mean": 0, "sd": 1}, "with mean 0 its sd must be 0 too"),
        (
            {"dist": "lognormal", "mean": 3, "sigma": 1},
            "lognormal needs mean and cv, or mean and sd, or median and",
        ),
        ({"dist": "lognormal", "median": 3, "sigma": 11}, "more than 10 is beyond use"),
        ({"dist": "normal", "mean": 3}, "normal needs mean and cv, or mean and sd (given: mean)"),
        ({"dist": "normal", "mean": 3, "cv": 0.5}, "2.3 % of this normal distribution is below zero"),
        ({"dist": "normal", "mean": 3, "cv": 0.27}, "0.011 % of this normal distribution is below zero"),
        ({"dist": "weibull", "mean": 3, "cv": 16}, "no weibull distribution within reach"),
        ({"dist": "weibull", "mean": 3, "cv": 0.001}, "no weibull distribution within reach"),
        ({"dist": "weibull", "shape": 0.1, "scale": 1}, "shape must be between 0.2 and 1000"),
        ({"dist": "uniform", "low": 3, "high": 2}, "low is above high"),
        ({"dist": "triangular", "low": 3, "mode": 2, "high": 2}, "low is above high"),
        ({"dist": "triangular", "low": 1, "mode": 4, "high": 3}, "mode is not between low and high"),
        ({"dist": "geometric", "mean": 0.9}, "is at least 1"),
        ({"dist": "negative_binomial", "mean": 4, "sd": 1}, "at least sqrt(mean), here 2"),
        ({"dist": "poisson", "mean": 1e16}, "not whole numbers any more"),
        ({"dist": "discrete", "values": {1: "50 %", 2: "30 %"}}, "the shares add up to 80 %, not to 100 %"),
        ({"dist": "discrete", "values": {}}, "the shares add up to 0 %, not to 100 %"),
        ({"dist": "empirical", "values": []}, "needs at least one value"),
        ({"dist": "empirical"}, "empirical needs values, or file and column (none is given)"),
        ({"dist": "empirical", "file": "x.csv"}, "empirical needs values, or file and column (given: file)"),
        ({"dist": "exponential", "mean": 1e200}, "too large to compute with"),
        (
            {"dist": "mixture", "of": [{"weight": 0.5, "dist": "constant", "value": 1}]},
            "the shares add up to 50 %, not to 100 %",
        ),
    ],
)
def test_impossible_parameters_are_refused(data, message):
    found = errors(quantity, data)
    assert set(found) == {()}
    assert message in found[()]


@pytest.mark.parametrize("data", [0, "0 h", {"dist": "uniform", "low": 0, "high": 0}])
def test_a_renewal_interval_is_more_than_nothing(data):
    with pytest.raises(ValidationError, match="the mean must be more than 0"):
        Part.model_validate({"interval": data})


def test_thirds_add_up():
    third = 1 / 3
    assert quantity({"dist": "discrete", "values": {1: third, 2: third, 3: third}}).mean == pytest.approx(2)


def test_the_section_that_read_a_mapping_is_noted():
    part = {"weight": 1, "dist": "constant", "value": "1 day", "valeu": 2}
    data = {"dist": "mixture", "of": [part]}
    noted: dict[int, type[Section]] = {}
    with pytest.raises(ValidationError):
        TypeAdapter(DurationDistribution).validate_python(data, context={"section_of": noted})
    assert noted[id(data)].keys() == ("dist", "shift", "weight", "of")
    assert noted[id(part)].keys() == ("dist", "shift", "weight", "value")


# ---- Files


def csv_file(folder, text):
    (folder / "waits.csv").write_text(text, encoding="utf-8")
    return {"dist": "empirical", "file": "waits.csv"}


def test_observed_durations_come_from_a_column_with_a_unit(tmp_path):
    data = csv_file(tmp_path, "\ufefforder,hours\n1,12\n2,36\n3, 24 \n")
    law = duration({**data, "column": "hours", "unit": "h"}, folder=tmp_path)
    assert law.observed == (0.5, 1.5, 1.0)
    assert law.mean == 1
    assert sent(law).observed == law.observed
    assert law == duration({**data, "column": "hours", "unit": "h"}, folder=str(tmp_path))
    csv_file(tmp_path, "order,hours\n1,12\n")
    assert law != duration({**data, "column": "hours", "unit": "h"}, folder=tmp_path)
    assert law.observed == (0.5, 1.5, 1.0)


def test_observed_quantities_come_from_a_column(tmp_path):
    data = csv_file(tmp_path, "order,units\n1,2\n2,4\n")
    law = quantity({**data, "column": "units"}, folder=tmp_path)
    assert law.observed == (2, 4)
    assert TypeAdapter(QuantityDistribution).dump_python(law, mode="json") == {**data, "column": "units"}


def test_a_column_may_be_written_in_any_way_that_a_history_may(tmp_path):
    data = csv_file(tmp_path, "order;units\n1;2,5\n2;1.000,0\n")
    assert quantity({**data, "column": "units"}, folder=tmp_path).observed == (2.5, 1000)
    data = csv_file(tmp_path, "order;units\n1;2,500\n")
    law = quantity({**data, "column": "units", "format": {"decimal": ","}}, folder=tmp_path)
    assert law.observed == (2.5,)
    assert TypeAdapter(QuantityDistribution).dump_python(law, mode="json")["format"]["decimal"] == ","
    found = errors(quantity, {"dist": "empirical", "values": [1], "format": {}}, folder=tmp_path)
    assert found == {("format",): "'format' belongs to a file"}


def test_cells_may_carry_their_unit(tmp_path):
    data = csv_file(tmp_path, "wait\n2 days\n12 h\n")
    assert duration({**data, "column": "wait"}, folder=tmp_path).observed == (2, 0.5)


@pytest.mark.parametrize(
    ("text", "keys", "where", "message"),
    [
        ("wait\n3\n", {"column": "wait"}, ("column",), "waits.csv:2: '3' has no unit"),
        (
            "wait\n3\n\nx\n",
            {"column": "wait", "unit": "h"},
            ("column",),
            "waits.csv:4: 'x h' is not a duration",
        ),
        ("wait,b\n3,1\n,1\n", {"column": "wait", "unit": "h"}, ("column",), "waits.csv:3: "),
        ("wait\n3\n", {"column": "wait", "unit": "furlongs"}, ("column",), "unknown unit 'furlongs'"),
        (
            "wait\n3\n",
            {"column": "wiat", "unit": "h"},
            ("column",),
            "no column 'wiat' in waits.csv; did you mean 'wait'?",
        ),
        ("", {"column": "wait", "unit": "h"}, ("file",), "waits.csv: is empty"),
        ("wait,wait\n1,2\n", {"column": "wait", "unit": "h"}, ("column",), "several columns of waits.csv"),
        ("wait;b\n1,500;2\n", {"column": "wait", "unit": "h"}, ("column",), "waits.csv:2: '1,500' may be"),
        ("wait\n", {"column": "wait", "unit": "h"}, (), "needs at least one value"),
        ("wait\n1\n", {"column": "wait", "file": "no.csv"}, ("file",), "No such file"),
        ("wait\n1\n", {"column": "wait", "file": "."}, ("file",), "Is a directory"),
    ],
)
def test_mistakes_in_files(tmp_path, text, keys, where, message):
    found = errors(duration, {**csv_file(tmp_path, text), **keys}, folder=tmp_path)
    assert set(found) == {where}
    assert message in found[where]


def test_a_unit_belongs_to_a_column_of_durations(tmp_path):
    data = csv_file(tmp_path, "units\n1\n")
    found = errors(quantity, {**data, "column": "units", "unit": "days"}, folder=tmp_path)
    assert found == {("unit",): "'unit' belongs to a column of durations"}
    assert ("unit",) in errors(duration, {"dist": "empirical", "values": ["1 day"], "unit": "days"})


def test_binary_files_are_refused(tmp_path):
    (tmp_path / "waits.csv").write_bytes(b"\xff\xfe\x00wait")
    found = errors(duration, {"dist": "empirical", "file": "waits.csv", "column": "wait"}, folder=tmp_path)
    assert "cannot read" in found["file",]


# ---- What is written


def assert_reads_back(part):
    dumped = part.model_dump(mode="json")
    text = json.dumps(dumped)
    again = Part.model_validate(json.loads(text))
    assert again == part
    assert json.dumps(again.model_dump(mode="json")) == text
    rng, twin = np.random.default_rng(3), np.random.default_rng(3)
    assert again.time.sample(rng, 9).tolist() == part.time.sample(twin, 9).tolist()
    assert again.quantity.sample(rng, 9).tolist() == part.quantity.sample(twin, 9).tolist()
    return dumped


@all_durations
def test_durations_read_back(data):
    assert_reads_back(Part.model_validate({"time": data, "patience": data, "interval": data}))


@all_quantities
def test_quantities_read_back(data):
    assert_reads_back(Part.model_validate({"quantity": data}))


@given(st.floats(1e-3, 1e3), st.floats(0, 5), st.floats(0, 100))
def test_parameters_read_back_as_the_same_floats(mean, cv, shift):
    data = {"dist": "gamma", "mean": f"{mean!r} h", "cv": cv, "shift": f"{shift!r} min"}
    assert_reads_back(Part.model_validate({"time": data}))


def test_what_is_written_is_what_people_write():
    assert Part().model_dump(mode="json") == {
        "time": "7 days",
        "quantity": 1,
        "patience": None,
        "interval": None,
    }
    part = Part.model_validate({"time": {"dist": "gamma", "mean": "3 days", "cv": 0.5}})
    assert part.model_dump(mode="json")["time"] == {"dist": "gamma", "mean": "3 days", "cv": 0.5}
    shifted = Part.model_validate({"time": {"dist": "constant", "value": "3 days", "shift": "1 day"}})
    assert shifted.model_dump(mode="json")["time"] == {
        "dist": "constant",
        "value": "3 days",
        "shift": "1 day",
    }


def test_distributions_made_in_python_take_the_dimension_of_their_field():
    gamma = Gamma(dist="gamma", mean=3, cv=0.5)
    assert (gamma.mean, gamma.variance) == (3, 2.25)
    dumped = assert_reads_back(Part(time=gamma, quantity=gamma))
    assert dumped["time"] == {"dist": "gamma", "mean": "3 days", "cv": 0.5}
    assert dumped["quantity"] == {"dist": "gamma", "mean": 3, "cv": 0.5}
    heavy = gamma.model_copy(update={"weight": 1.0})
    mixture = Mixture(dist="mixture", of=(heavy,))
    dumped = assert_reads_back(Part(time=mixture))
    assert dumped["time"]["of"] == [{"dist": "gamma", "weight": 1, "mean": "3 days", "cv": 0.5}]


@all_quantities
def test_they_are_sent_to_other_processes(data):
    law = quantity(data)
    law.sample(np.random.default_rng(1), 3)
    twin = sent(law)
    assert twin == law == quantity(data)
    assert (
        twin.sample(np.random.default_rng(1), 9).tolist() == law.sample(np.random.default_rng(1), 9).tolist()
    )


@pytest.mark.parametrize("name", ["gamma", "mixture"])
def test_a_process_that_knows_nothing_yet_understands_them(name):
    law = duration(DURATIONS[name])
    program = "import pickle, sys; print(pickle.load(sys.stdin.buffer).mean)"
    answer = subprocess.run(
        [sys.executable, "-c", program], input=pickle.dumps(law), capture_output=True, check=True
    )
    assert float(answer.stdout) == law.mean


def test_different_laws_are_different():
    laws = [quantity(data) for data in QUANTITIES.values()]
    assert all(a != b for k, a in enumerate(laws) for b in laws[:k])


def test_they_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        quantity(QUANTITIES["gamma by cv"]).shift = 3.0


# ---- The schema


@pytest.fixture(scope="module")
def schema():
    found = Part.model_json_schema()
    jsonschema.Draft202012Validator.check_schema(found)
    return jsonschema.Draft202012Validator(found)


@all_durations
def test_the_schema_knows_durations(schema, data):
    schema.validate({"time": json.loads(json.dumps(data))})


@all_quantities
def test_the_schema_knows_quantities(schema, data):
    schema.validate({"quantity": json.loads(json.dumps(data))})


@pytest.mark.parametrize(
    "data",
    [
        {"time": 3},
        {"time": "3 apples"},
        {"time": {"mean": "3 days", "cv": 1}},
        {"time": {"dist": "gama", "mean": "3 days", "cv": 1}},
        {"time": {"dist": "gamma", "mean": "3 days"}},
        {"time": {"dist": "gamma", "mean": 3, "cv": 1}},
        {"time": {"dist": "gamma", "mean": "3 days", "cv": 1, "sd": "1 day"}},
        {"time": {"dist": "exponential", "mean": "3 days", "cv": 1}},
        {"time": {"dist": "mixture", "of": [{"dist": "constant", "value": "1 day"}]}},
        {"quantity": "3 days"},
        {"quantity": {"dist": "exponential", "mean": "3 days"}},
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(schema, data):
    with pytest.raises(ValidationError):
        Part.model_validate(data)
    assert not schema.is_valid(data)


def test_the_schema_describes_each_law_once(schema):
    laws = schema.schema["$defs"]
    assert len(laws) == 2 * 15 + 1, "and the format of a file"
    assert all(law["description"] for law in laws.values())
