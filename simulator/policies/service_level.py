"""Service levels for which a stock is sized, and the outlook from which a policy derives its levels."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationInfo, model_validator

from simulator.values.section import Section
from simulator.values.units import Share

Measure = Literal["cycle_service_level", "line_fill_rate", "fill_rate", "ready_rate"]
"""Metric of the glossary that measures a service level."""

OpenShare = Annotated[Share, Field(gt=0.0, lt=1.0)]
"""A share strictly between 0 and 1."""


class OtherService(Section):
    """Service level other than the cycle service level: a fill rate or a ready rate."""

    fill_rate: OpenShare | None = Field(default=None, description="Units filled on arrival / units demanded.")
    ready_rate: OpenShare | None = Field(default=None, description="Share of the time with stock on hand.")

    @model_validator(mode="after")
    def _one(self) -> OtherService:
        if (self.fill_rate is None) == (self.ready_rate is None):
            raise ValueError(
                "give either 'fill_rate' or 'ready_rate'; a share without a name is the cycle service"
            )
        return self

    @property
    def measure(self) -> Measure:
        """Metric that has to reach `share`."""
        return "ready_rate" if self.fill_rate is None else "fill_rate"

    @property
    def share(self) -> float:
        """Value of the metric to reach, in (0, 1)."""
        share = self.ready_rate if self.fill_rate is None else self.fill_rate
        assert share is not None
        return share


_SHARE: Final[TypeAdapter[float]] = TypeAdapter(OpenShare)


def _read(value: object, info: ValidationInfo) -> object:
    """Read a mapping as its section and anything else as a share."""
    if isinstance(value, OtherService):
        return value
    if isinstance(value, dict):
        return OtherService.model_validate(value, context=info.context)
    return _SHARE.validate_python(value)


ServiceLevel = Annotated[OpenShare | OtherService, BeforeValidator(_read)]
"""A share of the cycles, `95 %`, or `{fill_rate: 95 %}` or `{ready_rate: 95 %}`."""
OptionalServiceLevel = ServiceLevel | None
"""A ServiceLevel, or nothing."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """Expected demand and lead time of a stock.

    Attributes:
        demand_mean: mean demand per day, in units.
        demand_variance: variance of the demand per day, in square units.
        lead_time_mean: mean lead time, in days.
        lead_time_variance: variance of the lead time, in square days.
    """

    demand_mean: float
    demand_variance: float
    lead_time_mean: float
    lead_time_variance: float

    def expected(self, review: float = 0.0) -> float:
        """Return the mean demand over a lead time and a review interval of ``review`` days, in units."""
        return self.demand_mean * (self.lead_time_mean + review)

    def safety_stock(self, service_level: float, review: float = 0.0) -> float:
        """Return the safety stock, in units, for a cycle service level with normal demand.

        z * sqrt((L + R) * var(demand) + mean(demand)**2 * var(L))
        (Silver, Pyke & Thomas 2017, Inventory and Production Management, section 6.10).

        Args:
            service_level: probability that a cycle ends without a stockout, in (0, 1).
            review: review interval R, in days.
        """
        return NormalDist().inv_cdf(service_level) * self.deviation(review)

    def deviation(self, review: float = 0.0) -> float:
        """Return the standard deviation of the demand over a lead time and ``review`` days, in units."""
        return math.sqrt(
            (self.lead_time_mean + review) * self.demand_variance
            + self.demand_mean**2 * self.lead_time_variance
        )

    def reorder_level(self, service_level: float | OtherService, review: float = 0.0) -> float:
        """Return the expected demand plus the safety stock, rounded up to whole units, never negative.

        Args:
            service_level: cycle service level, in (0, 1).
            review: review interval, in days.

        Raises:
            ValueError: the service level is a fill rate or ready rate, for which the formula does not hold.
        """
        if isinstance(service_level, OtherService):
            raise ValueError(
                f"the textbook formula is of the cycle service, not of the {service_level.measure}"
            )
        return max(0.0, math.ceil(self.expected(review) + self.safety_stock(service_level, review) - 1e-9))

    def covering(self, days: float) -> float:
        """Return the mean demand over ``days`` days, rounded up to whole units, at least one."""
        return max(1.0, math.ceil(self.demand_mean * days - 1e-9))


class Target(NamedTuple):
    """Service that a level has to reach.

    Attributes:
        measure: metric of the service.
        share: value of the metric to reach, in (0, 1).
        review: days between two opportunities to order.
        shifts: True if all levels of the policy move with the one searched for. Raising it by a unit then
            raises the net stock by a unit.
    """

    measure: Measure
    share: float
    review: float
    shifts: bool
