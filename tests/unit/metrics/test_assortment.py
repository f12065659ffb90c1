import numpy as np
import pytest

from simulator.metrics.grouping import StockColumns


@pytest.fixture
def assortment(record):
    return StockColumns(record)


def test_columns_are_those_of_the_product_and_the_supplier_of_each_stock(assortment):
    assert assortment.of_product("cost").tolist() == [4, 8]
    assert assortment.of_product("holding_rate").tolist() == pytest.approx([0.5, 8 * 3.65 / 365])
    sources = assortment.sources
    assert [sources.prices[pair].order_cost for pair in sources.pair] == [50, 30]


def test_a_product_is_supplied_by_the_supplier_that_has_it(record, scenario):
    suppliers = {"books": {"products": ["b"]}, "all the rest": {"products": ["a"]}}
    record.scenario = scenario(suppliers=suppliers, lanes=[], customs={})
    sources = StockColumns(record).sources
    assert [sources.labels[k] for k in sources.label] == ["all the rest", "books"]


def test_purchase_orders_count_where_they_were_placed(record):
    two = record.scenario.suppliers["far"].model_copy(update={"order_cost": 7.0})
    record.scenario = record.scenario.model_copy(
        update={"suppliers": {**record.scenario.suppliers, "second": two}}
    )
    record.purchases.source = np.array([0, 1, 0, 0, 1, 0], dtype=np.int32)
    found = StockColumns(record).sources
    assert found.stock.tolist() == [0, 0, 1]
    cell = found.of(record.purchases)
    assert cell.tolist() == [0, 1, 2, 0, 1, 0]
    assert [found.prices[pair].order_cost for pair in found.pair[cell]] == [50, 7, 30, 50, 7, 50]
