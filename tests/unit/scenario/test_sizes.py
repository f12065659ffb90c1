"""Numbers too large or too small to compute with: a mistake where they stand."""

import pytest

from simulator.scenario.load import load
from simulator.values.mistakes import ScenarioError

SHOP = """\
products: {tea: {price: 3, holding: 25 %/year}}
demand: [{product: tea, rate: 4/day, quantity: 2}]
suppliers: {importer: {lead_time: 3 days, lot: 5}}
policies: {replenishment: {type: r_Q, r: 10, Q: 20}}
"""


@pytest.fixture
def shop(tmp_path):
    (tmp_path / "shop.yaml").write_text(SHOP)
    return tmp_path / "shop.yaml"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("products.tea.price", "1e308"),
        ("products.tea.holding", "1e30 %/year"),
        ("demand[0].rate", "1e300/day"),
        ("demand[0].quantity", "1e308"),
        ("suppliers.importer.lead_time", "1e300 days"),
        ("suppliers.importer.lot", "1e16"),
        ("policies.replenishment.r", "-1e16"),
        ("customers", "{all: {priority: 1e16}}"),
        ("run.horizon", "1e300 days"),
        ("run.replications", "1e200"),
    ],
)
def test_too_large(shop, path, value):
    with pytest.raises(ScenarioError) as refused:
        load(shop, overrides=[f"{path}={value}"])
    assert "larger than 1e+15" in str(refused.value)
    assert path.removeprefix("customers") in str(refused.value)


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("suppliers.importer.lot", "1e-300"),
        ("policies.replenishment.Q", "1e-16"),
        ("run.horizon", "1e-100 days"),
    ],
)
def test_too_small(shop, path, value):
    with pytest.raises(ScenarioError, match="closer to 0 than 1e-15"):
        load(shop, overrides=[f"{path}={value}"])


def test_limits_themselves_are_read(shop):
    found = load(
        shop, overrides=["products.tea.price=1e15", "policies.replenishment.Q=1e-15", "run.seed=1e30"]
    )
    assert found.products["tea"].price == 1e15
    assert found.run.seed == int(1e30)


@pytest.mark.parametrize(
    ("row", "column"), [("1,1e308,2", "quantity"), ("1,3,1e200", "price"), ("1,1e-300,2", "quantity")]
)
def test_rows_of_an_order_history(shop, row, column):
    (shop.parent / "orders.csv").write_text(f"time,quantity,price,product\n0,1,2,tea\n{row},tea\n")
    columns = "columns: {price: price}"
    with pytest.raises(ScenarioError) as refused:
        load(shop, overrides=[f"demand=[{{orders: {shop.parent}/orders.csv, {columns}}}]"])
    assert f"orders.csv:3:1: {column}: " in str(refused.value)
    assert "1e15" in str(refused.value).replace("e+", "e").replace("e-", "e")
