"""Digests that identify a scenario by everything that decides its figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any, TypeVar

from pydantic import BaseModel

from simulator.laws.distributions import Empirical
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.order_history import History

T = TypeVar("T")


def _once(remembered: int) -> Callable[[Callable[[Scenario], T]], Callable[[Scenario], T]]:
    """Do work on a scenario once, because a command asks several times for the digest of the same scenario.

    Args:
        remembered: number of the last scenarios that are kept, so that no other can get the ``id`` of one.
    """

    def decorated(work: Callable[[Scenario], T]) -> Callable[[Scenario], T]:
        known: dict[int, tuple[Scenario, T]] = {}

        @wraps(work)
        def found(scenario: Scenario) -> T:
            if id(scenario) not in known:
                if len(known) == remembered:
                    del known[next(iter(known))]
                known[id(scenario)] = scenario, work(scenario)
            return known[id(scenario)][1]

        return found

    return decorated


def resolved(scenario: Scenario) -> dict[str, Any]:
    """Return the scenario as plain data with every default written out.

    Alternatives are left out: one of them may have been applied, and the others do not affect the run.
    """
    return dict(_plain(scenario))


@_once(2)
def _plain(scenario: Scenario) -> dict[str, Any]:
    return scenario.model_dump(mode="json", exclude={"alternatives"})


@_once(128)
def data_files(scenario: Scenario) -> dict[str, str]:
    """Return the SHA-256 digest of each data file, by its path as the scenario writes it.

    A column from which a distribution is read has the name ``file#column`` and the digest of its numbers.

    Raises:
        OSError: a data file cannot be read.
    """
    digests: dict[str, str] = {}
    for part in parts(scenario):
        if isinstance(part, History):
            for name, path in zip(part.names, part.files, strict=True):
                with path.open("rb") as file:
                    digests[name] = hashlib.file_digest(file, "sha256").hexdigest()
        elif isinstance(part, Empirical) and part.file is not None:
            digests[f"{part.file}#{part.column}"] = _digest(list(part.observed))
    return dict(sorted(digests.items()))


@_once(128)
def fingerprint(scenario: Scenario) -> str:
    """Return the SHA-256 digest of the resolved scenario and the contents of its data files.

    The sections ``show`` and ``expect`` are left out, because they decide no figure.

    Raises:
        OSError: a data file cannot be read.
    """
    return _fingerprint(scenario, scenario.run.replications)


@_once(128)
def trial_fingerprint(scenario: Scenario) -> str:
    """Return the `fingerprint` of the scenario with one replication, since no replication depends on their number.

    Raises:
        OSError: a data file cannot be read.
    """
    return _fingerprint(scenario, 1)


def _fingerprint(scenario: Scenario, replications: int) -> str:
    plain = {key: value for key, value in _plain(scenario).items() if key not in {"expect", "show"}}
    plain["run"] = {**plain["run"], "replications": replications}
    return _digest({"scenario": plain, "data": data_files(scenario)})


def substance(scenario: Scenario) -> str:
    """Return the SHA-256 digest of the values that decide one replication and differ from the defaults.

    Unlike `fingerprint` it stays the same when the simulator learns a new key, when only labels change (name,
    question), and when the number of replications changes.

    Raises:
        OSError: a data file cannot be read.
    """
    labels = {"name", "question", "show", "expect", "alternatives"}
    plain = scenario.model_dump(mode="json", exclude_defaults=True, exclude=labels)
    plain["run"] = {key: value for key, value in plain.get("run", {}).items() if key != "replications"}
    return _digest({"scenario": plain, "data": data_files(scenario)})


def _digest(value: Any) -> str:
    """Return the SHA-256 digest of a value's canonical JSON: keys sorted, no blanks."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def parts(value: object, known: set[int] | None = None) -> Iterator[BaseModel]:
    """Yield every section within a value, at any depth; a section yields itself first.

    Args:
        value: section, mapping, list or anything else.
        known: sections that are left out, by ``id``; those that are yielded are added.
    """
    if isinstance(value, BaseModel):
        if known is not None:
            if id(value) in known:
                return
            known.add(id(value))
        yield value
        value = [getattr(value, name) for name in type(value).model_fields]
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from parts(part, known)
