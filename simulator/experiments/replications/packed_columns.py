"""Packed columns: results of replications as bytes, and their exact restoration.

Nothing is pickled, so a file of unknown origin does no harm when it is read.
"""

from __future__ import annotations

import json
import math
import types
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, TypeVar, get_args, get_origin, get_type_hints

import numpy as np
import numpy.typing as npt

from simulator.metrics.figures import Figures
from simulator.orders.outcome_columns import SparseColumn, unread_field
from simulator.scenario.scenario import Scenario

if TYPE_CHECKING:
    from _typeshed import DataclassInstance

Column = npt.NDArray[Any]
Columns = Mapping[str, Any]
"""Arrays, and values that JSON can hold (numbers, texts, tuples of them), by name."""

Kept = TypeVar("Kept", bound="DataclassInstance")


def pack(columns: Columns) -> tuple[str, list[memoryview]]:
    """Encode columns as their layout, in JSON, and the bytes of each array, which are not copied.

    An array that repeats one number by broadcasting is stored as this number.
    """
    layout: dict[str, Any] = {}
    buffers: list[memoryview] = []
    for name, value in columns.items():
        if isinstance(value, np.ndarray):
            one = value.size > 1 and not any(value.strides)
            layout[name] = {"dtype": value.dtype.str, "shape": value.shape, "one": one}
            flat = value.flat[:1] if one else np.ascontiguousarray(value).reshape(-1)
            buffers.append(flat.view(np.uint8).data)
        else:
            layout[name] = value
    return json.dumps(layout), buffers


def unpack(layout: str, data: bytes) -> dict[str, Any]:
    """Decode columns encoded by `pack`, from their bytes one after the other.

    Raises:
        ValueError: the bytes do not fit the layout.
    """
    columns: dict[str, Any] = {}
    place = 0
    for name, described in json.loads(layout).items():
        if not isinstance(described, dict):
            columns[name] = _tuples(described)
            continue
        shape, dtype = tuple(described["shape"]), np.dtype(described["dtype"])
        count = 1 if described["one"] else math.prod(shape)
        found = np.frombuffer(data, dtype, count, place) if count else np.empty(0, dtype)
        columns[name] = (
            np.broadcast_to(found.copy(), shape) if described["one"] else found.reshape(shape).copy()
        )
        place += count * dtype.itemsize
    if place != len(data):
        raise ValueError(f"{len(data)} bytes where {place} were expected")
    return columns


def figures_columns(figures: Figures) -> Columns:
    """Return the figures of one replication as columns."""
    by = {f"by.{dimension}": values for dimension, (_, values) in figures.by.items()}
    groups = {f"groups.{dimension}": groups for dimension, (groups, _) in figures.by.items()}
    return {"names": figures.names, **groups, "overall": figures.overall, **by}


def figures_of(columns: Columns) -> Figures:
    """Restore figures from the columns that `figures_columns` returned."""
    dimensions = [name.removeprefix("by.") for name in columns if name.startswith("by.")]
    by = {name: (columns[f"groups.{name}"], columns[f"by.{name}"]) for name in dimensions}
    return Figures(columns["names"], columns["overall"], by)


def fields_columns(value: Any) -> Columns:
    """Return the fields of a dataclass, nested ones under dotted names, as columns; the scenario is left out."""
    return dict(_flattened(value, ""))


def built(kind: type[Kept], columns: Columns, scenario: Scenario) -> Kept:
    """Restore a dataclass from the columns that `fields_columns` returned.

    Args:
        kind: type of the dataclass.
        columns: fields of the dataclass, except the scenario.
        scenario: scenario of the replication.
    """
    return _built(kind, {**columns, "scenario": scenario}, "")


def _flattened(value: Any, prefix: str) -> Iterator[tuple[str, Any]]:
    """Yield the fields of a dataclass and of nested ones, with dotted names; fields that are None are left out."""
    for field in fields(value):
        part, name = unread_field(value, field.name), prefix + field.name
        if isinstance(part, SparseColumn):
            yield name, part[:]
        elif is_dataclass(part):
            yield from _flattened(part, f"{name}.")
        elif isinstance(part, dict):
            yield from ((f"{name}.{key}", column) for key, column in part.items())
        elif part is not None and not isinstance(part, Scenario):
            yield name, part


def _built(kind: type[Kept], columns: Columns, prefix: str) -> Kept:
    """Restore a dataclass from the columns whose names begin with a prefix; a field without a column is None."""
    found: dict[str, Any] = {}
    hints = get_type_hints(kind)
    for field in (field.name for field in fields(kind)):
        name = prefix + field
        within = next(
            (one for one in _alternatives(hints[field]) if isinstance(one, type) and is_dataclass(one)), None
        )
        inner = {key: columns[key] for key in columns if key.startswith(f"{name}.")}
        if get_origin(hints[field]) is dict:
            found[field] = {key.removeprefix(f"{name}."): column for key, column in inner.items()}
        elif within is None or name in columns:
            found[field] = columns.get(name)
        elif inner:
            found[field] = _built(within, inner, f"{name}.")
        else:
            found[field] = None
    return kind(**found)


def _alternatives(hint: Any) -> tuple[Any, ...]:
    return get_args(hint) if get_origin(hint) is types.UnionType else (hint,)


def _tuples(value: Any) -> Any:
    """Return a value with tuples for lists, which JSON makes of tuples."""
    return tuple(_tuples(part) for part in value) if isinstance(value, list) else value
