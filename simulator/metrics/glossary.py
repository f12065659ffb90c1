"""Glossary of metrics: name, unit, formula in words, better direction and dimensions of each; the only list of them.

Terms of the formulas:

- The *window* is [warm_up, horizon).
- *Counted* lines were ordered in the window; metrics of lines are about counted lines only.
- *On arrival* is the moment at which a line is ordered.
- A counted line is *filled* when its last unit is allocated, and *late* if that is after arrival.
- *Lost* means refused or declined.
- A line that is *made to order* is filled when the work is done, and never on arrival; while it waits it is no
  backorder. *From stock* are all lines that are not made to order.
- *Substitutes* are units of another product that a line got on arrival. By product and warehouse they count under the
  product ordered; substitutes of several products count as the last of these.
- A *parcel* is a line under ship: partial; under ship: complete it is all lines of an order that are shipped from one
  warehouse.
- A line belongs to the warehouse that served it, where it waits, or that would have served it.
- An order, or a parcel, belongs to a segment, product or warehouse with those of its lines that do.
- The *echelon* of a warehouse is 0 if it supplies no other, else 1 more than the highest that it supplies. Figures by
  echelon exist where warehouses supply each other.

A figure with an empty base (a mean over nothing, a share of nothing) does not exist and is nan. Its entry gives the
condition; figures without one always exist.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from simulator.metrics.bases import BASES
from simulator.metrics.measures.backorder_causes import METRICS
from simulator.orders.backorder_cause import BackorderCause

LINES = ("overall", "segment", "product", "warehouse")
"""Dimensions of metrics of order lines."""
CUSTOMERS = ("overall", "segment")
"""Dimensions of metrics of customers, including those who do not order."""
STOCKS = ("overall", "product", "warehouse", "echelon")
"""Dimensions of metrics of stocks, each a product in a warehouse."""
SUPPLY = ("overall", "product", "warehouse", "echelon", "supplier")
"""Dimensions of metrics of purchase orders."""
DIMENSIONS = ("segment", "product", "warehouse", "echelon", "supplier")
"""All dimensions except ``overall``."""


@dataclass(frozen=True, slots=True)
class Metric:
    """Entry of the glossary.

    Attributes:
        name: unique name.
        unit: of the figure.
        formula: in words.
        better: direction that planners prefer.
        dimensions: by which the figure is split, "overall" among them.
        empty: condition under which the figure, overall or of a group, does not exist (nan); "" if it always exists.
        of: metric that counts the base of a mean or share, such as ``late_lines`` of their mean wait; "" for totals
            and averages over time.
    """

    name: str
    unit: str
    formula: str
    better: Literal["up", "down", "neither"]
    dimensions: tuple[str, ...]
    empty: str = ""
    of: str = ""


_DEMAND = (
    Metric("orders", "orders", "orders placed in the window", "neither", LINES),
    Metric("lines", "lines", "order lines placed in the window", "neither", LINES),
    Metric("units", "units", "units asked for in the window", "neither", LINES),
    Metric("stock_orders", "orders", "orders with a line from stock", "neither", LINES),
    Metric("stock_lines", "lines", "lines from stock", "neither", LINES),
    Metric("stock_units", "units", "units of stock_lines", "neither", LINES),
    Metric("filled_units", "units", "units allocated to counted lines", "up", LINES),
    Metric("filled_lines", "lines", "lines filled, on arrival or later", "up", LINES),
    Metric("filled_orders", "orders", "orders with all lines filled", "up", LINES),
    Metric("delivered_lines", "lines", "filled lines that were delivered", "up", LINES),
)

_SERVICE = (
    Metric(
        "fill_rate",
        "share",
        "units allocated on arrival / units asked for, of lines from stock (type 2, beta)",
        "up",
        LINES,
        "no line was to be served from stock",
    ),
    Metric(
        "line_fill_rate",
        "share",
        "lines filled on arrival / lines from stock",
        "up",
        LINES,
        "no line was to be served from stock",
    ),
    Metric(
        "order_fill_rate",
        "share",
        "orders whose lines from stock were all filled on arrival / orders with a line from stock",
        "up",
        LINES,
        "no line was to be served from stock",
    ),
    Metric(
        "ready_rate",
        "share",
        "time with on hand > 0 / length of the window, averaged over the stocks that are kept (type 3)",
        "up",
        STOCKS,
        "there is no stock",
    ),
    Metric(
        "cycle_service_level",
        "share",
        "replenishment cycles in which every line was filled on arrival / replenishment cycles; a cycle runs "
        "between two consecutive landings of a stock, both in the window (type 1, alpha)",
        "up",
        STOCKS,
        "no stock has two landings in the window",
    ),
    Metric(
        "replenishment_cycles",
        "cycles",
        "replenishment cycles of the denominator of cycle_service_level",
        "neither",
        STOCKS,
    ),
)

_BACKORDERS = (
    Metric(
        "backorder_rate",
        "share",
        "lines that became backorders / lines from stock",
        "down",
        LINES,
        "no line was to be served from stock",
    ),
    Metric(
        "waited_orders",
        "orders",
        "orders with a line that became a backorder, or was made to order and not at once",
        "down",
        LINES,
    ),
    Metric(
        "waited_lines",
        "lines",
        "lines that became backorders, or were made to order and not at once",
        "down",
        LINES,
    ),
    Metric("backordered_orders", "orders", "orders with a line that became a backorder", "down", LINES),
    Metric("backordered_lines", "lines", "lines that became backorders, filled later or not", "down", LINES),
    Metric(
        "backordered_units",
        "units",
        "units of backordered lines not allocated on arrival, nor substituted",
        "down",
        LINES,
    ),
    Metric(
        "backorders_mean",
        "units (time average)",
        "integral of the waiting units, blanks that lines wait for included, over the window / its length; by segment, "
        "a line whose units were allocated at different times counts in proportion to its wait inside the window",
        "down",
        LINES,
    ),
    Metric(
        "backorders_max",
        "units",
        "most units waiting at once in the window, all stocks together",
        "down",
        STOCKS,
    ),
    Metric(
        "open_orders", "orders", "counted orders with a line still waiting when the run ended", "down", LINES
    ),
    Metric("open_lines", "lines", "counted lines still waiting when the run ended", "down", LINES),
    Metric("open_units", "units", "units of open lines not allocated yet, nor substituted", "down", LINES),
    Metric(
        "open_wait_mean",
        "days",
        "mean of (end of the run - order time) of open lines: a lower bound of their wait",
        "down",
        LINES,
        "no line was waiting when the run ended",
    ),
)

_CAUSES = tuple(
    Metric(
        METRICS[cause],
        "lines",
        f"lines that became backorders because {cause.meaning}",
        "down",
        LINES,
        "nobody asked for the causes of backorders",
    )
    for cause in BackorderCause
)

_ALL_WHO_ASKED = (
    Metric(
        "served_within_7_days",
        "share",
        "lines served in full, if need be with another product, at most 7 days after the order / lines",
        "up",
        LINES,
        "no line was ordered",
    ),
    Metric(
        "asked_wait_mean",
        "days",
        "mean wait of all lines, to their allocation, their cancellation or the end of the run; 0 for lines that did "
        "not wait, refused and declined ones included",
        "down",
        LINES,
        "no line was ordered",
    ),
    Metric("unsold_units", "units", "lost_units + cancelled_units", "down", LINES),
    Metric(
        "kept_rate",
        "share",
        "lines delivered no later than first promised / lines, with a promise or not",
        "up",
        LINES,
        "no line has a promise that is due",
    ),
    Metric(
        "satisfied_rate",
        "share",
        "scores of 4 and 5 / orders, asked for a score or not",
        "up",
        LINES,
        "no customer was asked for a score",
    ),
)

_MADE = "time of a line made to order from the order to the end of the work"


def _made_waits() -> tuple[Metric, ...]:
    """Make the metrics of the time that lines made to order take."""
    kinds = {
        "mean": "mean",
        "p50": "median",
        **{f"p{share}": f"{share} % quantile of the" for share in (90, 95, 99)},
        "max": "longest",
    }
    return tuple(
        Metric(f"made_wait_{end}", "days", f"{words} {_MADE}", "down", LINES, "nothing was made to order")
        for end, words in kinds.items()
    )


_TO_ORDER = (
    Metric("made_to_order_orders", "orders", "orders with a line made to order", "neither", LINES),
    Metric("made_to_order_lines", "lines", "lines made to order, done or not", "neither", LINES),
    Metric("made_to_order_units", "units", "units of made_to_order_lines", "neither", LINES),
    Metric("made_lines", "lines", "lines made to order whose work is done", "neither", LINES),
    Metric(
        "not_made_lines", "lines", "lines made to order and cancelled before the work began", "down", LINES
    ),
    Metric(
        "unfinished_lines",
        "lines",
        "lines made to order, neither done nor cancelled when the run ended",
        "down",
        LINES,
    ),
    Metric("unfinished_units", "units", "units of unfinished lines without a blank so far", "down", LINES),
    *_made_waits(),
    Metric("filled_stock_lines", "lines", "lines from stock filled, on arrival or later", "up", LINES),
    Metric(
        "stock_wait_mean",
        "days",
        "mean wait of filled lines from stock, 0 for those filled on arrival",
        "down",
        LINES,
        "no line was filled from stock",
    ),
    Metric("begun_lines", "lines", "lines made to order whose work has begun", "neither", LINES),
    Metric(
        "workshop_queue_mean",
        "days",
        "mean time from the coming of a line to its workshop, with its blanks, to the beginning of the work",
        "down",
        LINES,
        "no work was begun",
    ),
    Metric(
        "workshop_units_mean",
        "units (time average)",
        "integral over the window of the units that wait or are worked on in workshops / its length",
        "down",
        LINES,
    ),
    Metric(
        "workshop_utilisation",
        "share",
        "time that the staff of all workshops work in the window / their opening time in it",
        "neither",
        ("overall",),
        "no line is made to order, or the workshops never open",
    ),
)

_LATE = "wait of a late line: allocation of its last unit - order time"
_WAITS = (
    Metric("late_lines", "lines", "lines filled late", "neither", LINES),
    Metric("backorder_wait_mean", "days", f"mean {_LATE}", "down", LINES, "no line is late"),
    Metric("backorder_wait_p50", "days", f"median {_LATE}", "down", LINES, "no line is late"),
    Metric("backorder_wait_p90", "days", f"90 % quantile of the {_LATE}", "down", LINES, "no line is late"),
    Metric("backorder_wait_p95", "days", f"95 % quantile of the {_LATE}", "down", LINES, "no line is late"),
    Metric("backorder_wait_p99", "days", f"99 % quantile of the {_LATE}", "down", LINES, "no line is late"),
    Metric("backorder_wait_max", "days", f"longest {_LATE}", "down", LINES, "no line is late"),
    Metric(
        "wait_mean",
        "days",
        "mean wait of all filled lines, 0 for those filled on arrival",
        "down",
        LINES,
        "no line was filled",
    ),
    Metric(
        "unit_wait_mean",
        "days",
        "mean wait of allocated units, 0 for those allocated on arrival; units that a cancelled line gave back are "
        "left out",
        "down",
        LINES,
        "no unit was allocated",
    ),
    Metric(
        "order_wait_mean",
        "days",
        "mean time from order to allocation of its last line, over orders with all lines filled",
        "down",
        LINES,
        "no order was filled",
    ),
    Metric(
        "pick_wait_mean",
        "days",
        "mean time of a filled line from its allocation to shipping",
        "down",
        LINES,
        "no filled line was shipped",
    ),
    Metric(
        "delivery_time_mean",
        "days",
        "mean time of a filled line from order to delivery",
        "down",
        LINES,
        "no filled line was delivered",
    ),
    Metric(
        "delivery_time_p95",
        "days",
        "95 % quantile of the time of a filled line from order to delivery",
        "down",
        LINES,
        "no filled line was delivered",
    ),
    Metric("parcels", "parcels", "parcels shipped to customers", "neither", LINES),
    Metric("shipped_orders", "orders", "orders with a line in a parcel that was shipped", "neither", LINES),
    Metric(
        "parcels_per_order",
        "parcels",
        "parcels / orders with a line in a parcel that was shipped",
        "down",
        LINES,
        "nothing was shipped",
    ),
)


def _gone(fate: str, words: str) -> tuple[Metric, ...]:
    """Make the metrics of orders, lines, units and value of one outcome; ``words`` follow "lines" in a formula."""
    return (
        Metric(f"{fate}_orders", "orders", f"orders with a line {words}", "down", LINES),
        Metric(f"{fate}_lines", "lines", f"lines {words}", "down", LINES),
        Metric(
            f"{fate}_units", "units", f"quantity - units sold - substitutes, of lines {words}", "down", LINES
        ),
        Metric(f"{fate}_value", "money", f"price x the units of {fate}_units", "down", LINES),
    )


_LOST = (
    *_gone("refused", "refused (out of stock, not for sale)"),
    *_gone("declined", "declined (the customer would not wait)"),
    *_gone("lost", "refused or declined"),
    *_gone("cancelled", "cancelled while they waited"),
    Metric("cancelled_rate", "share", "lines cancelled / lines", "down", LINES, "no line was ordered"),
)

_ROUTING = (
    Metric(
        "served_elsewhere_share",
        "share",
        "units of filled_units that another warehouse than the home of the customer's region allocated / filled_units; "
        "by warehouse that which served",
        "neither",
        LINES,
        "no unit was allocated",
    ),
)

_SUBSTITUTION = (
    Metric("substituted_lines", "lines", "lines with substitutes", "neither", LINES),
    Metric("substituted_units", "units", "substitutes", "neither", LINES),
    Metric(
        "substituted_rate", "share", "lines with substitutes / lines", "neither", LINES, "no line was ordered"
    ),
)

_PROMISES = (
    Metric(
        "on_time_rate",
        "share",
        "lines delivered no later than first promised / lines with a promise that were delivered, or were not when the "
        "promised time had passed",
        "up",
        LINES,
        "no line has a promise that is due",
    ),
    Metric("due_lines", "lines", "lines of the denominator of on_time_rate", "neither", LINES),
    Metric("due_orders", "orders", "orders of the denominator of otif", "neither", LINES),
    Metric(
        "otif",
        "share",
        "on time in full: orders with a promise and all lines delivered, none later than first promised / orders with "
        "a promise, except those with nothing failed and something still to come",
        "up",
        LINES,
        "no order has a promise that is kept or broken",
    ),
    Metric(
        "perfect_order_rate",
        "share",
        "orders on time in full without a revised promise or a contact with the support desk / orders of the "
        "denominator of otif",
        "up",
        LINES,
        "no order has a promise that is kept or broken",
    ),
    Metric("overdue_lines", "lines", "lines delivered later than first promised", "down", LINES),
    Metric(
        "days_late_mean",
        "days",
        "mean time from the first promise to delivery, of lines delivered later than first promised",
        "down",
        LINES,
        "no line was delivered later than promised",
    ),
    Metric("promised_backorders", "lines", "lines that became backorders with a promise", "neither", LINES),
    Metric(
        "promise_revisions_mean",
        "revisions",
        "revisions of the promise / lines that became backorders with a promise",
        "down",
        LINES,
        "no line with a promise became a backorder",
    ),
)

_CARE = (
    Metric("messages", "messages", "messages sent about counted lines, read or not", "neither", LINES),
    Metric(
        "messages_per_backorder",
        "messages",
        "messages / lines that became backorders",
        "neither",
        LINES,
        "no line became a backorder",
    ),
    Metric("message_cost", "money", "cost of the channel x messages", "down", LINES),
    Metric(
        "compensated_rate",
        "share",
        "lines that became backorders and were offered a compensation, paid on delivery / lines that became backorders",
        "neither",
        LINES,
        "no line became a backorder",
    ),
    Metric("compensation_cost", "money", "compensations of counted lines that were delivered", "down", LINES),
)

_OF_LINES = "; by segment, product or warehouse, only those about backorders"
_SUPPORT = (
    Metric(
        "contacts",
        "contacts",
        f"contacts with the support desk in the window{_OF_LINES}",
        "down",
        LINES,
        "the scenario has no support desk",
    ),
    Metric(
        "backorder_contacts",
        "contacts",
        "contacts with the support desk in the window about backorders",
        "down",
        LINES,
        "the scenario has no support desk",
    ),
    Metric(
        "contacts_per_100_orders",
        "contacts",
        "100 x contacts / orders placed in the window",
        "down",
        LINES,
        "no order was placed, or the scenario has no support desk",
    ),
    Metric(
        "answered_contacts",
        "contacts",
        "contacts made in the window that were answered",
        "neither",
        LINES,
        "the scenario has no support desk",
    ),
    Metric(
        "desk_wait_mean",
        "days",
        f"mean time in the queue of answered contacts made in the window{_OF_LINES}",
        "down",
        LINES,
        "no contact was answered",
    ),
    Metric(
        "desk_wait_p95",
        "days",
        f"95 % quantile of the time in the queue of answered contacts made in the window{_OF_LINES}",
        "down",
        LINES,
        "no contact was answered",
    ),
    Metric(
        "ended_contacts",
        "contacts",
        "contacts made in the window that were answered or given up",
        "neither",
        LINES,
        "the scenario has no support desk",
    ),
    Metric(
        "desk_queue_mean",
        "days",
        "mean time in the queue, to the answer or until given up, of contacts made in the window that were answered or "
        "given up",
        "down",
        LINES,
        "no contact was answered or given up",
    ),
    Metric(
        "unanswered_rate",
        "share",
        f"contacts made in the window that were given up / those given up or answered{_OF_LINES}",
        "down",
        LINES,
        "no contact was answered or given up",
    ),
    Metric(
        "desk_utilisation",
        "share",
        "time of agents with customers in the window / their time on duty in it",
        "neither",
        ("overall",),
        "no agent was on duty, or their number is unlimited",
    ),
    Metric(
        "contact_cost",
        "money",
        "cost of a contact x answered_contacts",
        "down",
        LINES,
        "the scenario has no support desk",
    ),
)

_CUSTOMERS = (
    Metric(
        "stayed_away_orders",
        "orders",
        "orders of the window that were not placed because customers remember how they were served; only with loyalty: "
        "{goodwill: ...} do policies change demand",
        "down",
        CUSTOMERS,
    ),
    Metric("scores", "orders", "orders whose customers were asked for a score", "neither", LINES),
    Metric(
        "satisfaction",
        "score",
        "mean survey score, 1 to 5, of the orders whose customers were asked; an order belongs to the product and the "
        "warehouse of its latest line",
        "up",
        LINES,
        "no customer was asked for a score",
    ),
    Metric(
        "top_two_box", "share", "scores of 4 and 5 / scores", "up", LINES, "no customer was asked for a score"
    ),
    Metric("one_star", "share", "scores of 1 / scores", "down", LINES, "no customer was asked for a score"),
    Metric("judged_orders", "orders", "orders that have a repeat chance", "neither", LINES),
    Metric(
        "repeat_rate",
        "share",
        "mean chance that the customer of an order orders again; an order belongs to the product and the warehouse of "
        "the line that lowers the chance most",
        "up",
        LINES,
        "no order has a repeat chance",
    ),
)

_CASH = (
    Metric(
        "cash_received",
        "money",
        "payments for counted lines, refunded or not",
        "up",
        LINES,
        "the scenario does not say when customers pay",
    ),
    Metric(
        "refunds",
        "money",
        "payments refunded for cancelled counted lines",
        "down",
        LINES,
        "the scenario does not say when customers pay",
    ),
    Metric(
        "refund_cost",
        "money",
        "refund cost x lines refunded",
        "down",
        LINES,
        "the scenario does not say when customers pay",
    ),
    Metric(
        "cash_held_mean",
        "money (time average)",
        "integral over the window of the payments held for lines neither delivered nor refunded / its length",
        "neither",
        LINES,
        "the scenario does not say when customers pay",
    ),
    Metric(
        "cash_held_max",
        "money (peak)",
        "most payments held at once in the window for lines neither delivered nor refunded",
        "neither",
        LINES,
        "the scenario does not say when customers pay",
    ),
)

_MONEY = (
    Metric(
        "revenue", "money", "price x units allocated + substitutes x the price of their product", "up", LINES
    ),
    Metric("revenue_from_backorders", "money", "price x units allocated to late lines", "up", LINES),
    Metric(
        "cost_of_goods_sold",
        "money",
        "cost x units allocated + substitutes x the cost of their product",
        "neither",
        LINES,
    ),
    Metric("purchase_cost", "money", "price x units landed in the window", "down", SUPPLY),
    Metric(
        "price_variance",
        "money",
        "(price of the supplier - cost of the product) x units landed in the window",
        "down",
        SUPPLY,
    ),
    Metric("holding_cost", "money", "integral of (on hand x holding cost) over the window", "down", STOCKS),
    Metric(
        "transit_cost",
        "money",
        "integral over the window of (units ordered by one warehouse from another, shipped and not landed x holding "
        "cost where they come from)",
        "down",
        SUPPLY,
    ),
    Metric(
        "transfer_cost",
        "money",
        "freight of the transfers sent in the window, duty and brokerage of those landed in it, and the integral over "
        "the window of (units under way in transfers x holding cost where they come from); by warehouse, as all "
        "figures of transfers, those that it gets",
        "down",
        STOCKS,
    ),
    Metric("ordering_cost", "money", "order cost x purchase orders placed in the window", "down", SUPPLY),
    Metric("freight_cost", "money", "freight of the purchase orders placed in the window", "down", SUPPLY),
    Metric(
        "customs_cost",
        "money",
        "duty and brokerage of the purchase orders landed in the window",
        "down",
        SUPPLY,
    ),
    Metric("expediting_cost", "money", "fees of the orders expedited in the window", "down", SUPPLY),
    Metric(
        "production_cost",
        "money",
        "wage x hours that production lines work on the purchase orders placed in the window",
        "down",
        SUPPLY,
    ),
    Metric(
        "workshop_cost",
        "money",
        "wage x hours of work on counted lines whose work has begun",
        "down",
        LINES,
    ),
    Metric(
        "delivery_cost",
        "money",
        "delivery cost from the warehouse that serves to the region x parcels; the lines of a parcel share its cost "
        "equally",
        "down",
        LINES,
    ),
    Metric(
        "backorder_cost",
        "money",
        "integral of (waiting units x backorder cost) over the window",
        "down",
        LINES,
    ),
    Metric("lost_sale_cost", "money", "lost sale cost x units lost", "down", LINES),
    Metric(
        "transport_cost",
        "money",
        "freight + transit + transfer + delivery cost: what it costs to move goods; part of the total cost",
        "down",
        STOCKS,
    ),
    Metric(
        "total_cost",
        "money",
        "purchase + holding + transit + transfer + ordering + freight + customs + expediting + production + workshop + "
        "delivery + backorder + lost sale + contact + message + compensation + refund cost, of those that exist",
        "down",
        STOCKS,
    ),
    Metric(
        "profit",
        "money",
        "revenue - cost of goods sold - price variance - holding - transit - transfer - ordering - freight - customs - "
        "expediting - production - workshop - delivery - backorder - lost sale - contact - message - compensation - "
        "refund cost, of those that exist",
        "up",
        STOCKS,
    ),
)

_STOCK = (
    Metric(
        "on_hand_mean",
        "units (time average)",
        "integral of on hand over the window / its length",
        "down",
        STOCKS,
    ),
    Metric(
        "on_order_mean",
        "units (time average)",
        "integral of the units on order over the window / its length; a unit is on order from the placing to "
        "the landing of its purchase order, or until it is noticed that it never comes; cancelled units never are",
        "neither",
        SUPPLY,
    ),
    Metric(
        "inventory_turns",
        "per year",
        "cost of goods sold in 365 days / (time average of on hand x cost)",
        "up",
        STOCKS,
        "no stock that cost anything was on hand",
    ),
)

_PURCHASES = (
    Metric("purchase_orders", "purchase orders", "purchase orders placed in the window", "neither", SUPPLY),
    Metric(
        "purchase_units",
        "units",
        "units of purchase orders placed in the window, cancelled units left out",
        "neither",
        SUPPLY,
    ),
    Metric("defective_units", "units", "defects found in the window", "down", SUPPLY),
    Metric(
        "failed_orders",
        "purchase orders",
        "purchase orders placed in the window that never come, once that is noticed",
        "down",
        SUPPLY,
    ),
    Metric(
        "expedited_orders", "purchase orders", "purchase orders expedited in the window", "neither", SUPPLY
    ),
    Metric("expedited_units", "units", "units expedited in the window", "neither", SUPPLY),
    Metric("order_rate", "per day", "purchase orders placed in the window / its length", "neither", SUPPLY),
    Metric("receipts", "purchase orders", "purchase orders landed in the window", "neither", SUPPLY),
    Metric("received_units", "units", "units landed in the window", "neither", SUPPLY),
    Metric(
        "landed_purchases",
        "purchase orders",
        "purchase orders placed in the window that landed",
        "neither",
        SUPPLY,
    ),
    Metric(
        "lead_time_mean",
        "days",
        "mean time from placing to landing, of purchase orders placed in the window that landed",
        "down",
        SUPPLY,
        "no purchase order placed in the window has landed",
    ),
    Metric(
        "cleared_purchases",
        "purchase orders",
        "purchase orders placed in the window that cleared customs",
        "neither",
        SUPPLY,
    ),
    Metric(
        "customs_delay_mean",
        "days",
        "mean time from arrival to clearance, of purchase orders placed in the window that cleared customs",
        "down",
        SUPPLY,
        "no purchase order placed in the window has cleared customs",
    ),
    Metric(
        "customs_delay_p95",
        "days",
        "95 % quantile of the time from arrival to clearance, of purchase orders placed in the window that cleared "
        "customs",
        "down",
        SUPPLY,
        "no purchase order placed in the window has cleared customs",
    ),
    Metric(
        "inspection_rate",
        "share",
        "inspected purchase orders / purchase orders placed in the window that cleared customs",
        "down",
        SUPPLY,
        "no purchase order placed in the window has cleared customs",
    ),
)

_NETWORK = (
    Metric(
        "internal_units",
        "units",
        "units that warehouses ordered from each other in the window; as in all figures of this section, by warehouse "
        "and echelon those of the warehouse that orders, by supplier those of the warehouse that ships",
        "neither",
        SUPPLY,
    ),
    Metric(
        "internal_fill_rate",
        "share",
        "units that warehouses ordered from each other in the window and that were shipped at the instant of the "
        "order / units ordered so",
        "up",
        SUPPLY,
        "no warehouse ordered from another in the window",
    ),
    Metric(
        "shipped_units",
        "units",
        "units that warehouses ordered from each other in the window and that were shipped, at once or later",
        "neither",
        SUPPLY,
    ),
    Metric(
        "depot_delay_mean",
        "days",
        "mean time from the order to the shipping of a unit, of the units of shipped_units, those shipped at once "
        "included",
        "down",
        SUPPLY,
        "nothing was shipped that a warehouse ordered from another in the window",
    ),
    Metric(
        "internal_backlog_mean",
        "units (time average)",
        "integral over the window of the units that warehouses have ordered from each other and that are not shipped "
        "/ its length",
        "down",
        SUPPLY,
    ),
    Metric(
        "in_transit_mean",
        "units (time average)",
        "integral over the window of the units ordered by one warehouse from another, shipped and not landed / its "
        "length",
        "neither",
        SUPPLY,
    ),
    Metric(
        "transfers",
        "transfers",
        "transfers sent in the window from warehouses that do not supply the one that gets them",
        "neither",
        STOCKS,
    ),
    Metric("transferred_units", "units", "units of the transfers sent in the window", "neither", STOCKS),
    Metric(
        "transfers_in_transit_mean",
        "units (time average)",
        "integral over the window of the units under way in transfers / its length",
        "neither",
        STOCKS,
    ),
    Metric(
        "order_variance_ratio",
        "ratio",
        "variance of the units that a stock orders in a day / variance of the units asked of it in a day by customers "
        "and other warehouses, over the whole days of the window (bullwhip effect); of several stocks, the sums of "
        "their variances",
        "down",
        STOCKS,
        "no warehouse supplies another, or the demand is the same on all days",
    ),
)

SECTIONS: Final[dict[str, tuple[Metric, ...]]] = {
    title: tuple(replace(metric, of=BASES.get(metric.name, "")) for metric in metrics)
    for title, metrics in {
        "Demand": _DEMAND,
        "Service": _SERVICE,
        "Backorders": _BACKORDERS,
        "Causes of backorders": _CAUSES,
        "All who asked": _ALL_WHO_ASKED,
        "Waits": _WAITS,
        "Made to order": _TO_ORDER,
        "Lost and cancelled": _LOST,
        "Served elsewhere": _ROUTING,
        "Substitutes": _SUBSTITUTION,
        "Promises": _PROMISES,
        "Messages and compensation": _CARE,
        "Support desk": _SUPPORT,
        "Satisfaction and loyalty": _CUSTOMERS,
        "Money": _MONEY,
        "Cash": _CASH,
        "Stock": _STOCK,
        "Purchase orders": _PURCHASES,
        "Supply between warehouses": _NETWORK,
    }.items()
}
"""Metrics by subject, in the sequence in which they are shown."""
GLOSSARY: dict[str, Metric] = {metric.name: metric for metrics in SECTIONS.values() for metric in metrics}
"""Every metric by name, in the same sequence."""
