"""Waterfall of the causes of waiting, from a world without any of them to the world as it is."""

from __future__ import annotations

from typing import Any, Final

from simulator.experiments.explaining.cause_shares import Explanation, is_settled
from simulator.experiments.explaining.causes import CAUSES
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.pictures import axes, palette
from simulator.reports.pictures.dots import Dot, dots
from simulator.reports.pictures.picture import ChartKey, ChartTable, Picture
from simulator.reports.pictures.waterfall import WaterfallStep, waterfall
from simulator.reports.wording.numerals import numeral, percent, quantity

OUTCOMES: Final = {
    "backordered_orders": "Customers who waited",
    "wait_days": "Unit-days of waiting",
    "lost_profit": "Profit lost",
}
"""Outcomes shown, and their titles."""
_CUSTOMERS: Final = "backordered_orders"
_BASE: Final = "None of these causes"
_ALL: Final = "All of them"


def cause_waterfall(explanation: Explanation) -> Picture | None:
    """Draw the customers who waited: with none of the causes, the addition of each cause, and all of them.

    Returns:
        The picture, or None if nobody waited or the scenario has none of the causes.
    """
    total = _totals(explanation)[_CUSTOMERS]
    if not explanation.playing or not (total.as_is > 0 or total.base > 0):
        return None
    values = _values(explanation, _CUSTOMERS)
    ranked = sorted(explanation.playing, key=lambda name: -values[name].mean)
    whole = total.as_is
    base = Estimate(total.base, total.base_half_width, "orders", explanation.replications)
    as_is = Estimate(total.as_is, total.as_is_half_width, "orders", explanation.replications)
    steps = [
        WaterfallStep(_BASE, base.mean, quantity(base.mean), palette.INK, total=True),
        *(
            WaterfallStep(_named(name), values[name].mean, _signed(values[name]), _colour(values[name]))
            for name in ranked
        ),
        WaterfallStep(_ALL, as_is.mean, quantity(as_is.mean), palette.INK, total=True),
    ]
    several = explanation.replications > 1
    columns = ("", "Customers who waited", *(("±",) if several else ()), "Of all")
    rows = []
    for step, one in zip(steps, (base, *(values[name] for name in ranked), as_is), strict=True):
        share = f"{100 * one.mean / whole:.1f} %" if whole > 0 else ""
        rows.append((step.name, numeral(one).mean, *((numeral(one).half_width,) if several else ()), share))
    description = "; ".join(f"{step.name}: {step.text}" for step in steps)
    return Picture(
        _on_the_largest(explanation, values, whole),
        "Customers who would have waited with none of the causes at work, and how many more each cause makes wait.",
        (waterfall(steps, "Customers who waited", description),),
        ChartTable(columns, rows),
        _keys(list(values.values()), more="more wait", less="fewer wait", hollow=False),
    )


def _on_the_largest(explanation: Explanation, values: dict[str, Estimate], whole: float) -> str:
    """Write the title about the cause that makes most customers wait, as far as it is certain.

    Args:
        explanation: shares of the causes.
        values: share of each cause in the customers who waited.
        whole: number of customers who waited with all causes.
    """
    first, *rivals = explanation.largest(_CUSTOMERS)
    if not values[first].mean > 0:
        return "No cause adds to those who wait"
    if not any(is_settled(one) for one in values.values()):
        return "For no cause is it settled how many wait because of it"
    if rivals:
        return f"The largest cause is not certain: {CAUSES[first].because}, or another"
    if not is_settled(values[first]):
        return f"The largest cause is {CAUSES[first].because}; how much it adds is not settled"
    some = f"{quantity(values[first].mean)} of {quantity(whole)} customers who waited"
    return f"The largest cause is {CAUSES[first].because}: {some}"


def attributions(explanation: Explanation) -> Picture | None:
    """Draw the addition of each cause to each outcome, with its interval.

    Returns:
        The picture, or None if the scenario has none of the causes or none of them adds anything.
    """
    found = {outcome: _values(explanation, outcome) for outcome in OUTCOMES}
    if not explanation.playing or not any(one.mean for values in found.values() for one in values.values()):
        return None
    ranked = sorted(explanation.causes, key=lambda name: -found[_CUSTOMERS][name].mean)
    panels = []
    for outcome, title in OUTCOMES.items():
        values = found[outcome]
        group = [
            Dot(_named(name), one.mean, one.half_width, _signed(one), _colour(one), _is_sure(one))
            for name, one in ((name, values[name]) for name in ranked)
        ]
        spoken = "; ".join(f"{dot.name} {dot.text}" for dot in group)
        panels.append(dots(group, axes.number_axis(title, ticks=4), f"{title}: {spoken}", heading=title))
    totals = _totals(explanation)
    rows = [[_named(name), *(str(numeral(found[outcome][name])) for outcome in OUTCOMES)] for name in ranked]
    for name, part in ((_BASE, "base"), (_ALL, "as_is")):
        cells = []
        for outcome in OUTCOMES:
            row = totals[outcome]
            half = getattr(row, f"{part}_half_width")
            cells.append(str(numeral(Estimate(getattr(row, part), half, row.unit, explanation.replications))))
        rows.append([name, *cells])
    note = "What each cause adds."
    if explanation.replications > 1:
        note += " Lines: 95 % confidence intervals."
    note += " A unit-day is a unit that a customer waits for one day."
    return Picture(
        _title(totals),
        note,
        tuple(panels),
        ChartTable(["Because of", *OUTCOMES.values()], rows),
        _keys(
            [one for values in found.values() for one in values.values()],
            more="adds to it",
            less="takes from it",
            hollow=True,
        ),
    )


def cause_meanings(explanation: Explanation) -> ChartTable:
    """Tabulate the causes: name on the command line, and the scenario when it is switched off."""
    rows = []
    for name in explanation.causes:
        absent = "" if name in explanation.playing else "not in this scenario: "
        rows.append((_named(name), name, absent + CAUSES[name].without))
    return ChartTable(("Cause", "Name", "Switched off"), rows, prose=True)


def _values(explanation: Explanation, outcome: str) -> dict[str, Estimate]:
    """Return the share of each cause in an outcome, by cause."""
    rows: list[Any] = list(explanation.attribution.itertuples())
    count = explanation.replications
    return {
        row.cause: Estimate(row.value, row.half_width, row.unit, count)
        for row in rows
        if row.outcome == outcome
    }


def _totals(explanation: Explanation) -> dict[str, Any]:
    """Return the rows of `Explanation.totals` by outcome."""
    rows: list[Any] = list(explanation.totals.itertuples())
    return {row.outcome: row for row in rows}


def _title(totals: dict[str, Any]) -> str:
    """Write the title about all causes together, as far as their total is settled."""
    days, profit = totals["wait_days"], totals["lost_profit"]
    parts = []
    if days.as_is > 0 and is_settled(Estimate(days.value, days.half_width, days.unit, 0)):
        parts.append(
            f"for {percent(min(days.value / days.as_is, 1.0))} of the time that units were waited for"
        )
    if is_settled(Estimate(profit.value, profit.half_width, profit.unit, 0)):
        parts.append(f"for {quantity(profit.value)} of lost profit")
    return f"The causes account {' and '.join(parts)}" if parts else "What each cause adds"


def _signed(one: Estimate) -> str:
    text = quantity(abs(one.mean))
    return text if text == "0" else f"{'+' if one.mean > 0 else '−'}{text}"


def _is_sure(one: Estimate) -> bool:
    """Test whether a value is certainly not 0; with one replication, whether it is not 0."""
    return abs(one.mean) > _or_nothing(one.half_width)


def _or_nothing(half_width: float) -> float:
    """Return a half width, 0 for nan."""
    return half_width if half_width > 0 else 0.0


def _colour(one: Estimate) -> str:
    if not _is_sure(one):
        return palette.OPEN
    return palette.BAD if one.mean > 0 else palette.GOOD


def _keys(found: list[Estimate], *, more: str, less: str, hollow: bool) -> tuple[ChartKey, ...]:
    """Make the key of the colours in use.

    Args:
        found: values drawn.
        more: meaning of a positive value.
        less: meaning of a negative value.
        hollow: whether marks of values that may be chance are hollow.
    """
    words = {palette.BAD: more, palette.GOOD: less, palette.OPEN: "may be chance"}
    colours = {_colour(one) for one in found}
    return tuple(
        ChartKey(text, colour, hollow=hollow and colour == palette.OPEN)
        for colour, text in words.items()
        if colour in colours
    )


def _named(name: str) -> str:
    """Return the title of a cause."""
    because = CAUSES[name].because
    return because[:1].upper() + because[1:]
