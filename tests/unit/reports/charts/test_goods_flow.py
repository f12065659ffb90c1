"""Picture of the flow of goods: the network, its bundles, the layout, and what is told."""

import dataclasses
import re

import pytest

import simulator
from simulator.reports.charts.goods_flow import goods_flow
from simulator.reports.pictures.flow_drawing import FlowDrawing
from simulator.reports.pictures.flow_layout import Band, Box, Layout
from simulator.reports.pictures.flow_network import MOST_PLACES, PlaceKind, flow_network
from simulator.scenario.scenario import Scenario


def play(**changes):
    """Play a depot behind customs that supplies a branch; a factory near by has no lane."""
    data = {
        "run": {"horizon": "120 days", "warm_up": "20 days", "replications": 2, "seed": 7},
        "products": {"tea": {}, "pot": {}},
        "demand": [
            {
                "products": {"tea": "6/day", "pot": "3/day"},
                "regions": {"north": 0.5, "south": 0.3, "east": 0.2},
            }
        ],
        "warehouses": {
            "hub": {"serves": ["north"], "delivery": "1 day"},
            "branch": {"serves": ["south", "east"], "delivery": "2 days"},
        },
        "suppliers": {
            "grower": {"products": ["tea"], "lead_time": "5 days"},
            "pottery": {"products": ["pot"], "capacity": "4/day", "lead_time": "2 days"},
        },
        "lanes": [
            {"from": "grower", "to": "hub", "transit": "20 days", "customs": "port"},
            {"from": "hub", "to": "branch", "transit": "3 days"},
        ],
        "customs": {"port": {"documents": "2 days"}},
        "policies": {"replenishment": {"type": "r_Q", "r": 60, "Q": 60}},
        **changes,
    }
    return simulator.run(Scenario.model_validate(data), workers=1, keep_orders="none").outcome


@pytest.fixture(scope="module")
def outcome():
    return play()


@pytest.fixture(scope="module")
def network(outcome):
    return network_of(outcome)


def picture_of(outcome):
    picture = goods_flow(outcome)
    assert picture is not None
    return picture


def network_of(outcome):
    network = flow_network(outcome)
    assert network is not None
    return network


def named(network):
    return {key.name: (key, place) for key, place in network.places.items()}


def lane(network, start, end):
    ((_, found),) = [
        (key, one) for key, one in network.lanes.items() if (key[0].name, key[1].name) == (start, end)
    ]
    return found


def test_places_stand_in_the_direction_of_the_goods(network):
    columns = {name: key.column for name, (key, _) in named(network).items()}
    assert columns == {
        **dict.fromkeys(("grower", "pottery"), 0),
        "port": 1,
        "hub": 2,
        "branch": 3,
        **dict.fromkeys(("north", "south", "east"), 4),
    }
    assert all(start.column < end.column for start, end, _ in network.lanes)


def test_lanes_have_the_days_of_the_scenario(network):
    assert lane(network, "grower", "port").days == pytest.approx(20)
    assert lane(network, "port", "hub").days == 0
    assert lane(network, "hub", "branch").days == pytest.approx(3)
    assert lane(network, "hub", "north").days == pytest.approx(1)
    assert named(network)["port"][1].days == pytest.approx(2)
    assert named(network)["grower"][1].days == pytest.approx(5)
    assert named(network)["pottery"][1].days > 60 / 4  # an order of 60 units takes 15 days, and may queue


def test_units_are_those_of_the_figures(outcome, network):
    summary, days = outcome.summary(), 100
    received = outcome.summary_by("warehouse")
    for site, origins in (("hub", ("port", "pottery")), ("branch", ("hub",))):
        units = sum(lane(network, origin, site).units for origin in origins)
        assert units == pytest.approx(received[site]["received_units"].mean / days)
    places = named(network)
    assert places["hub"][1].owed == pytest.approx(summary["internal_backlog_mean"].mean)
    assert lane(network, "hub", "branch").under_way == pytest.approx(summary["in_transit_mean"].mean)
    for name in ("hub", "branch"):
        assert places[name][1].stock == pytest.approx(received[name]["on_hand_mean"].mean)
        assert places[name][1].backlog == pytest.approx(received[name]["backorders_mean"].mean)
    sold = sum(places[name][1].units for name in ("north", "south", "east"))
    assert sold == pytest.approx(summary["filled_units"].mean / days)
    waited = sum(places[name][1].waited for name in ("north", "south", "east"))
    assert waited == pytest.approx(summary["waited_lines"].mean / days)


def test_the_finding_and_the_table_say_the_same(outcome, network):
    picture = picture_of(outcome)
    backlog = sum(place.backlog for place in network.places.values())
    assert picture.title.startswith(f"Customers wait for {backlog:.{0 if backlog >= 20 else 1}f} units")
    assert picture.title.endswith("are at customs")
    table = {row[0]: row[1:] for row in picture.table.rows}
    assert table["grower → port"][1] == "20.0 days"
    assert table["port (customs office)"][1] == "2.0 days"
    assert table["hub (warehouse)"][2].count("owed to others") == 1
    assert len(table) == len(network.places) + len(network.lanes)


def test_a_shop_with_one_supplier_and_one_warehouse_has_no_picture():
    simple = {"warehouses": {"hub": {}}, "suppliers": {"grower": {}}, "lanes": [], "customs": {}}
    assert goods_flow(play(**simple)) is None


def test_without_outlines_there_is_no_picture(outcome):
    assert goods_flow(dataclasses.replace(outcome, outlines=())) is None


def test_two_modes_are_two_lanes():
    lanes = [
        {"from": "grower", "to": "hub", "mode": mode, "transit": days}
        for mode, days in (("sea", "20 days"), ("air", "2 days"))
    ]
    outcome = play(
        warehouses={"hub": {}},
        suppliers={"grower": {}},
        lanes=lanes,
        customs={},
        policies={
            "replenishment": {"type": "r_Q", "r": 60, "Q": 60},
            "sourcing": {"type": "split", "shares": {"grower by sea": 0.7, "grower by air": 0.3}},
        },
    )
    network = network_of(outcome)
    days = {mode: one.days for (start, _, mode), one in network.lanes.items() if start.name == "grower"}
    assert days == {"sea": pytest.approx(20), "air": pytest.approx(2)}
    assert "air" in str(FlowDrawing(network).content)


def test_nobody_waits():
    plenty = {"replenishment": {"type": "r_Q", "r": 500, "Q": 60}}
    calm = play(warehouses={"hub": {}}, lanes=[], customs={}, policies=plenty)
    assert picture_of(calm).title.startswith("Nobody waits; ")
    assert picture_of(calm).title.endswith(" units are in work at suppliers")


def test_transfers_go_sideways():
    sites = {
        "hub": {"serves": ["north"], "stock": 400},
        "branch": {
            "serves": ["south", "east"],
            "stock": 10,
            "replenishment": {"type": "r_Q", "r": 0, "Q": 10},
        },
    }
    lanes = [{"from": "hub", "to": "branch", "carries": "transfers", "transit": "2 days"}]
    transfers = {"replenishment": {"type": "r_Q", "r": 60, "Q": 60}, "transfers": {"type": "reactive"}}
    outcome = play(warehouses=sites, lanes=lanes, customs={}, policies=transfers)
    network = network_of(outcome)
    ((key, moved),) = network.transfers.items()
    assert [place.name for place in key[:2]] == ["hub", "branch"]
    assert key[0].column == key[1].column
    assert key not in network.lanes
    assert moved.days == pytest.approx(2)
    assert moved.under_way == pytest.approx(outcome.summary()["transfers_in_transit_mean"].mean)
    picture = picture_of(outcome)
    assert "hub → branch: transfers, " in picture.drawing.content
    assert any(row[0] == "hub → branch (transfers)" for row in picture.table.rows)


@pytest.fixture(scope="module")
def large():
    sites = {f"site {k}": {"serves": [f"region {k}"], "delivery": "1 day"} for k in range(20)}
    names = [f"supplier {k}" for k in range(40)]
    return play(
        products={f"p{k}": {} for k in range(40)},
        demand=[
            {
                "products": {f"p{k}": f"{k + 9}/day" for k in range(40)},
                "regions": {f"region {k}": 0.05 for k in range(20)},
            }
        ],
        run={"horizon": "60 days", "replications": 1},
        warehouses=sites,
        suppliers={name: {"products": [f"p{k}"]} for k, name in enumerate(names)},
        lanes=[
            {"from": name, "to": site, "transit": "3 days", "customs": f"office {k % 12}"}
            for k, name in enumerate(names)
            for site in sites
        ],
        customs={f"office {k}": {"documents": "1 day"} for k in range(12)},
        policies={"replenishment": {"type": "r_Q", "r": 2, "Q": 4}},
    )


def test_small_places_are_bundled_and_nothing_gets_lost(large):
    network = network_of(large)
    for column, all_of_them in ((0, 40), (1, 12), (2, 20), (3, 20)):
        keys = [key for key in network.places if key.column == column]
        assert len(keys) == MOST_PLACES
        assert [key.bundled for key in keys] == [*[0] * (MOST_PLACES - 1), all_of_them - MOST_PLACES + 1]
        smallest = min(network.places[key].units for key in keys[:-1])
        assert network.places[keys[-1]].units > 0
        assert smallest > 0
    received = large.summary()["received_units"].mean / 60
    ends = [one.units for (_, end, _), one in network.lanes.items() if end.kind == PlaceKind.WAREHOUSE]
    assert sum(ends) == pytest.approx(received)
    picture = picture_of(large)
    assert [row[0] for row in picture.table.rows][MOST_PLACES - 1] == "33 other suppliers"
    assert "lanes with fewer units are left out" in picture.table.left_out
    assert len(picture.drawing.content) < 100_000


def test_labels_and_cards_do_not_overlap(large, network):
    for one in (network_of(large), network):
        drawing = FlowDrawing(one)
        content = str(drawing.content)
        cards = [rectangle(*found) for found in re.findall(f"<rect {_BOX} [^>]*card", content)]
        for k, card in enumerate(cards):
            assert card[0] >= 0
            assert card[2] <= drawing.width
            assert card[3] <= drawing.height
            assert not any(overlap(card, other) for other in cards[:k])
        labels = re.findall(f"<text {_POINT} [^>]*label", content)
        assert labels
        for x, y in (map(float, label) for label in labels):
            assert not any(overlap((x - 8, y - 8, x + 8, y), card) for card in cards)


_POINT = r'x="([\d.]+)" y="([\d.]+)"'
_BOX = rf'{_POINT} width="([\d.]+)" height="([\d.]+)"'


def rectangle(*sides):
    left, top, width, height = map(float, sides)
    return left, top, left + width, top + height


def overlap(one, other):
    return (
        min(one[2], other[2]) - max(one[0], other[0]) > 0.2
        and min(one[3], other[3]) - max(one[1], other[1]) > 0.2
    )


def test_names_are_escaped():
    bad = '<script>"&'
    outcome = play(
        warehouses={"hub": {}}, suppliers={bad: {}}, lanes=[{"from": bad, "to": "hub"}], customs={}
    )
    content = str(picture_of(outcome).drawing.content)
    assert "<script" not in content
    assert "&lt;script&gt;&#34;&amp;" in content


def test_every_tooltip_names_its_lane(outcome):
    titles = re.findall(r"<title>([^<]*)</title>", str(picture_of(outcome).drawing.content))
    assert any(title.startswith("hub → branch: ") and "3.0 days" in title for title in titles)


def test_bands_pass_columns_and_stand_beside_each_other():
    boxes = {name: Box(column, 20.0) for name, column in (("a", 0), ("b", 1), ("c", 2))}
    bands = [Band("a", "b", 6.0), Band("a", "c", 4.0), Band("b", "c", 6.0)]
    found = Layout(boxes, bands, top=10.0, gap=5.0)
    assert [len(pieces) for pieces in found.pieces] == [1, 2, 1]
    (start, _), (passing, _) = found.pieces[0][0], found.pieces[1][0]
    assert abs(start - passing) == 5.0  # half of 6 and half of 4
    assert found.pieces[1][0][1] == found.pieces[1][1][0]  # straight on through the column
    assert not boxes["b"].top <= found.pieces[1][0][1] <= boxes["b"].top + 20.0
    assert min(box.top for box in boxes.values()) >= 10.0
    assert max(box.top + box.height for box in boxes.values()) <= found.bottom
