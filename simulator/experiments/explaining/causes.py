"""Causes of waiting, each with the scenario in which it is switched off.

A cause is switched off in the scenario, never in the random numbers: every random quantity has a stream of
its own, so all the others stay as they were. Causes on the route of the goods are defined by the legs of the
route. Other reasons to wait, such as the ordinary randomness of demand, review intervals and the height of
levels, remain in every comparison.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import partial

from simulator.calendars.opening_hours import ALWAYS
from simulator.experiments.explaining.flat_demand import flattened
from simulator.laws.distributions import constant
from simulator.model.supply.legs import LEGS
from simulator.policies.allocation import CriticalLevel
from simulator.scenario.cause import Cause, changed
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand_profiles import Peak, Surge, Weekly, Yearly
from simulator.scenario.sections.products import Product, Workshop
from simulator.values.section import Section, nearest


class UnknownCauseError(ValueError):
    """No cause has this name."""


def _without_critical_levels(scenario: Scenario) -> Scenario:
    allocation = scenario.policies.allocation
    if not isinstance(allocation, CriticalLevel) or not any(allocation.levels.values()):
        return scenario
    policies = {"allocation": allocation.model_copy(update={"levels": {}})}
    return scenario.model_copy(update={"policies": scenario.policies.model_copy(update=policies)})


def _places(scenario: Scenario, **changes: object) -> Scenario:
    """Return the scenario with fields of all suppliers, lanes, customs offices and warehouses changed."""

    def changed_place(place: Section) -> Section:
        return place.model_copy(update={key: value for key, value in changes.items() if hasattr(place, key)})

    for section in ("suppliers", "lanes", "customs", "warehouses"):
        scenario = changed(scenario, section, changed_place)
    return scenario


def _made_at_once(scenario: Scenario) -> Scenario:
    """Return the scenario with work that takes no time, at any hour."""

    def at_once(product: Product) -> Product:
        made = product.made_to_order
        if made is None:
            return product
        quick = made.model_copy(update={"time": constant(0.0), "times": {}})
        return product.model_copy(update={"made_to_order": quick})

    def open_always(workshop: Workshop) -> Workshop:
        return workshop.model_copy(update={"hours": ALWAYS, "closed": {}, "holidays": ()})

    return changed(changed(scenario, "products", at_once), "workshops", open_always)


def _all() -> dict[str, Cause]:
    peaks = Cause(
        "peaks",
        "demand peaks and surges",
        "as many orders in the measured window, without peaks and surges",
        partial(flattened, kinds=(Peak, Surge)),
    )
    seasons = Cause(
        "seasons",
        "weekdays and seasons",
        "as many orders in the measured window, all weekdays and months alike",
        partial(flattened, kinds=(Weekly, Yearly)),
    )
    reserve = Cause(
        "reserve",
        "units kept back for others",
        "no units are kept back for more important customers",
        _without_critical_levels,
    )
    places = (
        Cause(
            "disruptions",
            "disruptions and strikes",
            "no supplier and no customs office is ever disrupted",
            partial(_places, disruptions={}),
        ),
        Cause(
            "hours",
            "opening hours, closures and holidays",
            "suppliers, lanes, customs offices and warehouses work day and night, and never close",
            partial(_places, hours=ALWAYS, closed={}, holidays=()),
        ),
        Cause(
            "quality",
            "defects and orders that never come",
            "every unit ordered comes and is good",
            partial(_places, good=None, fails=None),
        ),
    )
    made = Cause(
        "made_to_order",
        "goods made to order",
        "workshops make everything at once, at any hour",
        _made_at_once,
    )
    on_the_way = [cause for leg in LEGS for cause in leg.causes]
    return {cause.name: cause for cause in (peaks, seasons, *on_the_way, *places, reserve, made)}


class _Causes(Mapping[str, Cause]):
    """Mapping of causes by name, read anew each time so that it includes every leg in the list of legs."""

    def __getitem__(self, name: str) -> Cause:
        return _all()[name]

    def __iter__(self) -> Iterator[str]:
        return iter(_all())

    def __len__(self) -> int:
        return len(_all())


CAUSES = _Causes()
"""Every cause by name, in the order in which they are switched off."""


def chosen_causes(scenario: Scenario, names: Iterable[str] | None = None) -> tuple[Cause, ...]:
    """Return the named causes, in the order of ``CAUSES``.

    Args:
        scenario: scenario to explain.
        names: names of causes; by default those of all causes that the scenario has.

    Raises:
        UnknownCauseError: no cause has one of the names.
    """
    if names is None:
        return tuple(cause for cause in CAUSES.values() if cause.present(scenario))
    asked = set(names)
    for name in sorted(asked - CAUSES.keys()):
        raise UnknownCauseError(f"unknown cause '{name}'{nearest(name, CAUSES) or _known_causes()}")
    return tuple(cause for cause in CAUSES.values() if cause.name in asked)


def without_causes(scenario: Scenario, causes: Iterable[Cause]) -> Scenario:
    """Return the scenario with these causes switched off."""
    for cause in causes:
        scenario = cause.off(scenario)
    return scenario


def _known_causes() -> str:
    return f"; known: {', '.join(CAUSES)}"
