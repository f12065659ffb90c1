"""The report of an optimisation: what is found, how sure that is, and what is not."""

import io
import re
import textwrap
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from simulator.experiments.optimising.goals import Constraint, GoalFigure, Goals, Objective
from simulator.experiments.optimising.optimisation import AS_IS
from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.reports.console.finalist_tables import finalist_tables
from simulator.reports.console.optimisation import optimisation_sentences, show_optimisation
from simulator.reports.results.optimisation import optimise
from simulator.scenario.sections.expectations import Condition

POLICY = "policies.replenishment"


def quick(shop, over, minimise=(), maximise=(), subject_to=()):
    return optimise(
        shop,
        over,
        minimise=minimise,
        maximise=maximise,
        subject_to=subject_to,
        workers=1,
        replications=5,
        limit=20,
        trials=12,
    )


def said(found):
    return " ".join(optimisation_sentences(found)).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def found(shop):
    """The largest profit with a limit, over two levels."""
    return quick(
        shop,
        [f"{POLICY}.r=10:90", f"{POLICY}.Q=20:99"],
        maximise=["profit"],
        subject_to=["fill_rate >= 80 %"],
    )


def test_the_best(found):
    text = said(found)
    assert text.startswith("Best: r = ")
    assert "with profit " in text
    assert "than as it is" in text
    assert "It keeps the limits, with 95 % confidence: fill rate " in text
    assert text.endswith("12 of 6,480 settings were tried: a better one may be among the others.")


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_report(found, width, shop):
    file = io.StringIO()
    show_optimisation(Console(file=file, width=width, highlight=False, markup=False), found, shop)
    lines = file.getvalue().splitlines()
    assert lines[0].startswith("Corner shop · maximise profit subject to")
    assert max(map(len, lines[:-1])) <= width
    assert lines[-1] == f"simulator run {shop} --set {found.settings[0]} --set {found.settings[1]}"
    assert any(line.startswith("as is") for line in lines)


def headings(made):
    return [str(column.header).replace("\n", " ") for column in made.columns]


def test_the_table(found):
    (made,) = finalist_tables(found, 140)
    assert headings(made) == [
        *("r", "Q", "Profit", "Fill rate [%]", "Against the best", "Limits", "Replications")
    ]
    assert made.row_count == len(found.ranked) + 1


def test_no_column_is_lost_in_a_narrow_console(found):
    narrow = finalist_tables(found, 40)
    assert len(narrow) > 1
    assert all(headings(one)[:2] == ["r", "Q"] for one in narrow)
    assert [title for one in narrow for title in headings(one)[2:]] == headings(
        finalist_tables(found, 140)[0]
    )[2:]


def test_all_were_tried_and_the_end_of_a_range(shop):
    found = quick(shop, [f"{POLICY}.r=0:4:2"], maximise=["profit"])
    text = said(found)
    assert "All 3 settings were tried." in text
    assert "r = 4 is the end of its range: beyond it profit may be better still." in text


def test_settings_that_do_the_same(shop):
    found = quick(shop, ["policies.allocation=fcfs,{type: fcfs}"], maximise=["profit"])
    text = said(found)
    assert text.startswith("Best: allocation = fcfs, the scenario as it is, with profit ")
    assert "Exactly as good: " in text


def test_none_keeps_the_limits(shop):
    found = quick(shop, [f"{POLICY}.r=0:9"], maximise=["profit"], subject_to=["fill_rate[tea] >= 99 %"])
    text = said(found)
    assert text.startswith("Every setting that was tried certainly breaks a limit: fill_rate[tea] >= 99 %.")
    assert "Nearest comes r = 9: fill rate of tea " in text
    (made,) = finalist_tables(found, 80)
    assert headings(made) == ["r", "Profit", "Fill rate [tea] [%]", "Replications"]
    assert [str(cell) for cell in made.columns[0].cells] == list("98765432")
    assert found.plain()["best"] is None
    assert found.plain()["as_is"] is None


def test_whether_a_limit_is_kept_may_stay_open(shop):
    level = quick(shop, [f"{POLICY}.r=30,31"], maximise=["fill_rate"])
    reached = level.finalists["fill_rate"][0]
    found = quick(
        shop, [f"{POLICY}.r=30,31"], minimise=["on_hand_mean"], subject_to=[f"fill_rate >= {reached:.4f}"]
    )
    assert found.finals is not None
    assert set(found.finals.verdicts.values()) <= {"unclear", "keeps"}
    assert "unclear" in found.finals.verdicts.values()
    assert "Whether it keeps the limits is not certain" in said(found) or "Better may be" in said(found)


def test_two_objectives(shop):
    found = quick(shop, [f"{POLICY}.r=0:90"], minimise=["on_hand_mean", "wait_mean"])
    text = said(found)
    assert (
        "settings are best in this sense: none of the others tried is better in both on hand and wait" in text
    )
    assert len(textwrap.wrap(next(optimisation_sentences(found)), 80)) <= 3
    assert found.settings == ()
    assert found.plain()["best"] is None
    assert len(found.plain()["front"]) == len(found.front) > 1
    assert any(
        "[days]" in str(column.header) or "[hours]" in str(column.header)
        for column in finalist_tables(found, 140)[0].columns
    )


def test_a_folder(found, tmp_path):
    place = found.save(tmp_path)
    assert place.name.startswith("optimise-corner-shop-")
    assert {file.name for file in place.iterdir()} == {
        *("manifest.json", "optimisation.json", "trials.csv", "finalists.csv", "settings.txt")
    }
    lines = (place / "settings.txt").read_text(encoding="utf-8").splitlines()
    assert lines == [f"--set {setting}" for setting in found.settings]


def claim(
    *,
    best=(9000.0, 10.0),
    apart=(300.0, 50.0),
    as_it_is="keeps",
    same=False,
    metric="total_cost",
    values=None,
    lost=0.0,
    indifference=90.0,
):
    """The sentences about a best with these figures: mean and half width, and the difference from 'as is'."""
    figure, limit = GoalFigure(metric), Constraint(GoalFigure("fill_rate"), Condition(">=", "95 %"), 0.95)
    trial = SimpleNamespace(name="best", values=values or {f"{POLICY}.r": "60"}, point=(0,))
    service = {"best": 0.97 - lost, AS_IS: 0.91 if as_it_is == "breaks" else 0.97}

    def estimate(wanted, name):
        if wanted.metric == "fill_rate":
            return Estimate(service[name], 0.004, "share", 20)
        mean = best[0] - (apart[0] if name == AS_IS else 0.0)
        return Estimate(mean, best[1], figure.unit, 20)

    def difference(wanted, name, other):
        if wanted.metric == "fill_rate":
            return Estimate(service[name] - service[other], 0.005, "share", 20)
        return Estimate(apart[0], apart[1], figure.unit, 20)

    finals = SimpleNamespace(
        best=SimpleNamespace(remaining=("best",), decided=True, indifference=indifference, confidence=0.95),
        verdicts={"best": "keeps", "other": "keeps"},
        verdict=lambda name: as_it_is if name == AS_IS else "keeps",
        estimate=estimate,
        difference=difference,
        confidence=0.95,
    )
    goals = Goals((Objective(figure, "down"),), () if lost else (limit,))
    space = SimpleNamespace(
        axes=[SimpleNamespace(path=path) for path in trial.values], ends=lambda _: (), size=2
    )
    problem = SimpleNamespace(goals=goals, space=space, budget=SimpleNamespace(limit=20))
    found: Any = SimpleNamespace(
        finals=finals,
        problem=problem,
        front=(),
        best=trial,
        ranked=(trial, SimpleNamespace(name="other")),
        tried=(trial,),
        exhaustive=True,
        is_as_it_is=lambda _: same,
    )
    return list(optimisation_sentences(found))


@pytest.mark.parametrize("as_it_is", ["keeps", "breaks", "unclear"])
@pytest.mark.parametrize("apart", [(300.0, 50.0), (-300.0, 50.0), (30.0, 50.0), (0.0, 0.0)])
def test_the_first_sentence_follows_from_the_figures(apart, as_it_is):
    first, *further = claim(apart=apart, as_it_is=as_it_is)
    mean, half_width = apart
    assert first.replace("\u00a0", " ").startswith("Best: r = 60, with total cost 9,000 ± 10, ")
    assert ("300 ± 50 more than as it is" in first) == (mean == 300)
    assert ("300 ± 50 less than as it is" in first) == (mean == -300)
    assert ("not certainly more or less than as it is" in first) == (0 <= mean <= half_width != 0)
    assert ("the same as it is" in first) == (mean == half_width == 0)
    assert (", where a limit is broken" in first) == (as_it_is == "breaks")
    assert (", where a limit may be broken" in first) == (as_it_is == "unclear")
    told = "The scenario as it is breaks a limit: fill rate 91.0 % ± 0.4 (>= 95 %)."
    assert (told in further) == (as_it_is == "breaks")
    assert any(one.startswith("The scenario as it is may break a limit") for one in further) == (
        as_it_is == "unclear"
    )
    assert len(textwrap.wrap(first, 80)) <= 3


def test_a_best_that_is_the_scenario_as_it_is():
    first, *further = claim(same=True, apart=(0.0, 0.0), as_it_is="unclear")
    assert first.replace("\u00a0", " ") == "Best: r = 60, the scenario as it is, with total cost 9,000 ± 10."
    assert not any("as it is" in one for one in further)


def test_little_cost_because_little_is_sold():
    told = "But fill rate is 5.0 % ± 0.4 there and 97.0 % ± 0.4 as it is, and no limit keeps it up"
    assert any(one.startswith(told) for one in claim(lost=0.92))
    assert not any("keeps it up" in one for one in claim(lost=0.001))


def test_a_small_difference_that_matters_is_not_told_as_none():
    told = claim(metric="backorder_rate", best=(0.015, 0.002), apart=(-0.011, 0.005), indifference=0.00015)[1]
    assert told.endswith("where a difference of 0.015 points matters.")


def test_a_setting_that_is_best_in_both(shop):
    only = quick(shop, [f"{POLICY}.r=30"], maximise=["profit", "revenue"])
    told = r"One setting is best in both: r = 30, with profit [\d,]+ ± \d+ and revenue [\d,]+ ± \d+\."
    assert re.match(told, said(only))


def test_a_setting_of_many_values_is_left_to_the_table():
    many = {f"products.product number {k}.replenishment.r": "60" for k in range(9)}
    first = claim(values=many)[0]
    assert first.startswith("Best: the first setting in the table, with total cost 9,000")
    assert len(textwrap.wrap(first, 80)) <= 3


def test_the_scenario_as_it_is_is_held_to_the_limits(shop):
    """Less stock is cheaper, but the shop as it is fails the limit that the best keeps."""
    found = quick(shop, [f"{POLICY}.r=80,90"], minimise=["on_hand_mean"], subject_to=["fill_rate >= 90 %"])
    table = found.finalists.set_index("finalist")
    assert table.loc["as is", "on_hand_mean"] < table.loc["1", "on_hand_mean"]
    assert table.loc["as is", "fill_rate"] < 0.9
    assert list(table["limits"])[-1] == found.plain()["as_is"]["limits"] == "breaks"
    text = said(found)
    assert " more than as it is" in text
    assert ", where a limit is broken." in text
    assert "The scenario as it is breaks a limit: fill rate " in text
