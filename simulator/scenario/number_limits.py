"""Limits on the numbers of a scenario; a number too large or too small to compute with is a mistake.

Units of goods are counted exactly up to 2^53, some 9e15 (IEEE 754). Products and squares of numbers within
these limits stay far from the ends of the range of floating-point numbers.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from pydantic import BaseModel

from simulator.values.mistakes import Mistake, Place

if TYPE_CHECKING:
    from simulator.scenario.histories.order_files import OrderRows

MOST: Final = 1e15
"""Largest absolute value of a number, in days, units, money or per day."""
LEAST: Final = 1e-15
"""Smallest absolute value of a number other than 0."""

_ANY_SIZE: Final = frozenset({("run", "seed")})


def size_checks(scenario: BaseModel, checked: Collection[str] = ()) -> Iterator[tuple[Place, str]]:
    """Yield (place, message) for each number of the scenario beyond the limits.

    Args:
        scenario: the scenario.
        checked: keys at the top whose sections are known to have no such number.
    """
    for place, value in section_numbers(scenario, (), checked):
        problem = _problem(value)
        if problem is not None and place not in _ANY_SIZE:
            yield place, problem


def row_checks(rows: OrderRows) -> Iterator[Mistake]:
    """Yield a mistake for the first quantity and the first price of an order history beyond the limits."""
    for column, values in (("quantity", rows.quantity), ("price", rows.price)):
        if values is None:
            continue
        size = np.abs(values)
        beyond = np.flatnonzero((size > MOST) | ((size < LEAST) & (size > 0)))
        if len(beyond):
            k = int(beyond[0])
            yield rows.mistake(k, column, _problem(float(values[k])) or "")


def section_numbers(
    value: object, place: Place = (), leave_out: Collection[str] = ()
) -> Iterator[tuple[Place, float]]:
    """Yield every number within a value at any depth, in days, units and money; alternatives are left out.

    Args:
        value: section, mapping, list or number.
        place: path of the value in the scenario.
        leave_out: keys of the value that are left out.

    Yields:
        (place, number) of each.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        yield place, float(min(value, sys.float_info.max))
    for step, part in _parts(value):
        if step and step[0] in leave_out:
            continue
        yield from section_numbers(part, (*place, *step))


def _parts(value: object) -> Iterator[tuple[Place, object]]:
    """Yield (path from the value, entry) for each entry of a section, mapping, list or dataclass."""
    if isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            if name != "alternatives":
                yield (field.alias or name,), getattr(value, name)
    elif isinstance(value, dict):
        yield from (((str(key),), part) for key, part in value.items())
    elif isinstance(value, list | tuple):
        yield from (((number,), part) for number, part in enumerate(value))
    elif is_dataclass(value):
        yield from (((), getattr(value, one.name)) for one in fields(value))


def _problem(value: float) -> str | None:
    """Return the message for a number beyond the limits, else None."""
    if abs(value) > MOST:
        return f"larger than {MOST:g} in days, units or money: too large to compute with"
    if 0 < abs(value) < LEAST:
        return f"closer to 0 than {LEAST:g} in days, units or money: too small to compute with"
    return None
