"""Scenario: all sections of a scenario file, checked against each other."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from typing import Annotated, Any, Final, Literal, Self

from pydantic import Field, ValidationInfo, model_validator

from simulator.calendars.opening_times import OpenPlace
from simulator.calendars.public_holidays import LAST_YEAR
from simulator.laws.distributions import constant
from simulator.policies.acceptance import Accept, Acceptance
from simulator.policies.allocation import Allocation, CriticalLevel, FirstComeFirstServed
from simulator.policies.communication import Communication
from simulator.policies.compensation import Compensation, NoCompensation
from simulator.policies.expediting import Expediting
from simulator.policies.payment import Payment
from simulator.policies.promise import NoPromise, Promise
from simulator.policies.replenishment import BaseStock, ReorderPoint, Replenishment, ReplenishmentPolicy
from simulator.policies.routing import OptionalRouting
from simulator.policies.sourcing.sourcing import OptionalSourcing
from simulator.policies.sourcing_policy import SourcingPolicy
from simulator.policies.transfers import NoTransfers, Transfers
from simulator.scenario.made_to_order import made_checks, with_blanks
from simulator.scenario.network.echelons import echelons
from simulator.scenario.network.network_checks import circle_checks, network_checks
from simulator.scenario.network.serving import in_sequence, is_routed, routed_checks, routing_checks
from simulator.scenario.network.transfers import transfer_checks
from simulator.scenario.number_limits import size_checks
from simulator.scenario.opening_checks import opening_checks
from simulator.scenario.sections.demand import ANYWHERE, AnyDemand, Demand, Segment
from simulator.scenario.sections.demand_profiles import AnyProfile, Profile
from simulator.scenario.sections.expectations import Conditions
from simulator.scenario.sections.opening import Opening
from simulator.scenario.sections.order_history import History
from simulator.scenario.sections.products import Product, Workshop
from simulator.scenario.sections.run import Run
from simulator.scenario.sections.satisfaction import Loyalty, Satisfaction
from simulator.scenario.sections.suppliers import Supplier
from simulator.scenario.sections.supply_network import Customs, Lane, Warehouse, missing_lanes
from simulator.scenario.sections.support_desk import SupportDesk
from simulator.scenario.shortcuts import window_checks
from simulator.scenario.sources import source_checks, unsupplied
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.mistakes import Place, place_text
from simulator.values.section import Section, nearest, refusal

_WAREHOUSE: Final = Supplier(lead_time=constant(0.0))
"""Terms on which warehouses supply each other."""


class Policies(Section):
    """Policies of the shop, which alternatives compare."""

    backorders: Acceptance = Field(default=Accept(), description="Lines that may become backorders.")
    replenishment: Replenishment = Field(
        default=ReorderPoint.model_validate({"service_level": 0.95, "cover": "14 days"}),
        description="Time and quantity of purchase orders.",
    )
    sourcing: OptionalSourcing = Field(
        default=None,
        description="Sources of purchase orders, where a product has several; it may be left out where none has.",
    )
    expediting: Expediting | None = None
    routing: OptionalRouting = Field(
        default=None,
        description="Warehouse that serves a line, where several serve its region; it may be left out where none do.",
    )
    transfers: Transfers = Field(
        default=NoTransfers(), description="Goods moved sideways over the lanes that carry transfers."
    )
    allocation: Allocation = Field(
        default=FirstComeFirstServed(), description="Lines that get too few goods, and units kept in reserve."
    )
    promise: Promise = Field(default=NoPromise(), description="Delivery date that customers are told.")
    communication: Communication | None = None
    compensation: Compensation = Field(default=NoCompensation(), description="Offers to customers who wait.")
    payment: Payment | None = Field(
        default=None, description="Time of payment; left out: no cash flow is computed."
    )
    ship: Literal["partial", "complete"] = Field(
        default="partial",
        description="Ship each line by itself, or the whole order once its last line is allocated.",
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield complete shipment if every order has one line, and policies that decide nothing."""
        if self.ship == "complete" and around.single_lines:
            yield IdleKey(("ship",), "every order has one line", by_value=True)
        if around.warehouses_decide or around.products_decide:
            holder = "warehouse" if around.warehouses_decide else "product"
            yield IdleKey(("replenishment",), f"each {holder} has a replenishment policy of its own")
        if self.routing is not None and not around.shared:
            yield IdleKey(("routing",), "each region is served by one warehouse")
        if self.sourcing is not None:
            yield from self._idle_sourcing(self.sourcing, around)

    @staticmethod
    def _idle_sourcing(policy: SourcingPolicy, around: ScenarioFacts) -> Iterator[IdleKey]:
        """Yield the sourcing policy if no product needs it, and sources that no product has that needs it."""
        if not around.choosing:
            yield IdleKey(("sourcing",), "no product has several sources")
        elif not around.undecided:
            yield IdleKey(("sourcing",), "each product with several sources has a sourcing policy of its own")
        else:
            known = frozenset[str]().union(*(around.sources[name] for name in around.undecided))
            for key, source in policy.named():
                if source not in known:
                    yield IdleKey(
                        ("sourcing", *key), "no product that is bought by this policy has this source"
                    )


class Scenario(Section):
    """Scenario to simulate, made by ``simulator.load``; scenarios with equal fields are equal."""

    name: str = Field(default="scenario", description="Name of the scenario in reports and result folders.")
    question: str | None = Field(default=None, description="Question that the scenario answers.")
    show: tuple[str, ...] = Field(
        default=(), description="Metrics that the question is about; reports begin with them."
    )
    run: Run = Run()
    products: Annotated[dict[str, Product], Field(min_length=1)]
    customers: Annotated[dict[str, Segment], Field(min_length=1)] = {"customers": Segment()}
    demand: tuple[AnyDemand, ...] = Field(min_length=1, description="Streams of orders, and order histories.")
    profiles: tuple[AnyProfile, ...] = Field(default=(), description="Changes of demand with the calendar.")
    warehouses: Annotated[dict[str, Warehouse], Field(min_length=1)] = {"warehouse": Warehouse()}
    suppliers: Annotated[dict[str, Supplier], Field(min_length=1)] = {"supplier": Supplier()}
    lanes: tuple[Lane, ...] = ()
    customs: dict[str, Customs] = {}
    workshops: dict[str, Workshop] = Field(
        default={}, description="Workshops by name, where goods are made to order."
    )
    opening: Opening | None = None
    support_desk: SupportDesk | None = None
    satisfaction: Satisfaction | None = None
    loyalty: Loyalty | None = None
    policies: Policies = Policies()
    expect: dict[str, Conditions] = Field(
        default={}, description="Conditions on metrics, as fill_rate: '>= 95 %'."
    )
    alternatives: dict[str, dict[str, Any] | None] = Field(default={}, description="Named sets of overrides.")

    @model_validator(mode="after")
    def _leaves_no_choice(self, info: ValidationInfo) -> Self:
        # The loader reports these mistakes together with all others and their positions in the file.
        if not isinstance(info.context, dict) or "section_of" not in info.context:
            for place, problem in _ambiguous_sources(self):
                raise refusal("choice", f"{place_text(place)}: {problem}")
        return self

    def streams(self) -> Iterator[Demand]:
        """Yield the streams of random demand."""
        return (source for source in self.demand if isinstance(source, Demand))

    def histories(self) -> Iterator[History]:
        """Yield the order histories."""
        return (source for source in self.demand if isinstance(source, History))

    def segment_of(self, source: Demand | History) -> str:
        """Return the segment that a stream or history names, else the first segment of the scenario."""
        return source.segment or next(iter(self.customers))

    def warehouse_of(self, region: str) -> str | None:
        """Return the name of the home of a region, the first warehouse that serves it; ``None`` if there is none."""
        return next(iter(self.warehouses_of(region)), None)

    def warehouses_of(self, region: str) -> tuple[str, ...]:
        """Return the names of the warehouses that may serve a region, in sequence; the first is its home."""
        return in_sequence(self, region)

    @property
    def routed(self) -> bool:
        """True if a line may be served from another warehouse than the home of its region."""
        return is_routed(self)

    @property
    def first_region(self) -> str:
        """Region of the first entry of ``demand``."""
        source = self.demand[0]
        if isinstance(source, Demand) and source.regions is not None:
            return next(iter(source.regions))
        assert isinstance(source, Demand | History)
        return source.region or ANYWHERE

    def sources(self) -> dict[str, tuple[str, ...]]:
        """Return the names of the suppliers of each product; a product without a supplier is left out."""
        found: dict[str, tuple[str, ...]] = {}
        for name, supplier in self.suppliers.items():
            alone = (name,)
            for product in supplier.products or self.products:
                found[product] = found[product] + alone if product in found else alone
        return found

    def is_internal(self, lane: Lane) -> bool:
        """Test whether purchase orders of another warehouse go over a lane.

        A place that is a supplier, too, sends as the supplier.
        """
        sends = lane.origin in self.warehouses and lane.origin not in self.suppliers
        return sends and lane.carries == "orders"

    def senders(self) -> dict[str, tuple[str, ...]]:
        """Return the warehouses that supply each warehouse, in the sequence of the lanes; none has no entry."""
        found: dict[str, dict[str, None]] = {}
        for lane in self.lanes:
            if self.is_internal(lane):
                found.setdefault(lane.destination, {})[lane.origin] = None
        return {name: tuple(origins) for name, origins in found.items()}

    @property
    def depots(self) -> frozenset[str]:
        """Names of the warehouses that supply others."""
        return frozenset(origin for origins in self.senders().values() for origin in origins)

    def echelons(self) -> dict[str, int]:
        """Return the echelon of each warehouse, see `echelons`; empty if no warehouse supplies another."""
        senders = self.senders()
        return echelons(senders, tuple(self.warehouses)) if senders else {}

    def seller(self, name: str) -> Supplier:
        """Return the section of a supplier; for a warehouse, a supplier without lead time and limits."""
        return self.suppliers.get(name, _WAREHOUSE)

    def holding_rate(self, warehouse: str, product: str) -> float:
        """Return the cost of a unit on hand in a warehouse, in money per day."""
        given, section = self.warehouses[warehouse].holding, self.products[product]
        own = given.get(product) if isinstance(given, dict) else given
        return section.holding_rate if own is None else own.rate(section.cost)

    def lane_between(self, supplier: str, warehouse: str, mode: str = "") -> Lane | None:
        """Return the lane between two places, ``None`` if goods arrive as soon as they are dispatched.

        Args:
            supplier: name.
            warehouse: name.
            mode: mode, where several lanes connect them; left out: the first lane.
        """
        ends = supplier, warehouse
        return next((lane for lane in self.lanes if lane.ends == ends and mode in ("", lane.mode)), None)

    def stock_at_start(self) -> dict[tuple[str, str], float]:
        """Return the units on hand at the start of the stocks that the file gives, by (warehouse, product)."""
        found: dict[tuple[str, str], float] = {}
        for name, site in self.warehouses.items():
            given = site.stock
            if given is not None:
                units = given if isinstance(given, dict) else dict.fromkeys(self._stocked(), given)
                found.update(((name, product), number) for product, number in units.items())
        only = next(iter(self.warehouses))
        if self.opening is not None:
            found.update(((one.warehouse or only, one.product), one.units) for one in self.opening.stock)
        return found

    def _stocked(self) -> Iterator[str]:
        """Yield the products that are kept in stock."""
        return (name for name, product in self.products.items() if product.stocked(name))

    def replenishment_of(self, product: str, warehouse: str) -> ReplenishmentPolicy:
        """Return the policy of a stock: that of its warehouse, else of its product, else the general one.

        Of a product that is only made to order no stock is kept.
        """
        if not self.products[product].stocked(product):
            return _NOTHING
        return (
            self.warehouses[warehouse].replenishment
            or self.products[product].replenishment
            or self.policies.replenishment
        )


_NOTHING: Final = BaseStock.model_validate({"S": 0})
"""Policy of a product of which no stock is kept."""


def crossed_checks(scenario: Scenario, checked: Collection[str] = ()) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for each mistake that concerns several sections.

    Args:
        scenario: the scenario.
        checked: keys at the top whose sections have been checked by themselves.
    """
    yield from size_checks(scenario, checked)
    yield from _run(scenario)
    yield from _regions(scenario)
    yield from _supply(scenario)
    yield from _ambiguous_sources(scenario)
    yield from _profiles(scenario)
    yield from missing_lanes(scenario.lanes, scenario.suppliers, scenario.warehouses)
    yield from _levels(scenario)
    yield from made_checks(scenario)
    yield from network_checks(scenario)
    yield from routed_checks(scenario)
    yield from transfer_checks(scenario)
    yield from window_checks(scenario, scenario.run)
    yield from _calendars(scenario)
    if scenario.opening is not None:
        yield from opening_checks(scenario, scenario.opening)


def _run(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Check that the warm-up ends before the horizon."""
    if scenario.run.warm_up >= scenario.run.horizon:
        yield ("run", "warm_up"), "the warm-up must end before the horizon: nothing would be measured"


def open_places(scenario: Scenario) -> Iterator[tuple[Place, OpenPlace]]:
    """Yield each place that has opening times, with its path."""
    yield from ((("suppliers", name), one) for name, one in scenario.suppliers.items())
    yield from ((("lanes", k), one) for k, one in enumerate(scenario.lanes))
    yield from ((("customs", name), one) for name, one in scenario.customs.items())
    yield from ((("warehouses", name), one) for name, one in scenario.warehouses.items())
    yield from ((("workshops", name), one) for name, one in scenario.workshops.items())
    if scenario.support_desk is not None:
        yield ("support_desk",), scenario.support_desk


def _calendars(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Check that the clock of the run has a time zone if a place has one, and that holidays are known to its end."""
    run = scenario.run
    for place, section in open_places(scenario):
        if section.time_zone is not None and run.time_zone is None:
            yield (
                (*place, "time_zone"),
                "where a place has a time zone, the run needs its own: 'run.time_zone'",
            )
        if section.holidays and run.start.year + run.end / 365.0 > LAST_YEAR:
            message = f"holidays are known until {LAST_YEAR} only, and the run may end after that"
            yield (*place, "holidays"), message


def _regions(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Check that a warehouse serves every region with demand, and that several warehouses name theirs."""
    sites = scenario.warehouses
    if len(sites) > 1:
        for name, site in sites.items():
            if site.serves is None:
                yield ("warehouses", name), "with several warehouses each must say which regions it 'serves'"
    for k, source in enumerate(scenario.demand):
        for region in _regions_of(source):
            if scenario.warehouse_of(region) is None:
                yield ("demand", k), f"no warehouse serves region '{region}'"


def _regions_of(source: Section) -> Iterable[str]:
    """Return the regions of an entry of ``demand``; none for a history with a column of regions."""
    if isinstance(source, History) and source.columns.region is not None:
        return ()  # `unknown_names` checks the regions in the data file
    if isinstance(source, Demand) and source.regions is not None:
        return source.regions
    assert isinstance(source, Demand | History)
    return (source.region or ANYWHERE,)


def _supply(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Check that every product has a supplier and demand; an order history may ask for any product."""
    demanded = {
        name
        for stream in scenario.streams()
        for name in with_blanks(scenario.products, (*stream.rates(), *stream.also))
    }
    any_history, sources = any(True for _ in scenario.histories()), scenario.sources()
    for product in scenario.products:
        if product not in demanded and not any_history:
            yield ("products", product), f"no demand asks for '{product}'{nearest(product, demanded)}"
        if product not in sources:
            yield ("products", product), "no supplier has this product"


def _ambiguous_sources(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Check that a policy chooses among several sources, and among several warehouses of a region."""
    if circles := list(circle_checks(scenario)):
        yield from circles
        return  # what else the lanes stand for is not known
    yield from source_checks(scenario)
    yield from unsupplied(scenario)
    yield from routing_checks(scenario)


def _profiles(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Check that no profile concerns order histories alone, because profiles change only random demand."""
    if not any(True for _ in scenario.histories()):
        return
    for k, profile in enumerate(scenario.profiles):
        if not any(_concerns_any(profile, stream, scenario) for stream in scenario.streams()):
            message = "changes nothing: it concerns no drawn demand; 'scale' of a history gives more orders, or fewer"
            yield ("profiles", k), message


def _concerns_any(profile: Profile, stream: Demand, scenario: Scenario) -> bool:
    """Return True if the profile changes any stream of an entry of ``demand``."""
    segments = stream.segments or (scenario.segment_of(stream),)
    return any(
        profile.concerns(product, segment, region)
        for product in stream.rates()
        for segment in segments
        for region in _regions_of(stream)
    )


def _levels(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Check that segments of equal priority have equal critical levels."""
    policy = scenario.policies.allocation
    if not isinstance(policy, CriticalLevel):
        return
    by_priority: dict[int, float] = {}
    for name, segment in scenario.customers.items():
        level = policy.admission_level(name)
        if by_priority.setdefault(segment.priority, level) != level:
            message = f"segment '{name}' shares priority {segment.priority} with one that has another level"
            yield ("customers", name), message
