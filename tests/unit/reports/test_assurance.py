"""How sure the figures are, in words."""

import json
import math

import pytest

from simulator.experiments.replications.assurance import Assurance, SampleSize
from simulator.experiments.replications.warm_up_test import WarmUp
from simulator.reports.results.run import run
from simulator.reports.wording.numerals import numeral
from simulator.reports.wording.precision_notes import about_warm_up, interval_notes, single_run

LONG = ("run.horizon=2050 days", "run.warm_up=50 days")


@pytest.fixture(scope="module")
def long_run(shop):
    """One replication that is long enough for batch means."""
    return run(shop, workers=1, overrides=LONG)


def test_a_long_run_says_how_sure_it_is(long_run):
    text = single_run(long_run.outcome)
    assert text.startswith("This is one replication: by batch means (")
    assert "batches) the share of lines that waited is " in text
    assert ", their mean wait " in text
    assert text.endswith("(95 % confidence).")
    for metric in ("fill_rate", "wait_mean", "on_hand_mean", "backorders_mean", "backorder_wait_p95"):
        assert long_run[metric].half_width > 0, metric
    assert math.isnan(long_run["profit"].half_width)  # batch means have nothing to say of it


def test_a_short_run_does_not(shop):
    short = run(shop, workers=1)
    assert "too short for batch means" in single_run(short.outcome)
    assert all(math.isnan(short[metric].half_width) for metric in ("fill_rate", "backorder_wait_mean"))
    assert Assurance.of(short.outcome).method == "none"
    assert interval_notes(Assurance.of(short.outcome)) == ""


def test_nobody_waits_in_a_long_run(shop):
    played = run(shop, workers=1, overrides=(*LONG, "policies.replenishment.r=300"))
    assert "the fill rate is 100.0 % ± 0.0 points" in single_run(played.outcome)


def test_without_its_record_a_run_cannot_be_cut(shop):
    assert "too short" in single_run(run(shop, workers=1, overrides=LONG, keep_orders="none").outcome)


def test_what_the_waits_say(results, long_run):
    text = interval_notes(Assurance.of(long_run.outcome))
    assert text.startswith(
        "± is half of a 95 % confidence interval by batch means, for the figures that have one. The "
    )
    assert " waits say as much about their mean as " in text
    several = Assurance.of(results.outcome)
    assert several.method == "replications"
    assert interval_notes(several).startswith("± is half of a 95 % confidence interval.")


def test_few_independent_waits(results):
    assurance = Assurance.of(results.outcome)
    few = Assurance("replications", {}, SampleSize(300, 4.2), assurance.lines, (), assurance.warm_up)
    assert interval_notes(few).endswith(
        "The 300 waits say as much about their mean as fewer than 10 independent ones."
    )
    unknown = Assurance("replications", {}, SampleSize(300, math.nan), assurance.lines, (), assurance.warm_up)
    assert "waits" not in interval_notes(unknown)


def test_for_programs(long_run, results):
    plain = long_run.plain()["assurance"]
    assert plain["intervals"] == "batch means"
    assert 10 <= plain["batches"]["fill_rate"] <= 30
    assert 0 < plain["waits"]["effective"] < plain["waits"]["count"]
    assert 0 < plain["lines"]["effective"] < plain["lines"]["count"]
    assert [one["share"] for one in plain["wait_quantiles"]] == [0.5, 0.9, 0.95, 0.99]
    assert all(one["low"] < one["days"] < one["high"] for one in plain["wait_quantiles"][:3])
    assert plain["warm_up"]["verdict"] == "enough"
    assert results.plain()["assurance"]["batches"] == {}


def test_quantiles_of_all_replications_together(results):
    quantile = results.outcome.waits.quantile(0.9)
    assert results["backorder_wait_p90"].mean == quantile.days
    assert results["backorder_wait_p90"].half_width == quantile.half_width
    by_segment = results.outcome.summary_by("segment")
    assert by_segment["members"]["backorder_wait_p90"].mean != quantile.days


@pytest.mark.parametrize("found", [WarmUp(30.0, "enough", 20.0, "on hand", "MSER-5"), WarmUp(0.0, "unknown")])
def test_nothing_to_say_of_the_warm_up(found):
    assert about_warm_up(found) == ""


@pytest.mark.parametrize(
    ("found", "start", "end"),
    [
        (
            WarmUp(0.0, "short", 55.0, "on hand", "MSER-5"),
            "Without a warm-up these figures include the start of the run: the stock on hand needs about 55 days",
            ' to settle (MSER-5). Try --set run.warm_up="55 days".',
        ),
        (
            WarmUp(10.0, "short", 85.0, "on hand", "first landing"),
            "A warm-up of 10 days looks too short: it ends before most products have got anything that was",
            ' ordered in the run. Try --set run.warm_up="85 days".',
        ),
        (
            WarmUp(10.0, "unsteady", None, "backlog", "MSER-5"),
            "No steady state seen: the backlog still rises or falls when the run ends, so these figures depend",
            " on how long it is. Supply may be below demand, or the horizon too short.",
        ),
    ],
)
def test_about_the_warm_up(found, start, end):
    assert about_warm_up(found) == start + end


def test_supply_below_demand_never_settles(shop):
    played = run(
        shop,
        workers=1,
        replications=3,
        overrides=("run.horizon=400 days", "suppliers.importer.capacity=2/day"),
    )
    assert Assurance.of(played.outcome).warm_up.verdict == "unsteady"


def test_the_manifest_and_the_page_say_it_too(shop, tmp_path):
    played = run(
        shop,
        workers=1,
        replications=4,
        overrides=("run.horizon=200 days", "warehouses.warehouse.stock={tea: 300, pots: 80}"),
    )
    place = played.save(tmp_path)
    told = json.loads((place / "manifest.json").read_text(encoding="utf-8"))["warm_up"]
    assert told == Assurance.of(played.outcome).warm_up.plain()
    assert told["verdict"] == "short"
    page = (place / "report.html").read_text(encoding="utf-8")
    assert "Without a warm-up these figures include the start of the run" in page
    assert str(numeral(played["backorder_wait_p90"]).mean) in page
