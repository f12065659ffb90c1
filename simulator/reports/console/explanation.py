"""Console report of an explanation: sentences, bars of the causes' shares, tables of outcomes and causes."""

from __future__ import annotations

from typing import Final

from rich.bar import Bar
from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.experiments.explaining.causes import CAUSES
from simulator.experiments.explaining.explanation import Explanation
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.console.screen import say, say_claim
from simulator.reports.wording.explanation_sentences import CUSTOMERS, CauseFigures, explanation_sentences
from simulator.reports.wording.numerals import numeral, percent, quantity

COLUMNS: Final = {
    "backordered_orders": "Customers",
    "wait_days": "Unit days",
    "lost_profit": "Profit lost",
}
"""Headings of the outcomes shown, by name of the outcome."""
_WIDEST_BAR: Final = 40
_BASE: Final = "none of these"
"""Label of the outcome with all causes switched off."""


def show_explanation(console: Console, explanation: Explanation, alternative: str | None) -> None:
    """Print the report; ``alternative`` is the one applied to the scenario, if any."""
    scenario = explanation.scenario
    say(console, f"{scenario.name} · {alternative}" if alternative else scenario.name, "bold")
    say(console, "Why did customers wait?", "italic")
    console.print()
    say_claim(console, explanation_sentences(explanation))
    tables = CauseFigures(explanation)
    if tables.as_is(CUSTOMERS).mean > 0 and explanation.playing:
        console.print()
        console.print(_picture(tables, console.width))
        console.print()
        console.print(_figures(tables))
        console.print()
        console.print(_meanings(tables))
        console.print()
        say(console, _notes(explanation), "dim")
    console.print()


def _picture(figures: CauseFigures, width: int) -> Table:
    """Draw a bar for each cause, proportional to its share of the customers who waited.

    A cause with a negative share has no bar: with it fewer customers waited.
    """
    whole = figures.as_is(CUSTOMERS).mean
    shares = {CAUSES[name].because: figures.value(CUSTOMERS, name).mean / whole for name in figures.causes}
    shares[_BASE] = figures.base(CUSTOMERS).mean / whole
    most = max(shares.values())
    label = max(map(len, shares))
    table = _table("Waited because of", no_wrap=False)
    table.add_column()
    table.add_column("Share", justify="right", no_wrap=True)
    bar = max(8, min(width - label - 12, _WIDEST_BAR))
    for name, share in shares.items():
        picture = Bar(most, 0.0, max(share, 0.0), width=bar)
        table.add_row(Text(name), picture, Text(_percent(share)))
    return table


def _figures(figures: CauseFigures) -> Table:
    """Make the table of outcomes: the part that each cause adds, the outcome without causes, and as it is."""
    table = _table("Because of", no_wrap=False)
    for title in COLUMNS.values():
        table.add_column(title, justify="right", no_wrap=True)
    for name in figures.causes:
        cells = [_cell(figures.value(outcome, name)) for outcome in COLUMNS]
        table.add_row(Text(CAUSES[name].because), *cells)
    table.add_row(Text(_BASE), *(_cell(figures.base(outcome)) for outcome in COLUMNS))
    table.add_row(Text("all", style="bold"), *(_cell(figures.as_is(outcome), "bold") for outcome in COLUMNS))
    return table


def _meanings(figures: CauseFigures) -> Table:
    """Make the table of causes: the name of each, and the state of the scenario when it is switched off."""
    table = _table("Cause")
    table.add_column("Switched off")
    for name in figures.causes:
        absent = "" if name in figures.explanation.playing else "not in this scenario: "
        table.add_row(Text(name), Text(absent + CAUSES[name].without))
    return table


def _table(title: str, *, no_wrap: bool = True) -> Table:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(title, no_wrap=no_wrap)
    return table


def _cell(estimate: Estimate, style: str = "") -> Text:
    return Text(str(numeral(estimate)), style=style)


def _percent(share: float) -> str:
    return f"-{percent(-share)}" if share < 0 else percent(share)


def _notes(explanation: Explanation) -> str:
    """Return notes on the method behind the figures, and on how to read them."""
    count, replications = len(explanation.played), quantity(explanation.replications)
    each = "1 replication" if explanation.replications == 1 else f"{replications} replications"
    causes = len(explanation.playing)
    what = f"All {count} combinations of {causes} causes"
    if explanation.permutations is not None:
        drawn = 2 * len(explanation.permutations)
        what = f"{count} of {2**causes} combinations of {causes} causes, for {drawn} of their sequences drawn at random"
    elif causes == 1:
        what = "With and without the cause"
    notes = [f"{what}; {each} of each, before the same customers."]
    if causes > 1:
        notes.append(
            "A cause is given what it adds on average over the sequences in which causes can come (Shapley value), "
            "so that all add up."
        )
    if explanation.replications > 1:
        included = "" if explanation.permutations is None else ", sequences that were not drawn included"
        notes.append(f"± is half of a 95 % confidence interval{included}.")
    notes.append("A unit day is a unit that a customer waits for one day.")
    return " ".join(notes)
