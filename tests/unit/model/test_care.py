"""Treatment of waiting lines, from the log into the order book."""

from __future__ import annotations

import math

import numpy as np

from simulator.model.records.treatment_log import TreatmentLog, Treatments
from simulator.orders.order_book import Status
from tests.unit.model import outcomes


def of_three() -> Treatments:
    """Treatment of lines 5, 0 and 2."""
    return Treatments(
        line=np.array([5, 0, 2], np.int32),
        promised=np.array([1.0, np.nan, 3.0]),
        repromised=np.array([4.0, np.nan, 3.5]),
        revisions=np.array([1, 0, 2], np.int32),
        notices=np.array([2, 1, 0], np.int32),
        compensation=np.array([0.0, 5.0, 0.0]),
        contacts=np.array([0, 3, 1], np.int32),
        unanswered=np.array([0, 1, 0], np.int32),
    )


def equal(one: Treatments, other: Treatments) -> bool:
    """Test that all columns are equal."""
    names = Treatments.__slots__
    return all(np.array_equal(getattr(one, n), getattr(other, n), equal_nan=n != "line") for n in names)


def test_what_is_noted_of_a_line_stands_at_its_number() -> None:
    single, treatment_log = TreatmentLog(), of_three()
    for k, line in enumerate(treatment_log.line.tolist()):
        number = single.begin(line)
        assert number == k
        assert math.isnan(single.promised[number])
        for name in Treatments.__slots__[1:]:
            getattr(single, name)[number] = getattr(treatment_log, name)[k].item()
    assert equal(single.columns(), treatment_log)


def test_a_line_can_begin_after_many() -> None:
    log = TreatmentLog()
    for line in range(2500):
        log.begin(line)
    assert log.begin(7000) == 2500
    log.contacts[2500] += 1
    assert log.columns().line.tolist() == [*range(2500), 7000]
    assert np.flatnonzero(log.columns().contacts).tolist() == [2500]


def test_the_book_has_it_in_the_rows_of_the_lines() -> None:
    book, rows = outcomes.book(time=np.arange(6.0), status=Status.FILLED_LATE), np.arange(6)[::-1]
    of_three().write(book, rows)
    assert book.promised[0] == 1.0
    assert book.repromised[[0, 3]].tolist() == [4.0, 3.5]
    assert book.revisions.tolist() == [1, 0, 0, 2, 0, 0]
    assert book.notices.tolist() == [2, 0, 0, 0, 0, 1]
    assert book.compensation.tolist() == [0.0, 0.0, 0.0, 0.0, 0.0, 5.0]
    assert book.contacts.tolist() == [0, 0, 0, 1, 0, 3]
    assert book.unanswered.tolist() == [0, 0, 0, 0, 0, 1]
