"""Goods made to order: stocks that the lines of each product draw on, and the checks of such products."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final, Protocol

from simulator.policies.compensation import NoCompensation
from simulator.policies.promise import NoPromise
from simulator.scenario.sections.demand import Demand
from simulator.scenario.sections.opening import Opening
from simulator.scenario.sections.order_history import History
from simulator.scenario.sections.products import MadeToOrder, Product
from simulator.scenario.sections.satisfaction import Loyalty
from simulator.scenario.sections.supply_network import Warehouse
from simulator.scenario.sections.support_desk import SupportDesk
from simulator.values.mistakes import Place
from simulator.values.section import Section


class Shop(Protocol):
    """Scenario, as far as goods made to order depend on it; see `simulator.scenario.scenario.Scenario`."""

    @property
    def products(self) -> Mapping[str, Product]:
        """Products by name."""
        ...

    @property
    def demand(self) -> Sequence[Section]:
        """Streams of orders, and order histories."""
        ...

    @property
    def warehouses(self) -> Mapping[str, Warehouse]:
        """Warehouses by name."""
        ...

    @property
    def opening(self) -> Opening | None:
        """Stocks, goods and customers at the start."""
        ...

    @property
    def support_desk(self) -> SupportDesk | None:
        """Support desk."""
        ...

    @property
    def loyalty(self) -> Loyalty | None:
        """Model of loyalty."""
        ...

    @property
    def policies(self) -> Any:
        """Policies of the shop."""
        ...


def drawn_on(name: str, made: MadeToOrder | None) -> tuple[tuple[str, float], ...]:
    """Return the products from whose stocks the lines of a product take units, each with the share of the lines.

    Args:
        name: name of the product.
        made: its making to order.
    """
    if made is None or made.blank == name:
        return ((name, 1.0),)
    stocked = ((name, 1.0 - made.share),) if made.share < 1.0 else ()
    return stocked if made.blank is None else (*stocked, (made.blank, made.share))


def made_from(products: Mapping[str, Product]) -> dict[str, tuple[tuple[str, float], ...]]:
    """Collect `drawn_on` of the products that are made to order; the lines of the others draw on their own stock."""
    return {name: drawn_on(name, one.made) for name, one in products.items() if one.made_to_order is not None}


def with_blanks(products: Mapping[str, Product], names: Sequence[str]) -> Iterator[str]:
    """Yield each name, followed by that of its blank, if it has one."""
    blanks = {name: one.made.blank for name, one in products.items() if one.made is not None}
    for name in names:
        yield name
        if (blank := blanks.get(name)) is not None:
            yield blank


_NOT_YET: Final[tuple[tuple[str, Callable[[Shop], object]], ...]] = (
    ("promises", lambda shop: not isinstance(shop.policies.promise, NoPromise)),
    ("communication", lambda shop: shop.policies.communication),
    ("compensation", lambda shop: not isinstance(shop.policies.compensation, NoCompensation)),
    ("a support desk", lambda shop: shop.support_desk),
    ("goodwill", lambda shop: shop.loyalty is not None and shop.loyalty.goodwill is not None),
    ("orders that are due later", lambda shop: any(map(_due, shop.demand))),
)
"""Features that do not know lines made to order yet, with a test for each."""


def _due(source: Section) -> bool:
    assert isinstance(source, Demand | History)
    return source.due > 0.0 if isinstance(source, Demand) else source.columns.due is not None


def made_checks(scenario: Shop) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for what cannot be made, and for stock of products that are not kept in stock."""
    made = {name: one.made for name, one in scenario.products.items() if one.made is not None}
    if not made:
        return
    unstocked = {name for name in made if not scenario.products[name].stocked(name)}
    first: Place = ("products", next(iter(made)), "made_to_order")
    for noun, present in _NOT_YET:
        if present(scenario):
            yield first, f"not supported yet: made_to_order together with {noun}"
    for name, one in made.items():
        if one.blank in unstocked:
            place = ("products", name, "made_to_order", "blank")
            yield place, f"no stock of '{one.blank}' is kept: every unit of it is made to order"
    for name, product in scenario.products.items():
        for other in unstocked & product.substitutes.keys():
            place = ("products", name, "substitutes", other)
            yield place, f"no stock of '{other}' is kept: every unit of it is made to order"
    yield from _start_checks(scenario, unstocked)


def _start_checks(scenario: Shop, unstocked: set[str]) -> Iterator[tuple[Place, str]]:
    """Check that nothing at the start is of a product without stock."""
    for name, site in scenario.warehouses.items():
        for product in unstocked & (site.stock.keys() if isinstance(site.stock, dict) else set()):
            place: Place = ("warehouses", name, "stock", product)
            yield place, f"no stock of '{product}' is kept: every unit of it is made to order"
    if scenario.opening is not None:
        for key in ("stock", "purchase_orders", "waiting"):
            for k, entry in enumerate(getattr(scenario.opening, key)):
                if entry.product in unstocked:
                    place = ("opening", key, k, "product")
                    yield place, f"no stock of '{entry.product}' is kept: every unit of it is made to order"
