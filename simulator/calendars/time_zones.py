"""Time zones by their names in the time zone database, such as Europe/Berlin."""

from __future__ import annotations

import zoneinfo
from typing import Annotated

from pydantic import AfterValidator

from simulator.values.section import nearest, refusal


def _known(name: str) -> str:
    """Return the name of a time zone.

    Raises:
        PydanticCustomError: the database has no such zone.
    """
    try:
        zoneinfo.ZoneInfo(name)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError, OSError):
        hint = nearest(name, zoneinfo.available_timezones())
        raise refusal("time_zone", f"unknown time zone '{name}'{hint}; such as Europe/Berlin") from None
    return name


TimeZone = Annotated[str, AfterValidator(_known)]
"""Name of a time zone."""
