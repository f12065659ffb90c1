"""What cannot be played in windows is said, with its place, and not played otherwise."""

import pytest

from simulator.scenario.load import load
from simulator.values.mistakes import ScenarioError

SHOP = """\
run: {horizon: 60 days, window: 10 days, time_zone: Europe/Berlin}
products:
  tea: {price: 4}
  pots: {price: 20}
customers:
  members: {patience: {dist: exponential, mean: 3 days}}
demand:
  - {products: {tea: 6/day, pots: 1/day}}
suppliers:
  importer: {lead_time: 3 days}
lanes:
  - {from: importer, to: warehouse, transit: 1 day, crossing: false, departures: {rate: 0.3/day}, customs: port}
customs:
  port: {documents: 1 day, inspection: {probability: 10 %, time: 1 day}}
warehouses:
  warehouse: {pick_time: 1 hour, delivery: 1 day}
policies:
  replenishment: {type: r_Q, r: 30, Q: 40}
"""


@pytest.fixture
def read(tmp_path):
    def read(*overrides):
        (tmp_path / "shop.yaml").write_text(SHOP, encoding="utf-8")
        return load(tmp_path / "shop.yaml", None, overrides)

    return read


def test_windows_are_days(read):
    assert read().run.window == 10.0
    assert read("run.window=2 weeks").run.window == 14.0
    assert read("run.window=null").run.window is None


@pytest.mark.parametrize(
    ("override", "what"),
    [
        ("support_desk={}", "'support_desk'"),
        ("satisfaction={}", "'satisfaction'"),
        ("loyalty={}", "'loyalty'"),
        ("policies.promise={type: fixed, lead_time: 3 days}", "promises"),
        ("policies.communication={}", "communication"),
        ("policies.compensation={type: voucher, value: 5, when: backordering}", "compensation"),
        ("policies.payment=on_order", "payment"),
        (
            "policies.allocation={type: critical_level, levels: {members: 2}, clearing: threshold}",
            "threshold clearing",
        ),
        ("policies.replenishment.on_cancel=cancel", "'on_cancel: cancel'"),
        (
            "products.tea.replenishment={type: base_stock, S: 4, on_cancel: cancel}",
            "'on_cancel: cancel'",
        ),
        ("products.tea.substitutes={pots: 50 %}", "substitutes"),
        ("customers.members.impatience={}", "'impatience'"),
        ("suppliers.importer.capacity=30/day", "a limited capacity"),
        ("suppliers.importer.capacity={units: 200, per: 7 days}", "a limited capacity"),
        ("policies.sourcing=single", "a sourcing policy"),
        ("products.tea.sourcing=single", "a sourcing policy"),
        ("policies.expediting={from: importer, backlog: 5}", "expediting"),
        ("suppliers.importer.production={lines: 1, unit_time: 1 hour}", "production lines"),
        (
            "suppliers.importer.disruptions={strike: {up: 9 days, down: 1 day, stops: orders}}",
            "disruptions",
        ),
        ("suppliers.importer.closed={fair: {from: 2026-01-12, to: 2026-01-19}}", "closures"),
        ("suppliers.importer.yield=98 %", "defects"),
        ("suppliers.importer.fails={share: 2 %, noticed_after: 9 days}", "purchase orders that never come"),
        ("customs.port.disruptions={strike: {up: 9 days, down: 1 day}}", "disruptions"),
        ("customs.port.closed={fair: {from: 2026-01-12, to: 2026-01-19}}", "closures"),
        ("suppliers.importer.holidays=BR", "holidays"),
        ("customs.port.holidays=[BR-SP, DE]", "holidays"),
        ("lanes[0].hours=Mon-Fri 08:00-17:00", "opening hours"),
        ("lanes[0].closed={fair: {from: 2026-01-12, to: 2026-01-19}}", "closures"),
        ("lanes[0].holidays=US", "holidays"),
        ("lanes[0].time_zone=Asia/Tokyo", "a time zone"),
        ("warehouses.warehouse.hours=Mon-Fri 08:00-17:00", "opening hours"),
        ("warehouses.warehouse.closed={fair: {from: 2026-01-12, to: 2026-01-19}}", "closures"),
        ("warehouses.warehouse.holidays=US", "holidays"),
        ("warehouses.warehouse.time_zone=Asia/Tokyo", "a time zone"),
        ("customs.port.time_zone=Asia/Tokyo", "a time zone"),
        ("customs.port.hours=Mon-Fri 08:00-17:00", "opening hours"),
        ("opening={stock: [{product: tea, units: 5}]}", "an opening"),
        ("customs.port.inspection.inspectors=1", "'inspectors'"),
        ("warehouses.warehouse.pickers=2", "'pickers'"),
        ("warehouses.warehouse.dock={doors: 1, unload: 1 hour}", "a dock"),
    ],
)
def test_what_has_to_be_remembered_is_refused(read, override, what):
    with pytest.raises(ScenarioError) as error:
        read(override)
    assert f"not supported yet: run.window together with {what}" in str(error.value)
    assert str(error.value).startswith(f"--set {override}:1:")
    assert read(override, "run.window=null").run.window is None


def test_what_stands_in_the_file_is_refused_with_its_line(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(
        SHOP.replace("products: {tea: 6/day", "due: 2 days, products: {tea: 6/day"), encoding="utf-8"
    )
    with pytest.raises(ScenarioError) as error:
        load(file)
    assert str(error.value) == (
        f"{file}:8:11: demand[0].due: not supported yet: run.window together with orders that are due later"
    )


def test_order_histories_are_refused(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP.replace("demand:\n", "demand:\n  - {orders: orders.csv}\n"), encoding="utf-8")
    (tmp_path / "orders.csv").write_text("time,product,quantity\n2026-01-03,tea,1\n", encoding="utf-8")
    with pytest.raises(ScenarioError, match=r":8:\d+: demand.*run.window together with an order history"):
        load(file)


def test_a_window_is_a_whole_number_of_days(read):
    with pytest.raises(ScenarioError, match=r"run.window: a window is a whole number of days"):
        read("run.window=36 hours")
