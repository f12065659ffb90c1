"""How what happens to a waiting customer changes the hazard of cancelling."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from simulator.scenario.idle import NO_COMPENSATION, NO_DATE, Idle, Surroundings
from simulator.scenario.section import Section
from simulator.scenario.units import Days, Factor


class Impatience(Section):
    """Multipliers of the hazard that patience gives (proportional hazards); each is 1 where nothing is known.

    A line is cancelled when its cumulative hazard reaches that of the patience the customer was drawn with, so
    that policies meet the same customers. Patience has to be exponential or weibull.
    """

    informed: Factor = Field(
        default=0.4,
        description="While the last message that was read is at most 'informed_for' old. Hang-ups on hold: 69 % with "
        "music, 36 % with information on the place in line: ln(1-0.36)/ln(1-0.69) = 0.38 (Munichor & Rafaeli 2007; "
        "grade B, another setting).",
    )
    informed_for: Days = Field(default=7.0, description="How long a message informs (assumption).")
    past_promise: Factor = Field(
        default=1.5,
        description="After the date that the customer knows of. Call centre: the hazard rises by up to 52 % with "
        "every minute past the announced wait (Webb, Yu & Bretthauer, SSRN 3706565; grade B, another setting). One "
        "factor for all the time past the date, and its size, are assumptions.",
    )
    revision: Factor = Field(
        default=1.1,
        description="For each notice of a delay that was read. Repeated apologies can be worse than none (Halperin et "
        "al. 2022, grade A, no figure for cancelling): assumption.",
    )
    compensated: Factor = Field(
        default=0.8,
        description="Once a compensation was offered. A coupon is the best form (Halperin et al. 2022, grade A, no "
        "figure for cancelling): assumption.",
    )

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Multipliers for what never happens to a customer."""
        acting = (around.messages or around.asking, around.dated, around.notices, around.compensated)
        if not any(acting):
            yield Idle((), "customers are sent and promised nothing while they wait")
            return
        for acts, keys, reason in zip(acting, _KEYS, _REASONS, strict=True):
            if not acts:
                yield from (Idle((key,), reason) for key in keys)
        if self.informed == 1.0:
            yield Idle(("informed_for",), "'informed' is 1", by_value=True)


_KEYS: Final = (("informed", "informed_for"), ("past_promise",), ("revision",), ("compensated",))
_REASONS: Final = (
    "waiting customers hear nothing",
    NO_DATE,
    "no customer is sent notices of a revised promise",
    NO_COMPENSATION,
)
