"""Random small worlds that draw on every feature of the scenario file."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from simulator.scenario.scenario import Scenario, crossed_checks
from tests.properties.care import (
    communications,
    compensations,
    desks,
    loyalties,
    payments,
    promises,
    schedules,
    scores,
    segments,
)
from tests.properties.making import UNTOLD, made, unmade
from tests.properties.openings import fitting, opened, unopened
from tests.properties.routes import routed, shared, unrouted
from tests.properties.sourcing import asked, buying, keeping, networks, one_source, standing
from tests.properties.supply import allocations, centres, durations_of, ports, replenishments, terms
from tests.properties.transfers import trading, untraded
from tests.properties.trouble import closing, spared, strict

SEGMENTS = ("gold", "silver", "standard")

quantities = st.one_of(
    st.just(1),
    st.just({"dist": "geometric", "mean": 2.5}),
    st.just({"dist": "discrete", "values": {1: "50 %", 3: "30 %", 7: "20 %"}}),
    st.just({"dist": "discrete", "values": {0.25: "30 %", 1.5: "60 %", 3: "10 %"}}),  # sums stay exact
)

arrivals = st.one_of(
    st.just("poisson"),
    st.just({"type": "negative_binomial", "dispersion": 0.4}),
    st.just({"type": "renewal", "cv": 0.5}),
    st.just({"type": "renewal", "cv": 0, "first": "0 days"}),
)
places = st.sampled_from(
    [{"region": "north"}, {"region": "south"}, {"regions": {"north": "60 %", "south": "40 %"}}]
)
calendars = st.lists(
    st.sampled_from(
        [
            {"weekly": [0, 0.5, 1, 1, 1, 2, 1.5], "products": ["ball"]},
            {"yearly": [2.0] + [1.0] * 11},
            {"peak": "sale", "from": "2026-01-10", "to": "2026-01-12", "factor": 4, "regions": ["south"]},
            {"surge": "craze", "on": "2026-01-20", "factor": 5, "decays": "3 days", "segments": ["gold"]},
        ]
    ),
    max_size=2,
)
streams = st.builds(
    lambda product, segment, place, rate, size, kind, also, due: {
        "product": product,
        "segment": segment,
        **place,
        "rate": f"{rate}/day",
        "quantity": size,
        "arrivals": kind,
        **({"also": {"cap" if product == "ball" else "ball": "40 %"}} if also else {}),
        **({"due": due} if due else {}),
    },
    st.sampled_from(["ball", "cap"]),
    st.sampled_from(SEGMENTS),
    places,
    st.sampled_from([0.5, 1, 2, 4]),
    quantities,
    arrivals,
    st.booleans(),
    st.sampled_from([None, None, "1 day", "4.3 days"]),
)


sites = st.one_of(
    st.builds(
        lambda centre, north, south: {"centre": {**centre, "serves": {"north": north, "south": south}}},
        centres,
        terms,
        terms,
    ),
    st.fixed_dictionaries({"centre": centres}),
    st.builds(
        lambda centre, branch, south: {
            "centre": {**centre, "serves": ["north"]},
            "branch": {**branch, "serves": {"south": south}},
        },
        centres,
        centres,
        terms,
    ),
    st.builds(
        lambda centre, depot: {
            "centre": {**centre, "serves": ["north", "south"]},
            "depot": {**depot, "serves": []},
        },
        centres,
        centres,
    ),
)


@st.composite
def documents(draw: st.DrawFn) -> dict[str, Any]:
    """A scenario as YAML would give it."""
    warehouses = draw(sites)
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
    demand = draw(st.lists(streams, min_size=1, max_size=4))
    document: dict[str, Any] = {
        "run": {
            "horizon": "40 days",
            "time_zone": "Europe/Berlin",
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
        "demand": demand,
        "profiles": draw(calendars),
        "warehouses": warehouses,
        **draw(networks(warehouses, asked({"demand": demand}))),
        "customs": {"port": draw(ports.flatmap(strict))},
        "policies": {
            "backorders": draw(st.sampled_from(["accept", "reject", {"limit": 6}])),
            "replenishment": replenishment,
            "allocation": draw(allocations),
            "ship": draw(st.sampled_from(["partial", "complete"])),
            **care,
        },
        **sections,
    }
    document["lanes"] = [draw(closing(lane)) for lane in document["lanes"]]
    document["warehouses"] = {name: draw(closing(site)) for name, site in document["warehouses"].items()}
    document = draw(opened(draw(buying(document))))
    routes = shared(document) and draw(st.booleans())
    return draw(trading(draw(routed(document) if routes else made(document))))


@st.composite
def arithmetic(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document without what would end a free run before it begins; some customers may still lose patience.

    A product that only the factory has is bought by arithmetic beside one that has several sources, and beside trouble
    on other ways. Goods under way or customers who wait at the start leave no stock to arithmetic.
    """
    document = untraded(unmade(document))
    document = unrouted(document) if draw(st.sampled_from([True, True, False])) else document
    if draw(st.booleans()):
        document = one_source(document)
    document = spared(document) if draw(st.sampled_from([True, True, False])) else document
    document = unopened(document) if draw(st.sampled_from([True, True, False])) else document
    policies = draw(scheduled(document))["policies"]
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
    factory = document["suppliers"]["factory"]
    changed = {
        **{name: section for name, section in document.items() if name != "support_desk"},
        "products": _without(document["products"], "substitutes"),
        "customers": {
            name: {key: value for key, value in segment.items() if name in demanding or key not in quick}
            for name, segment in document["customers"].items()
        },
        "demand": [
            {**{key: value for key, value in stream.items() if key != "due"}, "quantity": draw(small)}
            for stream in document["demand"]
        ],
        "suppliers": {
            **document["suppliers"],
            "factory": {
                **_without({"": factory}, "capacity", "production", "minimum", "lot", "maximum")[""],
                **draw(lots),
            },
        },
        "lanes": [
            {key: value for key, value in {**lane, "crossing": True}.items() if key != "departures"}
            for lane in document["lanes"]
        ],
        "customs": {"port": _without_queues(document["customs"]["port"])},
        "warehouses": _without(document["warehouses"], "dock"),
        "policies": policies,
        **({"loyalty": _without_goodwill(document["loyalty"])} if "loyalty" in document else {}),
    }
    if len(document["suppliers"]) == 1 and "expediting" not in policies:
        return changed
    return draw(buying(changed, policies["replenishment"]))


@st.composite
def scheduled(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document with care that does not depend on the supply, nor on a support desk."""
    document = unmade(document)
    policies = {name: policy for name, policy in document["policies"].items() if name not in UNTOLD}
    return {
        **{name: section for name, section in document.items() if name != "support_desk"},
        "policies": policies | draw(schedules()),
    }


@st.composite
def unwatched(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document with backorders accepted, and nobody who has to hear at once of who waits."""
    document = draw(scheduled(document))
    return {
        **document,
        "products": _without(document["products"], "substitutes"),
        "demand": [
            {key: value for key, value in stream.items() if key != "due"} for stream in document["demand"]
        ],
        "policies": {**document["policies"], "backorders": "accept"},
    }


@st.composite
def coinciding(draw: st.DrawFn, document: dict[str, Any]) -> dict[str, Any]:
    """The document with much that happens at one instant: orders, goods and messages at multiples of half a day.

    Customers are promised a date that follows the supply, or one that may be the very day on which goods land; none
    where goods are made to order.
    """
    days = durations_of([0, 0.5, 1, 2, 4])
    lead_time = st.one_of(
        days, days.map(lambda shorter: {"dist": "discrete", "values": {shorter: "50 %", "5 days": "50 %"}})
    )
    lines: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [
            {},
            {"production": {"unit_time": "0.5 days", "first": "backlog"}},
            {"production": {"lines": 2, "unit_time": "1 day", "wage": 20}},
            {"capacity": {"units": 4, "per": "1 day"}},
        ]
    )
    limits: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
        [{}, {}, {"minimum": 3}, {"lot": 4}, {"maximum": 3}, {"lot": 2, "maximum": 5}]
    )
    stopped: st.SearchStrategy[dict[str, Any]] = st.one_of(
        st.just({}),
        st.builds(
            lambda up, down, work: {"disruptions": {"strike": {"up": up, "down": down, "stops": work}}},
            days.filter(_some),
            days,
            st.sampled_from(["orders", "dispatch"]),
        ),
        st.just({"yield": 0.5}),
        st.just({"fails": {"share": "40 %", "noticed_after": "2 days"}}),
    )
    promise = st.one_of(
        st.builds(lambda share: {"type": "atp", "quantile": share, "revise_above": "0 days"}, shares),
        st.builds(lambda lead: {"type": "fixed", "lead_time": lead}, days),
    )
    told = {
        "promise": draw(promise),
        "communication": {"update_every": draw(days.filter(_some)), "channel": {"read": 1}},
        "compensation": {"type": "voucher", "value": 5, "when": "broken_promise"},
    }
    changed = {
        **{name: section for name, section in document.items() if name != "loyalty"},
        "customers": {
            name: {
                **_only(segment, "priority", "will_wait"),
                **draw(st.sampled_from([{}, {"patience": "3 days"}])),
            }
            for name, segment in document["customers"].items()
        },
        "demand": [
            {
                **{key: value for key, value in stream.items() if key not in {"rate", "due"}},
                "arrivals": {"type": "renewal", "interval": draw(days.filter(_some)), "first": draw(days)},
            }
            for stream in document["demand"]
        ],
        "profiles": [],
        "warehouses": {
            name: {**_only(site, "stock", "serves"), "delivery": draw(st.sampled_from(["0 days", "1 day"]))}
            for name, site in document["warehouses"].items()
        },
        "suppliers": {
            name: {
                **_without(
                    {"": supplier}, "capacity", "production", "minimum", "lot", "maximum", "disruptions"
                )[""],
                "lead_time": draw(lead_time),
                **draw(limits),
                **draw(lines),
                **draw(stopped),
            }
            for name, supplier in document["suppliers"].items()
        },
        "lanes": [{**lane, "transit": draw(days)} for lane in document["lanes"]],
        "customs": {"port": {"documents": draw(days), "green_lane": "0 days"}},
        "policies": {
            **document["policies"],
            **({} if "workshops" in document else told),
        },
    }
    return standing(changed)


shares = st.sampled_from([0.2, 0.8])


def _some(days: str) -> bool:
    return days != "0 days"


def _only(section: dict[str, Any], *keys: str) -> dict[str, Any]:
    return {key: value for key, value in section.items() if key in keys}


def waited_out(document: dict[str, Any]) -> dict[str, Any]:
    """The document with customers who all wait as long as it takes, and time for that after the horizon."""
    return {
        **document,
        "run": {**document["run"], "cool_down": "20 days"},
        "customers": _without(document["customers"], "patience", "impatience", "will_wait"),
    }


def forgetful(document: dict[str, Any]) -> dict[str, Any]:
    """The document without what cannot be played in windows, see ``simulator.scenario.shortcuts``."""
    document = untraded(unrouted(unmade(unopened(spared(keeping(one_source(document)))))))
    told = {"promise", "communication", "compensation", "payment"}
    policies = {name: policy for name, policy in document["policies"].items() if name not in told}
    allocation = policies["allocation"]
    if isinstance(allocation, dict) and allocation.get("clearing") == "threshold":
        policies["allocation"] = {**allocation, "clearing": "priority"}
    sections = {"support_desk", "satisfaction", "loyalty"}
    return {
        **{name: section for name, section in document.items() if name not in sections},
        "products": _without(document["products"], "substitutes"),
        "customers": _without(document["customers"], "impatience"),
        "demand": [
            {key: value for key, value in stream.items() if key != "due"} for stream in document["demand"]
        ],
        "suppliers": _without(document["suppliers"], "production", "capacity"),
        "customs": {"port": _without_queues(document["customs"]["port"])},
        "warehouses": _without(document["warehouses"], "dock", "pickers"),
        "policies": policies,
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


def _without_goodwill(loyalty: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in loyalty.items() if key != "goodwill"}


def sold(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the products that somebody asks for, and what its opening has of them."""
    demanded = asked(document)
    products = {
        name: {
            **product,
            "substitutes": {
                other: chance for other, chance in product.get("substitutes", {}).items() if other in demanded
            },
        }
        for name, product in document["products"].items()
        if name in demanded
    }
    return fitting({**document, "products": products})


def scenario(document: dict[str, Any]) -> Scenario:
    """The document as a scenario that passes every check, with the products that somebody asks for."""
    valid = Scenario.model_validate(sold(document))
    assert not list(crossed_checks(valid))
    return valid
