"""Base classes and registry of the probability laws: reading, shifting, sampling and describing them."""

from __future__ import annotations

import inspect
import math
import sys
from abc import abstractmethod
from functools import cached_property
from pathlib import Path
from typing import Any, ClassVar, Final, Generic, Self, get_args

import numpy as np
from numpy.typing import NDArray
from pydantic import Field, GetJsonSchemaHandler, ValidationError, ValidationInfo, model_validator
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, InitErrorDetails
from typing_extensions import TypeVar

from simulator.values.arrays import Floats
from simulator.values.section import Section, refusal
from simulator.values.units import Days, Factor, Quantity, Share

A = TypeVar("A", bound=float, default=float)
"""Type of a law's numbers: Days or Quantity, or plain float for laws made in Python."""


class Distribution(Section):
    """A random duration (days) or quantity (units), never negative."""

    dist: str = Field(description="Name of the distribution.")

    @property
    @abstractmethod
    def mean(self) -> float:
        """Expected value, in days or units."""

    @property
    @abstractmethod
    def variance(self) -> float:
        """Variance, in square days or square units."""

    @property
    @abstractmethod
    def minimum(self) -> float:
        """Smallest value that can be drawn, in days or units."""

    @property
    @abstractmethod
    def whole(self) -> bool:
        """True if every value that can be drawn is a whole number."""

    @abstractmethod
    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        """Draw `n` independent values.

        Draws are sequential: drawing n values and then m gives the same numbers as drawing n + m at once.

        Args:
            rng: source of randomness.
            n: number of draws.

        Returns:
            float64 of shape (n,), in days or units.
        """


class Law(Distribution, Generic[A]):
    """A distribution with an optional shift.

    Subclasses define moments, draws, least value and lattice of the law without its shift.
    """

    shift: A | None = Field(default=None, description="Added to every draw.")
    weight: Share | None = Field(default=None, description="Chance of this part; only in a mixture.")

    ways: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """Alternative sets of parameters; exactly one must be given. Empty if the fields need no such rule."""

    @property
    def mean(self) -> float:
        """Expected value, in days or units."""
        return self._moments[0] + (self.shift or 0.0)

    @property
    def variance(self) -> float:
        """Variance, in square days or square units."""
        return self._moments[1]

    @property
    def minimum(self) -> float:
        """Smallest value that can be drawn, in days or units."""
        least = self._moments[0] if self._certain else self._least()
        return least + (self.shift or 0.0)

    @property
    def whole(self) -> bool:
        """True if every value that can be drawn is a whole number."""
        lattice = is_whole(self._moments[0]) if self._certain else self._lattice()
        return lattice and is_whole(self.shift or 0.0)

    def sample(self, rng: np.random.Generator, n: int) -> Floats:
        """Draw `n` independent values, sequentially; see `Distribution.sample`."""
        if self._certain:
            return np.full(n, self.mean)
        drawn = np.asarray(self._draw(rng, n), dtype=np.float64)
        return drawn + self.shift if self.shift else drawn

    @property
    @abstractmethod
    def _moments(self) -> tuple[float, float]:
        """Mean and variance, without the shift."""

    @abstractmethod
    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        """Draw `n` values without the shift. Called only for laws that are not constant."""

    @cached_property
    def _certain(self) -> bool:
        """True if the law is a constant, within the precision of parameters derived from moments."""
        mean, variance = self._moments
        return math.sqrt(variance) <= 1e-12 * mean

    def _least(self) -> float:
        """Return the smallest value without the shift. Called only for laws that are not constant."""
        return 0.0

    def _lattice(self) -> bool:
        """Test whether all values without the shift are whole. Called only for laws that are not constant."""
        return False

    def _impossible(self) -> str | None:
        """Return the problem with a combination of valid parameters, None if there is none."""
        return None

    def _load(self, folder: Path) -> None:
        """Read the values of a data file, if the law names one; relative paths start at `folder`."""

    @model_validator(mode="after")
    def _check(self, info: ValidationInfo) -> Self:
        named = {key for way in self.ways for key in way}
        given = tuple(key for key in self.keys() if key in named and self._given(key) is not None)
        if self.ways and set(given) not in [set(way) for way in self.ways]:
            choices = ", or ".join(" and ".join(way) for way in self.ways)
            found = f"given: {', '.join(given)}" if given else "none is given"
            raise refusal("parameters", f"{self.dist} needs {choices} ({found})")
        self._load(Path((info.context or {}).get("folder") or ""))
        try:
            problem = self._impossible()
            finite = problem is not None or all(math.isfinite(moment) for moment in self._moments)
        except OverflowError:
            problem, finite = None, False
        if not finite:
            problem = "mean or variance is too large to compute with"
        if problem:
            raise refusal("impossible", problem)
        return self

    @classmethod
    def model_parametrized_name(cls, params: tuple[Any, ...]) -> str:
        """Name the class for one dimension: GammaOfDays, GammaOfUnits."""
        return cls.__name__ + (
            "OfDays" if params[0] == Days else "OfUnits" if params[0] == Quantity else "OfFloats"
        )

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        described = handler(schema)
        shown = handler.resolve_ref_schema(described)
        shown["description"] = inspect.getdoc(cls)
        if len(cls.ways) > 1:
            shown["oneOf"] = [{"required": list(way)} for way in cls.ways]
        return described

    def _given(self, key: str) -> Any:
        """Return the value of a YAML key, None if it is left out."""
        return getattr(self, "given_mean" if key == "mean" else key)


_WIDEST: Final = 1000.0
"""Largest coefficient of variation. Far beyond it, the native parameters leave the range of floats."""


class MomentLaw(Law[A], Generic[A]):
    """A law that can be given by its mean and spread: `cv` = sd / mean, or `sd`."""

    given_mean: A | None = Field(default=None, alias="mean", description="Mean, without the shift.")
    cv: Factor | None = Field(
        default=None, description="Coefficient of variation: sd / mean, without the shift."
    )
    sd: A | None = Field(default=None, description="Standard deviation.")

    @property
    def _moments(self) -> tuple[float, float]:
        assert self.given_mean is not None
        if self.cv is not None:
            return self.given_mean, (self.cv * self.given_mean) ** 2
        assert self.sd is not None
        return self.given_mean, self.sd**2

    def _squared_cv(self) -> float:
        """Return the squared coefficient of variation, without the shift."""
        if self.cv is not None:
            return self.cv**2
        mean, variance = self._moments
        return variance / mean**2

    def _impossible(self) -> str | None:
        if self.given_mean == 0 and self.sd:
            return f"{self.dist} is never negative: with mean 0 its sd must be 0 too"
        mean, variance = self._moments
        if max(self.cv or 0.0, math.sqrt(variance) / mean if mean else 0.0) > _WIDEST:
            return f"the sd is more than {_WIDEST:g} times the mean: beyond use"
        return None


MEASURES: Final[dict[str, Any]] = {"duration": Days, "quantity": Quantity}
"""Type of a law's numbers, by dimension."""
LAWS: Final[dict[str, dict[str, type[Distribution]]]] = {"duration": {}, "quantity": {}}
"""Class of each law, by dimension and name of the law."""

L = TypeVar("L", bound=Law[Any])


def register(law: type[L]) -> type[L]:
    """Register a law in `LAWS` with one class that reads durations and one that reads quantities."""
    for dimension, measure in MEASURES.items():
        register_for(dimension, law[measure], law.__module__)  # type: ignore[index]
    return law


def register_for(dimension: str, law: type[Distribution], module: str) -> None:
    """Register the class of a law for one dimension.

    Args:
        dimension: ``duration`` or ``quantity``.
        law: the class; the type of its field ``dist`` gives the law's name.
        module: name of the module that gets the class as an attribute.
    """
    (name,) = get_args(law.model_fields["dist"].annotation)
    LAWS[dimension][name] = law
    # Pickle finds a class by its name in its module.
    law.__module__ = module
    setattr(sys.modules[module], law.__name__, law)


def mistake_at(key: str, kind: str, problem: str) -> ValidationError:
    """Return the exception for a mistake in one key, to be raised while the whole section is validated.

    Args:
        key: YAML key of the wrong value.
        kind: short name of the mistake, for pydantic.
        problem: the message.
    """
    return ValidationError.from_exception_data(
        "distribution", [InitErrorDetails(type=refusal(kind, problem), loc=(key,), input=None)]
    )


def is_whole(value: float) -> bool:
    """Test whether a value is a whole number."""
    return float(value).is_integer()
