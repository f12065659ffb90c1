"""Glossary of all figures, as a table for people and as plain data for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Any

from rich.table import Table

from simulator.metrics.glossary import GLOSSARY, Metric

_BETTER = {"up": "higher", "down": "lower", "neither": ""}


def glossary_table(metrics: Iterable[Metric] = GLOSSARY.values()) -> Table:
    """Make a table of metrics, by default all: name, unit, better direction, base, formula, exceptions."""
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Figure", no_wrap=True, style="bold")
    table.add_column("Unit", max_width=14)
    table.add_column("Better", no_wrap=True)
    table.add_column("How it is worked out")
    for metric in metrics:
        formula = f"over {metric.of}: {metric.formula}" if metric.of else metric.formula
        if metric.empty:
            formula += f"; empty if {metric.empty}"
        table.add_row(metric.name, metric.unit, _BETTER[metric.better], formula)
    return table


def glossary_plain(metrics: Iterable[Metric] = GLOSSARY.values()) -> list[dict[str, Any]]:
    """Return metrics, by default all, as plain data, with the dimensions by which each can be split."""
    return [asdict(metric) for metric in metrics]
