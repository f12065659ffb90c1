"""Public holidays of countries and their parts, by code, from the package ``holidays``.

The package is imported when a scenario first names a code, since most name none.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Annotated, Final

from pydantic import BeforeValidator, WithJsonSchema

from simulator.values.section import nearest, refusal

LAST_YEAR: Final = 2100
"""Last year of which the package knows the holidays."""
_EXAMPLE: Final = "write an ISO 3166 code such as DE or DE-BY"


@cache
def _known() -> dict[str, list[str]]:
    """Return the codes of all parts that have holidays of their own, by code of the country."""
    import holidays

    return holidays.list_supported_countries(include_aliases=True)


@cache
def _code_of() -> dict[str, str]:
    """Return the codes of countries by their names in lower case, without blanks."""
    from holidays.registry import COUNTRIES

    return {names[0].lower(): names[1] for names in COUNTRIES.values()}


@cache
def _dates(code: str, year: int) -> frozenset[datetime.date]:
    """Return the holidays of a code in a year, days off in lieu included."""
    import holidays

    country, _, part = code.partition("-")
    found = holidays.country_holidays(country, subdiv=part or None, years=year)
    return frozenset(day for day in found if day.year == year)


def holidays_of(codes: Iterable[str], year: int) -> list[datetime.date]:
    """Return the dates in a year that are a holiday by any of the codes, in sequence; none after `LAST_YEAR`."""
    return sorted(frozenset[datetime.date]().union(*(_dates(code, year) for code in codes)))


def holidays_between(
    codes: Iterable[str], first: datetime.date, last: datetime.date
) -> Iterator[datetime.date]:
    """Yield the holidays from one date to another, both included."""
    codes = tuple(codes)
    for year in range(first.year, min(last.year, LAST_YEAR) + 1):
        yield from (day for day in holidays_of(codes, year) if first <= day <= last)


def _checked(code: object) -> str:
    """Return a code that the package knows.

    Raises:
        PydanticCustomError: no country, or no part of it, has this code.
    """
    if not isinstance(code, str):
        raise refusal("holidays", f"this is no country; {_EXAMPLE}")
    country, dash, part = code.partition("-")
    if country not in _known():
        name = _code_of().get(country.replace(" ", "").lower())
        hint = nearest(country, _known()) if name is None else f"; did you mean '{name}'?"
        raise refusal("holidays", f"no holidays are known of '{code}'{hint or f'; {_EXAMPLE}'}")
    if dash and part not in _known()[country]:
        parts = [f"{country}-{one}" for one in _known()[country]]
        hint = nearest(code, parts) if parts else f"; only those of all of '{country}'"
        raise refusal("holidays", f"no holidays are known of '{code}'{hint}")
    return code


def _codes(given: object) -> tuple[str, ...]:
    """Return one code, or a list of codes, as a tuple without repetitions."""
    listed = given if isinstance(given, list | tuple) else (given,)
    return tuple(dict.fromkeys(_checked(code) for code in listed))


_CODE: Final = {"type": "string", "examples": ["DE", "DE-BY", "BR-SP"]}
HolidayCodes = Annotated[
    tuple[str, ...],
    BeforeValidator(_codes),
    WithJsonSchema({"anyOf": [_CODE, {"type": "array", "items": _CODE}]}),
]
"""Codes of countries, or of parts of them, whose public holidays are days off: one, or a list."""
