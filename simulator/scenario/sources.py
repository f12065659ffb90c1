"""Sources of stocks: the suppliers and warehouses, over a lane and mode, from which each stock can buy."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache, partial
from typing import NamedTuple, Protocol

from simulator.policies.expediting import Expediting
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.policies.sourcing_policy import SourcingPolicy
from simulator.scenario.made_to_order import drawn_on
from simulator.scenario.sections.demand import ANYWHERE, Demand
from simulator.scenario.sections.products import Product
from simulator.scenario.sections.supply_network import Lane, Warehouse
from simulator.values.mistakes import Place
from simulator.values.section import nearest


class Buying(Protocol):
    """Policies by which stocks buy from several sources."""

    @property
    def sourcing(self) -> SourcingPolicy | None:
        """Policy for all products without one of their own."""
        ...

    @property
    def expediting(self) -> Expediting | None:
        """Rule for expediting."""
        ...


class SupplySide(Protocol):
    """Scenario, as far as it decides where stocks buy; see `simulator.scenario.scenario.Scenario`."""

    @property
    def products(self) -> Mapping[str, Product]:
        """Products by name."""
        ...

    @property
    def warehouses(self) -> Mapping[str, Warehouse]:
        """Warehouses by name."""
        ...

    @property
    def lanes(self) -> Sequence[Lane]:
        """Lanes, in the sequence of the file."""
        ...

    @property
    def policies(self) -> Buying:
        """Policies of the shop."""
        ...

    def sources(self) -> Mapping[str, tuple[str, ...]]:
        """Return the names of the suppliers of each product."""
        ...

    def streams(self) -> Iterator[Demand]:
        """Yield the streams of random demand."""
        ...

    def histories(self) -> Iterator[object]:
        """Yield the order histories."""
        ...

    def warehouses_of(self, region: str) -> Sequence[str]:
        """Return the names of the warehouses that serve a region, in sequence; the first is its home."""
        ...

    def senders(self) -> Mapping[str, tuple[str, ...]]:
        """Return the warehouses that supply each warehouse; one that no other supplies is left out."""
        ...

    def replenishment_of(self, product: str, warehouse: str) -> ReplenishmentPolicy:
        """Return the replenishment policy of a stock."""
        ...


class Source(NamedTuple):
    """Source of a stock.

    Attributes:
        supplier: name of the supplier, or of the warehouse that supplies the stock.
        mode: mode of the lane if several lead from the supplier to the warehouse, else empty.
        expedited: True for purchase orders by the rule of ``policies.expediting``.
        internal: True if it is a warehouse.
        gives: True if it is a warehouse that gives up goods in transfers; it takes no orders then.
    """

    supplier: str
    mode: str = ""
    expedited: bool = False
    internal: bool = False
    gives: bool = False

    @property
    def name(self) -> str:
        """Name, as sourcing policies and tables say it."""
        return f"{self.supplier} by {self.mode}" if self.mode else self.supplier

    @property
    def label(self) -> str:
        """Name, with a remark if it is expedited or gives up goods."""
        remark = " (expedited)" if self.expedited else " (transfers)" if self.gives else ""
        return f"{self.name}{remark}"


class StockSources:
    """Sources of all stocks of a scenario, found once for products with the same suppliers."""

    def __init__(self, scenario: SupplySide) -> None:
        self.suppliers = scenario.sources()
        """Names of the suppliers of each product."""
        self._lanes: dict[tuple[str, str], list[Lane]] = {}
        for lane in scenario.lanes:
            self._lanes.setdefault(lane.ends, []).append(lane)
        self._shipping = {origin for origin, _ in self._lanes}
        self.senders = scenario.senders()
        """Warehouses that supply each warehouse; one that no other supplies is left out."""
        self._expediting = scenario.policies.expediting
        self._known: dict[tuple[tuple[str, ...], str], tuple[Source, ...]] = {}

    def of(self, warehouse: str, product: str) -> tuple[Source, ...]:
        """Return the sources of a stock in the sequence of the file; the expedited one, if any, comes last."""
        return self.of_suppliers(warehouse, self.suppliers.get(product, ()))

    def of_suppliers(self, warehouse: str, suppliers: tuple[str, ...]) -> tuple[Source, ...]:
        """Return the sources in a warehouse of all products with these suppliers; see `of`."""
        key = suppliers, warehouse
        if key not in self._known:
            found = tuple(self._of(suppliers, warehouse))
            rule = self._expediting
            fast = () if rule is None else (one for one in found if one.name == rule.source)
            self._known[key] = (*found, *(one._replace(expedited=True) for one in fast))
        return self._known[key]

    def _of(self, suppliers: tuple[str, ...], warehouse: str) -> Iterator[Source]:
        """Yield the sources for a product with these suppliers: suppliers, then other warehouses.

        A supplier needs a lane to a warehouse that another one supplies.
        """
        senders = self.senders.get(warehouse, ())
        for supplier in suppliers:
            if (supplier, warehouse) in self._lanes or not senders:
                yield from self._by_lane(supplier, warehouse, internal=False)
        for sender in senders:
            if self.reaches(suppliers, sender):
                yield from self._by_lane(sender, warehouse, internal=True)

    def _by_lane(self, origin: str, warehouse: str, *, internal: bool) -> Iterator[Source]:
        """Yield a source for each lane between two places; one if there is no lane."""
        lanes = self._lanes.get((origin, warehouse), [])
        if len(lanes) > 1:
            yield from (Source(origin, lane.mode or "", internal=internal) for lane in lanes)
        else:
            yield Source(origin, internal=internal)

    def reaches(self, suppliers: tuple[str, ...], warehouse: str) -> bool:
        """Test whether a product with these suppliers can come to a warehouse, over other warehouses if need be.

        A supplier without any lane delivers to every warehouse that no other supplies.
        """
        senders = self.senders.get(warehouse, ())
        direct = any(
            (one, warehouse) in self._lanes or (not senders and one not in self._shipping)
            for one in suppliers
        )
        return direct or any(self.reaches(suppliers, sender) for sender in senders)


def source_labels(scenario: SupplySide, suppliers: Iterable[str]) -> tuple[str, ...]:
    """Return the labels of all sources, supplier by supplier, then those of warehouses; of one without any, its name.

    Args:
        scenario: the scenario.
        suppliers: names of the suppliers, in the sequence of the file.
    """
    known = StockSources(scenario)
    names = (*suppliers, *(sender for senders in known.senders.values() for sender in senders))
    found: dict[str, dict[str, None]] = {name: {} for name in names}
    for warehouse in scenario.warehouses:
        for of_product in dict.fromkeys(known.suppliers.values()):
            for source in known.of_suppliers(warehouse, of_product):
                found[source.supplier][source.label] = None
    return tuple(label for name, labels in found.items() for label in labels or (name,))


def source_checks(scenario: SupplySide) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for stocks with several sources and no policy for them, and for unknown names."""
    if mistakes := list(_lane_checks(scenario.lanes)):
        yield from mistakes
        return  # sources are not told apart
    sources, names = StockSources(scenario), dict[str, None]()
    demand = cache(partial(_mean_demand, scenario))
    told: set[tuple[Place, object]] = set()
    stocks: dict[tuple[str, str], tuple[Source, ...]] = {}
    for product, section in scenario.products.items():
        for warehouse in scenario.warehouses:
            found = tuple(one for one in sources.of(warehouse, product) if not one.expedited)
            names.update(dict.fromkeys(one.name for one in found))
            if len(found) > 1 and section.stocked(product):
                stocks[product, warehouse] = found
    unknown = [(place, name) for place, name in _named(scenario) if name not in names]
    for place, name in unknown:
        yield place, f"unknown source '{name}'{nearest(name, names)}"
    for (product, warehouse), found in stocks.items():
        policy_place = sourcing_of(scenario, product)[1]
        if any(place[: len(policy_place)] == policy_place for place, _ in unknown):
            continue  # what the names stand for is not known
        for place, kind, message in _stock_checks(scenario, product, warehouse, found, demand):
            if (place, kind) not in told:  # once, however many products have the same mistake
                told.add((place, kind))
                yield place, message


def unsupplied(scenario: SupplySide) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for what is asked for in a warehouse behind another and never comes there."""
    if not scenario.senders():
        return
    sources, demand = StockSources(scenario), _mean_demand(scenario)
    for warehouse in sources.senders:
        for product, section in scenario.products.items():
            missing = section.stocked(product) and not sources.of(warehouse, product)
            if missing and demand.get((warehouse, product), 0.0) > 0.0:
                yield (
                    ("warehouses", warehouse),
                    f"no supplier and no warehouse with a lane there has '{product}'",
                )


def _lane_checks(lanes: Sequence[Lane]) -> Iterator[tuple[Place, str]]:
    """Check that lanes with the same ends can be told apart."""
    modes: dict[tuple[str, str], list[str | None]] = {}
    for k, lane in enumerate(lanes):
        known = modes.setdefault(lane.ends, [])
        if known and (None in known or lane.mode is None or lane.mode in known):
            yield (
                ("lanes", k),
                f"several lanes lead from '{lane.origin}' to '{lane.destination}': each needs a 'mode' of its own",
            )
        known.append(lane.mode)


def _named(scenario: SupplySide) -> Iterator[tuple[Place, str]]:
    """Yield each source that a policy names, with its place."""
    for name, product in scenario.products.items():
        if product.sourcing is not None:
            yield from (
                (("products", name, "sourcing", *key), source) for key, source in product.sourcing.named()
            )
    if scenario.policies.sourcing is not None:
        yield from (
            (("policies", "sourcing", *key), source) for key, source in scenario.policies.sourcing.named()
        )
    if scenario.policies.expediting is not None:
        yield ("policies", "expediting", "from"), scenario.policies.expediting.source


def sourcing_of(scenario: SupplySide, product: str) -> tuple[SourcingPolicy | None, Place]:
    """Return the sourcing policy of a product, its own or the general one, and its place."""
    own = scenario.products[product].sourcing
    if own is not None:
        return own, ("products", product, "sourcing")
    return scenario.policies.sourcing, ("policies", "sourcing")


def _stock_checks(
    scenario: SupplySide,
    product: str,
    warehouse: str,
    sources: tuple[Source, ...],
    demand: Callable[[], Mapping[tuple[str, str], float]],
) -> Iterator[tuple[Place, object, str]]:
    """Check the sourcing policy of a stock against its replenishment policy, its sources and its demand.

    Args:
        scenario: the scenario.
        product: name.
        warehouse: name.
        sources: of the stock.
        demand: returns the units demanded per day, by warehouse and product.

    Yields:
        Place, kind of the mistake, and message.
    """
    policy, place = sourcing_of(scenario, product)
    names = [source.name for source in sources]
    listed = ", ".join(names)
    if policy is None:
        message = (
            f"product '{product}' has several sources ({listed}): say under 'policies.sourcing' how to buy"
        )
        yield _place_of(scenario, sources[1], warehouse), listed, message
        return
    units = demand().get((warehouse, product), 0.0)
    if units == 0.0 and scenario.warehouses[warehouse].serves != ():
        return  # nothing is stocked there
    objection = policy.objection(scenario.replenishment_of(product, warehouse), units)
    if objection is not None:
        yield place, objection, f"'{policy.kind}' cannot buy '{product}' for '{warehouse}': {objection}"
    named = {name for _, name in policy.named()}
    if (named and named.isdisjoint(names)) or not policy.buys_from(names):
        yield (
            place,
            listed,
            f"it names no source of '{product}' for '{warehouse}' to buy from; known: {listed}",
        )


def _place_of(scenario: SupplySide, source: Source, warehouse: str) -> Place:
    """Return the place of a source in the file: its lane if it is a warehouse or has several, else the supplier."""
    ends = source.supplier, warehouse
    lanes = (
        k
        for k, lane in enumerate(scenario.lanes)
        if (source.mode or source.internal) and lane.ends == ends and source.mode in ("", lane.mode)
    )
    return next((("lanes", k) for k in lanes), ("suppliers", source.supplier))


def _mean_demand(scenario: SupplySide) -> dict[tuple[str, str], float]:
    """Return the units demanded per day by (warehouse, product), without profiles.

    They are infinite, as not known, for warehouses that may serve what another one lacks, and for every stock if there
    is an order history, which may ask for any of them.
    """
    if any(True for _ in scenario.histories()):
        return {(site, product): math.inf for site in scenario.warehouses for product in scenario.products}
    found: dict[tuple[str, str], float] = {}
    for stream in scenario.streams():
        interval = stream.arrivals.interval
        for region, share in (stream.regions or {stream.region or ANYWHERE: 1.0}).items():
            sites = scenario.warehouses_of(region) or ("",)
            for main, rate in stream.rates().items():
                orders = share * ((rate or 0.0) if interval is None else 1.0 / interval.mean)
                asked = [(main, orders * stream.quantity.mean)]
                asked += [
                    (other, orders * part * stream.also_quantity.mean) for other, part in stream.also.items()
                ]
                for name, units in asked:
                    for product, part in drawn_on(name, scenario.products[name].made):
                        found[sites[0], product] = found.get((sites[0], product), 0.0) + units * part
                        found.update(((site, product), math.inf) for site in sites[1:])
    return found
