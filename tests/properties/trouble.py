"""Random trouble: disruptions, hours, closures, defects, parted orders, ones that never come, and what customs cost."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.supply import durations_of

SUPPLIER_KEYS = ("disruptions", "hours", "closed", "holidays", "time_zone", "yield", "fails", "ships_in")
OFFICE_KEYS = ("disruptions", "hours", "closed", "holidays", "time_zone")

_dates = st.sampled_from(
    [
        {"from": "2026-01-01", "to": "2026-01-03"},
        {"from": "2025-12-20", "to": "2026-01-05"},
        {"from": "2026-01-09", "to": "2026-01-16"},
        {"from": "2026-01-15", "to": "2026-03-20"},
    ]
)
_days = st.one_of(
    durations_of([0.5, 1, 3, 10]),
    st.builds(
        lambda dist, mean: {"dist": dist, "mean": f"{mean} days"},
        st.sampled_from(["exponential", "geometric"]),
        st.sampled_from([1.5, 4, 12]),
    ),
)
outages = st.one_of(_dates, st.builds(lambda up, down: {"up": up, "down": down}, _days, _days))
_closures = st.dictionaries(st.sampled_from(["new year", "fair"]), _dates, min_size=1, max_size=2)
_hours = st.sampled_from(["Mon-Fri 08:00-17:00", "Mon-Sat 00:00-12:00", "Sun 06:00-18:00"])
_holidays = st.sampled_from(["DE-BY", ["US", "JP"]])
_zones = st.sampled_from(["Asia/Kathmandu", "America/New_York"])
_yields = st.sampled_from(
    [0.5, 0.75, 1, {"share": 0.5}, {"share": {"dist": "uniform", "low": 0.2, "high": 1}}]
)
"""Shares of good units with which parts of a unit stay exact."""
_fails = st.builds(
    lambda share, days: {"share": share, "noticed_after": days},
    st.sampled_from(["10 %", "50 %", "100 %"]),
    durations_of([0.5, 2, 7, 60]),
)


@st.composite
def disruptions(draw: st.DrawFn, stops: tuple[str, ...]) -> dict[str, Any]:
    """One or two disruptions, which stop some of this work."""
    found = {}
    for name in draw(st.sampled_from([("strike",), ("flood", "strike")])):
        found[name] = {**draw(outages), "stops": draw(st.sampled_from(stops))}
    return found


@st.composite
def troubled(draw: st.DrawFn, supplier: dict[str, Any]) -> dict[str, Any]:
    """The supplier with some trouble, as a rule none or little."""
    kinds = draw(st.one_of(st.just(set()), st.sets(st.sampled_from(SUPPLIER_KEYS), max_size=3)))
    periods = isinstance(supplier.get("capacity"), dict)
    stops = ("orders", "dispatch") if periods else ("orders", "production", "dispatch")
    ways: dict[str, st.SearchStrategy[Any]] = {
        "disruptions": disruptions(stops),
        "hours": _hours,
        "closed": _closures,
        "holidays": _holidays,
        "time_zone": _zones,
        "yield": _yields,
        "fails": _fails,
        "ships_in": st.sampled_from([2, 3]),
    }
    return {**supplier, **{kind: draw(ways[kind]) for kind in SUPPLIER_KEYS if kind in kinds}}


@st.composite
def strict(draw: st.DrawFn, office: dict[str, Any]) -> dict[str, Any]:
    """The customs office with trouble, as a rule none, and what it costs."""
    ways: dict[str, st.SearchStrategy[Any]] = {
        "disruptions": st.dictionaries(st.sampled_from(["strike", "storm"]), outages, min_size=1, max_size=2),
        "hours": _hours,
        "closed": _closures,
        "holidays": _holidays,
        "time_zone": _zones,
        "facts": st.sampled_from(["BRA", "DEU"]),
        "duty": st.just("12 %"),
        "brokerage": st.just(30),
    }
    kinds = draw(st.one_of(st.just(set()), st.sets(st.sampled_from(sorted(ways)), max_size=3)))
    changed = {**office, **{kind: draw(ways[kind]) for kind in sorted(kinds)}}
    if "facts" in changed and draw(st.booleans()):
        changed.pop("documents", None)
    return changed


@st.composite
def closing(draw: st.DrawFn, place: dict[str, Any]) -> dict[str, Any]:
    """The lane or warehouse with opening times, as a rule none."""
    ways = {"hours": _hours, "closed": _closures, "holidays": _holidays, "time_zone": _zones}
    kinds = draw(st.one_of(st.just(set()), st.sets(st.sampled_from(sorted(ways)), max_size=3)))
    return {**place, **{kind: draw(ways[kind]) for kind in sorted(kinds)}}


def spared(document: dict[str, Any]) -> dict[str, Any]:
    """The document without trouble."""
    return {
        **document,
        "suppliers": {
            name: {key: one for key, one in supplier.items() if key not in SUPPLIER_KEYS}
            for name, supplier in document["suppliers"].items()
        },
        "customs": {
            name: {key: one for key, one in office.items() if key not in OFFICE_KEYS}
            for name, office in document["customs"].items()
        },
        "lanes": [_open(lane) for lane in document["lanes"]],
        "warehouses": {name: _open(site) for name, site in document["warehouses"].items()},
    }


def _open(place: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in place.items() if key not in OFFICE_KEYS}
