"""Section ``profiles``: changes of demand with the calendar, by weekday, month, peak and surge."""

from __future__ import annotations

import datetime
import math
from collections.abc import Iterator
from typing import Annotated

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SerializeAsAny,
    ValidationInfo,
    model_validator,
)

from simulator.values.idle_keys import IdleKey, OrderNames, ScenarioFacts
from simulator.values.section import ProductName, Section, SegmentName
from simulator.values.units import Day, PositiveDays, Quantity


class Profile(Section):
    """Base of the changes of demand with the calendar; a profile without filters concerns every stream."""

    products: tuple[ProductName, ...] = Field(default=(), description="Products concerned; left out: all.")
    segments: tuple[SegmentName, ...] = Field(default=(), description="Segments concerned; left out: all.")
    regions: tuple[str, ...] = Field(default=(), description="Regions concerned; left out: all.")

    def concerns(self, product: str, segment: str, region: str) -> bool:
        """Return True if the profile changes the stream of this product, segment and region."""
        return (
            (not self.products or product in self.products)
            and (not self.segments or segment in self.segments)
            and (not self.regions or region in self.regions)
        )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole profile if it changes no demand, else names in its filters that no stream has."""
        reason = self._idle_because(around)
        if reason is not None:
            yield IdleKey((), reason, by_value=True)
            return
        concerned = [one for one in around.streams if self._concerns_any_of(one)]
        if not concerned:
            yield IdleKey((), "it concerns no demand that is drawn")
            return
        for key in ("products", "segments", "regions"):
            used = frozenset[str]().union(*(getattr(one, key) for one in concerned))
            for number, one in enumerate(getattr(self, key)):
                if one not in used:
                    yield IdleKey((key, number), "no demand of the profile has this name")

    def _concerns_any_of(self, stream: OrderNames) -> bool:
        """Return True if the profile changes any part of a stream of demand."""
        return all(
            not names or not of_stream.isdisjoint(names)
            for names, of_stream in (
                (self.products, stream.products),
                (self.segments, stream.segments),
                (self.regions, stream.regions),
            )
        )

    def _idle_because(self, around: ScenarioFacts, /) -> str | None:
        """Return the reason if the profile changes no demand at all, else ``None``."""
        return None


def _some_demand(factors: tuple[float, ...]) -> tuple[float, ...]:
    """Return the factors; refuse them if all are 0."""
    if not sum(factors) > 0:
        raise ValueError("at least one factor must be above 0")
    return factors


class Weekly(Profile):
    """Weekly pattern: seven factors, Monday to Sunday, scaled to mean 1."""

    weekly: Annotated[
        tuple[Quantity, ...], Field(min_length=7, max_length=7), AfterValidator(_some_demand)
    ] = Field(description="Factors of the weekdays, Monday to Sunday.")

    def _idle_because(self, around: ScenarioFacts, /) -> str | None:
        return "all factors are the same" if len(set(self.weekly)) == 1 else None


class Yearly(Profile):
    """Yearly pattern: twelve factors, January to December, scaled to mean 1."""

    yearly: Annotated[
        tuple[Quantity, ...], Field(min_length=12, max_length=12), AfterValidator(_some_demand)
    ] = Field(description="Factors of the months, January to December.")

    def _idle_because(self, around: ScenarioFacts, /) -> str | None:
        return "all factors are the same" if len(set(self.yearly)) == 1 else None


class Peak(Profile):
    """Peak: demand times ``factor`` from one date to another, both included."""

    peak: str = Field(description="Name of the peak.")
    first: Day = Field(alias="from", description="First date.")
    last: Day = Field(alias="to", description="Last date.")
    factor: Quantity = Field(description="Factor of demand on these dates.")

    @model_validator(mode="after")
    def _in_sequence(self) -> Peak:
        if self.last < self.first:
            raise ValueError(f"the peak ends ({self.last}) before it begins ({self.first})")
        return self

    def _idle_because(self, around: ScenarioFacts, /) -> str | None:
        if self.last < around.start:
            return f"the peak ends before the run begins ({around.start})"
        if (self.first - around.start).days >= around.end:
            return f"the peak begins after the run ends ({_last_day(around)})"
        return "the factor is 1" if self.factor == 1.0 else None


class Surge(Profile):
    """Surge: a sudden rise of demand at ``on`` that decays exponentially.

    The factor of demand at time t is 1 + (factor - 1) * exp(-(t - on) / decays).
    """

    surge: str = Field(description="Name of the surge.")
    on: Day = Field(description="Date of the rise.")
    factor: Quantity = Field(description="Factor of demand at the rise.")
    decays: PositiveDays = Field(description="Time in which the rise falls to 37 % (1/e).")

    def _idle_because(self, around: ScenarioFacts, /) -> str | None:
        if (self.on - around.start).days >= around.end:
            return f"the surge begins after the run ends ({_last_day(around)})"
        return "the factor is 1" if self.factor == 1.0 else None


def _last_day(around: ScenarioFacts) -> datetime.date:
    """Return the last date of a run."""
    return around.start + datetime.timedelta(days=math.ceil(around.end) - 1)


_PROFILES: dict[str, type[Profile]] = {"weekly": Weekly, "yearly": Yearly, "peak": Peak, "surge": Surge}


def _profile(value: object, info: ValidationInfo) -> object:
    """Validate a profile as the kind whose key is present."""
    if not isinstance(value, dict):
        return value
    kinds = [kind for kind in _PROFILES if kind in value]
    if len(kinds) != 1:
        raise ValueError("a profile has exactly one of the keys weekly, yearly, peak, surge")
    return _PROFILES[kinds[0]].model_validate(value, context=info.context)


AnyProfile = Annotated[SerializeAsAny[Profile], BeforeValidator(_profile)]
