"""Random lanes between warehouses, and transfers over them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.supply import durations, durations_of, freights

between = st.fixed_dictionaries(
    {"transit": st.one_of(durations(4), durations_of([0, 0.5, 1])), "crossing": st.booleans()},
    optional={
        "freight": freights,
        "departures": st.sampled_from([{"every": "3 days", "first": "1 day"}, {"rate": "0.4/day"}]),
        "customs": st.just("port"),
    },
)
"""What a lane from a warehouse says of itself."""
_reserves: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"reserve": 2}, {"reserve": 0.5}, {"reserve_cover": "1.5 days"}]
)
policies = st.one_of(
    st.builds(lambda kept: {"type": "reactive", **kept}, _reserves),
    st.builds(
        lambda kept, every, first: {"type": "periodic", "every": every, **first, **kept},
        _reserves,
        durations_of([0.5, 1, 6.3]),
        st.sampled_from([{}, {"first": "0 days"}, {"first": "2.5 days"}]),
    ),
)


@st.composite
def trading(draw: st.DrawFn, document: dict[str, Any], *, always: bool = False) -> dict[str, Any]:
    """The document, sometimes or always with transfers between its warehouses that do not supply each other."""
    document = untraded(document)
    names, supplied = list(document["warehouses"]), {(lane["from"], lane["to"]) for lane in document["lanes"]}
    supplied |= {(to, by) for by, to in supplied}
    pairs = [(by, to) for by in names for to in names if by != to and not {(by, to), (to, by)} & supplied]
    if not pairs or (not always and draw(st.sampled_from([True, False, False]))):
        return document
    chosen = pairs if always else draw(st.lists(st.sampled_from(pairs), min_size=1, unique=True))
    soon = st.fixed_dictionaries({"transit": durations_of([0, 0.1, 0.5])} if always else {})
    ways = [
        {**draw(between), **draw(soon), "from": by, "to": to, "carries": "transfers"} for by, to in chosen
    ]
    return {
        **document,
        "lanes": [*document["lanes"], *ways],
        "policies": {**document["policies"], "transfers": draw(policies)},
    }


def untraded(document: dict[str, Any]) -> dict[str, Any]:
    """The document without transfers."""
    return {
        **document,
        "lanes": [lane for lane in document["lanes"] if lane.get("carries") != "transfers"],
        "policies": {key: one for key, one in document["policies"].items() if key != "transfers"},
    }
