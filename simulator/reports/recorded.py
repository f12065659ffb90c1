"""Findings together with how they came about."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import Any, Self

from simulator.reports.manifest import Circumstances


@dataclass(frozen=True)
class Recorded:
    """What the results of every experiment add to what it found, which is another dataclass that they extend."""

    circumstances: Circumstances = field(kw_only=True)

    @classmethod
    def of(cls, found: Any, circumstances: Circumstances) -> Self:
        """What was found (the other dataclass), with how it came about."""
        parts = {one.name: getattr(found, one.name) for one in fields(found)}
        return cls(**parts, circumstances=circumstances)
