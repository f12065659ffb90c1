"""Baseline files: one JSON file for each scenario, with one line for each figure, so that a diff can be read.

A file is written under a temporary name and then renamed, so that a killed process leaves the old file whole.
"""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from simulator.experiments.checking.baseline import Baseline, KeptFigure
from simulator.experiments.checking.check import AS_IS
from simulator.experiments.statistics.equivalence_tests import SeriesMoments
from simulator.reports.files.version import __version__
from simulator.values.mistakes import Mark, ScenarioError

BASELINES: Final = Path("results/baselines")
"""Default folder of baselines."""
FORMAT: Final = 1
"""Number of the layout of the files."""

_DIGITS: Final = 12
"""Digits of the figures of single replications, which are compared to 9 digits."""
_DIGITS_OF_MOMENTS: Final = 9


def read_baseline(file: Path) -> dict[str | None, Baseline]:
    """Read the baselines of a scenario.

    Args:
        file: baseline file of the scenario.

    Returns:
        Baselines by alternative, None for the scenario as it is; empty if the file does not exist.

    Raises:
        ScenarioError: the file is no baseline, or has another format.
        OSError: the file cannot be read.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except FileNotFoundError:
        return {}
    try:
        plain = json.loads(text)
        if plain["format"] != FORMAT:
            raise _broken(file, 1, f"its format is {plain['format']!r}, not {FORMAT}")
        parts = {None: plain[AS_IS], **plain["alternatives"]}
        return {name: _baseline(part, plain["streams"]) for name, part in parts.items()}
    except json.JSONDecodeError as error:
        raise _broken(file, error.lineno, error.msg) from None
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise _broken(file, 1, f"{type(error).__name__}: {error}") from None


def write_baseline(file: Path, baselines: Mapping[str | None, Baseline]) -> None:
    """Write the baselines of a scenario; the folder is made if it does not exist.

    Args:
        file: baseline file of the scenario.
        baselines: by alternative, None for the scenario as it is.

    Raises:
        OSError: the file cannot be written.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    new = file.with_name(f".{file.name}.new")
    with new.open("w", encoding="utf-8", newline="\n") as stream:
        stream.write(baseline_text(baselines))
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(file)


def baseline_text(baselines: Mapping[str | None, Baseline]) -> str:
    """Return the text of the file: JSON with sorted keys, always the same for the same figures."""
    (streams,) = {one.streams for one in baselines.values()}
    alternatives = {name: _plain(one) for name, one in baselines.items() if name is not None}
    whole = {
        "alternatives": alternatives,
        AS_IS: _plain(baselines[None]),
        "format": FORMAT,
        "simulator": __version__,
        "streams": streams,
    }
    return "\n".join(_lines(whole, 0)) + "\n"


class _Line(dict[str, Any]):
    """Mapping written on one line."""


def _lines(value: dict[str, Any], indent: int) -> Iterator[str]:
    """Yield the lines of a mapping, one for each entry."""
    if not value:
        yield "{}"
        return
    yield "{"
    entries = sorted(value.items())
    for place, (key, part) in enumerate(entries):
        comma = "," if place < len(entries) - 1 else ""
        start = f"{'  ' * (indent + 1)}{_json(key)}: "
        if isinstance(part, dict) and not isinstance(part, _Line):
            first, *rest = _lines(part, indent + 1)
            yield start + first + ("" if rest else comma)
            if rest:
                yield from rest[:-1]
                yield rest[-1] + comma
        else:
            yield f"{start}{_json(part)}{comma}"
    yield f"{'  ' * indent}}}"


def _json(value: Any) -> str:
    return json.dumps(value, sort_keys=True, ensure_ascii=False, allow_nan=False)


def _plain(baseline: Baseline) -> dict[str, Any]:
    return {
        "figures": {name: _figure(one, baseline.replications) for name, one in baseline.figures.items()},
        "fingerprint": baseline.substance,
        "replications": baseline.replications,
        "seed": baseline.seed,
    }


def _figure(figure: KeptFigure, replications: int) -> _Line | None:
    found = figure.moments
    if found.n == 0:
        return None
    line = _Line(
        first=[_number(value, _DIGITS) for value in figure.first],
        mean=_number(found.mean, _DIGITS_OF_MOMENTS),
        sd=_number(found.sd, _DIGITS_OF_MOMENTS),
    )
    if found.n != replications:
        line["n"] = found.n
    return line


def _number(value: float, digits: int) -> float | int | None:
    """Round to a number of significant digits; an int if whole, None for nan."""
    if math.isnan(value):
        return None
    rounded = float(f"{value:.{digits}g}")
    return int(rounded) if rounded.is_integer() and abs(rounded) < 1e15 else rounded


def _baseline(plain: Mapping[str, Any], streams: str) -> Baseline:
    replications = int(plain["replications"])
    kept = min(len(one["first"]) for one in plain["figures"].values() if one is not None)
    figures = {}
    for name, one in plain["figures"].items():
        if one is None:
            nothing = SeriesMoments(math.nan, math.nan, 0, replications)
            figures[name] = KeptFigure((math.nan,) * kept, nothing)
            continue
        found = SeriesMoments(
            _float(one["mean"]), _float(one["sd"]), one.get("n", replications), replications
        )
        figures[name] = KeptFigure(tuple(_float(value) for value in one["first"]), found)
    return Baseline(plain["fingerprint"], plain["seed"], streams, replications, figures)


def _float(value: float | None) -> float:
    return math.nan if value is None else float(value)


def _broken(file: Path, line: int, problem: str) -> ScenarioError:
    told = f"this is no baseline ({problem}); make it anew with 'simulator check --update {file.stem}'"
    return ScenarioError.at(Mark(str(file), line, 1), told)
