"""Levels of the stocks that supply others, and of those behind them.

What places order, and in what quantities, is known without their levels. So demand is added up from the customers to
the suppliers, and levels are found the other way: a depot's level, the delay that its orders then meet, and the levels
of the places behind it, whose lead time is that of the lane and the delay.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Hashable
from dataclasses import replace
from typing import Final, NamedTuple

from simulator.model.levels.demand_law import CompoundPoisson
from simulator.model.levels.demand_moments import Moments
from simulator.model.levels.depots.depot_delay import Delays, DepotStock, gap
from simulator.model.levels.depots.internal_demand import CustomerDemand, JointDemand, OrderStream, joined
from simulator.model.levels.depots.route_law import route_law
from simulator.model.levels.exact_levels import LeadTime, required_level_law
from simulator.model.levels.sized_stock import (
    FoundLevel,
    ServiceCurve,
    StockLevel,
    TrialOutlook,
    by_formula,
    overloaded,
)
from simulator.model.supply.legs import LegSequence
from simulator.policies.replenishment import (
    LEVELLED,
    BaseStock,
    OrderUpTo,
    PeriodicMinMax,
    PeriodicOrderUpTo,
    ReorderPoint,
    ReplenishmentPolicy,
)
from simulator.policies.service_level import Outlook, Target
from simulator.scenario.scenario import Scenario
from simulator.scenario.sources import Source, StockSources

Place = tuple[str, str]
"""Warehouse and product."""
_VALUES: Final = 16
"""Most values of the law of a lead time."""
_AT_ONCE: Final = Delays(LeadTime.constant(0.0), LeadTime.constant(0.0))


class StockInputs(NamedTuple):
    """Inputs that decide the level of a stock, as the sizing of a scenario knows them.

    Attributes:
        main: returns the source whose lead time counts.
        legs: returns the legs of the route from there.
        demand: returns the demand of the customers; ``None`` if its law is not compound Poisson.
        customers: moments of the demand of the customers.
        moments: the same with the demand of all stocks supplied.
    """

    main: Callable[[Place], Source]
    legs: Callable[[Place], LegSequence]
    demand: Callable[[Place], CompoundPoisson | None]
    customers: Moments
    moments: Moments


class NetworkLevels:
    """Levels of the stocks at and behind the depots of a scenario."""

    def __init__(self, scenario: Scenario, sources: StockSources, inputs: StockInputs) -> None:
        """Begin without levels; each is found at the first call.

        Args:
            scenario: to size.
            sources: of the stocks.
            inputs: of each stock.
        """
        self._scenario = scenario
        self._sources = sources
        self._inputs = inputs
        self._receivers: dict[str, list[str]] = {}
        """Warehouses that each depot supplies."""
        for receiver, senders in scenario.senders().items():
            for sender in senders:
                self._receivers.setdefault(sender, []).append(receiver)
        self._levels: dict[Place, StockLevel] = {}
        self._streams: dict[Place, OrderStream | None] = {}
        self._demand: dict[Place, JointDemand] = {}
        self._placed: dict[Place, list[OrderStream]] = {}
        self._routes: dict[tuple[LegSequence, bool], LeadTime] = {}
        self._lead_times: dict[Hashable, LeadTime] = {}
        self._alike: dict[Hashable, StockLevel] = {}
        self._depots: dict[Hashable, DepotStock] = {}
        self._waits: dict[Hashable, dict[OrderStream, Delays]] = {}

    @staticmethod
    def wanted(scenario: Scenario) -> bool:
        """Test whether a level at or behind a depot is left to the simulator."""
        senders = scenario.senders()
        linked = {*senders, *scenario.depots}
        asked = (scenario.replenishment_of(product, name) for name in linked for product in scenario.products)
        return any(getattr(policy, "service_level", None) is not None for policy in asked)

    def concerns(self, place: Place) -> bool:
        """Test whether a stock supplies others, or has another warehouse as its main source."""
        return self._inputs.main(place).internal or bool(self._orders(place))

    def level(self, place: Place) -> StockLevel:
        """Find the level of a stock."""
        if place not in self._levels:
            orders = self._orders(place)
            self._levels[place] = self._of_depot(place) if orders else self._of_place(place)
        return self._levels[place]

    # -- demand ------------------------------------------------------------------------------------------------------

    def _orders(self, place: Place) -> list[OrderStream]:
        """Return the orders that other stocks place with a stock."""
        if place not in self._placed:
            warehouse, product = place
            found = (
                self._stream((other, product))
                for other in self._receivers.get(warehouse, ())
                if self._buys(other, place)
            )
            self._placed[place] = [stream for stream in found if stream is not None]
        return self._placed[place]

    def _buys(self, warehouse: str, place: Place) -> bool:
        return any(one.internal and one.supplier == place[0] for one in self._sources.of(warehouse, place[1]))

    def _joint(self, place: Place) -> JointDemand:
        """Return all demand of a stock that supplies others."""
        if place not in self._demand:
            self._demand[place] = joined([*self._orders(place), *self._customers(place)])
        return self._demand[place]

    def _customers(self, place: Place) -> list[OrderStream]:
        mean, variance = self._inputs.customers.get(place, (0.0, 0.0))
        return [OrderStream(CustomerDemand(mean, variance))] if mean > 0.0 else []

    def _stream(self, place: Place) -> OrderStream | None:
        """Return the orders that a stock places; ``None`` without demand."""
        if place not in self._streams:
            self._streams[place] = self._made_stream(place)
        return self._streams[place]

    def _made_stream(self, place: Place) -> OrderStream | None:
        orders, customers = self._orders(place), self._customers(place)
        if not orders and not customers:
            return None
        demand = self._joint(place) if orders else customers[0].demand
        mean, variance = self._inputs.moments[place]
        outlook = Outlook(mean, variance, 0.0, 0.0)
        policy = self._asked(place).sized(TrialOutlook(outlook, 0.0))
        beyond = (variance / mean - 1.0) / 2.0
        """Mean units by which a line takes the position below a level."""
        if isinstance(policy, ReorderPoint):
            return OrderStream(demand, batch=policy.Q or 1.0)
        if isinstance(policy, OrderUpTo):
            return OrderStream(demand, batch=policy.start() - policy.trigger() + max(0.0, beyond))
        if isinstance(policy, PeriodicMinMax):
            return OrderStream(demand, batch=policy.start() - (policy.s or 0.0) + policy.every * mean / 2.0)
        if isinstance(policy, PeriodicOrderUpTo):
            first, every = policy.reviews() or (0.0, 0.0)
            return OrderStream(demand, every=every, first=first)
        return OrderStream(demand)

    # -- levels ------------------------------------------------------------------------------------------------------

    def _asked(self, place: Place) -> ReplenishmentPolicy:
        return self._scenario.replenishment_of(place[1], place[0])

    def _of_depot(self, place: Place) -> StockLevel:
        """Find the level of a stock that supplies others."""
        asked, demand = self._asked(place), self._joint(place)
        lead_time, delay = self._lead_time(place, asked)
        days = lead_time.mean
        variance = demand.variance(days) / days if days > 0.0 else self._inputs.moments[place][1]
        outlook = Outlook(demand.mean, variance, days, lead_time.variance)
        target = asked.target()
        if target is None or type(asked) not in LEVELLED:
            return replace(by_formula(asked, outlook), depot_delay=delay)
        if (load := self._inputs.legs(place).load(outlook.demand_mean)) >= 1.0:
            return overloaded(asked, outlook, target, load)

        def curve(policy: ReplenishmentPolicy) -> ServiceCurve:
            stock = self._depot(place, policy, demand, lead_time)
            return stock.ready() if target.measure == "ready_rate" else stock.service()

        return replace(_found(asked, target, outlook, curve), depot_delay=delay)

    def _of_place(self, place: Place) -> StockLevel:
        """Find the level of a stock behind a depot that supplies no other."""
        asked = self._asked(place)
        lead_time, delay = self._lead_time(place, asked)
        moments = self._inputs.customers.get(place, (0.0, 0.0))
        outlook = Outlook(*moments, lead_time.mean, lead_time.variance)
        target = asked.target()
        if target is None or outlook.demand_mean == 0.0:
            policy = None if target is None else asked.sized(TrialOutlook(outlook, 0.0))
            return replace(by_formula(asked, outlook, policy), depot_delay=delay)
        if (load := self._inputs.legs(place).load(outlook.demand_mean)) >= 1.0:
            return replace(overloaded(asked, outlook, target, load), depot_delay=delay)
        demand = self._inputs.demand(place) or CompoundPoisson.alike(*moments)
        key = id(asked), demand.rate, demand.sizes.tobytes(), id(lead_time)
        if key not in self._alike:

            def curve(policy: ReplenishmentPolicy) -> ServiceCurve | None:
                return required_level_law(policy, target, demand, lead_time, rare=1.0)

            self._alike[key] = replace(_found(asked, target, outlook, curve), depot_delay=delay)
        return self._alike[key]

    # -- lead times --------------------------------------------------------------------------------------------------

    def _lead_time(self, place: Place, asked: ReplenishmentPolicy) -> tuple[LeadTime, float | None]:
        """Return the law of the lead time of a stock, and the mean days of it that orders wait in another one."""
        legs, source = self._inputs.legs(place), self._inputs.main(place)
        sequential = not isinstance(asked, BaseStock)
        if (legs, sequential) not in self._routes:
            law = route_law(legs, self._scenario.run.seed, sequential=sequential)
            self._routes[legs, sequential] = law
        delays = self._delays((source.supplier, place[1]), place) if source.internal else _AT_ONCE
        target = asked.target()
        cycles = target is not None and target.measure == "cycle_service_level" and not self._orders(place)
        delay = delays.first if cycles else delays.units
        key = legs, sequential, id(delay)
        if key not in self._lead_times:
            self._lead_times[key] = self._routes[legs, sequential].after(delay, _VALUES)
        return self._lead_times[key], delays.units.mean if source.internal else None

    def _delays(self, depot: Place, place: Place) -> Delays:
        """Return the laws of the time that the orders of a stock wait in a depot; at once if it is not known."""
        stream, policy = self._stream(place), self.level(depot).policy
        if stream is None or type(policy) not in LEVELLED:
            return _AT_ONCE
        demand = self._joint(depot)
        lead_time, _ = self._lead_time(depot, policy)
        level = policy.start() - gap(policy)
        key = self._key(depot, policy, demand, lead_time), level
        if key not in self._waits:
            self._waits[key] = self._depot(depot, policy, demand, lead_time).delays(level)
        known = self._waits[key]
        if stream in known:
            return known[stream]
        return next(laws for one, laws in known.items() if one.every == stream.every)  # reviewed together

    def _key(
        self, place: Place, policy: ReplenishmentPolicy, demand: JointDemand, lead_time: LeadTime
    ) -> Hashable:
        """Return a key that is equal for depots that are alike, whatever their levels."""
        terms = self._scenario.warehouses[place[0]].internal
        return demand, policy.kind, gap(policy), policy.reviews(), id(lead_time), terms.ship, terms.level

    def _depot(
        self, place: Place, policy: ReplenishmentPolicy, demand: JointDemand, lead_time: LeadTime
    ) -> DepotStock:
        """Return the stock of a depot, whatever its level."""
        key = self._key(place, policy, demand, lead_time)
        if key not in self._depots:
            terms = self._scenario.warehouses[place[0]].internal
            whole = terms.ship == "complete"
            self._depots.clear()  # asked for again at once, or not at all
            self._depots[key] = DepotStock(demand, policy, lead_time, whole=whole, kept_back=terms.level)
        return self._depots[key]


def _found(
    asked: ReplenishmentPolicy,
    target: Target,
    outlook: Outlook,
    curve: Callable[[ReplenishmentPolicy], ServiceCurve | None],
) -> StockLevel:
    """Find the smallest level that reaches a target.

    Args:
        asked: policy of the scenario.
        target: service to reach.
        outlook: expected demand and lead time.
        curve: returns the service of a sized policy by the level; ``None`` if its law has too many values.
    """
    mean, sd = outlook.expected(target.review), outlook.deviation(target.review)

    def at(level: float) -> ReplenishmentPolicy:
        return asked.sized(TrialOutlook(outlook, level))

    if target.shifts:
        law = curve(at(0.0))
        level = (
            outlook.reorder_level(target.share, target.review) if law is None else law.smallest(target.share)
        )
    else:
        law, level = _by_halving(target, at, curve)
    if law is None:
        return StockLevel(at(level), mean, sd, "textbook", "too many units for an exact law; by the formula")
    found = FoundLevel(level, "exact", law.service(level), law.service(0.0))
    return StockLevel(at(level), mean, sd, "network", found.note(target))


def _by_halving(
    target: Target,
    at: Callable[[float], ReplenishmentPolicy],
    curve: Callable[[ReplenishmentPolicy], ServiceCurve | None],
) -> tuple[ServiceCurve | None, float]:
    """Find the level by bisection, where the policy's other levels do not move with it."""
    low, high = -1.0, max(0.0, math.ceil(at(0.0).start()) - 1.0)
    while high - low > 1.0:
        middle = math.floor((low + high) / 2.0)
        law = curve(at(middle))
        if law is None or law.service(middle) >= target.share:
            high = middle
        else:
            low = middle
    return curve(at(high)), high
