"""The figures of the cases, worked out from the columns of a record alone.

They are a second opinion: nothing here uses ``simulator.metrics``. Each figure is a ratio of two sums, so
that the replications of a case can be put together by adding numerators and denominators. The cases speak of
class 1 and class 2, which are the customers of priority 1 and 2, and of products p1 and p2, which are the first
and the second of the file (where lines are routed, customers p1 and p2 of the first and the second warehouse); the
period of a periodic case is a day. A figure of one warehouse ends in its name, as r1 or
stage2.
"""

import math
import re
from collections.abc import Callable

import numpy as np

from simulator.model.world import Record
from simulator.orders.order_book import Status
from simulator.policies.replenishment import PeriodicOrderUpTo
from tests.theory.observation import Flags, Floats, Observation, Steps, at_place

Ratio = tuple[float, float]

DUST = 1e-9
"""Units below this are rounding errors of real-valued demand."""

_NAME = re.compile(
    r"(?P<name>.+?)(_gt_(?P<beyond>[\d.]+))?(_c(?P<rank>[12]))?(_(?P<place>(r|stage|centre)\d))?"
)


def measure(record: Record, figures: list[str]) -> dict[str, Ratio]:
    """Numerator and denominator of each figure. ``KeyError`` for a figure that nobody knows."""
    seen = Observation(record)
    return {figure: _measured(seen, figure) for figure in figures}


def _measured(seen: Observation, figure: str) -> Ratio:
    parts = _NAME.fullmatch(figure)
    assert parts is not None
    if parts["place"]:
        return _measured(Observation(at_place(seen.record, parts["place"])), figure.rpartition("_")[0])
    name, beyond, rank = parts["name"], parts["beyond"], parts["rank"]
    if name in BY_CLASS:
        return BY_CLASS[name](seen, rank)
    if name in TAILS and beyond is not None:
        return TAILS[name](seen, float(beyond), rank)
    if rank is not None:
        raise KeyError(figure)
    return OVERALL[name](seen)


# -- figures that exist for all customers and for a class ----------------------------------------------------


def fill_rate(seen: Observation, rank: str | None) -> Ratio:
    """Units allocated on arrival / units asked for."""
    lines = seen.lines(rank)
    return float(np.sum(seen.book.on_arrival[lines])), float(np.sum(seen.book.quantity[lines]))


def lost_fraction(seen: Observation, rank: str | None) -> Ratio:
    """Units refused or declined / units asked for."""
    book, lines = seen.book, seen.lines(rank)
    lost = lines & np.isin(book.status, (Status.REFUSED, Status.DECLINED))
    return float(np.sum((book.quantity - book.on_arrival)[lost])), float(np.sum(book.quantity[lines]))


def abandon_fraction(seen: Observation, rank: str | None) -> Ratio:
    """Units whose customer gave up waiting / units asked for."""
    quantity, lines = seen.book.quantity, seen.lines(rank)
    given_up = lines & (seen.book.status == Status.CANCELLED)
    return float(np.sum(quantity[given_up])), float(np.sum(quantity[lines]))


def mean_backorders(seen: Observation, rank: str | None) -> Ratio:
    """Time average of waiting units."""
    if rank is None:
        return seen.backlog.integral(seen.start, seen.end), seen.days
    waited = seen.waited & seen.of_class(rank)
    _require_single_units(seen)
    spell = np.clip(seen.left, seen.start, seen.end) - np.clip(seen.book.time, seen.start, seen.end)
    return float(np.sum(spell[waited])), seen.days


def mean_wait(seen: Observation, rank: str | None) -> Ratio:
    """Days from order to service, or to giving up, over all accepted units, those served at once included."""
    book, lines = seen.book, seen.lines(rank)
    accepted = lines & ((book.status == Status.FROM_STOCK) | seen.waited)
    given_up = lines & (book.status == Status.CANCELLED)
    days = np.sum(book.unit_days[accepted & ~given_up])
    days += np.sum((book.quantity * (book.cancelled - book.time))[given_up])
    return float(days), float(np.sum(book.quantity[accepted]))


def mean_wait_if_backordered(seen: Observation, rank: str | None) -> Ratio:
    """Days from order to service over the units that were not served at once."""
    book, late = seen.book, seen.lines(rank) & seen.waited
    return float(np.sum(book.unit_days[late])), float(np.sum((book.quantity - book.on_arrival)[late]))


def _made(seen: Observation, rank: str | None) -> tuple[Floats, Floats, Floats]:
    """Times at which counted lines made to order were placed, begun and done."""
    made = seen.book.made
    assert made is not None
    counted = seen.lines(rank)[made.rows]
    return seen.book.time[made.rows][counted], made.begun[counted], made.done[counted]


def mean_queue_wait(seen: Observation, rank: str | None) -> Ratio:
    """Days from order to the beginning of the work."""
    placed, begun, _ = _made(seen, rank)
    return float(np.sum(begun - placed)), float(placed.size)


def mean_order_lead_time(seen: Observation, rank: str | None) -> Ratio:
    """Days from order to the end of the work."""
    placed, _, done = _made(seen, rank)
    return float(np.sum(done - placed)), float(placed.size)


BY_CLASS: dict[str, Callable[[Observation, str | None], Ratio]] = {
    "fill_rate": fill_rate,
    "lost_fraction": lost_fraction,
    "abandon_fraction": abandon_fraction,
    "mean_backorders": mean_backorders,
    "mean_wait": mean_wait,
    "mean_wait_if_backordered": mean_wait_if_backordered,
    "mean_queue_wait": mean_queue_wait,
    "mean_order_lead_time": mean_order_lead_time,
}


# -- shares of waits that are longer than a number of days ---------------------------------------------------


def p_wait(seen: Observation, beyond: float, rank: str | None) -> Ratio:
    """Units that waited longer / units served."""
    _require_single_units(seen)
    served = seen.lines(rank) & np.isin(seen.book.status, (Status.FROM_STOCK, Status.FILLED_LATE))
    wait = (seen.book.allocated - seen.book.time)[served]
    return float(np.sum(wait > beyond)), float(wait.size)


def p_order_wait(seen: Observation, beyond: float, rank: str | None) -> Ratio:
    """Orders that were not complete after that time / orders."""
    assert rank is None
    wait = _order_waits(seen)
    return float(np.sum(wait > beyond)), float(wait.size)


def p_order_lead_time(seen: Observation, beyond: float, rank: str | None) -> Ratio:
    """Lines made to order that took longer / all of them."""
    placed, _, done = _made(seen, rank)
    return float(np.sum(done - placed > beyond)), float(placed.size)


TAILS: dict[str, Callable[[Observation, float, str | None], Ratio]] = {
    "p_lateness": p_wait,
    "p_wait": p_wait,
    "p_order_wait": p_order_wait,
    "p_order_lead_time": p_order_lead_time,
}


# -- figures of customer orders ------------------------------------------------------------------------------


def _order_waits(seen: Observation) -> Floats:
    """Days of each counted order until its last unit was served."""
    lines = seen.counted
    _, order = np.unique(seen.book.order[lines], return_inverse=True)
    waits = np.zeros(order.max() + 1)
    np.maximum.at(waits, order, (seen.book.allocated - seen.book.time)[lines])
    return waits


def order_fill_rate(seen: Observation) -> Ratio:
    """Orders with nothing to wait for / orders."""
    book, lines = seen.book, seen.counted
    late = np.unique(book.order[lines & (book.status != Status.FROM_STOCK)])
    orders = np.unique(book.order[lines]).size
    return float(orders - late.size), float(orders)


def mean_order_wait(seen: Observation) -> Ratio:
    """Days until an order's last unit was served, zeros included."""
    waits = _order_waits(seen)
    return float(np.sum(waits)), float(waits.size)


def mean_open_orders(seen: Observation) -> Ratio:
    """Time average of the orders that are not complete."""
    served = np.isin(seen.book.status, (Status.FROM_STOCK, Status.MADE))
    book, played = seen.book, seen.waited | served
    _, first, order = np.unique(book.order[played], return_index=True, return_inverse=True)
    placed, complete = book.time[played][first], np.zeros(first.size)
    np.maximum.at(complete, order, seen.left[played])
    spell = np.clip(complete, seen.start, seen.end) - np.clip(placed, seen.start, seen.end)
    return float(np.sum(spell)), seen.days


def component_fill_rate(product: str) -> Callable[[Observation], Ratio]:
    """Requests for one product met at once / requests."""

    def rate(seen: Observation) -> Ratio:
        lines = seen.lines_for(product)
        return float(np.sum(seen.book.status[lines] == Status.FROM_STOCK)), float(np.sum(lines))

    return rate


def substituted_fraction(product: int) -> Callable[[Observation], Ratio]:
    """Units for which the customers of a product took another one at once / units asked for."""

    def rate(seen: Observation) -> Ratio:
        lines = seen.lines_for(product)
        return float(np.sum(seen.book.substituted[lines])), float(np.sum(seen.book.quantity[lines]))

    return rate


def own_fill_rate(product: int) -> Callable[[Observation], Ratio]:
    """Units of the product itself served at once / units asked for."""

    def rate(seen: Observation) -> Ratio:
        lines = seen.lines_for(product)
        return float(np.sum(seen.book.on_arrival[lines])), float(np.sum(seen.book.quantity[lines]))

    return rate


def fill_rate_incl_substitution(product: int) -> Callable[[Observation], Ratio]:
    """Units served at once by whatever product / units asked for."""

    def rate(seen: Observation) -> Ratio:
        served, asked = own_fill_rate(product)(seen)
        return served + substituted_fraction(product)(seen)[0], asked

    return rate


def _lines_of_home(seen: Observation, home: int) -> Flags:
    """Counted lines whose home is this warehouse."""
    site = np.array([place for place, _ in seen.book.stocks])
    lines: Flags = seen.counted & (site[seen.book.stock] == home)
    return lines


def served_at_home(home: int) -> Callable[[Observation], Ratio]:
    """Units served at once by the home of the customer / units asked for there."""

    def rate(seen: Observation) -> Ratio:
        book, lines = seen.book, _lines_of_home(seen, home)
        own = lines & (book.served_from == home)
        return float(np.sum(book.on_arrival[own])), float(np.sum(book.quantity[lines]))

    return rate


def served_elsewhere(home: int) -> Callable[[Observation], Ratio]:
    """Units served at once by another warehouse / units asked for at this home."""

    def rate(seen: Observation) -> Ratio:
        book, lines = seen.book, _lines_of_home(seen, home)
        moved = lines & (book.served_from != home)
        return float(np.sum(book.on_arrival[moved])), float(np.sum(book.quantity[lines]))

    return rate


def served_anywhere(home: int) -> Callable[[Observation], Ratio]:
    """Units served at once / units asked for at this home."""

    def rate(seen: Observation) -> Ratio:
        here, asked = served_at_home(home)(seen)
        return here + served_elsewhere(home)(seen)[0], asked

    return rate


def lost(home: int) -> Callable[[Observation], Ratio]:
    """Units refused or declined / units asked for at this home."""

    def rate(seen: Observation) -> Ratio:
        book, lines = seen.book, _lines_of_home(seen, home)
        gone = lines & np.isin(book.status, (Status.REFUSED, Status.DECLINED))
        return float(np.sum((book.quantity - book.on_arrival)[gone])), float(np.sum(book.quantity[lines]))

    return rate


# -- figures of the stock ------------------------------------------------------------------------------------


def time_average(series: str) -> Callable[[Observation], Ratio]:
    """Time average of a step series."""
    return lambda seen: (getattr(seen, series).integral(seen.start, seen.end), seen.days)


def end_of_period(series: str) -> Callable[[Observation], Ratio]:
    """Mean of a step series at the ends of the periods."""
    return lambda seen: (float(np.sum(getattr(seen, series).before(seen.period_ends()))), seen.days)


def mean_shortfall(seen: Observation) -> Ratio:
    """S less the net stock just after each order of a period has landed, a period."""
    policy = seen.scenario.policies.replenishment
    assert isinstance(policy, PeriodicOrderUpTo)
    level = policy.S
    assert level is not None
    starts = seen.period_ends() - 1.0
    net = seen.on_hand.after(starts) - seen.backlog.after(starts)
    return float(np.sum(level - net)), seen.days


def time_average_of(series: str, product: int) -> Callable[[Observation], Ratio]:
    """Time average of a step series of one product."""
    return lambda seen: (getattr(seen, series)(product).integral(seen.start, seen.end), seen.days)


def mean_inventory_position(seen: Observation) -> Ratio:
    """Time average of units on hand and on order, less those that are waited for."""
    on_hand, on_order, backlog = (
        series.integral(seen.start, seen.end) for series in (seen.on_hand, seen.on_order, seen.backlog)
    )
    return on_hand + on_order - backlog, seen.days


def mean_safety_stock(seen: Observation) -> Ratio:
    """Units on hand just before a purchase order lands, a purchase order."""
    landed = seen.purchases.received[seen.in_window(seen.purchases.received)]
    return float(np.sum(seen.on_hand.before(landed))), float(landed.size)


def ready_rate(seen: Observation) -> Ratio:
    """Share of time with stock on hand."""
    return seen.on_hand.integral(
        seen.start, seen.end, lambda level: (level > DUST).astype(np.float64)
    ), seen.days


def non_stockout_prob(seen: Observation) -> Ratio:
    """Share of periods that end with nobody waiting."""
    return float(np.sum(seen.backlog.before(seen.period_ends()) <= DUST)), seen.days


def lost_per_period(seen: Observation) -> Ratio:
    """Units lost in a period."""
    return lost_fraction(seen, None)[0], seen.days


def mean_time_between_lost_sales(seen: Observation) -> Ratio:
    """Days / lines that were refused or declined."""
    lost = seen.counted & np.isin(seen.book.status, (Status.REFUSED, Status.DECLINED))
    return seen.days, float(np.sum(lost))


# -- figures of supply ---------------------------------------------------------------------------------------


def order_rate(seen: Observation) -> Ratio:
    """Purchase orders placed in a day."""
    return float(np.sum(seen.in_window(seen.purchases.placed))), seen.days


def orders_per_review(seen: Observation) -> Ratio:
    """Purchase orders / reviews of a policy that reviews every so many days."""
    reviews = seen.scenario.policies.replenishment.reviews()
    assert reviews is not None
    first, every = reviews
    times = np.arange(first, seen.end, every)
    return order_rate(seen)[0], float(np.sum(seen.in_window(times)))


def prob_full_capacity(seen: Observation) -> Ratio:
    """Share of periods in which the maximum of the only supplier is ordered."""
    (supplier,) = seen.scenario.suppliers.values()
    most = math.inf if supplier.maximum is None else supplier.maximum
    full = seen.in_window(seen.purchases.placed) & (seen.purchases.quantity == most)
    return float(np.sum(full)), seen.days


def fast_share(seen: Observation) -> Ratio:
    """Purchase orders sent to the supplier called fast / purchase orders."""
    placed = seen.in_window(seen.purchases.placed)
    return float(np.sum(placed & seen.bought_from("fast"))), float(np.sum(placed))


def mean_on_order_from(supplier: str) -> Callable[[Observation], Ratio]:
    """Time average of the units ordered from a supplier and not landed."""
    return lambda seen: (seen.on_order_from(supplier).integral(seen.start, seen.end), seen.days)


def supply_lead_time(seen: Observation) -> Ratio:
    """Days from placing to landing, of the purchase orders that land in the window."""
    landed = seen.in_window(seen.purchases.received)
    return float(np.sum((seen.purchases.received - seen.purchases.placed)[landed])), float(np.sum(landed))


def _at_inspection(seen: Observation) -> Steps:
    """Purchase orders that wait for an inspector or are with one."""
    arrived, cleared = (
        column[seen.purchases.passed["inspected"]]
        for column in (seen.purchases.passed["arrived"], seen.purchases.passed["cleared"])
    )
    return Steps.of(0.0, (arrived, np.ones(arrived.size)), (cleared, -np.ones(cleared.size)))


def mean_at_inspection(seen: Observation) -> Ratio:
    """Time average of the purchase orders that wait for or are under inspection."""
    return _at_inspection(seen).integral(seen.start, seen.end), seen.days


def inspector_utilisation(seen: Observation) -> Ratio:
    """Busy share of the inspectors of the only customs office."""
    (office,) = seen.scenario.customs.values()
    assert office.inspection is not None
    inspectors = office.inspection.inspectors
    assert inspectors is not None
    busy = _at_inspection(seen).integral(seen.start, seen.end, lambda orders: np.minimum(orders, inspectors))
    return busy, seen.days * inspectors


def mean_inspection_time(seen: Observation) -> Ratio:
    """Days from joining the queue to release, of the inspected purchase orders released in the window."""
    passed = seen.purchases.passed
    released = passed["inspected"] & seen.in_window(passed["cleared"])
    return float(np.sum((passed["cleared"] - passed["arrived"])[released])), float(np.sum(released))


# -- figures of warehouses that supply each other ------------------------------------------------------------


def depot_fill_rate(seen: Observation) -> Ratio:
    """Units of internal orders that leave at once / units of internal orders."""
    placed, sent, units = seen.internal_orders
    counted = seen.in_window(placed)
    return float(np.sum(units[counted & (sent == placed)])), float(np.sum(units[counted]))


def depot_mean_backorders(seen: Observation) -> Ratio:
    """Time average of the units of internal orders that have not left."""
    placed, sent, units = seen.internal_orders
    return Steps.of(0.0, (placed, units), (sent, -units)).integral(seen.start, seen.end), seen.days


def depot_mean_delay(seen: Observation) -> Ratio:
    """Days until a unit of an internal order leaves, zeros included."""
    placed, sent, units = seen.internal_orders
    counted = seen.in_window(placed) & ~np.isnan(sent)
    return float(np.sum((units * (sent - placed))[counted])), float(np.sum(units[counted]))


def depot_mean_on_hand(seen: Observation) -> Ratio:
    """Time average of the units on hand in the warehouse called depot."""
    depot = Observation(at_place(seen.record, "depot"))
    return depot.on_hand.integral(seen.start, seen.end), seen.days


def total_retail_backorders(seen: Observation) -> Ratio:
    """Time average of the units that customers wait for, all places together."""
    return mean_backorders(seen, None)


def serial_cost_per_period(seen: Observation) -> Ratio:
    """Cost of a period of a serial line: goods on hand, under way between its stages, and waited for."""
    scenario, cost = seen.scenario, 0.0
    ((name, product),) = scenario.products.items()
    for place in scenario.warehouses:
        stage = Observation(at_place(seen.record, place))
        on_hand = stage.on_hand.integral(seen.start, seen.end)
        cost += scenario.holding_rate(place, name) * on_hand
        cost += product.backorder_cost * stage.backlog.integral(seen.start, seen.end)
        for sender in scenario.senders().get(place, ()):
            _, sent, units = stage.internal_orders
            under_way = Steps.of(0.0, (sent, units), (stage.purchases.received, -units))
            cost += scenario.holding_rate(sender, name) * under_way.integral(seen.start, seen.end)
    return cost, seen.days


# -- cost ----------------------------------------------------------------------------------------------------


def _cost(seen: Observation, on_hand: float, backlog: float) -> Ratio:
    """Cost a day, from unit-days on hand and of backlog."""
    (product,), (supplier,) = seen.scenario.products.values(), seen.scenario.suppliers.values()
    cost = product.holding_rate * on_hand + product.backorder_cost * backlog
    cost += product.lost_sale_cost * lost_fraction(seen, None)[0] + supplier.order_cost * order_rate(seen)[0]
    return cost, seen.days


def cost_rate(seen: Observation) -> Ratio:
    """Cost a day, stock and backlog counted at all times."""
    return _cost(
        seen, seen.on_hand.integral(seen.start, seen.end), seen.backlog.integral(seen.start, seen.end)
    )


def cost_per_period(seen: Observation) -> Ratio:
    """Cost of a period, stock and backlog counted at its end."""
    return _cost(seen, end_of_period("on_hand")(seen)[0], end_of_period("backlog")(seen)[0])


def p_start_at_once(seen: Observation) -> Ratio:
    """Lines made to order that are begun when they are placed / all of them."""
    placed, begun, _ = _made(seen, None)
    return float(np.sum(begun == placed)), float(placed.size)


def utilisation(seen: Observation) -> Ratio:
    """Days of work inside the window / its length, of a workshop of one."""
    made = seen.book.made
    assert made is not None
    begun, done = (np.clip(times, seen.start, seen.end) for times in (made.begun, made.done))
    return float(np.nansum(done - begun)), seen.days


OVERALL: dict[str, Callable[[Observation], Ratio]] = {
    # a line counts from its due time: until then nobody waits, and nothing is late
    "on_time_rate": lambda seen: fill_rate(seen, None),
    "mean_overdue_orders": lambda seen: mean_backorders(seen, None),
    "mean_lateness": lambda seen: mean_wait(seen, None),
    "order_fill_rate": order_fill_rate,
    "mean_order_wait": mean_order_wait,
    "mean_open_orders": mean_open_orders,
    "component_fill_rate_short": component_fill_rate("short"),
    "component_fill_rate_long": component_fill_rate("long"),
    **{
        f"{figure.__name__}_p{product + 1}": figure(product)
        for figure in (own_fill_rate, substituted_fraction, fill_rate_incl_substitution)
        for product in (0, 1)
    },
    **{
        f"{figure.__name__}_p{home + 1}": figure(home)
        for figure in (served_at_home, served_elsewhere, served_anywhere, lost)
        for home in (0, 1)
    },
    **{f"mean_on_hand_p{n + 1}": time_average_of("on_hand_of", n) for n in (0, 1)},
    **{f"mean_backorders_p{n + 1}": time_average_of("backlog_of", n) for n in (0, 1)},
    "mean_inventory_position": mean_inventory_position,
    "mean_safety_stock": mean_safety_stock,
    "mean_time_between_lost_sales": mean_time_between_lost_sales,
    "orders_per_review": orders_per_review,
    "p_start_at_once": p_start_at_once,
    "utilisation": utilisation,
    "mean_on_hand": time_average("on_hand"),
    "mean_on_order": time_average("on_order"),
    "mean_on_order_slow": mean_on_order_from("slow"),
    "mean_on_order_fast": mean_on_order_from("fast"),
    "fast_share": fast_share,
    "mean_shortfall": mean_shortfall,
    "prob_full_capacity": prob_full_capacity,
    "mean_on_hand_end": end_of_period("on_hand"),
    "mean_backorders_end": end_of_period("backlog"),
    "ready_rate": ready_rate,
    "non_stockout_prob": non_stockout_prob,
    "lost_per_period": lost_per_period,
    "order_rate": order_rate,
    "orders_per_period": order_rate,
    "mean_lead_time": supply_lead_time,
    "mean_supply_lead_time": supply_lead_time,
    "mean_at_inspection": mean_at_inspection,
    "inspector_utilisation": inspector_utilisation,
    "mean_inspection_time": mean_inspection_time,
    "cost_rate": cost_rate,
    "cost_per_period": cost_per_period,
    "serial_cost_per_period": serial_cost_per_period,
    "depot_fill_rate": depot_fill_rate,
    "depot_mean_backorders": depot_mean_backorders,
    "depot_mean_delay": depot_mean_delay,
    "depot_mean_on_hand": depot_mean_on_hand,
    "total_retail_backorders": total_retail_backorders,
}


def _require_single_units(seen: Observation) -> None:
    if np.any(seen.book.quantity != 1):
        raise ValueError("this figure is worked out by lines, which must be of one unit each")
