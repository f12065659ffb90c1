"""Laws that are listed in full: values with their shares, observed values, mixtures of other laws."""

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

from simulator.scenario import notation
from simulator.scenario.data.format import Format
from simulator.scenario.data.refusal import UnsettledError
from simulator.scenario.laws.law import A, Distribution, Draws, Law, enter, is_whole, mistake_at
from simulator.scenario.mistakes import ScenarioError
from simulator.scenario.section import nearest, refusal
from simulator.scenario.units import Days, Share


@dataclass(frozen=True, eq=False)
class _Table:
    """Arrays made from fields. Never equal, so that comparing distributions compares their fields."""

    values: Draws
    cumulative: Draws = field(default_factory=lambda: np.ones(1))


def _numeral(value: object) -> object:
    """Keys are text in JSON, so a number there may be text."""
    try:
        return float(value) if isinstance(value, str) else value
    except ValueError:
        return value


@enter
class Discrete(Law[A], Generic[A]):
    """The given values, each with its share: {1: 50 %, 2: 30 %, 4: 20 %}. The shares add up to 100 %."""

    dist: Literal["discrete"]
    values: dict[Annotated[A, BeforeValidator(_numeral)], Share] = Field(
        description="Values, each with its share."
    )

    @cached_property
    def _table(self) -> _Table:
        """Values that have a share, and the cumulative shares up to each."""
        chosen = {value: part for value, part in self.values.items() if part > 0}
        return _Table(np.array(list(chosen), dtype=np.float64), _cumulative(list(chosen.values())))

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
        return _not_all(list(self.values.values()))


@enter
class Empirical(Law[A], Generic[A]):
    """One of the given values, each as likely: a list, or a column of a data file.

    Numbers in a file have no units, so a column of durations needs `unit`. The path starts at the folder of
    the scenario file.
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
        default=None, description="How the file is written, where it is not found out."
    )

    ways = (("values",), ("file", "column"))
    _read: tuple[float, ...] = PrivateAttr(default=())
    _read_as: tuple[str, ...] = PrivateAttr(default=())

    @property
    def read_as(self) -> tuple[str, ...]:
        """How the file was understood, in words; empty where it is plain."""
        return self._read_as

    @property
    def observed(self) -> tuple[float, ...]:
        """The values, in days or units, wherever they came from."""
        return self._read if self.values is None else self.values

    @cached_property
    def _table(self) -> _Table:
        return _Table(np.array(self.observed, dtype=np.float64))

    @cached_property
    def _moments(self) -> tuple[float, float]:
        with np.errstate(over="ignore", invalid="ignore"):  # what is not finite is refused
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
    """The cells of a column, each as `read` understands it, and how the file was understood."""
    from simulator.scenario.data import numbers
    from simulator.scenario.data.file_kinds import table

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
        how = numbers.marks(found, [column], given)
    except UnsettledError as error:
        told = f"{path.name}:{lines[error.row]}: '{texts[error.row]}' {error.problem}"
        raise mistake_at("column", "cell", told) from None
    # What is a number is written as one; anything else is for `read` to understand, or to refuse.
    values = numbers.numbers(cells, how).tolist()
    plain = [
        text if math.isnan(value) else f"{value:.17g}" for text, value in zip(texts, values, strict=True)
    ]
    known_texts: dict[str, float] = {}
    for text, line, written in zip(plain, lines, texts, strict=True):
        if text not in known_texts:
            known_texts[text] = _cell(text, written, read, f"{path.name}:{line}")
    return tuple(known_texts[text] for text in plain), (*found.read_as, *how.read_as)


def _cell(text: str, written: str, read: Callable[[str], float], place: str) -> float:
    try:
        return read(text)
    except PydanticCustomError as error:
        raise mistake_at("column", "cell", f"{place}: {error.message().replace(text, written)}") from None


def _duration_cell(text: str, unit: str | None) -> float:
    return notation.days(text if unit is None else f"{text} {unit}")


def _quantity_cell(text: str) -> float:
    return notation.amount(_numeral(text))


P = TypeVar("P", bound=Distribution, default=Distribution)


class Mixture(Law[A], Generic[A, P]):
    """One of several distributions, chosen for each draw by its weight. The weights add up to 100 %."""

    dist: Literal["mixture"]
    of: tuple[P, ...] = Field(description="The parts: distributions, each with its `weight`.")

    @property
    def _weights(self) -> list[float]:
        return [part.weight or 0.0 for part in self.of if isinstance(part, Law)]

    @property
    def _possible(self) -> list[P]:
        return [part for part, weight in zip(self.of, self._weights, strict=True) if weight > 0]

    @cached_property
    def _moments(self) -> tuple[float, float]:
        mean, between = _weighted_moments([part.mean for part in self.of], self._weights)
        within = math.fsum(w * part.variance for w, part in zip(self._weights, self.of, strict=True))
        return mean, within + between

    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        # Row by row: the parts take different numbers of random bits, so drawing them in blocks would make
        # the n-th value depend on how many are drawn at once.
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
        return _not_all(self._weights)


def _cumulative(shares: list[float]) -> Draws:
    total = np.cumsum(shares)
    # The last is made 1, whatever the rounding, so that no uniform number falls behind it.
    total[-1] = 1.0
    return total


def _weighted_moments(values: list[float], shares: list[float]) -> tuple[float, float]:
    mean = math.fsum(part * value for value, part in zip(values, shares, strict=True))
    return mean, math.fsum(part * (value - mean) ** 2 for value, part in zip(values, shares, strict=True))


def _not_all(shares: list[float]) -> str | None:
    total = math.fsum(shares)
    return None if abs(total - 1) <= 1e-9 else f"the shares add up to {100 * total:.10g} %, not to 100 %"
