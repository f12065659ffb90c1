import math

import numpy as np
import pytest

from simulator.experiments.explaining.flat_demand import flattened
from simulator.metrics.figures import figures
from simulator.model.world import simulate
from simulator.orders.arrivals.daily_factors import daily_factors
from simulator.orders.order_book import draw
from simulator.orders.random.streams import Streams
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.demand_profiles import Peak, Surge, Weekly, Yearly

PEAKS, SEASONS = (Peak, Surge), (Weekly, Yearly)
SALE = {"peak": "sale", "from": "2026-01-20", "to": "2026-01-22", "factor": 5}
FOR_GOLD = {"peak": "gold days", "from": "2026-02-03", "to": "2026-02-04", "factor": 3, "segments": ["gold"]}
PRESS = {"surge": "press", "on": "2026-01-30", "factor": 2.5, "decays": "6 days", "products": ["jug"]}
WEEK = {"weekly": [3, 2, 1, 1, 0, 0, 0]}
YEAR = {"yearly": [1, 5, *[1] * 10], "segments": ["gold"]}


def shop(*profiles, warm_up="10 days", arrivals="poisson"):
    return Scenario.model_validate(
        {
            "run": {"start": "2026-01-05", "warm_up": warm_up, "horizon": "40 days", "cool_down": "12 days"},
            "products": {"mug": {"price": 9, "cost": 4}, "jug": {"price": 20, "cost": 8}},
            "customers": {"gold": {}, "new": {}},
            "demand": [
                {
                    "products": {"mug": "40/day", "jug": "20/day"},
                    "segments": {"gold": "50 %", "new": "50 %"},
                    "quantity": {"dist": "geometric", "mean": 2},
                    "arrivals": arrivals,
                }
            ],
            "profiles": list(profiles),
        }
    )


def factors(scenario, product="mug", segment="gold"):
    days = math.ceil(scenario.run.end)
    return daily_factors(
        scenario.profiles, product, segment, "everywhere", start=scenario.run.start, days=days
    )


STREAMS = [("mug", "gold"), ("mug", "new"), ("jug", "gold"), ("jug", "new")]


def test_flat():
    flat = flattened(flattened(shop(SALE, FOR_GOLD, PRESS, WEEK, YEAR), PEAKS), SEASONS)
    for stream in STREAMS:
        of_day = factors(flat, *stream)
        assert (of_day == of_day[0]).all()


@pytest.mark.parametrize("kinds", [PEAKS, SEASONS, (*PEAKS, *SEASONS)])
def test_as_many_orders_in_the_measured_window(kinds):
    scenario = shop(SALE, FOR_GOLD, PRESS, WEEK, YEAR)
    flat = flattened(scenario, kinds)
    for stream in STREAMS:
        before, after = (factors(one, *stream)[10:40] for one in (scenario, flat))
        assert after.mean() == pytest.approx(before.mean(), rel=1e-12)
        assert before.std() > 1.01 * after.std()


def test_parts_of_days_count_as_such():
    scenario = shop(SALE, warm_up="15.75 days")  # the sale's first day, day 15, is measured for six hours
    flat = factors(flattened(scenario, PEAKS))
    measured = 24.25
    assert flat[0] == pytest.approx((measured + 4 * 2.25) / measured, rel=1e-12)


def test_what_is_left_keeps_its_rhythm():
    flat = factors(flattened(shop(SALE, WEEK), PEAKS))
    week = factors(shop(WEEK))
    np.testing.assert_allclose(flat / flat[0], week / week[0], rtol=1e-12)
    assert flat[0] > week[0]


def test_the_sequence_does_not_matter():
    scenario = shop(SALE, FOR_GOLD, PRESS, WEEK, YEAR)
    one = flattened(flattened(scenario, PEAKS), SEASONS)
    other = flattened(flattened(scenario, SEASONS), PEAKS)
    for stream in STREAMS:
        np.testing.assert_allclose(factors(one, *stream), factors(other, *stream), rtol=1e-12)


def test_only_the_streams_concerned():
    scenario = shop(FOR_GOLD)
    flat = flattened(scenario, PEAKS)
    np.testing.assert_array_equal(factors(flat, "mug", "new"), factors(scenario, "mug", "new"))
    before, after = (draw(one, Streams(1, 0)) for one in (scenario, flat))
    for product in range(2):
        rows = [(book.segment == 1) & (book.product == product) for book in (before, after)]
        np.testing.assert_array_equal(before.time[rows[0]], after.time[rows[1]])


@pytest.mark.parametrize(
    "profiles", [(), (WEEK,), ({"peak": "same", "from": "2026-01-20", "to": "2026-01-22", "factor": 1},)]
)
def test_nothing_to_leave_out(profiles):
    scenario = shop(*profiles)
    assert flattened(scenario, PEAKS) is scenario


def test_without_demand_in_the_window():
    # Everybody comes before the measured window: there is nothing to spread over it.
    early = {"peak": "early", "from": "2026-01-05", "to": "2026-01-07", "factor": 30}
    never = {"peak": "closed", "from": "2026-01-08", "to": "2027-01-01", "factor": 0}
    flat = flattened(shop(early, never), PEAKS)
    assert (factors(flat) == 0).all()


@pytest.mark.parametrize("arrivals", ["poisson", {"type": "renewal", "cv": 0.5}])
def test_the_same_customers_without_a_warm_up(arrivals):
    """The measured window then has the same orders, at other times; one may cross its end by rounding."""
    scenario = shop(SALE, WEEK, warm_up="0 days", arrivals=arrivals)
    flat = flattened(scenario, (*PEAKS, *SEASONS))
    before, after = (figures(simulate(one)) for one in (scenario, flat))
    assert after["orders"] == pytest.approx(before["orders"], abs=1)
    assert after["units"] == pytest.approx(before["units"], abs=20)
