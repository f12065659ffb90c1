"""The Python interface."""

import numpy as np
import pytest

import simulator
from simulator.metrics.glossary import GLOSSARY
from simulator.reports.results.run import with_run


def test_public_names():
    assert set(simulator.__all__) <= set(dir(simulator))
    assert simulator.run.__name__ == "run"
    assert simulator.load.__name__ == "load"
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        _ = simulator.nothing


def test_a_path_and_its_scenario_give_the_same(shop, results):
    again = simulator.run(simulator.load(shop), replications=3, workers=1)
    assert again.metrics.equals(results.metrics)
    assert again.orders.equals(results.orders)


def test_metrics_are_tidy(results):
    frame = results.metrics
    assert list(frame.columns) == ["metric", "dimension", "group", "mean", "half_width", "unit"]
    assert not frame.duplicated(["metric", "dimension", "group"]).any()
    overall = frame[frame["dimension"] == "overall"].set_index("metric")
    assert list(overall.index) == list(GLOSSARY)
    assert overall.loc["fill_rate", "mean"] == results["fill_rate"].mean
    by_segment = frame[(frame["metric"] == "orders") & (frame["dimension"] == "segment")]
    assert by_segment["mean"].sum() == pytest.approx(overall.loc["orders", "mean"])


def test_seed_and_alternative(shop, results):
    other = simulator.run(shop, 3, 1, seed=8, alternative="no waiting")
    assert other.scenario.run.seed == 8
    assert other.alternative == "no waiting"
    assert other["backorder_rate"].mean == 0
    assert not other.orders["time"].equals(results.orders["time"])


def test_orders_of_all_or_none(shop):
    every = simulator.run(shop, 2, 1, keep_orders="all")
    assert list(every.orders["replication"].unique()) == [0, 1]
    assert list(every.series["replication"].unique()) == [0, 1]
    assert every.orders["product"].dtype == "category"
    nothing = simulator.run(shop, 2, 1, keep_orders="none")
    assert nothing.orders.empty
    assert nothing.purchases.empty


def test_progress_is_told(shop):
    told = []
    simulator.run(shop, 3, 1, progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def test_what_cannot_be_asked_for(shop):
    scenario = simulator.load(shop)
    with pytest.raises(ValueError, match="when a scenario is loaded"):
        simulator.run(scenario, alternative="no waiting")
    with pytest.raises(ValueError, match="at least one replication"):
        simulator.run(scenario, replications=0)
    with pytest.raises(ValueError, match="seed"):
        simulator.run(scenario, seed=-1)
    with pytest.raises(simulator.ScenarioError, match="did you mean"):
        simulator.run(shop, alternative="no waitin")


def test_nothing_asked_for_is_the_same_scenario(shop):
    scenario = simulator.load(shop)
    assert with_run(scenario) is scenario


def test_purchases_say_where_from_and_where_to(results):
    frame = results.purchases
    assert set(frame["warehouse"]) == {"warehouse"}
    assert set(frame["product"]) == {"tea", "pots"}
    assert (frame["quantity"] + frame["cancelled"] >= 40).all()
    received = frame["received"].to_numpy()
    assert np.isnan(received).any() or (received > 0).all()
