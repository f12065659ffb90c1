"""The report of an optimisation as it stands in the console: the best, the finalists, and what is not certain."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, TypeAlias

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.experiments.goals import Constraint, Figure
from simulator.experiments.optimise import AS_IS, Optimisation
from simulator.experiments.search import Trial
from simulator.experiments.statistics import Estimate
from simulator.experiments.variants import Values
from simulator.reports.cells import name_of, scale, short
from simulator.reports.console import say
from simulator.reports.numerals import change, numeral, percent, quantity, unit_beside
from simulator.reports.verdict import label

_GAP: Final = 2
_MOST_NAMED: Final = 3

Column: TypeAlias = tuple[str, list[str]]
"""Heading and cells."""


def show_optimisation(console: Console, found: Optimisation, file: Path | None = None) -> None:
    """Print the whole report; with the scenario's file also the command that plays the best."""
    scenario, goals = found.problem.scenario, found.problem.goals
    aims = " and ".join(str(one) for one in goals.objectives)
    limits = f" subject to {', '.join(str(one) for one in goals.constraints)}" if goals.constraints else ""
    say(console, f"{scenario.name} · {aims}{limits}", "bold")
    if scenario.question:
        say(console, scenario.question, "italic")
    console.print()
    for sentence in sentences(found):
        say(console, sentence)
    if found.ranked:
        console.print()
        console.print(table(found, console.width))
    console.print()
    for note in notes(found):
        say(console, note, "dim")
    if found.settings and file is not None:
        words = [word for setting in found.settings for word in ("--set", setting)]
        console.print()
        console.print(Text(shlex.join(["simulator", "run", str(file), *words])), soft_wrap=True)


def sentences(found: Optimisation) -> Iterator[str]:
    """What was found, how sure it is, and what it is worth."""
    if found.finals is None:
        yield f"Every setting that was tried certainly breaks a limit: {_listed(found.problem.goals.constraints)}."
        yield from _on_nearest(found)
    elif found.front:
        yield from _on_front(found)
    elif found.best is None:
        yield (
            f"No finalist keeps the limits: {_listed(found.problem.goals.constraints)}. "
            "Those that break them least are below."
        )
    else:
        yield from _on_best(found, found.best)
    yield _on_search(found)


def _on_best(found: Optimisation, best: Trial) -> Iterator[str]:
    assert found.finals is not None
    assert found.finals.best is not None
    selected, objective = found.finals.best, found.problem.goals.objectives[0]
    estimate = found.finals.estimate(objective.figure, best.name)
    gain = _against_as_is(found, objective.figure, best.name)
    yield f"Best: {_told(found, best.values)}, with {_named(objective.figure)} {numeral(estimate)}{gain}."
    matters = _size(selected.indifference, estimate)
    rivals = [one for one in found.ranked if one.name in selected.remaining and one.name != best.name]
    eligible = [
        name for name, verdict in found.finals.verdicts.items() if verdict == found.finals.verdicts[best.name]
    ]
    if len(eligible) == 1:
        if len(found.ranked) > 1:
            yield "No other finalist was found to keep the limits as surely."
        elif len(found.tried) > 1:
            yield "No other was left after the search: all were certainly worse, or certainly break a limit."
    elif selected.decided and rivals:
        yield f"Exactly as good: {_some(found, rivals)}."
    elif selected.decided:
        yield (
            f"It is the best of {quantity(len(eligible))} finalists, with {_percent(selected.confidence)} probability "
            f"of a correct choice where a difference of {matters} matters."
        )
    else:
        yield (
            f"Which finalist is best was not decided within {quantity(found.problem.budget.limit)} replications, where "
            f"a difference of {matters} matters: as good may be {_some(found, rivals)}."
        )
    yield from _on_limits(found, best)
    for axis, place in found.problem.space.ends(best.point):
        end = _told(found, {axis.path: axis.text(place)})
        yield f"{end} is the end of its range: beyond it {_named(objective.figure)} may be better still."


def _on_limits(found: Optimisation, best: Trial) -> Iterator[str]:
    """Whether the best keeps the limits, and who would be better but may not."""
    assert found.finals is not None
    constraints = found.problem.goals.constraints
    if not constraints:
        return
    held = "; ".join(
        f"{_named(one.figure)} {numeral(found.finals.estimate(one.figure, best.name))} ({one.condition})"
        for one in constraints
    )
    if found.finals.verdicts[best.name] == "keeps":
        yield f"It keeps the limits, with {_percent(found.finals.confidence)} confidence: {held}."
    else:
        yield f"Whether it keeps the limits is not certain, nor that of any other finalist: {held}."
        return
    objective = found.problem.goals.objectives[0]
    mean = found.finals.estimate(objective.figure, best.name).mean
    better = [
        one
        for one in found.ranked
        if found.finals.verdicts[one.name] == "unclear"
        and objective.sign * (found.finals.estimate(objective.figure, one.name).mean - mean) > 0
    ]
    if better:
        yield (
            f"Better may be {_some(found, better)}, if the limits are kept there, which "
            f"{quantity(found.problem.budget.limit)} replications could not decide (--limit)."
        )


def _on_nearest(found: Optimisation) -> Iterator[str]:
    """The candidate of the search that breaks its worst limit by least."""
    race, constraints = found.race, found.problem.goals.constraints
    played = [trial for trial in found.tried if trial.state != "impossible"]
    nearest = min(played, key=lambda trial: race.worst(trial.name))
    figures = dict.fromkeys(one.figure for one in constraints)
    means = [Estimate(race.mean(figure, nearest.name), math.nan, figure.unit, 1) for figure in figures]
    told = ", ".join(f"{_named(figure)} {numeral(mean)}" for figure, mean in zip(figures, means, strict=True))
    yield f"Nearest comes {_told(found, nearest.values)}: {told}."


def _on_front(found: Optimisation) -> Iterator[str]:
    """The trade-off between two objectives: both ends, and what the one costs in the other."""
    assert found.finals is not None
    one, other = (objective.figure for objective in found.problem.goals.objectives)
    count = len(found.front)
    if count == 1:
        yield f"One setting is best in both: {_told(found, found.front[0].values)}."
        return
    ends = [
        f"{_told(found, trial.values)} ({_named(one)} {numeral(found.finals.estimate(one, trial.name))}, "
        f"{_named(other)} {numeral(found.finals.estimate(other, trial.name))})"
        for trial in (found.front[0], found.front[-1])
    ]
    yield (
        f"{quantity(count)} settings are best in this sense: none of the others tried is better in both {_named(one)} "
        f"and {_named(other)}. They lie between {ends[0]} and {ends[1]}."
    )


def _on_search(found: Optimisation) -> str:
    size = quantity(found.problem.space.size)
    if found.exhaustive:
        return f"All {size} settings were tried."
    return (
        f"{quantity(len(found.tried))} of {size} settings were tried: a better one may be among the others."
    )


def _against_as_is(found: Optimisation, figure: Figure, name: str) -> str:
    """How much the best has more or less than the scenario as it is."""
    assert found.finals is not None
    before = found.finals.estimate(figure, AS_IS)
    apart = found.finals.difference(figure, name, AS_IS)
    if abs(apart.mean) <= apart.half_width or not apart.n:
        return ", which is not certainly another than as it is"
    word = "more" if apart.mean > 0 else "less"
    text = str(change(apart, before.mean)).lstrip("+-") + unit_beside(figure.unit, before.mean)
    share = (
        f" ({percent(abs(apart.mean / before.mean))})" if before.mean > 0 and figure.unit != "share" else ""
    )
    return f", {text} {word} than as it is{share}"


def table(found: Optimisation, width: int) -> Table:
    """The finalists, the best first, and the scenario as it is: values, figures, what it lacks, replications.

    Columns for which there is no room are left out, the last ones first.
    """
    leading = {found.best.name} if found.best is not None else {one.name for one in found.front}
    names = [*(one.name for one in found.ranked), AS_IS]
    styles = ["bold green" if name in leading else "dim" if name == AS_IS else "" for name in names]
    values = _values(found)
    columns = [*values, *_figures(found, names)]
    least = [max(map(len, (*heading.split(), *cells))) for heading, cells in columns]
    while len(columns) > len(values) + 1 and sum(least) + _GAP * (len(least) - 1) > width:
        columns.pop()
        least.pop()
    made = Table(box=None, padding=(0, _GAP, 0, 0), pad_edge=False, header_style="bold")
    for k, ((heading, _), narrowest) in enumerate(zip(columns, least, strict=True)):
        made.add_column(heading, justify="left" if k < len(values) else "right", width=narrowest)
    for row, style in enumerate(styles):
        made.add_row(*(Text(cells[row], style=style) for _, cells in columns))
    return made


def _values(found: Optimisation) -> list[Column]:
    """A column for each path."""
    short_names = short([axis.path for axis in found.problem.space.axes])
    columns = [(name, [one.values[path] for one in found.ranked]) for path, name in short_names.items()]
    return [(name, [*cells, "" if k else AS_IS]) for k, (name, cells) in enumerate(columns)]


def _figures(found: Optimisation, names: Sequence[str]) -> Iterator[Column]:
    """A column for each figure of the goals, then what else is known of the finalists."""
    assert found.finals is not None
    for figure in found.problem.goals.figures:
        factor, unit = _scale(found, figure, names)
        cells = [_cell(found.finals.estimate(figure, name), factor) for name in names]
        yield f"{_heading(figure)}{f' [{unit}]' if unit else ''}", cells
    if found.best is not None:
        yield "Against the best", [_lead(found, name) for name in names]
    if found.problem.goals.constraints:
        yield "Limits", [found.finals.verdicts.get(name, "") for name in names]
    yield "Replications", [quantity(found.finals.panel.count(name)) for name in names]


def _scale(found: Optimisation, figure: Figure, names: Sequence[str]) -> tuple[float, str]:
    """What a figure is multiplied by in all rows, and the unit it then has."""
    assert found.finals is not None
    means = [abs(found.finals.estimate(figure, name).mean) for name in names]
    return scale(figure.unit, max((mean for mean in means if not math.isnan(mean)), default=1.0))


def _cell(estimate: Estimate, factor: float) -> str:
    return str(numeral(Estimate(estimate.mean * factor, estimate.half_width * factor, "", estimate.n)))


def _lead(found: Optimisation, name: str) -> str:
    assert found.finals is not None
    assert found.best is not None
    if name == found.best.name:
        return ""
    figure = found.problem.goals.objectives[0].figure
    beside = found.finals.estimate(figure, found.best.name).mean
    apart = found.finals.difference(figure, name, found.best.name)
    return f"{change(apart, beside)}{unit_beside(figure.unit, beside)}"


def notes(found: Optimisation) -> Iterator[str]:
    """How to read the table."""
    if not found.ranked:
        return
    yield (
        "± is half of a 95 % confidence interval. Finalists are played before other customers than those of the "
        "search, so that luck does not count; differences are between replications with the same customers."
    )


def _told(found: Optimisation, values: Values) -> str:
    names = short([axis.path for axis in found.problem.space.axes])
    # say() breaks no line at such a blank.
    return ", ".join(f"{names[path]} = {value}".replace(" ", "\u00a0") for path, value in values.items())


def _some(found: Optimisation, trials: list[Trial]) -> str:
    if len(trials) > _MOST_NAMED:
        return f"{quantity(len(trials))} others"
    return "; ".join(_told(found, trial.values) for trial in trials)


def _named(figure: Figure) -> str:
    """A figure within a sentence."""
    return name_of(figure.metric) + (f" of {figure.group}" if figure.group is not None else "")


def _heading(figure: Figure) -> str:
    return label(figure.metric) + (f" [{figure.group}]" if figure.group is not None else "")


def _listed(constraints: tuple[Constraint, ...]) -> str:
    return ", ".join(str(one) for one in constraints)


def _size(value: float, beside: Estimate) -> str:
    """The smallest difference that matters, as differences of such a figure are written."""
    text = str(change(Estimate(value, float("nan"), beside.unit, 1), beside.mean)).lstrip("+")
    return f"{text}{unit_beside(beside.unit, beside.mean)}"


def _percent(confidence: float) -> str:
    return f"{100 * confidence:g} %"
