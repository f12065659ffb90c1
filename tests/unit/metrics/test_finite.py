"""Figures that are not finite: the error names the figure, its group and the number that caused it."""

import pickle

import numpy as np
import pytest

from simulator.metrics.figures import NotFiniteError, figures
from simulator.metrics.glossary import GLOSSARY


@pytest.mark.parametrize("price", [1e308, 1e200])
def test_price_beyond_what_figures_hold(record, price):
    record.book.price[:] = price
    with pytest.raises(NotFiniteError) as refused:
        figures(record)
    text = str(refused.value)
    assert text.startswith("the figure refused_value of segment")
    assert "price x the units of refused_units" in text
    assert f"price of an order line = {price:g}" in text


def test_large_figures_whose_squares_are_finite_are_kept(record):
    before = figures(record)["revenue"]
    record.book.price *= 1e140
    assert figures(record)["revenue"] == pytest.approx(before * 1e140)


def test_not_a_number(record):
    record.book.price[:] = np.nan
    with pytest.raises(NotFiniteError, match="is not a number"):
        figures(record)


def test_infinite_time(record):
    record.book.allocated[record.book.allocated > 15] = np.inf
    with pytest.raises(NotFiniteError, match=r"backorders_mean of segment .* is larger than"):
        figures(record)


def test_the_error_travels_between_processes():
    error = pickle.loads(pickle.dumps(NotFiniteError("the figure profit")))  # noqa: S301 - made here
    assert isinstance(error, NotFiniteError)
    assert str(error) == "the figure profit"


def test_figures_are_empty_only_as_the_glossary_says(record):
    for part in (record.book, record.purchases, record.movements):
        for name, column in vars(part).items():
            if isinstance(column, np.ndarray):
                setattr(part, name, column[:0])
    record.purchases.passed = {name: column[:0] for name, column in record.purchases.passed.items()}
    found = figures(record)
    empty = {name for name in found.names if np.isnan(found[name])}
    stated = {name for name, metric in GLOSSARY.items() if metric.empty}
    assert empty <= stated
    # The shop has stock of some cost and says when customers pay.
    paid = {"cash_received", "refunds", "refund_cost", "cash_held_mean", "cash_held_max"}
    assert stated - empty == {"ready_rate", "inventory_turns", *paid}
