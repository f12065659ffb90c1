import numpy as np
import pytest

from simulator.experiments.replications.outline import Outline, outline
from simulator.experiments.replications.replications import replicate
from simulator.experiments.replications.warm_up_test import mser, warm_up
from simulator.experiments.statistics.wait_quantiles import WaitCounts
from simulator.model.world import simulate
from simulator.scenario.scenario import Scenario

NOTHING = np.zeros((1, 1), np.int32)
NO_WAITS = WaitCounts.counted(("all",), np.zeros(0, np.intp), np.zeros(0))


def scenario(warm_up="0 days", **changes):
    data = {
        "run": {"horizon": "400 days", "warm_up": warm_up, "seed": 4},
        "products": {"mug": {}},
        "demand": [{"product": "mug", "rate": "8/day"}],
        "suppliers": {"pottery": {"lead_time": {"dist": "gamma", "mean": "20 days", "cv": 0.3}}},
        "policies": {"replenishment": {"type": "r_Q", "r": 170, "Q": 60}},
    }
    return Scenario.model_validate(data | changes)


NO_FLOWS = outline(simulate(scenario(), 0))


def drawn(on_hand, backlog=None):
    backlog = np.zeros_like(on_hand) if backlog is None else backlog
    return Outline(
        ("w",),
        ("all",),
        1.0,
        on_hand[np.newaxis],
        backlog[np.newaxis],
        NOTHING[0],
        NOTHING,
        NO_WAITS,
        NOTHING,
        NO_FLOWS.supply,
        NO_FLOWS.sales,
        NO_FLOWS.transfers,
    )


def course(seed, start=0.0, settles=1.0, growth=0.0, days=400, memory=0.9):
    """Noise with memory around 100, plus a start that fades away and a growth a day."""
    rng = np.random.default_rng(seed)
    noise = np.zeros(days)
    for day in range(1, days):
        noise[day] = memory * noise[day - 1] + rng.normal(0, 5)
    since = np.arange(days)
    return 100 + noise + start * np.exp(-since / settles) + growth * since


def test_mser_against_its_definition():
    rng = np.random.default_rng(1)
    for _ in range(20):
        series = rng.normal(size=60) + 5 * np.exp(-np.arange(60) / rng.uniform(1, 20))
        rest = [series[d:] for d in range(56)]
        assert mser(series) == np.argmin([np.sum((r - r.mean()) ** 2) / len(r) ** 2 for r in rest])
        assert mser(series, within=0.5) == np.argmin([r.var() / len(r) for r in rest[:31]])


def test_mser_cuts_a_start_that_is_off():
    assert mser(np.r_[np.full(7, 50.0), np.tile([1.0, 2.0], 40)]) == 7
    assert mser(np.tile([1.0, 2.0], 40)) == 0
    assert mser(np.ones(4)) == 0


def test_a_start_that_fades():
    outlines = [drawn(course(seed, start=200, settles=20)) for seed in range(10)]
    judged = warm_up(scenario("10 days"), outlines)
    assert (judged.verdict, judged.series, judged.method) == ("short", "on hand", "MSER-5")
    assert judged.suggested is not None
    assert 50 <= judged.suggested <= 120  # after 3 to 5 times 20 days one to five of 200 are left
    assert warm_up(scenario("120 days"), outlines).verdict == "enough"


def test_the_slower_series_decides():
    outlines = [
        drawn(course(seed, start=100, settles=10), course(seed + 99, start=-100, settles=40))
        for seed in range(10)
    ]
    judged = warm_up(scenario("60 days"), outlines)
    assert (judged.verdict, judged.series) == ("short", "backlog")


def test_chance_is_seldom_taken_for_a_start():
    verdicts = [
        warm_up(scenario(), [drawn(course(100 * k + j)) for j in range(10)]).verdict for k in range(100)
    ]
    assert verdicts.count("unsteady") <= 3
    assert verdicts.count("short") <= 5


@pytest.mark.parametrize("replications", [1, 10])
def test_what_grows_has_no_steady_state(replications):
    outlines = [drawn(course(seed, growth=0.5)) for seed in range(replications)]
    judged = warm_up(scenario("100 days"), outlines)
    assert (judged.verdict, judged.suggested, judged.series) == ("unsteady", None, "on hand")


def test_one_replication_is_enough_to_see_a_large_start():
    judged = warm_up(scenario(), [drawn(course(1, start=800, settles=20))])
    assert judged.verdict == "short"


def test_a_run_that_is_too_short_to_see_anything():
    assert warm_up(scenario(), [drawn(course(1, days=39))]).verdict == "unknown"


def test_the_shop_from_its_first_day():
    played = replicate(scenario(), 10, workers=1)
    judged = warm_up(played.scenario, played.outlines, played.record)
    assert judged.verdict == "short"
    assert judged.suggested is not None
    assert 15 <= judged.suggested <= 60
    assert warm_up(scenario("60 days"), played.outlines).verdict == "enough"


SEASON = {"profiles": [{"yearly": [0.5, 0.5, 0.5, 1, 1, 1, 1, 1, 1, 1.5, 2, 1]}]}


def test_a_season_is_not_taken_for_a_start():
    played = replicate(scenario("60 days", **SEASON), 3, workers=1)
    judged = warm_up(played.scenario, played.outlines, played.record)
    assert (judged.verdict, judged.method) == ("enough", "first landing")
    short = scenario("5 days", **SEASON)
    judged = warm_up(short, played.outlines, played.record)
    assert judged.verdict == "short"
    assert judged.suggested is not None
    assert 20 <= judged.suggested <= 60
    assert judged.suggested % 5 == 0


def test_a_season_that_is_measured_from_its_first_day_is_meant_to_be():
    season = scenario(**SEASON)
    record = simulate(season, 0)
    assert warm_up(season, [outline(record)], record).verdict == "unknown"


def test_weekdays_are_no_season():
    week = scenario(profiles=[{"weekly": [1, 1, 1, 1, 1, 1.5, 0.5]}])
    assert warm_up(week, [drawn(course(1, start=800, settles=20))]).method == "MSER-5"


def test_for_a_file():
    assert warm_up(scenario("100 days"), [drawn(course(1))]).plain()["verdict"] == "enough"
