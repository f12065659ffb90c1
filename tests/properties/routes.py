"""Random worlds in which several warehouses serve a region, and the policies that choose among them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.making import unmade
from tests.properties.supply import terms

REGIONS = ("north", "south")

_served = st.one_of(st.permutations(REGIONS), st.fixed_dictionaries(dict.fromkeys(REGIONS, terms)))
_OWN = {"south": ["branch"], "north": ["centre"]}
"""A sequence by which each warehouse is the home of a region."""
_sequences = st.one_of(
    st.sampled_from(["file", "cost", "time"]),
    st.sampled_from([{"north": ["branch"]}, {"south": ["centre"], "north": ["branch", "centre"]}, _OWN]),
)
_NUMBERS = {
    "r_Q": {"r": 4, "Q": 6},
    "s_S": {"s": 4, "S": 12},
    "R_s_S": {"s": 4, "S": 12},
    "base_stock": {"S": 9},
    "R_S": {"S": 9},
}
"""Levels of each policy."""


@st.composite
def _policies(draw: st.DrawFn) -> dict[str, Any]:
    """A routing policy for regions that the centre and the branch serve."""
    kind = draw(st.sampled_from(["home", "overflow", "reserve_home", "pooled", "pooled", "fewest_parcels"]))
    policy = {"type": kind, "sequence": draw(_sequences), "substitutes_first": draw(st.booleans())}
    return {**policy, "reserve": draw(st.integers(0, 5))} if kind == "reserve_home" else policy


def numbered(document: dict[str, Any]) -> dict[str, Any]:
    """The document with numbers in place of levels that would be found."""

    def given(holder: dict[str, Any]) -> dict[str, Any]:
        policy = holder.get("replenishment", {})
        if "service_level" not in policy:
            return holder
        kept = {key: one for key, one in policy.items() if key in {"type", "every", "first", "on_cancel"}}
        return {**holder, "replenishment": {**kept, **_NUMBERS[policy["type"]]}}

    return {
        **document,
        "policies": given(document["policies"]),
        **{
            key: {name: given(one) for name, one in document[key].items()}
            for key in ("products", "warehouses")
        },
    }


def shared(document: dict[str, Any]) -> bool:
    """Whether the document has a centre and a branch with regions of their own."""
    sites = document["warehouses"]
    return all(sites.get(name, {}).get("serves") for name in ("centre", "branch"))


@st.composite
def routed(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document in which centre and branch serve both regions, without what does not go with it."""
    routing = draw(_policies())
    document = unmade(document)
    if routing["type"] != "home" and routing["sequence"] != _OWN:
        document = numbered(document)  # a warehouse that is nobody's home has no demand that is known
    policies, allocation = document["policies"], document["policies"]["allocation"]
    if isinstance(allocation, dict) and allocation.get("clearing") == "threshold":
        policies = {**policies, "allocation": {**allocation, "clearing": "fcfs"}}
    sites = {
        name: {**site, "serves": draw(_served)} if site["serves"] else site
        for name, site in document["warehouses"].items()
    }
    return {
        **document,
        "warehouses": sites,
        "policies": {**policies, "routing": routing},
    }


def unrouted(document: dict[str, Any]) -> dict[str, Any]:
    """The document in which each region has one warehouse."""
    if "routing" not in document["policies"]:
        return document
    policies = {key: one for key, one in document["policies"].items() if key != "routing"}
    own = {"centre": ["north"], "branch": ["south"]}
    sites = {
        name: {**site, "serves": own[name]} if name in own else site
        for name, site in document["warehouses"].items()
    }
    return {**document, "warehouses": sites, "policies": policies}
