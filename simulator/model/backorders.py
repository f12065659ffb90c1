"""The customers of one stock who wait: what they are promised and told, when they ask, when they give up.

Nothing of this happens by itself: a waiting line is attended to at moments that are planned ahead (a message is
due, a promise runs out, patience ends), and planned anew whenever something changes.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from simulator.model.agenda import Agenda
from simulator.model.asking import Asking
from simulator.model.clock import Clock
from simulator.model.hazard import GivingUp, nth_uniform
from simulator.model.lines import Columns
from simulator.model.messages import Kind
from simulator.model.pipeline import Forecast, FromStock, Pipeline
from simulator.model.purchase import PurchaseOrder
from simulator.model.treatment import Rules, Waiter
from simulator.policies.compensation import NoCompensation

_SHORTEST = 1.0 / 24.0
"""Days: nobody is told a new date less than an hour away when the last one has run out."""


class Backorders:
    """All customers who wait for one stock."""

    def __init__(
        self,
        clock: Clock,
        place: int,
        columns: Columns,
        rules: Rules,
        pipeline: Pipeline,
        queue: Callable[[], list[tuple[int, float]]],
        backlog: Callable[[], float],
        cancel: Callable[[int], None],
    ) -> None:
        self._clock = clock
        self._columns = columns
        self._rules = rules
        self._pipeline = pipeline
        self._queue = queue
        self._backlog = backlog
        self._cancel = cancel
        self._agenda = Agenda(clock, place, self._attend)
        self._waiters: dict[int, Waiter] = {}
        self._earliest, self._latest = math.inf, -math.inf
        """No promise to anybody who waits is outside of these dates; who has none yet counts as long past."""

    # -- promises ------------------------------------------------------------------------------------------------

    def quote(self, ahead: float) -> float | None:
        """Days to the delivery that an arriving line would be promised behind (and with) so many units."""
        forecast = Forecast(self._pipeline, self._clock.now)
        forecast.look_behind(ahead)
        return self._rules.promise.days(forecast)

    def from_stock(self) -> float | None:
        """Days to the delivery that is promised where nothing has to be waited for."""
        return self._rules.promise.days(FromStock(self._pipeline))

    def acceptable(self, line: int, quoted: float | None) -> bool:
        """Whether the customer orders at all, if the date is shown before."""
        if quoted is None or self._rules.promise.shown == "after":
            return True
        return quoted <= self._columns.tolerance[line]

    def ordered(self, purchase: PurchaseOrder) -> None:
        """A purchase order is on its way."""
        self._pipeline.send(purchase)

    def landed(self, purchase: PurchaseOrder) -> None:
        """A purchase order has come to its end."""
        self._pipeline.land(purchase)
        self.revise()

    def revise(self) -> None:
        """The supply or the queue has changed: promises of all who wait are looked at again."""
        if not self._waiters or not self._rules.promise.follows:
            return
        now, waiters = self._clock.now, self._waiters
        forecast = Forecast(self._pipeline, now)
        if self._stand(forecast, now):
            return
        for line, date in self._moved(self._queue(), forecast, now):
            waiter = waiters.get(line)
            if waiter is not None:
                self._revise(waiter, now, date)
        dates = [self._columns.repromised[line] for line in waiters]
        self._earliest, self._latest = min(dates), max(dates)
        if math.isnan(sum(dates)):
            self._earliest = -math.inf

    def _stand(self, forecast: Forecast, now: float) -> bool:
        """Whether no promise can have moved: the same goods cover all lines, and all dates are near theirs."""
        if self._earliest <= now:
            return False
        forecast.look_behind(0.0)
        days, least = self._rules.promise.days(forecast), self._rules.promise.revise_above
        if days is None or self._backlog() >= forecast.holds_until:
            return False
        return abs(now + days - self._earliest) <= least and abs(now + days - self._latest) <= least

    def _moved(
        self, queue: list[tuple[int, float]], forecast: Forecast, now: float
    ) -> list[tuple[int, float]]:
        """Lines of the queue whose promise has run out or is not what is expected now, with what is."""
        promise, repromised, least = (
            self._rules.promise,
            self._columns.repromised,
            self._rules.promise.revise_above,
        )
        forecast.look_behind(0.0)
        days, ahead = promise.days(forecast), 0.0
        found: list[tuple[int, float]] = []
        for line, need in queue:
            ahead += need
            if ahead >= forecast.holds_until:  # else the goods that cover the line before cover this one too
                forecast.look_behind(ahead)
                days = promise.days(forecast)
            if days is None:
                continue
            date, old = now + days, repromised[line]
            if not (old > now and abs(date - old) <= least):
                found.append((line, date))
        return found

    def _revise(self, waiter: Waiter, now: float, date: float) -> None:
        columns, line = self._columns, waiter.line
        old = columns.repromised[line]
        if old <= now:  # it has run out: the new one is at least so much later
            date = max(date, now + max(self._rules.promise.revise_above, _SHORTEST))
        columns.repromised[line] = date
        columns.revisions[line] += 1
        rule = self._rules.communication
        if (
            rule is not None
            and rule.delay_notice
            and date - old > rule.notice_above
            and self._send(waiter, now, Kind.DELAY)
        ):
            waiter.warned += 1
        self._plan(waiter, now)

    # -- the life of a waiting line ------------------------------------------------------------------------------

    def begin(self, line: int, quoted: float | None) -> None:
        """A line waits from now on; ``quoted`` is the promise it was given, in days."""
        now, columns, rules = self._clock.now, self._columns, self._rules
        segment = int(columns.segment[line])
        giving_up = GivingUp(columns.patience[line], rules.patience[segment])
        asking = None if rules.desk is None else Asking(columns.asking[line])
        waiter = self._waiters[line] = Waiter(line, now, giving_up, asking)
        if quoted is not None:
            date = columns.promised[line] = columns.repromised[line] = waiter.knows = now + quoted
            self._earliest, self._latest = min(self._earliest, date), max(self._latest, date)
        else:
            self._earliest = -math.inf
        rule = rules.communication
        if rule is not None and rule.confirm and not self._quiet(line, now):
            self._send(waiter, now, Kind.CONFIRMATION)
        if rules.compensation.when == "backordering":
            self._compensate(waiter)
        self._plan(waiter, now)

    def end(self, line: int, *, filled: bool) -> None:
        """The line waits no longer."""
        waiter = self._waiters.pop(line)
        waiter.waits = False
        self._agenda.drop(waiter)
        if not self._waiters:
            self._earliest, self._latest = math.inf, -math.inf
        rule = self._rules.communication
        if filled and rule is not None and rule.in_stock:
            self._send(waiter, self._clock.now, Kind.IN_STOCK)
        if not filled:
            self._columns.compensation[line] = 0.0  # it is paid with the delivery

    def _attend(self, waiter: Waiter) -> None:
        """A moment that was planned has come."""
        now = self._clock.now
        if now >= waiter.since + waiter.giving_up.when():
            self._cancel(waiter.line)
            return
        if waiter.asking is not None and now >= waiter.since + waiter.asking.when():
            self._ask(waiter, waiter.asking)
        if now >= self._next_update(waiter):
            self._update(waiter, now)
        if now >= self._next_compensation(waiter):
            self._compensate(waiter)
        if not waiter.missed and now >= self._columns.promised[waiter.line]:
            waiter.missed = True
            if self._rules.compensation.when == "broken_promise":
                self._compensate(waiter)
        if now >= self._columns.repromised[waiter.line]:
            self.revise()
        if waiter.waits:
            self._plan(waiter, now)

    def _plan(self, waiter: Waiter, now: float) -> None:
        """Hazards as they are from now on, and the next moment at which something is due."""
        since, columns, line = waiter.since, self._columns, waiter.line
        waiter.giving_up.change(now - since, self._multiplier(waiter, now))
        moment = min(
            since + waiter.giving_up.when(), self._next_update(waiter), self._next_compensation(waiter)
        )
        dates = [columns.promised[line], columns.repromised[line], waiter.knows]
        rule = self._rules.impatience[int(columns.segment[line])]
        if rule is not None:
            dates.append(waiter.heard + rule.informed_for)
        desk, asking = self._rules.desk, waiter.asking
        if desk is not None and asking is not None:
            forgotten = desk.forgotten(waiter.told)
            rate = desk.rate(silent=now >= forgotten, broken=now >= waiter.knows)
            asking.change(now - since, rate)
            moment = min(moment, since + asking.when())
            dates.append(forgotten)
        for date in dates:
            if now < date < moment:
                moment = date
        self._agenda.plan(waiter, moment)

    def _multiplier(self, waiter: Waiter, now: float) -> float:
        """The product of what applies now."""
        rule = self._rules.impatience[int(self._columns.segment[waiter.line])]
        if rule is None:
            return 1.0
        multiplier = rule.revision**waiter.warned
        if now < waiter.heard + rule.informed_for:
            multiplier *= rule.informed
        if now >= waiter.knows:
            multiplier *= rule.past_promise
        if waiter.compensated:
            multiplier *= rule.compensated
        return multiplier

    # -- messages, compensation, questions -----------------------------------------------------------------------

    def _send(self, waiter: Waiter, now: float, kind: Kind) -> bool:
        """Send a message; returns whether it is read."""
        rule, columns, line = self._rules.communication, self._columns, waiter.line
        assert rule is not None
        sent = int(columns.notices[line])
        columns.notices[line] = sent + 1
        read = nth_uniform(columns.reading[line], sent) < rule.channel.read
        self._rules.messages.add(now, int(columns.row[line]), kind, read=read)
        if not read:
            return False
        waiter.told = waiter.heard = now
        if not math.isnan(columns.repromised[line]):
            waiter.knows = columns.repromised[line]
        return True

    def _next_update(self, waiter: Waiter) -> float:
        rule = self._rules.communication
        if rule is None or rule.update_every is None:
            return math.inf
        return waiter.since + (waiter.updates + 1) * rule.update_every

    def _update(self, waiter: Waiter, now: float) -> None:
        waiter.updates += 1
        if not self._quiet(waiter.line, now):
            self._send(waiter, now, Kind.UPDATE)

    def _quiet(self, line: int, now: float) -> bool:
        """Whether the delivery is near enough to say nothing: by the promise, or without one by the pipeline."""
        rule, promised = self._rules.communication, self._columns.repromised[line]
        assert rule is not None
        if rule.quiet_if_under == 0.0:
            return False
        if math.isnan(promised):
            forecast, ahead = Forecast(self._pipeline, now), 0.0
            for other, need in self._queue():
                ahead += need
                if other == line:
                    break
            forecast.look_behind(ahead)
            promised = now + forecast.quantile(0.5)
        return promised - now < rule.quiet_if_under

    def _next_compensation(self, waiter: Waiter) -> float:
        rule = self._rules.compensation
        if waiter.compensated or rule.after is None:
            return math.inf
        return waiter.since + rule.after

    def _compensate(self, waiter: Waiter) -> None:
        if isinstance(self._rules.compensation, NoCompensation):
            return
        waiter.compensated = True
        columns, line = self._columns, waiter.line
        columns.compensation[line] = self._rules.compensation.cost(columns.value[line])

    def _ask(self, waiter: Waiter, asking: Asking) -> None:
        desk, columns, line = self._rules.desk, self._columns, waiter.line
        assert desk is not None
        asking.asked()
        columns.contacts[line] += 1

        def answered() -> None:
            if waiter.waits:
                waiter.told = waiter.heard = self._clock.now
                self._plan(waiter, self._clock.now)

        def given_up() -> None:
            columns.unanswered[line] += 1

        desk.ask(int(columns.row[line]), answered, given_up)
