"""Flow of goods: places from suppliers to customers, lanes between them, and where goods and customers wait."""

from __future__ import annotations

from typing import Final

from simulator.experiments.replications.replications import Replications
from simulator.reports.pictures.flow_drawing import FlowDrawing
from simulator.reports.pictures.flow_labels import KINDS, LEAST, name_of, rate, stock_of, waits_of
from simulator.reports.pictures.flow_network import FlowNetwork, PlaceKind, flow_network
from simulator.reports.pictures.picture import ChartTable, Drawing, Picture
from simulator.reports.wording.numerals import NOTHING, duration, quantity

_MOST_ROWS: Final = 60
"""Most lanes in the table."""
_NOTE: Final = (
    "Means of the measured time. On a lane: units that arrive a day, and the days a unit is on the way. "
    "In orange: units that wait or are waited for, and customers who had to wait."
)


def goods_flow(outcome: Replications) -> Picture | None:
    """Draw how goods flow; None for one supplier that delivers to one warehouse straight away, or without outlines."""
    network = flow_network(outcome)
    if network is None or not network.lanes:
        return None
    finding, drawing = _finding(network), FlowDrawing(network)
    picture = Drawing(
        drawing.content, drawing.width, drawing.height, "Flow of goods", _description(network, finding)
    )
    return Picture(finding, _NOTE, (), _table(network), drawing=picture)


def _finding(network: FlowNetwork) -> str:
    """Say for how many units customers wait and where the most, and how many units are on the way."""
    places = network.places.items()
    backlog = sum(place.backlog for _, place in places)
    lanes = (*network.lanes.items(), *network.transfers.items())
    under_way = sum(lane.under_way for (_, end, _), lane in lanes if end.kind != PlaceKind.REGION)
    held = sum(place.queued for key, place in places if key.kind == PlaceKind.CUSTOMS)
    in_work = sum(place.stock for key, place in places if key.kind == PlaceKind.SUPPLIER)
    supply = f"{quantity(under_way)} units are on their way to warehouses"
    if under_way < LEAST:
        supply = f"{quantity(in_work)} units are in work at suppliers"
    if held >= LEAST:
        supply += f", and {quantity(held)} are at customs"
    if backlog < LEAST:
        return f"{'Hardly anybody' if backlog > 0.0 else 'Nobody'} waits; {supply}"
    key, most = max(places, key=lambda one: one[1].backlog)
    where = f", {quantity(most.backlog)} of them at {name_of(key)}"
    if sum(1 for one in network.places if one.kind == PlaceKind.WAREHOUSE) == 1:
        where = ""
    elif quantity(backlog) == quantity(most.backlog):
        where = f", nearly all of them at {name_of(key)}"
    return f"Customers wait for {quantity(backlog)} units{where}; {supply}"


def _description(network: FlowNetwork, finding: str) -> str:
    """Describe the picture for readers who do not see it."""
    kinds = [KINDS[kind][1] for kind in PlaceKind if any(key.kind == kind for key in network.places)]
    start, end, _ = next(iter(network.lanes))
    return (
        f"Goods flow from left to right: {', '.join(kinds)}. The widest lane leads from {name_of(start)} to "
        f"{name_of(end)}. {finding}. The table has all figures."
    )


def _table(network: FlowNetwork) -> ChartTable:
    """Tabulate the places, then the lanes, with the figures of the picture."""
    rows = [
        [
            name_of(key) if key.bundled else f"{name_of(key)} ({KINDS[key.kind][0]})",
            rate(place.units),
            duration(place.days) if place.days > 0.0 else NOTHING,
            ", ".join(stock_of(key, place) + waits_of(key, place)) or NOTHING,
        ]
        for key, place in network.places.items()
    ]
    lanes = [
        *((*key, "", lane) for key, lane in network.lanes.items()),
        *((*key, " (transfers)", lane) for key, lane in network.transfers.items()),
    ]
    rows += [
        [
            f"{name_of(start)} → {name_of(end)}" + (f" by {mode}" if mode else "") + remark,
            rate(lane.units),
            duration(lane.days) if lane.days > 0.0 else NOTHING,
            f"{quantity(lane.under_way)} on the way",
        ]
        for start, end, mode, remark, lane in lanes[:_MOST_ROWS]
    ]
    rest = len(lanes) - _MOST_ROWS
    return ChartTable(
        ("Place or lane", "Units", "Days there", "Units there, on average"),
        rows,
        f"{quantity(rest)} lanes with fewer units are left out." if rest > 0 else "",
    )
