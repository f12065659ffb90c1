"""Page of a run: service of the customers, course of the stocks, and money."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

import numpy as np

from simulator.experiments.replications.assurance import Assurance
from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate, interval
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.charts.goods_flow import goods_flow
from simulator.reports.charts.line_outcomes import line_outcomes
from simulator.reports.charts.products import products
from simulator.reports.charts.profit_waterfall import money
from simulator.reports.charts.stock_course import backlog_by_warehouse, course
from simulator.reports.charts.waiting_curve import waiting_curve
from simulator.reports.files.manifest import RunFacts
from simulator.reports.pages.document import Page, PageSection, Tile, levels_section, render
from simulator.reports.pages.page_foot import facts, foot
from simulator.reports.pictures.picture import ChartTable, Picture
from simulator.reports.wording.cause_table import cause_months, cause_table
from simulator.reports.wording.level_tables import level_table
from simulator.reports.wording.numerals import NOTHING, numeral, quantity
from simulator.reports.wording.precision_notes import about_warm_up, interval_notes
from simulator.reports.wording.run_headline import headline
from simulator.reports.wording.source_table import source_table
from simulator.scenario.data_file_notes import reading_notes
from simulator.scenario.fingerprint import fingerprint
from simulator.values.arrays import Floats

_MOST_SEGMENTS: Final = 20

Ratio = tuple[str, str]
"""Share of two metrics: numerator and denominator."""

_TILES: Final[Sequence[tuple[str, str | Ratio, str]]] = (
    ("Fill rate", "fill_rate", "of the units asked for came straight from stock"),
    ("Had to wait", ("backordered_orders", "orders"), "of the orders"),
    ("Mean wait", "backorder_wait_mean", "of those who waited and were served"),
    ("Nine in ten within", "backorder_wait_p90", "of those who waited and were served"),
    ("Units waiting", "backorders_mean", "at a time, on average"),
    ("Share not sold", ("unsold_units", "units"), "of the units asked for: refused, declined or cancelled"),
    ("Stock on hand", "on_hand_mean", "units, on average"),
    ("Promises kept", "on_time_rate", "of the lines with a promised date"),
    ("Satisfaction", "satisfaction", "mean score of those who were asked, from 1 to 5"),
    ("Profit", "profit", "of the measured time, in the scenario's currency"),
)
"""Label, metric or share, and meaning of each tile."""

_SEGMENT_COLUMNS: Final[Sequence[tuple[str, str | Ratio]]] = (
    ("Orders", "orders"),
    ("Fill rate", "fill_rate"),
    ("Orders that waited", ("backordered_orders", "orders")),
    ("Mean wait", "backorder_wait_mean"),
    ("Nine in ten within", "backorder_wait_p90"),
    ("Units lost", ("lost_units", "units")),
    ("Units cancelled", ("cancelled_units", "units")),
    ("Promises kept", "on_time_rate"),
    ("Satisfaction", "satisfaction"),
)
"""Heading, and metric or share, of each column of the table by segment."""


def run_page(outcome: Replications, how: RunFacts) -> str:
    """Render a run, with the facts about it, as an HTML page."""
    scenario = outcome.scenario
    title = f"{scenario.name} · {how.alternative}" if how.alternative else scenario.name
    assurance = Assurance.of(outcome)
    return render(
        Page(
            kind="Simulation run",
            title=title,
            question=scenario.question or "",
            lead=" ".join(filter(None, (headline(outcome), about_warm_up(assurance.warm_up)))),
            facts=facts([scenario.run], len(outcome)),
            remarks=[
                *([] if outcome.complete else [_unfinished(len(outcome), scenario.run.replications)]),
                *(f"{reading}." for reading in reading_notes(scenario)),
            ],
            tiles=_tiles(outcome),
            tiles_note=interval_notes(assurance),
            sections=[section for section in _sections(outcome) if section is not None],
            foot=foot(
                scenario=scenario.name,
                fingerprint=fingerprint(scenario),
                seed=scenario.run.seed,
                replications=len(outcome),
                circumstances=how,
            ),
        )
    )


def _unfinished(done: int, wanted: int) -> str:
    return f"This run was interrupted: {quantity(done)} of {quantity(wanted)} replications are done."


def _sections(outcome: Replications) -> list[PageSection | None]:
    return [
        _section("How customers were served", line_outcomes(outcome), waiting_curve(outcome)),
        _section("How goods flow, and where they wait", goods_flow(outcome)),
        _section("Day by day", course(outcome), backlog_by_warehouse(outcome)),
        _section("Which products customers wait for", products(outcome)),
        *_causes(outcome),
        _by_segment(outcome),
        _section("Money", money(outcome)),
        _sources(outcome),
        levels_section(level_table(outcome.levels_by_stock, "levels.csv has all."), "Levels"),
    ]


def _section(heading: str, *pictures: Picture | None) -> PageSection | None:
    shown = [picture for picture in pictures if picture is not None]
    return PageSection(heading, shown) if shown else None


def _causes(outcome: Replications) -> Iterator[PageSection]:
    """Make the tables of the causes of backorders, over all and by month, if any line was backordered."""
    if (found := cause_table(outcome)) is not None:
        cells = zip(found.causes, map(str, found.lines), found.shares, found.meanings, strict=True)
        rows = [list(row) for row in cells]
        yield PageSection(
            "Why customers waited",
            table=ChartTable(["Cause", "Lines", "Share", "Because"], rows, found.note, prose=True),
        )
    if (by_month := cause_months(outcome)) is not None:
        yield PageSection("Why customers waited, by month", table=ChartTable(*by_month))


def _by_segment(outcome: Replications) -> PageSection | None:
    """Make the table of service by segment; of more than `_MOST_SEGMENTS`, those with the most orders."""
    groups = outcome.groups("segment")
    if len(groups) < 2:
        return None
    values, summaries = outcome.by("segment"), outcome.summary_by("segment")
    orders = values[:, outcome.names.index("orders"), :].mean(axis=0)
    chosen = sorted(np.argsort(-orders, kind="stable")[:_MOST_SEGMENTS].tolist())
    columns = [
        (
            title,
            [_cell(_estimate(outcome.names, values[:, :, k], metric, summaries[groups[k]])) for k in chosen],
        )
        for title, metric in _SEGMENT_COLUMNS
    ]
    kept = [(title, cells) for title, cells in columns if set(cells) - {NOTHING, "0", "0 %"}]
    left_out = len(groups) - len(chosen)
    table = ChartTable(
        ["Segment", *(title for title, _ in kept)],
        [[groups[k], *(cells[row] for _, cells in kept)] for row, k in enumerate(chosen)],
        f"{left_out} smaller segments are in metrics.csv." if left_out else "",
    )
    return PageSection("By segment", table=table)


def _sources(outcome: Replications) -> PageSection | None:
    """Make the table of sources, if a stock has several."""
    found = source_table(outcome)
    if found is None:
        return None
    rows = [[name, *(str(cells[k]) for _, cells in found.columns)] for k, name in enumerate(found.sources)]
    columns = ["Source", *(heading for heading, _ in found.columns)]
    return PageSection("Sources", table=ChartTable(columns, rows, " ".join(found.notes)))


def _asked(show: Sequence[str]) -> Iterator[tuple[str, str, str]]:
    """Yield label, metric and meaning of the tiles for ``show``, without metrics that every page has."""
    known = {metric for _, metric, _ in _TILES}
    for metric in show:
        if metric not in known:
            of = GLOSSARY[metric].of
            yield label(metric), metric, f"over {of.replace('_', ' ')}" if of else GLOSSARY[metric].unit


def _tiles(outcome: Replications) -> list[Tile]:
    tiles, summary = [], outcome.summary()
    for title, metric, meaning in (*_asked(outcome.scenario.show), *_TILES):
        estimate = _estimate(outcome.names, outcome.overall, metric, summary)
        # A share of 0 is worth a tile; an amount of 0 is not.
        says_something = estimate.unit == "share" or estimate.mean != 0 or estimate.half_width > 0
        if estimate.n > 0 and says_something:
            text = numeral(estimate)
            tiles.append(Tile(title, text.mean, text.half_width, meaning))
    return tiles


def _estimate(
    names: tuple[str, ...], values: Floats, metric: str | Ratio, summary: Mapping[str, Estimate]
) -> Estimate:
    """Estimate a metric, or the mean over replications of the ratio of two.

    Args:
        names: metrics in the sequence of ``values``.
        values: figures of a group: float64[replications, metrics].
        metric: metric or ratio.
        summary: estimates of the group by metric.
    """
    if isinstance(metric, str):
        return summary[metric]
    column: Callable[[str], Floats] = lambda name: values[:, names.index(name)]  # noqa: E731
    with np.errstate(invalid="ignore", divide="ignore"):
        found = column(metric[0]) / column(metric[1])
    n = int(np.count_nonzero(~np.isnan(found)))
    mean, half = interval(found) if n else (float("nan"), float("nan"))
    return Estimate(mean, half, "share", n)


def _cell(estimate: Estimate) -> str:
    return str(numeral(estimate)) if estimate.n else NOTHING
