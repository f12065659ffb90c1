"""Cancellation times of customers whose messages follow a schedule: known when they begin to wait."""

from __future__ import annotations

import math
from collections.abc import Callable

from simulator.model.patience.cancellation_hazard import CancellationHazard, nth_uniform
from simulator.model.patience.message_schedule import MessageSchedule
from simulator.model.patience.patience_bounds import PatienceBounds
from simulator.model.records.line_table import LineTable
from simulator.model.waiting.customer_attributes import CustomerAttributes
from simulator.model.waiting.waiting_customer import TreatmentRules
from simulator.orders.order_book import OrderBook
from simulator.scenario.sections.demand import Impatience
from simulator.values.arrays import memory_view


def patience_ends(
    rules: TreatmentRules, table: LineTable, book: OrderBook, over: float
) -> PatienceEnds | None:
    """Write into the line table what is known before the run if messages follow a schedule.

    The columns are acceptance (customers decline a promised wait beyond their tolerance) and lower bounds on
    patience.

    Args:
        rules: rules for waiting customers.
        table: line table.
        book: order book.
        over: end of the run, days.

    Returns:
        Exact cancellation times, computed on demand; ``None`` if the drawn patience already gives them, or
        without a schedule.
    """
    schedule = rules.schedule
    if schedule is None:
        return None
    if schedule.shown:
        table.accepts = table.accepts & ~(schedule.promised > book.tolerance[table.rows])
    if schedule.is_empty or not any(rules.patience):
        return None
    table.patience_bounds = PatienceBounds(schedule, rules.impatience, rules.patience)
    return PatienceEnds(schedule, rules, table, book, over)


class PatienceEnds:
    """Cancellation times of the lines of a table in case they wait, in days, computed on demand."""

    def __init__(
        self, schedule: MessageSchedule, rules: TreatmentRules, table: LineTable, book: OrderBook, over: float
    ) -> None:
        """Set what cancellation times depend on.

        Args:
            schedule: messages, promises and compensation.
            rules: rules for waiting customers, for the hazards of each segment.
            table: line table.
            book: order book.
            over: end of the run, days.
        """
        self._over = over
        self._schedule = schedule
        self._impatience = rules.impatience
        self._laws = rules.patience
        self._attributes = CustomerAttributes(table, book)
        self._time = memory_view(table.time)
        self._known: dict[int, float] = {}
        """Cancellation times computed so far, by line."""

    def end(self, line: int) -> float:
        """Return the cancellation time of a line; one after the end of the run may be given as infinite."""
        end = self._known.get(line)
        if end is None:
            end = self._known[line] = self._end(line)
        return end

    def _end(self, line: int) -> float:
        attributes, since = self._attributes, self._time[line]
        segment, patience = attributes.segment[line], attributes.patience(line)
        rule, law = self._impatience[segment], self._laws[segment]
        if rule is None or law is None:
            return since + patience
        uniform, read = attributes.reading(line), self._schedule.read
        return self._followed(
            since, CancellationHazard(patience, law), rule, lambda number: nth_uniform(uniform, number) < read
        )

    def _followed(
        self, since: float, hazard: CancellationHazard, rule: Impatience, reads: Callable[[int], bool]
    ) -> float:
        """Follow the schedule of one line up to its cancellation, and return that time.

        Args:
            since: beginning of the wait, days.
            hazard: cancellation hazard of the customer.
            rule: multipliers of the hazard.
            reads: tests whether the customer reads the n-th message, counted from 0.
        """
        schedule, now, updates, messages = self._schedule, since, 0, 0
        promised, offered, update = (
            since + days for days in (schedule.promised, schedule.offered, schedule.every)
        )
        informed, compensated = -math.inf, False
        speaks = schedule.confirms  # the first message
        while now < self._over:
            if speaks and not promised - now < schedule.quiet_if_under:
                if reads(messages):
                    informed = now + rule.informed_for
                messages += 1
            if now >= offered:
                compensated, offered = True, math.inf
            multiplier = rule.informed if now < informed else 1.0
            if now >= promised:
                multiplier *= rule.past_promise
            if compensated:
                multiplier *= rule.compensated
            hazard.change(now - since, multiplier)
            end = since + hazard.when
            coming = [moment for moment in (promised, offered, informed) if moment > now]
            now = max(now, min(end, update, *coming))
            if now >= end:
                return now
            speaks = now >= update
            if speaks:
                updates += 1
                update = since + (updates + 1) * schedule.every
        return math.inf
