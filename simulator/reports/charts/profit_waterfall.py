"""Waterfall from revenue to profit."""

from __future__ import annotations

from typing import Final

from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.pictures import palette
from simulator.reports.pictures.picture import ChartTable, Picture
from simulator.reports.pictures.waterfall import WaterfallStep, waterfall
from simulator.reports.wording.numerals import numeral, quantity

COSTS: Final = {
    "cost_of_goods_sold": "Cost of goods",
    "price_variance": "Price difference",
    "holding_cost": "Holding stock",
    "transit_cost": "Goods under way",
    "transfer_cost": "Transfers",
    "ordering_cost": "Ordering",
    "freight_cost": "Freight",
    "customs_cost": "Customs",
    "expediting_cost": "Expediting",
    "production_cost": "Production",
    "workshop_cost": "Workshops",
    "delivery_cost": "Delivery",
    "backorder_cost": "Backorders",
    "lost_sale_cost": "Lost sales",
    "contact_cost": "Contacts",
    "message_cost": "Messages",
    "compensation_cost": "Compensation",
    "refund_cost": "Refunds",
}
"""Costs that are subtracted from revenue to get profit, as in the glossary, and their names in the chart."""


def money(outcome: Replications) -> Picture | None:
    """Draw the waterfall from revenue over each cost to profit; None without costs."""
    figures = outcome.summary()
    revenue, profit = figures["revenue"], figures["profit"]
    costs = {name: figures[name] for name in COSTS if figures[name].n and figures[name].mean != 0}
    if not costs:
        return None
    factor, unit = _scale(max(abs(one.mean) for one in (revenue, profit, *costs.values())))

    def step(name: str, estimate: Estimate, colour: str, *, cost: bool = False) -> WaterfallStep:
        value = (-estimate.mean if cost else estimate.mean) / factor
        return WaterfallStep(name, value, quantity(value).replace("-", "−"), colour, total=not cost)

    steps = [
        step("Revenue", revenue, palette.OPEN),
        *(step(COSTS[name], one, palette.BAD, cost=True) for name, one in costs.items()),
        step("Profit", profit, palette.GOOD if profit.mean >= 0 else palette.BAD),
    ]
    axis = f"Money, {unit}" if unit else "Money"
    description = f"{axis}. " + "; ".join(f"{one.name}: {one.text}" for one in steps)
    several = len(outcome) > 1
    columns = ("", "Money", *(("±",) if several else ()), "Of revenue")
    rows = []
    for name, one in (
        ("Revenue", revenue),
        *((COSTS[key], cost) for key, cost in costs.items()),
        ("Profit", profit),
    ):
        text = numeral(one)
        share = f"{100 * one.mean / revenue.mean:.1f} %" if revenue.mean > 0 else "–"
        rows.append((name, text.mean, *((text.half_width,) if several else ()), share))
    return Picture(
        _title(revenue, profit, costs),
        "Money of the measured time, in the scenario's currency. Wages, rent and the like are not in it.",
        (waterfall(steps, axis, description),),
        ChartTable(columns, rows),
    )


def _title(revenue: Estimate, profit: Estimate, costs: dict[str, Estimate]) -> str:
    if not revenue.mean > 0:
        return f"Costs come to {quantity(sum(cost.mean for cost in costs.values()))}"
    largest = max(costs, key=lambda name: costs[name].mean)
    takes = f"{COSTS[largest].lower()} takes {100 * costs[largest].mean / revenue.mean:.0f}"
    if profit.mean < 0:
        return f"For every 100 earned {100 - 100 * profit.mean / revenue.mean:.0f} are spent; {takes}"
    return f"Of every 100 earned {100 * profit.mean / revenue.mean:.0f} remain as profit; {takes}"


def _scale(largest: float) -> tuple[float, str]:
    """Return the divisor that keeps amounts up to ``largest`` short, and its name."""
    if largest >= 1e8:
        return 1e6, "millions"
    return (1e3, "thousands") if largest >= 1e5 else (1.0, "")
