import pytest

from simulator.metrics.assortment import Assortment


@pytest.fixture
def assortment(record):
    return Assortment(record)


def test_columns_are_those_of_the_product_and_the_supplier_of_each_stock(assortment):
    assert assortment.of_product("cost").tolist() == [4, 8]
    assert assortment.of_product("holding_rate").tolist() == pytest.approx([0.5, 8 * 3.65 / 365])
    assert assortment.of_supplier("order_cost").tolist() == [50, 30]


def test_goods_pass_customs_where_the_lane_says_so(assortment):
    assert assortment.through_customs().tolist() == [True, False]


def test_a_product_is_supplied_by_the_supplier_that_has_it(record, scenario):
    suppliers = {"books": {"products": ["b"]}, "all the rest": {"products": ["a"]}}
    record.scenario = scenario(suppliers=suppliers, lanes=[], customs={})
    found = Assortment(record)
    names = tuple(suppliers)
    assert [names[k] for k in found.supplier] == [record.scenario.supplier_of(name) for name in "ab"]
    assert not found.through_customs().any()
