"""Sections ``customers`` and ``demand``: customer segments, their impatience, and streams of orders."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Final, Literal

from pydantic import (
    AfterValidator,
    BeforeValidator,
    Field,
    SerializeAsAny,
    ValidationInfo,
    model_validator,
)

from simulator.laws.distributions import (
    Exponential,
    OptionalDurationDistribution,
    PositiveDurationDistribution,
    QuantityDistribution,
    Weibull,
    constant,
)
from simulator.scenario.sections.order_history import History
from simulator.values.idle_keys import (
    NO_COMPENSATION,
    NO_DATE,
    NO_DEMAND,
    NOBODY_WAITS,
    IdleKey,
    ScenarioFacts,
)
from simulator.values.section import ProductName, Section, SegmentName
from simulator.values.units import Days, Factor, PerDay, PositiveCount, Quantity, Share

ANYWHERE: Final = "everywhere"
"""Region of demand that names no region."""


class Segment(Section):
    """Customer segment, whose customers are treated alike.

    ``priority`` 1 is the most important. ``patience`` is the time from ordering to cancelling a backorder.
    Without it customers wait for ever. ``will_wait`` is the chance that a customer accepts a backorder when
    there is no stock. The others decline.
    """

    priority: PositiveCount = Field(default=1, description="Rank of the segment; 1 is the most important.")
    patience: OptionalDurationDistribution = Field(
        default=None, description="Time from ordering to cancelling a backorder; left out: waits for ever."
    )
    tolerance: OptionalDurationDistribution = Field(
        default=None,
        description="Longest wait that a customer accepts when the date is shown before ordering; left out: any.",
    )
    impatience: Impatience | None = Field(
        default=None,
        description="Factors on the hazard of cancelling, by events while waiting; left out: no influence.",
    )
    will_wait: Share = Field(default=1.0, description="Chance of accepting a backorder when out of stock.")

    @model_validator(mode="after")
    def _proportional_hazards(self) -> Segment:
        law = self.patience
        if self.impatience is not None and (
            not isinstance(law, Exponential | Weibull) or law.shift is not None
        ):
            raise ValueError("'impatience' needs a patience that is exponential or weibull, without shift")
        if self.impatience is not None and law is not None and law.mean == 0:
            raise ValueError("'impatience' changes nothing where patience is 0: leave it out")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole segment if it has no demand, else its keys on which nothing depends."""
        if name not in around.segments:
            yield IdleKey((), NO_DEMAND)
            return
        if not around.by_priority:
            yield IdleKey(("priority",), "neither allocation nor a workshop looks at it")
        elif len(around.segments) == 1:
            yield IdleKey(("priority",), "there is no other segment")
        refused = "no backorder is accepted" if around.waiting else NOBODY_WAITS
        if around.rejecting:
            yield IdleKey(("will_wait",), refused)
        if around.rejecting or not around.shown_before:
            reason = refused if around.rejecting else "customers see no date before they order"
            yield IdleKey(("tolerance",), reason)
        if name not in around.waiting:
            reason = "no customer of this segment waits" if around.waiting else NOBODY_WAITS
            yield IdleKey(("patience",), reason)
            yield IdleKey(("impatience",), reason)


class Arrivals(Section):
    """Arrival process of a stream of orders.

    ``poisson``: independent arrivals.

    ``negative_binomial``: the rate of each day is multiplied by a gamma factor with mean 1 and variance
    ``dispersion``. A day with mean count m thus has variance m + dispersion * m**2.

    ``renewal``: independent times between orders, drawn from ``interval``, or from a gamma distribution with
    mean 1/rate and coefficient of variation ``cv``. The first order comes at ``first`` (left out: after one
    such time).
    """

    type: Literal["poisson", "negative_binomial", "renewal"] = Field(
        default="poisson", description="Kind of the arrival process."
    )
    dispersion: Quantity | None = Field(
        default=None, description="With negative_binomial: variance of the factor of a day."
    )
    interval: PositiveDurationDistribution | None = Field(
        default=None, description="With renewal: time between orders, in place of the rate."
    )
    cv: Quantity | None = Field(
        default=None, description="With renewal: coefficient of variation of the time between orders."
    )
    first: Days | None = Field(
        default=None, description="With renewal: time of the first order; left out: after one such time."
    )

    @model_validator(mode="after")
    def _belongs(self) -> Arrivals:
        if (self.dispersion is not None) != (self.type == "negative_binomial"):
            raise ValueError("'dispersion' belongs to negative_binomial arrivals, which need it")
        if self.type == "renewal":
            if (self.interval is None) == (self.cv is None):
                raise ValueError("renewal arrivals need either 'interval' or 'cv'")
        elif self.interval is not None or self.cv is not None or self.first is not None:
            raise ValueError("'interval', 'cv' and 'first' belong to renewal arrivals")
        return self


def _arrivals_by_name(value: object) -> object:
    return {"type": value} if isinstance(value, str) else value


def _sums_to_one(shares: dict[str, float] | None) -> dict[str, float] | None:
    if shares is not None and abs(sum(shares.values()) - 1.0) > 1e-9:
        raise ValueError(f"the shares add up to {sum(shares.values()):.6g}, not to 100 %")
    return shares


SegmentShares = Annotated[dict[SegmentName, Share], AfterValidator(_sums_to_one)]
RegionShares = Annotated[dict[str, Share], AfterValidator(_sums_to_one)]


class Demand(Section):
    """Stream of orders; with ``products``, ``segments`` or ``regions`` a family of independent streams.

    The rate is in orders per day, before profiles. ``also`` gives the chances of further lines.
    """

    product: ProductName | None = Field(default=None, description="Product of all orders, with `rate`.")
    products: Annotated[dict[ProductName, PerDay], Field(min_length=1)] | None = Field(
        default=None, description="Orders per day of each product."
    )
    segment: SegmentName | None = Field(
        default=None, description="Segment of all customers; left out: the first one."
    )
    segments: SegmentShares | None = Field(default=None, description="Share of each segment; together 100 %.")
    region: str | None = Field(default=None, description="Region of all customers; left out: everywhere.")
    regions: RegionShares | None = Field(default=None, description="Share of each region; together 100 %.")
    rate: PerDay | None = Field(default=None, description="Orders per day, before profiles.")
    quantity: QuantityDistribution = Field(default=constant(1.0), description="Units in a line.")
    arrivals: Annotated[Arrivals, BeforeValidator(_arrivals_by_name)] = Arrivals()
    due: Days = Field(
        default=0.0,
        description="Demand lead time: time from the order to the date on which the goods are wanted; they are not "
        "allocated before. Replenishment counts the order at once.",
    )
    also: dict[ProductName, Share] = Field(
        default={}, description="Chance of a further line for that product."
    )
    also_quantity: QuantityDistribution = Field(default=constant(1.0), description="Units in a further line.")

    @model_validator(mode="after")
    def _one_of_each(self) -> Demand:
        if (self.product is None) == (self.products is None):
            raise ValueError("give either 'product' with a 'rate', or 'products' with the rate of each")
        if self.segment is not None and self.segments is not None:
            raise ValueError("give either 'segment' or 'segments'")
        if self.region is not None and self.regions is not None:
            raise ValueError("give either 'region' or 'regions'")
        timed = self.arrivals.interval is not None
        if self.product is not None and (self.rate is None) != timed:
            raise ValueError("a product's demand needs a 'rate', or renewal arrivals with an 'interval'")
        if self.products is not None and (self.rate is not None or timed):
            raise ValueError("'products' gives the rate of each product; leave 'rate' and 'interval' out")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the chance and quantity of further lines that no order has."""
        for product, chance in self.also.items():
            if chance == 0.0:
                yield IdleKey(("also", product), "the chance is 0", by_value=True)
        if not any(self.also.values()):
            yield IdleKey(("also_quantity",), "no order has a further line")

    def rates(self) -> dict[str, float | None]:
        """Return the orders per day of each product; ``None`` for a product with an ``interval`` instead."""
        if self.products is not None:
            return dict(self.products)
        assert self.product is not None
        return {self.product: self.rate}


def _source(value: object, info: ValidationInfo) -> object:
    """Validate an entry of ``demand``: a history if it has the key ``orders``, else a stream."""
    if not isinstance(value, dict):
        return value
    kind: type[Section] = History if "orders" in value else Demand
    return kind.model_validate(value, context=info.context)


AnyDemand = Annotated[SerializeAsAny[Section], BeforeValidator(_source)]


class Impatience(Section):
    """Factors on the hazard given by ``patience`` (proportional hazards); a factor of 1 means no influence.

    For each line a time is drawn from ``patience``. The line is cancelled when its cumulative hazard reaches
    the one that ``patience`` alone has at the time drawn, so that all policies meet the same customers.
    Patience has to be exponential or weibull.
    """

    informed: Factor = Field(
        default=0.4,
        description="Factor while the last message read is at most 'informed_for' old. Hang-ups on hold: 69 % with "
        "music, 36 % with information on the place in line: ln(1-0.36)/ln(1-0.69) = 0.38 (Munichor & Rafaeli 2007; "
        "grade B, another setting).",
    )
    informed_for: Days = Field(default=7.0, description="Time for which a message informs (assumption).")
    past_promise: Factor = Field(
        default=1.5,
        description="Factor after the last delivery date known to the customer. Call centre: the hazard rises by up "
        "to 52 % with every minute past the announced wait (Webb, Yu & Bretthauer, SSRN 3706565; grade B, another "
        "setting). One factor for all the time past the date, and its size, are assumptions.",
    )
    revision: Factor = Field(
        default=1.1,
        description="Factor for each notice of a delay that was read. Repeated apologies can be worse than none "
        "(Halperin et al. 2022, grade A, no figure for cancelling): assumption.",
    )
    compensated: Factor = Field(
        default=0.8,
        description="Factor once a compensation was offered. A coupon is the best form (Halperin et al. 2022, grade A, "
        "no figure for cancelling): assumption.",
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield factors for events that never occur while customers wait."""
        acting = (around.messages or around.asking, around.dated, around.notices, around.compensated)
        if not any(acting):
            yield IdleKey((), "customers are sent and promised nothing while they wait")
            return
        for acts, keys, reason in zip(acting, _KEYS, _REASONS, strict=True):
            if not acts:
                yield from (IdleKey((key,), reason) for key in keys)
        if self.informed == 1.0:
            yield IdleKey(("informed_for",), "'informed' is 1", by_value=True)


_KEYS: Final = (("informed", "informed_for"), ("past_promise",), ("revision",), ("compensated",))
_REASONS: Final = (
    "waiting customers hear nothing",
    NO_DATE,
    "no customer is sent notices of a revised promise",
    NO_COMPENSATION,
)
