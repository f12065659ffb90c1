"""Scheduled messages and compensation, computed for all waiting customers at once after the run."""

from __future__ import annotations

import math

import numpy as np

from simulator.model.patience.cancellation_hazard import nth_uniforms
from simulator.model.patience.message_schedule import MessageSchedule
from simulator.model.records.line_table import LineTable
from simulator.model.records.message_log import MessageKind, MessageLog, Messages
from simulator.model.records.treatment_log import Treatments
from simulator.model.waiting.customer_attributes import CustomerAttributes
from simulator.orders.order_book import OrderBook, Status
from simulator.policies.compensation import CompensationPolicy
from simulator.values.arrays import Floats, Integers


class ScheduledMessages:
    """Scheduled messages and compensation of all lines that began to wait before a time.

    Args:
        schedule: messages, promises and compensation.
        table: line table with the outcomes so far.
        book: order book.
        over: end of the run, or the present time, days.
    """

    def __init__(self, schedule: MessageSchedule, table: LineTable, book: OrderBook, over: float) -> None:
        self._schedule = schedule
        status = table.status
        waited = (status == np.int8(Status.BACKORDERED)) | (status == np.int8(Status.FILLED_LATE))
        waited |= status == np.int8(Status.CANCELLED)
        self._line = line = np.flatnonzero(waited)
        self._row = table.rows[line]
        self._since = table.time[line]
        self._filled = status[line] == np.int8(Status.FILLED_LATE)
        self._left = status[line] == np.int8(Status.CANCELLED)
        self._until = np.where(self._filled | self._left, table.over[line], over)
        self._attributes = CustomerAttributes(table, book)
        self._uniform = self._attributes.readings(line)
        self._sent = np.zeros(len(line), np.int32)
        self._log = MessageLog()
        self._tell()

    def messages(self) -> Messages:
        """Return all messages, as columns."""
        return self._log.columns()

    def treatments(self, offer: CompensationPolicy) -> Treatments:
        """Return the treatment of each line, as columns."""
        nothing = np.zeros(len(self._line), np.int32)
        days = self._schedule.promised
        promised = self._since + (math.nan if days == math.inf else days)
        return Treatments(
            line=self._line.astype(np.int32),
            promised=promised,
            repromised=promised,
            revisions=nothing,
            notices=self._sent,
            compensation=self._compensation(offer),
            contacts=nothing,
            unanswered=nothing,
        )

    def _compensation(self, offer: CompensationPolicy) -> Floats:
        """Return the cost of each line's compensation (money), 0 if cancelled: it is paid with the delivery."""
        due = self._since + self._schedule.offered
        some = np.flatnonzero(((due < self._until) | (due <= self._since)) & ~self._left)
        cost = np.zeros(len(self._line))
        values = self._attributes.values(self._line[some])
        cost[some] = [offer.cost(value) for value in values.tolist()]
        return cost

    def _tell(self) -> None:
        """Send all messages."""
        schedule, since, until = self._schedule, self._since, self._until
        waiting, number = np.arange(len(since)), 1
        if schedule.confirms:
            self._send(waiting, since, MessageKind.CONFIRMATION)
        while len(waiting):
            moments = since[waiting] + number * schedule.every
            still = moments < until[waiting]
            waiting = waiting[still]
            self._send(waiting, moments[still], MessageKind.UPDATE)
            number += 1
        if schedule.in_stock:
            self._send(np.flatnonzero(self._filled), until[self._filled], MessageKind.IN_STOCK)

    def _send(self, to: Integers, moments: Floats, kind: MessageKind) -> None:
        """Send messages, except confirmations and updates while the schedule is quiet.

        Args:
            to: number of each line that gets a message.
            moments: time of each message, days.
            kind: of all messages.
        """
        if kind is not MessageKind.IN_STOCK:
            speaks = self._since[to] + self._schedule.promised - moments >= self._schedule.quiet_if_under
            to, moments = to[speaks], moments[speaks]
        read = nth_uniforms(self._uniform[to], self._sent[to]) < self._schedule.read
        self._log.add_all(moments, self._row[to], kind, read)
        self._sent[to] += 1
