"""Levels of the stocks: given by the file, by the textbook formula, or the smallest ones that reach a service level.

A level is found by an exact law where one is known (`exact_levels`), else by pilot runs of the stock alone (`pilot`).
It depends on the law of the demand, the way of the goods, the policy and the seed. Stocks that are alike share it, and
so do replications, alternatives and worker processes.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from simulator.model.levels.demand_law import LineStream, line_streams
from simulator.model.levels.demand_moments import demand_moments
from simulator.model.levels.level_interpolation import interpolated_level
from simulator.model.levels.level_search import FoundLevel, SizedStock, TrialOutlook
from simulator.model.levels.recorded_days import RecordedDays, recorded_days
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.orders.codes import in_depots
from simulator.orders.order_book import OrderBook, draw
from simulator.orders.random.streams import Streams
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.policies.service_level import Outlook, Target
from simulator.scenario.scenario import Scenario
from simulator.values.section import Section

Found = Literal["given", "textbook", "exact", "pilot"]


@dataclass(frozen=True)
class StockLevel:
    """The level of a stock.

    policy: sized, every level a number. demand_mean, demand_sd: units over the lead time (and the review interval).
    found: how the level was found. note: what a planner has to know about it; empty for nothing.
    """

    policy: ReplenishmentPolicy
    demand_mean: float
    demand_sd: float
    found: Found
    note: str = ""


Levels = Mapping[tuple[str, str], StockLevel]
"""By (warehouse, product)."""


def asked_levels(scenario: Scenario, book: OrderBook | None = None) -> Levels:
    """The levels of the stocks that somebody asks for, and of those of depots, by (warehouse, product).

    Args:
        scenario: what is to be played.
        book: order lines of a replication, of use where order histories take part; left out: of the first.
    """
    sizing, depots = _sizing(scenario, book), {*in_depots(scenario)}
    return {
        place: level for place, level in sizing.levels().items() if sizing.asked(place) or place in depots
    }


def all_levels(scenario: Scenario, book: OrderBook | None = None) -> Levels:
    """The levels of all stocks, those that nobody asks for included."""
    return _sizing(scenario, book).levels()


def _sizing(scenario: Scenario, book: OrderBook | None) -> _Sizing:
    if book is None and any(scenario.histories()):
        book = draw(scenario, Streams(scenario.run.seed, 0))
    return _Sizing(scenario, book)


class _Sizing:
    """The levels of one scenario."""

    def __init__(self, scenario: Scenario, book: OrderBook | None) -> None:
        self._scenario = scenario
        self._moments = demand_moments(scenario, book)
        self._flows = line_streams(scenario)
        self._texts: dict[int, tuple[object, str]] = {}
        self._ways: dict[tuple[str, str], LegSequence] = {}
        self._suppliers = scenario.sources()
        self._recorded: dict[tuple[str, str], list[RecordedDays]] | None = None

    def asked(self, place: tuple[str, str]) -> bool:
        """Whether somebody asks for a stock."""
        return self._moments.get(place, (0.0, 0.0))[0] > 0.0

    def levels(self) -> dict[tuple[str, str], StockLevel]:
        """All levels; stocks of which all is the same are looked at once."""
        scenario, nothing = self._scenario, (0.0, 0.0)
        levels: dict[Hashable, StockLevel] = {}
        kinds: dict[tuple[str, str], Hashable] = {}
        for warehouse in scenario.warehouses:
            for product in scenario.products:
                place = warehouse, product
                asked = scenario.replenishment_of(product, warehouse)
                way = self._way(*place)
                demand = self._moments.get(place, nothing)
                kind = kinds[place] = (id(asked), id(way), demand, self._sign(place))
                if kind not in levels:
                    levels[kind] = self._level(place, asked, Outlook(*demand, *way.moments), way)
        return {place: levels[kind] for place, kind in kinds.items()}

    def _level(
        self, place: tuple[str, str], asked: ReplenishmentPolicy, outlook: Outlook, way: LegSequence
    ) -> StockLevel:
        """The level of one stock."""
        target = asked.target()
        if target is None or self._counted(place, way, target):
            return _by_formula(asked, outlook)
        if outlook.demand_mean == 0.0:
            return _by_formula(asked, outlook, asked.sized(TrialOutlook(outlook, 0.0)))
        if (load := way.load(outlook.demand_mean)) >= 1.0:
            return _overloaded(asked, outlook, target, load)
        stock = self._stock(place, asked, outlook, way)
        return _found(stock, target, interpolated_level(stock, target))

    def _sign(self, place: tuple[str, str]) -> Hashable:
        """What tells the drawn demand of a stock from that of others of this scenario, at once."""
        return tuple(
            (id(flow.arrivals), flow.rate, flow.share, flow.chance, id(flow.quantity), flow.due)
            for flow in self._flows.get(place, ())
        ) + tuple(map(id, self._histories().get(place, ())))

    def _counted(self, place: tuple[str, str], way: LegSequence, target: Target) -> bool:
        """Whether the textbook formula is as good as anything, because what is known of the demand are moments.

        A history tells the moments of its days; with a constant lead time nothing else is needed.
        """
        counted = place not in self._flows and target.measure in ("cycle_service_level", "line_fill_rate")
        return counted and target.shifts and way.constant is not None

    def _way(self, warehouse: str, product: str) -> LegSequence:
        """The way of the goods."""
        ends = self._suppliers[product][0], warehouse
        if ends not in self._ways:
            self._ways[ends] = LegSequence(RouteEnds.of(self._scenario, *ends))
        return self._ways[ends]

    def _stock(
        self, place: tuple[str, str], asked: ReplenishmentPolicy, outlook: Outlook, way: LegSequence
    ) -> SizedStock:
        seed, sources = self._scenario.run.seed, self._sources(place)
        family = (
            way.key,
            self._text(asked),
            seed,
            *((self._text(flow.arrivals), self._text(flow.quantity), flow.due) for flow in sources),
        )
        recorded = tuple(self._histories().get(place, ()))
        demand = outlook.demand_mean, outlook.demand_variance
        key = self._demand_key(place), family, demand
        return SizedStock(key, family, asked, outlook, sources, recorded, way, seed)

    def _sources(self, place: tuple[str, str]) -> tuple[LineStream, ...]:
        """Streams of lines that ask from a stock; Poisson streams that are alike are one."""
        joined: dict[Hashable, LineStream] = {}
        for number, flow in enumerate(self._flows.get(place, ())):
            plain = flow.arrivals.type == "poisson"
            key = ("poisson", self._text(flow.quantity), flow.due) if plain else number
            if plain:
                rate = flow.lines_a_day + (joined[key].rate or 0.0 if key in joined else 0.0)
                joined[key] = flow._replace(rate=rate, share=1.0, chance=1.0)
            else:
                joined[key] = flow
        return tuple(joined.values())

    def _demand_key(self, place: tuple[str, str]) -> Hashable:
        """What tells the demand of a stock from that of others."""
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
            self._recorded = recorded_days(self._scenario)
        return self._recorded

    def _text(self, section: Section) -> str:
        """The section as text, made once; the section is held so that no other can have its ``id``."""
        known = self._texts.get(id(section))
        if known is None:
            known = self._texts[id(section)] = section, section.model_dump_json()
        return known[1]


def _by_formula(
    asked: ReplenishmentPolicy, outlook: Outlook, policy: ReplenishmentPolicy | None = None
) -> StockLevel:
    """The level of the file, or the one that the policy itself takes from the outlook; or that of a ``policy``."""
    policy = policy or asked.sized(outlook)
    left_open = getattr(asked, "service_level", None) is not None
    review = asked.reviews()
    mean, sd = _over(outlook, 0.0 if review is None else review[1])
    return StockLevel(policy, mean, sd, "textbook" if left_open else "given")


def _overloaded(asked: ReplenishmentPolicy, outlook: Outlook, target: Target, load: float) -> StockLevel:
    """The level of the formula where production cannot keep up with this stock alone, as if it could."""
    level = outlook.reorder_level(target.share, target.review)
    sized = _by_formula(asked, outlook, asked.sized(TrialOutlook(outlook, level)))
    wanted, busy = f"{100 * target.share:.6g} %", f"{100 * load:.4g} %"
    return replace(sized, note=f"no level reaches {wanted}: production is loaded to {busy}")


def _found(stock: SizedStock, target: Target, answer: FoundLevel) -> StockLevel:
    mean, sd = _over(stock.outlook, target.review)
    return StockLevel(stock.at(answer.level), mean, sd, answer.found, answer.note(target))


def _over(outlook: Outlook, review: float) -> tuple[float, float]:
    """Mean and standard deviation of the units demanded over a lead time and a review interval."""
    return outlook.expected(review), outlook.deviation(review)
