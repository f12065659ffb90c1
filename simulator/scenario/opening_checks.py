"""Checks of the section ``opening`` against the rest of the scenario."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final, Protocol

from simulator.policies.compensation import NoCompensation
from simulator.policies.promise import NoPromise
from simulator.scenario.sections.opening import Opening
from simulator.scenario.sections.run import Run
from simulator.scenario.sources import StockSources, SupplySide
from simulator.values.mistakes import Place


class Shop(SupplySide, Protocol):
    """Scenario, as far as its opening depends on it."""

    @property
    def run(self) -> Run:
        """Length of the run."""
        ...

    def warehouse_of(self, region: str) -> str | None:
        """Return the warehouse that serves a region."""
        ...

    @property
    def first_region(self) -> str:
        """Region of the first entry of ``demand``."""
        ...


_FEATURES: Final = ("support_desk", "satisfaction", "loyalty")


def opening_checks(scenario: Shop, opening: Opening) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for each mistake in the opening."""
    yield from _stock_checks(scenario, opening)
    yield from _order_checks(scenario, opening)
    yield from _line_checks(scenario, opening)


def _stock_checks(scenario: Shop, opening: Opening) -> Iterator[tuple[Place, str]]:
    """Check that each stock is given once."""
    seen: set[tuple[str, str]] = set()
    for k, one in enumerate(opening.stock):
        place = ("opening", "stock", k)
        if one.warehouse is None and len(scenario.warehouses) > 1:
            yield place, "with several warehouses it must say in which 'warehouse' the units are"
            continue
        warehouse = one.warehouse or next(iter(scenario.warehouses))
        given = scenario.warehouses[warehouse].stock
        if (warehouse, one.product) in seen:
            yield place, f"the units of '{one.product}' in '{warehouse}' are given twice"
        elif given is not None and (not isinstance(given, dict) or one.product in given):
            yield place, f"'stock' of warehouse '{warehouse}' gives the units of '{one.product}' already"
        seen.add((warehouse, one.product))


def _order_checks(scenario: Shop, opening: Opening) -> Iterator[tuple[Place, str]]:
    """Check the dates and places of purchase orders under way."""
    start, sources = scenario.run.start, StockSources(scenario)
    for k, order in enumerate(opening.purchase_orders):
        place = ("opening", "purchase_orders", k)
        if order.placed > start:
            yield (*place, "placed"), f"the run begins on {start}: the order must be placed by then"
        if order.lands < start:
            yield (*place, "lands"), f"the run begins on {start}: what landed before belongs into 'stock'"
        if order.warehouse is None and len(scenario.warehouses) > 1:
            yield place, "with several warehouses it must say which 'warehouse' ordered"
            continue
        warehouse = order.warehouse or next(iter(scenario.warehouses))
        names = [one.name for one in sources.of(warehouse, order.product) if not one.expedited]
        if order.source is not None and order.source not in names:
            message = f"'{order.product}' has no source '{order.source}'; there are: {', '.join(names)}"
            yield (*place, "from"), message


def _line_checks(scenario: Shop, opening: Opening) -> Iterator[tuple[Place, str]]:
    """Check the lines that wait, and features that they cannot be combined with."""
    start = scenario.run.start
    for k, line in enumerate(opening.waiting):
        place, region = ("opening", "waiting", k), line.region or scenario.first_region
        if line.ordered >= start:
            yield (
                (*place, "ordered"),
                f"the run begins on {start}: a customer who waits then has ordered before",
            )
        if scenario.warehouse_of(region) is None:
            yield (*place, "region"), f"no warehouse serves region '{region}'"
    if opening.waiting:
        for key in _obstacles(scenario):
            yield (
                ("opening", "waiting"),
                f"not supported yet: waiting customers at the start together with {key}",
            )


def _obstacles(scenario: Any) -> Iterator[str]:
    """Yield the features whose course before the run nobody knows."""
    policies = scenario.policies
    if not isinstance(policies.promise, NoPromise):
        yield "promises"
    if policies.communication is not None:
        yield "communication"
    if not isinstance(policies.compensation, NoCompensation):
        yield "compensation"
    if policies.payment is not None:
        yield "payment"
    if any(segment.impatience is not None for segment in scenario.customers.values()):
        yield "'impatience'"
    yield from (f"'{key}'" for key in _FEATURES if getattr(scenario, key) is not None)
