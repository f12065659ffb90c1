"""Sparse outcome columns, against plain arrays."""

from __future__ import annotations

import copy

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.orders.outcome_columns import SparseColumn, stored_column, unread_field, with_exceptions
from tests.unit.model import outcomes

SIZE = 12
USUAL = np.arange(SIZE) + 0.5
places = st.sets(st.integers(0, SIZE - 1)).map(lambda rows: np.array(sorted(rows), np.intp))


def column(rows):
    """Make a sparse column with exceptions in these rows, each the negative of its row, and the plain array."""
    plain = USUAL.copy()
    plain[rows] = -rows
    return with_exceptions(USUAL, rows, -rows.astype(np.float64)), plain


@given(places, st.none() | st.integers(0, SIZE), st.none() | st.integers(0, SIZE))
def test_a_stretch(rows, start, stop):
    kept, plain = column(rows)
    assert kept[start:stop].tolist() == plain[start:stop].tolist()


@given(places, places)
def test_some_rows(rows, wanted):
    kept, plain = column(rows)
    assert kept[wanted].tolist() == plain[wanted].tolist()


@given(places, st.lists(st.integers(0, SIZE - 1)).map(lambda rows: np.array(rows, np.intp)))
def test_some_rows_in_any_sequence(rows, wanted):
    kept, plain = column(rows)
    assert kept[wanted].tolist() == plain[wanted].tolist()


@given(places)
def test_the_whole_column_is_always_the_same_and_belongs_to_nobody_else(rows):
    kept, plain = column(rows)
    whole = kept.whole()
    assert whole.tolist() == plain.tolist()
    assert kept.whole() is whole
    whole[3] = 100.0
    assert kept[np.array([3])] == 100.0
    assert USUAL[3] == 3.5


def test_exceptions_are_asked_for_without_the_rest():
    def rule_of(rows):
        raise AssertionError(rows)

    rows = np.array([2, 5, 6, 9])
    kept = SparseColumn(rule_of, rows, np.array([1.0, 2.0, 3.0, 4.0]))
    assert kept[rows].tolist() == [1.0, 2.0, 3.0, 4.0]
    assert kept[rows[1:3]].tolist() == [2.0, 3.0]


def test_new_exceptions_take_the_place_of_the_old_ones():
    kept = with_exceptions(column(np.array([2, 5]))[0], np.array([5]), np.array([8.0]))
    assert kept[np.array([2, 5])].tolist() == [2.5, 8.0]


def test_another_process_gets_an_array():
    kept, plain = column(np.array([2, 5]))
    one, other = copy.deepcopy((kept, kept))  # by the same means as to another process
    assert one.tolist() == plain.tolist()
    assert one is other, "two columns that are one stay one"


def test_a_book_gives_it_whole_or_as_it_is_kept():
    book = outcomes.book(time=USUAL)
    book.filled = kept = column(np.array([2, 5]))[0]
    assert stored_column(book, "filled") is kept
    assert isinstance(book.filled, np.ndarray)
    assert book.filled.tolist() == kept.whole().tolist()


def test_a_field_can_be_had_without_a_whole_column_that_stays():
    book = outcomes.book(time=USUAL)
    book.filled = kept = column(np.array([2, 5]))[0]
    assert unread_field(book, "filled") is kept
    assert unread_field(book, "time") is book.time
