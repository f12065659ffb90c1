"""Random openings: stock, purchase orders under way and customers who wait."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.sourcing import asked, sources

_FEATURES = ("support_desk", "satisfaction", "loyalty")
_CARE = ("promise", "communication", "compensation", "payment")


@st.composite
def opened(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document with an opening, as a rule with none."""
    parts = draw(
        st.one_of(
            st.just(set()),
            st.sets(st.sampled_from(["stock", "purchase_orders", "waiting"]), min_size=1),
        )
    )
    if not parts:
        return document
    places = [(site, product) for site in document["warehouses"] for product in asked(document)]
    opening: dict[str, Any] = {}
    warehouses = document["warehouses"]
    if "stock" in parts:
        given = draw(st.lists(st.sampled_from(places), min_size=1, unique=True))
        opening["stock"] = [
            {"warehouse": site, "product": product, "units": draw(st.integers(0, 30))}
            for site, product in given
        ]
        sites = {site for site, _ in given}
        warehouses = {
            name: {key: one for key, one in section.items() if key != "stock" or name not in sites}
            for name, section in warehouses.items()
        }
    if "purchase_orders" in parts:
        opening["purchase_orders"] = draw(
            st.lists(st.sampled_from(places).flatmap(lambda place: _orders(document, *place)), max_size=4)
        )
    document = {**document, "warehouses": warehouses}
    if "waiting" in parts:
        if any(key in document for key in _FEATURES) or draw(st.booleans()):
            document = _plain(document)
        opening["waiting"] = draw(st.lists(_lines(document), max_size=5))
    return fitting({**document, "opening": opening})


def _orders(document: dict[str, Any], site: str, product: str) -> st.SearchStrategy[dict[str, Any]]:
    """Orders under way to a stock, from any of its sources."""
    names = sources(document, site, product)
    return st.builds(
        lambda source, units, placed, lands: {
            "product": product,
            "warehouse": site,
            "units": units,
            "placed": placed,
            "lands": lands,
            **({"from": source} if source else {}),
        },
        st.sampled_from([None, *names]),
        st.sampled_from([1, 4, 2.5, 12]),
        st.sampled_from(["2025-12-01", "2025-12-31", "2026-01-01"]),
        st.sampled_from(["2026-01-01", "2026-01-03", "2026-01-12", "2026-02-10", "2026-04-20"]),
    )


def _lines(document: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Lines that wait."""
    return st.builds(
        lambda product, units, ordered, segment, region: {
            "product": product,
            "units": units,
            "ordered": ordered,
            **({"segment": segment} if segment else {}),
            **({"region": region} if region else {}),
        },
        st.sampled_from(asked(document)),
        st.sampled_from([1, 2, 0.5, 7]),
        st.sampled_from(["2025-12-31", "2025-12-31", "2025-12-24"]),
        st.sampled_from([None, *document["customers"]]),
        st.sampled_from([None, "north", "south"]),
    )


def _plain(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what lines that wait at the start cannot be combined with."""
    return {
        **{key: one for key, one in document.items() if key not in _FEATURES},
        "customers": {
            name: {key: one for key, one in segment.items() if key != "impatience"}
            for name, segment in document["customers"].items()
        },
        "policies": {key: one for key, one in document["policies"].items() if key not in _CARE},
    }


def fitting(document: dict[str, Any]) -> dict[str, Any]:
    """The document with what is left of its opening: its products and sources may have changed since it was drawn."""
    if "opening" not in document:
        return document
    demanded = asked(document)
    opening = {
        key: [one for one in entries if one["product"] in demanded]
        for key, entries in document["opening"].items()
    }
    opening["purchase_orders"] = [
        one if one.get("from") in sources(document, one["warehouse"], one["product"]) else _anywhere(one)
        for one in opening.get("purchase_orders", [])
    ]
    opening["stock"] = [
        one
        for one in opening.get("stock", [])
        if "stock" not in document["warehouses"].get(one["warehouse"], {"stock": 0})
    ]
    if _obstacles(document):
        opening["waiting"] = []
    return {**document, "opening": opening}


def _anywhere(order: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in order.items() if key != "from"}


def _obstacles(document: dict[str, Any]) -> bool:
    """Whether nobody may wait at the start."""
    policies = document["policies"]
    return (
        any(key in document for key in _FEATURES)
        or any(policies.get(key, "none") != "none" for key in _CARE)
        or any("impatience" in segment for segment in document["customers"].values())
    )


def unopened(document: dict[str, Any]) -> dict[str, Any]:
    """The document that begins as it did without an opening."""
    return {key: one for key, one in document.items() if key != "opening"}
