"""Many scenarios out of one that is read once."""

import pytest

import simulator
from simulator.experiments.sweeping.ranges import Range, read_settings
from simulator.experiments.sweeping.variants import Variants, named
from simulator.scenario.fingerprint import fingerprint
from simulator.scenario.load import load
from simulator.values.mistakes import ScenarioError
from tests.cli.shop import SHOP


@pytest.fixture
def shop(tmp_path):
    file = tmp_path / "shop.yaml"
    file.write_text(SHOP, encoding="utf-8")
    return file


def told(variants, *cells):
    with pytest.raises(ScenarioError) as error:
        variants.all(cells)
    return str(error.value).splitlines()


def test_a_variant_is_what_set_would_make(shop):
    values = {"policies.replenishment.r": "50", "policies.allocation": "priority"}
    made = Variants(shop, "no waiting", ["run.seed=3"]).one(values)
    settings = ["run.seed=3", "policies.replenishment.r=50", "policies.allocation=priority"]
    assert made == load(shop, "no waiting", settings)
    assert named(values) == "policies.replenishment.r=50, policies.allocation=priority"


def test_the_file_is_read_once(shop):
    variants = Variants(shop)
    before = variants.one({"policies.replenishment.r": "50"})
    shop.write_text("nothing: at all", encoding="utf-8")
    assert variants.one({"policies.replenishment.r": "50"}) == before


def test_a_scenario_that_is_loaded_can_be_varied(shop):
    loaded = load(shop, "members first")
    assert fingerprint(Variants(loaded).one({})) == fingerprint(loaded)
    assert Variants(loaded, None, ["run.seed=3"]).one({"products.tea.price": "5"}).products["tea"].price == 5
    with pytest.raises(ValueError, match="path"):
        Variants(loaded, "no waiting")


def test_a_scenario_with_data_is_varied_by_its_path(shop):
    history = shop.with_name("orders.csv")
    history.write_text("day,order,item,units\n0,1,tea,2\n", encoding="utf-8")
    columns = "{time: day, order: order, product: item, quantity: units}"
    demand = f"demand:\n  - {{orders: orders.csv, columns: {columns}, segment: members}}\n"
    start, end = SHOP.index("demand:"), SHOP.index("suppliers:")
    shop.write_text(SHOP[:start] + demand + SHOP[end:], encoding="utf-8")
    assert Variants(shop).one({"products.tea.price": "5"}).products["tea"].price == 5
    with pytest.raises(ValueError, match="path"):
        Variants(simulator.load(shop))


def test_a_wrong_value_is_told_once_and_where_it_came_from(shop):
    cells = [
        {"policies.allocation": p, "run.horizon": h} for p in ("fcsf", "fcfs") for h in ("60 days", "70 days")
    ]
    (line,) = told(Variants(shop), *cells)
    assert line.startswith(
        "--over policies.allocation=fcsf:1:28: policies.allocation: unknown allocation policy"
    )
    assert line.endswith("'fcsf'; did you mean 'fcfs'?")


def horizons(*days):
    return [{"run.warm_up": w, "run.horizon": f"{h} days"} for w in ("0 days", "50 days") for h in days]


def test_values_that_are_wrong_together_name_their_cell(shop):
    (line,) = told(Variants(shop), *horizons(40, 60))
    assert line.endswith("(in the cell run.warm_up=50 days, run.horizon=40 days)")
    (line,) = told(Variants(shop), *horizons(30, 40, 60))
    assert line.endswith("(in the cell run.warm_up=50 days, run.horizon=30 days and 1 other)")
    (line,) = told(Variants(shop), *horizons(30, 40))
    assert line.endswith("run.warm_up: the warm-up must end before the horizon: nothing would be measured")


def test_what_is_wrong_everywhere_names_no_cell(shop):
    shop.write_text(SHOP.replace("price: 4", "price: -4"), encoding="utf-8")
    (line,) = told(Variants(shop), {"run.horizon": "60 days"}, {"run.horizon": "70 days"})
    assert line == f"{shop}:5:16: products.tea.price: cannot be negative (-4)"
    (line,) = told(Variants(shop), {"polices.x": "1", "products.tea.price": "1"})
    assert line.startswith("--over polices.x=1:1:8: polices: unknown key 'polices'; did you mean 'policies'?")


def test_ranges_of_whole_numbers(shop):
    texts = ["customers.members.priority=1:5", "run.horizon=40:60 days", "policies.replenishment.r=10:50"]
    assert Variants(shop).with_kinds(read_settings(texts)) == (
        Range("customers.members.priority", 1.0, 5.0, whole=True),
        Range("run.horizon", 40.0, 60.0, "days"),
        Range("policies.replenishment.r", 10.0, 50.0),
    )


def test_impossible_ranges(shop):
    texts = ["customers.members.priority=1.5:5", "run.horizon=-40:60 days", "products.pots.price=1:9"]
    with pytest.raises(ScenarioError) as error:
        Variants(shop).with_kinds(read_settings(texts))
    assert len(error.value.mistakes) == 2


def test_a_path_whose_values_are_all_wrong_is_told_once(shop):
    patience = "customers.members.patience"
    lines = told(Variants(shop), *({patience: str(days), "run.horizon": "0"} for days in range(5, 12)))
    first, horizon = lines
    assert first.startswith(
        f"--over {patience}=5:1:35: {patience}: 5 has no unit; write for example '5 days' "
    )
    assert first.endswith("; the other 6 values likewise")
    assert horizon == "--over run.horizon=0:1:20: run.horizon: a duration here must be more than 0"
    one_is_right = told(Variants(shop), {patience: "5"}, {patience: "6 days"}, {patience: "7"})
    assert [line.partition(":")[0] for line in one_is_right] == [
        f"--over {patience}=5",
        f"--over {patience}=7",
    ]
