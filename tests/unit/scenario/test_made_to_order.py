"""Mistakes about goods made to order, and keys of theirs without effect."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.scenario.load import load
from simulator.scenario.made_to_order import drawn_on
from simulator.scenario.sections.products import MadeToOrder
from simulator.scenario.without_effect import without_effect
from simulator.values.mistakes import ScenarioError

SHOP = """\
products:
  ring: {price: 90, made_to_order: {workshop: engraving, time: 1 h}}
  box: {price: 5}
demand: [{product: ring, rate: 2/day}, {product: box, rate: 1/day}]
workshops: {engraving: {}}
policies: {replenishment: {type: base_stock, S: 3}}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "shop.yaml"
    path.write_text(SHOP, encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("policies.promise={type: atp}", "not supported yet: made_to_order together with promises"),
        ("policies.communication={}", "not supported yet: made_to_order together with communication"),
        (
            "policies.compensation={type: voucher, value: 5, after: 3 days}",
            "not supported yet: made_to_order together with compensation",
        ),
        ("support_desk={}", "not supported yet: made_to_order together with a support desk"),
        ("loyalty={goodwill: {}}", "not supported yet: made_to_order together with goodwill"),
        ("demand[1].due=2 days", "not supported yet: made_to_order together with orders that are due later"),
        ("run.window=30 days", "not supported yet: run.window together with goods made to order"),
        ("products.ring.made_to_order.workshop=sewing", "unknown workshop 'sewing'; known: engraving"),
        (
            "products.box.made_to_order={workshop: engraving, blank: ring}",
            "no stock of 'ring' is kept: every unit of it is made to order",
        ),
        (
            "products.box.substitutes={ring: 20 %}",
            "no stock of 'ring' is kept: every unit of it is made to order",
        ),
        (
            "warehouses={warehouse: {stock: {ring: 3}}}",
            "no stock of 'ring' is kept: every unit of it is made to order",
        ),
        (
            "opening={stock: [{product: ring, units: 3}]}",
            "no stock of 'ring' is kept: every unit of it is made to order",
        ),
    ],
)
def test_a_mistake_is_told(file: Path, setting: str, told: str) -> None:
    with pytest.raises(ScenarioError) as error:
        load(file, None, [setting])
    assert [mistake.message for mistake in error.value.mistakes] == [told]


@pytest.mark.parametrize(
    ("setting", "path", "reason"),
    [
        ("workshops.sewing={}", "workshops.sewing", "no product is made there"),
        (
            "products.box.made_to_order={workshop: engraving, share: 0}",
            "products.box.made_to_order",
            "share is 0",
        ),
        ("workshops.engraving.queue=priority", "workshops.engraving.queue", "the same priority"),
        ("workshops.engraving.hours=always", "workshops.engraving.hours", "it never closes"),
        (
            "products.ring.made_to_order.times={customers: 2 h}",
            "products.ring.made_to_order.time",
            "each segment has a time of its own",
        ),
        ("products.ring.holding=25 %/year", "products.ring.holding", "no stock is kept of it"),
        (
            "products.ring.replenishment={type: base_stock, S: 9}",
            "products.ring.replenishment",
            "no stock is kept of it",
        ),
    ],
)
def test_a_key_without_effect_is_told(file: Path, setting: str, path: str, reason: str) -> None:
    (found,) = without_effect(file, [setting])
    assert found.path == path
    assert reason in found.message


def test_lines_draw_on_the_stock_of_their_blank() -> None:
    def made(**keys: object) -> MadeToOrder:
        return MadeToOrder.model_validate({"workshop": "engraving", **keys})

    assert drawn_on("ring", None) == (("ring", 1.0),)
    assert drawn_on("ring", made()) == ()
    assert drawn_on("ring", made(share=0.25)) == (("ring", 0.75),)
    assert drawn_on("ring", made(share=0.25, blank="ring")) == (("ring", 1.0),)
    assert drawn_on("ring", made(share=0.25, blank="band")) == (("ring", 0.75), ("band", 0.25))
