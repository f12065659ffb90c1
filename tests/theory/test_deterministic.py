"""Models without chance, met to the unit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from simulator.model.world import Record, simulate
from simulator.scenario.load import load
from tests.theory.observation import Observation

HERE = Path(__file__).parent
EXAMPLES: dict[str, dict[str, Any]] = yaml.safe_load(
    (HERE / "deterministic.yaml").read_text(encoding="utf-8")
)


def counts(record: Record) -> dict[str, float]:
    """What the examples count, from the start to the horizon."""
    seen = Observation(record)
    book, bought = record.book, record.purchases
    placed, landed = seen.in_window(bought.placed), seen.in_window(bought.received)
    return {
        "end_stock": float(seen.on_hand.before(np.array([seen.end]))[0]),
        "purchase_orders": float(np.sum(placed)),
        "ordered": float(np.sum(bought.quantity[placed])),
        "receipts": float(np.sum(landed)),
        "received": float(np.sum(bought.quantity[landed])),
        "customers": float(np.unique(book.order[seen.counted]).size),
        "demanded": float(np.sum(book.quantity[seen.counted])),
        "delivered": float(np.sum(seen.in_window(book.delivered))),
        "longest_wait": float(np.max((book.allocated - book.time)[seen.counted])),
    }


def costs(record: Record) -> dict[str, float]:
    """Holding and total cost of one product from one supplier."""
    seen, found = Observation(record), counts(record)
    (product,), (supplier,) = seen.scenario.products.values(), seen.scenario.suppliers.values()
    (delivery_cost,) = {warehouse.delivery_cost for warehouse in seen.scenario.warehouses.values()}
    holding = product.holding_rate * seen.on_hand.integral(seen.start, seen.end)
    total = holding + product.cost * found["received"] + supplier.order_cost * found["purchase_orders"]
    return {"holding_cost": holding, "total_cost": total + delivery_cost * found["customers"]}


@pytest.mark.parametrize("name", EXAMPLES)
def test_example_is_met_to_the_unit(name: str) -> None:
    expected = {figure: known for figure, known in EXAMPLES[name].items() if figure != "scenario"}
    record = simulate(load(HERE / "scenarios" / "deterministic" / f"{EXAMPLES[name]['scenario']}.yaml"), 0)
    found = counts(record) | costs(record)
    assert {figure: found[figure] for figure in expected} == pytest.approx(expected, rel=1e-12)
