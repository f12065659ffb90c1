import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from simulator.metrics.figures import figures
from simulator.metrics.goods.stock_on_hand import last_taker
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario


@given(st.lists(st.sampled_from([0.0, 1.0, 2.5]), min_size=1, max_size=12))
def test_the_last_line_that_took_anything(taken):
    places = np.arange(len(taken) + 1)
    takers = [max((line for line in range(place) if taken[line]), default=-1) for place in places]
    assert last_taker(np.array(taken), places).tolist() == takers


def shop(products, demand):
    """Compute the figures of a shop with backorders."""
    document = {
        "run": {"horizon": "40 days", "warm_up": "2 days", "cool_down": "0 days"},
        "products": {name: {} for name in products},
        "demand": demand,
        "suppliers": {"factory": {"lead_time": "3 days"}},
        "warehouses": {"centre": {"stock": 4}},
        "policies": {"replenishment": {"type": "r_Q", "r": 3, "Q": 3}},
    }
    return figures(simulate(Scenario.model_validate(document)))


def test_a_stock_is_as_it_is_when_nobody_asks_of_the_others():
    balls = {"product": "ball", "rate": "2/day"}
    late = {"type": "renewal", "interval": "9 days", "first": "90 days"}
    alone = shop(["ball"], [balls])
    others = [{"product": name, "arrivals": late} for name in ("cap", "racket")]
    found = shop(["cap", "ball", "racket"], [balls, *others])
    for metric in ("ready_rate", "cycle_service_level"):
        assert 0.0 < alone[metric] < 1.0
        assert found.of(metric, "product")["ball"] == alone[metric]
    ready = found.of("ready_rate", "product")
    assert ready["cap"] == ready["racket"] == 1.0
