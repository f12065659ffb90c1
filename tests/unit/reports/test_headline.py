"""What a planner reads first."""

import pytest

from simulator.reports.headline import headline
from simulator.reports.results import run


def sentences(shop, *overrides, **options):
    options.setdefault("replications", 2)
    return headline(run(shop, workers=1, overrides=overrides, **options).outcome)


def test_some_wait(results):
    text = headline(results.outcome)
    waited = results["backordered_orders"].mean
    assert text.startswith(f"{waited:.0f} of {results['orders'].mean:.0f} customers (")
    assert "had to wait for their goods: " in text
    assert "days on average, nine in ten of those served no longer than " in text
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
    assert text.startswith("No customer had to wait. Of the units asked for ")
    assert "were refused, being out of stock" in text


def test_patience_runs_out(shop):
    text = sentences(shop, "customers.members.patience=1 h", "policies.replenishment.r=0")
    assert "were cancelled during the wait" in text


def test_nothing_ever_arrives(shop):
    text = sentences(shop, "suppliers.importer.lead_time=1 year")
    assert "had to wait for their goods, and nobody's wait had an end." in text
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
