"""What tells a scenario from any other: a hash of all that decides its figures."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from simulator.scenario.distributions import Empirical
from simulator.scenario.history import History
from simulator.scenario.scenario import Scenario


def resolved(scenario: Scenario) -> dict[str, Any]:
    """The scenario as plain data with every default written out.

    Its alternatives are left out: one of them may have been applied, the others have no part in the run.
    """
    plain: dict[str, Any] = scenario.model_dump(mode="json", exclude={"alternatives"})
    return plain


def data_files(scenario: Scenario) -> dict[str, str]:
    """SHA-256 of every data file, by its path as the scenario writes it.

    Of a column that a distribution was read from, named ``file#column``, it is that of the numbers.
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


def fingerprint(scenario: Scenario) -> str:
    """SHA-256 of all that decides the figures: the resolved scenario and what its data files hold.

    Metrics to show and expectations do not decide them. Raises OSError if a data file cannot be read.
    """
    plain = resolved(scenario)
    del plain["expect"], plain["show"]
    return _digest({"scenario": plain, "data": data_files(scenario)})


def substance(scenario: Scenario) -> str:
    """SHA-256 of what the file itself decides about a replication: all that differs from the defaults.

    Unlike `fingerprint` it stays the same when the simulator learns a new key, when words are changed (name,
    question), and with the number of replications. Raises OSError if a data file cannot be read.
    """
    words = {"name", "question", "show", "expect", "alternatives"}
    plain = scenario.model_dump(mode="json", exclude_defaults=True, exclude=words)
    plain["run"] = {key: value for key, value in plain.get("run", {}).items() if key != "replications"}
    return _digest({"scenario": plain, "data": data_files(scenario)})


def _digest(value: Any) -> str:
    """SHA-256 of a value's canonical JSON: keys sorted, no blanks."""
    canonical = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return hashlib.sha256(canonical.encode()).hexdigest()


def parts(value: object) -> Iterator[BaseModel]:
    """Every section within the value, however deep."""
    if isinstance(value, BaseModel):
        yield value
        value = [getattr(value, name) for name in type(value).model_fields]
    elif isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for part in value:
            yield from parts(part)
