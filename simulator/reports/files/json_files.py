"""JSON files of results: figures and tables as plain data, for other programs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator.experiments.replications.assurance import Assurance
from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.glossary import DIMENSIONS

if TYPE_CHECKING:
    import pandas as pd

_READABLE: Final = 1 << 20
"""Largest number of characters that are indented for people, which takes Python's json ten times as long."""
SCHEMA_VERSION: Final = 2
"""Version of the form of all JSON that the simulator writes; a change that breaks readers raises it."""


def plain_results(
    outcome: Replications, alternative: str | None, *, by_product: bool = False
) -> dict[str, Any]:
    """Return the figures of a run as plain data: every metric, overall and by dimension, and their precision.

    Args:
        outcome: the replications.
        alternative: name of the alternative that was applied, None without one.
        by_product: True to have the figures of each product, too.

    Returns:
        Mean, half width and unit of each metric (None for nan); scenario, alternative, seed and number of
        replications; ``assurance``, the method behind the intervals and the verdict on the warm-up.
    """
    run = outcome.scenario.run
    return {
        "scenario": outcome.scenario.name,
        "alternative": alternative,
        "seed": run.seed,
        "replications": len(outcome),
        "metrics": _plain(outcome.summary()),
        "by": {
            dimension: {group: _plain(figures) for group, figures in outcome.summary_by(dimension).items()}
            for dimension in DIMENSIONS
            if outcome.groups(dimension) and (by_product or dimension != "product")
        },
        "assurance": Assurance.of(outcome).plain(),
    }


def json_text(value: Any, *, ascii_only: bool = False) -> str:
    """Return a value as standard JSON, which has no nan and no infinity; a long text is one line.

    Args:
        value: plain data.
        ascii_only: True to escape all other characters.

    Raises:
        ValueError: a number is nan or infinite.
    """
    text = json.dumps(value, allow_nan=False, ensure_ascii=ascii_only)
    if len(text) > _READABLE:
        return text
    return json.dumps(value, indent=2, allow_nan=False, ensure_ascii=ascii_only)


def versioned(value: Mapping[str, Any]) -> dict[str, Any]:
    """Return plain data with `SCHEMA_VERSION` before them."""
    return {"schema_version": SCHEMA_VERSION, **value}


def write_json(value: Mapping[str, Any], file: Path) -> None:
    """Write plain data, `versioned`, as a JSON file that ends with a line break.

    Raises:
        ValueError: a number is nan or infinite.
        OSError: the file cannot be written.
    """
    file.write_text(json_text(versioned(value)) + "\n", encoding="utf-8")


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a table as plain data, None for nan."""
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return rows


def _plain(figures: dict[str, Estimate]) -> dict[str, dict[str, Any]]:
    kept = ("mean", "half_width", "unit")
    return {name: {key: estimate.plain()[key] for key in kept} for name, estimate in figures.items()}
