"""Keys without effect in a scenario, and the facts about the scenario from which the rules find them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

from pydantic.fields import FieldInfo

from simulator.laws.distributions import Distribution, constant
from simulator.policies.compensation import CompensationPolicy, NoCompensation
from simulator.scenario.made_to_order import with_blanks
from simulator.scenario.network.serving import serving
from simulator.scenario.network.transfers import transferred
from simulator.scenario.scenario import Scenario, open_places
from simulator.scenario.sections.demand import ANYWHERE, Demand
from simulator.scenario.sections.opening import OpeningLine
from simulator.scenario.sections.order_history import History
from simulator.scenario.sources import StockSources, sourcing_of
from simulator.values.idle_keys import IdleKey, OrderNames, ScenarioFacts
from simulator.values.mistakes import Place
from simulator.values.notation import Holding
from simulator.values.section import Section

_SINGLE: Final = constant(1.0)
_WITHOUT_RULES: Final = (("alternatives",), ("expect",), ("show",))
"""Sections without rules: alternatives are checked as scenarios of their own, the others change no figure."""


def idle_keys(scenario: Scenario, facts: ScenarioFacts, sections: Collection[str]) -> Iterator[IdleKey]:
    """Yield every key, given or left out, that changes no figure of the scenario.

    Args:
        scenario: the scenario.
        facts: its facts.
        sections: keys at the top whose sections are searched.
    """
    for name, field in type(scenario).model_fields.items():
        if (key := field.alias or name) in sections:
            yield from _of_field(getattr(scenario, name), field, facts, (key,))


def scenario_facts(scenario: Scenario) -> ScenarioFacts:
    """Return the facts about a scenario on which the rules of its sections depend."""
    policies = scenario.policies
    promise, communication, compensation = policies.promise, policies.communication, policies.compensation
    segments = _segments(scenario)
    rejecting = policies.backorders.never
    workshops = frozenset(one.made.workshop for one in scenario.products.values() if one.made is not None)
    named = {name: scenario.customers[name] for name in sorted(segments & scenario.customers.keys())}
    opened = _waiting_at_the_start(scenario)
    already = {line.segment or next(iter(scenario.customers)) for line in opened}
    waiting = {
        name: one for name, one in named.items() if name in already or (one.will_wait > 0.0 and not rejecting)
    }
    if workshops:
        waiting = named  # for what is made to order everybody waits
    desk = scenario.support_desk is not None and bool(waiting)
    shown_before = promise.dates and promise.shown == "before"
    tolerant = any(one.tolerance is not None for one in named.values())
    revised = promise.follows and bool(waiting)
    messages = communication is not None and communication.sends and bool(waiting)
    streams = list(scenario.streams())
    any_history = any(scenario.histories())
    sites = scenario.warehouses.values()
    stocks = None if any_history else _stocks(scenario)
    return ScenarioFacts(
        start=scenario.run.start,
        end=scenario.run.end,
        time_zone=scenario.run.time_zone,
        zoned=any(section.time_zone is not None for _, section in open_places(scenario)),
        streams=tuple(_names_of(scenario, stream) for stream in streams),
        segments=segments,
        regions=_regions(scenario),
        single_lines=not any_history and not any(any(stream.also.values()) for stream in streams),
        single_units=not any_history
        and all(law == _SINGLE for one in streams for law in (one.quantity, one.also_quantity))
        and all(line.units == 1.0 for line in opened),
        waiting=frozenset(waiting),
        cancelling=frozenset(name for name, one in waiting.items() if one.patience is not None),
        rejecting=rejecting,
        refusing=not policies.backorders.always,
        declining=not rejecting
        and (any(one.will_wait < 1.0 for one in named.values()) or (shown_before and tolerant)),
        tolerant=tolerant,
        impatient=any(one.impatience is not None for one in waiting.values()),
        dated=promise.dates,
        shown_before=shown_before,
        revised=revised,
        messages=messages,
        notices=messages and revised and communication is not None and communication.delay_notice,
        asking=desk,
        compensated=bool(waiting) and _offered(compensation, dated=promise.dates),
        satisfaction=scenario.satisfaction is not None,
        loyalty=scenario.loyalty is not None,
        by_priority=policies.allocation.by_priority
        or any(scenario.workshops[name].queue == "priority" for name in workshops),
        priorities=len({one.priority for one in named.values()}),
        depots=scenario.depots,
        docks=any(site.dock is not None for site in sites),
        workshops=workshops,
        offices=frozenset(lane.customs for lane in scenario.lanes if lane.customs is not None),
        served=_served(scenario),
        routed_by=_routed_by(scenario),
        shared=frozenset(region for region, names in serving(scenario).items() if len(names) > 1),
        substitutes=any(one.substitutes for one in scenario.products.values()),
        warehouse=next(iter(scenario.warehouses)),
        stocks=stocks,
        transferred=transferred(scenario, stocks, waiting=bool(waiting)),
        warehouses_decide=all(site.replenishment is not None for site in sites),
        warehouses_hold=all(isinstance(site.holding, Holding) for site in sites),
        valued=any(one.cost > 0.0 for one in scenario.products.values()),
        products_decide=all(one.replenishment is not None for one in scenario.products.values()),
        **_buying(scenario),
    )


def _buying(scenario: Scenario) -> dict[str, Any]:
    """Return the facts about sources and the stocks that buy from them."""
    known, suppliers = StockSources(scenario), scenario.sources()
    sources: dict[str, frozenset[str]] = {}
    bought: set[tuple[str, str, str]] = set()
    choosing: set[str] = set()
    buyers: Counter[str] = Counter()
    for product in scenario.products:
        names: set[str] = set()
        policy, _ = sourcing_of(scenario, product)
        for warehouse in scenario.warehouses:
            found = known.of(warehouse, product)
            regular = [one.name for one in found if not one.expedited]
            buyers.update({one.supplier for one in found})
            several = len(regular) > 1
            chosen = policy.buys_from(regular) if several and policy is not None else regular
            bought |= {
                (one.supplier, warehouse, one.mode) for one in found if one.expedited or one.name in chosen
            }
            names.update(regular)
            if several:
                choosing.add(product)
        sources[product] = frozenset(names)
    lanes = Counter(lane.ends for lane in scenario.lanes)
    own = {name for name in choosing if scenario.products[name].sourcing is not None}
    return {
        "sources": sources,
        "choosing": frozenset(choosing),
        "undecided": frozenset(choosing - own),
        "bought": frozenset(bought),
        "buyers": buyers,
        "first": frozenset(names[0] for names in suppliers.values()),
        "parallel": frozenset(ends for ends, number in lanes.items() if number > 1),
    }


def _waiting_at_the_start(scenario: Scenario) -> Sequence[OpeningLine]:
    """Return the order lines that wait when the run begins."""
    return () if scenario.opening is None else scenario.opening.waiting


def _segments(scenario: Scenario) -> frozenset[str]:
    """Return the segments with customers; all segments if a column of a history names them."""
    found = {line.segment or next(iter(scenario.customers)) for line in _waiting_at_the_start(scenario)}
    for source in scenario.demand:
        if isinstance(source, History) and source.columns.segment is not None:
            return frozenset(scenario.customers)
        if isinstance(source, Demand) and source.segments is not None:
            found |= {name for name, share in source.segments.items() if share > 0.0}
        elif isinstance(source, Demand | History):
            found.add(scenario.segment_of(source))
    return frozenset(found)


def _regions(scenario: Scenario) -> frozenset[str] | None:
    """Return the regions with customers; None if a column of a history names them."""
    found = {line.region or scenario.first_region for line in _waiting_at_the_start(scenario)}
    for source in scenario.demand:
        if isinstance(source, History):
            if source.columns.region is not None:
                return None
            found.add(source.region or ANYWHERE)
        elif isinstance(source, Demand):
            found |= _names_of(scenario, source).regions
    return frozenset(found)


def _served(scenario: Scenario) -> Mapping[str, frozenset[str]] | None:
    """Return the regions with orders that may be served from each warehouse; None if a history names regions."""
    regions = _regions(scenario)
    if regions is None:
        return None
    places = {region: scenario.warehouses_of(region) for region in regions}
    return {
        name: frozenset(region for region, names in places.items() if name in names)
        for name in scenario.warehouses
    }


def _routed_by(scenario: Scenario) -> str:
    """Return the delivery terms that give the sequence of warehouses, "cost" or "time"; empty for none."""
    policy = scenario.policies.routing
    return policy.sequence if policy is not None and policy.sequence in ("cost", "time") else ""


def _stocks(scenario: Scenario) -> frozenset[tuple[str, str]]:
    """Return warehouse and product of the stocks that drawn demand or a waiting customer asks for, and of depots.

    Depots are the warehouses without regions, and those that supply others.
    """
    asked = [
        (region, product)
        for stream in scenario.streams()
        for region in _names_of(scenario, stream).regions
        for product in with_blanks(scenario.products, (*stream.rates(), *stream.also))
    ]
    asked += [
        (line.region or scenario.first_region, line.product) for line in _waiting_at_the_start(scenario)
    ]
    found = {
        (site, product) for region, product in dict.fromkeys(asked) for site in scenario.warehouses_of(region)
    }
    supplying = scenario.depots
    depots = [name for name, site in scenario.warehouses.items() if site.serves == () or name in supplying]
    return frozenset(
        [*found]
        + [
            (name, product)
            for name in depots
            for product, one in scenario.products.items()
            if one.stocked(product)
        ]
    )


def _names_of(scenario: Scenario, stream: Demand) -> OrderNames:
    """Return the names of products, segments and regions that the orders of a stream can have."""
    return OrderNames(
        frozenset(stream.rates()),
        frozenset(stream.segments or (scenario.segment_of(stream),)),
        frozenset(stream.regions or (stream.region or ANYWHERE,)),
    )


def _offered(offer: CompensationPolicy, *, dated: bool) -> bool:
    """Return True if the compensation may be offered, given that dates are promised (``dated``) or not."""
    return not isinstance(offer, NoCompensation) and (offer.when != "broken_promise" or dated)


def _within(value: Any, around: ScenarioFacts, place: Place) -> Iterator[IdleKey]:
    """Yield the keys without effect in all sections within a value.

    Args:
        value: a section, list, mapping or scalar of the scenario.
        around: facts about the scenario.
        place: path of the value.
    """
    if isinstance(value, Section):
        if not isinstance(value, Distribution):  # every parameter of a distribution has an effect
            yield from _of_section(value, around, place)
    elif isinstance(value, dict | tuple):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _within(inner, around, (*place, name))


def _of_section(section: Section, around: ScenarioFacts, place: Place) -> Iterator[IdleKey]:
    """Yield the keys without effect of a section and of the sections inside it."""
    for found in section.idle(around, str(place[-1]) if place else ""):
        yield found.within(place)
    for name, field in type(section).model_fields.items():
        yield from _of_field(getattr(section, name), field, around, (*place, field.alias or name))


def _of_field(value: Any, field: FieldInfo, around: ScenarioFacts, place: Place) -> Iterator[IdleKey]:
    """Yield a field that is empty by default, and the keys without effect inside its value."""
    if place in _WITHOUT_RULES:
        return
    if _empty_by_default(value, field):
        yield IdleKey(place, _EMPTY, by_value=True)
    yield from _within(value, around, place)


_EMPTY: Final = "it is empty, as if it were left out"


def _empty_by_default(value: Any, field: FieldInfo) -> bool:
    """Return True for an empty list or mapping that is empty by default, too."""
    return isinstance(value, dict | tuple) and not value and field.default == value
