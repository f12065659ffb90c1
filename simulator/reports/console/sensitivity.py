"""Console report of a sensitivity analysis: sentences and a table of the inputs' effects for each figure."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.experiments.sweeping.sensitivity import Sensitivity
from simulator.reports.console.screen import say
from simulator.reports.console.stacked_tables import stacked
from simulator.reports.wording.numerals import quantity
from simulator.reports.wording.precision_notes import measured_time
from simulator.reports.wording.sensitivity_sentences import FigureEffects, sensitivity_notes
from simulator.reports.wording.sweep_sentences import name_of


def show_sensitivity(console: Console, outcome: Sensitivity) -> None:
    """Print the report of a sensitivity analysis."""
    scenario = next(iter(outcome.design.scenarios.values()))
    each = "1 replication" if outcome.replications == 1 else f"{quantity(outcome.replications)} replications"
    say(console, f"{scenario.name} · {quantity(len(outcome.design.cells))} points, {each} each", "bold")
    if scenario.question:
        say(console, scenario.question, "italic")
    for k, (metric, found) in enumerate(outcome.found.items()):
        figure = FigureEffects(outcome, metric, found)
        claim, *further = figure.sentences()
        console.print()
        say(console, claim)
        if k == 0:
            console.print()
            say(console, measured_time(one.run for one in outcome.design.scenarios.values()))
        for table in _tables(figure, console.width):
            console.print()
            console.print(table)
        if further:
            console.print()
            say(console, " ".join(further))
    missing = [name_of(metric) for metric in outcome.metrics if metric not in outcome.found]
    if missing:
        console.print()
        say(console, f"Not there in every replication, so that it cannot be analysed: {', '.join(missing)}.")
    console.print()
    for note in sensitivity_notes(outcome):
        say(console, note, "dim")


def _tables(figure: FigureEffects, width: int) -> list[Table]:
    """Make tables of the inputs' effects on a figure, fitted to a console of ``width`` characters."""
    rows = [(row, "" if row.sure else "dim") for row in figure.rows()]
    first, second = figure.titles()
    return stacked(
        [(figure.label, [Text(row.name, style=style) for row, style in rows])],
        [
            ("over", [Text(row.over, style=style) for row, style in rows]),
            (first, [Text(row.first, style=style) for row, style in rows]),
            (second, [Text(row.second, style=style) for row, style in rows]),
            ("", [Text(row.word, style=style) for row, style in rows]),
        ],
        width,
    )
