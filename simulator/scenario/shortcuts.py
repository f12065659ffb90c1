"""Shortcuts: faster or smaller ways to play a scenario, and the features of a scenario that exclude each of them.

Each shortcut rules on every key of the scenario file. A key is written as its path, with ``*`` for the name or number
of an entry: ``suppliers.*.production``. A ruling covers the keys below it, unless they have one of their own.

An allowed key may still count by the numbers that come of it. Parts of units, two lines at one instant and order
quantities that differ are noticed where a shortcut is taken, stock by stock.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from simulator.policies.compensation import NoCompensation
from simulator.policies.promise import NoPromise, NothingKnown
from simulator.scenario.sections.run import Run
from simulator.values.mistakes import Place
from simulator.values.section import Section


class Feature(NamedTuple):
    """A feature of a scenario that excludes a shortcut.

    Attributes:
        noun: name for messages.
        present: tells whether the section that holds the key has the feature; left out: whether the key says anything.
        within: tells the same from the scenario and the section, for a feature of a whole scenario.
    """

    noun: str
    present: Callable[[Any], object] | None = None
    within: Callable[[Any, Any], object] | None = None


Features = Mapping[str, Feature]
"""By key."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A way to play that changes nothing but speed or memory.

    Attributes:
        saves: work or memory that is not needed, and the module that does without.
        based_on: shortcuts that have to be allowed as well.
        excluded_by: features that exclude it from the whole scenario.
        stock_excluded_by: features that exclude it from the stocks they concern. The replenishment policy of a stock
            is looked up under ``policies.replenishment``, wherever the file gives it.
        allowed: keys that make no difference to whether it may be taken.
    """

    saves: str
    based_on: tuple[Shortcut, ...] = ()
    excluded_by: Features
    stock_excluded_by: Features
    allowed: tuple[str, ...]

    def obstacles(self, scenario: Section) -> Iterator[tuple[Place, str]]:
        """Yield each feature that excludes it from a scenario: place and noun."""
        for path, feature in self.excluded_by.items():
            for place in _places(scenario, path, feature):
                yield place, feature.noun

    def allows(self, scenario: Section) -> bool:
        """Tell whether nothing excludes it from the whole scenario."""
        based = all(shortcut.allows(scenario) for shortcut in self.based_on)
        return based and not any(self.obstacles(scenario))

    def allows_stock(self, sections: Mapping[str, Section | None]) -> bool:
        """Tell whether no section that concerns a stock excludes it; each is given by its path, as ``suppliers.*``."""
        based = all(shortcut.allows_stock(sections) for shortcut in self.based_on)
        return based and not any(
            path.startswith(f"{root}.") and any(_places(section, path.removeprefix(f"{root}."), feature))
            for root, section in sections.items()
            if section is not None
            for path, feature in self.stock_excluded_by.items()
        )


def _places(root: Section, path: str, feature: Feature) -> Iterator[Place]:
    """Yield the places below a section at which it has the feature."""
    *steps, key = path.split(".")
    found: list[tuple[Place, Any]] = [((), root)]
    for step in steps:
        if step == "*":
            found = [
                ((*place, name), part)
                for place, parts in found
                for name, part in (parts.items() if isinstance(parts, Mapping) else enumerate(parts))
            ]
        else:
            inner = [((*place, step), getattr(part, step)) for place, part in found]
            found = [(place, part) for place, part in inner if part is not None]
    for place, section in found:
        if feature.within is not None:
            present = feature.within(root, section)
        else:
            present = getattr(section, key, None) if feature.present is None else feature.present(section)
        if present:
            yield (*place, key)


def _quiet(policies: Any) -> bool:
    """Test whether messages pause before a delivery whose date depends on the supply."""
    told, promise = policies.communication, policies.promise
    quiet = told is not None and told.quiet_if_under > 0.0
    return quiet and promise.foreseen and promise.days(NothingKnown()) is None


def _keys(section: str, names: str) -> tuple[str, ...]:
    return tuple(f"{section}.{name}" for name in names.split())


_NEVER: Final = (
    # labels, and what is made of the outcome
    *("name", "question", "show", "expect", "alternatives"),
    *_keys("run", "start time_zone horizon warm_up cool_down window replications seed"),
    # order lines; shortcuts look at the lines themselves
    *_keys(
        "demand.*",
        "product products segment segments region regions rate quantity arrivals also also_quantity",
    ),
    *_keys("demand.*", "columns format only except returns unreadable wide scale repeat"),
    "profiles",
    # customers who only decline, or give up by themselves
    *_keys("customers.*", "priority patience tolerance will_wait"),
    # money
    *_keys("products.*", "price cost holding backorder_cost lost_sale_cost"),
    # workshops, where no product is made to order
    "workshops",
    *("warehouses.*.delivery_cost", "lanes.*.freight"),
    *_keys("suppliers.*", "order_cost price discounts price_changes"),
    # stocks and their purchase orders; levels and quantities are numbers when play begins
    *("policies.replenishment", "products.*.replenishment", "warehouses.*.replenishment"),
    *_keys("warehouses.*", "serves stock holding"),
    *_keys("suppliers.*", "products minimum lot"),
    # hours of production lines and dates of closures, which exclude shortcuts by themselves
    *_keys("suppliers.*", "hours time_zone"),
    # times that each purchase order or parcel takes by itself
    # what a lane carries, without a policy that moves it
    *_keys("lanes.*", "to mode carries transit customs"),
    *_keys("customs.*", "documents green_lane inspection facts duty brokerage"),
    *("suppliers.*.lead_time", "warehouses.*.pick_time", "warehouses.*.delivery"),
)
"""Keys that exclude no shortcut. A new key belongs here only if that holds for every one of them."""

_ONLY_WINDOWS: Final = (
    *("demand.*.orders", "demand.*.due", "customers.*.impatience"),
    *("policies.compensation", "policies.payment", "satisfaction", "loyalty"),
    # what there is at the start: no stock that has anything of it runs freely from there
    "opening",
)
"""Keys that exclude windows and nothing else (``loyalty.goodwill`` does)."""
_TOLD: Final = ("support_desk", "policies.promise", "policies.communication")

_QUEUES: Final[Features] = {
    "suppliers.*.capacity": Feature("a limited capacity"),
    "suppliers.*.production": Feature("production lines"),
    "customs.*.inspection.inspectors": Feature("'inspectors'"),
    "warehouses.*.dock": Feature("a dock"),
}
"""Places at which purchase orders wait for each other."""
_SOURCES: Final[Features] = {
    **dict.fromkeys(("policies.sourcing", "products.*.sourcing"), Feature("a sourcing policy")),
    "policies.expediting": Feature("expediting"),
}
_MAXIMUM: Final[Features] = {"suppliers.*.maximum": Feature("'maximum'")}
_DISRUPTIONS: Final[Features] = {
    "suppliers.*.disruptions": Feature("disruptions"),
    "customs.*.disruptions": Feature("disruptions"),
    "suppliers.*.yield": Feature("defects", lambda supplier: supplier.good is not None),
    "suppliers.*.fails": Feature("purchase orders that never come"),
    "suppliers.*.ships_in": Feature("several shipments", lambda supplier: supplier.ships_in > 1),
}
"""Events after which fewer units are on their way than were ordered, or later, or apart."""
_CLOSURES: Final[Features] = {
    **{f"{place}.*.closed": Feature("closures") for place in ("suppliers", "lanes", "customs")},
    **{f"{place}.*.holidays": Feature("holidays") for place in ("suppliers", "lanes", "customs")},
    **{f"{place}.*.time_zone": Feature("a time zone") for place in ("lanes", "customs")},
}
"""Dates on which a place is closed, by a clock that may know daylight saving."""
_HOURS: Final[Features] = {
    f"{place}.*.hours": Feature("opening hours", lambda section: not section.hours.always)
    for place in ("lanes", "customs")
}
_SITE_CLOSURES: Final[Features] = {
    "warehouses.*.closed": Feature("closures"),
    "warehouses.*.holidays": Feature("holidays"),
}
_SITE_ZONE: Final[Features] = {"warehouses.*.time_zone": Feature("a time zone")}
_SITE_HOURS: Final[Features] = {
    "warehouses.*.hours": Feature("opening hours", lambda site: not site.hours.always),
}
_SITE: Final = (*_SITE_CLOSURES, *_SITE_ZONE, *_SITE_HOURS)
_BUYING: Final = (*_SOURCES, *_MAXIMUM, *_DISRUPTIONS, *_CLOSURES, *_HOURS)
_LANES: Final[Features] = {
    "lanes.*.crossing": Feature("goods that keep their sequence", lambda lane: not lane.crossing),
    "lanes.*.departures": Feature(
        "departures at random", lambda lane: lane.departures is not None and lane.departures.rate is not None
    ),
}
_NETWORK: Final[Features] = {
    "lanes.*.from": Feature(
        "goods from another warehouse", within=lambda scenario, lane: scenario.is_internal(lane)
    ),
}
"""Purchase orders that wait in another stock: how long depends on what all its buyers order."""
_SHARES: Final[Features] = {
    "warehouses.*.internal": Feature(
        "shares of other warehouses",
        lambda site: (
            (site.internal.sharing, site.internal.ship, site.internal.level) != ("fcfs", "partial", 0)
        ),
    ),
}
"""Purchase orders of other warehouses that are not shipped in the sequence of their placing, as far as units go."""
_WAYS: Final = (*_LANES, *_NETWORK, *_SHARES)
_CANCELLED_PURCHASES: Final[Features] = dict.fromkeys(
    (f"{holder}.replenishment.on_cancel" for holder in ("policies", "products.*", "warehouses.*")),
    Feature("'on_cancel: cancel'", lambda policy: policy.on_cancel != "keep"),
)
_SHIPPING: Final[Features] = {
    "policies.ship": Feature("orders shipped whole", lambda policies: policies.ship == "complete"),
    "warehouses.*.pickers": Feature("'pickers'"),
}
_SUBSTITUTES: Final[Features] = {"products.*.substitutes": Feature("substitutes")}
_MADE: Final[Features] = {"products.*.made_to_order": Feature("goods made to order")}
"""Lines that come to a workshop at their own time, and go there again when they get their blank."""
_TRANSFERS: Final[Features] = {
    "policies.transfers": Feature("transfers", lambda policies: policies.transfers.moves)
}
"""Goods that leave a stock for another, and come from there."""
_REACTIONS: Final[Features] = {
    "policies.transfers": Feature("transfers on backordering", lambda policies: policies.transfers.reacts)
}
"""Transfers that a stock asks for at the instant in which a line is backordered."""
_REFUSALS: Final[Features] = {
    "policies.backorders": Feature("refused backorders", lambda policies: not policies.backorders.always)
}
_ROUTING: Final[Features] = {
    "policies.routing": Feature(
        "lines served from several warehouses",
        lambda policies: policies.routing is not None and policies.routing.moves,
    ),
}

FREE_RUN: Final = Shortcut(
    saves="an event for each line that is filled whoever asks: a stock sleeps up to a line about which something can "
    "be decided (model/stock/stock_processes); the policies say how low stock is then",
    excluded_by={
        "policies.routing": Feature(
            "routing of every line",
            lambda policies: policies.routing is not None and policies.routing.always,
        ),
    },
    stock_excluded_by={},
    allowed=(
        *_NEVER,
        *_BUYING,
        *_ONLY_WINDOWS,
        *_SHIPPING,
        *_SITE,
        *_TOLD,
        *_QUEUES,
        *_WAYS,
        *_SUBSTITUTES,
        *_MADE,
        *_REFUSALS,
        *_TRANSFERS,
        "policies.allocation",
    ),
)
PLANNED_ROUTES: Final = Shortcut(
    saves="looks for a queue on each leg: all times of a route are known when the order is placed (model/supply/route)",
    excluded_by={},
    stock_excluded_by=_QUEUES,
    allowed=(
        *_NEVER,
        *_BUYING,
        *_ONLY_WINDOWS,
        *_SHIPPING,
        *_SITE,
        *_TOLD,
        *_WAYS,
        *_SUBSTITUTES,
        *_MADE,
        *_REFUSALS,
        *_TRANSFERS,
        "policies.allocation",
        "policies.routing",
    ),
)
SCHEDULED_MESSAGES: Final = Shortcut(
    saves="events for customers who wait: messages, compensation and the end of patience follow a schedule, and are "
    "written after the run (model/patience/message_schedule)",
    excluded_by={
        "support_desk": Feature("a support desk"),
        "policies.promise": Feature(
            "promises that follow the supply", lambda policies: not policies.promise.foreseen
        ),
        "policies.communication": Feature("silence before an unknown date", _quiet),
    },
    stock_excluded_by={},
    allowed=(
        *_NEVER,
        *_BUYING,
        *_ONLY_WINDOWS,
        *_SHIPPING,
        *_SITE,
        *_QUEUES,
        *_WAYS,
        *_SUBSTITUTES,
        *_MADE,
        *_REFUSALS,
        *_TRANSFERS,
        "policies.allocation",
        "policies.routing",
    ),
)
SHARED_LINES: Final = Shortcut(
    saves="an event for each line that finds too little: where levels alone decide, the lines between two events of a "
    "stock are served together (model/stock/stock_update)",
    based_on=(FREE_RUN, SCHEDULED_MESSAGES),
    excluded_by={**_REFUSALS, **_MADE, **_ROUTING, **_REACTIONS},
    stock_excluded_by=_SUBSTITUTES,
    allowed=(*_NEVER, *_BUYING, *_ONLY_WINDOWS, *_SHIPPING, *_SITE, *_QUEUES, *_WAYS, "policies.allocation"),
)
ARITHMETIC: Final = Shortcut(
    saves="all events: purchase orders, landings and waits follow from cumulative demand and supply "
    "(model/shortcuts/free_run), in a network echelon by echelon (model/network/network_run)",
    based_on=(FREE_RUN, PLANNED_ROUTES, SCHEDULED_MESSAGES),
    excluded_by={
        **_REFUSALS,
        **_SUBSTITUTES,
        **_MADE,
        **_ROUTING,
        **_TRANSFERS,
        **_SHARES,
        "policies.allocation": Feature(
            "another sequence than that of the orders", lambda policies: not policies.allocation.in_sequence
        ),
        "loyalty.goodwill": Feature("goodwill"),
    },
    stock_excluded_by={
        **_LANES,
        **_CANCELLED_PURCHASES,
        **_SOURCES,
        **_MAXIMUM,
        **_DISRUPTIONS,
        **_CLOSURES,
        **_SITE_CLOSURES,
        **_SITE_ZONE,
    },
    allowed=(*_NEVER, *_ONLY_WINDOWS, *_SHIPPING, *_NETWORK, *_HOURS, *_SITE_HOURS),
)
SINGLE_PARCELS: Final = Shortcut(
    saves="the pickers' queue of a run: what is shipped and delivered follows line by line, and for lines filled from "
    "stock only when somebody asks (model/picking)",
    excluded_by={**_SHIPPING, **_SITE_CLOSURES, **_SITE_HOURS},
    stock_excluded_by={},
    allowed=(
        *_NEVER,
        *_SITE_ZONE,
        *_BUYING,
        *_ONLY_WINDOWS,
        *_TOLD,
        *_QUEUES,
        *_WAYS,
        *_SUBSTITUTES,
        *_MADE,
        *_REFUSALS,
        *_TRANSFERS,
        "policies.allocation",
        "policies.routing",
    ),
)
WINDOWS: Final = Shortcut(
    saves="memory: a long run is played, added up and forgotten window after window, as far as no window has to hand "
    "more to the next than stocks, lines that wait and goods on their way (model/windows)",
    excluded_by={
        "opening": Feature("an opening"),
        "demand.*.orders": Feature("an order history"),
        "demand.*.due": Feature("orders that are due later"),
        "customers.*.impatience": Feature("'impatience'"),
        **_SUBSTITUTES,
        **_MADE,
        **_ROUTING,
        "policies.promise": Feature("promises", lambda policies: not isinstance(policies.promise, NoPromise)),
        "policies.communication": Feature("communication"),
        "policies.compensation": Feature(
            "compensation", lambda policies: not isinstance(policies.compensation, NoCompensation)
        ),
        "policies.payment": Feature("payment"),
        "policies.allocation": Feature("threshold clearing", lambda policies: policies.allocation.claims),
        **_CANCELLED_PURCHASES,
        **_QUEUES,
        **_SOURCES,
        **_DISRUPTIONS,
        **_CLOSURES,
        **_SITE_CLOSURES,
        **_SITE_ZONE,
        **_SITE_HOURS,
        **_HOURS,
        **_NETWORK,
        **_TRANSFERS,
        "warehouses.*.pickers": _SHIPPING["warehouses.*.pickers"],
        **{key: Feature(f"'{key}'") for key in ("support_desk", "satisfaction", "loyalty")},
    },
    stock_excluded_by={},
    allowed=(*_NEVER, *_LANES, *_SHARES, *_REFUSALS, *_MAXIMUM, "policies.ship"),
)


def window_checks(scenario: Section, run: Run) -> Iterator[tuple[Place, str]]:
    """Yield what stands against playing the scenario in windows, if the run asks for that: place and message."""
    if run.window is None:
        return
    if run.window % 1.0:
        yield ("run", "window"), "a window is a whole number of days"
    for place, feature in WINDOWS.obstacles(scenario):
        yield place, f"not supported yet: run.window together with {feature}"
