import copy
from dataclasses import dataclass

import numpy as np
import pytest

from simulator.values.deferred_columns import Deferrable, Deferred


@dataclass(kw_only=True)
class Book:
    chance: Deferrable = Deferrable()
    other: int = 0


@pytest.fixture
def asked():
    return []


@pytest.fixture
def column(asked):
    def work():
        asked.append("work")
        return np.array([0.1, 0.2, 0.3])

    return Deferred(work)


def test_a_deferred_column_is_worked_out_once_and_only_if_it_is_asked_for(column, asked):
    book = Book(chance=column)
    assert not asked
    assert book.chance.tolist() == [0.1, 0.2, 0.3]
    assert book.chance is book.chance
    assert asked == ["work"]


def test_rows_can_be_chosen_before_the_column_is_there(column, asked):
    chosen = column[np.array([True, False, True])][np.array([1, 0, 0])]
    assert not asked
    assert chosen.values().tolist() == [0.3, 0.1, 0.1]


def test_a_column_that_is_there_is_kept_as_it_is():
    column = np.array([0.5])
    assert Book(chance=column).chance is column


def test_a_field_that_may_be_deferred_has_no_default():
    with pytest.raises(TypeError, match="chance"):
        Book()


def test_a_copy_for_another_process_has_the_column(column, asked):
    copied = copy.deepcopy(Book(chance=column))  # asks for the same as pickle
    assert asked == ["work"]
    assert copied.chance.tolist() == [0.1, 0.2, 0.3]
