"""Keys without effect are told, and taking them away moves no figure."""

from __future__ import annotations

from pathlib import Path

import pytest

from simulator.scenario.without_effect import without_effect
from tests.unit.scenario.worlds import COUNTED, SHOP, figures, moved, written

_ZONE = "run.time_zone=Asia/Tokyo"
_REJECT = "policies.backorders=reject"
_SILENT = ("policies.communication=", "support_desk=")
_UNDATED = "policies.promise="
_FIXED = "policies.promise={type: fixed, lead_time: 6 days}"
_PATIENT = ("customers.gold.impatience=", "customers.gold.patience=", "customers.new.patience=")
_EAGER = ("customers.gold.will_wait=", "customers.new.will_wait=")
_BARE = ("satisfaction=", "loyalty=", "support_desk=")
_DESK = "support_desk={agents: 1, contact_time: 6 h, patience: 1 day, base_load: 3/day}"
_DISCOUNT = "policies.compensation={type: discount, value: 10 %, after: 1 day}"

_DEPOT = (
    "warehouses.shop.serves=[everywhere]",
    "warehouses.depot={serves: []}",
    "lanes=[{from: pottery, to: shop}, {from: pottery, to: depot}]",
    "customs=",
)

_MODES = "lanes=[{from: pottery, to: shop, mode: sea, transit: 6 days}, {from: pottery, to: shop, mode: air}]"
_THREE = (
    "suppliers.kiln={lead_time: 3 days, products: [mug]}",
    "suppliers.works={lead_time: 2 days, products: [mug]}",
    "lanes=",
    "customs=",
)
"""The mug has three suppliers, the cup one."""
_MILL = ("suppliers.kiln={lead_time: 3 days}", "lanes=", "customs=")
"""Both products have two suppliers."""

_COMING = "{product: mug, units: 30, placed: 2025-12-20, lands: 2026-01-13}"
_SOUTH = (
    "demand[1].region=south",
    "demand[0].region=north",
    "demand[0].also=",
    "warehouses.shop.serves=[south]",
    "warehouses.north={serves: [north]}",
    "lanes=",
    "customs=",
)
"""The shop sells cups alone."""
_TWO_STOCKS = ("product: cup, warehouse: shop", "product: mug, warehouse: shop")

_TWO_PLACES = (
    "warehouses.shop.serves=[everywhere]",
    "warehouses.far={serves: [everywhere, fair], delivery: 2 days}",
    "demand[1].region=fair",
    "lanes=",
    "customs=",
)
"""Two warehouses serve the region of the mugs, one that of the cups."""

IDLE: list[tuple[str, tuple[str, ...]]] = [
    # the key, and what holds; the key without effect is the last setting unless the shop has it
    ("products.cup.holding", ("products.cup.cost=0", "products.cup.holding=25 %/year")),
    ("products.mug.backorder_cost", (_REJECT,)),
    ("products.mug.lost_sale_cost", (*_EAGER,)),
    (
        "products.mug.replenishment",
        (
            "warehouses.shop.replenishment={type: base_stock, S: 40}",
            "products.mug.replenishment={type: base_stock, S: 9}",
        ),
    ),
    ("products.mug.substitutes.cup", ("products.mug.substitutes={cup: 0 %}",)),
    ("products.mug.substitutes", ("products.mug.substitutes={}",)),
    ("customers.idler", ("customers.idler={priority: 3, patience: 3 days}",)),
    ("customers.gold.priority", ()),
    ("customers.new.priority", ()),
    (
        "customers.new.priority",
        ("policies.allocation=priority", "demand[0].segments=", "demand[0].segment=new"),
    ),
    ("customers.new.will_wait", (_REJECT,)),
    ("customers.new.patience", (_REJECT,)),
    ("customers.new.patience", ("customers.new.will_wait=0 %",)),
    ("customers.gold.impatience", (_REJECT,)),
    ("customers.gold.tolerance", ()),
    ("customers.gold.tolerance", (_REJECT, "policies.promise.shown=before")),
    ("customers.gold.impatience", (_UNDATED, *_SILENT)),
    ("customers.gold.impatience.informed", (*_SILENT, "customers.gold.impatience.informed=0.2")),
    ("customers.gold.impatience.informed_for", (*_SILENT, "customers.gold.impatience.informed_for=1 day")),
    (
        "customers.gold.impatience.informed_for",
        ("customers.gold.impatience={informed: 1, informed_for: 1 day}",),
    ),
    ("customers.gold.impatience.past_promise", (_UNDATED, "customers.gold.impatience.past_promise=2")),
    ("customers.gold.impatience.revision", (_FIXED, "customers.gold.impatience.revision=2")),
    ("customers.gold.impatience.compensated", ("customers.gold.impatience.compensated=0.1",)),
    (
        "warehouses.far",
        (
            "warehouses.shop.serves=[everywhere]",
            "lanes=",
            "customs=",
            "warehouses.far={serves: [moon], stock: 50, delivery: 3 days}",
        ),
    ),
    (
        "warehouses.shop.serves.moon.delivery",
        ("warehouses.shop.serves={everywhere: {}, moon: {delivery: 3 days}}",),
    ),
    ("warehouses.shop.delivery", ("warehouses.shop.serves={everywhere: {delivery: 3 days}}",)),
    (
        "warehouses.shop.delivery_cost",
        ("warehouses.shop.serves={everywhere: {delivery_cost: 3}}", "warehouses.shop.delivery_cost=4"),
    ),
    (
        "warehouses.shop.serves.everywhere.delivery",
        ("warehouses.shop.serves={everywhere: {delivery: 1 day, delivery_cost: 3}}",),
    ),
    (
        "warehouses.far",
        (*_TWO_PLACES, "demand[1].region=", "policies.routing=home", "warehouses.far.stock=90"),
    ),
    (
        "warehouses.far.serves.everywhere.delivery_cost",
        (
            *_TWO_PLACES,
            "policies.routing={type: home, sequence: time}",
            "warehouses.far.serves={everywhere: {delivery_cost: 3}, fair: {}}",
        ),
    ),
    ("demand[1].also_quantity", ("demand[1].also_quantity=4",)),
    ("demand[1].also.mug", ("demand[1].also={mug: 0 %}",)),
    ("profiles[0]", ("profiles=[{peak: sale, from: 2025-12-01, to: 2026-01-04, factor: 3}]",)),
    ("profiles[0]", ("profiles=[{peak: sale, from: 2026-03-26, to: 2026-03-27, factor: 3}]",)),
    ("profiles[0]", ("profiles=[{peak: sale, from: 2026-02-01, to: 2026-02-03, factor: 1}]",)),
    ("profiles[0]", ("profiles=[{surge: press, on: 2026-03-26, factor: 3, decays: 5 days}]",)),
    ("profiles[0]", ("profiles=[{weekly: [2, 2, 2, 2, 2, 2, 2]}]",)),
    ("profiles[0]", ("profiles=[{yearly: [1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]}]",)),
    (
        "profiles[0]",
        ("profiles=[{peak: sale, from: 2026-02-01, to: 2026-02-03, factor: 3, regions: [moon]}]",),
    ),
    (
        "profiles[0].products",
        ("profiles=[{peak: sale, from: 2026-02-01, to: 2026-02-03, factor: 3, products: []}]",),
    ),
    (
        "profiles[0].segments[1]",
        (
            "customers.idler={}",
            "profiles=[{peak: sale, from: 2026-02-01, to: 2026-02-03, factor: 3, segments: [gold, idler]}]",
        ),
    ),
    ("warehouses.shop.pickers", ("warehouses.shop.pickers=1",)),
    ("warehouses.depot.pickers", (*_DEPOT, "warehouses.depot.pickers=1")),
    ("warehouses.depot.pick_time", (*_DEPOT, "warehouses.depot.pick_time=3 h")),
    ("warehouses.depot.delivery", (*_DEPOT, "warehouses.depot.delivery=9 days")),
    ("warehouses.depot.delivery_cost", (*_DEPOT, "warehouses.depot.delivery_cost=3")),
    ("warehouses.shop.dock", ("warehouses.shop.dock={doors: 1}",)),
    ("warehouses.shop.internal", ("warehouses.shop.internal={level: 3}",)),
    ("products.mug.holding", ("products.mug.holding=9 %/year", "warehouses.shop.holding=0.2/day")),
    (
        "warehouses.shop.holding",
        ("products.mug.cost=0", "products.cup.cost=0", "warehouses.shop.holding=9 %/year"),
    ),
    ("suppliers.pottery.products", ("suppliers.pottery.products=[]",)),
    ("suppliers.pottery.minimum", ("suppliers.pottery.lot=24", "suppliers.pottery.minimum=20")),
    ("suppliers.kiln", (*_MILL, "policies.sourcing={type: single, source: pottery}")),
    ("suppliers.kiln", (*_MILL, "policies.sourcing={type: split, shares: {pottery: 1}}")),
    ("suppliers.works", (*_THREE, "policies.sourcing={type: fallback, sequence: [pottery, kiln]}")),
    ("suppliers.pottery.order_cost", (*_MILL, "policies.sourcing={type: single, source: kiln}")),
    (
        "suppliers.pottery.production.first",
        (
            "demand[1]=",
            "demand[0].also=",
            "products.cup=",
            "suppliers.pottery.production={unit_time: 4 h, first: backlog}",
        ),
    ),
    (
        "suppliers.pottery.production.first",
        (_REJECT, "suppliers.pottery.production={unit_time: 4 h, first: backlog}"),
    ),
    ("suppliers.pottery.production.wage", ("suppliers.pottery.production={unit_time: 1 h, wage: 0}",)),
    (
        "suppliers.kiln.price.cup",
        (*_THREE, "policies.sourcing=cheapest", "suppliers.kiln.price={mug: 3, cup: 9}"),
    ),
    ("suppliers.pottery.discounts.50", ("suppliers.pottery.discounts={50: 0 %}",)),
    ("suppliers.pottery.discounts.60", ("suppliers.pottery.discounts={50: 10 %, 60: 5 %}",)),
    (
        "suppliers.pottery.price_changes[0]",
        ("suppliers.pottery.price_changes=[{on: 2026-03-26, factor: 2}]",),
    ),
    *(
        (f"{place}.disruptions.fire", (f"{place}.disruptions={{fire: {{from: {dates}{stops}}}}}",))
        for place, stops in (("suppliers.pottery", ", stops: production"), ("customs.port", ""))
        for dates in ("2025-12-01, to: 2026-01-05", "2026-03-26, to: 2026-04-26")
    ),
    *(
        (f"{place}.closed.fair", (f"{place}.closed={{fair: {{from: {dates}}}}}",))
        for place in ("suppliers.pottery", "customs.port")
        for dates in ("2025-12-01, to: 2026-01-05", "2026-03-26, to: 2026-04-26")
    ),
    (
        "suppliers.pottery.disruptions.strike",
        ("suppliers.pottery.disruptions={strike: {up: 5 days, down: 0 days, stops: orders}}",),
    ),
    ("customs.port.disruptions.strike", ("customs.port.disruptions={strike: {up: 5 days, down: 0 days}}",)),
    ("customs.port.disruptions", ("customs.port.disruptions={}",)),
    ("suppliers.pottery.closed", ("suppliers.pottery.closed={}",)),
    ("suppliers.pottery.hours", ("suppliers.pottery.hours=Mon-Fri 08:00-17:00",)),
    ("suppliers.pottery.hours", ("suppliers.pottery.capacity=40/day", "suppliers.pottery.hours=always")),
    ("suppliers.pottery.yield", ("suppliers.pottery.yield=100 %",)),
    ("suppliers.pottery.yield", ("suppliers.pottery.yield={share: 1}",)),
    ("suppliers.pottery.fails", ("suppliers.pottery.fails={share: 0 %, noticed_after: 9 days}",)),
    ("customs.port.hours", ("customs.port.hours=always",)),
    ("customs.port.holidays", ("customs.port.holidays=UA",)),
    ("customs.port.time_zone", (_ZONE, "customs.port.time_zone=Asia/Tokyo")),
    (
        "customs.port.time_zone",
        (_ZONE, "customs.port.time_zone=Asia/Seoul", "customs.port.hours=Mon-Fri 08:00-17:00"),
    ),
    (
        "suppliers.pottery.time_zone",
        (
            _ZONE,
            "suppliers.pottery.time_zone=Europe/Paris",
            "suppliers.pottery.hours=Mon-Fri 08:00-17:00",
        ),
    ),
    ("run.time_zone", (_ZONE,)),
    ("customs.port.duty", ("customs.port.duty=0 %",)),
    ("customs.port.brokerage", ("customs.port.brokerage=0",)),
    (
        "customs.port.facts",
        ("customs.port.green_lane=1 h", "customs.port.brokerage=0", "customs.port.facts=BRA"),
    ),
    ("customs.port.facts", ("customs.port.facts=DEU",)),  # all that it could fill in is 0
    ("opening", ("opening={}",)),
    ("opening", ("opening={stock: []}",)),
    ("opening.stock", ("opening={stock: [], purchase_orders: [" + _COMING + "]}",)),
    ("opening.purchase_orders", ("opening={stock: [{product: mug, units: 5}], purchase_orders: []}",)),
    ("opening.waiting", ("opening={stock: [{product: mug, units: 5}], waiting: []}",)),
    (
        "opening.stock[1]",
        (*_SOUTH, "opening={stock: [" + ", ".join(f"{{{one}, units: 50}}" for one in _TWO_STOCKS) + "]}"),
    ),
    (
        "opening.purchase_orders[1]",
        (
            *_SOUTH,
            "opening={purchase_orders: ["
            + ", ".join(f"{{{one}, units: 50, placed: 2025-12-20, lands: 2026-01-13}}" for one in _TWO_STOCKS)
            + "]}",
        ),
    ),
    ("lanes[0].freight", ("lanes[0].freight={order: 0}",)),
    ("lanes[0].mode", ("lanes[0].mode=sea",)),
    ("lanes[1].transit", (_MODES, "policies.sourcing=single", "lanes[1].transit=9 days")),
    ("lanes[0].transit", (_MODES, "policies.sourcing={type: single, source: pottery by air}")),
    ("policies.sourcing", ("policies.sourcing={type: split, shares: {pottery: 1}}",)),
    ("policies.sourcing", (*_THREE, "products.mug.sourcing=cheapest", "policies.sourcing=single")),
    (
        "policies.sourcing.shares.works",
        (*_THREE, "policies.sourcing={type: split, shares: {pottery: 60 %, kiln: 40 %, works: 0 %}}"),
    ),
    (
        "policies.sourcing.sequence[1]",
        (
            *_MILL,
            "suppliers.works={products: [cup]}",
            "products.cup.sourcing=cheapest",
            "policies.sourcing={type: fallback, sequence: [kiln, works]}",
        ),
    ),
    ("products.cup.sourcing", (*_THREE, "policies.sourcing=single", "products.cup.sourcing=cheapest")),
    (
        "products.mug.sourcing.fast",
        (
            *_MILL,
            "suppliers.works={products: [cup], lead_time: 1 day}",
            "policies.sourcing=cheapest",
            "products.mug.replenishment={type: base_stock, S: 40}",
            "products.mug.sourcing={type: order_by_order, threshold: 8, fast: works, slow: pottery}",
        ),
    ),
    ("policies.expediting", (_REJECT, "policies.expediting={from: pottery, backlog: 5}")),
    (
        "policies.expediting.promise_within",
        (_UNDATED, "policies.expediting={from: pottery, backlog: 50, promise_within: 3 days}"),
    ),
    ("lanes[0].departures.first", ("lanes[0].departures={rate: 0.5/day, first: 3 days}",)),
    ("customs.airport", ("customs.airport={documents: 9 days}",)),
    (
        "customs.depot.inspection",
        ("customs.depot={inspection: {probability: 0 %, time: 1 day}}", "lanes[0].customs=depot"),
    ),
    (
        "customs.port.green_lane",
        ("customs.port.inspection.probability=100 %", "customs.port.green_lane=2 days"),
    ),
    ("support_desk", (_REJECT, "policies.promise=", "policies.communication=")),
    ("support_desk.ask", (_REJECT, _DESK, "support_desk.ask={informed: 2/day}")),
    ("support_desk.ask.broken_promise", (_UNDATED, "support_desk.ask={broken_promise: 2/day}")),
    ("support_desk.surge", ("support_desk.surge={agents: 2, above: 3}",)),
    ("support_desk.surge", (_REJECT, _DESK, "support_desk.surge={agents: 2, above: 3}")),
    ("support_desk.patience", ("support_desk.patience=0 days",)),
    ("satisfaction.after_delivery", ("satisfaction.after_delivery=9 days",)),
    ("satisfaction.after_missed_promise", (_UNDATED, "satisfaction.after_missed_promise=9 days")),
    (
        "satisfaction.waiting",
        (_UNDATED, "satisfaction.waiting=[{days_late: 0 days, shares: [1, 0, 0, 0, 0], usual_time: 2 days}]"),
    ),
    ("satisfaction.slow_until", ("satisfaction={slow_day: 0, slow_until: 9 days}",)),
    ("satisfaction.informed", ("policies.communication=", "satisfaction.informed=3")),
    ("satisfaction.tiring_after", ("policies.communication=", "satisfaction.tiring_after=0")),
    ("satisfaction.tiring", ("policies.communication=", "satisfaction.tiring=3")),
    ("satisfaction.tiring_after", ("satisfaction={tiring: 0, tiring_after: 0}",)),
    ("satisfaction.unanswered", ("support_desk=", "satisfaction.unanswered=3")),
    ("satisfaction.compensated", ("satisfaction.compensated=3",)),
    ("satisfaction.generous", ("satisfaction.generous=90 %",)),
    ("satisfaction.generous", (_DISCOUNT, "satisfaction={compensated: 0, generous: 90 %}")),
    ("loyalty.base", ("loyalty={base: 90 %, segments: {gold: 40 %, new: 20 %}}",)),
    ("loyalty.segments.idler", ("customers.idler={}", "loyalty.segments={idler: 90 %}")),
    ("loyalty.waited", (_REJECT, "loyalty.waited=[{over: 0 days, loss: 90 %}]")),
    ("loyalty.late", (_UNDATED, "loyalty.late=[{over: 0 days, loss: 90 %}]")),
    ("loyalty.refused", ("loyalty.refused=90 %",)),
    ("loyalty.declined", (_REJECT, "loyalty.declined=90 %")),
    ("loyalty.cancelled", (*_PATIENT, "loyalty.cancelled=90 %")),
    ("loyalty.scores", ("satisfaction=", "loyalty.scores=[0.1, 0.2, 0.3, 0.4, 0.5]")),
    ("loyalty.goodwill.period", ("loyalty.goodwill={returning: 0 %, period: 5 days}",)),
    ("policies.replenishment", ("warehouses.shop.replenishment={type: base_stock, S: 40}",)),
    (
        "policies.replenishment",
        (
            "products.mug.replenishment={type: base_stock, S: 40}",
            "products.cup.replenishment={type: base_stock, S: 40}",
        ),
    ),
    ("policies.replenishment.on_cancel", (*_PATIENT, "policies.replenishment.on_cancel=cancel")),
    ("policies.ship", ("demand[0].also=", "policies.ship=complete")),
    ("policies.allocation", (_REJECT, "policies.allocation=priority")),
    ("policies.allocation.type", (_REJECT, "policies.allocation={type: random}")),
    ("policies.allocation", ("customers.new.priority=1", "policies.allocation=priority")),
    ("policies.allocation", ("policies.allocation=high_demand_first",)),
    ("policies.allocation.split", ("demand[0].quantity=", "policies.allocation={type: fcfs, split: false}")),
    (
        "policies.allocation.overtaking",
        (_REJECT, "policies.allocation={type: fcfs, split: false, overtaking: true}"),
    ),
    (
        "policies.allocation.levels.idler",
        (
            "customers.idler={priority: 3}",
            "policies.allocation={type: critical_level, levels: {new: 8, idler: 9}}",
        ),
    ),
    (
        "policies.allocation.clearing",
        (_REJECT, "policies.allocation={type: critical_level, levels: {new: 8}, clearing: fcfs}"),
    ),
    (
        "policies.allocation.rebuild_reserve",
        (_REJECT, "policies.allocation={type: critical_level, levels: {new: 8}, rebuild_reserve: false}"),
    ),
    ("policies.promise.shown", ("customers.gold.tolerance=", "policies.promise.shown=before")),
    ("policies.promise.shown", (_REJECT, "policies.promise.shown=before")),
    ("policies.promise.revise_above", (_FIXED, "policies.promise.revise_above=9 days")),
    ("policies.promise.revise_above", (_REJECT, "policies.promise.revise_above=9 days")),
    ("policies.promise.shown", ("policies.promise={type: none, shown: before}",)),
    (
        "policies.promise.of.revise_above",
        ("policies.promise={type: padded, margin: 1 day, of: {type: atp, revise_above: 9 days}}",),
    ),
    (
        "policies.promise.of.shown",
        ("policies.promise={type: padded, margin: 1 day, of: {type: atp, shown: before}}",),
    ),
    ("policies.communication", (_REJECT,)),
    ("policies.communication", ("policies.communication={confirm: false, delay_notice: false}",)),
    ("policies.communication.delay_notice", (_FIXED, "policies.communication.delay_notice=false")),
    ("policies.communication.notice_above", (_FIXED, "policies.communication.notice_above=9 days")),
    (
        "policies.communication.notice_above",
        ("policies.communication={delay_notice: false, notice_above: 9 days}",),
    ),
    (
        "policies.communication.quiet_if_under",
        ("policies.communication={confirm: false, quiet_if_under: 9 days}",),
    ),
    ("policies.compensation", (_REJECT, _DISCOUNT)),
    (
        "policies.compensation",
        (_UNDATED, "policies.compensation={type: discount, value: 10 %, when: broken_promise}"),
    ),
    ("policies.payment.refund_delay", (*_PATIENT, "policies.payment={type: on_order, refund_delay: 9 days}")),
    ("policies.payment.refund_cost", (*_PATIENT, "policies.payment={type: on_order, refund_cost: 9}")),
]
PARTLY: dict[str, tuple[str, ...]] = {
    "policies.communication": (*_BARE, "customers.gold.impatience="),
    "policies.promise": (
        *_BARE,
        _REJECT,
        "warehouses.shop.delivery={dist: gamma, mean: 1 day, cv: 1}",  # some are late
    ),
}
"""Keys of which only what happens in vain is counted, and what holds."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shop")


@pytest.fixture
def shop(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop in the current folder, where paths of settings start."""
    monkeypatch.chdir(folder)
    return written(folder)


@pytest.mark.parametrize(("key", "before"), IDLE, ids=[f"{key}-{n}" for n, (key, _) in enumerate(IDLE)])
def test_a_key_without_effect_is_told_and_moves_nothing(
    shop: Path, key: str, before: tuple[str, ...]
) -> None:
    assert key in {one.path for one in without_effect(shop, before)}
    assert moved(figures(shop, before), figures(shop, (*before, f"{key.removesuffix('.type')}="))) == set()


@pytest.mark.parametrize("key", PARTLY)
def test_what_is_only_counted_is_told(shop: Path, key: str) -> None:
    before = PARTLY[key]
    assert key in {one.path for one in without_effect(shop, before)}
    assert moved(figures(shop, before), figures(shop, (*before, f"{key}="))) == COUNTED[key]


def told(folder: Path, **files: str) -> list[str]:
    """What is told of hand.yaml, the file of that name, each without the folder."""
    for name, text in files.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    found = without_effect(folder / "hand.yaml")
    return [str(one).removeprefix(f"{folder}/") for one in found]


SMALL = """\
products: {mug: {price: 14}}
demand: [{product: mug, rate: 2/day}]
"""


def test_a_key_that_acts_in_one_alternative_is_not_idle(tmp_path: Path) -> None:
    text = SMALL + "customers: {all: {patience: 3 days}}\npolicies: {backorders: reject}\n"
    patience = "customers.all.patience: without effect: no customer ever waits for a backorder"
    assert told(tmp_path, hand=text) == [f"hand.yaml:3:19: {patience}"]
    assert told(tmp_path, hand=text + "alternatives: {wait: {policies: {backorders: accept}}}\n") == []


def test_a_key_of_an_alternative_is_told_with_the_name_of_the_alternative(tmp_path: Path) -> None:
    text = (
        SMALL
        + """\
policies: {promise: {type: fixed, lead_time: 3 days}}
satisfaction: {}
alternatives:
  often: {policies: {promise: {revise_above: 0 days}}}
  not mentioned: {policies: {promise: null}}
"""
    )
    (found,) = told(tmp_path, hand=text)
    place, _, reason = found.partition(": without effect: ")
    assert place == "hand.yaml:6:32: alternatives.often.policies.promise.revise_above"
    assert reason == "a promise of this type is never revised"


NETWORK = """\
run: {start: 2026-01-05, horizon: 30 days}
products: {mug: {price: 14}, cup: {price: 9}}
demand: [{product: mug, rate: 2/day, region: north}, {product: cup, rate: 1/day, region: south}]
warehouses: {north: {serves: [north]}, south: {serves: [south]}}
suppliers:
  pottery:
    closed: {new year: {from: 2026-01-01, to: 2026-01-06}, spring: {from: 2026-02-03, to: 2026-03-01}}
    capacity: 40/day
    hours: Mon-Fri 08:00-17:00
lanes: [{from: pottery, to: north, customs: port}, {from: pottery, to: south, customs: port}]
customs: {port: {facts: BRA, documents: 1 h, green_lane: 2 h, brokerage: 0}}
opening: {stock: [{product: cup, warehouse: north, units: 5}]}
"""


def test_a_key_that_acts_on_some_day_or_stock_is_not_idle(tmp_path: Path) -> None:
    facts = "customs.port.facts: without effect: the file gives all that they could fill in"
    stock = "opening.stock[0]: without effect: nobody asks this warehouse for the product"
    found = [one.partition(": ")[2] for one in told(tmp_path, hand=NETWORK)]
    assert found == [facts, stock]
    waiting = NETWORK.replace(
        "opening: {", "opening: {waiting: [{product: cup, units: 1, region: north, ordered: 2026-01-02}], "
    )
    assert [one.partition(": ")[2] for one in told(tmp_path, hand=waiting)] == [facts]
    filled = NETWORK.replace("green_lane: 2 h, ", "")
    assert [one.partition(": ")[2] for one in told(tmp_path, hand=filled)] == [stock]


def test_an_inherited_key_is_told_where_the_file_at_hand_made_it_idle(tmp_path: Path) -> None:
    base = SMALL + "customers: {all: {patience: 3 days, tolerance: 2 days}}\n"
    assert told(tmp_path, base=base, hand="extends: base.yaml\nrun: {seed: 1}\n") == []
    rejecting = "extends: base.yaml\npolicies: {backorders: reject}\n"
    assert told(tmp_path, hand=rejecting) == [
        "base.yaml:3:19: customers.all.patience: without effect: no customer ever waits for a backorder"
    ]
    assert told(tmp_path, middle=rejecting, hand="extends: middle.yaml\nrun: {seed: 1}\n") == []


def test_an_inherited_key_of_no_scenario_by_itself_is_not_told(tmp_path: Path) -> None:
    part = "customers: {all: {patience: 3 days}}\n"
    assert (
        told(tmp_path, part=part, hand=f"extends: part.yaml\n{SMALL}policies: {{backorders: reject}}\n") == []
    )


def test_an_own_key_inside_of_an_inherited_one_is_told(tmp_path: Path) -> None:
    base = SMALL + "policies: {backorders: reject, communication: {}}\n"
    hand = "extends: base.yaml\npolicies: {communication: {confirm: false}}\n"
    assert told(tmp_path, base=base, hand=hand) == [
        "hand.yaml:2:28: policies.communication.confirm: without effect: no customer ever waits for a backorder"
    ]


def test_a_value_that_takes_the_place_of_another_is_not_idle(tmp_path: Path) -> None:
    text = (
        SMALL
        + """\
profiles: [{weekly: [2, 1, 1, 1, 1, 1, 1]}]
suppliers: {maker: {products: [mug]}}
alternatives:
  anything: {suppliers: {maker: {products: []}}}
  flat: {profiles: []}
"""
    )
    assert told(tmp_path, hand=text) == []


def test_defaults_of_each_product_are_told_once_where_they_stand(tmp_path: Path) -> None:
    text = """\
products:
  each: {backorder_cost: 1/day}
  mug: {}
  cup: {}
demand: [{products: {mug: 2/day, cup: 1/day}}]
policies: {backorders: reject}
"""
    assert told(tmp_path, hand=text) == [
        "hand.yaml:2:10: products.each.backorder_cost: without effect: no customer ever waits for a backorder"
    ]


def test_nothing_is_told_of_a_file_with_mistakes(tmp_path: Path) -> None:
    text = SMALL + "customers: {all: {patience: 3 days}}\npolicies: {backorders: reject}\n"
    assert told(tmp_path, hand=text + "alternatives: {typo: {polices: {}}}\n") == []


def test_settings_are_looked_at_like_the_file(tmp_path: Path) -> None:
    file = tmp_path / "hand.yaml"
    file.write_text(SMALL, encoding="utf-8")
    setting = "policies.promise={type: fixed, lead_time: 1 day, revise_above: 2 days}"
    (found,) = without_effect(file, [setting, "satisfaction={}"])
    assert str(found) == (
        f"--set {setting}:1:56: policies.promise.revise_above: without effect: a promise of this type is never revised"
    )


def test_a_setting_that_acts_in_an_alternative_is_not_idle_where_it_makes_the_mapping_around_it(
    tmp_path: Path,
) -> None:
    file = tmp_path / "hand.yaml"
    text = """\
products: {mug: {}}
demand: [{product: mug, rate: 2/day, region: north}, {product: mug, rate: 1/day, region: south}]
warehouses: {main: {serves: [north]}, branch: {serves: [south]}}
policies: {replenishment: {type: r_Q, r: 20, Q: 30}}
"""
    both = "{warehouses: {branch: {serves: [south, north]}}, policies: {routing: home}}"
    setting = "policies.routing.type=pooled"
    file.write_text(text, encoding="utf-8")
    (found,) = without_effect(file, [setting])
    assert (found.path, found.message) == (
        "policies.routing",
        "without effect: each region is served by one warehouse",
    )
    file.write_text(f"{text}alternatives: {{both: {both}}}\n", encoding="utf-8")
    assert without_effect(file, [setting]) == ()


def test_a_key_that_acts_in_one_variant_is_not_idle_and_a_varied_path_may_be(tmp_path: Path) -> None:
    file = tmp_path / "hand.yaml"
    file.write_text(
        SMALL + "customers: {all: {patience: 3 days}}\npolicies: {backorders: reject}\n", encoding="utf-8"
    )
    variants = [
        ["policies.backorders=accept", "customers.all.tolerance=1 day"],
        ["customers.all.tolerance=2 days"],
    ]
    (found,) = without_effect(file, variants=variants)
    assert (found.file, found.column, found.path) == (
        "--over customers.all.tolerance",
        8,
        "customers.all.tolerance",
    )
    assert found.message == "without effect: customers see no date before they order"


def test_the_shop_itself_has_two_kinds_of_keys_without_effect(shop: Path) -> None:
    assert shop.read_text(encoding="utf-8") == SHOP
    assert [one.path for one in without_effect(shop)] == [
        "customers.gold.priority",
        "customers.gold.tolerance",
        "customers.new.priority",
    ]
