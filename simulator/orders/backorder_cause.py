"""Cause of a backorder: the reason for which one order line found too little in stock, fixed when it is backordered."""

from __future__ import annotations

from enum import IntEnum
from typing import Final, Self


class BackorderCause(IntEnum):
    """Reason for which a line was backordered, in the sequence in which causes are listed.

    Made to order and errors of the records join this list together with what brings them about.
    """

    meaning: str
    """What had happened, as the end of a sentence."""

    def __new__(cls, code: int, meaning: str = "") -> Self:
        """Make a member of a code and a meaning; a member is looked up by its code alone."""
        member = int.__new__(cls, code)
        member._value_ = code
        member.meaning = meaning
        return member

    DISRUPTIONS = 0, "goods that were due stood still in a disruption, or nothing could be ordered in one"
    CLOSURES = 1, "goods that were due stood still while a place was closed"
    HOURS = 2, "goods that were due waited longer for opening hours than planned"
    CAPACITY = 3, "goods that were due waited for a production line, or for the capacity of a later period"
    PRODUCTION = 4, "goods that were due took longer on a production line than planned"
    LEAD_TIMES = 5, "goods that were due took longer at the supplier than its mean lead time"
    DEPARTURES = 6, "goods that were due waited longer for a departure than planned"
    TRANSPORT = (
        7,
        "goods that were due travelled longer than the mean, or behind others that may not be overtaken",
    )
    PAPERS = 8, "customs papers of goods that were due took longer than the mean"
    INSPECTORS = 9, "goods that were due waited for an inspector"
    INSPECTIONS = 10, "goods that were due were inspected, or cleared later than the mean"
    DOCK = 11, "goods that were due waited for a door, or were unloaded more slowly than the mean"
    DEPOT = 12, "goods that were due waited in another warehouse, which had too few"
    QUALITY = 13, "goods that were due were defective, or never came"
    RESERVE = 14, "units were on hand, but kept back for more important customers"
    TRANSFERS = 15, "units had been given up to another warehouse"
    PEAKS = 16, "more was ordered than the base rate, most of it expected from a peak"
    SURGES = 17, "more was ordered than the base rate, most of it expected from a surge"
    SEASONS = 18, "more was ordered than the base rate, most of it expected from weekdays and months"
    CHANCE = 19, "more was ordered than the base rate, most of it by chance"
    STOCK_POLICY = (
        20,
        "nothing was late, and demand was not above the base rate: too little was bought, or too late",
    )
    OPENING = 21, "the line waited already when the run began"

    @property
    def label(self) -> str:
        """Name in tables of data."""
        return self.name.lower()

    @property
    def title(self) -> str:
        """Name for readers, such as "Lead times"."""
        return self.name.replace("_", " ").capitalize()


NO_CAUSE: Final = -1
"""Code of a line that was not backordered."""
