"""Figures and tables as plain data, for programs that read what the simulator writes."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.experiments.replications.assurance import Assurance
from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.glossary import DIMENSIONS

if TYPE_CHECKING:
    import pandas as pd


def plain_results(outcome: Replications, alternative: str | None) -> dict[str, Any]:
    """Mean, half width and unit of every metric, overall and by every dimension, and what stands behind them.

    ``None`` stands for nan.
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
        },
        "assurance": Assurance.of(outcome).plain(),
    }


def json_text(value: Any, *, ascii_only: bool = False) -> str:
    """JSON that every reader takes: there is no word for nan or infinity in it."""
    return json.dumps(value, indent=2, allow_nan=False, ensure_ascii=ascii_only)


def write_json(value: Any, file: Path) -> None:
    """Write a file with the JSON of a value, and a line break at its end."""
    file.write_text(json_text(value) + "\n", encoding="utf-8")


def records(table: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows of a table as plain data, ``None`` for nan."""
    rows: list[dict[str, Any]] = json.loads(table.to_json(orient="records", double_precision=15))
    return rows


def _plain(figures: dict[str, Estimate]) -> dict[str, dict[str, Any]]:
    kept = ("mean", "half_width", "unit")
    return {name: {key: estimate.plain()[key] for key in kept} for name, estimate in figures.items()}
