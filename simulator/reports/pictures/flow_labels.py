"""Texts of a picture of flows: names of places, and the figures told of places and lanes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from simulator.reports.pictures.flow_network import FlowLane, FlowNetwork, FlowPlace, PlaceKey, PlaceKind
from simulator.reports.wording.numerals import duration, percent, quantity
from simulator.scenario.sections.demand import ANYWHERE

LEAST: Final = 0.05
"""Units that are worth a word."""
KINDS: Final = {
    PlaceKind.SUPPLIER: ("supplier", "suppliers"),
    PlaceKind.CUSTOMS: ("customs office", "customs offices"),
    PlaceKind.WAREHOUSE: ("warehouse", "warehouses"),
    PlaceKind.REGION: ("region", "regions"),
}
"""One place, and several, of each kind."""


def name_of(key: PlaceKey) -> str:
    """Return the name of a place, or of a bundle of places."""
    if key.bundled:
        return f"{quantity(key.bundled)} other {KINDS[key.kind][1]}"
    return "all customers" if key.kind == PlaceKind.REGION and key.name == ANYWHERE else key.name


def time_of(key: PlaceKey, place: FlowPlace) -> list[str]:
    """Return the mean time of goods in a place in words, if they take any."""
    if place.days == 0.0:
        return []
    days = duration(place.days)
    return [f"ready in {days}" if key.kind == PlaceKind.SUPPLIER else f"{days} each"]


def stock_of(key: PlaceKey, place: FlowPlace) -> list[str]:
    """Return the units on hand of a warehouse, or in work at a supplier, in words, if there are any."""
    if place.stock < LEAST:
        return []
    return [f"{quantity(place.stock)} {'in work' if key.kind == PlaceKind.SUPPLIER else 'on hand'}"]


def waits_of(key: PlaceKey, place: FlowPlace) -> list[str]:
    """Return in words the units that wait in a place or are waited for, or the customers who had to wait."""
    queued = {PlaceKind.SUPPLIER: "in the queue", PlaceKind.CUSTOMS: "held"}.get(key.kind, "at the dock")
    told = [
        f"{quantity(units)} {kind}"
        for units, kind in (
            (place.backlog, "waited for"),
            (place.owed, "owed to others"),
            (place.queued, queued),
        )
        if units >= LEAST
    ]
    if place.waited > 0.0:
        told.append(f"{percent(place.waited / place.lines)} wait")
    if place.served > 0.0:
        told.append(f"{duration(place.waits / place.served)} on average")
    return told


def rate(units: float) -> str:
    """Write units a day, or those a week or a year if they are few.

    >>> rate(12.3), rate(0.02), rate(0.001)
    ('12.3/day', '0.1/week', '0.4/year')
    """
    spans = (1.0, "day"), (7.0, "week"), (365.0, "year")
    days, name = next((one for one in spans if units * one[0] >= 0.1 or units == 0.0), spans[-1])
    return f"{quantity(units * days)}/{name}"


def lane_figures(lane: FlowLane, mode: str) -> list[str]:
    """Return what is told of a lane: mode and units by time, and the days on the way, if it takes any."""
    units = f"{mode} {rate(lane.units)}" if mode else rate(lane.units)
    return [units, duration(lane.days)] if lane.days > 0.0 else [units]


def heading_of(keys: Sequence[PlaceKey], network: FlowNetwork) -> str:
    """Return the heading of a column with these places."""
    kind, several = keys[0].kind, len(keys) > 1 or keys[0].bundled > 0
    if kind in {PlaceKind.CUSTOMS, PlaceKind.REGION}:
        return "Customs" if kind == PlaceKind.CUSTOMS else "Customers"
    if kind == PlaceKind.SUPPLIER:
        return "Suppliers" if several else "Supplier"
    serving = any(start in keys and end.kind == PlaceKind.REGION for start, end, _ in network.lanes)
    return ("Warehouse" if serving else "Depot") + ("s" if several else "")
