"""Section ``products``: each product with its prices, costs, replenishment policy and substitutes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import ClassVar

from pydantic import Field

from simulator.policies.replenishment import OptionalReplenishment
from simulator.policies.sourcing import OptionalSourcing
from simulator.policies.sourcing_policy import SourcingPolicy
from simulator.values.idle_keys import NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.notation import Holding
from simulator.values.section import ProductName, Section
from simulator.values.units import HoldingCost, Money, PerDay, Share


class Product(Section):
    """Product of the shop. Money is in any one currency, the same throughout the scenario."""

    price: Money = Field(default=0.0, description="Selling price of a unit.")
    cost: Money = Field(default=0.0, description="Purchase cost of a unit.")
    holding: HoldingCost = Field(
        default=Holding(),
        description="Cost of a unit on hand: '25 %/year' of its cost, or money as '0.2/day'.",
    )
    backorder_cost: PerDay = Field(
        default=0.0, description="Cost of a backordered unit per day, as '1.5/day'."
    )
    lost_sale_cost: Money = Field(
        default=0.0, description="Loss of goodwill for each unit refused or declined."
    )
    replenishment: OptionalReplenishment = Field(
        default=None, description="Replenishment policy of this product, instead of the general one."
    )
    sourcing: OptionalSourcing = Field(
        default=None, description="Sourcing policy of this product, instead of the general one."
    )

    substitutes: dict[ProductName, Share] = Field(
        default={},
        description="Chance that a customer who finds too little stock takes this product instead, if it has stock. "
        "Several are offered in sequence.",
    )

    later: ClassVar[dict[str, str]] = {"made_to_order": "every unit is sold from stock or backordered"}

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield costs that never arise, policies that decide nothing, and unused substitutes."""
        if self.cost == 0.0 and self.holding.kind == "share":
            yield IdleKey(("holding",), "it is a share of the cost, which is 0", by_value=True)
        if not around.waiting:
            yield IdleKey(("backorder_cost",), NOBODY_WAITS)
        if not (around.refusing or around.declining):
            yield IdleKey(("lost_sale_cost",), "no line is ever refused or declined")
        if around.warehouses_decide:
            yield IdleKey(("replenishment",), "each warehouse has a replenishment policy of its own")
        if self.sourcing is not None:
            yield from self._idle_sourcing(self.sourcing, around, name)
        for other, chance in self.substitutes.items():
            if chance == 0.0:
                yield IdleKey(("substitutes", other), "the chance is 0", by_value=True)

    @staticmethod
    def _idle_sourcing(policy: SourcingPolicy, around: ScenarioFacts, name: str) -> Iterator[IdleKey]:
        """Yield the sourcing policy of a product with one source, else sources that the product does not have."""
        if name not in around.choosing:
            yield IdleKey(("sourcing",), "the product has one source")
            return
        for key, source in policy.named():
            if source not in around.sources[name]:
                yield IdleKey(("sourcing", *key), "it is no source of this product")

    @property
    def holding_rate(self) -> float:
        """Holding cost of a unit on hand, in money per day."""
        return self.holding.rate(self.cost)
