"""Random customers, and random ways to treat those who wait."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.supply import durations, durations_of

patience = st.one_of(st.none(), durations(8))

multipliers = st.sampled_from([0, 0.4, 1, 2.5])
impatience = st.fixed_dictionaries(
    {},
    optional={
        "informed": multipliers,
        "informed_for": st.sampled_from(["0 days", "1.5 days", "7 days"]),
        "past_promise": multipliers,
        "revision": multipliers,
        "compensated": multipliers,
    },
)
proportional = st.one_of(
    st.builds(lambda m: {"dist": "exponential", "mean": f"{m} days"}, st.sampled_from([0.7, 3, 9])),
    st.builds(
        lambda m, shape: {"dist": "weibull", "shape": shape, "scale": f"{m} days"},
        st.sampled_from([1, 4]),
        st.sampled_from([0.7, 2]),
    ),
)
"""Patience whose hazard can be multiplied."""


@st.composite
def segments(draw: st.DrawFn, priority: int) -> dict[str, Any]:
    """A class of customers."""
    section: dict[str, Any] = {"priority": priority, "will_wait": draw(st.sampled_from([1, 0.6]))}
    if draw(st.booleans()):
        section["impatience"] = draw(impatience)
        section["patience"] = draw(proportional)
    elif patient := draw(patience):
        section["patience"] = patient
    if draw(st.booleans()):
        section["tolerance"] = draw(durations(8))
    return section


shown = st.fixed_dictionaries(
    {}, optional={"shown": st.sampled_from(["before", "after"]), "revise_above": durations_of([0, 0.5, 2])}
)
dated = st.builds(
    lambda days, rule: {"type": "fixed", "lead_time": days, **rule}, durations_of([0, 2, 5]), shown
)
margins = durations_of([0, 1.5])
unpadded = st.one_of(
    dated,
    st.builds(
        lambda share, rule: {"type": "available_to_promise", "quantile": share, **rule},
        st.sampled_from([0.2, 0.8]),
        shown,
    ),
)
promises = st.one_of(
    st.just("none"),
    unpadded,
    st.builds(
        lambda of, days, rule: {"type": "padded", "of": of, "margin": days, **rule},
        unpadded,
        margins,
        shown,
    ),
)
communications = st.fixed_dictionaries(
    {},
    optional={
        "confirm": st.booleans(),
        "update_every": durations_of([0.5, 3]),
        "delay_notice": st.booleans(),
        "notice_above": durations_of([0, 1]),
        "in_stock": st.booleans(),
        "quiet_if_under": durations_of([0, 2]),
        "channel": st.fixed_dictionaries({"read": st.sampled_from([0, 0.5, 1])}),
    },
)
offers = st.sampled_from(
    [
        {"type": "discount", "value": "10 %"},
        {"type": "voucher", "value": 5},
        {"type": "free_wrapping"},
        {"type": "free_shipping"},
    ]
)
compensations = st.one_of(
    st.just("none"),
    st.builds(
        lambda offer, when: {**offer, **when},
        offers,
        st.sampled_from(
            [
                {"when": "backordering"},
                {"after": "0 days"},
                {"after": "2 days"},
                {"when": "broken_promise"},
            ]
        ),
    ),
)
fixed = st.one_of(
    dated,
    st.builds(
        lambda of, days, rule: {"type": "padded", "of": of, "margin": days, **rule}, dated, margins, shown
    ),
)


@st.composite
def schedules(draw: st.DrawFn) -> dict[str, Any]:
    """Policies by which all that customers are told and given is known when they begin to wait."""
    policies: dict[str, Any] = {}
    if draw(st.booleans()):
        policies["promise"] = draw(fixed)
    if draw(st.booleans()):
        told = draw(communications)
        policies["communication"] = told
        if "promise" not in policies:  # only the supply would say whether the delivery is near
            policies["communication"] = {key: value for key, value in told.items() if key != "quiet_if_under"}
    if draw(st.booleans()):
        policies["compensation"] = draw(compensations)
    return policies


payments = st.sampled_from(["on_order", "on_shipment"])
desks = st.fixed_dictionaries(
    {
        "contact_time": durations_of([0, 0.05, 0.4]),
        "ask": st.fixed_dictionaries(
            {"informed": st.just("0.1/day"), "silence": st.just("1.5 days"), "silent": st.just("1/day")}
        ),
    },
    optional={
        "agents": st.integers(1, 2),
        "hours": st.just("Mon-Fri 08:00-17:00"),
        "closed": st.just({"move": {"from": "2026-01-06", "to": "2026-01-10"}}),
        "holidays": st.just("JP"),
        "time_zone": st.just("Pacific/Auckland"),
        "surge": st.fixed_dictionaries({"agents": st.just(2), "above": st.integers(0, 4)}),
        "patience": durations_of([0, 0.1]),
        "base_load": st.just("3/day"),
    },
)
scores = st.sampled_from([{}, {"after_missed_promise": "2 days"}])
loyalties = st.sampled_from(
    [{}, {"base": "50 %"}, {"goodwill": {"period": "6 days", "memory": "15 days", "returning": "90 %"}}]
)
