"""The first sentence about a figure names the input that matters most, as far as that can be told."""

import itertools
import textwrap
from types import SimpleNamespace
from typing import Any

import pytest

import simulator
from simulator.experiments.statistics.confidence_intervals import Noise
from simulator.experiments.sweeping.ranges import Range
from simulator.experiments.sweeping.sensitivity import InputEffects
from simulator.experiments.sweeping.sensitivity_indices import IndexDifference, SensitivityIndex
from simulator.reports.wording.sensitivity_sentences import FigureEffects
from tests.unit.reports.charts.conftest import shop

PATHS = {
    "cover": Range("policies.replenishment.cover", 10, 40, "days"),
    "new.patience": Range("customers.new.patience", 5, 20, "days"),
    "tea.price": Range("products.tea.price", 3, 5),
}
APART = "which cannot be told apart"


def figure(effects, levels=(0.0, 0.0, 0.0), leads=(), method="morris", metric="lost_units", chance=1.0):
    """A figure with these effects (value, half width) of the inputs, noise levels, and leads of the largest."""
    ranges = list(PATHS.values())[: len(effects)]
    measures = {"morris": ("mu_star", "mu", "sigma"), "sobol": ("ST", "S1")}[method]
    indices = [
        SensitivityIndex(one.path, measure, *effect)
        for one, effect in zip(ranges, effects, strict=True)
        for measure in measures
    ]
    first = max(range(len(effects)), key=lambda k: effects[k][0])
    others = [one.path for k, one in enumerate(ranges) if k != first]
    known = {one.path: level for one, level in zip(ranges, levels, strict=False)}
    influence = InputEffects(
        indices,
        known,
        Noise(10.0, chance),
        dict(zip(others, itertools.starmap(IndexDifference, leads), strict=True)),
    )
    outcome: Any = SimpleNamespace(
        method=method, replications=20, paths=tuple(one.path for one in ranges), inputs=tuple(ranges)
    )
    return FigureEffects(outcome, metric, influence)


def claim(*args, **keys):
    return next(figure(*args, **keys).sentences())


def test_the_largest_effect_is_named_first_although_only_a_smaller_one_is_certain():
    said = claim([(19.96, 10.5), (1.4, 0.4)], levels=[12.0, 0.5], leads=[(18.6, 10.4)])
    assert said == (
        "The largest effect on units lost is that of cover, 20.0 ± 10.5, but chance alone may be as large; "
        "certain is that of new.patience, 1.4 ± 0.4."
    )


def test_it_says_where_the_certain_effect_may_be_the_larger_one():
    said = claim([(223.0, 126.0), (141.0, 50.0)], levels=[120.0, 60.0], leads=[(82.0, 110.0)])
    assert said.endswith(
        "certain is that of new.patience, 141 ± 50: which of the two is larger cannot be told."
    )


def test_one_input_certainly_matters_most():
    said = claim([(19.96, 4.0), (8.0, 2.0), (1.0, 2.0)], leads=[(12.0, 5.0), (19.0, 4.0)])
    assert said == (
        "Units lost depends most on cover: from the low end of its range to the high end it rises by 20.0 ± 4.0 on "
        "average; also on new.patience."
    )


def test_sentence_and_table_have_one_unit_and_one_number():
    hours = figure([(0.42, 0.04), (0.03, 0.01)], leads=[(0.39, 0.05)], metric="asked_wait_mean")
    assert "it rises by 10.1 ± 1.0 hours on average" in next(hours.sentences())
    assert [row.first for row in hours.rows()] == ["10.1 ± 1.0", "0.7 ± 0.2"]
    assert hours.titles()[0] == "Effect [hours]"
    points = figure([(0.704, 0.196), (0.002, 0.001)], leads=[(0.702, 0.196)], metric="fill_rate")
    assert f"rises by {points.rows()[0].first} points on average" in next(points.sentences())


def test_next_to_nothing_is_not_told_as_nothing():
    little = figure([(2e-8, 1e-8), (1e-8, 1e-8)], leads=[(1e-8, 1e-8)], levels=[1.0, 1.0], metric="fill_rate")
    assert next(little.sentences()) == (
        "Fill rate does not certainly depend on any of these inputs: the largest effect, that of cover, less than "
        "0.01 points, may be chance."
    )
    assert little.rows()[0].first == "< 0.01"


def test_two_that_cannot_be_told_apart():
    said = claim([(19.96, 4.0), (17.96, 4.0), (1.0, 0.5)], leads=[(2.0, 5.0), (19.0, 4.0)])
    assert said == (
        f"Units lost depends most on cover (20.0 ± 4.0) or new.patience (18.0 ± 4.0), {APART} (mean change over the "
        "whole range)."
    )


def test_nothing_certain():
    said = claim([(3.1, 4.0), (2.0, 4.0)], leads=[(1.0, 5.0)])
    assert said == (
        "Units lost does not certainly depend on any of these inputs: the largest effect, that of cover, 3.1 ± 4.0, "
        "may be chance."
    )


def test_shares_of_variance():
    assert claim([(0.6, 0.1), (0.3, 0.1)], leads=[(0.3, 0.1)], method="sobol").startswith(
        "Units lost depends most on cover: 60.0 % ± 10.0 of its variance is due to that alone, 60.0 % ± 10.0 with "
    )
    said = claim([(0.4, 0.1), (0.3, 0.1)], leads=[(0.1, 0.2)], method="sobol")
    assert said == (
        f"Units lost depends most on cover (40.0 % ± 10.0) or new.patience (30.0 % ± 10.0), {APART} (share of the "
        "variance, in all)."
    )


@pytest.mark.parametrize("method", ["morris", "sobol"])
@pytest.mark.parametrize("values", list(itertools.permutations([(20.0, 9.0), (12.0, 2.0), (5.0, 6.0)])))
@pytest.mark.parametrize("levels", [(0.0, 0.0, 0.0), (15.0, 1.0, 15.0), (40.0, 40.0, 40.0)])
@pytest.mark.parametrize(
    "leads", [[(8.0, 9.0), (9.0, 9.5)], [(8.0, 2.0), (9.0, 9.5)], [(8.0, 2.0), (9.0, 2.0)]]
)
def test_the_claim_follows_from_the_figures(method, values, levels, leads):
    said = claim(values, levels, leads, method=method)
    names = list(PATHS)
    largest = names[max(range(3), key=lambda k: values[k][0])]
    others = [name for name in names if name != largest]
    certain = {
        name: value - half > level for name, (value, half), level in zip(names, values, levels, strict=True)
    }
    mentioned = [name for name in sorted(names, key=said.find) if name in said]
    assert mentioned[0] == largest
    doubtful = [name for name, (lead, half) in zip(others, leads, strict=True) if lead <= half]
    assert ("not certainly" in said) == (not any(certain.values()))
    assert ("chance alone may be as large" in said) == (any(certain.values()) and not certain[largest])
    assert (APART in said) == (certain[largest] and bool(doubtful))
    if certain[largest]:
        assert set(doubtful) <= set(mentioned)
    assert len(textwrap.wrap(said, 80)) <= 3


@pytest.mark.parametrize(("method", "size"), [("morris", 6), ("sobol", 8)])
def test_the_claim_of_an_analysis_is_true_by_its_table(method, size):
    over = [
        "suppliers.importer.lead_time.mean=5:15 days",
        "customers.passers-by.will_wait=20:90 %",
        "products.tea.price=8:10",
    ]
    found = simulator.sensitivity(shop(), over, method=method, size=size, replications=3, workers=1)
    assert len(found.found) > 2
    main = "mu_star" if method == "morris" else "ST"
    for metric, influence in found.found.items():
        shown = FigureEffects(found, metric, influence)
        said = next(shown.sentences())
        table = found.indices[(found.indices["metric"] == metric) & (found.indices["measure"] == main)]
        rows = shown.rows()
        largest = table.sort_values("value")["path"].iloc[-1]
        assert largest.endswith(rows[0].name)
        named = [row.name for row in rows if row.name in said]
        assert min(named, key=said.index) == rows[0].name
        assert ("may be" in said) == (not rows[0].sure)
        assert len(textwrap.wrap(said, 80)) <= 3
