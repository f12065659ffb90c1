"""Support desk metrics: contacts, their waits for an answer, utilisation and cost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import Grouping, RankedSample, divided, group_sums
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.model.records.contact_log import NO_LINE, Contacts
from simulator.values.arrays import Floats, Integers

if TYPE_CHECKING:
    from simulator.model.world import Record

METRICS = (
    *("contacts", "backorder_contacts", "contacts_per_100_orders", "desk_wait_mean", "desk_wait_p95"),
    *(
        "answered_contacts",
        "ended_contacts",
        "desk_queue_mean",
        "unanswered_rate",
        "desk_utilisation",
        "contact_cost",
    ),
)


class Support:
    """Metrics of the support desk for any grouping; all nan without a support desk."""

    def __init__(self, record: Record, window: Window) -> None:
        self._record = record
        self._window = window
        self._desk = record.scenario.support_desk
        if self._desk is not None:
            self._cell = CountedLines(record, slice(0, len(record.book.time))).cell

    def by(self, grouping: Grouping, orders: Floats) -> dict[str, Floats]:
        """Compute the metrics of each group: float64[groups] each.

        ``contact_handling`` among them is the contact cost, 0 without a support desk.

        Args:
            grouping: of lines.
            orders: number of orders placed in the window: float64[groups].
        """
        if self._desk is None:
            missing = dict.fromkeys(METRICS, np.full(grouping.size, np.nan))
            return {**missing, "contact_handling": np.zeros(grouping.size)}
        assert grouping.of_cell is not None
        group_of_line = None if grouping.dimension == "overall" else grouping.of_cell[self._cell]
        found = support_figures(
            self._record.contacts, self._window, orders, self._desk.cost_per_contact, group_of_line
        )
        return {**found, "contact_handling": found["contact_cost"]}


def support_figures(
    contacts: Contacts,
    window: Window,
    orders: Floats,
    cost_per_contact: float,
    group_of_line: Integers | None = None,
) -> dict[str, Floats]:
    """Compute the metrics of the contacts made in the window: float64[groups] each, nan where undefined.

    Utilisation is that of the whole desk and nan for groups of contacts.

    Args:
        contacts: of the run.
        window: to count contacts in.
        orders: number of orders placed in the window: float64[groups].
        cost_per_contact: money.
        group_of_line: group of each row of the order book: intp[rows]; contacts without a line are then left out.
            ``None`` puts all contacts into one group.
    """
    size = len(orders)
    counted = window.contains(contacts.time)
    if group_of_line is not None:
        counted &= contacts.line != NO_LINE
    line, waited, answered = contacts.line[counted], contacts.waited[counted], contacts.answered[counted]
    group = np.zeros(len(line), np.intp) if group_of_line is None else group_of_line[line]
    abandoned = ~answered & ~np.isnan(waited)
    made, taken, lost = (group_sums(group[chosen], size) for chosen in (slice(None), answered, abandoned))
    groups, ended = group[answered], answered | abandoned
    return {
        "contacts": made,
        "backorder_contacts": group_sums(group[line != NO_LINE], size),
        "contacts_per_100_orders": 100.0 * divided(made, orders),
        "answered_contacts": taken,
        "ended_contacts": taken + lost,
        "desk_wait_mean": divided(group_sums(groups, size, waited[answered]), taken),
        "desk_wait_p95": RankedSample(waited[answered]).quantiles(groups, size, (0.95,))[0],
        "desk_queue_mean": divided(group_sums(group[ended], size, waited[ended]), taken + lost),
        "unanswered_rate": divided(lost, taken + lost),
        "desk_utilisation": np.full(
            size, _utilisation(contacts, window) if group_of_line is None else np.nan
        ),
        "contact_cost": taken * cost_per_contact,
    }


def _utilisation(contacts: Contacts, window: Window) -> float:
    """Compute the agents' time with customers over their time on duty, both inside the window.

    It is nan if no time on duty was recorded, as with an unlimited number of agents.
    """
    taken = contacts.answered
    begun = contacts.time[taken] + contacts.waited[taken]
    busy = window.clip(begun + contacts.served[taken]) - window.clip(begun)
    until = np.append(contacts.staff_time[1:], window.end)
    on_duty = contacts.staff * (window.clip(until) - window.clip(contacts.staff_time))
    return float(busy.sum() / on_duty.sum()) if on_duty.sum() > 0 else np.nan
