"""Console report of a comparison: sentences, then tables of verdicts, differences, customers and levels."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from typing import Any, Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.experiments.comparing.comparison import Comparison
from simulator.experiments.comparing.customer_welfare import EVERYBODY
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.bases import ASKED, COMPANIONS
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.console.levels import show_levels
from simulator.reports.console.screen import say, say_claim
from simulator.reports.console.stacked_tables import GAP, Column, split, width_of, wrapped
from simulator.reports.wording.comparison_notes import circumstances, unchanged
from simulator.reports.wording.comparison_verdict import verdict_rows, verdict_sentences
from simulator.reports.wording.level_tables import LevelTable
from simulator.reports.wording.numerals import NOTHING, change, numeral, percent
from simulator.reports.wording.precision_notes import measured_time

MARKS: Final = {"better": " ✓", "worse": " ✗", "different": " ≠", "unclear": "  "}
"""Mark behind a difference, by verdict: certainly good, certainly bad, certain but neither, uncertain."""
WORDS: Final = {
    "better": "better",
    "worse": "worse",
    "different": "differs",
    "unclear": "chance?",
    "same": "same",
}
"""Word for each verdict in the table of verdicts."""
_STYLES: Final = {
    "better": "green",
    "worse": "red",
    "different": "yellow",
    "unclear": "dim",
    "same": "dim",
}
_LONGEST_NAME: Final = 36
_SHORTEST_NAME: Final = 14
_MOST_TABLES: Final = 3
"""Most tables of differences; more would not be read, and the result folder has all figures."""


def show_comparison(console: Console, comparison: Comparison, levels: LevelTable | None = None) -> None:
    """Print the report; ``levels`` are those that differ between the alternatives, if any do."""
    scenario = comparison.scenarios[comparison.against]
    say(console, f"{scenario.name} · {len(comparison.others)} compared with '{comparison.against}'", "bold")
    if scenario.question:
        say(console, scenario.question, "italic")
    console.print()
    say_claim(console, verdict_sentences(comparison))
    for remark in circumstances(comparison):
        console.print()
        say(console, remark)
    console.print()
    names = (comparison.against, *comparison.others)
    say(console, measured_time(comparison.scenarios[name].run for name in names))
    for table in [
        *verdict_tables(comparison, console.width),
        *change_tables(comparison, console.width),
        *customer_tables(comparison, console.width),
    ]:
        console.print()
        console.print(table)
    if levels is not None:
        console.print()
        show_levels(console, levels, "Where levels differ")
    console.print()
    for note in _notes(comparison):
        say(console, note, "dim")


def verdict_tables(comparison: Comparison, width: int) -> list[Table]:
    """Make tables with a row for each alternative, and a word for each aspect, such as profit or stock.

    There is no table for one replication, in which no difference can be told from chance.
    """
    if comparison.replications == 1:
        return []
    aspects, rows = verdict_rows(comparison)
    columns = [
        (aspect, [Text(WORDS[row[1 + k]], style=_STYLES[row[1 + k]]) for row in rows])
        for k, aspect in enumerate(aspects)
    ]
    return _by_alternative(f"Against '{comparison.against}'", [row[0] for row in rows], columns, width)


def change_tables(comparison: Comparison, width: int) -> list[Table]:
    """Make tables of the differences of each alternative from the reference, in the metrics that are shown.

    If it fits the width, there is one table with a row for each metric and a column for each alternative.
    Else there are tables with a row for each alternative, at most ``_MOST_TABLES`` of them unless metrics
    were asked for.
    """
    shown = _Shown(comparison)
    names = shown.names
    columns = [(comparison.against, [shown.mean(metric) for metric in shown.metrics])]
    columns += [(name, [shown.change(name, metric) for metric in shown.metrics]) for name in names]
    labels = [label(metric) for metric in shown.metrics]
    if len(split(columns, width - max(map(len, labels), default=0) - GAP)) == 1:
        return [_table("", labels, columns)]
    rows = [comparison.against, *names]
    columns = [
        (label(metric), [shown.mean(metric), *(shown.change(name, metric) for name in names)])
        for metric in shown.metrics
    ]
    tables = _by_alternative("", rows, columns, width)
    return tables if comparison.plan.metrics is not None else tables[:_MOST_TABLES]


def customer_tables(comparison: Comparison, width: int) -> list[Table]:
    """Make tables of the shares of orders better and worse off, one row for each alternative.

    Columns are everybody and, if there are several, the segments. Alternatives under which every order fares
    the same are left out.
    """
    table = comparison.customers
    rows: list[Any] = list(table.itertuples())
    cells = {(row.alternative, row.segment): row for row in rows}
    names = [
        name for name in comparison.others if any(cells[key].same < 1 for key in cells if key[0] == name)
    ]
    segments = list(dict.fromkeys(table["segment"]))
    if not names:
        return []
    if len(segments) == 2:  # the only segment is the same as everybody
        segments = segments[:1]
    columns = [
        (_of_whom(segment), [_better_and_worse(cells.get((name, segment))) for name in names])
        for segment in segments
    ]
    return _by_alternative("Orders better / worse off", names, columns, width)


class _Shown:
    """Cells of the table of differences.

    Attributes:
        metrics: those that the comparison is about, and those that differ under some alternative.
        names: alternatives under which any of these differs.
    """

    def __init__(self, comparison: Comparison) -> None:
        table = comparison.differences
        table = table[table["shown"] & (table["dimension"] == "overall")]
        rows: list[Any] = list(table.itertuples())
        self._rows = {(row.alternative, row.metric): row for row in rows}
        means = comparison.means
        found: list[Any] = list(means[means["dimension"] == "overall"].itertuples())
        self._means = {(row.alternative, row.metric): row for row in found}
        self._against, self._lacking = comparison.against, comparison.lacking
        asked = set(comparison.plan.metrics or comparison.leading)
        self.metrics = [
            metric
            for metric in comparison.metrics
            if metric in asked or any(self._differs(name, metric) for name in comparison.others)
        ]
        self.names = [
            name for name in comparison.others if any(self._differs(name, metric) for metric in self.metrics)
        ]

    def mean(self, metric: str, name: str | None = None) -> Text:
        """Return the mean of a metric under an alternative, by default under the reference."""
        row = self._means[name or self._against, metric]
        return Text(numeral(Estimate(row.mean, float("nan"), row.unit, row.n)).mean)

    def change(self, name: str, metric: str) -> Text:
        """Return the difference of an alternative in a metric, with interval, mark and colour.

        For a metric that the reference lacks it is the alternative's own mean.
        """
        row, before = self._rows[name, metric], self._means[self._against, metric].mean
        if metric in self._lacking:
            return Text(f"{self.mean(metric, name)}  ")
        text = change(Estimate(row.difference, row.half_width, row.unit, row.n), before)
        return Text(f"{text}{MARKS[row.verdict]}", style=_STYLES[row.verdict])

    def _differs(self, name: str, metric: str) -> bool:
        return bool(self._rows[name, metric].differs)

    @property
    def of_others(self) -> list[str]:
        """Metrics marked ≠, because under some alternative they are over a group of another size."""
        return [
            metric
            for metric in self.metrics
            if any(
                self._rows[name, metric].of_changed and self._rows[name, metric].verdict == "different"
                for name in self.names
            )
        ]


def _by_alternative(title: str, rows: Sequence[str], columns: Sequence[Column], width: int) -> list[Table]:
    """Make tables with a row for each alternative; names are broken where that saves lines in all."""
    longest = max(map(len, (title, *rows)))

    def lines(room: int) -> tuple[int, int]:
        each = sum(len(textwrap.wrap(name, room)) for name in rows)
        return each * len(split(columns, width - room - GAP)), -room

    rooms = range(min(longest, _SHORTEST_NAME), min(longest, _LONGEST_NAME) + 1)
    room = min(rooms, key=lines)
    names = [wrapped(name, room) for name in rows]
    return [_table(wrapped(title, room), names, group) for group in split(columns, width - room - GAP)]


def _table(title: str, rows: Sequence[str], columns: Sequence[Column]) -> Table:
    table = Table(box=None, padding=(0, GAP, 0, 0), pad_edge=False, header_style="bold")
    table.add_column(title, no_wrap=True)
    for column in columns:
        table.add_column(wrapped(column[0], width_of(column)), justify="right", no_wrap=True)
    for k, row in enumerate(rows):
        table.add_row(Text(row), *(cells[k] for _, cells in columns))
    return table


def _better_and_worse(row: Any) -> Text:
    """Return the shares of orders better and worse off, in colour if one share is certainly larger."""
    if row is None or row.orders == 0:
        return Text(NOTHING)
    style = "green" if row.net > row.net_half_width else "red" if -row.net > row.net_half_width else ""
    return Text(f"{_short(row.better)} / {_short(row.worse)}", style=style)


def _short(share: float) -> str:
    """Write a share in per cent, with signs for "less than" and "more than"."""
    return percent(share).replace("less than ", "< ").replace("more than ", "> ")


def _of_whom(segment: str) -> str:
    """Return the heading of a segment's column."""
    return segment.capitalize() if segment == EVERYBODY else segment


def _notes(comparison: Comparison) -> list[str]:
    """Return notes on how to read the tables."""
    shown, notes = _Shown(comparison), list(unchanged(comparison))
    if comparison.lacking:
        named = ", ".join(map(label, comparison.lacking))
        notes.append(f"'{comparison.against}' has no such figure, so that the figure itself stands: {named}.")
    if comparison.replications > 1:
        notes.append(
            "Better and worse are certain, 'chance?' may be chance. "
            f"± is half of a 95 % confidence interval of a difference over {comparison.replications} replications. "
            "Marked ones, ✓ to the good and ✗ to the bad, hold together with 95 % confidence (Holm). "
            "Shares change in points."
        )
    if shown.of_others and comparison.replications > 1:
        notes.append(_on_groups(shown.of_others, comparison))
    if len(comparison.customers):
        notes.append(
            "Better off: more of the order is delivered, or as much, on average, more than an hour sooner."
        )
    notes.append("All figures, also by segment, are in the folder; --metric NAME shows one.")
    return notes


def _on_groups(metrics: Sequence[str], comparison: Comparison) -> str:
    """Return a note on metrics over a group whose size differs, and on the companions over all demand."""
    bases = dict.fromkeys(GLOSSARY[metric].of for metric in metrics)
    some = "; ".join(label(base).lower() for base in bases if base not in ASKED)
    away = "all who asked, of whom some stayed away" if set(bases) & set(ASKED) else ""
    note = (
        "≠ instead of ✓ or ✗: the figure is over a group of another size than under "
        f"'{comparison.against}' ({'; '.join(filter(None, (some, away)))})."
    )
    beside = dict.fromkeys(one for metric in metrics for one in COMPANIONS.get(metric, ()))
    there = [label(one) for one in beside if one in comparison.metrics]
    if there:
        return f"{note} Over all who asked are: {'; '.join(there)}."
    return f"{note} Over all who asked: --metric {' --metric '.join(beside)}." if beside else note
