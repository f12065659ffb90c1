"""Service levels for which a stock is sized: a share of cycles, of units or of time."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from pydantic import BeforeValidator, Field, TypeAdapter, ValidationInfo, model_validator

from simulator.scenario.section import Section
from simulator.scenario.units import Share

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
        """Metric of which `share` is the target."""
        return "ready_rate" if self.fill_rate is None else "fill_rate"

    @property
    def share(self) -> float:
        """Share to reach."""
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
