"""What can make customers wait, each with a way to switch it off.

A cause is switched off in the scenario, never in the random numbers: every random quantity has a stream of its own, so
that all the others stay as they were. A new cause is one line in ``CAUSES``. What is not among them, such as the
ordinary randomness of demand, the rhythm of reviews and how high the levels are, is in every comparison.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial

from simulator.experiments.flat_demand import flattened
from simulator.policies.allocation import CriticalLevel
from simulator.scenario.distributions import Distribution, constant
from simulator.scenario.network import Customs, Lane, Supplier, Warehouse
from simulator.scenario.profiles import Peak, Surge, Weekly, Yearly
from simulator.scenario.scenario import Scenario
from simulator.scenario.section import nearest


class UnknownCauseError(ValueError):
    """A name that no cause has."""


Switch = Callable[[Scenario], Scenario]


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that can make customers wait.

    name: as it is given on the command line. because: what stands behind "because of". without: what is the case
    when it is switched off. off: the scenario without it.
    """

    name: str
    because: str
    without: str
    off: Switch

    def present(self, scenario: Scenario) -> bool:
        """Whether the scenario has it: else switching it off changes nothing."""
        return self.off(scenario) != scenario


def _mean(law: Distribution) -> Distribution:
    """The law that always gives the mean."""
    return law if law.variance == 0 else constant(law.mean)


def _suppliers(scenario: Scenario, change: Callable[[Supplier], Supplier]) -> Scenario:
    return scenario.model_copy(
        update={"suppliers": {name: change(one) for name, one in scenario.suppliers.items()}}
    )


def _lanes(scenario: Scenario, change: Callable[[Lane], Lane]) -> Scenario:
    return scenario.model_copy(update={"lanes": tuple(change(lane) for lane in scenario.lanes)})


def _unlimited(supplier: Supplier) -> Supplier:
    return supplier.model_copy(update={"capacity": None, "production": None})


def _punctual(supplier: Supplier) -> Supplier:
    return supplier.model_copy(update={"lead_time": _mean(supplier.lead_time)})


def _steady(lane: Lane) -> Lane:
    return lane.model_copy(update={"transit": _mean(lane.transit)})


def _at_once(lane: Lane) -> Lane:
    return lane.model_copy(update={"departures": None})


def _smooth(office: Customs) -> Customs:
    inspection = office.inspection
    if inspection is not None and inspection.probability > 0:
        inspection = None
    law = {"documents": _mean(office.documents), "green_lane": _mean(office.green_lane)}
    return office.model_copy(update={**law, "inspection": inspection})


def _no_customs_trouble(scenario: Scenario) -> Scenario:
    passed = {lane.customs for lane in scenario.lanes}
    offices = {name: _smooth(one) if name in passed else one for name, one in scenario.customs.items()}
    return scenario.model_copy(update={"customs": offices})


def _no_dock(scenario: Scenario) -> Scenario:
    def opened(site: Warehouse) -> Warehouse:
        busy = site.dock is not None and site.dock.unload.mean > 0
        return site.model_copy(update={"dock": None}) if busy else site

    return scenario.model_copy(
        update={"warehouses": {name: opened(site) for name, site in scenario.warehouses.items()}}
    )


def _no_reserve(scenario: Scenario) -> Scenario:
    allocation = scenario.policies.allocation
    if not isinstance(allocation, CriticalLevel) or not any(allocation.levels.values()):
        return scenario
    policies = {"allocation": allocation.model_copy(update={"levels": {}})}
    return scenario.model_copy(update={"policies": scenario.policies.model_copy(update=policies)})


CAUSES: dict[str, Cause] = {
    cause.name: cause
    for cause in (
        Cause(
            "peaks",
            "demand peaks and surges",
            "as many orders in the measured window, without peaks and surges",
            partial(flattened, kinds=(Peak, Surge)),
        ),
        Cause(
            "seasons",
            "weekdays and seasons",
            "as many orders in the measured window, all weekdays and months alike",
            partial(flattened, kinds=(Weekly, Yearly)),
        ),
        Cause(
            "capacity",
            "limited production capacity",
            "suppliers make any quantity at once",
            partial(_suppliers, change=_unlimited),
        ),
        Cause(
            "lead_times",
            "unsteady supplier lead times",
            "every supplier takes its mean lead time",
            partial(_suppliers, change=_punctual),
        ),
        Cause(
            "transport",
            "unsteady transport times",
            "every transport takes its mean time",
            partial(_lanes, change=_steady),
        ),
        Cause(
            "departures",
            "waits for the next departure",
            "goods leave as soon as they are ready",
            partial(_lanes, change=_at_once),
        ),
        Cause(
            "customs",
            "customs inspections",
            "nothing is inspected, and papers take their mean time",
            _no_customs_trouble,
        ),
        Cause("dock", "inbound doors", "goods are unloaded at once", _no_dock),
        Cause(
            "reserve",
            "units kept back for others",
            "no units are kept back for more important customers",
            _no_reserve,
        ),
    )
}
"""Every cause by name, in the sequence in which they are switched off."""


def chosen(scenario: Scenario, names: Iterable[str] | None = None) -> tuple[Cause, ...]:
    """The causes of these names, in the sequence of the registry; left out: those that the scenario has.

    Raises UnknownCauseError for a name that is none.
    """
    if names is None:
        return tuple(cause for cause in CAUSES.values() if cause.present(scenario))
    asked = set(names)
    for name in sorted(asked - CAUSES.keys()):
        raise UnknownCauseError(f"unknown cause '{name}'{nearest(name, CAUSES) or _known()}")
    return tuple(cause for cause in CAUSES.values() if cause.name in asked)


def without(scenario: Scenario, causes: Iterable[Cause]) -> Scenario:
    """The scenario with all these causes switched off."""
    for cause in causes:
        scenario = cause.off(scenario)
    return scenario


def _known() -> str:
    return f"; known: {', '.join(CAUSES)}"
