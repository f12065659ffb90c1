"""Loading of scenarios: files merged with data files and overrides, validated as one scenario."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from simulator.scenario.histories.derived_values import asked_for, with_histories, with_paths_from
from simulator.scenario.histories.order_files import read_history, span_of, unknown_names
from simulator.scenario.number_limits import row_checks
from simulator.scenario.scenario import Scenario, crossed_checks
from simulator.scenario.sections.order_history import History
from simulator.scenario.yaml.alternative_mistakes import alternative_named
from simulator.scenario.yaml.composition import Resolved, compose, with_defaults
from simulator.scenario.yaml.validation import validate
from simulator.values.mistakes import Mistake, Place, ScenarioError


def load(
    path: str | os.PathLike[str], alternative: str | None = None, overrides: Sequence[str] = ()
) -> Scenario:
    """Read a scenario file.

    Args:
        path: the YAML file.
        alternative: name of the alternative to apply.
        overrides: texts ``a.b.c=value`` that win over everything else.

    Raises:
        ScenarioError: the scenario has mistakes; the error holds all of them.
    """
    with alternative_named(path, alternative, lambda: load(path, None, overrides)):
        return validated(resolve(path, alternative, overrides), Path(path).parent)


def resolve(
    path: str | os.PathLike[str], alternative: str | None = None, overrides: Sequence[str] = ()
) -> Resolved:
    """Merge a scenario file with the files it extends, an alternative, overrides and its data files.

    Args:
        path: the YAML file.
        alternative: name of the alternative to apply.
        overrides: texts ``a.b.c=value`` that win over everything else.

    Raises:
        ScenarioError: a file cannot be read or extends itself, or there is no such alternative.
    """
    return completed(compose(path, alternative, overrides), Path(path).parent)


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
        names["places"] = names["suppliers"] + names["warehouses"]
    context = {"names": names, "folder": folder}
    scenario = validate(Scenario, resolved, context, [crossed_checks], known or {})
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
}
"""Sections whose entries other sections refer to, with the names of their default entries."""


def _names(section: object, default: tuple[str, ...]) -> list[str]:
    """Return the names that references to a section may use."""
    return [str(name) for name in section] if isinstance(section, dict) else list(default)
