"""What the figures of a scenario depend on."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest

import simulator
from simulator.experiments.statistics.confidence_intervals import noise_of
from simulator.experiments.sweeping.ranges import read_ranges
from simulator.experiments.sweeping.sensitivity import Sensitivity, analyse, sensitivity_design
from simulator.experiments.sweeping.variants import Variants
from simulator.experiments.workers.workers import Workers
from simulator.metrics.glossary import GLOSSARY
from simulator.values.mistakes import ScenarioError
from tests.cli.shop import SHOP

INPUTS = ["policies.replenishment.r=10:60", "products.tea.price=3:5", "customers.members.priority=1:3"]


@pytest.fixture
def variants(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return Variants(file, None, ["run.replications=3"])


def analysed(variants, texts, method="morris", size=6, metrics=("fill_rate", "profit"), workers=1):
    with Workers(workers) as crew:
        return analyse(sensitivity_design(variants, read_ranges(texts), method, size), crew, metrics=metrics)


def index(outcome, metric, path, measure):
    table = outcome.indices
    row = table[(table["metric"] == metric) & (table["path"] == path) & (table["measure"] == measure)].iloc[0]
    return row["value"], row["half_width"]


def test_noise_is_what_replications_do_not_have_in_common():
    rng = np.random.default_rng(0)
    points, replications = 400, 5
    signal = rng.normal(0, 3, (points, 1))
    common = rng.normal(0, 10, (1, replications))
    values = signal + common + rng.normal(0, 2, (points, replications))
    found = noise_of(values)
    assert found.noise == pytest.approx(2**2 / replications, rel=0.1)
    assert found.variance == pytest.approx(3**2 + 2**2 / replications, rel=0.15)
    assert found.share == pytest.approx(found.noise / found.variance)
    assert noise_of(signal + common).noise == pytest.approx(0.0, abs=1e-20)


def test_noise_of_one_replication_is_unknown_and_of_nothing_is_nothing():
    assert math.isnan(noise_of(np.array([[1.0], [2.0]])).share)
    assert noise_of(np.full((7, 3), 0.1)).share == 0.0


@pytest.mark.parametrize(("method", "size"), [("morris", 6), ("sobol", 16)])
def test_an_input_without_effect(variants, method, size):
    outcome = analysed(variants, INPUTS, method, size)
    main = "mu_star" if method == "morris" else "ST"
    value, half_width = index(outcome, "fill_rate", "products.tea.price", main)
    assert abs(value) <= half_width + 1e-12
    value, half_width = index(outcome, "fill_rate", "policies.replenishment.r", main)
    assert value > half_width > 0
    share = outcome.noise.set_index("metric").loc["fill_rate", "noise_share"]
    assert 0 < share < 0.5


def test_price_acts_evenly_on_profit(variants):
    """Profit is price times units sold, and the price changes nothing else."""
    outcome = analysed(variants, ["products.tea.price=3:5"], metrics=["profit"])
    shop = variants.one({})
    sold = np.mean(
        [simulator.run(shop, 3, 1).outcome.by("product")[:, list(GLOSSARY).index("filled_units"), 0]]
    )
    assert index(outcome, "profit", "products.tea.price", "mu")[0] == pytest.approx(2 * sold)
    assert index(outcome, "profit", "products.tea.price", "sigma")[0] == pytest.approx(0.0, abs=1e-6)


def test_whole_numbers_are_kept_whole_and_played_once(variants):
    planned = sensitivity_design(variants, read_ranges(["customers.members.priority=1:2"]), "morris", 10)
    assert {cell["customers.members.priority"] for cell in planned.cells} == {"1", "2"}
    assert len(planned.cells) == 20
    assert len(planned.scenarios) == 2


def test_number_of_workers_changes_nothing(variants):
    one, two = (analysed(variants, INPUTS, workers=workers) for workers in (1, 2))
    pd.testing.assert_frame_equal(one.indices, two.indices, check_exact=True)
    pd.testing.assert_frame_equal(one.results, two.results, check_exact=True)


def test_tables(variants):
    outcome = analysed(variants, INPUTS, metrics=None)
    assert len(outcome.metrics) == 4
    columns = ["metric", "path", "measure", "value", "half_width", "noise_level", "unit"]
    assert list(outcome.indices.columns) == columns
    assert len(outcome.indices) == 4 * 3 * 3
    paths = [text.partition("=")[0] for text in INPUTS]
    assert list(outcome.results.columns[:5]) == ["point", *paths, "replication"]
    assert len(outcome.results) == len(outcome.design.cells) * 3
    first = outcome.results.iloc[0]
    alone = simulator.run(next(iter(outcome.design.scenarios.values())), 1, 1)
    assert first["profit"] == alone.replications["profit"][0]


def test_a_figure_that_is_missing_somewhere_is_left_out(variants):
    planned = sensitivity_design(variants, read_ranges(INPUTS), "morris", 4)
    outcomes = np.ones((len(planned.cells), 3, len(GLOSSARY)))
    outcomes[0, 0, list(GLOSSARY).index("satisfaction")] = math.nan
    outcome = Sensitivity(planned, outcomes, ("satisfaction", "profit"))
    assert list(outcome.found) == ["profit"]


def test_points_that_are_wrong_are_told_before_anything_runs(variants):
    with pytest.raises(ScenarioError) as error:
        sensitivity_design(
            variants, read_ranges(["run.warm_up=0:50 days", "run.horizon=40:60 days"]), "morris", 10
        )
    assert "the warm-up must end before the horizon" in str(error.value)
    assert "(in the cell run.warm_up=" in str(error.value)


def test_an_unknown_method_is_told(variants):
    near: Any = "sobel"
    with pytest.raises(ValueError, match="there is no method 'sobel'; did you mean 'sobol'"):
        sensitivity_design(variants, read_ranges(INPUTS), near)
