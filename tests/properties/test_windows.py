"""A run in windows is the run: whatever is asked of it, and however long the windows are."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from simulator.experiments.replications.outline import outline
from simulator.experiments.replications.trials import KeptData, played
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures, figures
from simulator.metrics.glossary import GLOSSARY
from simulator.model.windows import run_windows
from simulator.model.world import simulate
from simulator.orders.rolling_book import join_books
from simulator.scenario.scenario import Scenario, crossed_checks
from tests.properties.sourcing import several
from tests.properties.test_model import DRAWN, OUTCOMES, unhurried
from tests.properties.trouble import OFFICE_KEYS, SUPPLIER_KEYS
from tests.properties.worlds import arithmetic, documents, forgetful, scenario, sold

COUNTS = {"orders", "lines", "purchase orders"}
worlds = st.one_of(documents(), documents().flatmap(arithmetic)).map(forgetful)
lengths = st.sampled_from([1, 3, 7, 13, 20, 30, 45])


def in_windows(document: dict[str, Any], days: int) -> Scenario:
    return scenario({**document, "run": {**document["run"], "window": f"{days} days"}})


def same(one: Figures, other: Figures) -> None:
    """Counts are the same exactly, all other figures but for what adding in another sequence may change."""
    assert one.names == other.names
    for dimension in ("overall", *one.by):
        values, expected = (
            figure.overall if dimension == "overall" else figure.by[dimension][1] for figure in (one, other)
        )
        if dimension != "overall":
            assert one.by[dimension][0] == other.by[dimension][0]
        for name, found, known in zip(one.names, values, expected, strict=True):
            exact = GLOSSARY[name].unit in COUNTS
            tolerance = 0.0 if exact else 1e-9
            np.testing.assert_allclose(
                found, known, rtol=tolerance, atol=tolerance, err_msg=f"{name} by {dimension}"
            )


@settings(unhurried, max_examples=35)
@given(worlds, lengths)
def test_figures_are_those_of_the_whole_run(document: dict[str, Any], days: int) -> None:
    record = simulate(scenario(document))
    windowed = in_windows(document, days)
    with Workers(1) as workers:
        (one,) = played({"": windowed}, [("", 0)], workers, None, KeptData(outlines=True))
    same(one.figures, figures(record, causes=True))
    assert one.record is None
    whole, drawn = outline(record), one.outline
    assert drawn is not None
    np.testing.assert_array_equal(drawn.lines, whole.lines)
    np.testing.assert_array_equal(drawn.waiting, whole.waiting)
    np.testing.assert_array_equal(drawn.waits.place, whole.waits.place)
    np.testing.assert_array_equal(drawn.waits.lines, whole.waits.lines)
    np.testing.assert_allclose(drawn.waits.days, whole.waits.days)
    np.testing.assert_array_equal(drawn.causes, whole.causes)
    for name in ("units", "days", "timed", "pending"):
        np.testing.assert_allclose(getattr(drawn.supply, name), getattr(whole.supply, name), atol=1e-9)
    for name in ("pair", "units", "days", "lines", "waited", "served", "waits"):
        np.testing.assert_allclose(getattr(drawn.sales, name), getattr(whole.sales, name), atol=1e-9)
    np.testing.assert_allclose(drawn.waits.squares, whole.waits.squares)
    np.testing.assert_allclose(drawn.on_hand, whole.on_hand, rtol=1e-4, atol=1e-4)
    np.testing.assert_allclose(drawn.backlog, whole.backlog, rtol=1e-4, atol=1e-4)


@settings(unhurried, max_examples=25)
@given(documents().flatmap(several))
def test_several_sources_are_not_played_in_windows(document: dict[str, Any]) -> None:
    document["run"]["window"] = "10 days"
    document = sold(document)
    found = list(crossed_checks(Scenario.model_validate(document)))
    places = {
        place for place, message in found if message.endswith("run.window together with a sourcing policy")
    }
    named = {
        ("products", name, "sourcing") for name, one in document["products"].items() if "sourcing" in one
    }
    assert places == named | ({("policies", "sourcing")} if "sourcing" in document["policies"] else set())
    assert places


@settings(unhurried, max_examples=25)
@given(documents())
def test_what_happens_to_supply_and_an_opening_are_not_played_in_windows(document: dict[str, Any]) -> None:
    document["run"]["window"] = "10 days"
    document = sold(document)
    found = {
        place
        for place, message in crossed_checks(Scenario.model_validate(document))
        if message.startswith("not supported yet: run.window together with ")
    }
    trouble = {
        (section, name, key)
        for section, keys in (("suppliers", SUPPLIER_KEYS), ("customs", OFFICE_KEYS))
        for name, place in document[section].items()
        for key in keys
        if key in place
    }
    # hours of a supplier matter to its production lines alone, and its zone to dates, which windows exclude anyway
    trouble = {
        place for place in trouble if place[0] != "suppliers" or place[-1] not in {"hours", "time_zone"}
    }
    known = {place for place in found if place[0] in {"suppliers", "customs"} and place[-1] in SUPPLIER_KEYS}
    assert known == trouble
    assert (("opening",) in found) == ("opening" in document)


@settings(unhurried, max_examples=30)
@given(worlds, lengths)
def test_every_line_and_every_purchase_order_is_told_of_once(document: dict[str, Any], days: int) -> None:
    record = simulate(scenario(document))
    found = list(run_windows(in_windows(document, days), 0, causes=True))
    assert all(one.end == other.begin for one, other in pairwise(found))
    book = found[0].settled.book
    for one in found[1:]:
        book = join_books(book, one.settled.book)
    rows, known = (np.lexsort((one.stock, one.chance, one.time)) for one in (book, record.book))
    for column in (*DRAWN, *OUTCOMES):
        if column in {"order", "unit_days"}:
            continue  # orders are numbered anew; days of units are added up in parts
        np.testing.assert_array_equal(
            getattr(book, column)[rows], getattr(record.book, column)[known], err_msg=column
        )
    np.testing.assert_allclose(book.unit_days[rows], record.book.unit_days[known])
    assert sum(len(one.settled.purchases) for one in found) == len(record.purchases)
    tables = [one.settled.purchases for one in found]
    for name in ("placed", "received", "quantity"):
        values = np.concatenate([getattr(table, name) for table in tables])
        np.testing.assert_array_equal(np.sort(values), np.sort(getattr(record.purchases, name)))
    for name, times in record.purchases.passed.items():
        values = np.concatenate([table.passed[name] for table in tables])
        np.testing.assert_array_equal(np.sort(values), np.sort(times))
    assert sum(len(one.course.book) for one in found) == len(record.book)
    assert found[-1].settled.end == record.end


def test_a_shop_with_rare_landings_in_many_windows() -> None:
    document: dict[str, Any] = {
        "run": {"horizon": "2000 days", "warm_up": "95 days", "cool_down": "100 days", "seed": 5},
        "products": {"ball": {"price": 10, "cost": 4, "holding": "20 %/year", "backorder_cost": "0.3/day"}},
        "customers": {"gold": {"priority": 1}, "standard": {"priority": 2, "patience": "12 days"}},
        "demand": [
            {
                "product": "ball",
                "rate": "6/day",
                "segments": {"gold": 0.3, "standard": 0.7},
                "quantity": {"dist": "geometric", "mean": 1.7},
            }
        ],
        "profiles": [{"weekly": [1, 1, 1, 1, 2, 3, 0]}],
        "suppliers": {"factory": {"lead_time": {"dist": "gamma", "mean": "20 days", "cv": 0.5}}},
        "policies": {
            "replenishment": {"type": "r_Q", "r": 180, "Q": 400},
            "allocation": {"type": "critical_level", "levels": {"standard": 15}},
        },
    }
    whole = figures(simulate(Scenario.model_validate(document)))
    document["run"]["window"] = "15 days"  # most windows have no landing, some no stock at all
    with Workers(1) as workers:
        (one,) = played({"": Scenario.model_validate(document)}, [("", 0)], workers)
    same(one.figures, whole)
    assert whole["cycle_service_level"] == pytest.approx(0.4, abs=0.3)
    assert whole["cancelled_lines"] > 50
