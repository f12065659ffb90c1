"""The glossary's figures against those that the cases work out by themselves, on the same records."""

import re

import pytest

from simulator.metrics.figures import Figures, figures
from simulator.model.world import Record, simulate
from simulator.scenario.load import load
from tests.theory.harness import Case, cases, measured_for, quotient
from tests.theory.measures import measure

CASES = {case.name: case for case in cases()}
DAYS = 2_000

SAME = {
    "fill_rate": "fill_rate",
    "order_fill_rate": "order_fill_rate",
    "ready_rate": "ready_rate",
    "mean_backorders": "backorders_mean",
    "mean_on_hand": "on_hand_mean",
    "mean_on_order": "on_order_mean",
    "mean_wait": "unit_wait_mean",
    "mean_order_wait": "order_wait_mean",
    "order_rate": "order_rate",
    "orders_per_period": "order_rate",
}
"""Figures of the cases that the glossary has under another name, or the same."""

PLACE = re.compile(r"_(r|stage)\d$")
"""End of the name of a figure of one warehouse."""
OF_DEPOTS = {
    "depot_fill_rate": "internal_fill_rate",
    "depot_mean_backorders": "internal_backlog_mean",
    "depot_mean_delay": "depot_delay_mean",
}
"""Figures of a warehouse that supplies others."""

OTHERWISE_DEFINED = {
    "B10": {"mean_on_order", "mean_wait"},
    "B11": {"mean_wait"},
    "B17": {"mean_wait"},
    "C11": {"mean_on_order", "mean_wait"},
}
"""The glossary leaves customers who gave up out of waits, and cancelled units out of what is on order."""


def in_the_glossary(record: Record, found: Figures, figure: str) -> float | None:
    """The glossary's figure, of all customers, a class, a product or a warehouse; ``None`` where it has none."""
    if figure in OF_DEPOTS:
        return found.of(OF_DEPOTS[figure], "supplier")["depot"]
    name, _, warehouse = figure.rpartition("_")
    if name in SAME and warehouse in record.scenario.warehouses:
        return found.of(SAME[name], "warehouse")[warehouse]
    name, _, number = figure.rpartition("_p")
    if name in SAME and number in "12":
        return found.of(SAME[name], "product")[list(record.scenario.products)[int(number) - 1]]
    name, _, rank = figure.partition("_c")
    if name not in SAME or (rank and rank not in "12"):
        return None
    if not rank:
        return found[SAME[name]]
    customers = record.scenario.customers
    (segment,) = (name for name in customers if customers[name].priority == int(rank))
    return found.of(SAME[name], "segment")[segment]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_glossary_agrees(case: Case) -> None:
    record = simulate(measured_for(load(case.scenario), DAYS), 0)
    found = figures(record)
    names = [
        figure.name
        for figure in case.figures
        if figure.name in SAME
        or PLACE.sub("", figure.name) in SAME
        or figure.name[:-3] in SAME
        or figure.name in OF_DEPOTS
    ]
    names = [name for name in names if name.partition("_c")[0] not in OTHERWISE_DEFINED.get(case.name, set())]
    ours = {name: quotient(ratio) for name, ratio in measure(record, names).items()}
    assert {name: in_the_glossary(record, found, name) for name in names} == pytest.approx(ours, rel=1e-9)
