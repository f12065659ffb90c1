"""Levels of stocks: given by the file, by the textbook formula, or the smallest that reach a service level.

A smallest level is found by an exact law if one is known (`exact_levels`), else by pilot runs of the stock
alone (`pilot_runs`). It depends on the law of the demand, the route of the goods, the policy and the seed.
Stocks that are alike share it, and so do replications, alternatives and worker processes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from functools import cached_property
from itertools import product

from simulator.model.levels.demand_law import CompoundPoisson, LineStream, compound_poisson, line_streams
from simulator.model.levels.demand_moments import customer_moments, pass_on
from simulator.model.levels.depots.network_levels import NetworkLevels, StockInputs
from simulator.model.levels.level_interpolation import interpolated_level
from simulator.model.levels.recorded_days import RecordedDays, recorded_days
from simulator.model.levels.sized_stock import (
    FoundLevel,
    SizedStock,
    StockLevel,
    TrialOutlook,
    by_formula,
    overloaded,
)
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.orders.codes import in_depots
from simulator.orders.order_book import OrderBook, draw
from simulator.orders.random.streams import Streams
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.policies.service_level import Outlook, Target
from simulator.scenario.scenario import Scenario
from simulator.scenario.sources import Source, StockSources, sourcing_of
from simulator.values.section import Section

Levels = Mapping[tuple[str, str], StockLevel]
"""Levels of stocks, by (warehouse, product)."""


def asked_levels(scenario: Scenario, book: OrderBook | None = None) -> Levels:
    """Find the levels of the stocks with demand and of the stocks in depots.

    Args:
        scenario: scenario to size.
        book: order book of a replication, needed only with order histories; left out: it is drawn then.
    """
    sizing, depots = _sizing(scenario, book), {*in_depots(scenario)}
    return {place: level for place, level in sizing.levels.items() if sizing.asked(place) or place in depots}


def all_levels(scenario: Scenario, book: OrderBook | None = None) -> Levels:
    """Find the levels of all stocks, including those without demand; see `asked_levels`."""
    return _sizing(scenario, book).levels


def _sizing(scenario: Scenario, book: OrderBook | None) -> _Sizing:
    """Prepare the sizing, drawing the order book of the first replication if one is needed and missing.

    Without a book it is kept until another scenario is asked for: a run asks when it plays and when it reports.
    """
    if book is not None:
        return _Sizing(scenario, book)
    if not _LATEST or _LATEST[0].scenario is not scenario:
        if any(scenario.histories()):
            book = draw(scenario, Streams(scenario.run.seed, 0))
        _LATEST[:] = [_Sizing(scenario, book)]
    return _LATEST[0]


class _Sizing:
    """Sizing of the stocks of one scenario."""

    def __init__(self, scenario: Scenario, book: OrderBook | None) -> None:
        self.scenario = scenario
        customers = customer_moments(scenario, book)
        self._moments = dict(customers)
        pass_on(scenario, self._moments)
        self._flows = line_streams(scenario)
        self._texts: dict[int, tuple[object, str]] = {}
        self._ways: dict[tuple[str, str, str], LegSequence] = {}
        self._sources_of = StockSources(scenario)
        self._recorded: dict[tuple[str, str], list[RecordedDays]] | None = None
        self._laws: dict[Hashable, CompoundPoisson | None] = {}
        inputs = StockInputs(self._main, self._leg_sequence, self._law, customers, self._moments)
        wanted = NetworkLevels.wanted(scenario)
        self._network = NetworkLevels(scenario, self._sources_of, inputs) if wanted else None

    def asked(self, place: tuple[str, str]) -> bool:
        """Test whether a stock has demand."""
        return self._moments.get(place, (0.0, 0.0))[0] > 0.0

    @cached_property
    def levels(self) -> dict[tuple[str, str], StockLevel]:
        """Level of each stock, found once for stocks with equal inputs.

        They are found product by product, as the stocks of a product share the tables of their depots.
        """
        scenario, nothing = self.scenario, (0.0, 0.0)
        levels: dict[Hashable, StockLevel] = {}
        kinds: dict[tuple[str, str], Hashable] = {}
        for name in scenario.products:
            for warehouse in scenario.warehouses:
                place = warehouse, name
                if not self._sources_of.of(*place):
                    continue  # no goods come there, nor is anything asked for
                if self._network is not None and self._network.concerns(place):
                    kinds[place] = place
                    levels[place] = self._network.level(place)
                    continue
                asked = scenario.replenishment_of(name, warehouse)
                leg_sequence = self._leg_sequence(place)
                demand = self._moments.get(place, nothing)
                kind = kinds[place] = (id(asked), id(leg_sequence), demand, self._sign(place))
                if kind not in levels:
                    levels[kind] = self._level(
                        place, asked, Outlook(*demand, *leg_sequence.moments), leg_sequence
                    )
        places = product(scenario.warehouses, scenario.products)
        return {place: levels[kinds[place]] for place in places if place in kinds}

    def _level(
        self, place: tuple[str, str], asked: ReplenishmentPolicy, outlook: Outlook, leg_sequence: LegSequence
    ) -> StockLevel:
        """Find the level of one stock."""
        target = asked.target()
        if target is None or self._counted(place, leg_sequence, target):
            return by_formula(asked, outlook)
        if outlook.demand_mean == 0.0:
            return by_formula(asked, outlook, asked.sized(TrialOutlook(outlook, 0.0)))
        if (load := leg_sequence.load(outlook.demand_mean)) >= 1.0:
            return overloaded(asked, outlook, target, load)
        stock = self._stock(place, asked, outlook, leg_sequence)
        return _found(stock, target, interpolated_level(stock, target))

    def _sign(self, place: tuple[str, str]) -> Hashable:
        """Return a key of a stock's demand, quick to make but equal within this scenario only."""
        return tuple(
            (id(flow.arrivals), flow.rate, flow.share, flow.chance, id(flow.quantity), flow.due)
            for flow in self._flows.get(place, ())
        ) + tuple(map(id, self._histories().get(place, ())))

    def _counted(self, place: tuple[str, str], leg_sequence: LegSequence, target: Target) -> bool:
        """Test whether the textbook formula is used in place of a search, for demand from histories alone.

        A history gives the moments of daily demand. With a constant lead time the formula needs no more.
        """
        counted = place not in self._flows and target.measure in ("cycle_service_level", "line_fill_rate")
        return counted and target.shifts and leg_sequence.constant is not None

    def _leg_sequence(self, place: tuple[str, str]) -> LegSequence:
        """Return the legs of the route to a stock from the source that decides its level."""
        return self._legs(place[0], self._main(place))

    def _main(self, place: tuple[str, str]) -> Source:
        """Return the source that decides the level of a stock."""
        warehouse, product = place
        sources = self._sources_of.of(warehouse, product)
        if len(sources) == 1:
            return sources[0]
        regular = [source for source in sources if not source.expedited]
        policy, _ = sourcing_of(self.scenario, product)
        if policy is None or len(regular) == 1:
            return regular[0]
        lead_times = [self._legs(warehouse, source).moments[0] for source in regular]
        return regular[policy.main(lead_times, [source.name for source in regular])]

    def _legs(self, warehouse: str, source: Source) -> LegSequence:
        """Return the legs of the route from a source."""
        ends = source.supplier, warehouse, source.mode
        if ends not in self._ways:
            self._ways[ends] = LegSequence(RouteEnds.of(self.scenario, *ends))
        return self._ways[ends]

    def _stock(
        self, place: tuple[str, str], asked: ReplenishmentPolicy, outlook: Outlook, leg_sequence: LegSequence
    ) -> SizedStock:
        """Collect the inputs that decide the level of a stock."""
        seed, sources = self.scenario.run.seed, self._sources(place)
        family = (
            leg_sequence.key,
            self._text(asked),
            seed,
            *((self._text(flow.arrivals), self._text(flow.quantity), flow.due) for flow in sources),
        )
        recorded = tuple(self._histories().get(place, ()))
        demand = outlook.demand_mean, outlook.demand_variance
        key = self._demand_key(place), family, demand
        return SizedStock(key, family, asked, outlook, sources, recorded, leg_sequence, seed)

    def _law(self, place: tuple[str, str]) -> CompoundPoisson | None:
        """Return the demand of a stock's customers; ``None`` if it is not compound Poisson."""
        sign = self._sign(place)
        if sign not in self._laws:
            recorded = self._histories().get(place)
            self._laws[sign] = None if recorded else compound_poisson(self._sources(place))
        return self._laws[sign]

    def _sources(self, place: tuple[str, str]) -> tuple[LineStream, ...]:
        """Return the streams of order lines of a stock, with Poisson streams of equal lines joined."""
        joined: dict[Hashable, LineStream] = {}
        for number, flow in enumerate(self._flows.get(place, ())):
            plain = flow.arrivals.type == "poisson"
            key = ("poisson", self._text(flow.quantity), flow.due) if plain else number
            if plain:
                rate = flow.lines_per_day + (joined[key].rate or 0.0 if key in joined else 0.0)
                joined[key] = flow._replace(rate=rate, share=1.0, chance=1.0)
            else:
                joined[key] = flow
        return tuple(joined.values())

    def _demand_key(self, place: tuple[str, str]) -> Hashable:
        """Return a key that is equal for stocks with equal demand, in any scenario."""
        drawn = tuple(
            (
                self._text(flow.arrivals),
                flow.rate,
                flow.share,
                flow.chance,
                self._text(flow.quantity),
                flow.due,
            )
            for flow in self._sources(place)
        )
        recorded = tuple(days.digest for days in self._histories().get(place, ()))
        return drawn, recorded

    def _histories(self) -> dict[tuple[str, str], list[RecordedDays]]:
        if self._recorded is None:
            self._recorded = recorded_days(self.scenario)
        return self._recorded

    def _text(self, section: Section) -> str:
        """Return the section as JSON, written once; it is kept so that no other section gets its ``id``."""
        known = self._texts.get(id(section))
        if known is None:
            known = self._texts[id(section)] = section, section.model_dump_json()
        return known[1]


_LATEST: list[_Sizing] = []
"""Sizing of the scenario that was asked for last; see `_sizing`."""


def _found(stock: SizedStock, target: Target, answer: FoundLevel) -> StockLevel:
    """Return the level that was found by a search, with its note."""
    mean, sd = stock.outlook.expected(target.review), stock.outlook.deviation(target.review)
    return StockLevel(stock.at(answer.level), mean, sd, answer.found, answer.note(target))
