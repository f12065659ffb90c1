"""What all laws have in common: the way they are read, shifted, sampled and described."""

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

from simulator.scenario.section import Section, refusal
from simulator.scenario.units import Days, Factor, Quantity, Share

Draws = NDArray[np.float64]
A = TypeVar("A", bound=float, default=float)
"""Days or Quantity: what the numbers of a law measure; just float for laws made in Python."""


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
        """Whether every value that can be drawn is a whole number."""

    @abstractmethod
    def sample(self, rng: np.random.Generator, n: int) -> Draws:
        """`n` independent draws, float64[n].

        Draws are taken one after the other: n draws and then m are the same numbers as n + m at once.
        """


class Law(Distribution, Generic[A]):
    """A distribution with its optional shift. A class for each law says the rest, without the shift."""

    shift: A | None = Field(default=None, description="Is added to what is drawn.")
    weight: Share | None = Field(default=None, description="Chance of this part; only in a mixture.")

    ways: ClassVar[tuple[tuple[str, ...], ...]] = ()
    """The sets of keys of which exactly one must be given; none where the fields say it all."""

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
        """Whether every value that can be drawn is a whole number."""
        lattice = is_whole(self._moments[0]) if self._certain else self._lattice()
        return lattice and is_whole(self.shift or 0.0)

    def sample(self, rng: np.random.Generator, n: int) -> Draws:
        """`n` independent draws, float64[n]; n draws and then m are the same numbers as n + m at once."""
        if self._certain:
            return np.full(n, self.mean)
        drawn = np.asarray(self._draw(rng, n), dtype=np.float64)
        return drawn + self.shift if self.shift else drawn

    @property
    @abstractmethod
    def _moments(self) -> tuple[float, float]:
        """Mean and variance."""

    @abstractmethod
    def _draw(self, rng: np.random.Generator, n: int) -> NDArray[Any]:
        """Draws from a law that is not certain."""

    @cached_property
    def _certain(self) -> bool:
        """Whether the law is a constant, to within the precision of the parameters derived from moments."""
        mean, variance = self._moments
        return math.sqrt(variance) <= 1e-12 * mean

    def _least(self) -> float:
        return 0.0

    def _lattice(self) -> bool:
        return False

    def _impossible(self) -> str | None:
        """What is wrong with numbers that are each possible by themselves."""
        return None

    def _load(self, folder: Path) -> None:
        """Read what is in files; `folder` is where relative paths start."""

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
        """Name of the class for one dimension: GammaOfDays, GammaOfUnits."""
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
        return getattr(self, "given_mean" if key == "mean" else key)


_WIDEST: Final = 1000.0
"""Largest coefficient of variation; far beyond, native parameters leave the range of floats."""


class Moments(Law[A], Generic[A]):
    """A law that may be given by its mean and its spread: `cv` = sd / mean, or `sd`."""

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
LAWS: Final[dict[str, dict[str, type[Distribution]]]] = {"duration": {}, "quantity": {}}
"""The class that reads each law's numbers, by dimension and name of the law."""

L = TypeVar("L", bound=Law[Any])


def enter(law: type[L]) -> type[L]:
    """Make the classes that read a law's numbers as durations and as quantities, and enter them."""
    for dimension, measure in MEASURES.items():
        enter_for(dimension, law[measure], law.__module__)  # type: ignore[index]
    return law


def enter_for(dimension: str, law: type[Distribution], module: str) -> None:
    """Enter the class that reads a law's numbers in one dimension, and give it to the module of that name."""
    (name,) = get_args(law.model_fields["dist"].annotation)
    LAWS[dimension][name] = law
    # Pickle looks for a class under its name in its module.
    law.__module__ = module
    setattr(sys.modules[module], law.__name__, law)


def mistake_at(key: str, kind: str, problem: str) -> ValidationError:
    """A mistake in the value of `key`, to be raised where a whole section is validated."""
    return ValidationError.from_exception_data(
        "distribution", [InitErrorDetails(type=refusal(kind, problem), loc=(key,), input=None)]
    )


def is_whole(value: float) -> bool:
    """Whether a value is a whole number."""
    return float(value).is_integer()
