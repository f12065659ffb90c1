"""Random worlds in which warehouses supply each other."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.making import made, unmade
from tests.properties.openings import opened, unopened
from tests.properties.routes import routed, shared, unrouted
from tests.properties.sourcing import NEEDS, buying
from tests.properties.supply import durations, freights
from tests.properties.transfers import between, trading, untraded

_sharing: st.SearchStrategy[dict[str, Any]] = st.one_of(
    st.just({}),
    st.just({"sharing": "priority", "priorities": {"centre": 2}}),
    st.sampled_from([{"sharing": "proportional"}, {"sharing": "fair_share"}, {"ship": "complete"}]),
)
internal = st.builds(
    lambda sharing, rest: {**sharing, **rest},
    _sharing,
    st.fixed_dictionaries({}, optional={"priority": st.integers(1, 3), "level": st.integers(1, 6)}),
)
levels = st.one_of(
    st.builds(lambda r, q: {"type": "r_Q", "r": r, "Q": q}, st.integers(-2, 15), st.integers(1, 20)),
    st.builds(lambda level: {"type": "base_stock", "S": level}, st.integers(0, 20)),
    st.builds(
        lambda e, level: {"type": "R_S", "every": f"{e} days", "first": "0 days", "S": level},
        st.sampled_from([0.5, 1, 3]),
        st.integers(1, 30),
    ),
    st.builds(lambda q: {"type": "standing_order", "every": "2 days", "Q": q}, st.integers(1, 9)),
)

sized: st.SearchStrategy[dict[str, Any]] = st.builds(
    lambda rule, service: {**rule, "service_level": service},
    st.sampled_from(
        [
            {"type": "r_Q", "cover": "4 days"},
            {"type": "r_Q", "Q": 5, "levels": "textbook"},
            {"type": "base_stock"},
            {"type": "s_S", "cover": "3 days"},
            {"type": "R_S", "every": "3 days", "first": "0 days"},
            {"type": "R_s_S", "every": "1 day", "cover": "4 days"},
        ]
    ),
    st.sampled_from(["60 %", "95 %"]),
)
"""Policies that leave a level to the simulator."""


SHAPES: dict[str, dict[str, tuple[list[str], list[str]]]] = {
    "chain": {"centre": (["north", "south"], ["depot"]), "depot": ([], ["hub"]), "hub": ([], [])},
    "fork": {"centre": (["north"], ["hub"]), "branch": (["south"], ["hub"]), "hub": ([], [])},
    "pair": {"centre": (["north"], ["branch"]), "branch": (["south"], [])},
    "apart": {"centre": (["north"], []), "branch": (["south"], []), "store": ([], [])},
}
"""For each warehouse of a network the regions that it serves, and the warehouses that supply it."""


@st.composite
def linked(
    draw: st.DrawFn, document: dict[str, Any], shapes: tuple[str, ...] = tuple(SHAPES)
) -> dict[str, Any]:
    """The document with a chain of warehouses, a hub of two, or one that supplies another beside its customers.

    Those behind others may buy from suppliers, too. Its opening and what it makes to order are drawn anew.
    """
    document = untraded(unrouted(unmade(document)))
    shape = SHAPES[draw(st.sampled_from(sorted(shapes)))]
    plain = {key: one for key, one in document["warehouses"]["centre"].items() if key != "serves"}
    warehouses, lanes = {}, []
    for name, (serves, senders) in shape.items():
        warehouses[name] = {**plain, "serves": serves}
        if draw(st.booleans()):
            warehouses[name]["replenishment"] = draw(levels)
        if any(name in others for _, others in shape.values()):
            terms = draw(internal)
            receivers = {one for one, (_, others) in shape.items() if name in others}
            if not receivers >= {*terms.get("priorities", {})}:
                terms = {**terms, "sharing": "fair_share", "priorities": {}, "ship": "partial"}
            warehouses[name]["internal"] = terms
        lanes += [{**draw(between), "from": sender, "to": name} for sender in senders]
        lanes += [
            {**draw(between), "from": supplier, "to": name}
            for supplier in document["suppliers"]
            if not senders or draw(st.sampled_from([False, False, True]))
        ]
    document = {**document, "warehouses": warehouses, "lanes": lanes}
    document = known(document) if any(senders for _, senders in shape.values()) else document
    begun, document = "opening" in document, unopened(document)
    rule = draw(levels)
    if draw(st.sampled_from([False, False, True])):
        rule = {**rule, "on_cancel": "cancel"}
    document = draw(buying(document, rule))
    draw(levelled(document, rule))
    document = draw(opened(document)) if begun else document
    routes = shared(document) and draw(st.booleans())
    return draw(trading(draw(routed(document) if routes else made(document))))


@st.composite
def in_sequence(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document, whose customers all wait, with depots that serve in sequence and no customers of their own."""
    shape, rule = SHAPES[draw(st.sampled_from(["chain", "fork"]))], draw(st.integers(1, 4))
    plain = {key: one for key, one in document["warehouses"]["centre"].items() if key != "serves"}
    way = st.fixed_dictionaries(
        {"transit": durations(4)},
        optional={
            "freight": freights,
            "departures": st.just({"every": "3 days", "first": "1 day"}),
            "customs": st.just("port"),
        },
    )
    warehouses: dict[str, Any] = {}
    for echelon, (name, (serves, _)) in enumerate(shape.items()):
        batch = rule * draw(st.integers(1, 3)) ** echelon
        levels = st.one_of(
            st.builds(lambda r, q: {"type": "r_Q", "r": r, "Q": q}, st.integers(-2, 9), st.just(5 * batch)),
            st.builds(lambda level: {"type": "base_stock", "S": level}, st.integers(0, 9)),
        )
        warehouses[name] = {**plain, "serves": serves, "replenishment": draw(levels)}
        warehouses[name].pop("stock", None)
    lanes = [
        {**draw(way), "from": sender, "to": name}
        for name, (_, senders) in shape.items()
        for sender in senders or document["suppliers"]
    ]
    document = known({**document, "warehouses": warehouses, "lanes": lanes})
    policies = {key: one for key, one in document["policies"].items() if key not in {"routing", "transfers"}}
    policies["allocation"] = "fcfs"
    return {**document, "policies": policies}


@st.composite
def levelled(draw: st.DrawFn, document: dict[str, Any], rule: dict[str, Any]) -> None:
    """Leave levels of some warehouses of the document to the simulator, if the rule of the others lets it find them."""
    sites = document["warehouses"].values()
    holders = (document["policies"], *document["products"].values())
    if any(holder.get("sourcing", {}).get("type") in NEEDS for holder in holders):
        for site in sites:
            site.pop("replenishment", None)  # the sourcing policy needs a kind of its own
    elif rule["type"] != "standing_order":
        for site in sites:
            own = site.get("replenishment", {})
            if own.get("type") == "standing_order" or (own and draw(st.booleans())):
                site["replenishment"] = draw(sized)


def known(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what cannot be combined with warehouses that supply each other."""
    policies, allocation = dict(document["policies"]), document["policies"]["allocation"]
    if isinstance(allocation, dict) and allocation.get("clearing") == "threshold":
        policies["allocation"] = {**allocation, "clearing": "fcfs"}
    return {**document, "policies": policies}


@st.composite
def sideways(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document with warehouses that keep little, wait for goods, and send each other what they have left.

    They are supplied by one hub, or apart, where a store without customers gives to all.
    """
    document = draw(linked(document, ("apart", "fork")))
    keeps = st.builds(lambda level: {"type": "base_stock", "S": level}, st.integers(0, 9))
    rules = st.one_of(
        keeps,
        st.builds(lambda r, q: {"type": "r_Q", "r": r, "Q": q}, st.integers(-1, 5), st.integers(1, 9)),
        st.builds(lambda level: {"type": "R_S", "every": "2 days", "S": level}, st.integers(3, 15)),
    )
    sourced = any("sourcing" in one for one in (document["policies"], *document["products"].values()))
    if not sourced:
        cancels = draw(st.sampled_from([{}, {}, {"on_cancel": "cancel"}]))
        for name in ("centre", "branch"):
            document["warehouses"][name]["replenishment"] = {**draw(rules), **cancels}
    document["demand"] = [
        *({**stream, "quantity": 1} for stream in document["demand"][:1]),
        *document["demand"][1:],
    ]
    policies = {**document["policies"], "backorders": "accept"}
    return draw(trading({**document, "policies": policies}, always=True))
