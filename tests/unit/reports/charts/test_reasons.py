"""Pictures of an explanation show its values, which add up."""

import numpy as np
import pytest

import simulator
from simulator.experiments.explaining.cause_shares import Explanation
from simulator.reports.charts.cause_waterfall import attributions, cause_meanings, cause_waterfall
from simulator.reports.pictures import palette
from simulator.reports.pictures.picture import Picture
from tests.unit.reports.charts.conftest import shop

PEAK = [{"peak": "market days", "from": "2026-02-10", "to": "2026-02-20", "factor": 3}]


def rows(picture: Picture | None, panel=0):
    assert picture is not None
    return picture.panels[panel].spec["datasets"]["rows"]


@pytest.fixture(scope="module")
def explained():
    return simulator.explain(shop(profiles=PEAK), replications=3, workers=1)


def test_steps_lead_from_none_of_the_causes_to_all(explained):
    steps = rows(cause_waterfall(explained))
    total = explained.totals.set_index("outcome").loc["backordered_orders"]
    assert steps[0]["name"] == "None of these causes"
    assert steps[0]["to"] == pytest.approx(total["base"], rel=1e-4)
    assert steps[-1]["name"] == "All of them"
    assert steps[-1]["to"] == pytest.approx(total["as_is"], rel=1e-4)
    assert steps[-2]["to"] == pytest.approx(steps[-1]["to"], rel=1e-3)
    sizes = [step["to"] - step["from"] for step in steps[1:-1]]
    assert sizes == sorted(sizes, reverse=True)


def test_totals_have_a_colour_of_their_own(explained):
    colours = [step["colour"] for step in rows(cause_waterfall(explained))]
    assert {colours[0], colours[-1]}.isdisjoint({palette.GOOD, palette.BAD, palette.OPEN})


def test_a_largest_cause_is_named_only_if_it_is_certain():
    def title(*counts):
        played = {
            one: np.array([[n, n, n, n] for n in some], dtype=np.float64) for one, some in enumerate(counts)
        }
        picture = cause_waterfall(Explanation(shop(), ("peaks", "customs"), ("peaks", "customs"), played))
        assert picture is not None
        return picture.title

    sure = ([0] * 4, [100] * 4, [3, 8, 5, 2], [103, 108, 105, 102])
    assert title(*sure) == "The largest cause is demand peaks and surges: 100 of 104 customers who waited"
    alike = ([0] * 4, [100, 110, 90, 105], [105, 95, 100, 104], [205, 205, 190, 209])
    assert title(*alike).startswith("The largest cause is not certain: ")
    open_size = ([0] * 4, [10, 150, 90, 60], [5, 6, 5, 6], [15, 156, 95, 66])
    assert "demand peaks and surges" in title(*open_size)
    assert "of 83" not in title(*open_size)
    noise = ([0] * 4, [9, -8, 5, 2], [0] * 4, [9, -8, 5, 2])
    assert title(*noise) == "For no cause is it settled how many wait because of it"


def test_every_cause_has_a_dot_for_every_outcome(explained):
    picture = attributions(explained)
    table = explained.attribution
    for k, outcome in enumerate(("backordered_orders", "wait_days", "lost_profit")):
        drawn = sorted(row["mean"] for row in rows(picture, k))
        known = sorted(table[table["outcome"] == outcome]["value"])
        assert drawn == pytest.approx(known, rel=1e-3, abs=1e-6)


def test_causes_and_how_they_are_switched_off(explained):
    table = cause_meanings(explained)
    assert {row[1] for row in table.rows} == set(explained.causes)
    assert table.prose


def test_nothing_to_explain():
    calm = shop(policies={"replenishment": {"type": "r_Q", "r": 5000, "Q": 60}})
    nothing = simulator.explain(calm, replications=2, workers=1)
    assert cause_waterfall(nothing) is None
    absent = simulator.explain(shop(), ["customs"], replications=2, workers=1)
    assert cause_waterfall(absent) is None
    assert attributions(absent) is None
