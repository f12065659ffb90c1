"""Random small worlds that draw on every feature of the scenario file."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from simulator.scenario.scenario import Scenario, crossed_checks

SEGMENTS = ("gold", "silver", "standard")


def durations(longest: int) -> st.SearchStrategy[Any]:
    """A time of up to so many days: constant, exponential, gamma or uniform."""
    mean = st.floats(0.05, longest).map(lambda days: f"{days:.3f} days")
    return st.one_of(
        mean,
        st.just("0 days"),
        st.builds(lambda m: {"dist": "exponential", "mean": m}, mean),
        st.builds(lambda m, cv: {"dist": "gamma", "mean": m, "cv": cv}, mean, st.sampled_from([0.3, 1.2])),
        st.builds(lambda m: {"dist": "uniform", "low": "0 days", "high": m}, mean),
    )


def durations_of(days: list[float]) -> st.SearchStrategy[str]:
    """One of these times."""
    return st.sampled_from(days).map(lambda time: f"{time} days")


quantities = st.one_of(
    st.just(1),
    st.just({"dist": "geometric", "mean": 2.5}),
    st.just({"dist": "discrete", "values": {1: "50 %", 3: "30 %", 7: "20 %"}}),
)

replenishments = st.one_of(
    st.builds(lambda r, q: {"type": "r_Q", "r": r, "Q": q}, st.integers(0, 15), st.integers(1, 20)),
    st.builds(lambda s, d: {"type": "s_S", "s": s, "S": s + d}, st.integers(0, 15), st.integers(1, 20)),
    st.builds(lambda level: {"type": "base_stock", "S": level}, st.integers(0, 20)),
    st.builds(
        lambda e, level: {"type": "R_S", "every": f"{e} days", "S": level},
        st.integers(1, 9),
        st.integers(1, 30),
    ),
    st.builds(
        lambda e, s, d: {"type": "R_s_S", "every": f"{e} days", "s": s, "S": s + d, "first": "0 days"},
        st.integers(1, 9),
        st.integers(0, 15),
        st.integers(1, 20),
    ),
    st.builds(
        lambda e, q: {"type": "standing_order", "every": f"{e} days", "Q": q},
        st.integers(1, 9),
        st.integers(1, 20),
    ),
    st.just({"type": "r_Q", "service_level": "80 %", "cover": "3 days"}),
)

levels = st.fixed_dictionaries({"silver": st.integers(0, 3), "standard": st.integers(3, 6)})
rules = st.fixed_dictionaries({"split": st.booleans(), "overtaking": st.booleans()})
allocations = st.one_of(
    st.builds(
        lambda name, rule: {"type": name, **rule},
        st.sampled_from(
            [
                "fcfs",
                "priority",
                "largest_value",
                "shortest_line",
                "longest_wait",
                "high_demand_first",
                "random",
            ]
        ),
        rules,
    ),
    st.builds(
        lambda level, clearing, rebuild, rule: {
            "type": "critical_level",
            "levels": level,
            "clearing": clearing,
            "rebuild_reserve": rebuild,
            **rule,
        },
        levels,
        st.sampled_from(["priority", "fcfs"]),
        st.booleans(),
        rules,
    ),
    st.builds(
        lambda level: {"type": "critical_level", "levels": {"standard": level}, "clearing": "threshold"},
        st.integers(1, 5),
    ),
)

suppliers = st.fixed_dictionaries(
    {"lead_time": durations(6)},
    optional={
        "production": st.builds(
            lambda n, time: {"lines": n, "unit_time": time},
            st.integers(1, 3),
            durations(1).filter(lambda d: d != "0 days"),
        ),
        "minimum": st.integers(1, 8),
        "lot": st.integers(1, 6),
    },
)
lanes = st.fixed_dictionaries(
    {"from": st.just("factory"), "to": st.just("centre"), "transit": durations(5), "crossing": st.booleans()},
    optional={
        "departures": st.sampled_from([{"every": "3 days", "first": "1 day"}, {"rate": "0.4/day"}]),
        "customs": st.just("port"),
    },
)
ports = st.fixed_dictionaries(
    {"documents": durations(2), "green_lane": durations(1)},
    optional={
        "inspection": st.fixed_dictionaries(
            {"probability": st.sampled_from([0.2, 0.9]), "time": durations(3)},
            optional={"inspectors": st.integers(1, 2)},
        )
    },
)
centres = st.fixed_dictionaries(
    {"pick_time": durations(1), "delivery": durations(3)},
    optional={
        "stock": st.integers(0, 30),
        "pickers": st.integers(1, 3),
        "dock": st.builds(lambda time: {"doors": 1, "unload": time}, durations(1)),
    },
)
patience = st.one_of(st.none(), durations(8).filter(lambda d: d != "0 days"))

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
unpadded = st.one_of(
    st.builds(
        lambda days, rule: {"type": "fixed", "lead_time": days, **rule}, durations_of([0, 2, 5]), shown
    ),
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
        durations_of([0, 1.5]),
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
        "surge": st.fixed_dictionaries({"agents": st.just(2), "above": st.integers(0, 4)}),
        "patience": durations_of([0, 0.1]),
        "base_load": st.just("3/day"),
    },
)
scores = st.sampled_from([{}, {"after_missed_promise": "2 days"}])
loyalties = st.sampled_from([{}, {"base": "50 %"}])


arrivals = st.one_of(
    st.just("poisson"),
    st.just({"type": "negative_binomial", "dispersion": 0.4}),
    st.just({"type": "renewal", "cv": 0.5}),
    st.just({"type": "renewal", "cv": 0, "first": "0 days"}),
)
streams = st.builds(
    lambda product, segment, rate, size, kind, also, due: {
        "product": product,
        "segment": segment,
        "rate": f"{rate}/day",
        "quantity": size,
        "arrivals": kind,
        **({"also": {"cap" if product == "ball" else "ball": "40 %"}} if also else {}),
        **({"due": due} if due else {}),
    },
    st.sampled_from(["ball", "cap"]),
    st.sampled_from(SEGMENTS),
    st.sampled_from([0.5, 1, 2, 4]),
    quantities,
    arrivals,
    st.booleans(),
    st.sampled_from([None, None, "1 day", "4.3 days"]),
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario as YAML would give it."""
    replenishment = draw(replenishments)
    if draw(st.booleans()):
        replenishment = {**replenishment, "on_cancel": "cancel"}
    care = {
        name: draw(strategy)
        for name, strategy in (
            ("promise", promises),
            ("communication", communications),
            ("compensation", compensations),
            ("payment", payments),
        )
        if draw(st.booleans())
    }
    sections = {
        name: draw(strategy)
        for name, strategy in (("support_desk", desks), ("satisfaction", scores), ("loyalty", loyalties))
        if draw(st.booleans())
    }
    switch = draw(st.sampled_from([{}, {"ball": 0.7}, {"cap": 0.4}, {"ball": 1, "cap": 0.5}]))
    document: dict[str, Any] = {
        "run": {
            "horizon": "40 days",
            "warm_up": "5 days",
            "cool_down": draw(st.sampled_from(["0 days", "20 days"])),
            "seed": draw(st.integers(0, 10**6)),
        },
        "products": {
            name: {
                **product,
                **({"substitutes": {instead: switch[name]}} if name in switch else {}),
            }
            for name, instead, product in (
                ("ball", "cap", {"price": 10, "cost": 4}),
                ("cap", "ball", {"price": 25, "cost": 9}),
            )
        },
        "customers": {name: draw(segments(k + 1)) for k, name in enumerate(SEGMENTS)},
        "demand": draw(st.lists(streams, min_size=1, max_size=4)),
        "warehouses": {"centre": draw(centres)},
        "suppliers": {"factory": draw(suppliers)},
        "lanes": draw(st.lists(lanes, max_size=1)),
        "customs": {"port": draw(ports)},
        "policies": {
            "backorders": draw(st.sampled_from(["accept", "reject", {"limit": 6}])),
            "replenishment": replenishment,
            "allocation": draw(allocations),
            "ship": draw(st.sampled_from(["partial", "complete"])),
            **care,
        },
        **sections,
    }
    return document


@st.composite
def arithmetic(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document without what would end a free run before it begins; some customers may still lose patience."""
    policies = {
        name: policy
        for name, policy in document["policies"].items()
        if name not in {"promise", "communication", "compensation"}
    }
    quantity = st.integers(5, 30)
    rules = st.one_of(
        st.builds(lambda r, q: {"type": "r_Q", "r": r, "Q": q}, st.integers(-2, 15), quantity),
        st.builds(lambda s, q: {"type": "s_S", "s": s, "S": s + q}, st.integers(0, 9), quantity),
        st.builds(lambda level: {"type": "base_stock", "S": level}, st.integers(0, 20)),
    )
    sequence = st.sampled_from(["fcfs", "high_demand_first"])
    policies |= {
        "backorders": "accept",
        "replenishment": draw(rules),
        "allocation": {"type": draw(sequence), "split": draw(st.booleans())},
    }
    demanding = draw(st.sets(st.sampled_from(SEGMENTS)))
    quick = {"patience", "impatience", "will_wait"}
    return {
        **{name: section for name, section in document.items() if name != "support_desk"},
        "products": _without(document["products"], "substitutes"),
        "customers": {
            name: {
                key: value
                for key, value in segment.items()
                if key != "impatience" and (name in demanding or key not in quick)
            }
            for name, segment in document["customers"].items()
        },
        "demand": [
            {**{key: value for key, value in stream.items() if key != "due"}, "quantity": draw(small)}
            for stream in document["demand"]
        ],
        "suppliers": {"factory": {"lead_time": document["suppliers"]["factory"]["lead_time"], **draw(lots)}},
        "lanes": [
            {key: value for key, value in {**lane, "crossing": True}.items() if key != "departures"}
            for lane in document["lanes"]
        ],
        "customs": {"port": _without_queues(document["customs"]["port"])},
        "warehouses": {
            "centre": {key: value for key, value in document["warehouses"]["centre"].items() if key != "dock"}
        },
        "policies": policies,
    }


def patient(document: dict[str, Any]) -> dict[str, Any]:
    """The document with customers who wait as long as it takes, and nobody who has to hear of it at once."""
    told = {"promise", "communication", "compensation"}
    policies = {name: policy for name, policy in document["policies"].items() if name not in told}
    return {
        **{name: section for name, section in document.items() if name != "support_desk"},
        "products": _without(document["products"], "substitutes"),
        "customers": _without(document["customers"], "patience", "impatience"),
        "demand": [
            {key: value for key, value in stream.items() if key != "due"} for stream in document["demand"]
        ],
        "policies": {**policies, "backorders": "accept"},
    }


def _without(section: dict[str, dict[str, Any]], *keys: str) -> dict[str, dict[str, Any]]:
    return {
        name: {key: value for key, value in fields.items() if key not in keys}
        for name, fields in section.items()
    }


small = st.one_of(st.just(1), st.just({"dist": "discrete", "values": {1: "60 %", 2: "30 %", 5: "10 %"}}))
lots = st.sampled_from([{}, {}, {"minimum": 3}, {"lot": 4}])


def _without_queues(port: dict[str, Any]) -> dict[str, Any]:
    inspection = {key: value for key, value in port.get("inspection", {}).items() if key != "inspectors"}
    return {**port, "inspection": inspection} if inspection else port


def scenario(document: dict[str, Any]) -> Scenario:
    """The document as a scenario that passes every check, with the products that somebody asks for."""
    asked = {name for stream in document["demand"] for name in (stream["product"], *stream.get("also", ()))}
    sold = {
        name: {
            **product,
            "substitutes": {
                other: chance for other, chance in product.get("substitutes", {}).items() if other in asked
            },
        }
        for name, product in document["products"].items()
        if name in asked
    }
    valid = Scenario.model_validate({**document, "products": sold})
    assert not list(crossed_checks(valid))
    return valid
