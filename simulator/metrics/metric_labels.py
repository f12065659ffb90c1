"""Labels of metrics, and the look-up of a metric by its label or the words of its name in any order."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Final

from simulator.metrics.glossary import GLOSSARY, Metric
from simulator.values.section import nearest

LABELS: Final = {
    "profit": "Profit",
    "line_fill_rate": "Lines from stock",
    "backorder_rate": "Lines that waited",
    "asked_wait_mean": "Wait of all who asked",
    "served_within_7_days": "Served within 7 days",
    "wait_mean": "Wait of those served",
    "backorder_wait_mean": "Mean wait of late lines",
    "backorder_wait_p90": "9 in 10 waits within",
    "delivery_time_mean": "Order to delivery",
    "unsold_units": "Units not sold",
    "lost_units": "Units lost",
    "cancelled_units": "Units cancelled",
    "made_wait_mean": "Order to made",
    "stock_wait_mean": "Wait for stock",
    "workshop_queue_mean": "Workshop queue",
    "not_made_lines": "Cancelled, not made",
    "on_time_rate": "Promises kept",
    "kept_rate": "Promises kept, of all lines",
    "satisfied_rate": "Good scores, of all orders",
    "desk_wait_mean": "Wait for an answer",
    "desk_queue_mean": "Time in the desk's queue",
    "unanswered_rate": "Unanswered",
    "customs_delay_mean": "Customs delay",
    "cash_held_mean": "Money held",
    "contacts_per_100_orders": "Contacts a 100 orders",
    "on_hand_mean": "On hand",
    "served_elsewhere_share": "Served elsewhere",
    "price_variance": "Price difference",
}
"""Labels of the main metrics; those of the others are made from their names."""
_FURTHER: Final = {
    "Units asked for": "units",
    "Units sold": "filled_units",
    "Orders from stock": "order_fill_rate",
    "Orders that waited": "backordered_orders",
    "Mean wait": "backorder_wait_mean",
    "Median wait": "backorder_wait_p50",
    "9 in 10 within": "backorder_wait_p90",
    "9 in 10": "backorder_wait_p90",
    "Longest wait": "backorder_wait_max",
    "Orders made to order": "made_to_order_orders",
    "9 in 10 made within": "made_wait_p90",
    "Units waiting": "backorders_mean",
    "Never served": "open_lines",
    "On order": "on_order_mean",
    "Turns a year": "inventory_turns",
    "Lead time": "lead_time_mean",
    "Inspected": "inspection_rate",
    "Lost sales": "lost_value",
    "Cancelled sales": "cancelled_value",
    "Compensation": "compensation_cost",
    "Compensated": "compensated_rate",
    "Cost of goods": "cost_of_goods_sold",
    "Freight": "freight_cost",
    "Customs": "customs_cost",
    "Expediting": "expediting_cost",
    "Messages sent": "messages",
    "Substitutes": "substituted_units",
    "Asked, of 100": "contacts_per_100_orders",
    "Depots ship at once": "internal_fill_rate",
    "Depot delay": "depot_delay_mean",
    "Waiting in depots": "internal_backlog_mean",
    "Between warehouses": "in_transit_mean",
    "Variance of orders": "order_variance_ratio",
}
"""Further labels, as in the report of a run, with words other than the metric's name."""
_MAX_NAMED: Final = 5
"""Largest number of metrics that an error message suggests."""


def label(metric: str) -> str:
    """Return the label of a metric in tables, charts and sentences."""
    return LABELS.get(metric, metric.replace("_", " ").capitalize())


def metric_of(text: str) -> str:
    """Find the metric of a name or label; case, punctuation and the sequence of words do not matter.

    Raises:
        ValueError: there is none, or the words fit several.

    >>> [metric_of(text) for text in ("lost_units", "Units lost", "units_lost", "hand on", "FILL RATE")]
    ['lost_units', 'lost_units', 'lost_units', 'on_hand_mean', 'fill_rate']
    """
    if text in GLOSSARY:
        return text
    found = _by_words(tuple(GLOSSARY)).get(_words(text), ())
    if len(found) > 1:
        raise ValueError(f"'{text}' may be {' or '.join(found)}: write one of these names")
    if not found:
        raise ValueError(f"there is no figure '{text}'{suggested_metrics(text, GLOSSARY)}")
    return found[0]


def suggested_metrics(text: str, known: Mapping[str, object]) -> str:
    """Suggest metrics for an unknown name, as the end of an error message.

    Args:
        text: name that is not among ``known``.
        known: metrics that may be suggested.
    """
    named = [name for name in _by_words(tuple(GLOSSARY)).get(_words(text), ()) if name in known]
    if named:
        return f"; did you mean {' or '.join(repr(name) for name in named)}?"
    wanted = _words(text)
    holding = [name for name in GLOSSARY if any(wanted <= _words(one) for one in (name, *_labels_of(name)))]
    if wanted and 0 < len(holding) <= _MAX_NAMED:
        return f"; there {'is' if len(holding) == 1 else 'are'} {', '.join(holding)}"
    if wanted and holding:
        return f"; 'simulator metrics {text}' lists {len(search(text))}"
    return nearest(text, known) or "; 'simulator metrics' lists all"


def search(text: str) -> list[Metric]:
    """List metrics with all words of a text in name, labels or formula; matches of name and labels alone come first."""
    wanted = [word.casefold() for word in text.replace("_", " ").split()]

    def holds(*places: str) -> bool:
        within = " ".join(places).replace("_", " ").casefold()
        return all(word in within for word in wanted)

    names = {name: (name, *_labels_of(name)) for name in GLOSSARY}
    found = [metric for name, metric in GLOSSARY.items() if holds(*names[name], metric.formula)]
    return sorted(found, key=lambda metric: not holds(*names[metric.name]))


def _labels_of(metric: str) -> Iterator[str]:
    """Yield every label of a metric."""
    yield label(metric)
    yield from (words for words, name in _FURTHER.items() if name == metric)


@cache
def _by_words(names: tuple[str, ...]) -> dict[frozenset[str], tuple[str, ...]]:
    """Index metrics by the words of their names and labels."""
    found: dict[frozenset[str], dict[str, None]] = defaultdict(dict)
    for name in names:
        for text in (*_labels_of(name), name):
            found[_words(text)][name] = None
    return {words: tuple(metrics) for words, metrics in found.items()}


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.casefold()))
