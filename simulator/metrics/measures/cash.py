"""Cash received from customers, refunded to them, and held for lines not yet delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from simulator.metrics.grouping import Grouping, group_sums
from simulator.metrics.measured_window import Window
from simulator.metrics.measures.counted_lines import CountedLines, among
from simulator.metrics.measures.money import substitutes_at
from simulator.metrics.measures.step_series import Changes
from simulator.orders.order_book import Status
from simulator.policies.payment import PaymentPolicy
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

    from simulator.model.world import Record

METRICS = ("cash_received", "refunds", "refund_cost", "cash_held_mean", "cash_held_max")


class Payments:
    """Payments for lines, one entry each; substitutes of a line are paid separately.

    Attributes:
        cell: of the line.
        paid: time of the payment, days.
        amount: money.
        back: whether the payment was refunded.
        settled: time of delivery, or of the refund, days; nan until then.
    """

    def __init__(self, lines: CountedLines, policy: PaymentPolicy) -> None:
        lost = among(lines.status, (Status.REFUSED, Status.DECLINED))
        amount = lines.price * np.where(lost, lines.filled, lines.quantity - lines.substituted)
        # a cancelled line ships substitutes at most, and these are paid separately
        sent = np.where(lines.status == Status.CANCELLED, np.nan, lines.shipped)
        paid = policy.charged(lines.time, sent)
        chosen = (lines.status != Status.PENDING) & (amount > 0) & ~np.isnan(paid)
        own = lines.take(chosen)
        self.cell, self.paid, self.amount = own.cell, paid[chosen], amount[chosen]
        self.back = ~np.isnan(own.cancelled) & (self.paid <= own.cancelled)
        self.settled = np.where(self.back, policy.refunded(own.cancelled), own.delivered)
        self._add_substitutes(lines.take(lines.substituted > 0), policy)

    def _add_substitutes(self, lines: CountedLines, policy: PaymentPolicy) -> None:
        """Append the payments for substitutes, which are never refunded."""
        amount, paid = substitutes_at(lines, "price"), policy.charged(lines.time, lines.shipped)
        chosen = (amount > 0) & ~np.isnan(paid)
        if not chosen.any():
            return
        self.cell = np.concatenate((self.cell, lines.cell[chosen]))
        self.paid = np.concatenate((self.paid, paid[chosen]))
        self.amount = np.concatenate((self.amount, amount[chosen]))
        self.back = np.concatenate((self.back, np.zeros(int(chosen.sum()), np.bool_)))
        self.settled = np.concatenate((self.settled, lines.delivered[chosen]))


class Cash:
    """Cash metrics for any grouping; all nan without a payment policy.

    Payments and refunds are those of counted lines, at any time; cash held is that of all lines.
    """

    def __init__(self, record: Record, lines: CountedLines, window: Window, cells: int) -> None:
        policy = record.scenario.policies.payment
        self._window = window
        self._cells: dict[str, Floats] | None = None
        if policy is None:
            return
        counted = Payments(lines, policy)
        cell, back = counted.cell, counted.back
        self._held = _held(record, policy)
        self._cells = {
            "cash_received": group_sums(cell, cells, counted.amount),
            "refunds": group_sums(cell[back], cells, counted.amount[back]),
            "refund_cost": group_sums(cell[back], cells) * policy.refund_handling(),
            "cash_held_mean": self._held.area(window, cells) / window.length,
        }

    def by(self, grouping: Grouping) -> dict[str, Floats]:
        """Compute the metrics of each group: float64[groups] each.

        ``refund_handling`` among them is the refund cost, 0 without a payment policy.
        """
        assert grouping.of_cell is not None
        if self._cells is None:
            missing = dict.fromkeys(METRICS, np.full(grouping.size, np.nan))
            return {**missing, "refund_handling": np.zeros(grouping.size)}
        sums = grouping.by(grouping.of_cell, self._cells)
        peak = self._held.steps(grouping.of_cell, grouping.size).peak(self._window)
        return {**sums, "cash_held_max": peak, "refund_handling": sums["refund_cost"]}


def _held(record: Record, policy: PaymentPolicy) -> Changes:
    """Collect the changes of the cash held, by cell: up at each payment, down at its delivery or refund."""
    payments = Payments(CountedLines(record, slice(0, len(record.book.time))), policy)
    over = np.flatnonzero(~np.isnan(payments.settled))
    cell = payments.cell
    return Changes(
        np.concatenate((payments.paid, payments.settled[over])),
        np.concatenate((cell, cell[over])),
        np.concatenate((payments.amount, -payments.amount[over])),
    )


def cash_frame(record: Record) -> pd.DataFrame:
    """Tabulate cash over time, for all lines.

    Columns: time (days), received and refunded so far, held for undelivered lines (money); one row per time of a
    change, with the values after it. Empty without a payment policy.
    """
    import pandas as pd

    policy = record.scenario.policies.payment
    if policy is None:
        return pd.DataFrame({name: np.zeros(0) for name in ("time", "received", "refunded", "held")})
    payments = Payments(CountedLines(record, slice(0, len(record.book.time))), policy)
    back, over = payments.back, ~np.isnan(payments.settled)
    parts = {
        "received": (payments.paid, payments.amount),
        "refunded": (payments.settled[back], payments.amount[back]),
        "held": (payments.settled[over], -payments.amount[over]),
    }
    times = np.unique(np.concatenate([time for time, _ in parts.values()]))
    frame = {"time": times}
    for name, (time, amount) in parts.items():
        frame[name] = np.cumsum(group_sums(np.searchsorted(times, time), len(times), amount))
    frame["held"] += frame["received"]
    return pd.DataFrame(frame)
