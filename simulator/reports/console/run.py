"""Console report of a run: headline, main figures, segments, sources, stock levels, histogram of waits."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from simulator.experiments.checking.judgement import judged
from simulator.experiments.replications.assurance import Assurance
from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.model.levels.stock_levels import Levels
from simulator.reports.console.levels import show_levels
from simulator.reports.console.screen import say, say_claim
from simulator.reports.console.stacked_tables import stacked
from simulator.reports.console.wait_histogram import FEWEST_WAITS, wait_picture, waits_of
from simulator.reports.wording.cause_table import CauseTable, cause_table
from simulator.reports.wording.check_findings import judgements_line
from simulator.reports.wording.level_tables import level_table
from simulator.reports.wording.numerals import NOTHING, duration, numeral, percent, quantity
from simulator.reports.wording.precision_notes import about_warm_up, interval_notes, measured_time
from simulator.reports.wording.run_headline import headline_sentences
from simulator.reports.wording.source_table import SourceTable, source_table
from simulator.scenario.data_file_notes import reading_notes

Rows = Sequence[tuple[str, str]]
"""Rows of a block of figures: label and metric."""
Cells = list[tuple[str, str, str]]
"""Rows of a block as text: label, mean and half width."""

_GAP = 4
_MOST_GROUPS = 12
_BAR = 40
CUSTOMERS: Rows = (
    ("Orders", "orders"),
    ("Units asked for", "units"),
    ("Units sold", "filled_units"),
    ("Fill rate", "fill_rate"),
    ("Orders from stock", "order_fill_rate"),
    ("Units lost", "lost_units"),
    ("Units cancelled", "cancelled_units"),
    ("Order to delivery", "delivery_time_mean"),
)
WAITING: Rows = (
    ("Orders that waited", "backordered_orders"),
    ("Lines that waited", "backorder_rate"),
    ("Mean wait", "backorder_wait_mean"),
    ("Median wait", "backorder_wait_p50"),
    ("9 in 10 within", "backorder_wait_p90"),
    ("Longest wait", "backorder_wait_max"),
    ("Units waiting", "backorders_mean"),
    ("… at the peak", "backorders_max"),
    ("Never served", "open_lines"),
)
STOCK: Rows = (
    ("On hand", "on_hand_mean"),
    ("On order", "on_order_mean"),
    ("Ready rate", "ready_rate"),
    ("Turns a year", "inventory_turns"),
    ("Purchase orders", "purchase_orders"),
    ("Lead time", "lead_time_mean"),
    ("Customs delay", "customs_delay_mean"),
    ("Inspected", "inspection_rate"),
)
TREATMENT: Rows = (
    ("Promises kept", "on_time_rate"),
    ("Satisfaction", "satisfaction"),
    ("Asked, of 100", "contacts_per_100_orders"),
    ("Messages sent", "messages"),
    ("Compensated", "compensated_rate"),
    ("Substitutes", "substituted_units"),
)
MONEY: Rows = (
    ("Revenue", "revenue"),
    ("… from backorders", "revenue_from_backorders"),
    ("Lost sales", "lost_value"),
    ("Cancelled sales", "cancelled_value"),
    ("Cost of goods", "cost_of_goods_sold"),
    ("Holding cost", "holding_cost"),
    ("Transit cost", "transit_cost"),
    ("Transfer cost", "transfer_cost"),
    ("Price difference", "price_variance"),
    ("Ordering cost", "ordering_cost"),
    ("Freight", "freight_cost"),
    ("Customs", "customs_cost"),
    ("Expediting", "expediting_cost"),
    ("Production cost", "production_cost"),
    ("Workshop cost", "workshop_cost"),
    ("Delivery cost", "delivery_cost"),
    ("Backorder cost", "backorder_cost"),
    ("Lost sale cost", "lost_sale_cost"),
    ("Contact cost", "contact_cost"),
    ("Message cost", "message_cost"),
    ("Compensation", "compensation_cost"),
    ("Refund cost", "refund_cost"),
    ("Profit", "profit"),
)
ASKED = "The question"
"""Heading of the figures that the scenario names under ``show``."""
MADE: Rows = (
    ("Orders made to order", "made_to_order_orders"),
    ("Order to made", "made_wait_mean"),
    ("9 in 10 made within", "made_wait_p90"),
    ("Workshop queue", "workshop_queue_mean"),
    ("Cancelled, not made", "not_made_lines"),
    ("Workshop utilisation", "workshop_utilisation"),
)
NETWORK: Rows = (
    ("Served elsewhere", "served_elsewhere_share"),
    ("Depots ship at once", "internal_fill_rate"),
    ("Depot delay", "depot_delay_mean"),
    ("Waiting in depots", "internal_backlog_mean"),
    ("Between warehouses", "in_transit_mean"),
    ("Transfers", "transfers"),
    ("Units transferred", "transferred_units"),
    ("Variance of orders", "order_variance_ratio"),
)
BLOCKS = {
    "Customers": CUSTOMERS,
    "Waiting": WAITING,
    "Made to order": MADE,
    "Stock": STOCK,
    "Network": NETWORK,
    "Money": MONEY,
    "Treatment": TREATMENT,
}


def show_report(console: Console, outcome: Replications, alternative: str | None, levels: Levels) -> None:
    """Print the report of a run.

    Args:
        console: to print to.
        outcome: replications of the run.
        alternative: applied to the scenario, if any.
        levels: of the stocks in the run.
    """
    scenario = outcome.scenario
    title = f"{scenario.name} · {alternative}" if alternative else scenario.name
    say(console, title, "bold")
    if scenario.question:
        say(console, scenario.question, "italic")
    console.print()
    say_claim(console, headline_sentences(outcome))
    console.print()
    if scenario.expect:
        say(console, judgements_line(judged(scenario, outcome.summary())))
        console.print()
    say(console, measured_time([scenario.run]))
    console.print()
    console.print(main_table(outcome.summary(), console.width, scenario.show))
    if len(outcome.groups("segment")) > 1:
        for table in group_tables("segment", outcome.summary_by("segment"), console.width):
            console.print()
            console.print(table)
    if (causes := cause_table(outcome)) is not None:
        console.print()
        _show_causes(console, causes)
    if (sources := source_table(outcome)) is not None:
        console.print()
        _show_sources(console, sources)
    console.print()
    show_levels(console, level_table(levels, "levels.csv has all."), "Levels")
    _picture(console, outcome)
    console.print()
    for reading in reading_notes(scenario):
        say(console, f"{reading}.", "dim")
    if scenario.run.window is not None:
        days = quantity(scenario.run.window)
        say(console, f"Played in windows of {days} days: orders and movements were not kept.", "dim")
    assurance = Assurance.of(outcome)
    if warning := about_warm_up(assurance.warm_up):
        say(console, warning, "yellow")
    note = f"{interval_notes(assurance)} 'simulator metrics' explains all {len(GLOSSARY)} figures."
    say(console, note.strip(), "dim")


def _show_causes(console: Console, causes: CauseTable) -> None:
    """Print the table of the causes of backorders."""
    say(console, "Why customers waited", "bold")
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
    table.add_column("Cause", no_wrap=True)
    table.add_column("Lines", justify="right", no_wrap=True)
    table.add_column("Share", justify="right", no_wrap=True)
    table.add_column("Because", overflow="fold")
    for row in zip(causes.causes, causes.lines, causes.shares, causes.meanings, strict=True):
        table.add_row(*(Text(cell if isinstance(cell, str) else cell.mean) for cell in row))
    console.print(table)
    say(console, causes.note, "dim")


def _show_sources(console: Console, sources: SourceTable) -> None:
    """Print the table of sources, without half widths, and its notes."""
    say(console, "Sources", "bold")
    names = [("Source", [Text(name) for name in sources.sources])]
    columns = [(heading, [Text(cell.mean) for cell in cells]) for heading, cells in sources.columns]
    for table in stacked(names, columns, console.width, whole_names=True):
        console.print(table)
    for note in sources.notes:
        say(console, note, "dim")


def main_table(figures: dict[str, Estimate], width: int, show: Sequence[str] = ()) -> Table:
    """Make the table of main figures, in blocks, two side by side if the console is wide enough.

    Args:
        figures: by metric.
        width: of the console, in characters.
        show: metrics that come first, in a block of their own.
    """
    asked = [(label(metric), metric) for metric in show]
    cells = {ASKED: _block_cells(asked, figures, always=True)}
    cells |= {title: _block_cells(rows, figures) for title, rows in BLOCKS.items()}
    shown = [(title, rows) for title, rows in cells.items() if rows]
    sides = [_widths(shown[side::2]) for side in range(2)]
    if sum(map(sum, sides)) + 4 + _GAP > width:
        sides = [_widths(shown)]
    table = Table.grid(padding=(0, _GAP, 0, 0))
    blocks = [_block(title, rows, sides[k % len(sides)]) for k, (title, rows) in enumerate(shown)]
    for first in range(0, len(blocks), len(sides)):
        if first:
            table.add_row()
        table.add_row(*blocks[first : first + len(sides)])
    return table


def group_tables(dimension: str, groups: dict[str, dict[str, Estimate]], width: int) -> list[Table]:
    """Make tables of the service to the groups of a dimension, one row for each group.

    Of more than ``_MOST_GROUPS`` groups, those with most orders are shown. Columns that do not fit go to
    further tables.

    Args:
        dimension: name, such as segment.
        groups: figures by metric, by group.
        width: of the console, in characters.
    """
    by_orders = sorted(groups, key=lambda name: -groups[name]["orders"].mean)
    chosen = [name for name in groups if name in set(by_orders[:_MOST_GROUPS])]
    columns = [(title, [figure(groups[name]) for name in chosen]) for title, figure in _SERVICE]
    # A column in which every figure is missing or 0 % is left out.
    shown = [
        (title, [Text(cell) for cell in cells])
        for title, cells in columns
        if set(cells) - {NOTHING, percent(0.0)}
    ]
    names = [(dimension.capitalize(), [Text(name) for name in chosen])]
    tables = stacked(names, shown, width, whole_headings=True)
    if len(groups) > len(chosen):
        for table in tables:
            table.add_row(Text(f"… {len(groups) - len(chosen)} more", style="dim"))
    return tables


def _rate(metric: str) -> Callable[[dict[str, Estimate]], str]:
    """Return a function that writes a metric of a group in per cent."""
    return lambda figures: percent(figures[metric].mean) if figures[metric].n else NOTHING


def _time(metric: str) -> Callable[[dict[str, Estimate]], str]:
    """Return a function that writes a metric of a group as a duration."""
    return lambda figures: duration(figures[metric].mean) if figures[metric].n else NOTHING


def _share(part: str) -> Callable[[dict[str, Estimate]], str]:
    """Return a function that writes a metric of a group as a share of the units asked for."""

    def share(figures: dict[str, Estimate]) -> str:
        units = figures["units"].mean
        return percent(figures[part].mean / units) if units > 0 else NOTHING

    return share


_SERVICE = (
    ("Orders", lambda figures: quantity(round(figures["orders"].mean))),
    ("Fill rate", _rate("fill_rate")),
    ("Waited", _rate("backorder_rate")),
    ("Mean wait", _time("backorder_wait_mean")),
    ("9 in 10", _time("backorder_wait_p90")),
    ("Lost", _share("lost_units")),
    ("Cancelled", _share("cancelled_units")),
)
"""Columns of the tables of groups: heading, and function that writes the cell from a group's figures."""


def _block_cells(rows: Rows, figures: dict[str, Estimate], *, always: bool = False) -> Cells:
    """Return the rows of a block, without missing figures and, unless ``always``, without zeros."""
    cells = []
    for title, metric in rows:
        estimate = figures[metric]
        if estimate.n > 0 and (always or estimate.mean != 0 or estimate.half_width > 0):
            text = numeral(estimate)
            cells.append((title, text.mean, f"± {text.half_width}" if text.half_width else ""))
    return cells


def _widths(blocks: Sequence[tuple[str, Cells]]) -> list[int]:
    """Return the width of each of the three columns in blocks that stand above each other."""
    return [max((len(row[k]) for _, rows in blocks for row in rows), default=0) for k in range(3)]


def _block(title: str, rows: Cells, widths: Sequence[int]) -> Table:
    table = Table(box=None, padding=(0, 1, 0, 0), pad_edge=False, show_edge=False, header_style="bold")
    table.add_column(title, min_width=widths[0], no_wrap=True)
    table.add_column("", min_width=widths[1], justify="right", no_wrap=True)
    table.add_column("", min_width=widths[2], style="dim", no_wrap=True)
    for row in rows:
        table.add_row(*row)
    return table


def _picture(console: Console, outcome: Replications) -> None:
    """Print the histogram of the waits in the first replication, if it was recorded and has enough waits."""
    if outcome.record is None:
        return
    days = waits_of(outcome.record)
    if len(days) < FEWEST_WAITS:
        return
    console.print()
    say(console, f"The {quantity(len(days))} waits of the first replication", "bold")
    for line in wait_picture(days, min(console.width - 36, _BAR)):
        console.print(Text(line), soft_wrap=True)
