"""Console report of an optimisation: sentences on the best setting, and tables of the finalists."""

from __future__ import annotations

import math
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from simulator.experiments.optimising.goals import Constraint, GoalFigure
from simulator.experiments.optimising.optimisation import AS_IS, Optimisation
from simulator.experiments.optimising.search import Trial
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.experiments.sweeping.variants import Values
from simulator.reports.console.finalist_tables import finalist_tables
from simulator.reports.console.screen import say
from simulator.reports.wording.numerals import change, numeral, percent, quantity, unit_beside
from simulator.reports.wording.precision_notes import measured_time
from simulator.reports.wording.sweep_sentences import name_of, short
from simulator.scenario.sections.run import Run

_MOST_NAMED: Final = 3
_LONGEST_TOLD: Final = 100
"""Length of a setting, in characters, above which the first sentence refers to the table."""


def show_optimisation(console: Console, found: Optimisation, file: Path | None = None) -> None:
    """Print the report and, if the scenario's ``file`` is given, the command that runs the best setting."""
    scenario, goals = found.problem.scenario, found.problem.goals
    aims = " and ".join(str(one) for one in goals.objectives)
    limits = f" subject to {', '.join(str(one) for one in goals.constraints)}" if goals.constraints else ""
    say(console, f"{scenario.name} · {aims}{limits}", "bold")
    if scenario.question:
        say(console, scenario.question, "italic")
    claim, *further = optimisation_sentences(found)
    console.print()
    say(console, claim)
    console.print()
    for sentence in further:
        say(console, sentence)
    console.print()
    say(console, measured_time(_runs(found)))
    for table in finalist_tables(found, console.width):
        console.print()
        console.print(table)
    console.print()
    for note in optimisation_notes(found):
        say(console, note, "dim")
    if found.settings and file is not None:
        words = [word for setting in found.settings for word in ("--set", setting)]
        console.print()
        console.print(Text(shlex.join(["simulator", "run", str(file), *words])), soft_wrap=True)


def _runs(found: Optimisation) -> Iterator[Run]:
    """Yield section ``run`` of the scenario as it is and, if settings change it, of each finalist."""
    yield found.problem.scenario.run
    if any(axis.path.startswith("run.") for axis in found.problem.space.axes):
        for one in found.ranked:
            yield found.problem.variants.one(one.values).run


def optimisation_sentences(found: Optimisation) -> Iterator[str]:
    """Yield sentences on the best setting, its gain and its certainty, then one on the extent of the search.

    The first sentence can stand alone.
    """
    if found.finals is None:
        certain = all(trial.state in {"breaks a limit", "impossible"} for trial in found.tried)
        start = (
            "Every setting that was tried certainly breaks a limit"
            if certain
            else "No setting was found to keep the limits"
        )
        yield f"{start}: {_listed(found.problem.goals.constraints)}."
        yield from _on_nearest(found)
    elif found.front:
        yield from _on_front(found)
    elif found.best is None:
        yield (
            f"No finalist keeps the limits: {_listed(found.problem.goals.constraints)}. "
            "The first one in the table comes nearest."
        )
    else:
        yield from _on_best(found, found.best)
    yield _on_search(found)


def _on_best(found: Optimisation, best: Trial) -> Iterator[str]:
    """Yield sentences on the best setting: figure, certainty, limits, and values at an end of a range."""
    assert found.finals is not None
    assert found.finals.best is not None
    selected, objective = found.finals.best, found.problem.goals.objectives[0]
    estimate = found.finals.estimate(objective.figure, best.name)
    told = _clause(found, best.values)
    if len(told) > _LONGEST_TOLD:
        told = "the first setting in the table"
    if found.is_as_it_is(best):
        yield f"Best: {told}, the scenario as it is, with {_named(objective.figure)} {numeral(estimate)}."
    else:
        gain = _against_as_is(found, objective.figure, best.name)
        yield f"Best: {told}, with {_named(objective.figure)} {numeral(estimate)}{gain}{_broken_as_it_is(found)}."
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
    yield from _on_as_it_is(found, best)
    yield from _on_service(found, best)
    for axis, place in found.problem.space.ends(best.point):
        end = _clause(found, {axis.path: axis.text(place)})
        yield f"{end} is the end of its range: beyond it {_named(objective.figure)} may be better still."


def _on_limits(found: Optimisation, best: Trial) -> Iterator[str]:
    """Yield sentences on the limits under the best setting, and on better finalists that may break one."""
    assert found.finals is not None
    constraints = found.problem.goals.constraints
    if not constraints:
        return
    held = _held(found, best.name)
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


def _on_as_it_is(found: Optimisation, best: Trial) -> Iterator[str]:
    """Yield a sentence on the limits under the scenario as it is, if it breaks or may break one."""
    assert found.finals is not None
    verdict = found.finals.verdict(AS_IS)
    if verdict != "keeps" and not found.is_as_it_is(best):
        doubt = "breaks" if verdict == "breaks" else "may break"
        yield f"The scenario as it is {doubt} a limit: {_held(found, AS_IS)}."


def _on_service(found: Optimisation, best: Trial) -> Iterator[str]:
    """Yield a warning if, without any limit, a figure is minimised at the expense of the fill rate."""
    assert found.finals is not None
    goals, service = found.problem.goals, GoalFigure("fill_rate")
    if goals.constraints or goals.objectives[0].better != "down":
        return
    lost = found.finals.difference(service, best.name, AS_IS)
    if lost.mean + lost.half_width < 0:
        there, before = (numeral(found.finals.estimate(service, name)) for name in (best.name, AS_IS))
        yield (
            f"But fill rate is {there} there and {before} as it is, and no limit keeps it up: give one, as in "
            "--subject-to 'fill_rate >= 95 %', or --maximise profit."
        )


def _held(found: Optimisation, name: str) -> str:
    """Return the figure of each limit under one setting, with its condition."""
    assert found.finals is not None
    return "; ".join(
        f"{_named(one.figure)} {numeral(found.finals.estimate(one.figure, name))} ({one.condition})"
        for one in found.problem.goals.constraints
    )


def _on_nearest(found: Optimisation) -> Iterator[str]:
    """Yield a sentence on the candidate of the search whose largest violation of a limit is the smallest."""
    race, constraints = found.race, found.problem.goals.constraints
    nearest = found.nearest[0]
    figures = dict.fromkeys(one.figure for one in constraints)
    means = [Estimate(race.mean(figure, nearest.name), math.nan, figure.unit, 1) for figure in figures]
    told = ", ".join(f"{_named(figure)} {numeral(mean)}" for figure, mean in zip(figures, means, strict=True))
    yield f"Nearest comes {_clause(found, nearest.values)}: {told}."


def _on_front(found: Optimisation) -> Iterator[str]:
    """Yield sentences on the trade-off between two objectives: the number of best settings, and both ends."""
    assert found.finals is not None
    one, other = (objective.figure for objective in found.problem.goals.objectives)
    count = len(found.front)
    if count == 1:
        figures = " and ".join(
            f"{_named(figure)} {numeral(found.finals.estimate(figure, found.front[0].name))}"
            for figure in (one, other)
        )
        yield f"One setting is best in both: {_clause(found, found.front[0].values)}, with {figures}."
        return
    ends = [
        f"{_clause(found, trial.values)} ({_named(one)} {numeral(found.finals.estimate(one, trial.name))}, "
        f"{_named(other)} {numeral(found.finals.estimate(other, trial.name))})"
        for trial in (found.front[0], found.front[-1])
    ]
    yield (
        f"{quantity(count)} settings are best in this sense: none of the others tried is better in both {_named(one)} "
        f"and {_named(other)}."
    )
    yield f"They lie between {ends[0]} and {ends[1]}."


def _on_search(found: Optimisation) -> str:
    """Return a sentence on the number of settings tried, and of all settings."""
    size = quantity(found.problem.space.size)
    if found.exhaustive:
        return f"All {size} settings were tried."
    return (
        f"{quantity(len(found.tried))} of {size} settings were tried: a better one may be among the others."
    )


def _against_as_is(found: Optimisation, figure: GoalFigure, name: str) -> str:
    """Return the difference of a setting from the scenario as it is, as the end of a sentence.

    The text is empty if no replication has the figure under both.
    """
    assert found.finals is not None
    before = found.finals.estimate(figure, AS_IS)
    apart = found.finals.difference(figure, name, AS_IS)
    if not apart.n:
        return ""
    if abs(apart.mean) <= apart.half_width:
        return ", not certainly more or less than as it is" if apart.half_width else ", the same as it is"
    word = "more" if apart.mean > 0 else "less"
    text = str(change(apart, before.mean)).lstrip("+-") + unit_beside(figure.unit, before.mean)
    share = (
        f" ({percent(abs(apart.mean / before.mean))})" if before.mean > 0 and figure.unit != "share" else ""
    )
    return f", {text} {word} than as it is{share}"


def _broken_as_it_is(found: Optimisation) -> str:
    """Return a remark, the end of a sentence, if the scenario as it is breaks or may break a limit."""
    assert found.finals is not None
    return {"keeps": "", "breaks": ", where a limit is broken", "unclear": ", where a limit may be broken"}[
        found.finals.verdict(AS_IS)
    ]


def optimisation_notes(found: Optimisation) -> Iterator[str]:
    """Yield notes on how to read the table."""
    if not found.ranked:
        yield (
            "Shown are the settings that come nearest to keeping the limits. ± is half of a 95 % confidence interval, "
            "over the few replications that it took to see that a limit is broken."
        )
        return
    yield (
        "± is half of a 95 % confidence interval. Finalists are played before other customers than those of the "
        "search, so that luck does not count; differences are between replications with the same customers."
    )


def _clause(found: Optimisation, values: Values) -> str:
    """Return the values of a setting as text: ``r = 800, Q = 450``."""
    names = short([axis.path for axis in found.problem.space.axes])
    # `say` breaks no line at a no-break space.
    return ", ".join(f"{names[path]} = {value}".replace(" ", "\u00a0") for path, value in values.items())


def _some(found: Optimisation, trials: list[Trial]) -> str:
    """Return the settings of these trials, or their number if there are more than three."""
    if len(trials) > _MOST_NAMED:
        return f"{quantity(len(trials))} others"
    return "; ".join(_clause(found, trial.values) for trial in trials)


def _named(figure: GoalFigure) -> str:
    """Return the name of a figure, with its group if it has one, for use within a sentence."""
    return name_of(figure.metric) + (f" of {figure.group}" if figure.group is not None else "")


def _listed(constraints: tuple[Constraint, ...]) -> str:
    return ", ".join(str(one) for one in constraints)


def _size(value: float, beside: Estimate) -> str:
    """Return the smallest difference that matters as text, in the unit of the figure's differences.

    Args:
        value: the difference, in the unit of ``beside``.
        beside: the figure, whose size decides between days, hours and minutes.
    """
    if beside.unit == "share":
        return f"{100 * value:.2g} points"
    text = str(change(Estimate(value, float("nan"), beside.unit, 1), beside.mean)).lstrip("+")
    return f"{text}{unit_beside(beside.unit, beside.mean)}"


def _percent(confidence: float) -> str:
    return f"{100 * confidence:g} %"
