"""Sentences on a sweep: the best cells by each metric, and short names of its settings."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

import numpy as np

from simulator.experiments.statistics.confidence_intervals import Estimate, intervals
from simulator.experiments.sweeping.sweep import Leaders, Sweep
from simulator.experiments.sweeping.variants import Values
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.wording.numerals import numeral, quantity
from simulator.scenario.yaml.settings import path_steps
from simulator.values.mistakes import place_text

BEST: Final = " *"
"""Mark of the best cell by a metric."""
CONTENDER: Final = " ~"
"""Mark of a cell that may be as good."""
_MOST_NAMED: Final = 3
_LONGEST_TOLD: Final = 90
"""Length of a cell's values, in characters, above which a sentence refers to the table."""
_THREE_LINES: Final = 225
"""Number of characters that certainly fit into three lines of 80."""
_MONEY: Final = ("profit", "total_cost")
"""Metrics with a trade-off: neither more nor less of everything is best for them."""


def scale(unit: str, largest: float) -> tuple[float, str]:
    """Return the factor by which figures of a unit are multiplied for display, and the unit they then have.

    Args:
        unit: of the figures.
        largest: largest of them, which decides between days and hours.

    Returns:
        Factor, and "%", "days", "hours", or "" for plain numbers.
    """
    if unit == "share":
        return 100.0, "%"
    if unit == "days":
        return (1.0, "days") if largest >= 1 else (24.0, "hours")
    return 1.0, ""


def short(paths: Sequence[str]) -> dict[str, str]:
    """Return the shortest end of each path that differs from all others and tells its subject, by path.

    >>> list(short(["policies.replenishment.r", "products.tea.price", "demand[0].rate"]).values())
    ['r', 'tea.price', 'demand[0].rate']
    """
    places = {path: tuple(step.name for step in path_steps(f"{path}=", path)[0]) for path in paths}
    found: dict[str, str] = {}
    for path, place in places.items():
        others = [other for name, other in places.items() if name != path]
        least = 1 if place[0] == "policies" else min(2, len(place))
        length = next(
            k
            for k in range(least, len(place) + 1)
            if isinstance(place[-k], str) and all(other[-k:] != place[-k:] for other in others)
        )
        found[path] = place_text(place[-length:])
    return found


def sweep_sentences(sweep: Sweep, leaders: Mapping[str, Leaders | None]) -> Iterator[str]:
    """Yield sentences on the best cell by each metric and those that may be as good, each in three lines.

    Metrics that the scenario shows come first, then profit and total cost. Further sentences follow on values
    at an end of those tried, and on metrics that are the same in all cells.
    """
    keep_together: dict[tuple[int, tuple[int, ...]], list[Leaders]] = {}
    for found in leaders.values():
        if found is not None:
            keep_together.setdefault((found.best, found.contenders), []).append(found)
    places = {metric: _place(sweep, metric) for metric in leaders}
    told = {
        min(places[one.metric] for one in alike): _sentence(sweep, alike) for alike in keep_together.values()
    }
    told |= {
        places[metric]: _span(sweep, metric)
        for metric, found in leaders.items()
        if found is None and sweep.varies(metric)
    }
    for _, sentence in sorted(told.items()):
        yield sentence
    yield from _ends(sweep, leaders)
    same = [name_of(metric) for metric in leaders if not sweep.varies(metric)]
    if same:
        yield f"The same in all cells: {', '.join(same)}."


def _sentence(sweep: Sweep, alike: Sequence[Leaders]) -> str:
    """Return the sentence on metrics with the same best cell and contenders, shortened to three lines."""
    best = alike[0].best
    told = _clause(sweep, sweep.design.cells[best - 1])
    where = told if len(told) <= _LONGEST_TOLD else f"the cell marked {BEST.strip()}"
    metrics = sorted((one.metric for one in alike), key=lambda metric: _place(sweep, metric))
    figures = [f"{name_of(metric)} {_figure(sweep, metric, best)}" for metric in metrics]
    wordings = [
        f"Best with {where}: {_first(figures, most)}{_rivals(sweep, alike, named=named)}"
        for most, named in ((len(figures), True), (len(figures), False), (_MOST_NAMED, False), (1, False))
    ]
    return next((wording for wording in wordings if len(wording) <= _THREE_LINES), wordings[-1])


def _place(sweep: Sweep, metric: str) -> tuple[int, int]:
    """Return the sort key of a metric: those the scenario shows, then profit and cost, then the others."""
    first = (*sweep.design.show, *_MONEY)
    return (first.index(metric) if metric in first else len(first), list(GLOSSARY).index(metric))


def _span(sweep: Sweep, metric: str) -> str:
    """Return a sentence with the smallest and the largest figure of a metric by which no cell is best."""
    means = [float(mean) for mean in np.atleast_1d(intervals(sweep.values(metric))[0])]
    there = [number for number, mean in enumerate(means, 1) if not math.isnan(mean)]
    ends = (
        min(there, key=lambda number: means[number - 1]),
        max(there, key=lambda number: means[number - 1]),
    )
    told = [_clause(sweep, sweep.design.cells[number - 1]) for number in ends]
    if max(map(len, told)) > _LONGEST_TOLD // 2:
        low, high = (_figure(sweep, metric, number) for number in ends)
    else:
        low, high = (
            f"{_figure(sweep, metric, number)} ({where})" for number, where in zip(ends, told, strict=True)
        )
    if ends[0] == ends[1]:
        return f"{label(metric)}: {low}; there is no such figure in the other cells."
    return f"{label(metric)}: from {low} to {high}."


def _first(figures: Sequence[str], most: int) -> str:
    """List the first ``most`` figures, and the number of the others."""
    rest = f" and {len(figures) - most} more" if len(figures) > most else ""
    return f"{', '.join(figures[:most])}{rest}"


def _rivals(sweep: Sweep, alike: Sequence[Leaders], *, named: bool) -> str:
    """Return the end of the sentence: the cells that may be as good, listed if ``named``, else counted."""
    best, count = alike[0].best, len(sweep.design.cells)
    others = [number for number in alike[0].contenders if number != best]
    if sweep.replications == 1:
        return "."
    if not others:
        return ". No other cell is as good, with 95 % confidence."
    listed = _listed(sweep, others) if named else _counted(others)
    if all(_equal(sweep, one.metric, best, number) for one in alike for number in others):
        return f". Exactly as good: {listed}."
    if len(others) == count - 1:
        return ". But that may be chance: no cell is certainly worse."
    return f". As good may be {listed}{_in_common(sweep, alike[0]) if named or len(others) > _MOST_NAMED else ''}."


def _ends(sweep: Sweep, leaders: Mapping[str, Leaders | None]) -> Iterator[str]:
    """Yield sentences on values, at an end of those tried, that all contenders for profit or cost share."""
    found = next((one for metric, one in leaders.items() if metric in _MONEY and one is not None), None)
    if found is None:
        return
    for one in sweep.design.levels:
        shared = {sweep.design.cells[number - 1][one.path] for number in found.contenders}
        if one.numbers is None or len(one.numbers) < 3 or len(shared) > 1:
            continue
        value = shared.pop()
        number = one.numbers[one.values.index(value)]
        if number in {min(one.numbers), max(one.numbers)}:
            end = _clause(sweep, {one.path: value})
            yield f"{end} is the end of what was tried: beyond it {name_of(found.metric)} may be better still."


def _figure(sweep: Sweep, metric: str, number: int) -> str:
    row: Any = sweep.summary[(sweep.summary["metric"] == metric) & (sweep.summary["cell"] == number)].iloc[0]
    return str(numeral(Estimate(row["mean"], row["half_width"], row["unit"], row["n"])))


def name_of(metric: str) -> str:
    """Return the label of a metric for use within a sentence."""
    return label(metric)[:1].lower() + label(metric)[1:]


def _equal(sweep: Sweep, metric: str, one: int, other: int) -> bool:
    """Test whether a metric is the same in two cells, numbered from 1, in every replication."""
    values = sweep.values(metric)
    return bool(np.array_equal(values[:, one - 1], values[:, other - 1], equal_nan=True))


def _listed(sweep: Sweep, numbers: Sequence[int]) -> str:
    """Return the values of cells, numbered from 1; of more than three only their number."""
    if len(numbers) > _MOST_NAMED:
        return _counted(numbers)
    return "; ".join(_clause(sweep, sweep.design.cells[number - 1]) for number in numbers)


def _counted(numbers: Sequence[int]) -> str:
    return f"{quantity(len(numbers))} other {'cell' if len(numbers) == 1 else 'cells'}"


def _in_common(sweep: Sweep, found: Leaders) -> str:
    """Return the values of varied paths that all contenders share, as a clause; empty for few contenders."""
    cells = sweep.design.cells
    if len(found.contenders) <= _MOST_NAMED + 1:
        return ""
    shared = {
        path: cells[found.best - 1][path]
        for path in sweep.paths
        if len({cell[path] for cell in cells}) > 1
        and len({cells[number - 1][path] for number in found.contenders}) == 1
    }
    told = _clause(sweep, shared)
    return f", all with {told}" if shared and len(told) <= _LONGEST_TOLD else ""


def _clause(sweep: Sweep, values: Values) -> str:
    """Return the values of settings as text: ``r = 800, Q = 450``."""
    names = short(sweep.paths)
    # `say` breaks no line at a no-break space.
    return ", ".join(f"{names[path]} = {value}".replace(" ", "\u00a0") for path, value in values.items())
