"""Random supply networks with several sources, and the policies that buy from them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.properties.supply import durations_of, lanes, suppliers
from tests.properties.trouble import troubled

POLICIES = ("single", "split", "cheapest", "fallback", "order_by_order", "dual_index", "tailored_base_surge")
NEEDS = {"order_by_order": "base_stock", "dual_index": "R_S", "tailored_base_surge": "R_S"}
"""Replenishment policy that a sourcing policy needs."""

_PLAIN: st.SearchStrategy[dict[str, Any]] = st.just({"type": "s_S", "s": 4, "S": 11})
_served = st.fixed_dictionaries({"service_level": st.sampled_from(["80 %", {"fill_rate": "90 %"}])})
_given = st.fixed_dictionaries({"S": st.integers(0, 25)})
_every = st.fixed_dictionaries({"every": durations_of([1, 3, 7])}, optional={"first": durations_of([0, 2])})


def needed(kind: str) -> st.SearchStrategy[dict[str, Any]] | None:
    """The replenishment policies that a sourcing policy needs; ``None`` for any."""
    if kind not in NEEDS:
        return None
    level = _given if kind == "tailored_base_surge" else st.one_of(_given, _served)
    if NEEDS[kind] == "base_stock":
        return level.map(lambda one: {"type": "base_stock", **one})
    return st.builds(lambda times, one: {"type": "R_S", **times, **one}, _every, level)


_modes = st.sampled_from([("",), ("",), ("air",), ("sea", "air")])


@st.composite
def networks(draw: st.DrawFn, warehouses: dict[str, Any], products: list[str]) -> dict[str, Any]:
    """Suppliers, of which the factory has everything, and their lanes, some of several modes."""
    found: dict[str, Any] = {"factory": draw(suppliers.flatmap(troubled))}
    several = draw(st.sampled_from([False, True, True]))
    if several:
        for name in ("mill", "forge")[: draw(st.integers(1, 2))]:
            only = draw(st.sampled_from([None, *products]))
            found[name] = {**draw(suppliers.flatmap(troubled)), **({"products": [only]} if only else {})}
    ways: list[dict[str, Any]] = []
    for name in found:
        if draw(st.booleans()) or "depot" in warehouses:
            for warehouse in warehouses:
                modes = draw(_modes) if several else ("",)
                ways += (
                    {**draw(lanes), "from": name, "to": warehouse, **({"mode": mode} if mode else {})}
                    for mode in modes
                )
    return {"suppliers": found, "lanes": ways}


def sources(document: dict[str, Any], warehouse: str, product: str) -> list[str]:
    """Names of the sources of a stock."""
    names, senders = [], senders_of(document, warehouse)
    reached = {lane["from"] for lane in document["lanes"] if lane["to"] == warehouse}
    for supplier, section in document["suppliers"].items():
        if product in section.get("products", [product]) and (supplier in reached or not senders):
            modes = [
                lane.get("mode")
                for lane in document["lanes"]
                if (lane["from"], lane["to"]) == (supplier, warehouse)
            ]
            names += [f"{supplier} by {mode}" for mode in modes] if len(modes) > 1 else [supplier]
    return names + senders


def senders_of(document: dict[str, Any], warehouse: str) -> list[str]:
    """Names of the warehouses that supply a warehouse."""
    lanes = [lane["from"] for lane in document["lanes"] if lane["to"] == warehouse and "carries" not in lane]
    return [name for name in lanes if name in document["warehouses"]]


def asked(document: dict[str, Any]) -> list[str]:
    """Products that somebody asks for."""
    found = {name for stream in document["demand"] for name in (stream["product"], *stream.get("also", ()))}
    return sorted(found)


def choices(document: dict[str, Any], products: list[str]) -> list[list[str]]:
    """The sources of each stock of these products that has several."""
    found = [
        sources(document, warehouse, product) for product in products for warehouse in document["warehouses"]
    ]
    return [names for names in found if len(names) > 1]


@st.composite
def sourcing(draw: st.DrawFn, kind: str, stocks: list[list[str]]) -> dict[str, Any]:
    """A policy that fits stocks with these sources."""
    names = list(dict.fromkeys(name for stock in stocks for name in stock))
    policy: dict[str, Any] = {"type": kind}
    if kind == "split":
        shares = {name: draw(st.sampled_from([0.25, 0.6, 1])) for name in names}
        out = draw(st.sampled_from([None, *names]))
        rest = {**shares, out: 0} if out is not None and draw(st.booleans()) else _less(shares, out)
        policy["shares"] = rest if all(any(rest.get(name) for name in stock) for stock in stocks) else shares
    elif kind == "fallback" and draw(st.booleans()):
        sequence = draw(st.permutations(names))[: draw(st.integers(1, len(names)))]
        policy |= {"sequence": sequence} if _met(sequence, stocks) else {}
    elif kind == "single" and draw(st.booleans()):
        name = draw(st.sampled_from(names))
        policy |= {"source": name} if _met([name], stocks) else {}
    elif kind in NEEDS:
        two = draw(st.permutations(names))[:2]
        given = dict(
            zip(draw(st.sampled_from([(), ("fast",), ("slow",), ("fast", "slow")])), two, strict=False)
        )
        policy |= given if not given or _met(list(given.values()), stocks) else {}
        more: dict[str, dict[str, Any]] = {
            "order_by_order": {"threshold": draw(st.integers(-3, 12))},
            "dual_index": {"expedite_to": draw(st.integers(-3, 15))},
            "tailored_base_surge": {"standing": 0.0},  # see `standing`
        }
        policy |= more[kind]
    return policy


def _less(shares: dict[str, Any], name: str | None) -> dict[str, Any]:
    return {key: share for key, share in shares.items() if key != name}


def _met(names: list[str], stocks: list[list[str]]) -> bool:
    return all(set(names) & set(stock) for stock in stocks)


expediting = st.builds(
    lambda conditions, rest: {**conditions, **rest},
    st.fixed_dictionaries(
        {},
        optional={
            "backlog": st.integers(1, 9),
            "backlog_cover": durations_of([0.5, 3]),
            "oldest_wait": durations_of([0.5, 2, 5]),
            "promise_within": durations_of([0, 1]),
        },
    ).filter(bool),
    st.fixed_dictionaries(
        {}, optional={"every": durations_of([0.5, 1, 3]), "order_fee": st.just(5), "unit_fee": st.just(0.5)}
    ),
)


@st.composite
def buying(draw: st.DrawFn, document: dict[str, Any], fixed: dict[str, Any] | None = None) -> dict[str, Any]:
    """The document with policies that buy from its sources; with a replenishment policy that stays, if one is fixed."""
    policies = {
        key: one for key, one in document["policies"].items() if key not in {"sourcing", "expediting"}
    }
    products = {
        name: {key: one for key, one in product.items() if key not in {"sourcing", "replenishment"}}
        for name, product in document["products"].items()
    }
    if fixed is not None:
        policies["replenishment"] = fixed
    everything = asked(document)
    stocks = choices(document, everything)
    if stocks:
        own = [name for name in everything if draw(st.booleans()) and choices(document, [name])]
        for name in own:
            kind = draw(st.sampled_from(_allowed(document, fixed)))
            products[name]["sourcing"] = draw(sourcing(kind, choices(document, [name])))
            rule = needed(kind)
            if fixed is None and (rule is not None or draw(st.booleans())):
                products[name]["replenishment"] = draw(_PLAIN if rule is None else rule)
        rest = [name for name in everything if name not in own]
        if left := choices(document, rest):
            kind = draw(st.sampled_from(_allowed(document, fixed)))
            policies["sourcing"] = draw(sourcing(kind, left))
            rule = needed(kind)
            if fixed is None and rule is not None:
                cancel = {key: one for key, one in policies["replenishment"].items() if key == "on_cancel"}
                policies["replenishment"] = {**draw(rule), **cancel}
    names = sorted(
        {
            name
            for product in everything
            for site in document["warehouses"]
            for name in sources(document, site, product)
        }
    )
    if draw(st.sampled_from([False, False, True])):
        policies["expediting"] = {"from": draw(st.sampled_from(names)), **draw(expediting)}
    return standing({**document, "products": products, "policies": policies})


def _allowed(document: dict[str, Any], fixed: dict[str, Any] | None) -> list[str]:
    """Sourcing policies for the places of a document, and for a replenishment policy that stays."""
    steady = all(site.get("serves", True) for site in document["warehouses"].values())
    kinds = [kind for kind in POLICIES if kind != "tailored_base_surge" or steady]
    return [kind for kind in kinds if fixed is None or NEEDS.get(kind, fixed["type"]) == fixed["type"]]


def several(document: dict[str, Any]) -> st.SearchStrategy[dict[str, Any]]:
    """The document with a second supplier of everything, if it has no product with several sources."""
    if choices(document, asked(document)):
        return st.just(document)
    second = {**document["suppliers"]["factory"], "lead_time": "1 day", "lot": 3, "minimum": 2, "maximum": 9}
    ways = [{**lane, "from": "mill"} for lane in document["lanes"] if "carries" not in lane]
    return buying(
        {
            **document,
            "suppliers": {**document["suppliers"], "mill": second},
            "lanes": [*document["lanes"], *ways],
        }
    )


def one_source(document: dict[str, Any]) -> dict[str, Any]:
    """The document with the factory alone, and one lane from it to each warehouse."""
    ways = {lane["to"]: lane for lane in reversed(document["lanes"]) if lane["from"] == "factory"}
    return {
        **document,
        "products": {
            name: {key: one for key, one in product.items() if key not in {"sourcing", "replenishment"}}
            for name, product in document["products"].items()
        },
        "suppliers": {"factory": document["suppliers"]["factory"]},
        "lanes": [lane for lane in document["lanes"] if any(lane is way for way in ways.values())],
        "policies": {
            key: one for key, one in document["policies"].items() if key not in {"sourcing", "expediting"}
        },
    }


def standing(document: dict[str, Any]) -> dict[str, Any]:
    """The document with standing orders of 60 % of the demand of the stock that is asked for least."""
    demand = [
        units
        for product in asked(document)
        for warehouse in document["warehouses"]
        if len(sources(document, warehouse, product)) > 1
        if (units := mean_demand(document, warehouse, product))
    ]

    def rated(holder: dict[str, Any]) -> dict[str, Any]:
        policy = holder.get("sourcing", {})
        if policy.get("type") != "tailored_base_surge":
            return holder
        return {**holder, "sourcing": {**policy, "standing": f"{0.6 * min(demand, default=1.0):.4f}/day"}}

    return {
        **document,
        "products": {name: rated(product) for name, product in document["products"].items()},
        "policies": rated(document["policies"]),
    }


def mean_demand(document: dict[str, Any], warehouse: str, product: str) -> float:
    """Units a day for which a stock is asked, without calendars."""
    serves = document["warehouses"][warehouse].get("serves", ["north", "south"])
    total = 0.0
    for stream in document["demand"]:
        regions = stream.get("regions") or {stream["region"]: "100 %"}
        share = sum(float(part.split()[0]) / 100 for name, part in regions.items() if name in serves)
        orders = _orders(stream) * share
        total += orders * _mean(stream["quantity"]) * _drawn(document, stream["product"], product)
        total += sum(orders * 0.4 * _drawn(document, other, product) for other in stream.get("also", ()))
    return total


def _drawn(document: dict[str, Any], product: str, stock: str) -> float:
    """Share of the lines of a product that take units of another one, or of the same, from stock."""
    made = document["products"][product].get("made_to_order", {"share": 0})
    of_blank = made["share"] if made.get("blank") == stock else 0.0
    return float(of_blank + (1.0 - made["share"] if product == stock else 0.0))


def _orders(stream: dict[str, Any]) -> float:
    """Orders a day of a stream of demand."""
    if "rate" in stream:
        return float(stream["rate"].removesuffix("/day"))
    return 1.0 / float(stream["arrivals"]["interval"].split()[0])


def _mean(quantity: Any) -> float:
    if quantity == 1:
        return 1.0
    if quantity["dist"] == "geometric":
        return float(quantity["mean"])
    return sum(float(units) * float(share.split()[0]) / 100 for units, share in quantity["values"].items())


def keeping(document: dict[str, Any]) -> dict[str, Any]:
    """The document in which purchase orders are kept when customers cancel."""

    def kept(holder: dict[str, Any]) -> dict[str, Any]:
        if "replenishment" not in holder:
            return holder
        return {**holder, "replenishment": {**holder["replenishment"], "on_cancel": "keep"}}

    return {
        **document,
        "products": {name: kept(product) for name, product in document["products"].items()},
        "policies": kept(document["policies"]),
    }
