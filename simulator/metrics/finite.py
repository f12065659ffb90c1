"""Overflow of figures, reported as an error that names the figure and the numbers that caused it."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.metrics.glossary import DIMENSIONS, GLOSSARY
from simulator.scenario.mistakes import RunError, place_text
from simulator.scenario.sizes import numbers
from simulator.values.arrays import Flags, Floats

if TYPE_CHECKING:
    from simulator.model.world import Record

LARGEST: Final = 1e150
"""Largest absolute value of a figure; squares of larger ones, needed for confidence intervals, are not finite."""

_LARGE: Final = 1e12
"""Value above which a number of the scenario is named as a cause."""
_MAX_CAUSES: Final = 3

overflow_allowed: Final = np.errstate(over="ignore", invalid="ignore")
"""Decorator that silences overflow warnings while figures are computed, since `require_finite` checks the result."""


class NotFiniteError(RunError):
    """A figure is larger than `LARGEST`, or nan although the glossary says that it always exists."""


def require_finite(overall: Floats, by: Mapping[str, tuple[tuple[str, ...], Floats]], record: Record) -> None:
    """Check that all figures are finite.

    Args:
        overall: figures in the sequence of the glossary: float64[metrics].
        by: groups of each dimension, and the figures in each: float64[metrics, groups].
        record: of the replication, or of its last window.

    Raises:
        NotFiniteError: a figure is not; the first one of the glossary is named.
    """
    tables = [(dimension, *by[dimension]) for dimension in DIMENSIONS]
    tables.append(("overall", ("",), overall[:, np.newaxis]))
    found: list[tuple[int, int, str, float]] = []
    for number, (dimension, groups, values) in enumerate(tables):
        rows, columns = np.nonzero(_not_finite(values, dimension))
        if len(rows):
            row, column = int(rows[0]), int(columns[0])
            where = "" if dimension == "overall" else f" of {dimension} '{groups[column]}'"
            found.append((row, number, where, float(values[row, column])))
    if not found:
        return
    row, _, where, value = min(found)  # the first figure of the glossary, of a group rather than overall
    name = list(GLOSSARY)[row]
    size = "not a number" if math.isnan(value) else f"larger than {LARGEST:g}"
    causes = _causes(record)
    because = f"; the largest numbers behind it: {', '.join(causes)}" if causes else ""
    raise NotFiniteError(
        f"the figure {name}{where} of replication {record.replication} is {size} and cannot be reported: "
        f"{GLOSSARY[name].formula}{because}"
    )


def _not_finite(values: Floats, dimension: str) -> Flags:
    """Flags of figures that are too large, or nan although they always exist: bool[metrics, groups]."""
    always = [dimension in metric.dimensions and not metric.empty for metric in GLOSSARY.values()]
    flagged: Flags = np.abs(values) > LARGEST
    flagged[always] |= np.isnan(values[always])
    return flagged


def _causes(record: Record) -> list[str]:
    """List the largest numbers of the scenario and of its order lines, largest first."""
    found = [(value, place_text(place)) for place, value in numbers(record.scenario)]
    for noun, column in (("quantity", record.book.quantity), ("price", record.book.price)):
        if len(column):
            found.append((float(np.max(column)), f"{noun} of an order line"))
    large = sorted((cause for cause in found if cause[0] > _LARGE), key=lambda cause: -cause[0])
    return [f"{name} = {value:g}" for value, name in large[:_MAX_CAUSES]]
