"""Section ``communication``: messages to waiting customers, and their channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from pydantic import Field

from simulator.values.idle_keys import NOBODY_WAITS, IdleKey, ScenarioFacts
from simulator.values.section import Section
from simulator.values.units import Days, Money, PositiveDays, Share


class Channel(Section):
    """Channel of messages, such as e-mail."""

    cost: Money = Field(
        default=0.01, description="Money for each message (assumption: an e-mail service's price)."
    )
    read: Share = Field(default=0.6, description="Chance that a message is read (assumption).")


class Communication(Section):
    """Messages to customers with a backorder. Without this section they get none.

    Each kind of message has a rule of its own. Every message read counts as information, see ``impatience``.
    """

    confirm: bool = Field(
        default=True, description="Send a confirmation of the backorder, with the promised date."
    )
    update_every: PositiveDays | None = Field(
        default=None, description="Time between regular messages while the line waits; left out: none."
    )
    delay_notice: bool = Field(
        default=True, description="Send a notice when a promise is revised to a later date."
    )
    notice_above: Days = Field(default=0.0, description="Longest delay for which no notice is sent.")
    in_stock: bool = Field(
        default=False, description="Send a message when the goods have arrived and are shipped."
    )
    quiet_if_under: Days = Field(
        default=0.0, description="No confirmation or update if the delivery is expected within this time."
    )
    channel: Channel = Channel()

    @property
    def sends(self) -> bool:
        """True if any message is ever sent."""
        return self.confirm or self.delay_notice or self.in_stock or self.update_every is not None

    def idle(self, around: ScenarioFacts, name: str, /) -> Iterator[IdleKey]:
        """Yield the whole section if messages affect costs at most, and rules for messages never sent."""
        if not self.sends:
            yield IdleKey((), "no message is ever sent", by_value=True)
        elif not around.waiting:
            yield IdleKey((), NOBODY_WAITS)
        elif not (around.impatient or around.asking or around.satisfaction):
            yield IdleKey((), _ONLY_COST)
        elif not around.revised:
            yield from (
                IdleKey((key,), "no promise is ever revised") for key in ("delay_notice", "notice_above")
            )
        elif not self.delay_notice:
            yield IdleKey(("notice_above",), "'delay_notice' is false")
        if not self.confirm and self.update_every is None:
            yield IdleKey(("quiet_if_under",), "there are neither confirmations nor updates")


_ONLY_COST: Final = (
    "without 'impatience', 'support_desk' and 'satisfaction' messages change nothing but their cost"
)
