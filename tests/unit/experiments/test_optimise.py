import numpy as np
import pytest

from simulator.experiments.optimising.goals import Goals
from simulator.experiments.optimising.optimisation import AS_IS, optimise
from simulator.experiments.optimising.search import BATCH, Budget, Problem
from simulator.experiments.optimising.search_space import Space
from simulator.experiments.replications.journal import Journal
from simulator.experiments.sweeping.ranges import read_settings
from simulator.experiments.sweeping.variants import Variants
from simulator.experiments.workers.workers import Workers
from simulator.scenario.scenario import Scenario
from simulator.values.mistakes import ScenarioError

SHOP = Scenario.model_validate(
    {
        "name": "shop",
        "run": {"horizon": "70 days", "warm_up": "10 days", "cool_down": "10 days", "seed": 3},
        "products": {"part": {"holding": "1/day", "backorder_cost": "5/day", "cost": 0}},
        "demand": [{"product": "part", "rate": "3/day"}],
        "suppliers": {"works": {"lead_time": "2 days"}},
        "policies": {"replenishment": {"type": "base_stock", "S": 20}},
    }
)
S = "policies.replenishment.S"


def problem(over, budget, **goals):
    variants = Variants(SHOP)
    space = Space.of(variants.with_kinds(read_settings(over)))
    return Problem(variants, SHOP, space, Goals.read(SHOP, **goals), budget)


def solved(asked, workers=1, journal=None, progress=None):
    with Workers(workers) as crew:
        return optimise(asked, crew, journal, progress)


@pytest.fixture(scope="module")
def found():
    """Whole numbers of 61, of which 24 are tried."""
    return solved(
        problem([f"{S}=0:60"], Budget(24, 10, 60), minimise=["total_cost"], subject_to=["fill_rate >= 60 %"])
    )


def test_the_best_is_found(found):
    # P(on order <= S) >= 5/6 from S = 8 on, with a mean of 6 on order (newsvendor, Palm)
    assert found.best.values[S] in {"7", "8", "9"}
    assert found.settings == (f"{S}={found.best.values[S]}",)
    assert found.finals.verdicts[found.best.name] == "keeps"
    assert len(found.tried) == 24
    assert not found.exhaustive
    assert len({trial.point for trial in found.tried}) == 24


def test_trials(found):
    table = found.trials
    assert list(table.columns) == [
        *("trial", S, "state", "replications"),
        *("total_cost", "total_cost half_width", "fill_rate", "fill_rate half_width"),
    ]
    assert table["trial"].tolist() == list(range(1, 25))
    assert set(table["state"]) == {"raced", "worse", "breaks a limit"}
    assert set(table.loc[table["state"] == "raced", "replications"]) == {10}
    assert (table.loc[table[S].astype(int) >= 40, "replications"] == 5).all()  # dropped at first sight


def test_finalists(found):
    table = found.finalists
    assert table["finalist"].tolist() == [*map(str, range(1, len(table))), AS_IS]
    assert table[S].tolist()[0] == found.best.values[S]
    assert table["difference"].tolist()[0] == 0
    last = table.iloc[-1]
    assert last["difference"] > last["difference half_width"] > 0  # as it is, S = 20 is too much
    assert last["total_cost"] - table["total_cost"][0] == pytest.approx(last["difference"], rel=0.05)
    assert set(table["limits"].dropna()) <= {"keeps", "unclear", "breaks"}


def test_the_finals_have_customers_of_their_own(found):
    name = found.best.name
    search, last = found.race.panel.scenarios[name].run.seed, found.finals.panel.scenarios[name].run.seed
    assert search == 3
    assert last != search
    assert found.finals.panel.scenarios[AS_IS].run.seed == last


def test_neither_workers_nor_a_journal_change_anything(found, tmp_path):
    asked = problem(
        [f"{S}=0:60"], Budget(24, 10, 60), minimise=["total_cost"], subject_to=["fill_rate >= 60 %"]
    )
    with Journal(tmp_path / "journal.sqlite") as journal:
        two = solved(asked, 2, journal)
    with Journal(tmp_path / "journal.sqlite") as journal:
        again = solved(asked, 1, journal)
    for other in (two, again):
        assert other.trials.equals(found.trials)
        assert other.finalists.equals(found.finalists)


def test_another_seed_searches_elsewhere(found):
    variants = Variants(SHOP, None, ["run.seed=4"])
    asked = problem([f"{S}=0:60"], Budget(24, 10, 60), minimise=["total_cost"])
    asked = Problem(variants, variants.one({}), asked.space, asked.goals, asked.budget)
    assert [trial.point for trial in solved(asked).tried] != [trial.point for trial in found.tried]


def test_few_settings_are_all_tried():
    said = []
    asked = problem([f"{S}=4:12"], Budget(100, 5, 20), minimise=["total_cost"])
    found = solved(asked, progress=lambda done, total: said.append((done, total)))
    assert found.exhaustive
    assert [trial.values[S] for trial in found.tried] == [str(level) for level in range(4, 13)]
    assert said == [(0, 9), (BATCH, 9), (9, 9)]


def test_impossible_settings_are_passed_over():
    over = ["policies.replenishment={type: s_S, s: 3, S: 9},{type: s_S, s: 9, S: 3},{type: base_stock, S: 8}"]
    found = solved(problem(over, Budget(10, 5, 20), minimise=["total_cost"]))
    assert [trial.state for trial in found.tried].count("impossible") == 1
    assert found.trials["replications"].tolist()[1] == 0
    assert np.isnan(found.trials["total_cost"].tolist()[1])
    assert found.best.values == {"policies.replenishment": "{type: base_stock, S: 8}"}


def test_nothing_but_impossible_settings():
    over = ["policies.replenishment={type: s_S, s: 9, S: 3},{type: s_S, s: 8, S: 3}"]
    with pytest.raises(ScenarioError, match="must be above s"):
        solved(problem(over, Budget(10, 5, 20), minimise=["total_cost"]))


def test_a_limit_that_all_break():
    found = solved(
        problem([f"{S}=1:4"], Budget(10, 5, 20), minimise=["total_cost"], subject_to=["fill_rate >= 99 %"])
    )
    assert found.finals is None
    assert (found.best, found.front, found.ranked, found.settings) == (None, (), (), ())
    assert found.finalists.empty


def test_two_objectives():
    asked = problem([f"{S}=0:30"], Budget(24, 5, 20), minimise=["on_hand_mean"], maximise=["fill_rate"])
    found = solved(asked)
    assert found.best is None
    assert len(found.front) >= 5
    stocks = [found.finals.estimate(asked.goals.figures[0], trial.name).mean for trial in found.front]
    service = [found.finals.estimate(asked.goals.figures[1], trial.name).mean for trial in found.front]
    assert stocks == sorted(stocks)
    assert service == sorted(service)
    assert found.finalists["finalist"].tolist()[-1] == AS_IS


def test_a_figure_that_does_not_exist():
    with pytest.raises(ValueError, match="customs_delay_mean does not exist in this scenario"):
        solved(problem([f"{S}=1:9"], Budget(4, 5, 20), minimise=["customs_delay_mean"]))


@pytest.mark.parametrize(
    ("budget", "message"),
    [((0, 5, 20), "at least one trial"), ((5, 1, 20), "two replications"), ((5, 5, 19), "at least 20")],
)
def test_impossible_budgets(budget, message):
    with pytest.raises(ValueError, match=message):
        Budget(*budget)
