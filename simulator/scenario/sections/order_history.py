"""Order history: the entry of ``demand`` that names the files of real demand and their columns."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Final, Literal

from pydantic import BeforeValidator, Field, PrivateAttr, WithJsonSchema, model_validator

from simulator.tables.format import Format
from simulator.values.section import ProductName, Section, SegmentName
from simulator.values.units import PositiveDays, PositiveQuantity


class Filled(Section):
    """Name of a column, with a value for its empty cells."""

    column: str = Field(description="Name of the column.")
    empty: Annotated[str, WithJsonSchema({"type": ["string", "number"]})] = Field(
        description="Value of an empty cell."
    )


Column = str | Filled
"""Name of a column, with or without a value for its empty cells."""

_NUMBERS = ("quantity", "price")
"""Roles of columns of numbers."""
_WIDE = ("time", "quantity")
"""Roles without a column in a wide table: dates are headers, and quantities are the cells below."""


class Columns(Section):
    """Names of the columns of an order history; a column left out is not read."""

    time: str = Field(default="time", description="Date, date and time, or day as a number.")
    order: Column | None = Field(
        default=None,
        description="Number of the order: rows with the same are one; left out: each row is one.",
    )
    product: Column | None = Field(
        default="product", description="Name of the product; null: all rows are of one product."
    )
    quantity: Column | None = Field(
        default="quantity", description="Units of the line; null: each row is one unit."
    )
    segment: Column | None = Field(default=None, description="Segment of the customer.")
    region: Column | None = Field(default=None, description="Region of the customer.")
    price: Column | None = Field(
        default=None, description="Price of a unit; an empty cell: the price of the product."
    )
    customer: Column | None = Field(
        default=None, description="Customer; 'returns: net' takes a return off a sale to the same customer."
    )
    due: str | None = Field(
        default=None,
        description="Date on which the goods are wanted, as 'due' of a stream; an empty cell: at once.",
    )

    @model_validator(mode="after")
    def _numbers(self) -> Columns:
        for role in _NUMBERS:
            column = getattr(self, role)
            if isinstance(column, Filled) and not _is_number(column.empty):
                raise ValueError(f"'empty' of '{role}' must be a number, not '{column.empty}'")
        return self

    def name(self, role: str) -> str | None:
        """Return the name of the column in a role such as ``quantity``, ``None`` without such a column."""
        column = getattr(self, role)
        return column.column if isinstance(column, Filled) else column

    def empty(self, role: str) -> str | None:
        """Return the value of empty cells in the column of a role, ``None`` if it is not given."""
        column = getattr(self, role)
        return column.empty if isinstance(column, Filled) else None


def _is_number(text: str) -> bool:
    """Return True if a text is a finite number."""
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _as_lists(value: object) -> object:
    """Turn each single value of a mapping into a list of one."""
    if isinstance(value, dict):
        return {key: one if isinstance(one, list | tuple) else (one,) for key, one in value.items()}
    return value


_TEXT_SCHEMA: Final[dict[str, Any]] = {"type": ["string", "number"]}
_VALUE_SCHEMA: Final[dict[str, Any]] = {
    "anyOf": [_TEXT_SCHEMA, {"type": "array", "items": _TEXT_SCHEMA, "minItems": 1}],
}
Values = Annotated[
    dict[str, Annotated[tuple[str, ...], Field(min_length=1)]],
    BeforeValidator(_as_lists),
    WithJsonSchema({"type": "object", "additionalProperties": _VALUE_SCHEMA}),
]
"""Lists of values by name of the column; a single value is short for a list of one."""


class History(Section):
    """Real orders from data files, in which one row is one order line.

    Several files are read as one, so that an order may continue in the next file.
    """

    orders: str | Annotated[tuple[str, ...], Field(min_length=1)] = Field(
        description="Data file, its path relative to the scenario file, or a list of them: CSV and its kin, a "
        "workbook, Parquet; plain, .gz or .zst."
    )
    columns: Columns = Columns()
    format: Format | None = Field(
        default=None, description="Format of the files, as far as it is not to be detected."
    )
    product: ProductName | None = Field(
        default=None,
        description="Product of all rows, with 'columns: {product: null}'; left out: the only one.",
    )
    segment: SegmentName | None = Field(
        default=None, description="Segment of all rows, without a column for it; left out: the first one."
    )
    region: str | None = Field(
        default=None, description="Region of all rows, without a column for it; left out: everywhere."
    )
    only: Values = Field(default={}, description="Rows that are read, by the values of columns.")
    leave_out: Values = Field(
        default={}, alias="except", description="Rows that are not read, by the values of columns."
    )
    returns: Literal["refuse", "skip", "net"] = Field(
        default="refuse",
        description="Treatment of rows whose quantity is not positive; 'net' takes them off an earlier sale of the "
        "product in the same order, or to the same customer.",
    )
    unreadable: Literal["refuse", "skip"] = Field(
        default="refuse", description="Treatment of rows with a cell that cannot be read."
    )
    wide: bool = Field(
        default=False,
        description="True for a table with a column of quantities for each day, named by its date.",
    )
    scale: PositiveQuantity = Field(
        default=1.0,
        le=1000.0,
        description="Factor on the number of lines: lines are left out or repeated at random, so that their mean "
        "number is this many times that of the files.",
    )
    repeat: PositiveDays | None = Field(
        default=None,
        description="Period after which the whole history is repeated, until the end of the run.",
    )

    _folder: Path = PrivateAttr(default=Path())

    def model_post_init(self, context: Any, /) -> None:
        """Keep the folder from which paths start; it is no field, because the user did not write it."""
        if context is not None:
            self._folder = Path(context.get("folder") or "")

    @property
    def names(self) -> tuple[str, ...]:
        """Paths of the files as the scenario writes them."""
        return (self.orders,) if isinstance(self.orders, str) else self.orders

    @property
    def files(self) -> tuple[Path, ...]:
        """Paths of the files, relative ones joined to the folder of the scenario file."""
        return self.files_in(self._folder)

    def files_in(self, folder: Path) -> tuple[Path, ...]:
        """Return the paths of the files, relative ones joined to ``folder``."""
        return tuple(folder / name for name in self.names)

    @model_validator(mode="after")
    def _one_of_each(self) -> History:
        for role in ("segment", "region"):
            if getattr(self, role) is not None and getattr(self.columns, role) is not None:
                raise ValueError(f"give either a fixed '{role}' or its column")
        if self.product is not None and self.columns.product is not None:
            raise ValueError("give either a fixed 'product' with 'columns: {product: null}' or its column")
        if self.product is None and self.columns.product is None:
            raise ValueError("name the product of all rows: 'product: …'")
        if self.returns == "net" and self.columns.order is None and self.columns.customer is None:
            raise ValueError("'returns: net' needs a column 'order' or 'customer', to find the sale")
        if self.columns.customer is not None and self.returns != "net":
            raise ValueError("the column 'customer' is read for 'returns: net' only")
        if len(set(self.names)) < len(self.names):
            raise ValueError("a file stands twice in 'orders'")
        if self.wide and (named := [role for role in _WIDE if role in self.columns.model_fields_set]):
            raise ValueError(
                f"a wide table has dates as headers and quantities as cells; leave out '{named[0]}'"
            )
        return self
