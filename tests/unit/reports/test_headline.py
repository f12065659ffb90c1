"""What a planner reads first."""

import math
import textwrap
from typing import Any

import numpy as np
import pytest

from simulator.experiments.statistics.confidence_intervals import Estimate, interval
from simulator.metrics.glossary import GLOSSARY
from simulator.reports.results.run import run
from simulator.reports.wording import run_headline
from simulator.reports.wording.run_headline import headline


def sentences(shop, *overrides, **options):
    options.setdefault("replications", 2)
    return headline(run(shop, workers=1, overrides=overrides, **options).outcome)


def test_some_wait(results):
    text = headline(results.outcome)
    waited = results["backordered_orders"].mean
    assert text.startswith(f"{waited:.0f} of {results['orders'].mean:.0f} customers (")
    assert "had to wait for their goods: " in text
    wait, within = results["backorder_wait_mean"].mean, results["backorder_wait_p90"].mean
    assert (
        f": those served {wait:.1f} days on average, nine in ten no longer than {within:.1f} days. " in text
    )
    assert "Of the units asked for " in text
    assert "were declined by customers who would not wait" in text
    assert "Over 3 replications the share who waited is " in text
    assert text.endswith("(95 % confidence).")


def test_nobody_waits_and_all_is_sold(shop):
    text = sentences(shop, "warehouses.warehouse.stock=10000")
    assert text.startswith(
        "No customer had to wait. Everything that was asked for was sold. Over 2 replications"
    )
    assert "the fill rate is 100.0 % ± 0.0 points" in text


def test_out_of_stock(shop):
    text = sentences(shop, alternative="no waiting")
    assert text.startswith("No customer waited, but ")
    assert " % of the units asked for were not to be had. Of the units asked for " in text
    assert "were refused, being out of stock" in text


def test_substitutes_are_not_what_was_asked_for(shop):
    estimates = {name: Estimate(0.0, 0.0, "units", 2) for name in GLOSSARY}
    estimates |= {"units": Estimate(100.0, 0.0, "units", 2), "filled_units": Estimate(90.0, 0.0, "units", 2)}
    estimates["substituted_units"] = Estimate(10.0, 0.0, "units", 2)
    told = run_headline._what_was_sold(estimates)
    assert told == "Of the units asked for 90.0 % were sold; 10.0 % were replaced by another product."


def test_patience_runs_out(shop):
    text = sentences(shop, "customers.members.patience=1 h", "policies.replenishment.r=0")
    assert "were cancelled during the wait" in text


def test_nothing_ever_arrives(shop):
    text = sentences(shop, "suppliers.importer.lead_time=1 year")
    assert "had to wait for their goods, and none of them got all of it." in text
    assert "were still owed when the run ended" in text


def test_one_replication(shop):
    assert sentences(shop, replications=1).endswith("how sure these figures are cannot be said.")


def test_no_orders(shop):
    assert sentences(shop, "demand=[{products: {tea: 0/day, pots: 0/day}}]") == (
        "Nobody ordered anything in the measured window."
    )


@pytest.mark.parametrize("alternative", [None, "no waiting", "members first"])
def test_no_nan_in_words(shop, alternative):
    assert "nan" not in sentences(shop, alternative=alternative)


class Figures:
    """Replications with chosen figures: metric -> one value for each."""

    def __init__(self, **values):
        self.names = tuple(values)
        self.overall = np.array(list(values.values()), float).T

    def __len__(self):
        return len(self.overall)

    def summary(self):
        return {
            name: Estimate(*interval(column), "", len(self))
            for name, column in zip(self.names, self.overall.T, strict=True)
        }


@pytest.mark.parametrize("wait", [(0.2, 0.3), (4.0, 6.0), (math.nan, math.nan)])
@pytest.mark.parametrize("gone", [0.0, 240.0])
@pytest.mark.parametrize("waited", [(0, 0), (2810, 2830), (91000, 91400)])
def test_the_first_sentence_follows_from_the_figures(waited, wait, gone):
    figures: Any = Figures(
        orders=(91200, 91400),
        backordered_orders=waited,
        backorder_wait_mean=wait,
        backorder_wait_p90=[2 * days for days in wait],
        units=(1000, 1400),
        filled_units=(900, 1100),
        refused_units=(gone, gone),
        declined_units=(0, 0),
        cancelled_units=(0, 0),
        open_units=(0, 0),
        unfinished_units=(0, 0),
        substituted_units=(0, 0),
        fill_rate=(0.9, 0.92),
        made_to_order_orders=(0, 0),
        made_wait_mean=(math.nan, math.nan),
    )
    first = headline(figures).split(". ")[0] + "."
    if sum(waited) == 0:
        few = "No customer waited, but 20.0 % of the units asked for were not to be had."
        assert first == (few if gone else "No customer had to wait.")
    else:
        assert first.startswith(
            f"{sum(waited) / 2:,.0f} of 91,300 customers ({100 * sum(waited) / 182600:.1f} %) had "
        )
        mean = {0.2: "6.0 hours", 4.0: "5.0 days"}.get(wait[0], "")
        p90 = {0.2: "12.0 hours", 4.0: "10.0 days"}.get(wait[0], "")
        told = f": those served {mean} on average, nine in ten no longer than {p90}."
        assert first.endswith(told if mean else ", and none of them got all of it.")
    assert len(textwrap.wrap(first, 80)) <= 3


def test_what_is_made_to_order_has_a_sentence() -> None:
    figures: Any = Figures(
        **dict.fromkeys(("backordered_orders", "refused_units", "declined_units", "cancelled_units"), (0, 0)),
        **dict.fromkeys(("open_units", "unfinished_units", "substituted_units"), (0, 0)),
        orders=(1000, 1000),
        units=(1000, 1000),
        filled_units=(1000, 1000),
        fill_rate=(1, 1),
        made_to_order_orders=(300, 302),
        made_wait_mean=(1.4, 1.6),
        made_wait_p90=(3.0, 3.0),
    )
    assert headline(figures).startswith(
        "No customer had to wait for goods from stock. 301 orders were made to order, which took 1.5 days on average, "
        "for nine in ten no longer than 3.0 days. Everything"
    )
