"""Figures of simulated runs, against the same computed line by line in plain Python."""

import itertools

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.measures.counted_lines import CountedLines
from simulator.model.world import simulate
from simulator.orders.order_book import Status
from simulator.scenario.scenario import Scenario

POLICIES = {
    "split backorders": {"backorders": "accept"},
    "lost sales": {"backorders": "reject"},
    "limit": {"backorders": {"limit": 6}, "ship": "complete"},
    "whole lines": {"allocation": {"type": "priority", "split": False}, "ship": "complete"},
}


def shop(policies, **changes):
    gamma = {"dist": "gamma", "mean": "5 days", "cv": 0.5}
    return Scenario.model_validate(
        {
            "run": {"horizon": "50 days", "warm_up": "10 days", "cool_down": "20 days"},
            "products": {
                "a": {"price": 10, "cost": 4, "holding": "20 %/year", "backorder_cost": "1/day"},
                "b": {"price": 3, "cost": 1, "lost_sale_cost": 2},
                "c": {"price": 7, "cost": 5},
            },
            "customers": {
                "gold": {"priority": 1},
                "std": {"priority": 2, "patience": "3 days", "will_wait": 0.8},
            },
            "demand": [
                {
                    "products": {"a": "3/day", "b": "2/day", "c": "1/day"},
                    "segments": {"gold": 0.4, "std": 0.6},
                    "regions": {"north": 0.5, "south": 0.5},
                    "quantity": {"dist": "geometric", "mean": 2},
                    "also": {"b": 0.4},
                }
            ],
            "warehouses": {
                "n": {"serves": ["north"], "pickers": 1, "pick_time": "1 h", "delivery_cost": 2},
                "s": {"serves": ["south"], "delivery": gamma, "delivery_cost": 3},
            },
            "suppliers": {"x": {"products": ["a", "b"], "lead_time": gamma}, "y": {"products": ["c"]}},
            "lanes": [{"from": "x", "to": "n", "customs": "port", "transit": gamma}],
            "customs": {
                "port": {"documents": "1 day", "inspection": {"probability": 0.5, "time": "2 days"}},
            },
            "policies": {"replenishment": {"type": "s_S", "s": 12, "S": 30}, **policies},
            **changes,
        }
    )


@pytest.fixture(params=list(POLICIES))
def run(request):
    return simulate(shop(POLICIES[request.param]), 0)


def counted(record):
    """Rows of the book in the window, as dictionaries."""
    book, frame = record.book, record.book.frame()
    frame["stock"] = book.stock
    frame["status"] = book.status
    return frame[(frame["time"] >= 10) & (frame["time"] < 50)].to_dict("records")


def level(record, stocks, kind):
    """Pieces (from, until, units) of the sum over the stocks, one between each two changes."""
    book, moves = record.book, record.movements
    changes = [
        (time, units)
        for time, stock, units in zip(moves.time, moves.stock, getattr(moves, kind), strict=True)
        if stock in stocks
    ]
    for row in range(len(book)):
        if book.stock[row] not in stocks:
            continue
        if kind == "on_hand":
            changes.append((book.time[row], -book.on_arrival[row]))
        elif book.status[row] in {Status.BACKORDERED, Status.FILLED_LATE, Status.CANCELLED}:
            changes.append((book.time[row], book.quantity[row] - book.on_arrival[row]))
    units = sum(record.initial[list(stocks)]) if kind == "on_hand" else 0.0
    pieces, since = [], 0.0
    for time, together in itertools.groupby(sorted(changes), key=lambda change: change[0]):
        pieces.append((max(10, since), min(50, time), units))
        units += sum(change for _, change in together)
        since = time
    pieces.append((max(10, since), 50, units))
    return [piece for piece in pieces if piece[1] > piece[0]]


def groups_of_stocks(record):
    book = record.book
    names = {("overall", "overall"): set(range(len(book.stocks)))}
    for number, (warehouse, product) in enumerate(book.stocks):
        names.setdefault(("product", book.products[product]), set()).add(number)
        names.setdefault(("warehouse", book.warehouses[warehouse]), set()).add(number)
    return names


def value(found, metric, dimension, group):
    return found[metric] if dimension == "overall" else found.of(metric, dimension)[group]


def test_stocks(run):
    found = figures(run)
    assert found["backordered_lines"] + found["lost_lines"] > 20  # the shop is short of stock
    for (dimension, group), stocks in groups_of_stocks(run).items():
        on_hand, backlog = level(run, stocks, "on_hand"), level(run, stocks, "backlog")
        ready = [
            sum(end - start for start, end, units in level(run, {stock}, "on_hand") if units > 0)
            for stock in stocks
        ]
        expected = {
            "on_hand_mean": sum((end - start) * units for start, end, units in on_hand) / 40,
            "backorders_mean": sum((end - start) * units for start, end, units in backlog) / 40,
            "backorders_max": max(units for _, _, units in backlog),
            "ready_rate": np.mean(ready) / 40,
            "cycle_service_level": cycle_service(run, stocks),
        }
        for metric, number in expected.items():
            assert value(found, metric, dimension, group) == pytest.approx(number), (metric, group)


def cycle_service(record, stocks):
    book, good, cycles = record.book, 0, 0
    for stock in stocks:
        purchases = record.purchases
        landings = sorted({t for t in purchases.received[purchases.stock == stock] if 10 <= t < 50})
        for first, following in itertools.pairwise(landings):
            inside = (book.stock == stock) & (book.time >= first) & (book.time < following)
            cycles += 1
            good += bool(np.all(book.status[inside] == Status.FROM_STOCK))
    return good / cycles


@pytest.mark.parametrize("dimension", ["segment", "product", "warehouse"])
def test_lines_and_orders(run, dimension):
    found, lines = figures(run), counted(run)
    for group in {line[dimension] for line in lines}:
        own = [line for line in lines if line[dimension] == group]
        orders = [list(bundle) for _, bundle in itertools.groupby(own, key=lambda line: line["order"])]
        for metric, number in line_figures(own, orders, run.end).items():
            assert found.of(metric, dimension)[group] == pytest.approx(number, nan_ok=True), (metric, group)


def line_figures(lines, orders, end):
    s = Status
    filled = [line for line in lines if line["status"] in {s.FROM_STOCK, s.FILLED_LATE}]
    late = [line["allocated"] - line["time"] for line in lines if line["status"] == s.FILLED_LATE]
    lost = [line for line in lines if line["status"] in {s.REFUSED, s.DECLINED}]
    times = [line["delivered"] - line["time"] for line in filled if line["delivered"] == line["delivered"]]
    picks = [line["shipped"] - line["allocated"] for line in filled if line["shipped"] == line["shipped"]]
    complete = [bundle for bundle in orders if all(line in filled for line in bundle)]
    waits = [max(line["allocated"] for line in bundle) - bundle[0]["time"] for bundle in complete]
    ends = {
        **dict.fromkeys((s.FILLED_LATE, s.FROM_STOCK), "allocated"),
        **dict.fromkeys((s.REFUSED, s.DECLINED), "time"),
        s.CANCELLED: "cancelled",
    }
    spent = [(end if x["status"] == s.BACKORDERED else x[ends[x["status"]]]) - x["time"] for x in lines]
    return {
        "served_within_7_days": sum(x["allocated"] - x["time"] <= 7 for x in filled) / len(lines),
        "asked_wait_mean": np.mean(spent),
        "filled_lines": len(filled),
        "late_lines": len(late),
        "filled_orders": len(complete),
        "delivered_lines": len(times),
        "orders": len(orders),
        "lines": len(lines),
        "fill_rate": sum(line["on_arrival"] for line in lines) / sum(line["quantity"] for line in lines),
        "order_fill_rate": np.mean([all(x["status"] == s.FROM_STOCK for x in bundle) for bundle in orders]),
        "lost_units": sum(line["quantity"] - line["filled"] for line in lost),
        "lost_orders": sum(any(line in lost for line in bundle) for bundle in orders),
        "revenue": sum(line["price"] * line["filled"] for line in lines),
        "backorder_wait_mean": np.mean(late) if late else np.nan,
        "backorder_wait_p90": np.quantile(late, 0.9) if late else np.nan,
        "backorder_wait_max": max(late, default=np.nan),
        "wait_mean": np.mean([line["allocated"] - line["time"] for line in filled]),
        "order_wait_mean": np.mean(waits),
        "pick_wait_mean": np.mean(picks),
        "delivery_time_mean": np.mean(times),
        "delivery_time_p95": np.quantile(times, 0.95),
    }


NEEDS_MORE = {"contacts_per_100_orders", "kept_rate", "satisfied_rate"}
"""Figures that also need a desk, a promise, a survey."""


def test_a_figure_exists_where_its_base_does(run):
    """The base of a figure in the glossary is the denominator of its formula."""
    found = figures(run)
    seen = set()
    for name, metric in GLOSSARY.items():
        if not metric.of:
            continue
        base = GLOSSARY[metric.of]
        assert base.unit in {"lines", "orders", "units", "contacts", "cycles", "purchase orders"}
        assert set(metric.dimensions) <= set(base.dimensions)
        for dimension in metric.dimensions:
            values = {"overall": found[name]} if dimension == "overall" else found.of(name, dimension)
            for group, number in values.items():
                size = value(found, metric.of, dimension, group)
                exists = not np.isnan(number)
                assert exists <= (size > 0) if name in NEEDS_MORE else exists == (size > 0), (name, group)
                seen.add((metric.of, size > 0))
    assert len({base for base, exists in seen if exists}) >= 8


@pytest.mark.parametrize("dimension", ["overall", "segment", "product", "warehouse"])
def test_parcels(run, dimension):
    sent = [line for line in counted(run) if line["filled"] > 0 and line["shipped"] == line["shipped"]]
    whole, price = run.scenario.policies.ship == "complete", {"n": 2, "s": 3}
    # the lines of each parcel, by a name of its own
    together: dict[object, list] = {}
    for number, line in enumerate(sent):
        together.setdefault((line["order"], line["warehouse"]) if whole else number, []).append(line)
    found = figures(run)

    def group_of(line):
        return "" if dimension == "overall" else line[dimension]

    for group in {group_of(line) for line in sent}:
        parcels = sum(any(group_of(line) == group for line in lines) for lines in together.values())
        orders = len({line["order"] for line in sent if group_of(line) == group})
        money = sum(
            price[line["warehouse"]] / len(lines)
            for lines in together.values()
            for line in lines
            if group_of(line) == group
        )
        assert value(found, "parcels", dimension, group) == parcels
        assert value(found, "shipped_orders", dimension, group) == orders
        assert value(found, "parcels_per_order", dimension, group) == parcels / orders
        assert value(found, "delivery_cost", dimension, group) == pytest.approx(money)


@pytest.mark.parametrize("ship", ["partial", "complete"])
def test_a_parcel_costs_what_it_costs_where_it_comes_from(ship):
    record = simulate(shop({"ship": ship}), 0)
    at_home = figures(record)
    record.book.served_from = np.full(len(record.book), record.book.warehouses.index("s"), np.int16)
    away, sent = figures(record), at_home.of("delivery_cost", "warehouse")
    assert away.of("delivery_cost", "warehouse") == pytest.approx({"n": sent["n"] / 2 * 3, "s": sent["s"]})
    assert sent["n"] > 0


def test_backlog_by_segment_adds_up(run):
    found = figures(run)
    by_segment = found.of("backorders_mean", "segment")
    # lines waiting over the edges of the window, allocated in parts, or cancelled after a part, are shared roughly
    assert sum(by_segment.values()) == pytest.approx(found["backorders_mean"], rel=0.1)


def test_money_of_the_balance(run):
    found = figures(run)
    costs = ("holding_cost", "ordering_cost", "delivery_cost", "backorder_cost", "lost_sale_cost")
    for dimension in ("product", "warehouse"):
        for group, profit in found.of("profit", dimension).items():
            of = {
                metric: found.of(metric, dimension)[group]
                for metric in (*costs, "revenue", "cost_of_goods_sold")
            }
            assert profit == pytest.approx(
                of["revenue"] - of["cost_of_goods_sold"] - sum(of[metric] for metric in costs)
            )


@pytest.mark.parametrize(("times", "days"), [({}, 0.0), ({"pick_time": "1 day", "delivery": "2 days"}, 3.0)])
def test_where_all_take_as_long_nothing_need_be_read_line_by_line(times, days):
    rule_of = {"n": {"serves": ["north"], **times}, "s": {"serves": ["south"], **times}}
    record = simulate(shop({}, warehouses=rule_of), 0)
    assert CountedLines(record, slice(None)).usual_days == days
    short = figures(record)
    record.book.delivered = record.book.delivered.copy()
    assert CountedLines(record, slice(None)).usual_days is None
    read = figures(record)
    np.testing.assert_allclose(short.overall, read.overall, rtol=1e-12)
    assert short["delivery_time_p95"] > 0
    for dimension, (_, values) in short.by.items():
        np.testing.assert_allclose(values, read.by[dimension][1], rtol=1e-12)
