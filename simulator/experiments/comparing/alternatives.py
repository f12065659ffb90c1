"""Alternatives of a comparison: unchanged scenario, alternatives in its file, settings, policies, other scenarios."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from typing import Final, TypeAlias

from simulator.experiments.checking.judgement import load_to_judge
from simulator.policies.acceptance import AcceptancePolicy
from simulator.policies.allocation import AllocationPolicy
from simulator.policies.compensation import CompensationPolicy
from simulator.policies.family import Policy
from simulator.policies.payment import PaymentPolicy
from simulator.policies.promise import PromisePolicy
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.load import ScenarioFile
from simulator.scenario.scenario import Scenario, crossed_checks
from simulator.values.mistakes import place_text
from simulator.values.section import nearest

AS_IS: Final = "as is"
"""Name of the unchanged scenario among its alternatives."""

Alternative: TypeAlias = Scenario | Policy | str | Sequence[str]
"""Scenario, policy that replaces the one of its family, name of an alternative in the file, or texts ``path=value``
as after ``--set``."""
Source: TypeAlias = Scenario | str | os.PathLike[str]

_KEYS: Final[Mapping[type[Policy], str]] = {
    AcceptancePolicy: "backorders",
    AllocationPolicy: "allocation",
    CompensationPolicy: "compensation",
    PaymentPolicy: "payment",
    PromisePolicy: "promise",
    ReplenishmentPolicy: "replenishment",
}
"""Key of each family of policies in the scenario's ``policies``."""


def alternatives_of(
    source: Source | ScenarioFile,
    wanted: Iterable[str] | Mapping[str, Alternative] | None = None,
    against: str = AS_IS,
    overrides: Sequence[str] = (),
) -> dict[str, Scenario]:
    """Return the scenarios to compare, by name; the reference comes first.

    Args:
        source: scenario, its file, or the path of that.
        wanted: names of alternatives in the file, or alternatives by names of your own. By default all
            alternatives in the file and the unchanged scenario.
        against: name of the reference: one of these, an alternative in the file, or "as is".
        overrides: texts ``path=value`` that take precedence over the file, in all alternatives.

    Raises:
        ScenarioError: the file, an alternative or a text is wrong.
        ValueError: there is nothing to compare; or ``source`` is a scenario, and an alternative or an
            override needs the path of its file.
    """
    base = _Base(source, overrides)
    if wanted is None:
        chosen: dict[str, Alternative] = {name: name for name in (AS_IS, *base.named)}
    elif isinstance(wanted, Mapping):
        chosen = dict(wanted)
    else:
        chosen = {name: name for name in wanted}
    if against not in chosen:
        if against != AS_IS and against not in base.named:
            raise ValueError(
                f"there is no alternative '{against}'{nearest(against, [*chosen, *base.named, AS_IS])}"
            )
        chosen[against] = against
    if len(chosen) < 2:
        hint = "" if base.named else "; the scenario has no alternatives"
        raise ValueError(f"there is nothing to compare with '{against}'{hint}")
    sequence = dict.fromkeys((against, *chosen))
    return {name: base.scenario(chosen[name]) for name in sequence}


class _Base:
    """Scenario from which all alternatives are made.

    Args:
        source: scenario, its file, or the path of that.
        overrides: texts ``path=value`` that take precedence over the file.
    """

    def __init__(self, source: Source | ScenarioFile, overrides: Sequence[str]) -> None:
        if isinstance(source, Scenario) and overrides:
            raise ValueError("overrides are applied when a scenario is loaded: give its path")
        self._file: ScenarioFile | None = None
        if isinstance(source, ScenarioFile):
            self._file = source
        elif not isinstance(source, Scenario):
            self._file = ScenarioFile(source, overrides)
        self._as_is = source if isinstance(source, Scenario) else load_to_judge(self._file or source)
        self.named = () if self._file is None else tuple(self._as_is.alternatives)
        """Names of the alternatives in the file."""
        if AS_IS in self.named:
            raise ValueError(f"'{AS_IS}' stands for the unchanged scenario: call that alternative otherwise")

    def scenario(self, what: Alternative) -> Scenario:
        """Return the scenario of an alternative."""
        if isinstance(what, Scenario):
            return what
        if isinstance(what, Policy):
            return _with_policy(self._as_is, what)
        if what == AS_IS:
            return self._as_is
        if self._file is None:
            raise ValueError(
                "alternatives and overrides are applied when a scenario is loaded: give its path"
            )
        if isinstance(what, str):
            return load_to_judge(self._file, what)
        return load_to_judge(self._file.path, None, (*self._file.overrides, *what))


def _with_policy(scenario: Scenario, policy: Policy) -> Scenario:
    """Return the scenario with another policy of one family.

    Raises:
        ValueError: scenario and policy do not fit together, or the policy is of no known family.
    """
    key = next((key for family, key in _KEYS.items() if isinstance(policy, family)), None)
    if key is None:
        raise ValueError(
            f"{type(policy).__name__} belongs to none of the families of policies: {', '.join(_KEYS.values())}"
        )
    policies = scenario.policies.model_copy(update={key: policy})
    changed = scenario.model_copy(update={"policies": policies})
    for place, problem in crossed_checks(changed):
        raise ValueError(f"{place_text(place)}: {problem}")
    return changed
