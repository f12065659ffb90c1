"""Random durations and quantities, as the scenario file names them.

A distribution is written `{dist: gamma, mean: 3 days, cv: 0.5}`. A bare value is a constant. The type of the
field makes its numbers durations (DurationDistribution) or quantities (QuantityDistribution). In Python both
are floats, in days or units. Draws are never negative.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, cast

import numpy as np
from numpy.typing import NDArray
from pydantic import (
    AfterValidator,
    GetCoreSchemaHandler,
    GetJsonSchemaHandler,
    SerializationInfo,
    ValidationInfo,
)
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from simulator.laws.continuous import (
    Constant,
    Erlang,
    Exponential,
    Gamma,
    Lognormal,
    Normal,
    Triangular,
    Uniform,
    Weibull,
)
from simulator.laws.counts import Geometric, NegativeBinomial, Poisson
from simulator.laws.law import LAWS, Distribution, Law, mistake_at, register_for
from simulator.laws.tabulated import Discrete, Empirical, Mixture
from simulator.values import notation
from simulator.values.section import nearest, refusal
from simulator.values.units import DAYS_SCHEMA, QUANTITY_SCHEMA, Days, Quantity

__all__ = [
    "Constant",
    "Discrete",
    "Distribution",
    "DurationDistribution",
    "Empirical",
    "Erlang",
    "Exponential",
    "Gamma",
    "Geometric",
    "Lognormal",
    "Mixture",
    "NegativeBinomial",
    "Normal",
    "OptionalDurationDistribution",
    "Poisson",
    "PositiveDurationDistribution",
    "QuantityDistribution",
    "Triangular",
    "Uniform",
    "Weibull",
    "constant",
]


@dataclass(frozen=True)
class _DistributionField:
    """Reader and writer of a field that holds a distribution.

    Attributes:
        dimension: kind of the distribution's numbers.
        part: True for the parts of a mixture, which have a weight and are no mixtures themselves.
    """

    dimension: Literal["duration", "quantity"]
    part: bool = False

    @property
    def laws(self) -> dict[str, type[Distribution]]:
        """Classes of the laws that the field accepts, by name."""
        known = LAWS[self.dimension]
        return {name: law for name, law in known.items() if name != "mixture"} if self.part else known

    def read(self, value: object, info: ValidationInfo) -> Distribution:
        """Read a distribution or a bare value. A distribution made in Python is kept as it is.

        Args:
            value: mapping with the key ``dist``, bare value, or Distribution.
            info: validation context, see `section`.

        Raises:
            ValidationError: the law is unknown or one of its parameters is wrong, a part of a mixture has no
                weight, or another distribution has one.
            PydanticCustomError: a bare value is no duration or quantity.
        """
        if isinstance(value, Distribution):
            found = value
        elif isinstance(value, dict):
            found = self._law(value).model_validate(value, context=info.context)
        else:
            found = constant(notation.days(value) if self.dimension == "duration" else notation.amount(value))
        weight = getattr(found, "weight", None)
        if self.part and weight is None:
            raise mistake_at("weight", "missing", "every part of a mixture needs a 'weight'")
        if not self.part and weight is not None:
            raise mistake_at("weight", "weight", "'weight' belongs to the parts of a mixture")
        return found

    def _law(self, value: Mapping[Any, Any]) -> type[Distribution]:
        name = value.get("dist")
        law = self.laws.get(name) if isinstance(name, str) else None
        if law is not None:
            return law
        if name is None:
            problem = f"say which distribution: 'dist' is one of {', '.join(self.laws)}"
        elif name == "mixture":
            problem = "a part of a mixture cannot be a mixture; list all parts in one"
        else:
            problem = f"unknown distribution '{name}'{nearest(str(name), self.laws)}"
        raise mistake_at("dist", "unknown_name", problem)

    def write(self, value: Distribution, info: SerializationInfo) -> Any:
        """Write a mapping that `read` turns into an equal distribution; in JSON constants are bare values."""
        law = self.laws.get(value.dist)
        if law is not None and type(value) is not law:
            # A distribution made in Python has no dimension; the field's dimension gives the units to write.
            known = {key.alias or name: getattr(value, name) for name, key in law.model_fields.items()}
            value = law.model_construct(**known)
        written = value.model_dump(mode=info.mode, exclude_none=True)
        bare = info.mode == "json" and written.keys() == {"dist", "value"}
        return written["value"] if bare else written

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        writer = core_schema.plain_serializer_function_ser_schema(self.write, info_arg=True)
        return core_schema.with_info_plain_validator_function(self.read, serialization=writer)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        shared = {name: _shared(law) for name, law in self.laws.items()}
        laws = handler(core_schema.tagged_union_schema(shared, discriminator="dist"))
        if self.part:
            return {**laws, "required": ["weight"], "description": "A distribution and its weight."}
        bare = DAYS_SCHEMA if self.dimension == "duration" else QUANTITY_SCHEMA
        return {"anyOf": [bare, laws], "description": f"A {self.dimension}: a value, or a distribution."}


def _shared(law: type[Distribution]) -> CoreSchema:
    """Return the schema of a law, marked so that a JSON schema describes the law once and refers to it."""
    marked = {**law.__pydantic_core_schema__, "ref": f"{law.__module__}.{law.__qualname__}:{id(law)}"}
    return cast(CoreSchema, marked)


def constant(value: float) -> Distribution:
    """Return the distribution that always gives `value`, in days or units depending on its field."""
    return Constant(dist="constant", value=value)


def _positive_mean(distribution: Distribution) -> Distribution:
    if distribution.mean <= 0:
        raise refusal("positive", "the mean must be more than 0")
    return distribution


DurationDistribution = Annotated[Distribution, _DistributionField("duration")]
"""Bare `12 days`, or a distribution whose numbers carry units of time."""
QuantityDistribution = Annotated[Distribution, _DistributionField("quantity")]
"""A bare number, or a distribution of plain numbers."""
PositiveDurationDistribution = Annotated[DurationDistribution, AfterValidator(_positive_mean)]
"""A DurationDistribution whose mean is more than 0."""
OptionalDurationDistribution = DurationDistribution | None
"""A DurationDistribution, or nothing."""


# The mixture is registered here, not with the other laws, because its parts are fields like those above.
register_for(
    "duration", Mixture[Days, Annotated[Distribution, _DistributionField("duration", part=True)]], __name__
)
register_for(
    "quantity",
    Mixture[Quantity, Annotated[Distribution, _DistributionField("quantity", part=True)]],
    __name__,
)


def sample_in_bulk(law: Distribution, rng: np.random.Generator, n: int) -> NDArray[np.float64]:
    """Draw `n` independent values: float64[n].

    Values of a mixture are drawn part by part, which is faster than `Mixture.sample`. Draws are then not
    sequential: drawing more values changes the first ones, too.
    """
    if not isinstance(law, Mixture) or law.variance == 0.0:
        return law.sample(rng, n)
    parts = [part for part in law.of if isinstance(part, Law)]
    bounds = np.cumsum([part.weight or 0.0 for part in parts])
    chosen = np.searchsorted(bounds[:-1], rng.random(n), side="right")
    found = np.empty(n)
    for number, part in enumerate(parts):
        own = np.flatnonzero(chosen == number)
        found[own] = sample_in_bulk(part, rng, len(own))
    return found + (law.shift or 0.0)
