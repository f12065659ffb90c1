"""Network of goods for the picture of their flow: places in columns, lanes between them, and the units that wait."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import IntEnum
from functools import reduce
from typing import Final, NamedTuple, TypeVar

from simulator.experiments.replications.replications import Replications
from simulator.metrics.goods.place_flows import CustomerFlows, TransferFlows
from simulator.metrics.goods.source_flows import SourceFlows, Step

MOST_PLACES: Final = 8
"""Largest number of places in a column; of more, the smaller ones are bundled."""
_CUSTOMERS: Final = 1 << 20
"""Column of the regions, before empty columns are taken out."""
_PREPARING: Final = (Step.QUEUE, Step.PREPARATION)
_TRAVELLING: Final = (Step.DISPATCH, Step.TRANSIT)


class PlaceKind(IntEnum):
    """PlaceKind of a place."""

    SUPPLIER = 0
    CUSTOMS = 1
    WAREHOUSE = 2
    REGION = 3


class PlaceKey(NamedTuple):
    """Column, kind and name of a place, or of a bundle of ``bundled`` places."""

    column: int
    kind: PlaceKind
    name: str
    bundled: int = 0


LaneKey = tuple[PlaceKey, PlaceKey, str]
"""Places from and to which goods travel, and the mode, empty if there is one."""


@dataclass(slots=True)
class FlowLane:
    """Goods on a lane, as means of the measured time.

    Attributes:
        units: that arrive a day.
        unit_days: units that arrive a day, each times its days on the way.
        under_way: units on the way.
    """

    units: float = 0.0
    unit_days: float = 0.0
    under_way: float = 0.0

    @property
    def days(self) -> float:
        """Mean days of a unit on the way."""
        return self.unit_days / self.units if self.units > 0.0 else 0.0


@dataclass(slots=True)
class FlowPlace:
    """Goods in a place, as means of the measured time.

    Attributes:
        units: that leave a day, or arrive at customers.
        unit_days: units a day, each times its days in the place; not of warehouses.
        stock: units on hand, or under preparation at a supplier.
        queued: units that wait for production to begin, are at customs, or at the dock.
        owed: units that other warehouses wait for.
        backlog: units that customers wait for.
        lines: order lines of a region.
        waited: of these, lines that had to wait.
        served: of these, lines that were served in the end.
        waits: days that these waited, in total.
    """

    units: float = 0.0
    unit_days: float = 0.0
    stock: float = 0.0
    queued: float = 0.0
    owed: float = 0.0
    backlog: float = 0.0
    lines: float = 0.0
    waited: float = 0.0
    served: float = 0.0
    waits: float = 0.0

    @property
    def days(self) -> float:
        """Mean days of a unit in the place."""
        return self.unit_days / self.units if self.units > 0.0 else 0.0

    @property
    def waiting(self) -> float:
        """Units that wait here, or are waited for."""
        return self.queued + self.owed + self.backlog


Goods = TypeVar("Goods", FlowLane, FlowPlace)


@dataclass(frozen=True)
class FlowNetwork:
    """Places and lanes with their goods; columns are numbered from 0, in the direction of the goods.

    Attributes:
        places: in the sequence of columns, the largest of a column first, bundles last.
        lanes: the largest first.
        transfers: goods that warehouses give up to others, in the same form.
    """

    places: Mapping[PlaceKey, FlowPlace]
    lanes: Mapping[LaneKey, FlowLane]
    transfers: Mapping[LaneKey, FlowLane]

    @property
    def columns(self) -> int:
        """Number of columns."""
        return 1 + max((key.column for key in self.places), default=-1)

    def leaving(self, column: int) -> float:
        """Return the units on the way on lanes that begin in a column."""
        return sum(lane.under_way for (start, _, _), lane in self.lanes.items() if start.column == column)


def flow_network(outcome: Replications) -> FlowNetwork | None:
    """Make the network of goods of a run.

    Returns:
        The network; None without outlines, or with one supplier that delivers to one warehouse straight away.
    """
    if not outcome.outlines:
        return None
    scenario, run = outcome.scenario, outcome.scenario.run
    supply = reduce(SourceFlows.then, (one.supply for one in outcome.outlines))
    sales = reduce(CustomerFlows.then, (one.sales for one in outcome.outlines))
    used = {supply.origins[k] for k in range(len(supply.origins)) if supply.pending[:, k].any()}
    if not (scenario.lanes or len(scenario.warehouses) > 1 or len(used) > 1):
        return None
    growing = _GrowingNetwork(1.0 / (len(outcome.outlines) * (run.horizon - run.warm_up)))
    rank = _ranks(supply)
    growing.add_supply(supply, rank)
    growing.add_sales(sales, rank)
    growing.add_transfers(reduce(TransferFlows.then, (one.transfers for one in outcome.outlines)), rank)
    on_hand, backlog = (outcome.names.index(name) for name in ("on_hand_mean", "backorders_mean"))
    by_warehouse = outcome.by("warehouse").mean(axis=0)
    for k, name in enumerate(outcome.groups("warehouse")):
        if (place := _warehouse(name, rank)) in growing.places:
            growing.places[place].stock = float(by_warehouse[on_hand, k])
            growing.places[place].backlog = float(by_warehouse[backlog, k])
    return growing.bundled()


def _ranks(supply: SourceFlows) -> dict[str, int]:
    """Return the number of warehouses that goods pass at most before each warehouse behind another."""
    senders = defaultdict[str, set[str]](set)
    for origin, destination, internal in zip(
        supply.origins, supply.destinations, supply.internal, strict=True
    ):
        if internal:
            senders[destination].add(origin)
    found: dict[str, int] = {}

    def rank(name: str) -> int:
        if name not in found:
            found[name] = 1 + max((rank(sender) for sender in senders.get(name, ())), default=-1)
        return found[name]

    return {name: rank(name) for name in (*senders, *supply.destinations)}


def _warehouse(name: str, rank: Mapping[str, int]) -> PlaceKey:
    return PlaceKey(2 + 2 * rank.get(name, 0), PlaceKind.WAREHOUSE, name)


class _GrowingNetwork:
    """Places and lanes, to which flows are added.

    Customs offices stand behind the places whose goods they clear, so that an office may stand in several columns.
    """

    def __init__(self, share: float) -> None:
        """Begin without places; sums over the measured time of all replications are multiplied by ``share``."""
        self.places: dict[PlaceKey, FlowPlace] = defaultdict(FlowPlace)
        self.lanes: dict[LaneKey, FlowLane] = defaultdict(FlowLane)
        self.transfers: dict[LaneKey, FlowLane] = defaultdict(FlowLane)
        self._share = share

    def add_supply(self, supply: SourceFlows, rank: Mapping[str, int]) -> None:
        """Add the goods from each source."""
        units, days, pending = (self._share * part for part in (supply.units, supply.days, supply.pending))
        for k, name in enumerate(supply.origins):
            if not (units[k] or pending[:, k].any()):
                continue
            # units without known steps, under way at the start, are taken to have the days of the others
            of_all = supply.units[k] / supply.timed[k] if supply.timed[k] > 0.0 else 0.0
            spent, there = days[:, k] * of_all, pending[:, k]
            origin = _warehouse(name, rank) if supply.internal[k] else PlaceKey(0, PlaceKind.SUPPLIER, name)
            destination = _warehouse(supply.destinations[k], rank)
            sender, receiver = self.places[origin], self.places[destination]
            sender.units += units[k]
            if supply.internal[k]:
                sender.owed += sum(there[step] for step in _PREPARING)
            else:
                sender.unit_days += sum(spent[step] for step in _PREPARING)
                sender.queued += there[Step.QUEUE]
                sender.stock += there[Step.PREPARATION]
            receiver.queued += there[Step.RECEIPT]
            arrival = destination
            if supply.offices[k]:
                arrival = PlaceKey(origin.column + 1, PlaceKind.CUSTOMS, supply.offices[k])
                office = self.places[arrival]
                office.units += units[k]
                office.unit_days += spent[Step.CUSTOMS]
                office.queued += there[Step.CUSTOMS]
                self.lanes[arrival, destination, ""].units += units[k]
            lane = self.lanes[origin, arrival, supply.modes[k]]
            lane.units += units[k]
            lane.unit_days += sum(spent[step] for step in _TRAVELLING)
            lane.under_way += sum(there[step] for step in _TRAVELLING)

    def add_sales(self, sales: CustomerFlows, rank: Mapping[str, int]) -> None:
        """Add the goods to each region."""
        sums = zip(
            *(
                (self._share * part).tolist()
                for part in (sales.units, sales.days, sales.lines, sales.waited, sales.served, sales.waits)
            ),
            strict=True,
        )
        for pair, (units, days, lines, waited, served, waits) in zip(sales.pair.tolist(), sums, strict=True):
            site, region = divmod(pair, len(sales.destinations))
            origin = _warehouse(sales.origins[site], rank)
            customers = PlaceKey(_CUSTOMERS, PlaceKind.REGION, sales.destinations[region])
            self.places[origin].units += units
            place, lane = self.places[customers], self.lanes[origin, customers, ""]
            place.units += units
            place.lines += lines
            place.waited += waited
            place.served += served
            place.waits += waits
            lane.units += units
            lane.unit_days += days
            lane.under_way += days

    def add_transfers(self, transfers: TransferFlows, rank: Mapping[str, int]) -> None:
        """Add the goods that warehouses give up to each other."""
        sums = (
            (self._share * part).tolist() for part in (transfers.units, transfers.days, transfers.pending)
        )
        names = transfers.origins
        for pair, *(units, days, under_way) in zip(transfers.pair.tolist(), *sums, strict=True):
            origin, destination = (_warehouse(names[k], rank) for k in divmod(pair, len(names)))
            self.transfers[origin, destination, ""] = FlowLane(units, days, under_way)
            for place in (origin, destination):
                self.places.setdefault(place, FlowPlace())

    def bundled(self) -> FlowNetwork:
        """Return the network, its columns numbered, and the smaller places of columns with too many bundled."""
        key_of: dict[PlaceKey, PlaceKey] = {}
        found: dict[PlaceKey, FlowPlace] = defaultdict(FlowPlace)
        for number, column in enumerate(sorted({key.column for key in self.places})):
            mine = [key for key in self.places if key.column == column]
            mine.sort(key=lambda key: (-self.places[key].units, key.name))
            kept = len(mine) if len(mine) <= MOST_PLACES else MOST_PLACES - 1
            for k, key in enumerate(mine):
                name, others = (key.name, 0) if k < kept else ("", len(mine) - kept)
                key_of[key] = PlaceKey(number, key.kind, name, others)
                _add(found[key_of[key]], self.places[key])
        return FlowNetwork(found, *(_joined(lanes, key_of) for lanes in (self.lanes, self.transfers)))


def _joined(
    lanes: Mapping[LaneKey, FlowLane], key_of: Mapping[PlaceKey, PlaceKey]
) -> dict[LaneKey, FlowLane]:
    """Add up the lanes between bundles, the largest first; those within one are left out."""
    between: dict[LaneKey, FlowLane] = defaultdict(FlowLane)
    for (origin, destination, mode), lane in lanes.items():
        if key_of[origin] != key_of[destination]:
            _add(between[key_of[origin], key_of[destination], mode], lane)
    return dict(sorted(between.items(), key=lambda item: -item[1].units))


def _add(total: Goods, part: Goods) -> None:
    """Add figures to those of the same kind."""
    for field in fields(total):
        setattr(total, field.name, getattr(total, field.name) + getattr(part, field.name))
