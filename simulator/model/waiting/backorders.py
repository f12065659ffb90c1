"""Backorders of one stock: promises, messages, contacts, compensation and cancellations of waiting customers.

Each waiting line is attended to at a moment planned in advance: a message is due, a promise expires, or
patience ends. The moment is planned anew whenever something changes. Promises are reviewed, messages sent,
offers made and contacts begun in the last phase of an instant, so that goods which land at the promised time
are on time.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable

from simulator.model.clock import Clock, Phase
from simulator.model.patience.cancellation_hazard import CancellationHazard, nth_uniform
from simulator.model.records.message_log import MessageKind
from simulator.model.supply.purchase_order import PurchaseOrder
from simulator.model.waiting.contact_process import ContactProcess, contact_rate
from simulator.model.waiting.customer_attributes import CustomerAttributes
from simulator.model.waiting.delivery_forecast import (
    AT_END,
    LandingForecast,
    OutstandingOrders,
    StockForecast,
)
from simulator.model.waiting.reminders import Reminders
from simulator.model.waiting.service_queue import PromiseReview, ServiceQueue
from simulator.model.waiting.waiting_customer import TreatmentRules, WaitingCustomer
from simulator.orders.lateness import INSTANT
from simulator.policies.compensation import NoCompensation

_SHORTEST = 1.0 / 24.0
"""Shortest time from the end of a promise to the date of the next one: an hour, in days."""
_DIGITS = 9
"""Decimals of such a date (days); rounding errors beyond them would keep 24 hours from adding up to a day."""
_CONFIRMATION, _UPDATE, _DELAY, _IN_STOCK = MessageKind  # faster than attributes of an enum


class Backorders:
    """All customers who wait for one stock.

    Args:
        clock: clock of the run.
        place: number of the stock.
        attributes: attributes of the customers.
        rules: rules for waiting customers.
        pipeline: purchase orders of the stock that have not landed.
        cancel: cancels a line; called with the line and the present time (days) when patience ends.
    """

    def __init__(
        self,
        clock: Clock,
        place: int,
        attributes: CustomerAttributes,
        rules: TreatmentRules,
        pipeline: OutstandingOrders,
        cancel: Callable[[int, float], None],
    ) -> None:
        self._clock = clock
        self._place = place
        self._attributes = attributes
        self._rules = rules
        self._promise = rules.promise
        self._follows = rules.promise.follows
        rule = self._communication = rules.communication
        self._read = 0.0 if rule is None else rule.channel.read
        self._notice_above = rule.notice_above if rule is not None and rule.delay_notice else math.inf
        self._compensation = rules.compensation
        self._messages = rules.messages
        self._treatment_log = rules.treatment_log
        self._desk = rules.desk
        self._pipeline = pipeline
        self._cancel = cancel
        self._reminders = Reminders(clock, place, self._attend)
        self._waiters: dict[int, WaitingCustomer] = {}
        """Waiting customers, by line."""
        self._queue = ServiceQueue()
        self._stale = False
        """True if promises must be reviewed before this instant is over."""
        self.followers: list[Callable[[], None]] = []
        """Have promises reviewed that depend on this stock: those of the warehouses that it supplies."""
        self._forecast: LandingForecast | None = None
        """Forecast of this instant, if a review is due and the supply has not changed since the forecast."""

    # -- the supply ----------------------------------------------------------------------------------------------

    @property
    def picked_by_calendar(self) -> bool:
        """True if the promise of a line filled from stock depends on its time."""
        return self._pipeline.picked_by_calendar

    def from_stock(self, now: float, region: int) -> float | None:
        """Return the days to the promised delivery of a line filled from stock, ``None`` without a promise.

        Args:
            now: days.
            region: code of the line's region.
        """
        return self._promise.days(StockForecast(self._pipeline, now, self._pipeline.group_of(region)))

    def ordered(self, purchase: PurchaseOrder) -> None:
        """Add a newly placed purchase order to the forecast."""
        self._pipeline.send(purchase)
        self._forecast = None

    def landed(self, purchase: PurchaseOrder) -> None:
        """Remove a purchase order that has landed, or was cancelled as a whole, and review promises."""
        self._pipeline.land(purchase)
        self.revise()

    def revise(self) -> None:
        """Have all promises reviewed at the end of this instant, because supply or queue has changed."""
        self._forecast = None
        self._review_later()
        for follow in self.followers:
            follow()

    @property
    def pipeline(self) -> OutstandingOrders:
        """Purchase orders of the stock that have not landed."""
        return self._pipeline

    def ahead(self, rank: float, row: float) -> float:
        """Return the units that lines wait for which are served before a rank and a place among the rows."""
        return self._queue.ahead((rank, row))

    @property
    def units(self) -> float:
        """Units that all lines wait for."""
        return self._queue.units

    def _review_later(self) -> None:
        """Plan a review at the end of this instant, if promises follow the supply and none is planned yet."""
        if self._waiters and self._follows and not self._stale:
            self._stale = True
            self._clock.call(self._clock.now, Phase.NOTICE, self._place, lambda _: self._review())

    def _review(self) -> None:
        """Review the promises of all waiting customers, if a review is due."""
        if self._stale:
            self._stale = False
            now = self._clock.now
            forecast, self._forecast = self._forecast or LandingForecast(self._pipeline, now, 0.0), None
            self._queue.review(PromiseReview(self._promise, forecast, now, self._revise))

    def _revise(self, waiter: WaitingCustomer, now: float, date: float) -> None:
        """Replace a promise that has expired or moved, and send a notice if the delay is long enough.

        Args:
            waiter: waiting customer.
            now: days.
            date: delivery time that the policy promises now, days.
        """
        treatment_log, old = self._treatment_log, waiter.date
        if now >= waiter.broken:  # it expires now, and the review began with another customer
            self._miss(waiter)
        if old + INSTANT <= now:  # expired: the new date is at least ``later`` days from now
            later = max(self._promise.revise_above, _SHORTEST)
            date = max(date, round(now + later, _DIGITS))
        waiter.date = treatment_log.repromised[waiter.number] = date
        treatment_log.revisions[waiter.number] += 1
        if date - old > self._notice_above and self._send(waiter, now, _DELAY):
            waiter.warn()
            self._update_hazards(waiter, now)
        elif waiter.next <= now:
            self._update_hazards(waiter, now)
        self._reminders.plan(waiter, now)

    # -- the life of a waiting line ------------------------------------------------------------------------------

    def arrive(
        self,
        line: int,
        rank: float,
        units: float,
        wait: Callable[[int, float], None],
        place: float,
        since: float | None = None,
    ) -> bool:
        """Let a line wait unless the customer declines the date quoted, and begin its treatment.

        Args:
            line: line that arrives.
            rank: rank of the line by the allocation policy.
            units: units that the line lacks.
            wait: called with line and units if the line waits.
            place: place of the line among the orders of this instant, see `Depot`.
            since: time of the order, days; left out: now.

        Returns:
            True if the line waits.
        """
        now, attributes, rules = self._clock.now, self._attributes, self._rules
        key, queue = (rank, attributes.row[line]), self._queue
        last = queue.ends_before(key)
        region = self._pipeline.group_of(attributes.region(line))
        ahead = (queue.units if last else queue.ahead(key)) + units
        forecast = LandingForecast(self._pipeline, now, ahead, region, place)
        quoted = self._promise.days(forecast)
        if quoted is not None and self._promise.shown == "before" and quoted > attributes.tolerance(line):
            return False
        wait(line, units)
        segment, number = attributes.segment[line], self._treatment_log.begin(line)
        waiter = self._waiters[line] = WaitingCustomer(
            key,
            line,
            number,
            units,
            now if since is None else since,
            rules.impatience[segment],
            CancellationHazard(attributes.patience(line), rules.patience[segment]),
            None if self._desk is None else ContactProcess(attributes.contact_process(line)),
        )
        waiter.region = region
        if quoted is not None:
            date = self._treatment_log.promised[number] = self._treatment_log.repromised[number] = (
                now + quoted
            )
            waiter.date = waiter.knows = date
            waiter.broken = now + (quoted + INSTANT)
        queue.join(waiter)
        self._begin(waiter, now, place)
        if not last and self._follows:
            self._forecast = None if self._pipeline.behind_depots else forecast
            self._review_later()
            for follow in self.followers:
                follow()
        return True

    def _begin(self, waiter: WaitingCustomer, now: float, place: float) -> None:
        """Send the confirmation, make an offer that is due at once, and plan the first moment."""
        rule, compensation = self._communication, self._compensation
        if rule is not None:
            if rule.update_every is not None:
                waiter.update = now + rule.update_every
            if rule.confirm and not self._quiet(waiter, now, place):
                self._send(waiter, now, _CONFIRMATION)
        if compensation.after:
            waiter.compensation = now + compensation.after
        elif compensation.when != "broken_promise":
            self._compensate(waiter)
        self._update_hazards(waiter, now)
        self._reminders.plan(waiter, now)

    def promised(self, lines: Iterable[int]) -> list[float]:
        """Return the delivery times (days) first promised to waiting lines, nan without a promise."""
        return [self._treatment_log.promised[self._waiters[line].number] for line in lines]

    def earliest_promise(self) -> float:
        """Return the earliest date (days) that waiting lines are promised now; infinite if none is."""
        dates = (waiter.date for waiter in self._waiters.values())
        return min((date for date in dates if not math.isnan(date)), default=math.inf)

    def served(self, line: int, units: float) -> None:
        """Register units allocated to a line that waits for the rest."""
        self._queue.lessen(self._waiters[line], units)

    def end(self, line: int, *, filled: bool) -> None:
        """End the treatment of a line that was filled or cancelled."""
        waiter = self._waiters.pop(line)
        waiter.waits = False
        self._queue.leave(waiter)
        self._reminders.drop(waiter)
        rule = self._communication
        if filled and rule is not None and rule.in_stock:
            self._send(waiter, self._clock.now, _IN_STOCK)
        if not filled:
            self._treatment_log.compensation[waiter.number] = 0.0  # an offer is paid with the delivery

    def rank_anew(self, rank: Callable[[int], float]) -> None:
        """Rebuild the queue after ranks have changed; ``rank`` gives the rank of a line."""
        for line, waiter in self._waiters.items():
            waiter.key = rank(line), waiter.row
        self._queue = ServiceQueue(self._waiters.values())

    def _attend(self, waiter: WaitingCustomer) -> None:
        """Attend to a customer at a planned moment: do all that is due, and plan the next moment."""
        now = self._clock.now
        if now >= waiter.leaves:
            self._cancel(waiter.line, now)
            return
        if now >= waiter.date + INSTANT:
            self._stale = self._follows
        self._review()
        if waiter.contact_process is not None and now >= waiter.since + waiter.contact_process.when():
            self._ask(waiter, waiter.contact_process)
        if now >= waiter.update:
            self._update(waiter, now)
        if now >= waiter.compensation:
            self._compensate(waiter)
        if now >= waiter.broken:
            self._miss(waiter)
        self._update_hazards(waiter, now)
        self._reminders.plan(waiter, now)

    def _update_hazards(self, waiter: WaitingCustomer, now: float) -> None:
        """Update the hazards, and the next time at which anything but a change of promise is due."""
        since, rule, hazard, contact_process = (
            waiter.since,
            waiter.impatience,
            waiter.hazard,
            waiter.contact_process,
        )
        if rule is not None:
            hazard.change(now - since, waiter.multiplier(rule, now))
        waiter.leaves = since + hazard.when
        moment = min(waiter.leaves, waiter.update, waiter.compensation)
        for date in (waiter.broken, waiter.knows, waiter.informed):
            if now < date < moment:
                moment = date
        waiter.next = (
            moment
            if contact_process is None
            else min(moment, self._next_contact(waiter, contact_process, now))
        )

    def _next_contact(self, waiter: WaitingCustomer, contact_process: ContactProcess, now: float) -> float:
        """Return the time (days) of the next contact, or of a rise of the contact rate before it."""
        desk = self._desk
        assert desk is not None
        forgotten = desk.forgotten(waiter.told)
        rate = contact_rate(desk.rates, silent=now >= forgotten, broken=now >= waiter.knows)
        contact_process.change(now - waiter.since, rate)
        asks = waiter.since + contact_process.when()
        return min(asks, forgotten) if forgotten > now else asks

    # -- messages, compensation, contacts ------------------------------------------------------------------------

    def _send(self, waiter: WaitingCustomer, now: float, kind: MessageKind) -> bool:
        """Send a message; return True if it is read."""
        if not waiter.notices:
            waiter.reading = self._attributes.reading(waiter.line)
        read = nth_uniform(waiter.reading, waiter.notices) < self._read
        waiter.notices += 1
        self._treatment_log.notices[waiter.number] = waiter.notices
        self._messages.add(now, waiter.row, kind, read=read)
        if read:
            waiter.hear(now)
            if not math.isnan(waiter.date):
                waiter.knows = waiter.date
        return read

    def _update(self, waiter: WaitingCustomer, now: float) -> None:
        """Send the regular message that is due, unless delivery is near; plan the next one."""
        rule = self._communication
        assert rule is not None
        assert rule.update_every is not None
        waiter.updates += 1
        waiter.update = waiter.since + (waiter.updates + 1) * rule.update_every
        if not self._quiet(waiter, now):
            self._send(waiter, now, _UPDATE)

    def _quiet(self, waiter: WaitingCustomer, now: float, place: float = AT_END) -> bool:
        """Test whether delivery is too near for messages, by the promise or else a median forecast."""
        rule, date = self._communication, waiter.date
        assert rule is not None
        if rule.quiet_if_under == 0.0:
            return False
        if math.isnan(date):
            ahead = self._queue.ahead(waiter.key) + waiter.units
            forecast = LandingForecast(self._pipeline, now, ahead, waiter.region, place)
            date = now + forecast.quantile(0.5)
        return date - now < rule.quiet_if_under

    def _miss(self, waiter: WaitingCustomer) -> None:
        """Register that the first promise is broken, and compensate if the policy does so then."""
        waiter.broken = math.inf
        if self._compensation.when == "broken_promise":
            self._compensate(waiter)

    def _compensate(self, waiter: WaitingCustomer) -> None:
        """Offer the compensation, if the policy has any."""
        if isinstance(self._compensation, NoCompensation):
            return
        waiter.compensated, waiter.compensation = True, math.inf
        value = self._attributes.value(waiter.line)
        self._treatment_log.compensation[waiter.number] = self._compensation.cost(value)

    def _ask(self, waiter: WaitingCustomer, contact_process: ContactProcess) -> None:
        """Contact the support desk; an answer informs the customer."""
        desk, treatment_log, number = self._desk, self._treatment_log, waiter.number
        assert desk is not None
        contact_process.asked()
        treatment_log.contacts[number] += 1

        def answered() -> None:
            if waiter.waits:
                now = self._clock.now
                waiter.hear(now)
                self._update_hazards(waiter, now)
                self._reminders.plan(waiter, now)

        def given_up() -> None:
            treatment_log.unanswered[number] += 1

        desk.ask(waiter.row, answered, given_up)
