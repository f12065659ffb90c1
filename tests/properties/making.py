"""Random workshops, and products that are made to order in them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.sourcing import asked, standing
from tests.properties.supply import durations_of

UNTOLD = ("promise", "communication", "compensation")
"""Policies that do not know lines made to order yet."""

_workshops = st.builds(
    lambda staff, more: {"staff": staff, **more},
    st.integers(1, 3),
    st.fixed_dictionaries(
        {},
        optional={
            "queue": st.just("priority"),
            "hours": st.sampled_from(["Mon-Fri 08:00-17:00", "Mon-Sun 00:00-12:00"]),
            "closed": st.just({"fair": {"from": "2026-01-09", "to": "2026-01-12"}}),
            "wage": st.just(20),
        },
    ),
)
_times = st.one_of(durations_of([0, 0.125, 0.5, 1]), st.just({"dist": "exponential", "mean": "5 h"}))


@st.composite
def made(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document with goods made to order, as a rule with none."""
    if not draw(st.sampled_from([False, False, True])):
        return document
    names = asked(document)
    found: dict[str, dict[str, Any]] = {}
    for name in draw(st.lists(st.sampled_from(names), min_size=1, unique=True)):
        blank = draw(st.sampled_from([None, *names]))
        found[name] = {
            "workshop": draw(st.sampled_from(["engraving", "sewing"])),
            "time": draw(_times),
            "share": draw(st.sampled_from([0.5, 1])),
            **({"times": {"gold": draw(_times)}} if draw(st.booleans()) else {}),
            **({"blank": blank} if blank is not None else {}),
        }
    for name, one in found.items():
        if one.get("blank") in _unstocked(found):
            one["blank"] = name
    return standing(
        _fitting(
            {
                **_plain(document),
                "workshops": {name: draw(_workshops) for name in ("engraving", "sewing")},
                "products": {
                    name: {**product, **({"made_to_order": found[name]} if name in found else {})}
                    for name, product in document["products"].items()
                },
            }
        )
    )


def _unstocked(found: dict[str, dict[str, Any]]) -> set[str]:
    """Products of which no stock is kept."""
    return {name for name, one in found.items() if one["share"] == 1 and one.get("blank") != name}


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what lines made to order cannot be combined with."""
    loyalty = {key: one for key, one in document.get("loyalty", {}).items() if key != "goodwill"}
    return {
        **{key: one for key, one in document.items() if key != "support_desk"},
        **({"loyalty": loyalty} if "loyalty" in document else {}),
        "demand": [
            {key: one for key, one in stream.items() if key != "due"} for stream in document["demand"]
        ],
        "policies": {key: one for key, one in document["policies"].items() if key not in UNTOLD},
    }


def _fitting(document: dict[str, Any]) -> dict[str, Any]:
    """The document without stocks of products that are made to order alone."""
    products = document["products"]
    unstocked = _unstocked(
        {name: one["made_to_order"] for name, one in products.items() if "made_to_order" in one}
    )
    opening = {
        key: [one for one in entries if one["product"] not in unstocked]
        for key, entries in document.get("opening", {}).items()
    }
    return {
        **document,
        **({"opening": opening} if "opening" in document else {}),
        "products": {
            name: {
                **product,
                "substitutes": {
                    other: chance
                    for other, chance in product.get("substitutes", {}).items()
                    if other not in unstocked
                },
            }
            for name, product in products.items()
        },
    }


def unmade(document: dict[str, Any]) -> dict[str, Any]:
    """The document with every line served from stock."""
    return {
        **{key: one for key, one in document.items() if key != "workshops"},
        "products": {
            name: {key: one for key, one in product.items() if key != "made_to_order"}
            for name, product in document["products"].items()
        },
    }
