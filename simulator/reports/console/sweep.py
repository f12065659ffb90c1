"""Console report of a sweep: tables with a row for each cell, the best cells marked, and sentences."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.experiments.sweeping.sweep import Leaders, Sweep
from simulator.metrics.bases import BASES
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.console.screen import say
from simulator.reports.console.stacked_tables import Column, stacked
from simulator.reports.wording.numerals import NOTHING, numeral, quantity
from simulator.reports.wording.precision_notes import measured_time
from simulator.reports.wording.sweep_sentences import BEST, CONTENDER, name_of, scale, short, sweep_sentences

_MOST_ROWS: Final = 60


def show_sweep(console: Console, sweep: Sweep, metrics: Sequence[str] | None = None) -> None:
    """Print the report on the metrics asked for, by default on the main ones."""
    shown = sweep.main_metrics() if metrics is None else tuple(metrics)
    scenario, cells = sweep.design.scenarios[0], len(sweep.design.cells)
    counted = f"{quantity(cells)} cells" if cells > 1 else "1 cell"
    each = f"{quantity(sweep.replications)} replications" if sweep.replications > 1 else "1 replication"
    say(console, f"{scenario.name} · {counted}, {each} each", "bold")
    if scenario.question:
        say(console, scenario.question, "italic")
    leaders = {metric: sweep.leaders(metric) if sweep.varies(metric) else None for metric in shown}
    claim, *further = sweep_sentences(sweep, leaders)
    console.print()
    say(console, claim)
    console.print()
    say(console, measured_time(one.run for one in sweep.design.scenarios))
    for table in sweep_tables(sweep, leaders, console.width):
        console.print()
        console.print(table)
    if further:
        console.print()
    for sentence in further:
        say(console, sentence)
    console.print()
    for note in _notes(sweep, leaders):
        say(console, note, "dim")


def sweep_tables(sweep: Sweep, leaders: Mapping[str, Leaders | None], width: int) -> list[Table]:
    """Make tables with a row for each cell: its values, then as many metrics as fit the width of a table."""
    rows = _rows(sweep, leaders)
    names = short(sweep.paths)
    values: list[Column] = [
        (names[path], [Text(sweep.design.cells[row][path]) for row in rows]) for path in sweep.paths
    ]
    columns = [_metric_column(sweep, metric, found, rows) for metric, found in leaders.items()]
    return stacked(values, columns, width)


def _rows(sweep: Sweep, leaders: Mapping[str, Leaders | None]) -> list[int]:
    """Return the numbers, from 0, of the cells to show.

    Of more than ``_MOST_ROWS`` cells, these are the best by each metric, then their contenders, then the
    first others.
    """
    count = len(sweep.design.cells)
    if count <= _MOST_ROWS:
        return list(range(count))
    found = [one for one in leaders.values() if one is not None]
    first = [one.best for one in found] + [number for one in found for number in one.contenders]
    chosen = dict.fromkeys([*first, *range(1, count + 1)])
    return sorted(number - 1 for number in list(chosen)[:_MOST_ROWS])


def _metric_column(sweep: Sweep, metric: str, found: Leaders | None, rows: Sequence[int]) -> Column:
    """Make the column of a metric, in the unit that suits its largest mean, with its best cells marked."""
    table = sweep.summary[sweep.summary["metric"] == metric]
    means, half_widths = table["mean"].to_numpy(), table["half_width"].to_numpy()
    unit = GLOSSARY[metric].unit
    factor, sign = scale(unit, max((abs(mean) for mean in means if not math.isnan(mean)), default=1.0))
    cells = []
    for row in rows:
        text = numeral(Estimate(means[row] * factor, half_widths[row] * factor, "", 1))
        mark, style = "  ", ""
        if found is not None and row + 1 == found.best:
            mark, style = BEST, "bold green"
        elif found is not None and sweep.replications > 1 and row + 1 in found.contenders:
            mark, style = CONTENDER, "green"
        cells.append(Text(f"{text}{mark}" if text.mean != NOTHING else f"{NOTHING}  ", style=style))
    return f"{label(metric)}{f' [{sign}]' if sign else ''}", cells


def _notes(sweep: Sweep, leaders: Mapping[str, Leaders | None]) -> Iterator[str]:
    """Yield notes on how to read the tables."""
    if len(sweep.design.cells) > _MOST_ROWS:
        yield f"Shown are {_MOST_ROWS} of {quantity(len(sweep.design.cells))} cells; all are in summary.csv."
    if sweep.replications == 1:
        yield "One replication of each cell: how sure these figures are cannot be said."
        return
    yield (
        "± is half of a 95 % confidence interval. All cells meet the same customers and delays, so that differences "
        "can be sure although the intervals overlap."
    )
    others = [metric for metric in leaders if sweep.over_others(metric)]
    if others:
        groups = "; ".join(dict.fromkeys(label(BASES[metric]).lower() for metric in others))
        yield (
            f"No cell is best by {', '.join(map(name_of, others))}: the group that it is taken over ({groups}) is not "
            "of the same size in all cells."
        )
    if any(leaders.values()):
        yield (
            f"{BEST.strip()} is best; {CONTENDER.strip()} may be as good: with 95 % confidence the truly best cell is "
            "among these."
        )
