"""Differences of alternatives from the reference with their intervals, coloured by significance."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, Final

from simulator.experiments.comparing.comparison import Comparison
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.metric_labels import label
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.dots import Dot, dots, reach_of
from simulator.reports.pictures.picture import ChartKey, ChartPanel, ChartTable, Picture
from simulator.reports.wording.comparison_notes import unchanged
from simulator.reports.wording.numerals import NOTHING, change, numeral, quantity, unit_beside

_COLOURS: Final = {
    "better": palette.GOOD,
    "worse": palette.BAD,
    "different": palette.EVENT,
    "unclear": palette.OPEN,
}
MARKS: Final = {"better": " ✓", "worse": " ✗", "different": " ≠", "unclear": ""}
_FACTORS: Final = {" points": 100.0, " hours": 24.0, " minutes": 1440.0}
"""Factor from the unit in tables to each unit shown."""
_FEW: Final = 2
"""Largest number of alternatives with a panel each; more of them share a panel for each metric."""
_MOST_ALTERNATIVES: Final = 20
"""Largest number of alternatives in the panel of a metric."""


def changes(comparison: Comparison) -> Picture | None:
    """Draw the differences of the metrics shown; None if none differs, or no difference can be drawn."""
    rows = [row for row in shown_differences(comparison) if _differs(row)]
    if not rows:
        return None
    names = [name for name in comparison.others if any(row.alternative == name for row in rows)]
    by_alternative = len(names) <= _FEW
    panels, left_out = _by_alternative(rows, names) if by_alternative else (_by_metric(rows, names), [])
    note = f"Difference from '{comparison.against}'"
    note += ", in per cent of what it is there." if by_alternative else ", in the unit of the figure."
    if comparison.replications > 1:
        note += " Lines: 95 % confidence intervals."
    if left_out:
        note += f" Not drawn, for they are 0 under '{comparison.against}': {', '.join(left_out)}."
    if comparison.lacking:
        named = ", ".join(map(label, comparison.lacking))
        note += f" Not drawn, for '{comparison.against}' has no such figure: {named}."
    note = " ".join((note, *unchanged(comparison)))
    if not by_alternative and len(names) > _MOST_ALTERNATIVES:
        note += f" The first {_MOST_ALTERNATIVES} of {len(names)} alternatives."
    return (
        Picture(_title(rows), note, tuple(panels), changes_table(comparison), _keys(rows)) if panels else None
    )


def nothing_drawn(comparison: Comparison) -> str:
    """Write the words that stand in for the picture of changes where there is none."""
    rows = shown_differences(comparison)
    if any(row.differs for row in rows):
        return f"What differs has no size in per cent of '{comparison.against}': the table has it."
    return " ".join(unchanged(comparison))


def shown_differences(comparison: Comparison) -> list[Any]:
    """Return the overall differences in the metrics shown, in the sequence of these metrics."""
    table = comparison.differences
    table = table[table["shown"] & (table["dimension"] == "overall")]
    place = {metric: k for k, metric in enumerate(comparison.metrics)}
    return sorted(table.itertuples(), key=lambda row: place[row.metric])


def changes_table(comparison: Comparison) -> ChartTable:
    """Tabulate the metrics: the figure under the reference, and its change under each alternative."""
    rows = shown_differences(comparison)
    cells = {(row.metric, row.alternative): row for row in rows}
    means: list[Any] = list(comparison.means[comparison.means["dimension"] == "overall"].itertuples())
    figures = {(row.metric, row.alternative): _figure(row) for row in means}
    lines = []
    for metric in comparison.metrics:
        changed = [
            figures[metric, name]
            if metric in comparison.lacking
            else f"{_text(cells[metric, name], interval=True)}{MARKS[cells[metric, name].verdict]}"
            for name in comparison.others
        ]
        lines.append([label(metric), figures[metric, comparison.against], *changed])
    return ChartTable(["", comparison.against, *comparison.others], lines)


def _figure(row: Any) -> str:
    return numeral(Estimate(row.mean, math.nan, row.unit, row.n)).mean


def _by_alternative(rows: Sequence[Any], names: Sequence[str]) -> tuple[list[ChartPanel], list[str]]:
    """Draw a panel for each alternative, with its differences in per cent of the reference.

    Returns:
        The panels, and the labels of metrics left out because they are 0 under the reference.
    """
    drawn = [row for row in rows if row.mean_against != 0 and math.isfinite(row.mean_against)]
    left_out = list(dict.fromkeys(label(row.metric) for row in rows if row not in drawn))
    found: dict[str, list[Dot]] = {name: [] for name in names}
    for row in drawn:
        if row.alternative in found:
            unit = unit_beside(row.unit, row.mean_against)
            found[row.alternative].append(_dot(row, label(row.metric), 1 / abs(row.mean_against), unit))
    reach = reach_of([dot for group in found.values() for dot in group], zero=True)
    heading = len(names) > 1
    return [
        dots(
            group,
            axes.share_axis("Difference, in per cent"),
            f"{name}: {_spoken(group)}",
            heading=name if heading else "",
            reach=reach,
        )
        for name, group in found.items()
        if group
    ], left_out


def _by_metric(rows: Sequence[Any], names: Sequence[str]) -> list[ChartPanel]:
    """Draw a panel for each metric that differs, with at most `_MOST_ALTERNATIVES` of the alternatives."""
    panels = []
    for metric in dict.fromkeys(row.metric for row in rows):
        mine = [row for row in rows if row.metric == metric and row.alternative in names[:_MOST_ALTERNATIVES]]
        if not mine:
            continue
        unit = unit_beside(mine[0].unit, mine[0].mean_against)
        group = [_dot(row, row.alternative, _FACTORS.get(unit, 1.0)) for row in mine]
        name = unit.strip() or axes.unit_name(mine[0].unit)
        panels.append(
            dots(
                group,
                axes.number_axis(f"Difference, {name}" if name else "Difference", ticks=4),
                f"{label(metric)}: {_spoken(group)}",
                heading=label(metric),
            )
        )
    return panels


def _dot(row: Any, name: str, factor: float, unit: str = "") -> Dot:
    """Make the dot of a difference.

    Args:
        row: of the table of differences.
        name: of the dot.
        factor: from the unit of the row to that of the axis.
        unit: written after the difference.
    """
    colour, sure = _COLOURS[row.verdict], row.verdict != "unclear"
    return Dot(name, row.difference * factor, row.half_width * factor, _text(row) + unit, colour, sure)


def _text(row: Any, *, interval: bool = False) -> str:
    if math.isnan(row.difference):
        return NOTHING
    text = change(Estimate(row.difference, row.half_width, row.unit, row.n), row.mean_against)
    return (str(text) if interval else text.mean).replace("-", "−")


def _differs(row: Any) -> bool:
    return bool(row.differs) and math.isfinite(row.difference)


def _title(rows: Sequence[Any]) -> str:
    count = {verdict: sum(row.verdict == verdict for row in rows) for verdict in _COLOURS}
    parts = [
        f"{quantity(count[verdict])} {words}"
        for verdict, words in (
            ("better", "for the better"),
            ("worse", "for the worse"),
            ("different", "in neither direction"),
        )
        if count[verdict]
    ]
    sure = count["better"] + count["worse"] + count["different"]
    if not sure:
        return f"None of the {quantity(len(rows))} differences is certain: each may be chance"
    if not parts:
        return f"{quantity(sure)} of {quantity(len(rows))} differences are certain"
    return f"Of {quantity(len(rows))} differences {' and '.join(parts)} are certain"


def _keys(rows: Sequence[Any]) -> tuple[ChartKey, ...]:
    words = {
        "better": "certainly better",
        "worse": "certainly worse",
        "different": "certainly different",
        "unclear": "may be chance",
    }
    found = {row.verdict for row in rows}
    return tuple(
        ChartKey(words[verdict], _COLOURS[verdict], hollow=verdict == "unclear")
        for verdict in _COLOURS
        if verdict in found
    )


def _spoken(group: Sequence[Dot]) -> str:
    return "; ".join(f"{dot.name} {dot.text}{'' if dot.sure else ' (may be chance)'}" for dot in group)
