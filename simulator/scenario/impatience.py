"""Section ``impatience``: factors on the hazard of cancelling, by the customer's experience while waiting."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from simulator.scenario.idle import NO_COMPENSATION, NO_DATE, Idle, Surroundings
from simulator.scenario.section import Section
from simulator.scenario.units import Days, Factor


class Impatience(Section):
    """Factors on the hazard given by ``patience`` (proportional hazards); a factor of 1 means no influence.

    A line is cancelled when its cumulative hazard reaches the one that ``patience`` alone has at the time drawn for
    the customer, so that all policies meet the same customers. Patience has to be exponential or weibull.
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

    def idle(self, around: Surroundings, name: str, /) -> Iterator[Idle]:
        """Yield factors for events that never occur while customers wait."""
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
