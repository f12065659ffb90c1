"""Figures of one replication: every metric of the glossary, its formula from sums, and a check that it is finite."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from simulator.metrics.glossary import DIMENSIONS, GLOSSARY
from simulator.metrics.grouping import Grouping, Sums, divided, group_sums, groupings
from simulator.metrics.measured_window import Window
from simulator.metrics.measures import money
from simulator.metrics.measures.backorder_causes import METRICS
from simulator.metrics.record_sums import LineOutcomes, StockCourse
from simulator.scenario.number_limits import section_numbers
from simulator.values.arrays import Flags, Floats
from simulator.values.mistakes import RunError, place_text

if TYPE_CHECKING:
    from simulator.model.world import Record


@dataclass(frozen=True)
class Figures:
    """Figures of one replication.

    A figure is nan under the condition that its glossary entry gives for not existing; all others are finite.

    Attributes:
        names: metrics of the glossary.
        overall: their values: float64[metrics].
        by: groups of each dimension, and the values in each: float64[metrics, groups].
    """

    names: tuple[str, ...]
    overall: Floats
    by: dict[str, tuple[tuple[str, ...], Floats]]

    def __getitem__(self, metric: str) -> float:
        """Return the overall value of a metric.

        Raises:
            KeyError: the glossary has no such metric.
        """
        return float(self.overall[self._row(metric)])

    def of(self, metric: str, dimension: str) -> dict[str, float]:
        """Return the value of a metric in each group of a dimension.

        Raises:
            KeyError: the metric or the dimension is unknown.
        """
        groups, values = self.by[dimension]
        return dict(zip(groups, values[self._row(metric)].tolist(), strict=True))

    @property
    def has_causes(self) -> bool:
        """True if backordered lines are counted by cause."""
        return not math.isnan(self[next(iter(METRICS.values()))])

    def without_causes(self) -> Figures:
        """Return the figures as they are where nobody asks for causes."""
        rows = [self._row(metric) for metric in METRICS.values()]

        def without(values: Floats) -> Floats:
            left = values.copy()
            left[rows] = np.nan
            return left

        by = {name: (groups, without(values)) for name, (groups, values) in self.by.items()}
        return replace(self, overall=without(self.overall), by=by)

    def _row(self, metric: str) -> int:
        if metric not in self.names:
            raise KeyError(metric)
        return self.names.index(metric)


LARGEST: Final = 1e150
"""Largest absolute value of a figure; squares of larger ones, needed for confidence intervals, are not finite."""

_LARGE: Final = 1e12
"""Value above which a number is named as a cause of figures that are too large."""
_MAX_CAUSES: Final = 3
"""Largest number of causes named."""

overflow_allowed: Final = np.errstate(over="ignore", invalid="ignore")
"""Decorator that silences overflow warnings while figures are computed, since `require_finite` checks the result."""


@overflow_allowed
def figures(record: Record, *, causes: bool = False) -> Figures:
    """Compute every metric of the glossary, overall and by every dimension.

    Args:
        record: of the replication.
        causes: True to count backordered lines by cause; these figures do not exist else.

    Raises:
        NotFiniteError: a figure is nan or too large to be reported.
    """
    window = Window.of(record.scenario.run)
    fates, course = LineOutcomes(record, window, causes=causes), StockCourse(record, window)
    cycles = course.cycles.sums()

    def sums(grouping: Grouping) -> dict[str, Floats]:
        found = fates.sums(grouping) | fates.quantiles(grouping)
        found |= course.sums(grouping) | course.peaks(grouping)
        return found if grouping.of_stock is None else found | grouping.by(grouping.of_stock, cycles)

    found = figures_from(groupings(record), sums)
    require_finite(found.overall, found.by, record)
    return found


def figures_from(groups: Iterable[Grouping], sums: Callable[[Grouping], dict[str, Floats]]) -> Figures:
    """Compute the figures of all groupings.

    Args:
        groups: groupings, "overall" and all dimensions among them.
        sums: gives the sums, peaks and quantiles of a grouping by name: float64[groups] each.
    """
    values = {grouping.dimension: (grouping.groups, _values(grouping, sums(grouping))) for grouping in groups}
    overall = values.pop("overall")[1][:, 0]
    return Figures(tuple(GLOSSARY), overall, {dimension: values[dimension] for dimension in DIMENSIONS})


def _values(grouping: Grouping, base: dict[str, Floats]) -> Floats:
    """Compute the metrics of the glossary in each group from its sums: float64[metrics, groups]."""
    if grouping.of_stock is not None:
        base["stocks"] = group_sums(grouping.of_stock, grouping.size, grouping.kept)
    result = np.full((len(GLOSSARY), grouping.size), np.nan)
    for row, metric in zip(result, GLOSSARY.values(), strict=True):
        if grouping.groups and grouping.dimension in metric.dimensions:
            formula = FORMULAS.get(metric.name)
            row[:] = base[metric.name] if formula is None else formula(base)
    return result


Formula = Callable[[Sums], Floats]
"""Metric from the sums of each group: float64[groups]."""


def _ratio(numerator: str, denominator: str) -> Formula:
    return lambda base: divided(base[numerator], base[denominator])


def _share_of_all(numerator: str, candidates: str, everybody: str) -> Formula:
    """Make the formula ``numerator / everybody``; nan in groups where ``candidates`` is 0."""
    return lambda base: np.where(base[candidates] > 0, divided(base[numerator], base[everybody]), np.nan)


def _wait_mean(base: Sums) -> Floats:
    days, lines = base["late_days"] + base["made_days"], base["lines_on_arrival"] + base["late_lines"]
    return divided(days, lines + base["made_lines"])


def _served_within_7_days(base: Sums) -> Floats:
    served = base["lines_on_arrival"] + base["switched_lines"] + base["soon_lines"] + base["made_soon_lines"]
    return divided(served, base["lines"])


def _asked_wait_mean(base: Sums) -> Floats:
    waited = base["late_days"] + base["cancelled_days"] + base["open_days"]
    return divided(waited + base["made_days"] + base["unfinished_days"], base["lines"])


def _stock_wait_mean(base: Sums) -> Floats:
    return divided(base["late_days"], base["lines_on_arrival"] + base["late_lines"])


def _sum(*names: str) -> Formula:
    """Make the formula that adds up the sums of these names; with one name, the metric is that sum."""
    return lambda base: functools.reduce(np.add, (base[name] for name in names))


def _ready_rate(base: Sums) -> Floats:
    return divided(base["ready_days"], base["stocks"] * base["days"])


def _inventory_turns(base: Sums) -> Floats:
    # (cost of goods sold / days * 365) / (value_days / days)
    return divided(365.0 * base["cost_of_goods_sold"], base["value_days"])


FORMULAS: dict[str, Formula] = {
    "filled_lines": _sum("lines_on_arrival", "late_lines", "made_lines"),
    "filled_orders": _sum("complete_orders"),
    "fill_rate": _ratio("units_on_arrival", "stock_units"),
    "line_fill_rate": _ratio("lines_on_arrival", "stock_lines"),
    "order_fill_rate": _ratio("orders_on_arrival", "stock_orders"),
    "ready_rate": _ready_rate,
    "cycle_service_level": _ratio("good_cycles", "cycles"),
    "replenishment_cycles": _sum("cycles"),
    "backorder_rate": _ratio("backordered_lines", "stock_lines"),
    "backorders_mean": _ratio("backlog_days", "days"),
    "open_wait_mean": _ratio("open_days", "open_lines"),
    "served_within_7_days": _served_within_7_days,
    "asked_wait_mean": _asked_wait_mean,
    "unsold_units": _sum("lost_units", "cancelled_units"),
    "kept_rate": _share_of_all("kept_lines", "due_lines", "lines"),
    "satisfied_rate": _share_of_all("content_orders", "asked_orders", "orders"),
    "backorder_wait_mean": _ratio("late_days", "late_lines"),
    "wait_mean": _wait_mean,
    "filled_stock_lines": _sum("lines_on_arrival", "late_lines"),
    "stock_wait_mean": _stock_wait_mean,
    "made_wait_mean": _ratio("made_days", "made_lines"),
    "workshop_queue_mean": _ratio("queue_days", "begun_lines"),
    "workshop_units_mean": _ratio("workshop_days", "days"),
    "workshop_utilisation": _ratio("busy_days", "staff_days"),
    "unit_wait_mean": _ratio("unit_days", "filled_units"),
    "order_wait_mean": _ratio("complete_days", "complete_orders"),
    "pick_wait_mean": _ratio("pick_days", "picked_lines"),
    "delivery_time_mean": _ratio("delivery_days", "delivered_lines"),
    "parcels_per_order": _ratio("parcels", "shipped_orders"),
    "cancelled_rate": _ratio("cancelled_lines", "lines"),
    "on_time_rate": _ratio("kept_lines", "due_lines"),
    "due_orders": _sum("promised_orders"),
    "overdue_lines": _sum("tardy_lines"),
    "scores": _sum("asked_orders"),
    "landed_purchases": _sum("landed_orders"),
    "cleared_purchases": _sum("cleared_orders"),
    "otif": _ratio("otif_orders", "promised_orders"),
    "perfect_order_rate": _ratio("perfect_orders", "promised_orders"),
    "days_late_mean": _ratio("tardy_days", "tardy_lines"),
    "satisfaction": _ratio("score_points", "asked_orders"),
    "top_two_box": _ratio("content_orders", "asked_orders"),
    "one_star": _ratio("one_star_orders", "asked_orders"),
    "repeat_rate": _ratio("repeats", "judged_orders"),
    "substituted_rate": _ratio("substituted_lines", "lines"),
    "served_elsewhere_share": _ratio("elsewhere_units", "filled_units"),
    "messages_per_backorder": _ratio("messages", "backordered_lines"),
    "promise_revisions_mean": _ratio("revisions", "promised_backorders"),
    "compensated_rate": _ratio("compensated_lines", "backordered_lines"),
    "transport_cost": _sum("freight_cost", "transit_cost", "transfer_cost", "delivery_cost"),
    "total_cost": money.total_cost,
    "profit": money.profit,
    "on_hand_mean": _ratio("on_hand_days", "days"),
    "on_order_mean": _ratio("on_order_days", "days"),
    "inventory_turns": _inventory_turns,
    "order_rate": _ratio("purchase_orders", "days"),
    "internal_fill_rate": _ratio("internal_units_at_once", "internal_units"),
    "depot_delay_mean": _ratio("depot_days", "shipped_units"),
    "internal_backlog_mean": _ratio("owed_days", "days"),
    "in_transit_mean": _ratio("transit_days", "days"),
    "transfers_in_transit_mean": _ratio("transfer_days", "days"),
    "order_variance_ratio": _ratio("order_variation", "demand_variation"),
    "lead_time_mean": _ratio("lead_days", "landed_orders"),
    "customs_delay_mean": _ratio("customs_days", "cleared_orders"),
    "inspection_rate": _ratio("inspected_orders", "cleared_orders"),
}
"""Formula of each metric; a metric without one is a sum of the same name."""


class NotFiniteError(RunError):
    """Error of a figure larger than `LARGEST`, or nan although the glossary says that it always exists."""


def require_finite(overall: Floats, by: Mapping[str, tuple[tuple[str, ...], Floats]], record: Record) -> None:
    """Check that all figures that should exist are finite and at most `LARGEST`.

    Args:
        overall: figures in the sequence of the glossary: float64[metrics].
        by: groups of each dimension, and the figures in each: float64[metrics, groups].
        record: of the replication, or of its last window.

    Raises:
        NotFiniteError: a figure is not; the message names the first one in the sequence of the glossary.
    """
    tables = [(dimension, *by[dimension]) for dimension in DIMENSIONS]
    tables.append(("overall", ("",), overall[:, np.newaxis]))
    found: list[tuple[int, int, str, float]] = []
    for number, (dimension, groups, values) in enumerate(tables):
        rows, columns = np.nonzero(_not_finite(values, dimension))
        if len(rows):
            row, column = int(rows[0]), int(columns[0])
            where = "" if dimension == "overall" else f" of {dimension} '{groups[column]}'"
            found.append((row, number, where, float(values[row, column])))
    if not found:
        return
    row, _, where, value = min(found)  # first in the glossary; a group comes before overall
    name = list(GLOSSARY)[row]
    size = "not a number" if math.isnan(value) else f"larger than {LARGEST:g}"
    causes = _causes(record)
    because = f"; the largest numbers behind it: {', '.join(causes)}" if causes else ""
    raise NotFiniteError(
        f"the figure {name}{where} of replication {record.replication} is {size} and cannot be reported: "
        f"{GLOSSARY[name].formula}{because}"
    )


def _not_finite(values: Floats, dimension: str) -> Flags:
    """Flag the figures that are too large, or nan although they always exist: bool[metrics, groups]."""
    always = [dimension in metric.dimensions and not metric.empty for metric in GLOSSARY.values()]
    flagged: Flags = np.abs(values) > LARGEST
    flagged[always] |= np.isnan(values[always])
    return flagged


def _causes(record: Record) -> list[str]:
    """List the largest numbers of the scenario and of its order lines, largest first."""
    found = [(value, place_text(place)) for place, value in section_numbers(record.scenario)]
    for noun, column in (("quantity", record.book.quantity), ("price", record.book.price)):
        if len(column):
            found.append((float(np.max(column)), f"{noun} of an order line"))
    large = sorted((cause for cause in found if cause[0] > _LARGE), key=lambda cause: -cause[0])
    return [f"{name} = {value:g}" for value, name in large[:_MAX_CAUSES]]
