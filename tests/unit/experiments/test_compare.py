"""Comparisons: the same customers, paired differences, stopping, choosing, interruption."""

from typing import Any

import numpy as np
import pytest
from scipy.stats import ttest_1samp

from simulator.experiments.comparing.alternatives import AS_IS, alternatives_of
from simulator.experiments.comparing.comparison import Comparison, Interrupted, compare
from simulator.experiments.comparing.comparison_plan import ComparisonPlan
from simulator.experiments.comparing.replication_blocks import Blocks
from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.replications import replicate
from simulator.experiments.statistics.paired_differences import differences
from simulator.experiments.statistics.precision import Precision
from simulator.experiments.statistics.ranking_and_selection import NoFigureError
from simulator.experiments.workers.workers import Workers
from simulator.metrics.bases import ASKED, PURCHASES
from simulator.metrics.glossary import GLOSSARY
from simulator.scenario.scenario import Scenario

POLICIES = {"replenishment": {"type": "R_S", "S": 32, "every": "1 day"}}
"""Lots land day after day, so that it matters who comes first."""


def shop(**changes):
    data = {
        "run": {"horizon": "60 days", "cool_down": "30 days", "replications": 3, "seed": 5},
        "products": {"mug": {"price": 8, "cost": 3}},
        "customers": {"gold": {"priority": 1}, "new": {"priority": 2, "patience": "6 days"}},
        "demand": [{"product": "mug", "segments": {"gold": 0.3, "new": 0.7}, "rate": "6/day"}],
        "suppliers": {"supplier": {"lead_time": {"dist": "gamma", "mean": "5 days", "cv": 0.5}}},
        "policies": POLICIES,
    }
    return Scenario.model_validate(data | changes)


def alternatives():
    return {
        AS_IS: shop(),
        "gold first": shop(policies=POLICIES | {"allocation": "priority"}),
        "refuse": shop(policies=POLICIES | {"backorders": "reject"}),
    }


def done(scenarios=None, replications=3, count=1, **plan) -> Comparison:
    with Workers(count) as workers:
        return compare(scenarios or alternatives(), ComparisonPlan(AS_IS, replications, **plan), workers)


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    return done(replications=6)


def row(table, **where):
    for column, value in where.items():
        table = table[table[column] == value]
    assert len(table) == 1
    return table.iloc[0]


def test_every_alternative_is_what_it_is_alone(comparison):
    for name, scenario in alternatives().items():
        alone = replicate(scenario, 6, workers=1, keep_orders="none")
        for one, other in zip(
            comparison.figures[name], (one.without_causes() for one in alone.figures), strict=True
        ):
            np.testing.assert_array_equal(one.overall, other.overall)


def test_differences_are_paired(comparison):
    values = {
        name: np.array([one["profit"] for one in figures]) for name, figures in comparison.figures.items()
    }
    found = row(comparison.differences, alternative="refuse", metric="profit", dimension="overall")
    expected = differences(values["refuse"][:, np.newaxis], values[AS_IS][:, np.newaxis])
    assert found["difference"] == pytest.approx(expected.mean[0])
    assert found["half_width"] == pytest.approx(expected.half_width[0])
    assert found["p_value"] == pytest.approx(expected.p_value[0])
    assert found["mean"] == pytest.approx(values["refuse"].mean())
    assert found["n"] == 6
    assert found["unit"] == "money"


def test_verdicts_follow_the_glossary(comparison):
    table = comparison.differences
    for one in table[table["significant"]].itertuples():
        up = GLOSSARY[one.metric].better
        expected = (
            "different"
            if up == "neither" or one.of_changed
            else "better"
            if (one.difference > 0) == (up == "up")
            else "worse"
        )
        assert one.verdict == expected
    assert set(table[~table["significant"]]["verdict"]) == {"unclear"}
    lost = row(table, alternative="refuse", metric="lost_units", dimension="overall")
    assert (lost["verdict"], lost["significant"]) == ("worse", True)


@pytest.fixture(scope="module")
def survivors() -> Comparison:
    """Policies that decide who is left to be served: fewer late lines than before, and more."""
    segments = {"gold": {"priority": 1}, "new": {"priority": 2, "patience": "2 days"}}
    patient = {"gold": {"priority": 1}, "new": {"priority": 2}}
    more = {"replenishment": {"type": "R_S", "S": 45, "every": "1 day"}}
    return done(
        {
            AS_IS: shop(customers=segments),
            "patient": shop(customers=patient),
            "refuse": shop(customers=segments, policies=POLICIES | {"backorders": "reject"}),
            "more stock": shop(customers=segments, policies=more),
        },
        replications=8,
    )


def test_no_figure_of_a_group_that_has_changed_is_better_or_worse(survivors):
    """The group's size is tested here by itself, from the figures of the replications."""
    results = survivors.results.set_index(["alternative", "replication"])
    table = survivors.differences[survivors.differences["dimension"] == "overall"]
    seen = set()
    for one in table.itertuples():
        base = GLOSSARY[one.metric].of
        if not base or base in (*ASKED, *PURCHASES):
            assert not one.of_changed
            continue
        apart = (results.loc[one.alternative, base] - results.loc[AS_IS, base]).dropna().to_numpy()
        changed = len(apart) > 0 and apart.any() and ttest_1samp(apart, 0.0).pvalue < 0.05
        assert one.of_changed == changed, (one.alternative, one.metric)
        assert not (changed and one.verdict in {"better", "worse"}), (one.alternative, one.metric)
        if changed and one.significant:
            assert one.verdict == "different"
            seen.add((one.metric, bool(apart.mean() > 0)))
    assert {larger for _, larger in seen} == {False, True}
    assert ("wait_mean", False) in seen


def test_beside_a_wait_of_those_served_stands_one_of_all_who_asked(survivors):
    metrics = survivors.metrics
    assert {"asked_wait_mean", "served_within_7_days"} <= set(metrics)
    refuse = survivors.differences.query("alternative == 'refuse' and dimension == 'overall'")
    assert row(refuse, metric="wait_mean")["verdict"] == "different"
    assert row(refuse, metric="served_within_7_days")["verdict"] == "worse"


def test_verdicts_are_those_of_the_table(survivors):
    table = survivors.differences[survivors.differences["dimension"] == "overall"]
    for one in survivors.verdicts.itertuples():
        found = row(table, alternative=one.alternative, metric=one.metric)
        assert found["shown"]
        same = found["difference"] == 0 and not found["half_width"] > 0
        assert one.verdict == ("same" if same else found["verdict"])
    words = survivors.verdicts.set_index(["alternative", "aspect"])["verdict"]
    assert words["refuse"].to_dict() == {
        "profit": "worse",
        "who waits": "better",
        "how long": "better",
        "what is lost": "worse",
        "stock": "worse",
    }
    asked = Comparison(survivors.scenarios, ComparisonPlan(AS_IS, 8, metrics=("orders",)), survivors.blocks)
    assert set(asked.verdicts["metric"]) == {
        *("profit", "backorder_rate", "asked_wait_mean", "unsold_units", "on_hand_mean"),
    }


def test_what_the_scenario_is_about_comes_first(survivors):
    about = survivors.scenarios[AS_IS].model_copy(
        update={"show": ("backorder_wait_mean", "customs_delay_mean")}
    )
    found = Comparison({**survivors.scenarios, AS_IS: about}, ComparisonPlan(AS_IS, 8), survivors.blocks)
    assert found.metrics[:4] == ("backorder_wait_mean", "asked_wait_mean", "served_within_7_days", "profit")
    assert found.leading == ("backorder_wait_mean",)
    assert found.absent == ("customs_delay_mean",)
    asked = Comparison(found.scenarios, ComparisonPlan(AS_IS, 8, metrics=("orders",)), survivors.blocks)
    assert asked.metrics == asked.leading == ("orders",)
    assert asked.absent == ()


def test_tests_are_adjusted_among_what_is_shown(comparison):
    table = comparison.differences
    shown = table[table["shown"] & (table["dimension"] == "overall")]
    assert set(shown["metric"]) == set(comparison.metrics)
    tested = shown[shown["p_value"].notna()]
    smallest = tested.loc[tested["p_value"].idxmin()]
    assert smallest["p_holm"] == pytest.approx(min(1.0, len(tested) * smallest["p_value"]))
    assert (tested["p_holm"] >= tested["p_value"]).all()


def test_metrics_that_say_the_same_are_shown_once(comparison):
    # Some are refused, so that not every line that is not filled from stock waits; delivery takes no time.
    # Nobody cancels: the waits of those served are those of all, and what is not sold is what is lost.
    assert {"line_fill_rate", "backorder_rate", "lost_units", "asked_wait_mean"} <= set(comparison.metrics)
    assert not {"wait_mean", "unsold_units"} & set(comparison.metrics)
    assert "delivery_time_mean" not in comparison.metrics
    assert "satisfaction" not in comparison.metrics
    slower = shop(warehouses={"warehouse": {"delivery": "2 days"}})
    found = done({AS_IS: shop(), "slower": slower}, replications=2)
    assert "delivery_time_mean" in found.metrics
    assert "backorder_rate" not in found.metrics


def test_one_metric_asked_for_is_tested_alone(comparison):
    asked = Comparison(comparison.scenarios, ComparisonPlan(AS_IS, 6, metrics=("profit",)), comparison.blocks)
    shown = asked.differences[asked.differences["shown"] & (asked.differences["dimension"] == "overall")]
    assert len(shown) == 2
    before = row(comparison.differences, alternative="refuse", metric="profit", dimension="overall")
    assert row(shown, alternative="refuse")["p_holm"] <= before["p_holm"]


def test_segments(comparison):
    table = comparison.differences
    assert set(table[table["dimension"] == "segment"]["group"]) == {"gold", "new"}
    wait = table[(table["metric"] == "wait_mean") & (table["alternative"] == "gold first")]
    assert row(wait, group="gold")["difference"] < 0 < row(wait, group="new")["difference"]
    # What does not belong to customers is not split by segment.
    assert not len(table[(table["metric"] == "on_hand_mean") & (table["dimension"] == "segment")])


def test_customers(comparison):
    table = comparison.customers
    first = table[table["alternative"] == "gold first"].set_index("segment")
    assert first.loc["gold", "better"] > 0
    assert first.loc["gold", "worse"] < 0.01
    assert first.loc["new", "worse"] > first.loc["new", "better"]
    np.testing.assert_allclose(table["better"] + table["worse"] + table["same"], 1.0)
    np.testing.assert_allclose(table["net"], table["better"] - table["worse"])
    orders = np.mean([one["orders"] for one in comparison.figures[AS_IS]])
    assert first.loc["everybody", "orders"] == pytest.approx(orders)


def test_the_same_with_any_number_of_workers(comparison):
    two = done(replications=6, count=2)
    for name in ("differences", "means", "customers", "results"):
        assert getattr(two, name).equals(getattr(comparison, name))


def test_other_customers_are_named():
    found = done({AS_IS: shop(), "other seed": shop(run={"horizon": "60 days", "seed": 6})}, replications=2)
    assert found.other_seeds == found.other_customers == ("other seed",)
    assert found.other_windows == ()
    assert not len(found.customers)
    ratio = found.differences[found.differences["metric"] == "profit"]["variance_ratio"]
    assert np.isfinite(ratio).all()
    later = shop(run={"horizon": "50 days", "seed": 5})
    assert done({AS_IS: shop(), "shorter": later}, replications=2).other_windows == ("shorter",)


def test_other_worlds_are_what_no_policy_brings_about():
    busy = [{"product": "mug", "segments": {"gold": 0.3, "new": 0.7}, "rate": "7/day"}]
    patient = {"gold": {"priority": 1}, "new": {"priority": 2, "patience": "60 days"}}
    equal = {"gold": {"priority": 1}, "new": {"priority": 1, "patience": "6 days"}}
    scenarios = {
        AS_IS: shop(),
        "busy": shop(demand=busy),
        "patient": shop(customers=patient),
        "a peak": shop(profiles=[{"peak": "a day", "from": "2026-01-10", "to": "2026-01-10", "factor": 2}]),
        "shorter": shop(run={"horizon": "50 days", "cool_down": "30 days", "seed": 5}),
        "goodwill": shop(loyalty={"goodwill": {}}),
        "other seed": shop(run={"horizon": "60 days", "cool_down": "30 days", "seed": 6}),
        "other ranks": shop(customers=equal),
        "no waiting": shop(policies=POLICIES | {"backorders": "reject"}),
    }
    found = Comparison(scenarios, ComparisonPlan(AS_IS, 2), ())
    assert found.other_worlds == ("busy", "patient", "a peak", "shorter", "goodwill")


def test_a_policy_that_keeps_customers_away_is_no_other_world():
    goodwill: dict[str, Any] = {"loyalty": {"goodwill": {}}}
    scenarios = {
        AS_IS: shop(**goodwill),
        "reject": shop(policies=POLICIES | {"backorders": "reject"}, **goodwill),
    }
    found = done(scenarios, replications=2)
    assert found.other_customers == ("reject",)
    assert found.other_worlds == ()


def test_until_stops_when_every_difference_is_as_sure_as_asked():
    until = Precision("line_fill_rate", 0.04)
    found = done(until=until, limit=200)
    assert 10 < found.replications < 200
    table = found.differences[found.differences["metric"] == "line_fill_rate"]
    assert table[table["dimension"] == "overall"]["half_width"].max() <= 0.04
    assert found.excess <= 1
    # One stage earlier it was not.
    fewer = Comparison(found.scenarios, found.plan, found.blocks[:10])
    assert fewer.excess > 1


def test_until_gives_up_at_the_limit():
    found = done(until=Precision("line_fill_rate", 0.001), limit=12)
    assert found.replications == 12
    assert found.excess > 1


def test_until_relative_to_the_reference():
    found = done(until=Precision("profit", 0.05, relative=True), limit=300)
    table = found.differences[
        (found.differences["metric"] == "profit") & (found.differences["dimension"] == "overall")
    ]
    assert table["half_width"].max() <= 0.05 * abs(table["mean_against"].iloc[0])


def test_a_figure_that_does_not_exist_never_becomes_surer():
    with pytest.raises(NoFigureError, match="satisfaction does not exist under 'as is'"):
        done(until=Precision("satisfaction", 0.1))
    with pytest.raises(NoFigureError, match="satisfaction does not exist in every replication"):
        done(best=Precision("satisfaction"))


def test_best():
    found = done(replications=10, best=Precision("lost_units", 1.0))
    assert found.best is not None
    assert found.best.decided
    assert found.best.better == "down"
    assert found.best.name in {AS_IS, "gold first"}  # neither loses anything
    assert found.replications == 10
    assert min(found.best.replications.values()) == 10


def test_the_choice_goes_on_from_the_replications_that_are_there():
    blocks = Blocks(alternatives(), AS_IS, Workers(1))
    blocks.play(3)
    values = blocks.observe("profit", ["refuse", AS_IS], 1, 5)
    alone = replicate(alternatives()["refuse"], 5, workers=1, keep_orders="none")
    assert values[:, 0].tolist() == [one["profit"] for one in alone.figures[1:]]
    assert len(blocks.done) == 3


@pytest.mark.parametrize(
    ("plan", "told"),
    [
        ({"until": Precision("profit")}, "say how sure profit has to be"),
        ({"best": Precision("units")}, "neither more nor less of units is better"),
        ({"best": Precision("profit", 0.01, relative=True)}, "not a share"),
        ({"until": Precision("profit", 1.0), "limit": 5}, "below the 10 that come first"),
    ],
)
def test_impossible_plans(plan, told):
    with pytest.raises(ValueError, match=told):
        ComparisonPlan(AS_IS, 3, **plan)


class Impatient(Workers):
    """Interrupts after some pieces of work, which come in another sequence than they were given."""

    after = 4

    def each(self, task, items):
        yield from [(index, task(items[index])) for index in (1, 0, 3, 2)[: self.after]]
        raise KeyboardInterrupt


def test_an_interruption_leaves_what_is_complete_without_a_gap():
    plan = ComparisonPlan(AS_IS, 6)
    impatient = Impatient(1)
    impatient.after = 3  # replications 1, 0 and 3
    with pytest.raises(Interrupted) as stop:
        compare(alternatives(), plan, impatient)
    found = stop.value.comparison
    assert found.interrupted
    assert found.replications == 2
    with Workers(1) as workers:
        whole = compare(alternatives(), ComparisonPlan(AS_IS, 2), workers)
    assert found.differences.equals(whole.differences)


def test_an_interruption_before_there_is_anything():
    impatient = Impatient(1)
    impatient.after = 1
    with pytest.raises(KeyboardInterrupt) as stop:
        compare(alternatives(), ComparisonPlan(AS_IS, 6), impatient)
    assert not isinstance(stop.value, Interrupted)


def test_finished_replications_are_not_played_again(tmp_path, comparison, monkeypatch):
    scenarios = alternatives()
    with Journal(tmp_path / "journal") as journal, Workers(1) as workers:
        compare(scenarios, ComparisonPlan(AS_IS, 4), workers, journal)
        kept = Blocks(scenarios, AS_IS, workers, journal)
        monkeypatch.setattr("simulator.experiments.replications.trials.simulate", None)
        kept.play(4)
        monkeypatch.undo()
        again = compare(scenarios, ComparisonPlan(AS_IS, 6), workers, journal)
    assert again.differences.equals(comparison.differences)
    assert again.customers.equals(comparison.customers)


def test_there_must_be_something_to_compare():
    with pytest.raises(ValueError, match="nothing to compare with 'as is'"):
        done({AS_IS: shop()})


def test_common_random_numbers_spare_replications():
    """Short version of what docs/compare.md shows: the pairing leaves at most a fifth of the variance."""
    quick = ["run.horizon=120 days"]
    scenarios = alternatives_of(
        "scenarios/allocation_policies.yaml",
        ["priority", "high demand first"],
        overrides=quick,
    )
    with Workers(1) as workers:
        found = compare(scenarios, ComparisonPlan(AS_IS, 6), workers)
    table = found.differences[found.differences["dimension"] == "overall"]
    for metric in ("profit", "line_fill_rate", "wait_mean", "cancelled_units"):
        ratios = table[table["metric"] == metric]["variance_ratio"]
        assert len(ratios) == 2
        assert ratios.max() <= 0.2, metric


@pytest.mark.slow
def test_common_random_numbers_spare_replications_under_every_alternative():
    """What docs/compare.md says of the whole scenario, 20 replications of each alternative."""
    with Workers() as workers:
        found = compare(
            alternatives_of("scenarios/allocation_policies.yaml"), ComparisonPlan(AS_IS, 20), workers
        )
    table = found.differences[found.differences["dimension"] == "overall"]
    table = table[(table["difference"] != 0) | (table["half_width"] > 0)]
    for metric in ("profit", "line_fill_rate", "backorder_rate", "cancelled_units"):
        ratios = table[table["metric"] == metric]["variance_ratio"]
        assert len(ratios) >= 9
        assert ratios.max() <= 0.2, metric
    waits = table[(table["metric"] == "wait_mean") & (table["alternative"] != "shortest line")]
    assert waits["variance_ratio"].max() <= 0.2


def test_lines_by_cause_are_compared_where_a_metric_is_named(comparison):
    assert not any(one.has_causes for each in comparison.figures.values() for one in each)
    shown = {name: one for name, one in alternatives().items() if name != "refuse"}
    shown[AS_IS] = shown[AS_IS].model_copy(update={"show": ("backordered_by_chance",)})
    found = done(shown, replications=6)
    assert found.leading == ("backordered_by_chance",)
    named = done(alternatives(), replications=6, metrics=("backordered_by_chance",))
    for name in shown:
        for one, other, known in zip(
            found.figures[name], named.figures[name], comparison.figures[name], strict=True
        ):
            assert one["backordered_by_chance"] > 0
            np.testing.assert_array_equal(one.overall, other.overall)
            np.testing.assert_array_equal(one.without_causes().overall, known.overall)
