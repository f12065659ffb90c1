import pickle

import numpy as np
import pytest

from simulator.metrics.figures import figures
from simulator.model.levels.fixed_levels import FixedLevels
from simulator.model.world import simulate
from simulator.scenario.fingerprint import fingerprint
from simulator.scenario.scenario import Scenario


def shop(**changes):
    return Scenario.model_validate(
        {
            "run": {"horizon": "60 days", "cool_down": "20 days", "replications": 2},
            "products": {
                "mug": {"price": 9, "cost": 4},
                "jug": {"price": 20, "replenishment": {"type": "s_S", "service_level": "70 %", "S": 90}},
            },
            "demand": [
                {"products": {"mug": "6/day", "jug": "3/day"}, "regions": {"north": "40 %", "south": "60 %"}}
            ],
            "warehouses": {
                "upper": {"serves": ["north"]},
                "lower": {
                    "serves": ["south"],
                    "replenishment": {"type": "R_S", "every": "7 days", "service_level": "90 %"},
                },
            },
            "suppliers": {"maker": {"lead_time": {"dist": "gamma", "mean": "9 days", "cv": 0.6}}},
            "policies": {"replenishment": {"type": "r_Q", "service_level": "80 %", "cover": "10 days"}},
            **changes,
        }
    )


def test_plays_the_same():
    scenario = shop()
    planned = FixedLevels.of(scenario)
    for replication in range(2):
        one, other = (figures(simulate(each, replication)) for each in (scenario, planned))
        np.testing.assert_array_equal(one.overall, other.overall)


def test_levels_are_held():
    planned = FixedLevels.of(shop())
    prompt = {"suppliers": shop(suppliers={"maker": {"lead_time": "1 day"}}).suppliers}
    as_planned, sized_anew = (figures(simulate(one.model_copy(update=prompt))) for one in (planned, shop()))
    assert as_planned["on_hand_mean"] > 1.5 * sized_anew["on_hand_mean"]


def test_every_level_is_a_number():
    levels = FixedLevels.of(shop()).levels
    assert {warehouse: sorted(products) for warehouse, products in levels.items()} == {
        "upper": ["jug", "mug"],
        "lower": ["jug", "mug"],
    }
    assert levels["upper"]["mug"].trigger() > 0
    assert levels["upper"]["mug"].start() > levels["upper"]["mug"].trigger()
    assert levels["upper"]["jug"].start() == 90
    assert levels["lower"]["mug"].start() > levels["upper"]["mug"].trigger()


def test_levels_tell_it_from_others():
    prompt = shop(suppliers={"maker": {"lead_time": "1 day"}})
    planned = FixedLevels.of(shop())
    other = FixedLevels.of(prompt).model_copy(update={"suppliers": planned.suppliers})
    assert fingerprint(planned) != fingerprint(other)
    assert fingerprint(pickle.loads(pickle.dumps(planned))) == fingerprint(planned)  # noqa: S301 - our own


def history(tmp_path, **changes):
    (tmp_path / "orders.csv").write_text(
        "time,product,quantity\n" + "".join(f"{day},mug,{1 + day % 3}\n" for day in range(60))
    )
    entry = {"orders": str(tmp_path / "orders.csv"), "region": "north"}
    drawn = {"product": "mug", "rate": "1/day", "region": "south"}
    return shop(demand=[entry, drawn] if changes.pop("drawn", False) else [entry], **changes)


def test_an_order_history(tmp_path):
    scenario = history(tmp_path)
    one, other = (figures(simulate(each, 1)) for each in (scenario, FixedLevels.of(scenario)))
    np.testing.assert_array_equal(one.overall, other.overall)


def test_a_history_with_drawn_demand_needs_levels(tmp_path):
    with pytest.raises(ValueError, match="replenishment needs its levels as numbers"):
        FixedLevels.of(history(tmp_path, drawn=True))
    numbers = {
        "products": {"mug": {"price": 9}},
        "warehouses": {"one": {}},
        "policies": {"replenishment": {"type": "r_Q", "r": 20, "Q": 30}},
    }
    scenario = history(tmp_path, drawn=True, **numbers)
    one, other = (figures(simulate(each, 1)) for each in (scenario, FixedLevels.of(scenario)))
    np.testing.assert_array_equal(one.overall, other.overall)
