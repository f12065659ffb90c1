"""Cause of waiting: a part of a scenario that can be switched off to see its effect."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from simulator.laws.distributions import Distribution, constant
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Cause:
    """Part of a scenario that can make customers wait.

    Attributes:
        name: name on the command line, such as ``lead_times``.
        because: noun phrase that follows "because of" in a sentence.
        without: clause that says what holds once the cause is switched off.
        off: function that returns the scenario without the cause.
    """

    name: str
    because: str
    without: str
    off: Callable[[Scenario], Scenario]

    def present(self, scenario: Scenario) -> bool:
        """Return True if the scenario has the cause; else switching it off changes nothing."""
        return self.off(scenario) != scenario


def steady(law: Distribution) -> Distribution:
    """Return the distribution without variance that has the same mean."""
    return law if law.variance == 0 else constant(law.mean)


def changed(scenario: Scenario, section: str, change: Callable[[Any], Any]) -> Scenario:
    """Return the scenario with every entry of a section changed.

    Args:
        scenario: the scenario, which stays as it is.
        section: name of a section that is a mapping or a list.
        change: function that returns the changed entry.
    """
    entries = getattr(scenario, section)
    if isinstance(entries, dict):
        return scenario.model_copy(update={section: {name: change(one) for name, one in entries.items()}})
    return scenario.model_copy(update={section: tuple(map(change, entries))})
