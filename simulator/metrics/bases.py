"""Bases of figures: the group of lines, orders or contacts over which a mean or a share is taken.

Policies decide which customers are served, stay and are asked. The mean wait of the served falls when the
customers with the longest waits cancel, although no customer is better off: survivorship bias. Such figures
can be compared only between bases of equal size. Figures over all demand (`COMPANIONS`) have no such limit.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

ASKED: Final = ("units", "lines", "orders", "stock_units", "stock_lines", "stock_orders")
"""Bases of all demand, served or not. Policies change them through `AWAY` alone."""
PURCHASES: Final = ("landed_purchases", "cleared_purchases", "internal_units", "shipped_units")
"""Bases of purchase orders. None is dropped because it takes long, so there is no survivorship bias."""
AWAY: Final = "stayed_away_orders"
"""Metric that counts orders not placed because of a policy (loyalty with goodwill)."""

_FIGURES: Final[Mapping[str, tuple[str, ...]]] = {
    "stock_units": ("fill_rate",),
    "stock_lines": ("line_fill_rate", "backorder_rate"),
    "stock_orders": ("order_fill_rate",),
    "lines": (
        *("cancelled_rate", "substituted_rate"),
        *("served_within_7_days", "asked_wait_mean", "kept_rate"),
    ),
    "orders": ("contacts_per_100_orders", "satisfied_rate"),
    "replenishment_cycles": ("cycle_service_level",),
    "open_lines": ("open_wait_mean",),
    "late_lines": tuple(f"backorder_wait_{end}" for end in ("mean", "p50", "p90", "p95", "p99", "max")),
    "filled_lines": ("wait_mean",),
    "filled_stock_lines": ("stock_wait_mean",),
    "made_lines": tuple(f"made_wait_{end}" for end in ("mean", "p50", "p90", "p95", "p99", "max")),
    "begun_lines": ("workshop_queue_mean",),
    "filled_units": ("unit_wait_mean", "served_elsewhere_share"),
    "filled_orders": ("order_wait_mean",),
    "delivered_lines": ("pick_wait_mean", "delivery_time_mean", "delivery_time_p95"),
    "shipped_orders": ("parcels_per_order",),
    "due_lines": ("on_time_rate",),
    "due_orders": ("otif", "perfect_order_rate"),
    "overdue_lines": ("days_late_mean",),
    "promised_backorders": ("promise_revisions_mean",),
    "backordered_lines": ("messages_per_backorder", "compensated_rate"),
    "answered_contacts": ("desk_wait_mean", "desk_wait_p95"),
    "ended_contacts": ("unanswered_rate", "desk_queue_mean"),
    "scores": ("satisfaction", "top_two_box", "one_star"),
    "judged_orders": ("repeat_rate",),
    "landed_purchases": ("lead_time_mean",),
    "internal_units": ("internal_fill_rate",),
    "shipped_units": ("depot_delay_mean",),
    "cleared_purchases": ("customs_delay_mean", "customs_delay_p95", "inspection_rate"),
}
"""Figures over each base, by the metric that counts the base."""
BASES: Final[Mapping[str, str]] = {figure: base for base, figures in _FIGURES.items() for figure in figures}
"""Metric that counts the base of each figure; totals and averages over time have none."""

_WAITING: Final = ("asked_wait_mean", "served_within_7_days")
COMPANIONS: Final[Mapping[str, tuple[str, ...]]] = {
    **dict.fromkeys(_FIGURES["late_lines"], _WAITING),
    **dict.fromkeys(("wait_mean", "unit_wait_mean", "order_wait_mean", "open_wait_mean"), _WAITING),
    **dict.fromkeys((*_FIGURES["made_lines"], "stock_wait_mean"), _WAITING),
    **dict.fromkeys(("delivery_time_mean", "delivery_time_p95", "pick_wait_mean"), _WAITING),
    **dict.fromkeys(_FIGURES["scores"], ("satisfied_rate",)),
    **dict.fromkeys(_FIGURES["answered_contacts"], ("desk_queue_mean",)),
    **dict.fromkeys(("on_time_rate", "days_late_mean"), ("kept_rate",)),
    **dict.fromkeys(("otif", "perfect_order_rate"), ("kept_rate",)),
}
"""Figures over all demand that correspond to a figure over a selected base, by the latter's name."""
