"""Tabulated probability laws: values with their shares, observed values, and mixtures of other laws."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property, partial
from pathlib import Path
from typing import Annotated, Any, Generic, Literal

import numpy as np
from numpy.typing import NDArray
from pydantic import BeforeValidator, Field, PrivateAttr
from pydantic_core import PydanticCustomError
from typing_extensions import TypeVar

from simulator.laws.law import A, Distribution, Law, is_whole, mistake_at, register
from simulator.tables.format import Format
from simulator.tables.refused_rows import UnsettledError
from simulator.values import notation
from simulator.values.arrays import Floats
from simulator.values.mistakes import ScenarioError
from simulator.values.section import nearest, refusal
from simulator.values.units import Days, Share


@dataclass(frozen=True, eq=False)
class _ValueTable:
    """Arrays derived from the fields of a law: float64[values].

    Tables are never equal, so that comparing two distributions compares their fields.

    Attributes:
        values: values in days or units.
        cumulative: cumulative share up to each value; the last is 1.
    """

    values: Floats
    cumulative: Floats = field(default_factory=lambda: np.ones(1))


@register
class Discrete(Law[A], Generic[A]):
    """Discrete: one of the given values, each with its share, as in {1: 50 %, 2: 30 %, 4: 20 %}.

    Shares add up to 100 %.
    """

    dist: Literal["discrete"]
    values: dict[Annotated[A, BeforeValidator(notation.numeral)], Share] = Field(
        description="Values, each with its share."
    )

    @cached_property
    def _table(self) -> _ValueTable:
        """Values with a share above 0, and their cumulative shares."""
        chosen = {value: part for value, part in self.values.items() if part > 0}
        return _ValueTable(np.array(list(chosen), dtype=np.float64), _cumulative(list(chosen.values())))

    @cached_property
    def _moments(self) -> tuple[float, float]:
        return _weighted_moments(list(self.values), list(self.values.values()))

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        table = self._table
        return table.values[np.searchsorted(table.cumulative, rng.random(n), side="right")]

    def _least(self) -> float:
        return float(self._table.values.min())

    def _lattice(self) -> bool:
        return all(is_whole(value) for value in self._table.values)

    def _impossible(self) -> str | None:
        return _sum_problem(list(self.values.values()))


@register
class Empirical(Law[A], Generic[A]):
    """Empirical: one of the given values, all equally likely, from a list or a column of a data file.

    Numbers in a file have no units, so a column of durations needs `unit`. A relative path starts at the
    folder of the scenario file.
    """

    dist: Literal["empirical"]
    values: tuple[A, ...] | None = Field(default=None, description="The values.")
    file: str | None = Field(
        default=None, description="Data file with a header row: CSV and its kin, a workbook, Parquet."
    )
    column: str | None = Field(default=None, description="Name of the column.")
    unit: str | None = Field(
        default=None, description="Unit of the numbers in a column of durations, such as days."
    )

    format: Format | None = Field(
        default=None, description="Format of the file, as far as it is not to be detected."
    )

    ways = (("values",), ("file", "column"))
    _read: tuple[float, ...] = PrivateAttr(default=())
    _read_as: tuple[str, ...] = PrivateAttr(default=())

    @property
    def read_as(self) -> tuple[str, ...]:
        """Detected format of the file, in words; empty for a plain file."""
        return self._read_as

    @property
    def observed(self) -> tuple[float, ...]:
        """Values in days or units, from the list or the file."""
        return self._read if self.values is None else self.values

    @cached_property
    def _table(self) -> _ValueTable:
        return _ValueTable(np.array(self.observed, dtype=np.float64))

    @cached_property
    def _moments(self) -> tuple[float, float]:
        with np.errstate(over="ignore", invalid="ignore"):  # values that are not finite are refused later
            return float(self._table.values.mean()), float(self._table.values.var())

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        values = self._table.values
        return values[(rng.random(n) * len(values)).astype(np.intp)]

    def _least(self) -> float:
        return min(self.observed)

    def _lattice(self) -> bool:
        return all(is_whole(value) for value in self.observed)

    def _load(self, folder: Path) -> None:
        durations = Days in type(self).__pydantic_generic_metadata__["args"]
        if self.unit is not None and (self.file is None or not durations):
            raise mistake_at("unit", "unit", "'unit' belongs to a column of durations")
        if self.file is not None and self.column is not None:
            read = partial(_duration_cell, unit=self.unit) if durations else _quantity_cell
            self._read, self._read_as = _column(
                folder / self.file, self.column, self.format or Format(), read
            )
        elif self.format is not None:
            raise mistake_at("format", "format", "'format' belongs to a file")
        if not self.observed:
            raise refusal("empty", "an empirical distribution needs at least one value")


def _column(
    path: Path, column: str, given: Format, read: Callable[[str], float]
) -> tuple[tuple[float, ...], tuple[str, ...]]:
    """Read a column of a data file.

    Args:
        path: the file.
        column: name of the column.
        given: format of the file as far as the scenario sets it.
        read: converts the text of a cell to days or units.

    Returns:
        The values, and the detected format in words.

    Raises:
        ValidationError: the file, the column or a cell cannot be read.
    """
    from simulator.tables import number_text
    from simulator.tables.file_kinds import table

    try:
        found = table(path, given, [column])
    except ScenarioError as error:
        raise mistake_at("file", "file", f"cannot read {path}: {error.mistakes[0].message}") from None
    count = found.header.count(column)
    if count != 1:
        known = [name for name in found.header if name]
        problem = f"no column '{column}' in {path.name}{nearest(column, known)}"
        twice = f"several columns of {path.name} are named '{column}'"
        raise mistake_at("column", "unknown_name", twice if count else problem)
    cells = found.column(column)
    texts = ["" if not isinstance(cell, str) else cell.strip() for cell in cells]
    lines = found.lines.tolist()
    try:
        marks = number_text.number_marks(found, [column], given)
    except UnsettledError as error:
        message = f"{path.name}:{lines[error.row]}: '{texts[error.row]}' {error.problem}"
        raise mistake_at("column", "cell", message) from None
    # Cells that are numbers are written as plain numbers. `read` understands or refuses all others.
    values = number_text.numbers(cells, marks).tolist()
    plain = [
        text if math.isnan(value) else f"{value:.17g}" for text, value in zip(texts, values, strict=True)
    ]
    known_texts: dict[str, float] = {}
    for text, line, written in zip(plain, lines, texts, strict=True):
        if text not in known_texts:
            known_texts[text] = _cell(text, written, read, f"{path.name}:{line}")
    return tuple(known_texts[text] for text in plain), (*found.read_as, *marks.read_as)


def _cell(text: str, written: str, read: Callable[[str], float], place: str) -> float:
    """Read one cell.

    Args:
        text: the cell, with a plain number if it holds one.
        written: the cell as written, for a mistake.
        read: converts the text to days or units.
        place: file and line, for a mistake.

    Raises:
        ValidationError: the cell cannot be read.
    """
    try:
        return read(text)
    except PydanticCustomError as error:
        raise mistake_at("column", "cell", f"{place}: {error.message().replace(text, written)}") from None


def _duration_cell(text: str, unit: str | None) -> float:
    return notation.days(text if unit is None else f"{text} {unit}")


def _quantity_cell(text: str) -> float:
    return notation.amount(notation.numeral(text))


P = TypeVar("P", bound=Distribution, default=Distribution)


class Mixture(Law[A], Generic[A, P]):
    """Mixture: one of several distributions, chosen anew for each draw by weight. Weights add up to 100 %."""

    dist: Literal["mixture"]
    of: tuple[P, ...] = Field(description="The parts: distributions, each with its `weight`.")

    @property
    def _weights(self) -> list[float]:
        return [part.weight or 0.0 for part in self.of if isinstance(part, Law)]

    @property
    def _possible(self) -> list[P]:
        """Parts with a weight above 0."""
        return [part for part, weight in zip(self.of, self._weights, strict=True) if weight > 0]

    @cached_property
    def _moments(self) -> tuple[float, float]:
        mean, between = _weighted_moments([part.mean for part in self.of], self._weights)
        within = math.fsum(w * part.variance for w, part in zip(self._weights, self.of, strict=True))
        return mean, within + between

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        # One draw at a time: the parts use different numbers of random bits, so drawing them in blocks would
        # make the n-th value depend on the size of the block.
        bounds = _cumulative([weight for weight in self._weights if weight > 0]).tolist()
        draws = [part.sample for part in self._possible]
        return np.array(
            [draws[bisect_right(bounds, rng.random())](rng, 1)[0] for _ in range(n)], dtype=np.float64
        )

    def _least(self) -> float:
        return min(part.minimum for part in self._possible)

    def _lattice(self) -> bool:
        return all(part.whole for part in self._possible)

    def _impossible(self) -> str | None:
        return _sum_problem(self._weights)


def _cumulative(shares: list[float]) -> Floats:
    """Return the cumulative sums of the shares."""
    total = np.cumsum(shares)
    # The last sum is set to 1, whatever the rounding, so that no uniform number lies above it.
    total[-1] = 1.0
    return total


def _weighted_moments(values: list[float], shares: list[float]) -> tuple[float, float]:
    """Return mean and variance of values with their shares."""
    mean = math.fsum(part * value for value, part in zip(values, shares, strict=True))
    return mean, math.fsum(part * (value - mean) ** 2 for value, part in zip(values, shares, strict=True))


def _sum_problem(shares: list[float]) -> str | None:
    """Return the problem if the shares do not add up to 1, else None."""
    total = math.fsum(shares)
    return None if abs(total - 1) <= 1e-9 else f"the shares add up to {100 * total:.10g} %, not to 100 %"
