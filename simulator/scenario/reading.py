"""Reading of merged texts: completed from data files, validated as a scenario, equal sections only once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from pathlib import Path
from typing import Any, Final

from simulator.scenario.histories.derived_values import asked_for, with_histories, with_paths_from
from simulator.scenario.histories.order_files import read_history, span_of, unknown_names
from simulator.scenario.number_limits import row_checks
from simulator.scenario.scenario import Scenario, crossed_checks
from simulator.scenario.sections.order_history import History
from simulator.scenario.yaml.composition import Resolved, with_defaults
from simulator.scenario.yaml.node import Node
from simulator.scenario.yaml.validation import validate
from simulator.values.mistakes import Mistake, Place, ScenarioError


def completed(composed: Resolved, folder: Path) -> Resolved:
    """Add the values from data files and common defaults to the merged texts.

    Args:
        composed: the merged texts.
        folder: folder of the scenario file; relative paths to data files start here.
    """
    resolved = with_paths_from(composed, folder)
    return with_defaults(with_histories(resolved, folder), "products", "each")


def validated(resolved: Resolved, folder: Path, known: Mapping[str, Any] | None = None) -> Scenario:
    """Validate the merged data and return the scenario.

    Args:
        resolved: the merged data.
        folder: folder of the scenario file; relative paths to data files start here.
        known: validated sections, used in place of those in the data.

    Raises:
        ScenarioError: the data or the order histories have mistakes; the error holds all of them.
    """
    data = resolved.data
    names = {
        kind: _names(data.get(kind), default)
        for kind, default in _NAMED.items()
        if (kind,) not in resolved.unread  # an unknown name may stand in a data file that could not be read
    }
    if {"suppliers", "warehouses"} <= names.keys():
        names["places"] = {**names["suppliers"], **names["warehouses"]}
    context = {"names": names, "folder": folder}
    scenario = validate(
        Scenario, resolved, context, [partial(crossed_checks, checked=known or ())], known or {}
    )
    mistakes = [
        mistake
        for place, source in enumerate(scenario.demand)
        if isinstance(source, History)
        for mistake in _history_mistakes(scenario, source, place, resolved)
    ]
    if mistakes:
        raise ScenarioError(mistakes)
    return scenario


def _history_mistakes(
    scenario: Scenario, history: History, place: int, resolved: Resolved
) -> Iterable[Mistake]:
    """Yield mistakes of an order history within the scenario: unknown names, and a ``repeat`` shorter than it.

    Args:
        scenario: the validated scenario.
        history: the order history.
        place: its number in ``demand``.
        resolved: the merged data, for the positions.
    """
    rows = read_history(history)
    regions = rows.region.names if rows.region is not None else ()
    served = {region: scenario.warehouse_of(region) is not None for region in regions}
    unknown = unknown_names(history, rows, scenario.products, scenario.customers, served)
    yield from asked_for(chain(unknown, row_checks(rows)), resolved, place)
    _, span = span_of(rows)
    if history.repeat is not None and history.repeat < span:
        where: Place = ("demand", place, "repeat")
        message = f"the history lasts {span:g} days; it cannot come again after {history.repeat:g}"
        yield Mistake.at(resolved.mark(where), where, message)


_NAMED = {
    "products": (),
    "customers": ("customers",),
    "warehouses": ("warehouse",),
    "suppliers": ("supplier",),
    "customs": (),
    "workshops": (),
}
"""Sections whose entries other sections refer to, with the names of their default entries."""


def _names(section: object, default: tuple[str, ...]) -> dict[str, None]:
    """Return the names that references to a section may use."""
    return dict.fromkeys(map(str, section) if isinstance(section, dict) else default)


@dataclass(frozen=True, slots=True)
class Reading:
    """A scenario as text and as sections.

    Attributes:
        resolved: the merged files and overrides.
        completed: the same with values from data files and common defaults.
        scenario: the validated scenario.
    """

    resolved: Resolved
    completed: Resolved
    scenario: Scenario


class Readings:
    """Reader of scenarios that differ in few sections; sections equal to those of the first one are validated once."""

    def __init__(self, folder: Path) -> None:
        """Begin without a scenario.

        Args:
            folder: folder of the scenario file; relative paths to data files start here.
        """
        self.folder = folder
        self._first: Reading | None = None

    def of(self, resolved: Resolved) -> Reading:
        """Complete and validate the merged texts of one scenario.

        Raises:
            ScenarioError: the scenario has mistakes.
        """
        first, now = self._first, _sections(resolved.root)
        before = {} if first is None else _sections(first.resolved.root)
        unchanged = frozenset(key for key in _KEYS if before.get(key) is now.get(key))
        if first is None or not unchanged >= _FROM_DATA:
            full = completed(resolved, self.folder)
            reading = Reading(resolved, full, validated(full, self.folder))
            self._first = first or reading
            return reading
        others = {key: node for key, node in now.items() if key not in unchanged}
        part = with_paths_from(replace(resolved, root=replace(resolved.root, content=others)), self.folder)
        kept = {key: node for key, node in _sections(first.completed.root).items() if key in unchanged}
        root = replace(resolved.root, content={**kept, **_sections(part.root)})
        full = replace(part, root=root, plain={key: first.completed.data[key] for key in kept})
        given = {key: getattr(first.scenario, key) for key in unchanged}
        return Reading(resolved, full, validated(full, self.folder, given))


def _sections(node: Node) -> dict[str, Node]:
    return node.content if isinstance(node.content, dict) else {}


_KEYS: Final = frozenset(Scenario.keys())
_FROM_DATA: Final = frozenset({"products", "demand", "run"})
"""Sections that take values from data files, so that they have to be read together."""
