"""Sections ``satisfaction`` and ``loyalty``: survey scores of orders, and the chance of a next order.

Letters grade the evidence for a default. A: field or quasi-experiment, peer reviewed. B: peer reviewed, from
another setting. C: survey by a vendor or the press. A default with neither a letter nor Olist as its source
is an assumption.

The score curves and the effect of total time are fitted to aggregates of 20,864 orders of the Brazilian
E-Commerce Public Dataset by Olist (2018, CC BY-NC-SA 4.0). The source is observational: its scores are
associated with lateness, which need not be their only cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Annotated, Any, Final, Self

from pydantic import BeforeValidator, Field, PlainSerializer, WithJsonSchema, model_validator

from simulator.values.idle_keys import (
    NO_COMPENSATION,
    NO_DATE,
    NO_DEMAND,
    NO_MESSAGES,
    NOBODY_CANCELS,
    NOBODY_WAITS,
    IdleKey,
    ScenarioFacts,
)
from simulator.values.notation import days, days_text
from simulator.values.section import Section, SegmentName
from simulator.values.units import DAYS_SCHEMA, Count, Days, Factor, PositiveDays, Share


def _signed_days(value: object) -> float:
    """Read a duration in days, negative after a minus sign: ``-12 h``."""
    if isinstance(value, str) and value.lstrip().startswith("-"):
        return -days(value.lstrip().removeprefix("-"))
    return days(value)


def _signed_text(value: float) -> str:
    return f"-{days_text(-value)}" if value < 0 else days_text(value)


_SIGNED_SCHEMA: Final[dict[str, Any]] = DAYS_SCHEMA | {
    "pattern": str(DAYS_SCHEMA["pattern"]).replace("^", "^-?", 1),
    "description": "A duration with its unit, negative for early.",
    "examples": ["-3 days", "12 h"],
}
SignedDays = Annotated[
    float,
    BeforeValidator(_signed_days),
    PlainSerializer(_signed_text, return_type=str, when_used="json"),
    WithJsonSchema(_SIGNED_SCHEMA),
]
"""Duration in days, negative for early."""

Shares = tuple[Share, Share, Share, Share, Share]
"""Shares of the scores 1 to 5."""


class ScoreKnot(Section):
    """Score shares at one lateness; linear between two knots, constant outside the first and last."""

    days_late: SignedDays = Field(description="Delivery after the first promise; negative: before it.")
    shares: Shares = Field(description="Shares of scores 1, 2, 3, 4 and 5.")
    usual_time: Days = Field(
        description="Time from order to delivery at which the shares hold; faster and slower orders deviate."
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if abs(sum(self.shares) - 1.0) > 1e-6:
            raise ValueError(f"the shares add up to {sum(self.shares):.6g}, not to 100 %")
        return self


def _knots(*rows: tuple[float, Shares, float]) -> tuple[ScoreKnot, ...]:
    return tuple(
        ScoreKnot.model_construct(days_late=late, shares=shares, usual_time=usual)
        for late, shares, usual in rows
    )


# Fitted to Olist (see above) by weighted least squares, with scores that fall monotonically from 15 days
# early on. From 6 days late on, the source's bins of under 100 orders scatter around the curve by up to 0.25
# points.
_DELIVERED: Final = _knots(
    (-30.0, (0.085, 0.028, 0.074, 0.183, 0.630), 11.0),
    (-15.0, (0.058, 0.024, 0.080, 0.201, 0.637), 10.0),
    (-5.0, (0.067, 0.029, 0.085, 0.216, 0.603), 12.5),
    (-4.0, (0.080, 0.032, 0.112, 0.223, 0.553), 15.0),
    (-1.0, (0.080, 0.032, 0.112, 0.223, 0.553), 18.0),
    (0.0, (0.081, 0.033, 0.122, 0.280, 0.484), 20.0),
    (1.0, (0.135, 0.061, 0.169, 0.264, 0.371), 23.0),
    (2.0, (0.270, 0.055, 0.170, 0.195, 0.310), 24.0),
)
_WAITING: Final = _knots(
    (3.0, (0.429, 0.096, 0.124, 0.141, 0.210), 24.0),
    (5.0, (0.515, 0.101, 0.143, 0.074, 0.167), 27.0),
    (6.0, (0.685, 0.077, 0.078, 0.068, 0.092), 29.0),
    (8.0, (0.685, 0.096, 0.096, 0.050, 0.073), 31.0),
    (25.0, (0.685, 0.096, 0.096, 0.050, 0.073), 39.0),
)


class Satisfaction(Section):
    """Survey with one score from 1 to 5 for each order; without this section there is no survey.

    Lateness is measured against the *first* promise, in days begun: an hour late is a day late, as in the
    source. For an order never delivered it is counted to its cancellation or to the end of the run. An order
    without a promise counts as delivered on the promised day, and its score depends on its total time.
    """

    after_delivery: Days = Field(
        default=1.0, description="Time from delivery to the survey. Olist's rule, read off its time stamps."
    )
    after_missed_promise: Days | None = Field(
        default=2.0,
        description="Time from the promise to the survey of a customer who still waits (Olist's rule); null: no survey "
        "while waiting.",
    )
    delivered: Annotated[tuple[ScoreKnot, ...], Field(min_length=1)] = Field(
        default=_DELIVERED,
        description="Scores given after the delivery, by days late. Fitted to Olist; constant beyond 2 days, because "
        "scores given after the delivery had the mean 3.22 both at 2-3 and at 4-7 days.",
    )
    waiting: Annotated[tuple[ScoreKnot, ...], Field(min_length=1)] = Field(
        default=_WAITING,
        description="Scores given while waiting, by days late in the end. Fitted to Olist, where nearly all customers "
        "surveyed while waiting answered before the delivery.",
    )
    slow_day: Factor = Field(
        default=0.0208,
        description="Points of the mean score lost by each day from order to delivery beyond the usual time. "
        "Olist: regression of the score on lateness and total time.",
    )
    slow_until: Days = Field(
        default=40.0, description="Total time beyond which further days cost no points. Same source."
    )
    informed: Factor = Field(
        default=0.1,
        description="Points gained by a customer who waited and got at least one message. Assumption, small: the "
        "effect of an apology after a late ride depends on its form (Halperin et al. 2022, A).",
    )
    tiring_after: Count = Field(
        default=3, description="Number of messages to one customer that cost no points. Assumption."
    )
    tiring: Factor = Field(
        default=0.05,
        description="Points lost by each message beyond 'tiring_after'. Repeated apologies can be worse than none "
        "(Halperin et al. 2022, A); the figure is an assumption.",
    )
    unanswered: Factor = Field(
        default=0.5, description="Points lost by each contact left unanswered by the desk. Assumption."
    )
    compensated: Factor = Field(
        default=0.3,
        description="Points gained by compensation worth the share 'generous' of the order or more; in proportion for "
        "less. A coupon is the best form of apology (Halperin et al. 2022, A); the figure is an assumption.",
    )
    generous: Share = Field(
        default=0.1,
        description="Compensation, as a share of the order's value, that gains the points in full. Assumption.",
    )

    @model_validator(mode="after")
    def _rising(self) -> Self:
        for name in ("delivered", "waiting"):
            late = [knot.days_late for knot in getattr(self, name)]
            if any(b <= a for a, b in pairwise(late)):
                raise ValueError(f"the knots of {name!r} must be in order of 'days_late', each once")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield points for events that never occur, and ``after_delivery``, on which no score depends."""
        yield IdleKey(("after_delivery",), "it dates the survey, and no score depends on its day")
        if not around.dated:
            yield IdleKey(("after_missed_promise",), NO_DATE)
            yield IdleKey(("waiting",), NO_DATE)
        elif self.after_missed_promise is None:
            yield IdleKey(("waiting",), "nobody is asked while waiting ('after_missed_promise')")
        if self.slow_day == 0.0:
            yield IdleKey(("slow_until",), "'slow_day' is 0")
        if not around.messages:
            yield from (IdleKey((key,), NO_MESSAGES) for key in ("informed", "tiring_after", "tiring"))
        elif self.tiring == 0.0:
            yield IdleKey(("tiring_after",), "'tiring' is 0")
        if not around.asking:
            yield IdleKey(("unanswered",), "no waiting customer asks a support desk")
        if not around.compensated:
            yield from (IdleKey((key,), NO_COMPENSATION) for key in ("compensated", "generous"))
        elif self.compensated == 0.0:
            yield IdleKey(("generous",), "'compensated' is 0")


class Loss(Section):
    """Share of the chance of a next order that is lost beyond a time."""

    over: Days = Field(description="Time above which the loss applies; 0: any time at all.")
    loss: Share = Field(description="Share of the chance that is lost.")


def _losses(*rows: tuple[float, float]) -> tuple[Loss, ...]:
    return tuple(Loss.model_construct(over=over, loss=loss) for over, loss in rows)


class Goodwill(Section):
    """Demand that follows the service received; without this section demand is independent of it.

    The share ``returning`` of a segment's orders comes from customers who ordered before. In each ``period``
    this share is multiplied by a ratio: the mean chance of a next order after the segment's orders of the
    last ``memory``, over the chance after an order that went well.
    """

    period: PositiveDays = Field(
        default=30.0, description="Time between two adjustments of demand. Assumption."
    )
    memory: PositiveDays = Field(
        default=365.0,
        description="Time for which customers remember an order: the studies look at the year after (A).",
    )
    returning: Share = Field(
        default=0.5,
        description="Share of orders by customers who ordered before. Assumption: shops know their own.",
    )

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield period and memory if no orders come from returning customers."""
        if self.returning == 0.0:
            yield from (IdleKey((key,), "'returning' is 0") for key in ("period", "memory"))


class Loyalty(Section):
    """Chance that a customer orders again; without this section it is not computed.

    The chance is ``base``, lowered by the largest loss among the lines of the order, times the factor of the
    score relative to the mean factor of the scores at that lateness. Thus scores distinguish customers of
    equal lateness, while the mean effect of lateness stays that of the evidence. Demand depends on the chance
    only with ``goodwill``.
    """

    base: Share = Field(
        default=0.3,
        description="Chance of another order within a year after one from stock and on time. Assumption: it differs "
        "widely between shops; compare policies by the ratio of their repeat rates.",
    )
    segments: dict[SegmentName, Share] = Field(
        default={}, description="As 'base', for the segments named here."
    )
    waited: tuple[Loss, ...] = Field(
        default=_losses((0.0, 0.021), (10.0, 0.061)),
        description="Loss by time waited for stock, whatever the date quoted: 2.1 % fewer orders in the next year, "
        "6.1 % after delays of more than 10 days (Bhan & Anderson 2023, A). The 2.1 % average backorder delays of all "
        "lengths; to use them up to 10 days is an assumption, and probably too much for short waits.",
    )
    late: tuple[Loss, ...] = Field(
        default=_losses((0.0, 0.05)),
        description="Further loss by days late against the first promise. 5-10 % lower spending after late rides "
        "(Halperin et al. 2022, A; figures from the press, another trade: B). Vendors say 14-17 % leave (C).",
    )
    refused: Share = Field(
        default=0.1,
        description="Loss after a line refused for lack of stock. A stockout lowers later orders "
        "(Anderson, Fitzsimons & Simester 2006, A); the figure is an assumption.",
    )
    declined: Share = Field(
        default=0.1, description="Loss after declining to wait for a backorder. Assumption, as 'refused'."
    )
    cancelled: Share = Field(
        default=0.15,
        description="Loss after a cancelled backorder, in place of the losses by time. Assumption: after one late "
        "delivery, which is another event, 14-17 % say that they leave (Voxware, C).",
    )
    goodwill: Goodwill | None = Field(
        default=None,
        description="Demand that follows the chance of a next order, with assumptions of its own; left out: none.",
    )
    scores: tuple[Factor, Factor, Factor, Factor, Factor] = Field(
        default=(0.85, 0.92, 0.97, 1.0, 1.03),
        description="Factor of the chance by score 1 to 5; only ratios matter. Assumption.",
    )

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        for name in ("waited", "late"):
            over = [loss.over for loss in getattr(self, name)]
            if any(b <= a for a, b in pairwise(over)):
                raise ValueError(f"the losses of {name!r} must be in order of 'over', each once")
        if min(self.scores) <= 0:
            raise ValueError("every factor of 'scores' must be more than 0")
        return self

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield chances of segments without demand, and losses after events that never occur."""
        if around.segments <= self.segments.keys():
            yield IdleKey(("base",), "'segments' names every segment with demand")
        yield from (
            IdleKey(("segments", one), NO_DEMAND) for one in self.segments if one not in around.segments
        )
        never = {
            "waited": None if around.waiting else NOBODY_WAITS,
            "late": None if around.dated else NO_DATE,
            "refused": None if around.refusing else "no line is ever refused",
            "declined": None if around.declining else "no customer ever declines to wait",
            "cancelled": None if around.cancelling else NOBODY_CANCELS,
            "scores": None if around.satisfaction else "there is no 'satisfaction'",
        }
        yield from (IdleKey((key,), reason) for key, reason in never.items() if reason is not None)

    def bases(self, segments: tuple[str, ...]) -> list[float]:
        """Return the chance of a next order before any loss, for each of these segments."""
        return [self.segments.get(name, self.base) for name in segments]
