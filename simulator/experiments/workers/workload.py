"""Workload of a replication, estimated before it is played: numbers of things to simulate, time and memory.

The estimates are on the high side for ordinary scenarios, because the model skips work that cannot change
anything, and the share of waiting lines is known only afterwards. Costs were measured on one core at 2.5 GHz
and rounded up.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from simulator.metrics.glossary import GLOSSARY
from simulator.model.supply.leg import RouteEnds
from simulator.model.supply.legs import LegSequence
from simulator.orders.arrivals.daily_factors import daily_factors
from simulator.orders.random_demand import OrderStream, order_streams
from simulator.policies.acceptance import Reject
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.scenario.histories.order_files import read_history
from simulator.scenario.scenario import Scenario

_SECONDS: Final = {
    "order lines": 2e-6,
    "lines that wait": 6e-5,
    "lines made to order": 5e-5,
    "purchase orders": 6e-5,
    "reviews": 1e-5,
    "units made": 6e-7,
    "promises": 1e-5,
    "departures": 1e-6,
    "contacts": 4e-5,
    "messages": 3e-5,
    "windows": 2e-2,
    "days": 1e-8,
    "servers": 1e-8,
    "stocks": 2e-4,
    "streams": 5e-5,
}
"""Time (seconds of one core) for one thing of each kind."""
_BYTES: Final = {
    "order lines": 250.0,
    "lines that wait": 1000.0,
    "lines made to order": 1000.0,
    "purchase orders": 500.0,
    "reviews": 0.0,
    "units made": 40.0,
    "promises": 0.0,
    "departures": 32.0,
    "contacts": 300.0,
    "messages": 200.0,
    "windows": 2000.0,
    "days": 48.0,
    "servers": 32.0,
    "stocks": 5000.0,
    "streams": 1000.0,
}
"""Memory (bytes) for one thing of each kind while its replication is played."""
_WAITING: Final = 0.15
"""Smallest share of the lines assumed to wait if backorders are accepted."""
_MOST_DAYS: Final = 4_000_000
"""Largest number of days for which factors of profiles are computed; later days are assumed to have their mean."""
_PROCESS: Final = 1e8
"""Bytes of an idle process."""
_KEPT: Final = 30_000.0
"""Bytes kept of a finished replication, besides its figures."""


@dataclass(frozen=True)
class Workload:
    """Work of one replication.

    Attributes:
        counts: number of things to simulate by kind, such as order lines.
        at_once: number of things in memory at the same time, for kinds that are not there all together.
        kept: memory (bytes) that remains in use after the replication.
    """

    counts: Mapping[str, float]
    at_once: Mapping[str, float] = field(default_factory=dict)
    kept: float = 0.0

    @cached_property
    def seconds(self) -> float:
        """Time to play the replication, in seconds of one core."""
        return sum(count * _SECONDS[name] for name, count in self.counts.items())

    @cached_property
    def bytes(self) -> float:
        """Memory while the replication is played, in bytes."""
        parts = (self.at_once.get(name, count) * _BYTES[name] for name, count in self.counts.items())
        return _PROCESS + sum(parts)

    @property
    def causes(self) -> tuple[str, str]:
        """Kind of things that takes most time, and kind that takes most memory."""
        slow = max(self.counts, key=lambda name: self.counts[name] * _SECONDS[name])
        large = max(self.counts, key=lambda name: self.at_once.get(name, self.counts[name]) * _BYTES[name])
        return slow, large


def workload(scenario: Scenario) -> Workload:
    """Estimate the work of one replication.

    Raises:
        ScenarioError: an order history cannot be read.
    """
    run = scenario.run
    seen: Counter[str] = Counter()
    streams = [stream for source in scenario.streams() for stream in order_streams(source, scenario, seen)]
    lines, units, made = 0.0, 0.0, 0.0
    for stream, (expected, quantity) in zip(streams, _lines(scenario, streams), strict=True):
        lines, units = lines + expected, units + expected * quantity
        made += expected * _share_made(scenario, stream.product)
    for history in scenario.histories():
        rows = read_history(history)
        often = history.scale * (1 if history.repeat is None else math.ceil(run.end / history.repeat))
        lines, units = lines + len(rows) * often, units + float(rows.quantity.sum()) * often
        made += len(rows) * often * max(_share_made(scenario, product) for product in rows.product.names)
    rejects = isinstance(scenario.policies.backorders, Reject)
    stocks = _stocks(scenario, lines, units)
    lead_time, overloaded = _lead_time(scenario), _is_overloaded(scenario, stocks["purchase orders"])
    short = 1.0 if overloaded else _share_short(scenario, units, lead_time)
    waiting = 0.0 if rejects else lines * max(short, _WAITING)
    waits = waiting * (run.end / 2.0 if short > _WAITING else min(lead_time, run.end))
    counts = {
        "order lines": lines,
        "lines that wait": waiting,
        "lines made to order": made,
        **stocks,
        "units made": _units_made(scenario, units, stocks["purchase orders"]),
        "promises": _promises(scenario, stocks, waits),
        "departures": _departures(scenario, run.end + lead_time),
        "contacts": _contacts(scenario, waits),
        "messages": _messages(scenario, waiting, waits),
        "servers": _servers(scenario, lines),
        "windows": 0.0 if run.window is None else run.horizon / run.window,
        "days": run.end,
        "streams": float(len(streams)),
    }
    share = 1.0 if run.window is None else min(1.0, 2.0 * run.window / run.end)
    passing = (
        "order lines",
        "lines that wait",
        "lines made to order",
        "purchase orders",
        "contacts",
        "messages",
        "days",
    )
    groups = 1 + len(scenario.customers) + len(scenario.products)
    groups += len(scenario.warehouses) + len(scenario.suppliers)
    return Workload(
        counts, {name: counts[name] * share for name in passing}, _KEPT + 8.0 * len(GLOSSARY) * groups
    )


def _share_made(scenario: Scenario, product: str) -> float:
    """Return the share of a product's lines that are made to order, 0 for an unknown product of a history."""
    made = scenario.products[product].made if product in scenario.products else None
    return 0.0 if made is None else made.share


def _lines(scenario: Scenario, streams: list[OrderStream]) -> Iterator[tuple[float, float]]:
    """Yield the expected order lines of each stream, with those of further products, and its mean units per line."""
    run = scenario.run
    counted = min(int(run.end) + 1, _MOST_DAYS)
    days: dict[tuple[bool, ...], float] = {}
    for stream in streams:
        place = stream.product, stream.segment, stream.region
        concerned = tuple(profile.concerns(*place) for profile in scenario.profiles)
        if concerned not in days:
            factors = daily_factors(scenario.profiles, *place, start=run.start, days=counted)
            days[concerned] = float(factors.mean()) * run.end if concerned else run.end
        interval = stream.demand.arrivals.interval
        rate = 1.0 / interval.mean if interval is not None else (stream.rate or 0.0)
        further = 1.0 + sum(stream.demand.also.values())
        yield rate * stream.share * days[concerned] * further, stream.demand.quantity.mean


def _stocks(scenario: Scenario, lines: float, units: float) -> dict[str, float]:
    """Estimate the number of stocks, of their reviews and of their purchase orders.

    Demand is assumed to be spread evenly over the stocks.

    Args:
        scenario: scenario to play.
        lines: expected order lines.
        units: expected units ordered by customers.
    """
    run = scenario.run
    stocks = len(scenario.products) * len(scenario.warehouses)
    reviews = orders = 0.0
    for policy, count in _policies(scenario):
        periodic = policy.reviews()
        if periodic is not None:
            reviews += count * run.end / periodic[1]
        orders += count * min(_orders_placed(policy, units / stocks, run.end), lines / stocks + 1.0)
    return {"stocks": float(stocks), "reviews": reviews, "purchase orders": orders}


def _policies(scenario: Scenario) -> Iterable[tuple[ReplenishmentPolicy, int]]:
    """Return each replenishment policy of the file that a stock has, and the number of stocks that have it."""
    found: dict[int, tuple[ReplenishmentPolicy, int]] = {}
    for product in scenario.products:
        for warehouse in scenario.warehouses:
            policy = scenario.replenishment_of(product, warehouse)
            found[id(policy)] = policy, 1 + found.get(id(policy), (policy, 0))[1]
    return found.values()


def _orders_placed(policy: ReplenishmentPolicy, units: float, days: float) -> float:
    """Estimate the purchase orders of a stock with a demand of ``units`` in ``days``; infinite if unknown."""
    periodic, cover = policy.reviews(), getattr(policy, "cover", None)
    if periodic is not None:
        return days / periodic[1]
    if cover is not None:
        return days / float(cover)
    lower, upper, lot = (getattr(policy, name, None) for name in ("s", "S", "Q"))
    lot = upper - lower if lot is None and upper is not None and lower is not None else lot
    return units / lot if lot else math.inf


def _lead_time(scenario: Scenario) -> float:
    """Return the longest mean lead time of all routes, in days; queues are left out."""
    modes = {(*lane.ends, lane.mode or "") for lane in scenario.lanes}
    ends = (
        RouteEnds.of(scenario, *one)
        for supplier in scenario.suppliers
        for site in scenario.warehouses
        for one in sorted(one for one in modes if one[:2] == (supplier, site)) or [(supplier, site, "")]
    )
    return max(LegSequence(one).moments[0] for one in ends)


def _is_overloaded(scenario: Scenario, orders: float) -> bool:
    """Test whether there are more purchase orders than customs inspectors or dock doors can handle.

    Args:
        scenario: scenario to play.
        orders: number of purchase orders in the run.
    """
    daily = orders / scenario.run.end
    looks = [office.inspection for office in scenario.customs.values() if office.inspection is not None]
    if any(daily * look.probability * look.time.mean > (look.inspectors or math.inf) for look in looks):
        return True
    docks = [site.dock for site in scenario.warehouses.values() if site.dock is not None]
    return any(daily / len(scenario.warehouses) * dock.unload.mean > dock.doors for dock in docks)


def _share_short(scenario: Scenario, units: float, lead_time: float) -> float:
    """Estimate the share of stocks whose supply falls behind: capacity or levels are too small for the demand.

    Demand is assumed to be spread evenly over all stocks.

    Args:
        scenario: scenario to play.
        units: expected units ordered by customers.
        lead_time: longest mean lead time, days.
    """
    run, sites = scenario.run, scenario.warehouses
    daily = units / run.end / (len(scenario.products) * len(sites))
    short, sources = 0, scenario.sources()
    behind = {id(policy): _falls_behind(policy, daily, lead_time) for policy, _ in _policies(scenario)}
    for product in scenario.products:
        supplier = scenario.suppliers[sources[product][0]]
        shop, made = supplier.workshop, len(sites) * len(supplier.products or scenario.products)
        busy = shop is not None and daily * made * shop.unit_time.mean > shop.lines
        short += sum(busy or behind[id(scenario.replenishment_of(product, site))] for site in sites)
    return short / (len(scenario.products) * len(sites))


def _falls_behind(policy: ReplenishmentPolicy, daily: float, lead_time: float) -> bool:
    """Test whether a policy with levels as numbers orders too little.

    Args:
        policy: replenishment policy of a stock.
        daily: demand of the stock in units per day.
        lead_time: mean lead time in days.
    """
    lower, upper, lot = (getattr(policy, name, None) for name in ("r", "S", "Q"))
    periodic = policy.reviews()
    if periodic is not None and upper is None:
        return lot is not None and lot < daily * periodic[1]
    level = upper if upper is not None else lower + lot if lower is not None and lot is not None else math.inf
    return bool(level < daily * (lead_time + (periodic[1] if periodic is not None else 0.0)))


def _units_made(scenario: Scenario, units: float, orders: float) -> float:
    """Estimate the units made on production lines, one by one: the demand, and quantities ordered beyond it.

    Args:
        scenario: scenario to play.
        units: expected units ordered by customers.
        orders: number of purchase orders.
    """
    stocks = len(scenario.products) * len(scenario.warehouses)
    made, sources = 0.0, scenario.sources()
    for product in scenario.products:
        supplier = scenario.suppliers[sources[product][0]]
        if supplier.workshop is None:
            continue
        least = max(supplier.minimum or 0.0, supplier.lot or 0.0)
        for warehouse in scenario.warehouses:
            policy = scenario.replenishment_of(product, warehouse)
            level = getattr(policy, "Q", None) or getattr(policy, "S", None) or 0.0
            made += units / stocks + level + least * orders / stocks
    return made


def _promises(scenario: Scenario, stocks: Mapping[str, float], waits: float) -> float:
    """Estimate the reviews of promises as purchase orders come nearer; each concerns all lines waiting for the stock.

    Args:
        scenario: scenario to play.
        stocks: result of `_stocks`.
        waits: waits of all lines together (days).
    """
    if not scenario.policies.promise.follows:
        return 0.0
    return 3.0 * stocks["purchase orders"] * waits / scenario.run.end / stocks["stocks"]


def _departures(scenario: Scenario, until: float) -> float:
    """Estimate the random departures drawn until a time (days) at which the last goods have landed."""
    timetables = [lane.departures for lane in scenario.lanes if lane.departures is not None]
    return sum(table.rate * until for table in timetables if table.rate is not None)


def _contacts(scenario: Scenario, waits: float) -> float:
    """Estimate the contacts with the support desk, including those of lines that wait ``waits`` days in total."""
    desk = scenario.support_desk
    if desk is None:
        return 0.0
    asking = max(desk.ask.informed, desk.ask.silent, desk.ask.broken_promise)
    return desk.base_load * scenario.run.end + asking * waits


def _messages(scenario: Scenario, waiting: float, waits: float) -> float:
    """Estimate the messages about ``waiting`` lines that wait ``waits`` days in total."""
    policy = scenario.policies.communication
    if policy is None:
        return 0.0
    return 3.0 * waiting + (waits / policy.update_every if policy.update_every is not None else 0.0)


def _servers(scenario: Scenario, lines: float) -> float:
    """Return the number of pickers, at most one for each order line in a warehouse."""
    return sum(min(float(site.pickers or 0), lines) for site in scenario.warehouses.values())
