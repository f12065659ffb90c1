"""What causes add: all of it to the only one, nothing to those that do nothing, in every replication."""

import numpy as np
import pytest

from simulator.experiments.explaining import explanation as module
from simulator.experiments.explaining.cause_shares import OUTCOMES
from simulator.experiments.explaining.causes import CAUSES, without_causes
from simulator.experiments.explaining.explanation import Question
from simulator.experiments.replications.replications import replicate
from simulator.experiments.statistics.confidence_intervals import interval
from simulator.experiments.workers.workers import Workers
from tests.unit.experiments.causes_shop import PLAIN, shop

THREE = ("peaks", "transport", "customs")


def explain(scenario, workers, causes=None, permutations=None, **words):
    return module.explain(Question.of(scenario, causes, permutations), workers, **words)


NAMES = [outcome.name for outcome in OUTCOMES]


@pytest.fixture(scope="module")
def alone():
    with Workers(1) as workers:
        yield workers


@pytest.fixture(scope="module")
def three(alone):
    return explain(shop(*THREE), alone)


@pytest.mark.parametrize("name", ["peaks", "capacity", "lead_times", "customs", "reserve"])
def test_the_only_cause_gets_everything(alone, name):
    scenario = shop(name)
    found = explain(scenario, alone)
    assert found.causes == found.playing == (name,)
    total = found.totals.set_index("outcome")
    for row in found.attribution.itertuples():
        assert row.value == pytest.approx(total.loc[row.outcome, "value"], rel=1e-13)
        assert row.half_width == pytest.approx(total.loc[row.outcome, "half_width"], rel=1e-9)
    # Each replication by itself, to the last bit, and the cause does something here.
    with_it, without_it = (
        replicate(one, workers=1, keep_orders="none")
        for one in (scenario, without_causes(scenario, [CAUSES[name]]))
    )
    if name not in {
        "lead_times",
        "customs",
        "capacity",
    }:  # which move the levels that are left to the simulator
        for metric, k in (("backordered_lines", 1), ("backordered_orders", 0)):
            column = with_it.names.index(metric)
            difference = with_it.overall[:, column] - without_it.overall[:, column]
            assert found.values[0, :, k].tolist() == difference.tolist()
    assert (found.values[0, :, 1] != 0).any()


def test_as_it_is(three):
    outcome = replicate(shop(*THREE), workers=1, keep_orders="none").summary()
    totals = three.totals.set_index("outcome")
    for name in ("backordered_orders", "backordered_lines"):
        assert totals.loc[name, "as_is"] == outcome[name].mean
        assert totals.loc[name, "as_is_half_width"] == pytest.approx(outcome[name].half_width)
    days = outcome["backorders_mean"].mean * 70
    assert totals.loc["wait_days", "as_is"] == pytest.approx(days)
    base = replicate(
        without_causes(three.scenario, [CAUSES[name] for name in THREE]), workers=1, keep_orders="none"
    )
    assert base.summary()["profit"].mean != outcome["profit"].mean
    assert totals.loc["lost_profit", "base"] == 0
    assert totals.loc["lost_profit", "as_is"] == totals.loc["lost_profit", "value"]


def test_they_add_up_in_every_replication(three):
    assert three.values.shape == (3, 3, 4)
    table = three.coalitions
    on, off = (table[(table[list(THREE)] == state).all(axis=1)] for state in (True, False))
    for k, name in enumerate(NAMES):
        total = on[name].to_numpy() - off[name].to_numpy()
        np.testing.assert_allclose(three.values[:, :, k].sum(axis=0), total, rtol=1e-12)
    assert three.attribution.groupby("outcome")["value"].sum().to_dict() == pytest.approx(
        three.totals.set_index("outcome")["value"].to_dict()
    )


def test_attribution(three):
    table = three.attribution
    assert list(table.columns) == [
        *("outcome", "cause", "value", "half_width", "share", "unit", "sampling_error")
    ]
    assert list(table["outcome"].unique()) == NAMES
    row = table.set_index(["outcome", "cause"]).loc[("backordered_lines", "transport")]
    mean, half = interval(three.values[1, :, 1])
    assert (row["value"], row["half_width"]) == (pytest.approx(mean), pytest.approx(half))
    as_is = three.totals.set_index("outcome").loc["backordered_lines", "as_is"]
    assert row["share"] == pytest.approx(mean / as_is)
    assert (row["unit"], row["sampling_error"]) == ("lines", 0)
    assert three.method == "exact"


def test_coalitions(three):
    table = three.coalitions
    assert list(table.columns) == [*THREE, "replication", *NAMES]
    assert len(table) == 8 * 3
    assert len(table[[*THREE, "replication"]].drop_duplicates()) == 24


def test_what_is_not_there_adds_nothing_and_is_not_played(alone):
    said = []
    found = explain(
        shop("customs", "peaks"),
        alone,
        ["dock", "customs", "seasons", "peaks"],
        progress=lambda done, total: said.append((done, total)),
    )
    assert found.causes == ("peaks", "seasons", "customs", "dock")
    assert said[-1] == (4 * 3, 4 * 3)
    assert [done for done, _ in said] == list(range(1, 13))
    absent = found.attribution[found.attribution["cause"].isin(["dock", "seasons"])]
    assert len(absent) == 8
    assert (absent[["value", "half_width", "share"]] == 0).all(axis=None)


def test_what_does_nothing_adds_nothing(alone):
    """It is there, but concerns nobody who buys."""
    for_nobody = {"peak": "x", "from": "2026-02-10", "to": "2026-02-14", "factor": 4, "segments": ["ghost"]}
    nobody = {"product": "mug", "segment": "ghost", "rate": "0/day"}
    demand = [*PLAIN["demand"], nobody]
    scenario = shop("customs", "transport", profiles=[for_nobody], customers={"ghost": {}}, demand=demand)
    found = explain(scenario, alone)
    assert found.playing == THREE
    assert (found.values[0] == 0.0).all()
    assert (found.values[1:, :, 1] != 0.0).any(axis=1).all()


def test_without_any_cause(alone):
    found = explain(shop("customs"), alone, ["peaks"])
    assert found.playing == ()
    assert found.values.shape == (1, 3, 4)
    totals = found.totals.set_index("outcome")
    assert (totals["value"] == 0).all()
    assert totals.loc["backordered_lines", "base"] == totals.loc["backordered_lines", "as_is"] > 0


def test_the_same_for_any_number_of_workers(three):
    with Workers(2) as workers:
        again = explain(shop(*THREE), workers)
    np.testing.assert_array_equal(three.values, again.values)
    assert three.coalitions.equals(again.coalitions)


def test_the_same_for_any_batch(three, alone, monkeypatch):
    monkeypatch.setattr(module, "_AT_ONCE", 1)
    np.testing.assert_array_equal(explain(shop(*THREE), alone).values, three.values)


# -- more causes than can be combined ----------------------------------------------------------------------------------


def test_sampled(alone, three):
    found = explain(shop(*THREE), alone, permutations=8)
    assert found.method == "sampled permutations, 8"
    np.testing.assert_array_equal(explain(shop(*THREE), alone, permutations=8).values, found.values)
    np.testing.assert_allclose(found.values.sum(axis=0), three.values.sum(axis=0), rtol=1e-12)
    exact, sampled = (one.attribution for one in (three, found))
    assert (sampled["half_width"] >= exact["half_width"] * 0.5).all()
    assert (sampled["sampling_error"] > 0).any()
    difference = (sampled["value"] - exact["value"]).abs()
    assert (difference <= 4 * sampled["sampling_error"] + 1e-9).all()


def test_sampling_widens_the_interval(alone):
    found = explain(shop(*THREE), alone, permutations=4)
    k, i = 1, 0
    _, of_replications = interval(found.values[i, :, k])
    pairs = found._contributions[:, i, :, k].mean(axis=1)
    _, of_pairs = interval(pairs)
    row = found.attribution.set_index(["outcome", "cause"]).loc[(NAMES[k], THREE[i])]
    assert row["half_width"] == pytest.approx(np.hypot(of_replications, of_pairs))
    assert row["sampling_error"] == pytest.approx(abs(pairs[0] - pairs[1]) / 2)


def test_many_causes_are_sampled(alone):
    found = explain(shop(run={"horizon": "45 days", "cool_down": "10 days", "replications": 1}), alone)
    assert found.causes == tuple(CAUSES)
    assert found.method == "sampled permutations, 20"
    assert len(found.played) < 2 ** len(CAUSES) / 2
    table = found.coalitions
    on, off = (table[(table[list(CAUSES)] == state).all(axis=1)] for state in (True, False))
    total = on["backordered_lines"].to_numpy() - off["backordered_lines"].to_numpy()
    np.testing.assert_allclose(found.values[:, :, 1].sum(axis=0), total, rtol=1e-12)


@pytest.mark.parametrize("count", [2, 5, 0])
def test_permutations_come_in_pairs(alone, count):
    with pytest.raises(ValueError, match=f"an even number from 4 on, not {count}"):
        explain(shop("customs"), alone, permutations=count)


def test_one_replication_has_no_interval(alone):
    found = explain(shop("customs", run={"replications": 1}), alone)
    assert np.isnan(found.attribution["half_width"]).all()
    assert found.attribution["value"].notna().all()
