"""A cause of waiting: something in a scenario that can be switched off to see what it did."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.laws.distributions import Distribution, constant
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Cause:
    """Something that can make customers wait.

    name: as it is given on the command line. because: what stands behind "because of". without: what is the case
    when it is switched off. off: the scenario without it.
    """

    name: str
    because: str
    without: str
    off: Callable[[Scenario], Scenario]

    def present(self, scenario: Scenario) -> bool:
        """Whether the scenario has it: else switching it off changes nothing."""
        return self.off(scenario) != scenario


def steady(law: Distribution) -> Distribution:
    """The law that always gives the mean."""
    return law if law.variance == 0 else constant(law.mean)


def changed(scenario: Scenario, section: str, change: Callable[[Any], Any]) -> Scenario:
    """The scenario with every entry of a section, a mapping or a list, changed."""
    entries = getattr(scenario, section)
    if isinstance(entries, dict):
        return scenario.model_copy(update={section: {name: change(one) for name, one in entries.items()}})
    return scenario.model_copy(update={section: tuple(map(change, entries))})
