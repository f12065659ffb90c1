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
    """Write into the table what is known beforehand of those who will wait; returns who knows the rest, if needed.

    ``over``: the end of the run, in days.
    These are the customers who decline because of the date they are shown, and how long patience lasts at least.
    """
    schedule = rules.schedule
    if schedule is None:
        return None
    if schedule.shown:
        table.accepts = table.accepts & ~(schedule.promised > book.tolerance[table.rows])
    if schedule.is_empty or not any(rules.patience):
        return None
    table.haste = PatienceBounds(schedule, rules.impatience, rules.patience)
    return PatienceEnds(schedule, rules, table, book, over)


class PatienceEnds:
    """The ends of patience of a table's lines, should they have to wait. Times in days."""

    def __init__(
        self, schedule: MessageSchedule, rules: TreatmentRules, table: LineTable, book: OrderBook, over: float
    ) -> None:
        """``over``: the end of the run."""
        self._over = over
        self._schedule = schedule
        self._impatience = rules.impatience
        self._laws = rules.patience
        self._traits = CustomerAttributes(table, book)
        self._time = memory_view(table.time)
        self._known: dict[int, float] = {}
        """Ends that were worked out, for when they come."""

    def end(self, line: int) -> float:
        """When the patience of a line's customer ends, infinite if that is not before the end of the run."""
        end = self._known.get(line)
        if end is None:
            end = self._known[line] = self._end(line)
        return end

    def _end(self, line: int) -> float:
        traits, since = self._traits, self._time[line]
        segment, patience = traits.segment[line], traits.patience(line)
        rule, law = self._impatience[segment], self._laws[segment]
        if rule is None or law is None:
            return since + patience
        uniform, read = traits.reading(line), self._schedule.read
        return self._followed(
            since, CancellationHazard(patience, law), rule, lambda number: nth_uniform(uniform, number) < read
        )

    def _followed(
        self, since: float, giving_up: CancellationHazard, rule: Impatience, reads: Callable[[int], bool]
    ) -> float:
        """Go along the schedule of one who waits from ``since`` on until he gives up.

        ``reads``: whether he reads the n-th message.
        """
        schedule, now, updates, messages = self._schedule, since, 0, 0
        promised, offered, update = (
            since + days for days in (schedule.promised, schedule.offered, schedule.every)
        )
        informed, compensated = -math.inf, False
        speaks = schedule.confirms  # at first
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
            giving_up.change(now - since, multiplier)
            end = since + giving_up.when
            coming = [moment for moment in (promised, offered, informed) if moment > now]
            now = max(now, min(end, update, *coming))
            if now >= end:
                return now
            speaks = now >= update
            if speaks:
                updates += 1
                update = since + (updates + 1) * schedule.every
        return math.inf
