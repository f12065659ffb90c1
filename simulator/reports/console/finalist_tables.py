"""Tables of an optimisation in the console: finalists and the scenario as it is, or the nearest settings."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Sequence

from rich.table import Table
from rich.text import Text

from simulator.experiments.optimising.goals import GoalFigure
from simulator.experiments.optimising.optimisation import AS_IS, Optimisation
from simulator.experiments.optimising.search import Trial
from simulator.experiments.statistics.confidence_intervals import Estimate, interval
from simulator.metrics.metric_labels import label
from simulator.reports.console.stacked_tables import Column, stacked
from simulator.reports.wording.numerals import change, numeral, quantity, unit_beside
from simulator.reports.wording.sweep_sentences import scale, short


def finalist_tables(found: Optimisation, width: int) -> list[Table]:
    """Make tables of the finalists, the best first, and of the scenario as it is.

    Columns are the values of a setting, its figures, its difference from the best, its verdict on the limits,
    and its replications. If no setting reached the finals, the rows are the settings of the search that come
    nearest to keeping the limits, without difference and verdict.
    """
    if found.finals is None:
        return stacked(_values(found, found.nearest), list(_figures_of_search(found)), width)
    leading = {found.best.name} if found.best is not None else {one.name for one in found.front}
    names = [*(one.name for one in found.ranked), AS_IS]
    styles = ["bold green" if name in leading else "dim" if name == AS_IS else "" for name in names]

    def styled(columns: Iterable[Column]) -> list[Column]:
        return [
            (heading, [Text(cell.plain, style=style) for cell, style in zip(cells, styles, strict=True)])
            for heading, cells in columns
        ]

    values = [
        (heading, [*cells, Text("" if k else AS_IS)])
        for k, (heading, cells) in enumerate(_values(found, found.ranked))
    ]
    return stacked(styled(values), styled(_figures(found, names)), width)


def _values(found: Optimisation, trials: Sequence[Trial]) -> list[Column]:
    """Make a column of values for each path that was varied."""
    short_names = short([axis.path for axis in found.problem.space.axes])
    return [(name, [Text(one.values[path]) for one in trials]) for path, name in short_names.items()]


def _figures(found: Optimisation, names: Sequence[str]) -> Iterator[Column]:
    """Yield a column for each figure of the goals, then differences, verdicts and replications."""
    assert found.finals is not None
    for figure in found.problem.goals.figures:
        yield _figure(figure, [found.finals.estimate(figure, name) for name in names])
    if found.best is not None:
        yield "Against the best", [Text(_lead(found, name)) for name in names]
    if found.problem.goals.constraints:
        yield "Limits", [Text(found.finals.verdict(name)) for name in names]
    yield "Replications", [Text(quantity(found.finals.panel.count(name))) for name in names]


def _figures_of_search(found: Optimisation) -> Iterator[Column]:
    """Yield a column for each figure of the goals, then replications, for the nearest settings."""
    names = [trial.name for trial in found.nearest]
    for figure in found.problem.goals.figures:
        values = [found.race.values(figure, name) for name in names]
        yield _figure(figure, [Estimate(*interval(one), figure.unit, len(one)) for one in values])
    yield "Replications", [Text(quantity(found.race.panel.count(name))) for name in names]


def _figure(figure: GoalFigure, estimates: Sequence[Estimate]) -> Column:
    """Make the column of a figure, all cells in the unit that suits the largest mean."""
    means = [abs(one.mean) for one in estimates if not math.isnan(one.mean)]
    factor, unit = scale(figure.unit, max(means, default=1.0))
    cells = [
        str(numeral(Estimate(one.mean * factor, one.half_width * factor, "", one.n))) for one in estimates
    ]
    return f"{_heading(figure)}{f' [{unit}]' if unit else ''}", [Text(cell) for cell in cells]


def _lead(found: Optimisation, name: str) -> str:
    """Return the difference of a setting from the best in the objective; empty for the best itself."""
    assert found.finals is not None
    assert found.best is not None
    if name == found.best.name:
        return ""
    figure = found.problem.goals.objectives[0].figure
    beside = found.finals.estimate(figure, found.best.name).mean
    apart = found.finals.difference(figure, name, found.best.name)
    return f"{change(apart, beside)}{unit_beside(figure.unit, beside)}"


def _heading(figure: GoalFigure) -> str:
    return label(figure.metric) + (f" [{figure.group}]" if figure.group is not None else "")
