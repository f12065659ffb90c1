"""Acceptance policies: admission of a line that cannot be filled from stock as a backorder."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationInfo

from simulator.policies.family import Policy, member
from simulator.values.units import Quantity


class AcceptancePolicy(Policy):
    """Base of the acceptance policies."""

    family = "backorders"
    members = {}

    def accepts(self, units: float, waiting: float) -> bool:
        """Test whether a line may become a backorder.

        Args:
            units: units of the line to backorder.
            waiting: units backordered at the stock already.
        """
        raise NotImplementedError

    @property
    def always(self) -> bool:
        """True if every line may wait."""
        return False

    @property
    def never(self) -> bool:
        """True if no line may wait."""
        return False


@member("accept")
class Accept(AcceptancePolicy):
    """Every line may wait."""

    def accepts(self, units: float, waiting: float) -> bool:
        """Return True for every line."""
        return True

    @property
    def always(self) -> bool:
        """True: every line may wait."""
        return True


@member("reject")
class Reject(AcceptancePolicy):
    """No line may wait: units that are not on hand are refused (lost sales)."""

    def accepts(self, units: float, waiting: float) -> bool:
        """Return False for every line."""
        return False

    @property
    def never(self) -> bool:
        """True: no line may wait."""
        return True


@member("limit")
class Limit(AcceptancePolicy):
    """A line may wait if no more than ``limit`` units, its own included, then wait for the stock."""

    limit: Quantity = Field(description="Most units that wait for the stock of a product.")

    def accepts(self, units: float, waiting: float) -> bool:
        """Test whether the units waiting, those of the line included, stay within the limit."""
        return waiting + units <= self.limit

    @property
    def never(self) -> bool:
        """True if the limit is 0."""
        return self.limit == 0.0


def _choose(value: object, info: ValidationInfo) -> AcceptancePolicy:
    if isinstance(value, dict) and "type" not in value and "limit" in value:
        return Limit.model_validate(value, context=info.context)
    return AcceptancePolicy.choose(value, info)


Acceptance = Annotated[SerializeAsAny[AcceptancePolicy], BeforeValidator(_choose)]
