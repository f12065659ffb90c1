"""Section ``opening``: purchase orders under way and customers already waiting when the run begins."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, ValidationError, ValidationInfo, model_validator

from simulator.tables.file_kinds import table
from simulator.tables.format import Format
from simulator.values.idle_keys import IdleKey, ScenarioFacts
from simulator.values.mistakes import Mistake, ScenarioError
from simulator.values.section import ProductName, Section, SegmentName, WarehouseName
from simulator.values.units import Day, PositiveQuantity, Quantity


class OpeningOrder(Section):
    """Purchase order under way at the start, with the date on which it lands."""

    product: ProductName = Field(description="Product ordered.")
    warehouse: WarehouseName | None = Field(
        default=None, description="Warehouse that ordered; left out: the only one."
    )
    source: str | None = Field(
        default=None,
        alias="from",
        description="Source, as sourcing policies name it; left out: the first one.",
    )
    units: PositiveQuantity = Field(description="Units that land.")
    placed: Day = Field(description="Date of the order, on or before the first day of the run.")
    lands: Day = Field(description="Date on which the units land, on or after the first day of the run.")

    @model_validator(mode="after")
    def _in_sequence(self) -> OpeningOrder:
        if self.lands < self.placed:
            raise ValueError("it lands before it is placed")
        return self


class OpeningStock(Section):
    """Units on hand of a stock at the start."""

    product: ProductName = Field(description="Product on hand.")
    warehouse: WarehouseName | None = Field(
        default=None, description="Warehouse that holds them; left out: the only one."
    )
    units: Quantity = Field(description="Units on hand.")


class OpeningLine(Section):
    """Order line of a customer who waits at the start."""

    product: ProductName = Field(description="Product that the customer waits for.")
    segment: SegmentName | None = Field(
        default=None, description="Segment of the customer; left out: the first one."
    )
    region: str | None = Field(
        default=None, description="Region of the customer; left out: that of the first demand."
    )
    units: PositiveQuantity = Field(description="Units that the customer waits for.")
    ordered: Day = Field(description="Date of the order, before the first day of the run.")


def _rows(kind: type[Section]) -> BeforeValidator:
    """Return the validator that reads the rows of a data file where a list may stand."""

    def read(value: Any, info: ValidationInfo) -> Any:
        if not isinstance(value, str):
            return value
        context = info.context if isinstance(info.context, dict) else {}
        return file_rows(Path(context.get("folder") or "") / value, kind, context)

    return BeforeValidator(read)


def file_rows(path: Path, kind: type[Section], context: dict[str, Any]) -> Sequence[Section]:
    """Read a data file whose columns are the keys of a section: one section a row.

    Args:
        path: the file.
        kind: class of the sections.
        context: context of the validation.

    Raises:
        ScenarioError: the file cannot be read, or rows are wrong.
    """
    keys = kind.keys()
    read = table(path, Format(), keys)
    mistakes = [
        Mistake(str(path), read.header_line, 1, name, f"unknown column; known: {', '.join(keys)}")
        for name in read.header
        if name not in keys
    ]
    found: list[Section] = []
    columns = {name: read.column(name).tolist() for name in dict.fromkeys(read.header) if name in keys}
    for row, line in enumerate(read.lines.tolist()):
        cells = {
            name: _value(name, cells[row]) for name, cells in columns.items() if isinstance(cells[row], str)
        }
        try:
            found.append(kind.model_validate(cells, context={**context, "section_of": {}}))
        except ValidationError as error:
            for one in error.errors():
                key = str(one["loc"][0]) if one["loc"] else ""
                place = read.header.index(key) + 1 if key in read.header else 1
                mistakes.append(
                    Mistake(str(path), line, place, key, one["msg"].removeprefix("Value error, "))
                )
    if mistakes:
        raise ScenarioError(mistakes)
    return found


def _value(key: str, text: str) -> str | float:
    """Return the number of units that a cell holds, else its text: the name of a product may look like a number."""
    try:
        return float(text) if key == "units" else text
    except ValueError:
        return text


class Opening(Section):
    """State at the start: goods on hand and under way, and customers who wait.

    Each is a list, or a data file with the keys as names of columns. Stocks that are not named begin with the units
    of their warehouse or policy. Orders under way land on their date. Lines that wait count in backlog and costs, not
    among the orders of the measured window; the patience of their customers begins with the run.
    """

    stock: Annotated[tuple[OpeningStock, ...], _rows(OpeningStock)] = Field(
        default=(), description="Units on hand: a list, or the path of a data file."
    )
    purchase_orders: Annotated[tuple[OpeningOrder, ...], _rows(OpeningOrder)] = Field(
        default=(), description="Purchase orders under way: a list, or the path of a data file."
    )
    waiting: Annotated[tuple[OpeningLine, ...], _rows(OpeningLine)] = Field(
        default=(), description="Order lines that wait: a list, or the path of a data file."
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield an opening without entries, and entries for stocks without demand."""
        if not self.stock and not self.begun:
            yield IdleKey((), "nothing is given", by_value=True)
        given: dict[str, tuple[OpeningStock | OpeningOrder, ...]]
        given = {"stock": self.stock, "purchase_orders": self.purchase_orders}
        for key, entries in given.items():
            for k, one in enumerate(entries):
                stock = one.warehouse or around.warehouse, one.product
                if around.stocks is not None and stock not in around.stocks:
                    yield IdleKey((key, k), "nobody asks this warehouse for the product")

    @property
    def begun(self) -> bool:
        """True if goods are under way or customers wait."""
        return bool(self.purchase_orders or self.waiting)
