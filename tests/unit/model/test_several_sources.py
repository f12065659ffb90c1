"""Stocks with several sources: what is bought where, at the edges of the rules."""

from pathlib import Path

import pytest

from simulator.model.world import simulate
from simulator.reports.scenarios.validation import Validation
from simulator.scenario.load import load

# One order a day from day 1 on, nothing in stock.
HEAD = """
run: {horizon: 50 days, cool_down: 0 days}
products: {book: {price: 20, cost: 12}}
demand:
  - {product: book, arrivals: {type: renewal, interval: 1 day}}
warehouses: {shop: {stock: 0}}
"""


@pytest.fixture
def write(tmp_path: Path):
    def written(text: str, head: str = HEAD) -> Path:
        path = tmp_path / "scenario.yaml"
        path.write_text(head + text)
        return path

    return written


def bought(path: Path) -> list[tuple[float, int, float]]:
    """Day, source and units of each purchase order."""
    orders = simulate(load(path), 0).purchases
    return list(zip(orders.placed.tolist(), orders.source.tolist(), orders.quantity.tolist(), strict=True))


@pytest.mark.parametrize("every", [1, 7, 14])
def test_expediting_looks_after_the_review_of_the_same_instant(write, every):
    path = write(f"""
suppliers: {{press: {{lead_time: 30 days}}, near: {{lead_time: 1 day}}}}
policies:
  replenishment: {{type: R_S, every: 7 days, S: 0}}
  sourcing: {{type: single, source: press}}
  expediting: {{from: near, backlog: 14, every: {every} days}}
""")
    assert bought(path)[:3] == [(7.0, 0, 7.0), (14.0, 0, 7.0), (14.0, 2, 14.0)]


def test_what_is_expedited_counts_in_the_expedited_position(write):
    path = write("""
suppliers: {press: {lead_time: 30 days}, near: {lead_time: 10 days}}
policies:
  replenishment: {type: R_S, every: 7 days, S: 0}
  sourcing: {type: dual_index, expedite_to: 0}
  expediting: {from: near, backlog: 3}
""")
    found = bought(path)
    # 7 wait on day 7, when 6 are under way that were expedited by day 6
    assert sum(units for day, source, units in found if source == 2 and day < 7) == 6
    assert next(order for order in found if order[1] < 2) == (7.0, 1, 1.0)


def test_a_stock_with_one_source_buys_there_though_others_split_and_expedite(write):
    head = HEAD.replace("{book: {price: 20, cost: 12}}", "{book: {cost: 12}, map: {cost: 2}}").replace(
        "warehouses", "  - {product: map, arrivals: {type: renewal, interval: 1 day}}\nwarehouses"
    )
    path = write(
        """
suppliers:
  press: {lead_time: 30 days, products: [book]}
  near: {lead_time: 1 day, products: [book]}
  mint: {lead_time: 9 days, products: [map]}
policies:
  replenishment: {type: R_S, every: 7 days, S: 20}
  sourcing: {type: split, shares: {press: 50 %, near: 50 %}}
  expediting: {from: mint, backlog: 100}
""",
        head,
    )
    orders = simulate(load(path), 0).purchases
    maps = orders.stock == 1
    assert orders.placed[maps].tolist() == [7, 14, 21, 28, 35, 42, 49]
    assert set(orders.source[maps].tolist()) == {0}


@pytest.mark.parametrize(
    ("shares", "mistake"),
    [
        ("{press: 0 %, near: 0 %}", "some share must be above 0"),
        ("{press: 0 %, far: 1}", "no source is called 'far'"),
    ],
)
def test_shares_that_buy_nothing_are_a_mistake(write, shares, mistake):
    path = write(f"""
suppliers: {{press: {{lead_time: 30 days}}, near: {{lead_time: 1 day}}}}
policies: {{replenishment: {{type: base_stock, S: 5}}, sourcing: {{type: split, shares: {shares}}}}}
""")
    assert any(mistake in str(one) for one in Validation.of(path).mistakes)


@pytest.mark.parametrize(("rate", "mistakes"), [(4.9, 0), (5.1, 1), (9, 2)])
def test_a_standing_order_is_held_to_the_demand_of_its_own_stock(write, rate, mistakes):
    path = write(
        f"""
run: {{horizon: 60 days}}
products: {{book: {{cost: 12}}}}
demand:
  - {{product: book, rate: 12/day, regions: {{north: 50 %, south: 50 %}}}}
  - {{product: book, rate: 1/day, region: far south, quantity: 3}}
warehouses: {{a: {{serves: [north]}}, b: {{serves: [south, far south]}}}}
suppliers: {{press: {{lead_time: 30 days}}, near: {{lead_time: 1 day}}}}
policies:
  replenishment: {{type: R_S, every: 7 days, S: 50}}
  sourcing: {{type: tailored_base_surge, standing: {rate + 1}/day}}
""",
        head="",
    )
    assert len(Validation.of(path).mistakes) == mistakes


def test_every_replenishment_policy_has_to_fit_the_sourcing_policy(write):
    path = write(
        """
suppliers: {press: {lead_time: 30 days}, near: {lead_time: 1 day}}
policies:
  replenishment: {type: R_S, every: 7 days, S: 50}
  sourcing: {type: dual_index, expedite_to: 10}
""",
        """
products: {book: {cost: 12}, map: {cost: 3, replenishment: {type: base_stock, S: 4}}, pen: {cost: 1}}
demand: [{products: {book: 2/day, map: 1/day, pen: 3/day}}]
""",
    )
    (mistake,) = Validation.of(path).mistakes
    assert str(mistake).endswith("'dual_index' cannot buy 'map' for 'warehouse': it needs 'R_S'")


def test_equal_lead_times_leave_two_sources(write):
    path = write("""
suppliers: {press: {lead_time: 2 days}, near: {lead_time: 2 days}}
policies:
  replenishment: {type: base_stock, S: 3}
  sourcing: {type: order_by_order, threshold: 2}
""")
    assert {source for _, source, _ in bought(path)} == {0, 1}


def test_the_cheapest_source_is_that_of_the_quantity_it_would_send(write):
    path = write("""
suppliers: {press: {lead_time: 2 days, price: 1, lot: 100}, near: {lead_time: 2 days, price: 5}}
policies: {replenishment: {type: base_stock, S: 3}, sourcing: cheapest}
""")
    assert {source for _, source, _ in bought(path)} == {1}


def test_discounts_are_read_as_a_file_writes_them(write):
    path = write("suppliers: {press: {lead_time: 2 days, discounts: {100: 3 %, 500.5: 6 %}}}\n")
    supplier = load(path).suppliers["press"]
    assert [supplier.discount(units) for units in (99, 100, 500, 501)] == [0, 0.03, 0.03, 0.06]
    assert load(path).model_validate_json(load(path).model_dump_json()) == load(path)
    path.write_text(path.read_text().replace("100:", "many:"))
    (mistake,) = Validation.of(path).mistakes
    assert "suppliers.press.discounts.many" in str(mistake)
