"""Headline of a run: customers who waited, their waits, units sold and lost, and the precision of these."""

from __future__ import annotations

import math

import numpy as np

from simulator.experiments.replications.replications import Replications
from simulator.experiments.statistics.confidence_intervals import Estimate, interval
from simulator.reports.wording.numerals import duration, numeral, percent, quantity
from simulator.reports.wording.precision_notes import single_run

_CONFIDENCE = "95 %"


def headline(outcome: Replications) -> str:
    """Return the headline as one paragraph, about all customers of the measured window."""
    return " ".join(headline_sentences(outcome))


def headline_sentences(outcome: Replications) -> list[str]:
    """Return the sentences of the headline: customers who waited, units sold, precision."""
    figures = outcome.summary()
    if not figures["orders"].mean > 0:
        return ["Nobody ordered anything in the measured window."]
    waited = _share(outcome, "backordered_orders", "orders")
    parts = (
        *(_who_waited(waited, figures), _what_was_made(figures), _what_was_sold(figures)),
        _how_sure(waited, figures, outcome),
    )
    return [part for part in parts if part]


def _who_waited(waited: Estimate, figures: dict[str, Estimate]) -> str:
    """Return a sentence on the number of customers who waited, and on their waits.

    If nobody waited, it names the units refused or declined instead, as customers turned away have no wait.
    """
    if waited.mean == 0:
        turned_away = (figures["refused_units"].mean + figures["declined_units"].mean) / figures["units"].mean
        if turned_away > 0:
            return (
                f"No customer waited, but {percent(turned_away)} of the units asked for were not to be had."
            )
        of_stock = " for goods from stock" if figures["made_to_order_orders"].mean > 0 else ""
        return f"No customer had to wait{of_stock}."
    some, all_ = (quantity(round(figures[name].mean)) for name in ("backordered_orders", "orders"))
    start = f"{some} of {all_} customers ({percent(waited.mean)}) had to wait for their goods"
    wait = figures["backorder_wait_mean"].mean
    if math.isnan(wait):
        return f"{start}, and none of them got all of it."
    within = duration(figures["backorder_wait_p90"].mean)
    return f"{start}: those served {duration(wait)} on average, nine in ten no longer than {within}."


def _what_was_made(figures: dict[str, Estimate]) -> str:
    """Return a sentence on the orders that were made to order; empty without any."""
    orders, days = figures["made_to_order_orders"].mean, figures["made_wait_mean"].mean
    if not orders > 0 or math.isnan(days):
        return ""
    within = duration(figures["made_wait_p90"].mean)
    return (
        f"{quantity(round(orders))} orders were made to order, which took {duration(days)} on average, for nine in ten "
        f"no longer than {within}."
    )


def _what_was_sold(figures: dict[str, Estimate]) -> str:
    """Return a sentence on the outcomes of the units asked for, without outcomes that did not occur."""
    asked = figures["units"].mean
    sold = figures["filled_units"].mean / asked
    # Units allocated to a line that still waits are in `filled_units`, not in `open_units`.
    fates = {
        "were replaced by another product": figures["substituted_units"].mean,
        "were refused, being out of stock": figures["refused_units"].mean,
        "were declined by customers who would not wait": figures["declined_units"].mean,
        "were cancelled during the wait": figures["cancelled_units"].mean,
        "were still owed when the run ended": figures["open_units"].mean + figures["unfinished_units"].mean,
    }
    gone = [f"{percent(units / asked)} {fate}" for fate, units in fates.items() if units > 0]
    if not gone:
        return "Everything that was asked for was sold."
    return f"Of the units asked for {percent(sold)} were sold; {_listed(gone)}."


def _how_sure(waited: Estimate, figures: dict[str, Estimate], outcome: Replications) -> str:
    """Return a sentence on the precision of the main figures."""
    if len(outcome) == 1:
        return single_run(outcome)
    start = f"Over {quantity(len(outcome))} replications"
    if waited.mean == 0:
        return f"{start} the fill rate is {numeral(figures['fill_rate'])} points ({_CONFIDENCE} confidence)."
    share = f"{start} the share who waited is {numeral(waited)} points"
    wait = figures["backorder_wait_mean"]
    if math.isnan(wait.half_width):
        return f"{share} ({_CONFIDENCE} confidence)."
    return f"{share}, their mean wait {numeral(wait)} ({_CONFIDENCE} confidence)."


def _share(outcome: Replications, part: str, whole: str) -> Estimate:
    """Estimate the ratio of two metrics from their ratio in each replication."""
    above, below = (outcome.overall[:, outcome.names.index(name)] for name in (part, whole))
    with np.errstate(invalid="ignore", divide="ignore"):
        mean, half = interval(above / below)
    return Estimate(mean, half, "share", len(outcome))


def _listed(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
