"""Whether a line that cannot be filled from stock may become a backorder."""

from __future__ import annotations

from typing import Annotated

from pydantic import BeforeValidator, Field, SerializeAsAny, ValidationInfo

from simulator.policies.family import Policy, member
from simulator.scenario.units import Quantity


class AcceptancePolicy(Policy):
    """Base of the acceptance policies."""

    family = "backorders"
    members = {}

    def accepts(self, units: float, waiting: float) -> bool:
        """Whether ``units`` more may wait for a stock for which ``waiting`` units wait already."""
        raise NotImplementedError

    @property
    def always(self) -> bool:
        """Whether every line may wait."""
        return False

    @property
    def never(self) -> bool:
        """Whether no line may wait."""
        return False


@member("accept")
class Accept(AcceptancePolicy):
    """Every line may wait."""

    def accepts(self, units: float, waiting: float) -> bool:
        """Always."""
        return True

    @property
    def always(self) -> bool:
        """It does."""
        return True


@member("reject")
class Reject(AcceptancePolicy):
    """Out of stock is out of stock: what is not on the shelf is refused (lost sales)."""

    def accepts(self, units: float, waiting: float) -> bool:
        """Never."""
        return False

    @property
    def never(self) -> bool:
        """It does not."""
        return True


@member("limit")
class Limit(AcceptancePolicy):
    """A line may wait while no more than ``limit`` units then wait for the stock."""

    limit: Quantity = Field(description="Most units that wait for the stock of a product.")

    def accepts(self, units: float, waiting: float) -> bool:
        """While the limit is kept."""
        return waiting + units <= self.limit

    @property
    def never(self) -> bool:
        """With a limit of 0."""
        return self.limit == 0.0


def _choose(value: object, info: ValidationInfo) -> AcceptancePolicy:
    if isinstance(value, dict) and "type" not in value and "limit" in value:
        return Limit.model_validate(value, context=info.context)
    return AcceptancePolicy.choose(value, info)


Acceptance = Annotated[SerializeAsAny[AcceptancePolicy], BeforeValidator(_choose)]
