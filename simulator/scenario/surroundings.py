"""Facts about a whole scenario that its sections' rules for idle keys go by, and every place that they name."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from pydantic.fields import FieldInfo

from simulator.policies.compensation import CompensationPolicy, NoCompensation
from simulator.scenario.customers import Demand
from simulator.scenario.distributions import Distribution, constant
from simulator.scenario.history import History
from simulator.scenario.idle import Asked, Idle, Surroundings
from simulator.scenario.mistakes import Place
from simulator.scenario.scenario import ANYWHERE, Scenario
from simulator.scenario.section import Section

_SINGLE: Final = constant(1.0)
_OTHERS: Final = (("alternatives",), ("expect",), ("show",))
"""Sections that are played as scenarios of their own, or never move a figure."""


def idle_places(scenario: Scenario) -> Iterator[Idle]:
    """Places of the scenario at which a key, given or not, changes no figure; each with the reason."""
    yield from _within(scenario, surroundings(scenario), ())


def surroundings(scenario: Scenario) -> Surroundings:
    """The facts about a scenario, gathered in one walk over its entries."""
    policies = scenario.policies
    promise, told, offer = policies.promise, policies.communication, policies.compensation
    segments = _segments(scenario)
    rejecting = policies.backorders.never
    named = {name: scenario.customers[name] for name in sorted(segments & scenario.customers.keys())}
    waiting = {name: one for name, one in named.items() if one.will_wait > 0.0 and not rejecting}
    desk = scenario.support_desk is not None and bool(waiting)
    shown_before = promise.dates and promise.shown == "before"
    tolerant = any(one.tolerance is not None for one in named.values())
    revised = promise.follows and bool(waiting)
    messages = told is not None and told.sends and bool(waiting)
    streams = list(scenario.streams())
    read = any(scenario.histories())
    sites = scenario.warehouses.values()
    return Surroundings(
        start=scenario.run.start,
        end=scenario.run.end,
        streams=tuple(_asked(scenario, stream) for stream in streams),
        segments=segments,
        single_lines=not read and not any(any(stream.also.values()) for stream in streams),
        single_units=not read
        and all(law == _SINGLE for one in streams for law in (one.quantity, one.also_quantity)),
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
        notices=messages and revised and told is not None and told.delay_notice,
        asking=desk,
        compensated=bool(waiting) and _offered(offer, dated=promise.dates),
        satisfaction=scenario.satisfaction is not None,
        loyalty=scenario.loyalty is not None,
        by_priority=policies.allocation.by_priority,
        priorities=len({one.priority for one in named.values()}),
        docks=any(site.dock is not None for site in sites),
        offices=frozenset(lane.customs for lane in scenario.lanes if lane.customs is not None),
        warehouses_decide=all(site.replenishment is not None for site in sites),
        products_decide=all(one.replenishment is not None for one in scenario.products.values()),
    )


def _segments(scenario: Scenario) -> frozenset[str]:
    """Segments that orders come from; all of them where a column of a history names them."""
    found: set[str] = set()
    for source in scenario.demand:
        if isinstance(source, History) and source.columns.segment is not None:
            return frozenset(scenario.customers)
        if isinstance(source, Demand) and source.segments is not None:
            found |= {name for name, share in source.segments.items() if share > 0.0}
        elif isinstance(source, Demand | History):
            found.add(scenario.segment_of(source))
    return frozenset(found)


def _asked(scenario: Scenario, stream: Demand) -> Asked:
    return Asked(
        frozenset(stream.rates()),
        frozenset(stream.segments or (scenario.segment_of(stream),)),
        frozenset(stream.regions or (stream.region or ANYWHERE,)),
    )


def _offered(offer: CompensationPolicy, *, dated: bool) -> bool:
    return not isinstance(offer, NoCompensation) and (offer.when != "broken_promise" or dated)


def _within(value: Any, around: Surroundings, place: Place) -> Iterator[Idle]:
    """What a value of the scenario and all sections inside it say of their keys."""
    if isinstance(value, Section):
        if not isinstance(value, Distribution):  # of which every parameter counts
            yield from _of_section(value, around, place)
    elif isinstance(value, dict | tuple):
        for name, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _within(inner, around, (*place, name))


def _of_section(section: Section, around: Surroundings, place: Place) -> Iterator[Idle]:
    for found in section.idle(around, str(place[-1]) if place else ""):
        yield found.within(place)
    for name, field in type(section).model_fields.items():
        value, inner = getattr(section, name), (*place, field.alias or name)
        if inner in _OTHERS:
            continue
        if _says_nothing(value, field):
            yield Idle(inner, _EMPTY, by_value=True)
        yield from _within(value, around, inner)


_EMPTY: Final = "it is empty, as if it were left out"


def _says_nothing(value: Any, field: FieldInfo) -> bool:
    """Whether a list or mapping is as empty as it is when it is left out."""
    return isinstance(value, dict | tuple) and not value and field.default == value
