"""Indices of functions whose indices are known."""

import math
import sys
from importlib import import_module

import numpy as np
import pytest

from simulator.experiments.sweeping.ranges import Range
from simulator.experiments.sweeping.sensitivity_indices import Morris, Sobol

TURN = [Range(name, -math.pi, math.pi) for name in ("x1", "x2", "x3")]


def ishigami(points, a=7.0, b=0.1):
    x1, x2, x3 = points.T
    return np.sin(x1) + a * np.sin(x2) ** 2 + b * x3**4 * np.sin(x1)


def found(method, outputs):
    return {(one.path, one.measure): (one.value, one.half_width) for one in method.indices(outputs)}


def test_sobol_of_the_ishigami_function():
    """Exact: Ishigami & Homma (1990), with a = 7 and b = 0.1."""
    a, b = 7.0, 0.1
    variance = a**2 / 8 + b * math.pi**4 / 5 + b**2 * math.pi**8 / 18 + 1 / 2
    alone = {
        "x1": (1 + b * math.pi**4 / 5) ** 2 / 2 / variance,
        "x2": a**2 / 8 / variance,
        "x3": 0.0,
    }
    together = 8 * b**2 * math.pi**8 / 225 / variance
    exact = {("x1", "S1"): 0.3139, ("x2", "S1"): 0.4424, ("x3", "S1"): 0.0}
    exact |= {("x1", "ST"): 0.5576, ("x2", "ST"): 0.4424, ("x3", "ST"): 0.2437}
    for name, share in alone.items():
        assert share == pytest.approx(exact[name, "S1"], abs=5e-5)
    assert together == pytest.approx(exact["x3", "ST"], abs=5e-5)
    method = Sobol(TURN, 4096, seed=1)
    assert method.points.shape == (4096 * 5, 3)
    for name, (value, half_width) in found(method, ishigami(method.points)).items():
        assert abs(value - exact[name]) < max(half_width, 1e-3)
        assert half_width < 0.06


def test_sobol_intervals_cover_as_often_as_they_say():
    """S1 of a sum of 3 and 4 times a uniform input is 9/25 and 16/25; S1 + ST of 40 designs."""
    exact = {"a": 9 / 25, "b": 16 / 25}
    inputs = [Range("a", 0, 1), Range("b", 0, 1)]
    hits = []
    for seed in range(40):
        method = Sobol(inputs, 64, seed)
        for (path, _), (value, half) in found(method, method.points @ [3.0, 4.0]).items():
            hits.append(abs(value - exact[path]) <= half)
    # Quasi-random points estimate better than the resampling, which takes them for random, gives them credit for.
    assert np.mean(hits) >= 0.95


def test_morris_of_a_linear_function():
    """Effects over the whole range: slope times length, nothing else."""
    inputs = [Range("a", 0, 10), Range("b", 5, 6), Range("c", -1, 1, "days")]
    method = Morris(inputs, 7, seed=3)
    assert method.points.shape == (28, 3)
    indices = found(method, method.points @ [2.0, -3.0, 0.0] + 100)
    for path, effect in {"a": 20.0, "b": -3.0, "c": 0.0}.items():
        assert indices[path, "mu"] == pytest.approx((effect, 0.0), abs=1e-9)
        assert indices[path, "mu_star"] == pytest.approx((abs(effect), 0.0), abs=1e-9)
        assert indices[path, "sigma"] == pytest.approx((0.0, 0.0), abs=1e-9)


def test_morris_agrees_with_salib():
    method = Morris(TURN, 50, seed=5)
    outputs = ishigami(method.points)
    problem = {"num_vars": 3, "names": ["x1", "x2", "x3"], "bounds": [[-math.pi, math.pi]] * 3}
    theirs = import_module("SALib.analyze.morris").analyze(
        problem, method.points, outputs, num_levels=4, num_resamples=1000, seed=1
    )
    indices = found(method, outputs)
    for k, path in enumerate(("x1", "x2", "x3")):
        for measure in ("mu", "mu_star", "sigma"):
            assert indices[path, measure][0] == pytest.approx(theirs[measure][k])
        assert indices[path, "mu_star"][1] == pytest.approx(theirs["mu_star_conf"][k], rel=0.15)


def test_a_rounded_step_counts_with_its_true_length():
    inputs = [Range("a", 1, 2, whole=True), Range("b", 0, 4, whole=True), Range("c", 0, 1)]
    method = Morris(inputs, 9, seed=0)
    assert set(method.points[:, 0]) == {1.0, 2.0}
    assert set(method.points[:, 1]) <= {0.0, 1.0, 3.0, 4.0}
    indices = found(method, method.points @ [5.0, 1.0, 1.0])
    assert [indices[path, "mu_star"] for path in "abc"] == [
        pytest.approx((effect, 0.0), abs=1e-9) for effect in (5.0, 4.0, 1.0)
    ]


def test_whole_numbers_are_equally_likely():
    method = Sobol([Range("a", 1, 4, whole=True), Range("b", 0, 1)], 256, seed=0)
    _, counts = np.unique(method.points[:, 0], return_counts=True)
    assert len(counts) == 4
    assert counts.max() / counts.min() < 1.05


@pytest.mark.parametrize(("method", "size"), [(Morris, 8), (Sobol, 16)])
def test_same_seed_same_figures(method, size):
    np.random.seed(1)  # noqa: NPY002 - the global generator must have no part in it
    one = method(TURN, size, seed=0)
    before = one.indices(ishigami(one.points))
    np.random.seed(2)  # noqa: NPY002
    again = method(TURN, size, seed=0)
    assert np.array_equal(one.points, again.points)
    assert again.indices(ishigami(again.points)) == before
    assert not np.array_equal(one.points, method(TURN, size, seed=1).points)


def test_an_output_that_never_changes():
    method = Sobol(TURN, 8, seed=0)
    assert all(math.isnan(one.value) for one in method.indices(np.ones(len(method.points))))
    screening = Morris(TURN, 4, seed=0)
    assert all(one.value == 0 for one in screening.indices(np.ones(len(screening.points))))


@pytest.mark.parametrize(("method", "size", "measure"), [(Morris, 400, "mu_star"), (Sobol, 1024, "ST")])
def test_indices_of_mere_noise_are_at_the_noise_level(method, size, measure):
    rng = np.random.default_rng(0)
    planned = method(TURN, size, seed=0)
    common = rng.normal(0, 30, 6)
    values = rng.normal(0, 3, (len(planned.points), 6)) + common
    indices = found(planned, values.mean(axis=1))
    for path, level in zip(("x1", "x2", "x3"), planned.noise_levels(values), strict=True):
        value, half_width = indices[path, measure]
        assert abs(value - level) < 1.5 * half_width


@pytest.mark.parametrize(("method", "size"), [(Morris, 10), (Sobol, 16)])
def test_what_an_input_does_alike_in_all_replications_is_no_noise(method, size):
    planned = method(TURN, size, seed=0)
    common = np.random.default_rng(0).normal(0, 30, 6)
    values = ishigami(planned.points)[:, np.newaxis] + common
    assert planned.noise_levels(values) == pytest.approx([0.0] * 3, abs=1e-9)
    assert all(math.isnan(level) for level in planned.noise_levels(values[:, :1]))


def test_impossible_sizes():
    with pytest.raises(ValueError, match="two trajectories"):
        Morris(TURN, 1, seed=0)
    with pytest.raises(ValueError, match="power of two, such as 64, not 50"):
        Sobol(TURN, 50, seed=0)


def test_what_to_do_without_salib(monkeypatch):
    for name in [name for name in sys.modules if name.partition(".")[0] == "SALib"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "SALib", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'backorder-simulator\[sensitivity\]'"):
        Sobol(TURN, 8, seed=0)
