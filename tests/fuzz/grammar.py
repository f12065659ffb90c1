"""Scenario files at random, by the grammar of docs/scenario-file.md: most of them right, all of them small."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from random import Random
from typing import Any, TypeVar

T = TypeVar("T")
Data = dict[str, Any]

PRODUCTS = ("tea", "pots", "007", "crème brûlée")
SEGMENTS = ("members", "passers-by")
REGIONS = ("north", "south")
UNITS = (("days", 1.0), ("day", 1.0), ("h", 24.0), ("weeks", 1 / 7), ("min", 1440.0))


class Grammar:
    """Draws parts of a scenario. The same generator of random numbers gives the same scenario."""

    def __init__(self, random: Random) -> None:
        self._random = random

    def scenario(self) -> Data:
        """A whole scenario, every section of it now and then."""
        sections: dict[str, tuple[float, Callable[[], Any]]] = {
            "name": (0.3, lambda: self.of(["Corner shop", "1", "naïve café", "x" * 200])),
            "run": (1.0, self.run),
            "customers": (1.0, lambda: {name: self.segment() for name in SEGMENTS}),
            "profiles": (0.4, lambda: [self.profile() for _ in range(self.number(1, 3))]),
            "warehouses": (0.6, self.warehouses),
            "suppliers": (0.9, lambda: {"factory": self.supplier()}),
            "support_desk": (0.25, self.desk),
            "satisfaction": (0.2, lambda: self.some({"after_missed_promise": (0.5, self.duration)})),
            "loyalty": (0.2, lambda: self.of([{}, {"base": "50 %"}, {"goodwill": {}}])),
            "policies": (0.9, self.policies),
            "expect": (0.15, lambda: {"fill_rate": ">= 90 %", "backorder_wait_p95": "at most 14 days"}),
            "alternatives": (0.15, lambda: {"other": {"policies": {"backorders": "reject"}}}),
        }
        data = self.some(sections)
        data["demand"] = [self.stream() for _ in range(self.number(1, 3))]
        asked = {name for stream in data["demand"] for name in _products(stream)}
        data["products"] = {name: self.product(asked - {name}) for name in PRODUCTS if name in asked}
        if "suppliers" in data and self.chance(0.4):
            data["customs"] = {"port": self.customs()}
            sites = data.get("warehouses", {"warehouse": {}})
            data["lanes"] = [self.lane(name) for name in sites]
            if len(sites) > 1 and self.chance(0.5):
                data["lanes"][0] |= {"from": "branch"}
                sites["branch"]["internal"] = self.internal()
        if len(data.get("warehouses", ())) > 1 and self.chance(0.5):
            data["warehouses"]["branch"]["serves"].append("everywhere")
            data["policies"] = {**data.get("policies", {}), "routing": self.routing()}
        if (sites := data.get("warehouses", {})) and len(sites) == 1 and self.chance(0.2):
            sites["centre"]["serves"] = self.regions_with_terms()
        return data

    def run(self) -> Data:
        """The section ``run``."""
        return {
            "horizon": f"{self.number(5, 40)} days",
            "time_zone": "Europe/Berlin",
            **self.some(
                {
                    "start": (0.3, lambda: self.of(["2026-02-28", "1999-12-31", "2024-02-29"])),
                    "warm_up": (0.3, lambda: f"{self.number(0, 4)} days"),
                    "cool_down": (0.7, lambda: f"{self.number(0, 20)} days"),
                    "window": (0.1, lambda: f"{self.number(1, 9)} days"),
                    "replications": (0.95, lambda: self.number(1, 3)),
                    "seed": (0.5, lambda: self.number(0, 10**6)),
                }
            ),
        }

    def product(self, others: set[str]) -> Data:
        """A product; one of the others may do instead."""
        return self.some(
            {
                "price": (0.9, self.money),
                "cost": (0.9, self.money),
                "holding": (0.6, lambda: self.of(["25 %/year", "0.2/day", 0])),
                "backorder_cost": (0.3, lambda: self.of(["1.5/day", 0])),
                "lost_sale_cost": (0.3, self.money),
                "replenishment": (0.1, self.replenishment),
                **({"substitutes": (0.2, lambda: {self.of(sorted(others)): "39 %"})} if others else {}),
            }
        )

    def segment(self) -> Data:
        """A class of customers."""
        data = self.some(
            {
                "priority": (0.7, lambda: self.number(1, 3)),
                "patience": (
                    0.5,
                    lambda: self.of([self.lasting(), {"dist": "exponential", "mean": "6 days"}]),
                ),
                "will_wait": (0.4, self.share),
                "tolerance": (0.2, self.lasting),
            }
        )
        law = data.get("patience")
        if isinstance(law, dict) and law["dist"] == "exponential" and self.chance(0.5):
            data["impatience"] = {"informed": 0.4, "past_promise": 1.5}
        return data

    def stream(self) -> Data:
        """An entry of ``demand`` that is drawn."""
        data: Data = {"product": self.of(PRODUCTS), "rate": self.rate()}
        if self.chance(0.2):
            data = {"products": {name: self.rate() for name in PRODUCTS[: self.number(1, 3)]}}
        data |= self.of(
            [{}, {"segment": self.of(SEGMENTS)}, {"segments": {"members": "40 %", "passers-by": 0.6}}]
        )
        kinds = ["poisson", {"type": "negative_binomial", "dispersion": 0.4}, {"type": "renewal", "cv": 0.5}]
        more = self.some(
            {
                "quantity": (0.5, self.quantity),
                "arrivals": (0.4, lambda: self.of(kinds)),
                "also": (0.2, lambda: {self.of(PRODUCTS): self.share()}),
                "also_quantity": (0.1, self.quantity),
                "due": (0.1, self.duration),
            }
        )
        return data | more

    def profile(self) -> Data:
        """A change of demand with the calendar."""
        kinds: list[Data] = [
            {"weekly": [0, 0.5, 1, 1, 1, 2, 1.5]},
            {"yearly": [2.0] + [1.0] * 11},
            {"peak": "sale", "from": "2026-01-10", "to": "2026-01-12", "factor": self.number(0, 9)},
            {"surge": "craze", "on": "2026-01-05", "factor": self.number(0, 9), "decays": "3 days"},
        ]
        only = self.some({"segments": (0.3, lambda: [self.of(SEGMENTS)])})
        return self.of(kinds) | only

    def warehouses(self) -> Data:
        """One warehouse or two; without a region orders come from everywhere, so one of two serves that."""
        if self.chance(0.75):
            return {"centre": self.warehouse()}
        return {
            "centre": self.warehouse() | {"serves": ["everywhere", "north"]},
            "branch": self.warehouse() | {"serves": ["south"]},
        }

    def regions_with_terms(self) -> Data:
        """All regions, some with terms of delivery of their own."""
        return {name: self.delivery_terms() for name in ("everywhere", "north", "south")}

    def delivery_terms(self) -> Data:
        """Terms of delivery."""
        return self.some({"delivery": (0.4, self.lasting), "delivery_cost": (0.3, self.money)})

    def opening_times(self) -> dict[str, tuple[float, Callable[[], Any]]]:
        """Opening times of a place, and how often each is given."""
        fair = {"fair": {"from": "2026-01-06", "to": "2026-01-09"}}
        return {
            "hours": (0.1, lambda: self.of(["Mon-Fri 08:00-17:00", "Sun 22:00-06:00", "always"])),
            "closed": (0.05, lambda: fair),
            "holidays": (0.1, lambda: self.of(["DE", "DE-BY", ["US", "JP"]])),
            "time_zone": (0.1, lambda: self.of(["Europe/Berlin", "Asia/Kathmandu", "America/New_York"])),
        }

    def warehouse(self) -> Data:
        """A warehouse."""
        return self.some(
            {
                **self.opening_times(),
                "stock": (0.4, lambda: self.number(0, 40)),
                "pickers": (0.3, lambda: self.number(1, 4)),
                "pick_time": (0.4, self.lasting),
                "delivery": (0.4, self.lasting),
                "delivery_cost": (0.3, self.money),
                "dock": (0.2, lambda: {"doors": self.number(1, 2), "unload": self.lasting()}),
                "replenishment": (0.1, self.replenishment),
            }
        )

    def internal(self) -> Data:
        """The orders of another warehouse."""
        return self.some(
            {
                "sharing": (0.6, lambda: self.of(["fcfs", "priority", "proportional", "fair_share"])),
                "ship": (0.2, lambda: self.of(["partial", "complete"])),
                "priority": (0.3, lambda: self.number(1, 3)),
                "level": (0.3, lambda: self.number(0, 9)),
            }
        )

    def supplier(self) -> Data:
        """A supplier of everything."""
        making = {
            "lines": self.number(1, 3),
            "unit_time": self.of(["1 h", {"dist": "exponential", "mean": "2 h"}]),
        }
        return self.some(
            {
                "lead_time": (0.9, self.lasting),
                "production": (0.2, lambda: making),
                "order_cost": (0.4, self.money),
                "minimum": (0.2, lambda: self.number(1, 9)),
                "lot": (0.2, lambda: self.number(1, 9)),
                **self.opening_times(),
            }
        )

    def lane(self, warehouse: str) -> Data:
        """The way from the supplier to a warehouse."""
        return {"from": "factory", "to": warehouse} | self.some(
            {
                "transit": (0.7, self.lasting),
                "departures": (0.4, lambda: self.of([{"every": "3 days"}, {"rate": "0.4/day"}])),
                "crossing": (0.4, lambda: self.chance(0.5)),
                "customs": (0.6, lambda: "port"),
                **self.opening_times(),
            }
        )

    def customs(self) -> Data:
        """A customs office."""
        inspection = {"probability": self.share(), "time": self.lasting()}
        return self.some(
            {
                "documents": (0.6, self.lasting),
                "green_lane": (0.5, self.lasting),
                "inspection": (0.6, lambda: inspection | self.of([{}, {"inspectors": self.number(1, 2)}])),
                **self.opening_times(),
            }
        )

    def desk(self) -> Data:
        """A support desk."""
        return self.some(
            {
                **self.opening_times(),
                "agents": (0.6, lambda: self.number(1, 3)),
                "contact_time": (0.5, self.lasting),
                "patience": (0.3, self.lasting),
                "base_load": (0.5, self.rate),
                "ask": (0.4, lambda: {"informed": "0.1/day", "silence": "1.5 days", "silent": "1/day"}),
                "surge": (0.3, lambda: {"agents": self.number(1, 3), "above": self.number(0, 9)}),
                "cost_per_contact": (0.3, self.money),
            }
        )

    def policies(self) -> Data:
        """The section ``policies``."""
        return self.some(
            {
                "backorders": (0.5, lambda: self.of(["accept", "reject", {"limit": self.number(0, 30)}])),
                "replenishment": (0.98, self.replenishment),
                "allocation": (0.5, self.allocation),
                "ship": (0.4, lambda: self.of(["partial", "complete"])),
                "promise": (0.4, self.promise),
                "communication": (0.3, self.communication),
                "compensation": (
                    0.3,
                    lambda: self.of(["none", {"type": "voucher", "value": 5, "after": "2 days"}]),
                ),
                "payment": (0.3, lambda: self.of(["on_shipment", {"type": "on_order", "refund_cost": 3.5}])),
            }
        )

    def levels(self) -> str:
        """How levels are found: by the formula, seldom by search."""
        return self.of(["textbook"] * 19 + ["fitted"])

    def replenishment(self) -> Data:
        """A replenishment policy."""
        s, more, every = self.number(0, 30), self.number(1, 40), f"{self.number(1, 9)} days"
        return self.of(
            [
                {"type": "r_Q", "r": s, "Q": more},
                # searching for fitted levels takes far longer than such a run
                {"type": "r_Q", "service_level": "80 %", "cover": every, "levels": self.levels()},
                {"type": "s_S", "s": s, "S": s + more},
                {"type": "base_stock", "S": s},
                {"type": "R_S", "every": every, "S": s},
                {"type": "R_s_S", "every": every, "s": s, "S": s + more},
                {"type": "standing_order", "every": every, "Q": more},
            ]
        )

    def allocation(self) -> Any:
        """A sequence in which waiting lines are served."""
        levels = {"passers-by": self.number(1, 9)}
        rank = {
            "type": "critical_level",
            "levels": levels,
            "clearing": self.of(["priority", "fcfs", "threshold"]),
        }
        return self.of(["fcfs", "priority", "largest_value", "random", "high_demand_first", rank])

    def routing(self) -> Any:
        """A warehouse that serves a line."""
        sequence = self.of(["file", "cost", "time", {"everywhere": ["centre"]}])
        return self.of(
            [
                "home",
                {"type": "overflow", "sequence": sequence, "substitutes_first": self.chance(0.5)},
                {"type": "reserve_home", "reserve": self.number(0, 9), "sequence": sequence},
            ]
        )

    def promise(self) -> Any:
        """A date that customers are told."""
        atp = {"type": "atp", "quantile": "80 %", "shown": self.of(["before", "after"])}
        return self.of(
            [
                "none",
                {"type": "fixed", "lead_time": self.duration()},
                atp,
                {"type": "padded", "of": atp, "margin": "3 days"},
            ]
        )

    def communication(self) -> Data:
        """Messages to customers who wait."""
        return self.some(
            {
                "update_every": (0.5, lambda: f"{self.number(1, 9)} days"),
                "in_stock": (0.3, lambda: True),
                "quiet_if_under": (0.3, self.duration),
                "channel": (0.3, lambda: {"cost": 0.01, "read": self.share()}),
            }
        )

    def lasting(self) -> Any:
        """A duration, fixed or drawn."""
        mean = self.duration()
        laws: list[Data] = [
            {"dist": "exponential", "mean": mean},
            {"dist": "gamma", "mean": mean, "cv": 0.4},
            {"dist": "lognormal", "mean": mean, "cv": 1.5},
            {"dist": "erlang", "mean": mean, "k": 3},
            {"dist": "weibull", "mean": mean, "cv": 0.7},
            {"dist": "uniform", "low": "0 days", "high": mean},
            {"dist": "discrete", "values": {"1 day": "50 %", "9 days": "50 %"}},
            {
                "dist": "mixture",
                "of": [
                    {"weight": "70 %", "dist": "constant", "value": mean},
                    {"weight": 0.3, "dist": "exponential", "mean": mean},
                ],
            },
        ]
        return mean if self.chance(0.5) else self.of(laws)

    def quantity(self) -> Any:
        """Units of a line, fixed or drawn."""
        laws: list[Any] = [
            1,
            self.number(1, 9),
            2.5,
            {"dist": "geometric", "mean": 2.5},
            {"dist": "poisson", "mean": 1.5},
            {"dist": "negative_binomial", "mean": 3, "dispersion": 0.5},
            {"dist": "discrete", "values": {1: "60 %", 5: "40 %"}},
            {"dist": "empirical", "values": [1, 1, 4]},
        ]
        return self.of(laws)

    def duration(self) -> str:
        """A duration with its unit, up to some ten days."""
        unit, size = self.of(UNITS)
        return f"{self._random.choice((0.0, self._random.random() * 10.0)) * size:.3f} {unit}"

    def rate(self) -> str:
        """Orders a day."""
        return self.of([f"{self.number(1, 8)}/day", f"{self.number(1, 90)} per week", "0.1/h"])

    def share(self) -> Any:
        """A share, as a number or in per cent."""
        return self.of([f"{self.number(1, 99)} %", self.number(1, 9) / 10])

    def money(self) -> float:
        """An amount of money."""
        return self.of([0, 4, 12.95, 1e6])

    def number(self, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return self._random.randint(low, high)

    def chance(self, share: float) -> bool:
        """True with that probability."""
        return self._random.random() < share

    def of(self, choices: Sequence[T]) -> T:
        """One of the choices."""
        return self._random.choice(choices)

    def some(self, parts: dict[str, tuple[float, Callable[[], Any]]]) -> Data:
        """Each part with its probability."""
        return {name: make() for name, (share, make) in parts.items() if self.chance(share)}


def _products(stream: Data) -> set[str]:
    named = stream["products"] if "products" in stream else [stream["product"]]
    return {*named, *stream.get("also", ())}
