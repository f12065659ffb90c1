"""The scenarios of this repository: all of them run, and what scenarios/README.md says they found holds."""

from __future__ import annotations

import csv
import gzip
import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from simulator.experiments.explaining.explanation import Question, explain
from simulator.experiments.replications.replications import Replications, replicate
from simulator.experiments.workers.workers import Workers
from simulator.model.levels.stock_levels import asked_levels
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.model.world import simulate
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Streams
from simulator.scenario.load import load
from simulator.scenario.without_effect import without_effect

FOLDER = Path("scenarios")
FILES = sorted(FOLDER.glob("*.yaml"))
BRANCHES = [(file.stem, name) for file in FILES for name in (None, *load(file).alternatives)]


@cache
def played(scenario: str, alternative: str | None, replications: int, *overrides: str) -> Replications:
    """The replications, played in this process: the tests themselves are spread over processes."""
    loaded = load(FOLDER / f"{scenario}.yaml", alternative, overrides)
    return replicate(loaded, replications, workers=1, keep_orders="none")


# -- all of them ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("scenario", "alternative"), BRANCHES)
def test_two_short_replications(scenario: str, alternative: str | None) -> None:
    days = 70 if scenario == "personalised_products" else 40  # a workshop has fewer orders
    short = () if scenario == "order_history" else ("run.warm_up=10 days", f"run.horizon={days} days")
    outcome = played(scenario, alternative, 2, *short)
    figures = outcome.summary()
    assert figures["orders"].mean > 300
    assert 0 <= figures["line_fill_rate"].mean <= 1
    fates = (f"{fate}_units" for fate in ("filled", "lost", "cancelled", "open", "unfinished"))
    assert sum(figures[fate].mean for fate in fates) == pytest.approx(figures["units"].mean)


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_question_and_what_was_found(file: Path) -> None:
    scenario = load(file)
    assert scenario.question
    assert scenario.question.endswith("?")
    assert len(scenario.alternatives) >= 2
    assert f"[{file.name}]({file.name})" in (FOLDER / "README.md").read_text()
    assert file.read_text().startswith("# yaml-language-server: $schema=scenario.schema.json\n")


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_key_has_an_effect(file: Path) -> None:
    assert list(without_effect(file)) == []


# -- what they found -------------------------------------------------------------------------------------------------

SHORTER = ("run.warm_up=90 days", "run.horizon=330 days", "run.cool_down=30 days")
"""Long enough for a direction; the README's figures come from longer runs, and ten times as many."""

Claim = tuple[str, str | None, str | None]
"""A metric, the alternative that has more of it, and the one that has less; None: the file as it stands."""

CLAIMS: dict[str, list[Claim]] = {
    "baseline": [
        ("backorder_wait_mean", None, "95 % service level"),
        ("on_hand_mean", "95 % service level", None),
        ("profit", "95 % service level", None),
        ("on_hand_mean", None, "half the order quantity"),
        ("ordering_cost", "half the order quantity", None),
        ("profit", None, "no backorders"),
    ],
    "holiday_peak": [
        ("line_fill_rate", "no Black Friday", None),
        ("line_fill_rate", "pre-built stock", None),
        ("line_fill_rate", "more safety stock", "pre-built stock"),
        ("purchase_orders", None, "pre-built stock"),
        ("profit", "more safety stock", "pre-built stock"),
        ("profit", "pre-built stock", None),
        ("profit", None, "no backorders"),
    ],
    "customs_delays": [
        ("customs_delay_mean", "as before, in office hours", "as before, and a strike"),
        ("customs_delay_mean", "as before, in office hours", "as before"),
        ("customs_delay_mean", "as before, in office hours with holidays", "as before, in office hours"),
        ("customs_delay_mean", None, "two inspectors"),
        ("customs_delay_mean", None, "half as many inspections"),
        ("customs_delay_mean", "two inspectors", "as before"),
        ("line_fill_rate", "as before", None),
        ("line_fill_rate", "two inspectors", None),
        ("line_fill_rate", "half as many inspections", None),
        ("on_hand_mean", "more safety stock", "two inspectors"),
    ],
    "allocation_policies": [
        ("wait_mean", None, "priority"),
        ("wait_mean", "priority", "shortest line"),
        ("cancelled_lines", None, "shortest line"),
        ("cancelled_lines", "largest value", None),
        ("line_fill_rate", "high demand first", None),
        *(("profit", None, name) for name in ("priority", "critical level", "high demand first")),
    ],
    "backorder_vs_out_of_stock": [
        ("revenue", None, "no backorders"),
        ("profit", None, "no backorders"),
        ("revenue", "everybody orders", None),
        ("profit", "at most 100 units wait", "no backorders"),
        ("line_fill_rate", "no backorders", None),
        ("on_hand_mean", "no backorders, more stock", None),
    ],
    "communication": [
        ("cancelled_lines", "say nothing", None),
        ("cancelled_lines", "apologies annoy", "confirm only"),
        ("satisfaction", "confirm only", None),
        ("satisfaction", None, "a word every other day"),
    ],
    "compensation": [
        ("cancelled_lines", None, "10 % off at once"),
        ("satisfaction", "10 % off at once", None),
        ("repeat_rate", "10 % off at once", None),
    ],
    "support_load": [
        ("cancelled_lines", "no messages", None),
        ("satisfaction", None, "a word every five days"),
    ],
    "loyalty": [
        ("repeat_rate", "more stock", None),
        ("repeat_rate", "an empty shelf is forgiven, out of stock", "an empty shelf is forgiven"),
        ("on_time_rate", "dates kept by 95 %", None),
        ("orders", None, "goodwill"),
        ("profit", None, "out of stock"),
    ],
    "promise_quality": [
        ("declined_lines", "shown before", None),
        ("cancelled_lines", None, "shown before"),
        ("on_time_rate", "kept by 95 %", "the median"),
        ("profit", None, "shown before"),
    ],
    "offer_alternatives": [
        ("revenue", "two alternatives", "one alternative"),
        ("revenue", "one alternative", None),
        ("line_fill_rate", None, "two alternatives"),
    ],
    "payment_timing": [
        ("cash_held_mean", "charged on order", None),
        ("cash_held_mean", "charged on order, slow refunds", "charged on order"),
        ("refunds", "charged on order", "charged on order, date shown before"),
    ],
    "why_waiting": [
        ("backordered_orders", None, "a second line"),
        ("profit", "a second line", None),
        ("line_fill_rate", "more safety stock", None),
        ("profit", None, "no sale"),
    ],
    "rare_failures": [
        ("line_fill_rate", "no failures", "more stock"),
        ("line_fill_rate", "more stock", None),
        ("backorder_rate", "smaller orders", None),
        ("backorder_wait_mean", None, "smaller orders"),
    ],
    "safety_stock": [
        ("line_fill_rate", None, "textbook"),
        ("on_hand_mean", "textbook", None),
        ("profit", None, "textbook"),
        ("on_hand_mean", None, "95 % of units"),
    ],
    "expediting": [
        ("asked_wait_mean", None, "air from 160 units"),
        ("asked_wait_mean", "air from 160 units", "air from 40 units"),
        ("asked_wait_mean", "air from 40 units", "workshop from 40 units"),
        ("expedited_units", "air from 40 units", "air from 160 units"),
        ("expedited_units", "air from 40 units", "no article, air from 40 units"),
        ("freight_cost", "air from 40 units", "air for clocks from 40 units"),
        ("profit", "air for clocks from 40 units", None),
        ("profit", "impatient, air from 40 units", "impatient"),
        ("profit", "more stock", "air for clocks from 40 units"),
        ("profit", None, "all by air"),
        ("on_hand_mean", "more stock", None),
    ],
    "how_long_is_a_backorder": [
        ("backorder_wait_p50", None, "ships on time"),
        ("backorder_wait_p90", None, "ships on time"),
        ("lead_time_mean", None, "by air"),
        ("lead_time_mean", None, "no borders"),
        ("backordered_by_transport", None, "ships on time"),
        ("backordered_by_inspections", "ships on time", "no borders"),
        ("backordered_lines", None, "more safety stock"),
    ],
    "demand_surge": [
        ("backordered_lines", None, "more safety stock"),
        ("backordered_lines", None, "workshop while 20 wait"),
        ("backordered_by_surges", None, "no film"),
        ("backordered_by_surges", "ships on time", None),
        ("profit", "more safety stock", None),
        ("profit", None, "refuse"),
        ("profit", None, "no film"),
        ("unsold_units", "refuse", None),
    ],
    "two_suppliers": [
        *(("profit", None, name) for name in ("all near", "three tenths near")),
        *(("profit", name, None) for name in ("dual index", "tailored base-surge")),
        ("price_variance", "three tenths near", "tailored base-surge"),
        ("price_variance", "tailored base-surge", "near above a limit"),
        ("on_hand_mean", None, "dual index"),
        ("on_hand_mean", "dual index", "tailored base-surge"),
        ("on_hand_mean", "tailored base-surge", "all near"),
        ("lost_units", None, "tailored base-surge"),
    ],
    "supplier_shortage": [
        ("unsold_units", None, "no shortage"),
        ("profit", "no shortage", "second supplier"),
        ("profit", "second supplier", None),
        ("profit", None, "a fifth from the second"),
        ("profit", "blender ordered first", None),
        ("unsold_units", None, "more stock"),
        ("profit", "no peak, second supplier", "no peak"),
        ("profit", "no peak", "no peak, a fifth from the second"),
        ("price_variance", "second supplier", "no peak, second supplier"),
        ("lost_units", "workshop", "workshop, backlog first"),
        ("cancelled_units", "workshop, backlog first", "workshop"),
        ("asked_wait_mean", "workshop, backlog first", "workshop"),
        *(("profit", None, name) for name in ("fire", "defects", "orders that never come")),
        ("profit", "fire, second supplier", None),
        ("defective_units", "defects", None),
        ("failed_orders", "orders that never come", None),
    ],
    "personalised_products": [
        *(("made_wait_mean", None, name) for name in ("a third engraver", "open on Saturdays")),
        ("made_wait_p90", "a third engraver", "open on Saturdays"),
        ("made_wait_p90", "express first", None),
        ("made_wait_p50", None, "express first"),
        ("made_wait_mean", "blanks bought to order", None),
        ("not_made_lines", "blanks bought to order", None),
        ("profit", None, "blanks bought to order"),
        ("workshop_cost", None, "nothing engraved"),
    ],
    "fulfilment_network": [
        *(
            claim
            for name in (
                "two warehouses",
                "two that help out",
                "two behind a depot",
                "Madrid behind Rotterdam",
            )
            for claim in (
                ("delivery_time_mean", None, name),
                ("delivery_cost", None, name),
                ("on_hand_mean", name, None),
                ("freight_cost", name, None),
            )
        ),
        *(("profit", "two that help out", name) for name in (None, "two warehouses", "two with transfers")),
        ("profit", "two warehouses", "two behind a depot"),
        ("on_hand_mean", "two warehouses", "two that help out"),
        ("asked_wait_mean", "two warehouses", "two that help out"),
        ("delivery_cost", "two that help out", "two warehouses"),
        ("freight_cost", "two behind a depot", "Madrid behind Rotterdam"),
        ("freight_cost", "Madrid behind Rotterdam", "two warehouses"),
        ("transfer_cost", "two with transfers", "two warehouses"),
    ],
    "order_history": [
        ("delivery_time_mean", "whole orders", None),
        ("order_fill_rate", "full", None),
        ("order_fill_rate", None, "lean"),
    ],
}


@pytest.mark.parametrize("scenario", CLAIMS)
def test_directions(scenario: str) -> None:
    shorter = SHORTER if scenario in {"baseline", "customs_delays", "backorder_vs_out_of_stock"} else ()
    replications = 8 if scenario == "two_suppliers" else 2  # differences of one per cent of profit

    def mean(alternative: str | None, metric: str) -> float:
        return played(scenario, alternative, replications, *shorter).summary()[metric].mean

    claims = CLAIMS[scenario]
    assert [claim for claim in claims if not mean(claim[1], claim[0]) > mean(claim[2], claim[0])] == []


def waits(policy: str | None, dimension: str) -> dict[str, float]:
    """Mean wait by group where goods are scarce."""
    groups = played("allocation_policies", policy, 2).summary_by(dimension)
    return {group: figures["wait_mean"].mean for group, figures in groups.items()}


def test_what_is_made_after_the_order_takes_longer_than_what_comes_from_the_shelf() -> None:
    figures = played("personalised_products", None, 4).summary()
    assert figures["made_wait_mean"].mean > 10 * figures["stock_wait_mean"].mean
    by_segment = played("personalised_products", "express first", 4).summary_by("segment")
    assert by_segment["express"]["made_wait_mean"].mean < 0.75 * by_segment["standard"]["made_wait_mean"].mean


def test_who_gets_the_goods() -> None:
    by_time, by_rank, with_reserve = (waits(name, "segment") for name in (None, "priority", "critical level"))
    assert with_reserve["gold"] < by_rank["gold"] < 0.5 * by_time["gold"]
    assert by_time["new"] < by_rank["new"] < with_reserve["new"]

    by_time, by_demand = (waits(name, "product") for name in (None, "high demand first"))
    assert by_demand["mug"] < by_time["mug"]
    assert by_demand["lamp"] > 1.5 * by_time["lamp"]

    by_wait, by_time_too = (played("allocation_policies", name, 2).overall for name in ("longest wait", None))
    assert np.array_equal(by_wait, by_time_too, equal_nan=True)


def test_who_orders_last_from_a_plant_without_capacity() -> None:
    """The sequence in which stocks order decides who gets what a plant can make in a week."""
    by_file, blender_first, bought = (
        played("supplier_shortage", name, 2).summary_by("product")
        for name in (None, "blender ordered first", "second supplier")
    )
    waits = {name: figures["asked_wait_mean"].mean for name, figures in by_file.items()}
    assert waits["kettle"] < waits["toaster"] < waits["blender"]
    assert blender_first["blender"]["asked_wait_mean"].mean < 0.75 * waits["blender"]
    dearer = {name: figures["price_variance"].mean for name, figures in bought.items()}
    assert dearer["kettle"] == 0
    assert dearer["toaster"] < 0.1 * dearer["blender"]


def test_a_level_covers_the_lead_time_of_the_source_that_it_is_for() -> None:
    """Tailored base-surge orders up to S from the fast source, dual index from the slow one."""
    surge, both = (
        next(iter(asked_levels(load(FOLDER / "two_suppliers.yaml", name)).values()))
        for name in ("tailored base-surge", "dual index")
    )
    assert surge.demand_mean == pytest.approx(20 * (5 + 1))
    assert both.demand_mean == pytest.approx(20 * (12 + 48 + 1))


def test_air_freight_pays_for_what_is_dear() -> None:
    by_sea, by_air = (
        played("expediting", name, 4).summary_by("product") for name in (None, "air from 40 units")
    )
    gained = {name: by_air[name]["profit"].mean - figures["profit"].mean for name, figures in by_sea.items()}
    assert gained["clock"] > 0 > gained["bowl"]


def test_why_customers_waited() -> None:
    scenario = load(FOLDER / "why_waiting.yaml", overrides=["run.replications=2"])
    with Workers(1) as workers:
        found = explain(Question.of(scenario), workers)
    customers = found.attribution.query("outcome == 'backordered_orders'").set_index("cause")["value"]
    total = found.totals.set_index("outcome").loc["backordered_orders"]
    assert set(customers.index) == {"peaks", "capacity", "lead_times", "transport", "customs"}
    assert customers["capacity"] > 0.4 * total["as_is"]
    assert customers["capacity"] > 2 * customers["peaks"] > 0.2 * total["as_is"]
    assert customers.sum() == pytest.approx(total["as_is"] - total["base"])
    assert 0 < total["base"] < 0.1 * total["as_is"]


# -- what they are calibrated to -------------------------------------------------------------------------------------


def test_baseline_demand_has_the_statistics_it_names() -> None:
    scenario = load(FOLDER / "baseline.yaml", overrides=["profiles=[]", "run.horizon=900 days"])
    book = draw(scenario, Streams(1, 0))
    first = np.unique(book.order, return_index=True)[1]
    days = int(scenario.run.end)
    daily = np.bincount(book.time[first].astype(np.intp), minlength=days)
    assert daily.mean() == pytest.approx(250, rel=0.02)
    assert (daily.var() - daily.mean()) / daily.mean() ** 2 == pytest.approx(0.0161, rel=0.3)
    assert np.mean(np.bincount(book.order) == 1) == pytest.approx(0.9, abs=0.005)
    by_product = np.bincount(book.product[first], minlength=30)
    exponent = np.polyfit(np.log(np.arange(1, 31)), np.log(by_product), 1)[0]
    assert exponent == pytest.approx(-0.74, abs=0.02)
    assert np.median(book.quantity) == 4
    assert book.quantity.mean() == pytest.approx(4.04 * np.exp(1.2195**2 / 2), rel=0.03)


def test_baseline_import_lead_time_varies_as_ocean_freight() -> None:
    scenario = load(FOLDER / "baseline.yaml")
    mean, variance = LegSequence(RouteEnds.of(scenario, *scenario.lanes[0].ends)).moments
    # production and its queue come on top
    queueing = simulate(load(FOLDER / "baseline.yaml", overrides=["suppliers.overseas.lead_time=0 days"]))
    imports = [queueing.book.products.index(name) for name in scenario.suppliers["overseas"].products]
    purchases, product = queueing.purchases, np.array([product for _, product in queueing.book.stocks])
    mine = np.isin(product[purchases.stock], imports) & ~np.isnan(purchases.passed["produced"])
    days = (purchases.passed["produced"] - purchases.placed)[mine]
    assert days.mean() == pytest.approx(2.0, abs=0.3)
    cv = np.sqrt(variance + days.var()) / (mean + days.mean())
    assert cv == pytest.approx(0.35, abs=0.02)


def script() -> ModuleType:
    """The program that makes the order history."""
    file = FOLDER / "data" / "make_order_history.py"
    spec = importlib.util.spec_from_file_location(file.stem, file)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_order_history_is_what_its_script_makes() -> None:
    program = script()
    made = program.packed(program.rows(np.random.default_rng(program.SEED)))
    kept = (FOLDER / "data" / "orders.csv.gz").read_bytes()
    assert gzip.decompress(made) == gzip.decompress(kept)
    assert len(kept) < 150_000


def test_the_order_history_has_the_statistics_it_names() -> None:
    with gzip.open(FOLDER / "data" / "orders.csv.gz", "rt") as file:
        rows = list(csv.DictReader(file))
    units = np.array([int(row["units"]) for row in rows])
    assert 8_000 <= len(rows) <= 10_000
    assert 0 < np.mean(units < 0) < 0.02
    sold = [row for row, count in zip(rows, units, strict=True) if count > 0]
    lines = np.unique([row["invoice"] for row in sold], return_counts=True)[1]
    assert np.median(lines) == pytest.approx(15, abs=3)
    assert np.median(units[units > 0]) == pytest.approx(4, abs=1)
    assert not any(row["placed"].startswith(("2026-11-07", "2026-11-14")) for row in sold)  # Saturdays
