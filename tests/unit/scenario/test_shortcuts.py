"""Every shortcut rules on every key of the scenario file, and needs each of the exclusions it names."""

from __future__ import annotations

import re
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydantic import BaseModel

from simulator.laws.distributions import Distribution
from simulator.model.world import Record, simulate
from simulator.policies.family import Policy
from simulator.policies.promise import AvailableToPromise, NoPromise, NothingKnown
from simulator.scenario import shortcuts
from simulator.scenario.load import load
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand import Demand
from simulator.scenario.sections.demand_profiles import Profile
from simulator.scenario.sections.order_history import History
from simulator.scenario.shortcuts import (
    ARITHMETIC,
    FREE_RUN,
    PLANNED_ROUTES,
    SCHEDULED_MESSAGES,
    SHARED_LINES,
    SINGLE_PARCELS,
    WINDOWS,
    Shortcut,
)
from tests.unit.scenario.test_every_key_acts import schema_keys

SHORTCUTS = {name: value for name, value in vars(shortcuts).items() if isinstance(value, Shortcut)}
ENTRIES = {"demand": (Demand, History), "profiles": tuple(Profile.__subclasses__())}
"""Sections behind the lists whose entries may be of several kinds."""
LEAVES = (Distribution,)


def sections(annotation: Any, steps: str = "") -> Iterator[tuple[type[BaseModel], str]]:
    """Sections that a key may hold, each with the steps that lead to it: ``.*`` for an entry."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation, steps
    entry = ".*" if typing.get_origin(annotation) in (dict, tuple) else ""
    for inner in typing.get_args(annotation):
        yield from sections(inner, steps + entry)


def members(section: type[BaseModel], path: str) -> tuple[type[BaseModel], ...]:
    """The section itself, or all that may stand in its place."""
    if issubclass(section, Policy) and not section.names:
        found = (section.find(name) for name in section.known())
        return tuple(policy for policy in found if policy is not None)
    return ENTRIES.get(path, (section,))


def keys(
    section: type[BaseModel], path: str = "", within: tuple[type[BaseModel], ...] = ()
) -> dict[str, set[str]]:
    """Each key of the scenario file below a section, with the classes that define it: ``module.Class.key``."""
    found: dict[str, set[str]] = {}
    for name, field in section.model_fields.items():
        key = field.alias or name
        owner = next(cls for cls in section.__mro__ if name in vars(cls).get("__annotations__", {}))
        here = f"{path}.{key}" if path else key
        found.setdefault(here, set()).add(f"{owner.__module__.rpartition('.')[2]}.{owner.__name__}.{key}")
        for inner, steps in sections(field.annotation):
            for member in members(inner, here):
                if not issubclass(member, LEAVES) and member not in within:
                    for at, owners in keys(member, here + steps, (*within, member)).items():
                        found.setdefault(at, set()).update(owners)
    return found


KEYS = keys(Scenario)


def rulings(shortcut: Shortcut) -> set[str]:
    """Keys that a shortcut, or one that it is based on, has ruled on."""
    own = {*shortcut.excluded_by, *shortcut.stock_excluded_by, *shortcut.allowed}
    return own.union(*map(rulings, shortcut.based_on))


def unruled(shortcut: Shortcut, paths: typing.Iterable[str]) -> list[str]:
    """Keys that no ruling of the shortcut covers; a section is covered key by key."""
    known = rulings(shortcut)
    inner = {path.rpartition(".")[0].removesuffix(".*") for path in paths}
    return [
        path
        for path in paths
        if path not in inner and not any(path == ruled or path.startswith(f"{ruled}.") for ruled in known)
    ]


@pytest.mark.parametrize("shortcut", SHORTCUTS.values(), ids=SHORTCUTS)
def test_a_shortcut_rules_on_every_key(shortcut: Shortcut) -> None:
    assert unruled(shortcut, KEYS) == []


def test_the_keys_are_all_keys_of_the_schema() -> None:
    reached = {owner for owners in KEYS.values() for owner in owners}
    laws = {key for key in schema_keys() if key.split(".")[0] in {"law", "continuous", "counts", "tabulated"}}
    assert schema_keys() - laws <= reached


@pytest.mark.parametrize("shortcut", SHORTCUTS.values(), ids=SHORTCUTS)
def test_a_ruling_is_on_a_key_that_there_is(shortcut: Shortcut) -> None:
    assert rulings(shortcut) <= KEYS.keys()


@pytest.mark.parametrize("shortcut", SHORTCUTS.values(), ids=SHORTCUTS)
@pytest.mark.parametrize(
    "key",
    [
        "disruptions",
        "run.pace",
        "products.*.shelf_life",
        "customers.*.returns",
        "demand.*.place",
        "warehouses.*.gates",
        "lanes.*.frequency",
        "customs.*.opens",
        "policies.returns",
    ],
)
def test_a_new_key_waits_for_a_ruling(shortcut: Shortcut, key: str) -> None:
    assert unruled(shortcut, [*KEYS, key]) == [key]


@pytest.mark.parametrize("shortcut", SHORTCUTS.values(), ids=SHORTCUTS)
def test_what_is_excluded_is_not_allowed(shortcut: Shortcut) -> None:
    assert not {*shortcut.excluded_by, *shortcut.stock_excluded_by} & set(shortcut.allowed)


SHOP = """\
run: {horizon: 60 days, cool_down: 20 days, replications: 1, seed: 3}
products: {mug: {price: 14}, cup: {price: 10}}
customers:
  gold: {priority: 1}
  new: {priority: 2}
demand:
  - {product: mug, rate: 6/day, segments: {gold: 40 %, new: 60 %}}
  - {product: cup, rate: 3/day, segment: new}
suppliers: {pottery: {lead_time: {dist: gamma, mean: 6 days, cv: 0.4}}}
lanes: [{from: pottery, to: warehouse, transit: {dist: exponential, mean: 2 days}, customs: port}]
customs: {port: {documents: 6 h, inspection: {probability: 30 %, time: 1 day}}}
policies: {replenishment: {type: r_Q, r: 40, Q: 20}, communication: {update_every: 2 days}}
"""
LEAVING = "customers.new.patience=1 day"
ATP = "policies.promise={type: atp, quantile: 70 %}"
TWO_SUPPLIERS = (
    "suppliers={pottery: {products: [mug], lead_time: 6 days}, kiln: {products: [cup], lead_time: 5 days}}",
    "lanes=[{from: pottery, to: warehouse, customs: port}, {from: kiln, to: warehouse, customs: port}]",
)
"""Goods of one way are put in sequence all at once; those of two ways meet at the port and at the dock."""
_KILN = ("suppliers.kiln={lead_time: 3 days}", "lanes=", "customs=")
"""A second supplier of both products."""
_DEPOT = (
    "warehouses={warehouse: {serves: [everywhere]}, hub: {serves: []}}",
    "lanes=[{from: hub, to: warehouse, transit: 1 day}]",
    "customs=",
    "policies.replenishment={type: r_Q, r: 20, Q: 20}",
)
"""A depot, whose orders wait where it has too little."""
_TWINS = (
    "warehouses={north: {serves: [north]}, south: {serves: [south]}}",
    *("demand[0].region=north", "demand[1].region=south", "demand[1].product=mug", "products.cup="),
    "lanes=[{from: north, to: south, carries: transfers}, {from: south, to: north, carries: transfers}]",
    "customs=",
    "policies.replenishment={type: r_Q, r: 10, Q: 20}",
)
"""Two warehouses that may send each other goods."""
_NEIGHBOURS = (
    "warehouses={north: {serves: [north, south]}, south: {serves: [north, south]}}",
    *("demand[0].region=north", "demand[0].also={cup: 50 %}", "demand[1].region=south"),
    *("lanes=", "customs=", "policies.replenishment={type: r_Q, r: 10, Q: 20}"),
)
"""Two warehouses that may serve each other's customers."""
_OWN_FIRST = "sequence: {south: [south]}"
_FAIR = "{fair: {from: 2026-01-12, to: 2026-01-19}}"
_BERLIN = "run.time_zone=Europe/Berlin"
_OFFICE = "hours=Mon-Fri 08:00-17:00"
_ENGRAVED = "products.mug.made_to_order={share: 30 %, workshop: engraving, time: 3 h, blank: mug}"
NEEDED = [
    (PLANNED_ROUTES, "suppliers.*.capacity", ["suppliers.pottery.capacity=8/day"]),
    (PLANNED_ROUTES, "suppliers.*.production", ["suppliers.pottery.production={unit_time: 2 h}"]),
    (
        PLANNED_ROUTES,
        "customs.*.inspection.inspectors",
        ["customs.port.inspection={probability: 1, time: 3 days, inspectors: 1}", *TWO_SUPPLIERS],
    ),
    (
        PLANNED_ROUTES,
        "warehouses.*.dock",
        ["warehouses={warehouse: {dock: {unload: 3 days}}}", *TWO_SUPPLIERS],
    ),
    (SCHEDULED_MESSAGES, "support_desk", ["support_desk={}"]),
    (SCHEDULED_MESSAGES, "policies.promise", [ATP]),
    (SCHEDULED_MESSAGES, "policies.communication", ["policies.communication.quiet_if_under=2 days"]),
    (
        SHARED_LINES,
        "policies.backorders",
        ["policies.replenishment={type: r_Q, r: 40, Q: 90}", "policies.backorders=reject"],
    ),
    (SHARED_LINES, "products.*.substitutes", ["products.mug.substitutes={cup: 80 %}"]),
    (
        SHARED_LINES,
        "products.*.made_to_order",
        [
            *("policies.communication=", _ENGRAVED, "workshops={engraving: {}}"),
            "policies.replenishment={type: r_Q, r: -60, Q: 100}",
        ],
    ),
    (
        FREE_RUN,
        "policies.routing",
        [*_NEIGHBOURS, f"policies.routing={{type: fewest_parcels, {_OWN_FIRST}}}"],
    ),
    *(
        (shortcut, "policies.routing", [*_NEIGHBOURS, f"policies.routing={{type: overflow, {_OWN_FIRST}}}"])
        for shortcut in (SHARED_LINES, ARITHMETIC)
    ),
    (SHARED_LINES, "policies.transfers", [*_TWINS, "policies.transfers=reactive"]),
    (ARITHMETIC, "policies.transfers", [*_TWINS, "policies.transfers={type: periodic, every: 2 days}"]),
    (SINGLE_PARCELS, "policies.ship", ["policies.ship=complete", "demand[0].also={cup: 50 %}"]),
    (SINGLE_PARCELS, "warehouses.*.pickers", ["warehouses={warehouse: {pickers: 1, pick_time: 2 h}}"]),
    (ARITHMETIC, "policies.backorders", ["policies.backorders=reject"]),
    (ARITHMETIC, "products.*.substitutes", ["products.mug.substitutes={cup: 80 %}"]),
    (
        ARITHMETIC,
        "products.*.made_to_order",
        ["policies.communication=", _ENGRAVED, "workshops={engraving: {}}"],
    ),
    (ARITHMETIC, "policies.allocation", ["policies.allocation=priority"]),
    (
        ARITHMETIC,
        "loyalty.goodwill",
        ["loyalty.goodwill={period: 10 days}", "loyalty.waited=[{over: 0 days, loss: 90 %}]"],
    ),
    (
        ARITHMETIC,
        "warehouses.*.internal",
        [*_DEPOT, "warehouses.hub.internal={level: 9}", "policies.communication="],
    ),
    (ARITHMETIC, "lanes.*.crossing", ["lanes[0].crossing=false"]),
    (ARITHMETIC, "lanes.*.departures", ["lanes[0].departures={rate: 0.5/day}"]),
    (
        ARITHMETIC,
        "policies.replenishment.on_cancel",
        ["policies.replenishment.on_cancel=cancel", LEAVING],
    ),
    (ARITHMETIC, "policies.sourcing", [*_KILN, "policies.sourcing={type: single, source: kiln}"]),
    (
        ARITHMETIC,
        "products.*.sourcing",
        [*_KILN, "products.mug.sourcing={type: single, source: kiln}", "products.cup.sourcing=single"],
    ),
    (ARITHMETIC, "policies.expediting", ["policies.expediting={from: pottery, backlog: 3}"]),
    (ARITHMETIC, "suppliers.*.maximum", ["suppliers.pottery.maximum=15"]),
    (
        ARITHMETIC,
        "suppliers.*.disruptions",
        ["suppliers.pottery.disruptions={strike: {up: 9 days, down: 4 days, stops: orders}}"],
    ),
    (ARITHMETIC, "suppliers.*.closed", [f"suppliers.pottery.closed={_FAIR}"]),
    (ARITHMETIC, "suppliers.*.yield", ["suppliers.pottery.yield=90 %"]),
    (ARITHMETIC, "suppliers.*.fails", ["suppliers.pottery.fails={share: 20 %, noticed_after: 9 days}"]),
    (ARITHMETIC, "suppliers.*.ships_in", ["suppliers.pottery.ships_in=2"]),
    (
        ARITHMETIC,
        "customs.*.disruptions",
        ["customs.port.disruptions={strike: {from: 2026-01-12, to: 2026-01-19}}"],
    ),
    (ARITHMETIC, "customs.*.closed", [f"customs.port.closed={_FAIR}"]),
    (ARITHMETIC, "lanes.*.closed", [f"lanes[0].closed={_FAIR}"]),
    (ARITHMETIC, "lanes.*.holidays", ["lanes[0].holidays=US"]),
    (
        ARITHMETIC,
        "lanes.*.time_zone",
        [_BERLIN, "lanes[0].time_zone=Asia/Tokyo", f"lanes[0].{_OFFICE}"],
    ),
    (ARITHMETIC, "warehouses.*.closed", [f"warehouses.warehouse.closed={_FAIR}"]),
    (ARITHMETIC, "warehouses.*.holidays", ["warehouses.warehouse.holidays=US"]),
    (
        ARITHMETIC,
        "warehouses.*.time_zone",
        [
            "run.time_zone=Europe/Berlin",
            "warehouses={warehouse: {time_zone: Asia/Tokyo}}",
            f"warehouses.warehouse.{_OFFICE}",
        ],
    ),
    (SINGLE_PARCELS, "warehouses.*.hours", [f"warehouses.warehouse.{_OFFICE}"]),
    (SINGLE_PARCELS, "warehouses.*.closed", [f"warehouses.warehouse.closed={_FAIR}"]),
    (SINGLE_PARCELS, "warehouses.*.holidays", ["warehouses.warehouse.holidays=US"]),
    (ARITHMETIC, "suppliers.*.holidays", ["suppliers.pottery.holidays=US"]),
    (
        ARITHMETIC,
        "customs.*.time_zone",
        [
            "run.time_zone=Europe/Berlin",
            "customs.port.time_zone=Asia/Tokyo",
            "customs.port.hours=Mon-Fri 08:00-17:00",
        ],
    ),
    (ARITHMETIC, "customs.*.holidays", ["customs.port.holidays=US"]),
]
"""Each exclusion but those of windows, with settings that bring the feature into the shop."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    (folder := tmp_path_factory.mktemp("shop")).joinpath("shop.yaml").write_text(SHOP, encoding="utf-8")
    return folder


def shop(folder: Path, *settings: str) -> Scenario:
    return load(folder / "shop.yaml", None, settings)


def test_nothing_excludes_a_shortcut_from_a_plain_shop(folder: Path) -> None:
    plain = shop(folder)
    for shortcut in (FREE_RUN, PLANNED_ROUTES, SCHEDULED_MESSAGES, SHARED_LINES, ARITHMETIC, SINGLE_PARCELS):
        assert shortcut.allows(plain)
    assert list(WINDOWS.obstacles(plain)) == [(("policies", "communication"), "communication")]


def test_what_a_shortcut_is_based_on_has_to_be_allowed_as_well(folder: Path) -> None:
    told = shop(folder, ATP)
    assert FREE_RUN.allows(told)
    assert PLANNED_ROUTES.allows(told)
    assert not SCHEDULED_MESSAGES.allows(told)
    assert not SHARED_LINES.allows(told)
    assert not ARITHMETIC.allows(told)
    works = {"suppliers.*": shop(folder, "suppliers.pottery.capacity=8/day").suppliers["pottery"]}
    assert SHARED_LINES.allows_stock(works)
    assert not ARITHMETIC.allows_stock(works)


def test_a_feature_concerns_the_stocks_that_meet_it() -> None:
    asked = shop_of({"mug": {"substitutes": {"cup": 0.5}}, "cup": {}})
    assert not SHARED_LINES.allows_stock({"products.*": asked.products["mug"]})
    assert SHARED_LINES.allows_stock({"products.*": asked.products["cup"]})
    assert PLANNED_ROUTES.allows_stock({"lanes.*": None, "customs.*": None})


def shop_of(products: dict[str, Any]) -> Scenario:
    demand = [{"product": name, "rate": "1/day"} for name in products]
    return Scenario.model_validate({"products": products, "demand": demand})


class Vague(NoPromise):
    """Says that it promises dates, and names none."""

    @property
    def dates(self) -> bool:
        return True


def test_silence_before_a_date_needs_a_date(folder: Path) -> None:
    quiet = shop(folder, "policies.communication.quiet_if_under=2 days")
    assert not SCHEDULED_MESSAGES.allows(quiet)
    dated = shop(
        folder,
        "policies.communication.quiet_if_under=2 days",
        "policies.promise={type: fixed, lead_time: 9 d}",
    )
    assert SCHEDULED_MESSAGES.allows(dated)
    vague = quiet.model_copy(update={"policies": quiet.policies.model_copy(update={"promise": Vague()})})
    assert not SCHEDULED_MESSAGES.allows(vague)
    with pytest.raises(ValueError, match="asks for no forecast"):
        AvailableToPromise().days(NothingKnown())


def test_each_exclusion_has_an_example() -> None:
    excluded = {
        (name, key)
        for name, shortcut in SHORTCUTS.items()
        if shortcut is not WINDOWS
        for key in (*shortcut.excluded_by, *shortcut.stock_excluded_by)
    }
    # a stock's policy is looked up in one place
    elsewhere = {
        ("ARITHMETIC", f"{holder}.*.replenishment.on_cancel") for holder in ("products", "warehouses")
    }
    names = {id(shortcut): name for name, shortcut in SHORTCUTS.items()}
    assert {(names[id(shortcut)], key) for shortcut, key, _ in NEEDED} == excluded - elsewhere


@pytest.mark.parametrize(("shortcut", "key", "settings"), NEEDED)
def test_an_exclusion_is_needed(
    folder: Path, monkeypatch: pytest.MonkeyPatch, shortcut: Shortcut, key: str, settings: list[str]
) -> None:
    scenario = shop(folder, *settings)
    right = simulate(scenario)
    for features in (shortcut.excluded_by, shortcut.stock_excluded_by):
        monkeypatch.delitem(typing.cast("dict[str, Any]", features), key, raising=False)
    try:
        wrong = simulate(scenario)
    except Exception:  # noqa: BLE001 - whatever it is, it cannot be played so
        return
    assert not same(right, wrong)


@pytest.mark.parametrize("place", ["customs.port", "suppliers.pottery", "lanes[0]", "warehouses.warehouse"])
def test_arithmetic_knows_opening_hours(folder: Path, place: str) -> None:
    scenario = shop(folder, f"{place}.hours=Mon-Fri 08:00-17:00", "lanes[0].transit=5 h")
    sections = {
        "suppliers.*": scenario.suppliers["pottery"],
        "lanes.*": scenario.lanes[0],
        "customs.*": scenario.customs["port"],
        "warehouses.*": scenario.warehouses["warehouse"],
    }
    assert ARITHMETIC.allows(scenario)
    assert ARITHMETIC.allows_stock(sections)
    assert same(simulate(scenario), simulate(scenario, step=True))


def same(one: Record, other: Record) -> bool:
    """Whether all orders and purchase orders had the same fate."""
    return all(
        np.array_equal(
            getattr(getattr(one, table), name), getattr(getattr(other, table), name), equal_nan=True
        )
        for table, name in (
            *(("book", name) for name in ("status", "allocated", "cancelled", "delivered", "notices")),
            ("contacts", "time"),
            *(("purchases", name) for name in ("placed", "quantity", "received")),
        )
    )


@pytest.mark.parametrize("name", SHORTCUTS)
def test_a_shortcut_names_the_file_that_takes_it(name: str) -> None:
    files = re.findall(r"\((model/\w+(?:/\w+)*)\)", SHORTCUTS[name].saves)
    assert files
    assert all(Path("simulator", f"{file}.py").is_file() for file in files)
