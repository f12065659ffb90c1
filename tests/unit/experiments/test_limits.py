"""Work estimated before it begins: announced when it takes long, refused beyond the limit."""

import math
import warnings
from pathlib import Path

import pytest

import simulator
from simulator.experiments.replications.replications import replicate
from simulator.experiments.replications.scenario_panel import Panel
from simulator.experiments.workers.work_limits import (
    WorkEstimate,
    WorkLimit,
    WorkloadError,
    WorkloadWarning,
    workload_note,
)
from simulator.experiments.workers.workers import Workers
from simulator.experiments.workers.workload import workload
from simulator.model.world import simulate
from simulator.scenario.load import load

SHOP = """\
products: {tea: {price: 3, cost: 1}}
demand: [{product: tea, rate: 4/day, quantity: 2}]
suppliers: {importer: {lead_time: 3 days}}
run: {start: 2026-01-01, horizon: 20 days, cool_down: 10 days, replications: 2}
policies: {replenishment: {type: r_Q, r: 10, Q: 20}}
"""


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    (tmp_path / "shop.yaml").write_text(SHOP)
    return tmp_path / "shop.yaml"


@pytest.mark.parametrize(
    ("settings", "kind", "count"),
    [
        ([], "order lines", 4 * 30),
        (["demand[0].also={tea: 50 %}"], "order lines", 4 * 30 * 1.5),
        (
            ["profiles=[{peak: x, from: 2026-01-02, to: 2026-01-03, factor: 31}]"],
            "order lines",
            4 * (28 + 2 * 31),
        ),
        (["run.window=10 days"], "windows", 2),
        ([], "purchase orders", 4 * 2 * 30 / 20),
        (["policies.replenishment={type: R_S, every: 2 days, S: 3}"], "reviews", 15),
        (["lanes=[{from: importer, to: warehouse, departures: {rate: 2/day}}]"], "departures", 2 * 33),
        (
            ["support_desk={base_load: 7/day, ask: {informed: 0, silent: 0, broken_promise: 0}}"],
            "contacts",
            210,
        ),
        (["warehouses={warehouse: {pickers: 1e9}}"], "servers", 120),
        (
            ["workshops={hand: {}}", "products.tea.made_to_order={workshop: hand, share: 25 %, blank: tea}"],
            "lines made to order",
            30,
        ),
        ([], "units made", 0),
        (["suppliers.importer.capacity=50/day", "suppliers.importer.lot=1e9"], "units made", 12e9),
    ],
)
def test_counts(shop, settings, kind, count):
    found = workload(load(shop, overrides=settings)).counts[kind]
    assert found == pytest.approx(count, rel=0.04)


@pytest.mark.parametrize(
    "settings",
    [
        ["policies.replenishment={type: base_stock, S: 20}"],  # 24 are asked for in a lead time
        ["policies.replenishment={type: standing_order, every: 1 day, Q: 7}"],
        ["suppliers.importer.capacity=7/day"],
        ["warehouses={warehouse: {dock: {doors: 1, unload: 3 days}}}"],
        [
            "lanes=[{from: importer, to: warehouse, customs: port}]",
            "customs={port: {inspection: {probability: 1, time: 3 days, inspectors: 1}}}",
        ],
    ],
)
def test_every_line_is_taken_to_wait_where_supply_cannot_keep_up(shop, settings):
    assert workload(load(shop)).counts["lines that wait"] == pytest.approx(0.15 * 120)
    assert workload(load(shop, overrides=settings)).counts["lines that wait"] == pytest.approx(120)


def test_promises_that_follow_the_supply_are_looked_at_again_and_again(shop):
    scarce = ["policies.replenishment={type: base_stock, S: 0}", "policies.promise={type: atp}"]
    found = workload(load(shop, overrides=scarce)).counts
    # 120 lines wait half the run each, 60 at a time, while 121 purchase orders come nearer in three steps
    assert found["promises"] == pytest.approx(3 * 121 * 60, rel=0.01)


def test_order_lines_are_those_that_are_drawn(shop):
    scenario = load(shop, overrides=["run.horizon=1000 days"])
    lines = len(simulate(scenario).book.time)
    # 4 a day over 1010 days, five standard deviations of a Poisson count
    assert abs(workload(scenario).counts["order lines"] - lines) < 5 * math.sqrt(4 * 1010)


def test_an_order_history_is_counted_as_often_as_it_is_played(shop):
    (shop.parent / "orders.csv").write_text("time,product,quantity\n0,tea,1\n1.5,tea,2\n")
    entry = f"orders: {shop.parent}/orders.csv, scale: 3, repeat: 5 days"
    found = workload(load(shop, overrides=[f"demand=[{{{entry}}}]"])).counts
    assert found["order lines"] == 2 * 3 * 30 / 5
    assert found["purchase orders"] == 3 * 3 * 30 / 5 / 20


def test_little_work_is_not_announced(shop):
    work = workload(load(shop))
    assert workload_note([(work, 2)], 2, WorkLimit()) is None
    assert work.bytes < 2e8


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        (["demand[0].rate=1e14/day"], ["3e+15 order lines", "lower rates of 'demand'", "--limit 'none'"]),
        (["support_desk={base_load: 1e14/day}"], ["3e+15 contacts", "a lower 'base_load'"]),
        (
            ["policies.replenishment={type: R_S, every: 1e-9 days, S: 3}"],
            ["3e+10 reviews", "longer intervals"],
        ),
        (["policies.communication={update_every: 1e-9 days}"], ["messages", "a longer 'update_every'"]),
        (["run.horizon=1e12 days", "demand[0].rate=1/year"], ["a shorter 'run.horizon'"]),
        (
            ["run.replications=1000000"],
            ["1,000,000 replications", "fewer replications", "raise the limit: --limit '"],
        ),
    ],
)
def test_work_beyond_the_limit(shop, settings, words):
    with Workers(2) as workers, pytest.raises(WorkloadError) as refused:
        replicate(load(shop, overrides=settings), None, workers)
    for word in ("too much work: ", "the limit is 24 hours and 16 GB", *words):
        assert word in str(refused.value)


def test_the_limit_can_be_raised(shop):
    scenario = load(shop, overrides=["run.replications=1000000"])
    bill = WorkEstimate(((workload(scenario), 1e6),), 2)
    text = workload_note([(workload(scenario), 1e6)], 2, WorkLimit.parse("none"))
    assert text == f"This is {bill}."


@pytest.mark.parametrize("text", ["", "3", "3 parsecs", "-1 days", "3 days 4 GB", "1e9 GB", "nan GB"])
def test_limits_that_are_none(text):
    with pytest.raises(ValueError, match="a limit is like '3 days'"):
        WorkLimit.parse(text)


def test_python_warns_once(shop, monkeypatch):
    monkeypatch.setattr("simulator.experiments.workers.work_limits.TOLD_SECONDS", 0.0)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        with Workers(1) as workers:
            panel = Panel({"one": load(shop), "two": load(shop, overrides=["run.seed=1"])}, workers)
            panel.play(1)
            panel.play(2)
    assert [warning.category for warning in told] == [WorkloadWarning]
    assert str(told[0].message).startswith("This is ")


def test_python_refuses(shop):
    with pytest.raises(WorkloadError):
        simulator.run(shop, workers=1, work_limit="1 MB")
