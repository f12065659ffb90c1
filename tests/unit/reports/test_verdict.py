"""The sentences about a comparison, word by word, from tables of a few rows."""

from types import SimpleNamespace

import pandas as pd
import pytest

from simulator.experiments.comparing.comparison_plan import ComparisonPlan
from simulator.experiments.statistics.precision import Precision
from simulator.experiments.statistics.ranking_and_selection import Best, Stage
from simulator.metrics.metric_labels import label
from simulator.reports.wording.comparison_notes import circumstances, unchanged
from simulator.reports.wording.comparison_verdict import verdict


def change(alternative, difference, half_width, verdict, metric="profit", before=1000.0, unit="money"):
    return {
        "alternative": alternative,
        "metric": metric,
        "dimension": "overall",
        "group": "overall",
        "mean_against": before,
        "mean": before + difference,
        "difference": difference,
        "half_width": half_width,
        "significant": verdict != "unclear",
        "p_value": 0.2 if verdict == "unclear" else 0.001,
        "verdict": verdict,
        "n": 20,
        "unit": unit,
        "shown": True,
        "of_changed": False,
        "differs": difference != 0 or half_width > 0,
    }


def served(alternative, segment, better, worse, half_width=0.01):
    net = better - worse
    return {
        "alternative": alternative,
        "segment": segment,
        "better": better,
        "worse": worse,
        "net": net,
        "net_half_width": half_width,
    }


def compared(changes, customers=(), replications=20, **rest):
    others = tuple(dict.fromkeys(row["alternative"] for row in changes))
    told = {
        "against": "as is",
        "others": others,
        "replications": replications,
        "plan": ComparisonPlan("as is", replications),
        "metrics": ("profit",),
        "leading": (),
        "absent": (),
        "interrupted": False,
        "differences": pd.DataFrame(changes),
        "customers": pd.DataFrame(list(customers), columns=list(served("", "", 0, 0))),
        "other_seeds": (),
        "other_windows": (),
        "other_customers": (),
        "other_worlds": (),
        "best": None,
    }
    return SimpleNamespace(**told | rest)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (change("x", -50, 20, "worse"), "'x' earns 50 ± 20 less than 'as is' (5.0 %)."),
        (change("x", 50, 20, "better"), "'x' earns 50 ± 20 more than 'as is' (5.0 %)."),
        (
            change("x", 5, 20, "unclear"),
            "Whether 'x' earns more or less than 'as is' is not certain: +5 ± 20.",
        ),
        (
            change("x", 0, 0, "unclear"),
            "'x' earns exactly as much as 'as is'.",
        ),
        (change("x", -50, 20, "worse", before=-1000.0), "'x' earns 50 ± 20 less than 'as is'."),
    ],
)
def test_one_alternative(row, said):
    assert verdict(compared([row])) == said


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        (
            [change("x", 50, 20, "better"), change("y", 70, 20, "better"), change("z", -9, 3, "worse")],
            (
                "'y' earns 70 ± 20 more than 'as is' (7.0 %), the most of 2 that earn more; "
                "'z' earns 9 ± 3 less (0.9 %)."
            ),
        ),
        (
            [change("x", -50, 20, "worse"), change("y", -70, 20, "worse"), change("z", 9, 30, "unclear")],
            (
                "None of the 3 alternatives certainly earns more than 'as is'; "
                "2 earn less, 'y' least of all: 70 ± 20 less (7.0 %)."
            ),
        ),
        (
            [change("x", -50, 20, "worse"), change("y", -70, 20, "worse")],
            (
                "None of the 2 alternatives certainly earns more than 'as is'; "
                "all earn less, 'y' least of all: 70 ± 20 less (7.0 %)."
            ),
        ),
        (
            [change("x", 5, 20, "unclear"), change("y", 7, 20, "unclear")],
            "None of the 2 alternatives certainly earns more than 'as is'; none certainly less.",
        ),
    ],
)
def test_several_alternatives(changes, said):
    assert verdict(compared(changes)) == said


def test_one_alternative_is_held_together_with_the_other_figures():
    """With one alternative it is the figures that are tested together."""
    row = change("x", -30, 20, "unclear", "unsold_units", 100.0, "units")
    profit = change("x", 50, 20, "unclear")
    plan = ComparisonPlan("as is", 20, metrics=("unsold_units", "profit"))
    hidden = change("x", 5, 1, "unclear", "orders") | {"shown": False}
    untested = change("x", 0, 0, "unclear", "units") | {"p_value": float("nan")}
    found = compared([row, profit, hidden, untested], plan=plan, leading=plan.metrics, metrics=plan.metrics)
    assert verdict(found) == (
        "Units not sold: whether 'x' differs from 'as is' is not certain: "
        "-30 ± 20 leaves out 0, but 2 differences are tested together. "
        "Whether 'x' earns more or less than 'as is' is not certain: "
        "+50 ± 20 leaves out 0, but 2 differences are tested together."
    )


@pytest.mark.parametrize(
    ("difference", "half_width", "said"),
    [
        (-5, 20, "whether 'x' differs from 'as is' is not certain: -5 ± 20."),
        (0, 0, "exactly the same under 'x' as under 'as is'."),
    ],
)
def test_one_alternative_that_may_not_differ(difference, half_width, said):
    row = change("x", difference, half_width, "unclear", "unsold_units", 100.0, "units")
    plan = ComparisonPlan("as is", 20, metrics=("unsold_units",))
    assert verdict(compared([row], plan=plan, leading=plan.metrics, metrics=plan.metrics)) == (
        f"Units not sold: {said}"
    )


def test_another_world_is_neither_best_nor_worst():
    changes = [
        *(change("x", 50, 20, "better"), change("y", -9, 3, "worse"), change("z", 5, 20, "unclear")),
        *(change("no peak", 900, 20, "better"), change("impatient", -900, 20, "worse")),
    ]
    customers = [
        served("x", "everybody", 0.2, 0.1),
        served("impatient", "everybody", 0.9, 0.0),
        served("z", "everybody", 0.1, 0.1),
    ]
    worlds = ("no peak", "impatient")
    found = compared(changes, customers, other_worlds=worlds)
    assert verdict(found) == (
        "'x' earns 50 ± 20 more than 'as is' (5.0 %); 'y' earns 9 ± 3 less (0.9 %). "
        "Best for customers is 'x': 20.0 % of orders are better off than under 'as is', 10.0 % worse off."
    )
    plan = ComparisonPlan("as is", 20, metrics=("unsold_units",))
    unsold = [
        *(
            change(row["alternative"], -row["difference"], 3, row["verdict"], "unsold_units")
            for row in changes
        ),
    ]
    found = compared(unsold, plan=plan, leading=plan.metrics, metrics=plan.metrics, other_worlds=worlds)
    assert verdict(found) == "Units not sold: 'x' is best, -50 ± 3 against 'as is'; 'y' is worst, +9 ± 3."


@pytest.mark.parametrize(
    ("own", "said"),
    [
        (
            "unclear",
            "None of the 2 alternatives in the same world certainly earns more than 'as is'; none certainly less.",
        ),
        (
            "worse",
            (
                "None of the 2 alternatives in the same world certainly earns more than 'as is'; "
                "'y' earns 9 ± 3 less (0.9 %)."
            ),
        ),
    ],
)
def test_what_is_said_of_none_is_said_of_those_in_the_same_world(own, said):
    changes = [change("x", 5, 20, "unclear"), change("y", -9, 3, own), change("no peak", 900, 20, "better")]
    assert verdict(compared(changes, other_worlds=("no peak",))) == said


def test_only_other_worlds():
    """Of several, none is called best; one by itself is told as it is."""
    changes = [change("no peak", 900, 20, "better"), change("impatient", -50, 20, "worse")]
    customers = [served("impatient", "everybody", 0.9, 0.0)]
    found = compared(changes, customers, other_worlds=("no peak", "impatient"))
    assert verdict(found) == "Profit: 'no peak' differs most from 'as is', by +900 ± 20."
    assert verdict(compared(changes[:1], other_worlds=("no peak",))) == (
        "'no peak' earns 900 ± 20 more than 'as is' (90.0 %)."
    )
    unsure = [change("no peak", 5, 20, "unclear"), change("impatient", -25, 20, "unclear")]
    assert verdict(compared(unsure, other_worlds=("no peak", "impatient"))) == (
        "Profit: no alternative certainly differs from 'as is'; tested alone, 1 would."
    )


def test_other_worlds_are_told_once():
    changes = [change("x", 1, 2, "unclear"), change("y", 1, 2, "unclear")]
    (both,) = circumstances(compared(changes, other_customers=("x",), other_worlds=("x",)))
    assert both.startswith("'x': not the same customers come as to 'as is'")
    assert both.endswith("That is another world, not a choice, and is called neither best nor worst.")
    customers, worlds = circumstances(compared(changes, other_customers=("x",), other_worlds=("x", "y")))
    assert "another world" not in customers
    assert worlds.startswith("'x', 'y': other customers, demand or measured time than under 'as is'.")


def test_who_serves_customers_better_and_at_what_price():
    changes = [change("x", -50, 20, "worse"), change("y", 1, 20, "unclear")]
    customers = [
        *(served("x", "everybody", 0.3, 0.1), served("x", "gold", 0.1, 0.2), served("x", "new", 0.4, 0.05)),
        *(served("y", "everybody", 0.2, 0.1), served("y", "gold", 0.3, 0.0), served("y", "new", 0.1, 0.1)),
    ]
    assert verdict(compared(changes, customers)).split(". ")[1:] == [
        (
            "Best for customers is 'x': 30.0 % of orders are better off than under 'as is', 10.0 % worse off; "
            "it costs 50 ± 20 of profit (5.0 %)"
        ),
        "'y' is best for gold (30.0 % better, 0 % worse off).",
    ]
    # What wins twice is named once; what is uncertain is not called better.
    changes[0] = change("x", 50, 20, "better")
    assert "worse off. " in verdict(compared(changes, customers))  # no price: the first sentence has it
    unsure = [served("x", "everybody", 0.2, 0.195), served("y", "everybody", 0.1, 0.2)]
    said = verdict(compared(changes, unsure))
    assert said.endswith(
        "Under no alternative are certainly more orders better off than worse off, against 'as is'."
    )


def test_another_figure_leads_if_it_was_asked_for():
    def wait(alternative, difference, verdict):
        return change(alternative, difference, 0.1, verdict, "wait_mean", 2.0, "days")

    plan = ComparisonPlan("as is", 20, metrics=("wait_mean",))
    changes = [wait("x", -0.5, "better"), wait("y", 1.0, "worse")]
    about = {"plan": plan, "metrics": ("wait_mean",), "leading": ("wait_mean",)}
    assert verdict(compared(changes, **about)) == (
        "Wait of those served: 'x' is best, -0.5 ± 0.1 days against 'as is'; 'y' is worst, +1.0 ± 0.1 days."
    )
    more = [*changes[1:], wait("z", 0.5, "worse")]
    assert verdict(compared(more, **about)).endswith(
        "no alternative is certainly better than 'as is'; 'y' is worst, +1.0 ± 0.1 days."
    )
    assert verdict(compared(changes[:1], **about)).endswith("'x' is better, -0.5 ± 0.1 days against 'as is'.")


def test_a_scenario_says_what_comes_first():
    changes = [
        *(change("x", 50, 20, "better"), change("y", -70, 20, "worse")),
        change("x", 900.0, 10.0, "different", "cash_held_mean", 5000.0),
        change("y", 10.0, 20.0, "unclear", "cash_held_mean", 5000.0),
    ]
    about = {"metrics": ("cash_held_mean", "profit"), "leading": ("cash_held_mean",)}
    assert verdict(compared(changes, **about)) == (
        "Money held: 'x' differs most from 'as is', by +900 ± 10. "
        "'x' earns 50 ± 20 more than 'as is' (5.0 %); 'y' earns 70 ± 20 less (7.0 %)."
    )


def test_what_is_over_another_group_is_told_of_everybody():
    """Those served wait less under x, for those who wait longest have left."""

    def rows(metric, verdict, *, changed):
        return change("x", -0.5, 0.1, verdict, metric, 2.0, "days") | {"of_changed": changed}

    served, asked = "wait_mean", "asked_wait_mean"
    changes = [
        *(rows(served, "different", changed=True), rows(asked, "better", changed=False)),
        change("x", 50, 20, "better"),
    ]
    about = {"metrics": (served, asked, "profit"), "leading": (served,)}
    assert verdict(compared(changes, **about)).startswith("Wait of all who asked: 'x' is better, -0.5 ± 0.1")
    about["metrics"] = (served, "profit")
    assert verdict(compared(changes, **about)).startswith(
        "Wait of those served: 'x' differs most from 'as is', by -0.5 ± 0.1 days, but over another group."
    )


def test_none_is_called_best_that_the_table_shows_to_be_less_than_best():
    def score(alternative, difference, verdict, **rest):
        return change(alternative, difference, 0.1, verdict, "satisfaction", 4.0, "score") | rest

    changes = [
        score("x", 0.3, "better"),
        score("y", 0.5, "different", of_changed=True),
        score("z", -0.2, "worse"),
        score("w", -0.2, "worse"),
    ]
    about = {"plan": ComparisonPlan("as is", 20, metrics=("satisfaction",)), "leading": ("satisfaction",)}
    said = verdict(compared(changes, metrics=("satisfaction",), **about))
    assert said == "Satisfaction: 'y' differs most from 'as is', by +0.5 ± 0.1, but over another group."
    shown = ("satisfaction", "satisfied_rate")  # where there is a figure of everybody, marks have the word
    changes += [change("x", 0, 0, "unclear", "satisfied_rate", 0.7, "share")]
    said = verdict(compared(changes, metrics=shown, **about))
    assert said == "Satisfaction: 'z' and 'w' are worst, -0.2 ± 0.1 against 'as is'."
    changes[1] = score("y", 0.3002, "different", of_changed=True)  # the table shows them to be the same
    said = verdict(compared(changes, metrics=("satisfaction",), **about))
    assert said.startswith("Satisfaction: 'x' is best, +0.3 ± 0.1 against 'as is'; 'z' and 'w' are worst")


def test_the_largest_change_is_told_where_nothing_is_of_all_who_asked():
    def delay(alternative, difference, verdict, **rest):
        return change(alternative, difference, 0.1, verdict, "customs_delay_mean", 9.0, "days") | rest

    changes = [delay("x", -5.8, "different", of_changed=True), delay("y", 0.7, "worse")]
    about = {
        "plan": ComparisonPlan("as is", 20, metrics=("customs_delay_mean",)),
        "leading": ("customs_delay_mean",),
    }
    assert verdict(compared(changes, metrics=("customs_delay_mean",), **about)) == (
        "Customs delay: 'x' differs most from 'as is', by -5.8 ± 0.1 days, but over another group."
    )


def test_a_figure_that_the_reference_lacks():
    nan = float("nan")
    kept = change("x", nan, nan, "unclear", "on_time_rate", nan, "share") | {"n": 0, "differs": True}
    means = pd.DataFrame(
        [
            {
                "alternative": name,
                "metric": "on_time_rate",
                "dimension": "overall",
                "mean": mean,
                "half_width": 0.004,
                "n": n,
                "unit": "share",
            }
            for name, mean, n in (("as is", nan, 0), ("x", 0.821, 20))
        ]
    )
    about = {"metrics": ("on_time_rate", "profit"), "leading": ("on_time_rate",), "means": means}
    said = verdict(compared([kept, change("x", 50, 20, "better")], **about))
    assert said.startswith("Promises kept: 'as is' has no such figure; it is 82.1 % ± 0.4 under 'x'. ")


def test_nothing_differs_only_where_nothing_does():
    changes = [
        *(change("x", 5, 1, "better"), change("y", 0, 0, "unclear"), change("z", 0, 0, "unclear")),
        *(change(name, 0.1, 0.01, "better", "repeat_rate") | {"shown": False} for name in ("x", "z")),
        change("y", 0, 0, "unclear", "repeat_rate") | {"shown": False},
    ]
    assert list(unchanged(compared(changes))) == [
        "Nothing at all differs under 'y'.",
        "Of the figures shown none differs under 'z', of all figures repeat_rate: see --metric repeat_rate.",
    ]


def test_one_replication():
    assert verdict(compared([change("x", 5, float("nan"), "unclear")], replications=1)).startswith(
        "This is one"
    )


def test_an_interruption_comes_first():
    said = verdict(compared([change("x", -50, 20, "worse")], interrupted=True))
    assert said.startswith("Interrupted after 20 replications of every alternative; so far: 'x' earns")


def test_what_is_not_the_same_is_told():
    said = list(
        circumstances(
            compared([change("x", 1, 2, "unclear")], other_seeds=("x",), other_customers=("x", "y"))
        )
    )
    assert said[0].startswith("'x': another seed than 'as is', so that nothing pairs the replications")
    assert said[1].startswith(
        "'x', 'y': not the same customers come as to 'as is', so that pairing by order is off"
    )


def test_how_sure_it_became():
    plan = ComparisonPlan("as is", 20, until=Precision("profit", 0.01, relative=True))
    row = [change("x", 1, 2, "unclear")]
    assert list(circumstances(compared(row, plan=plan, excess=0.9))) == [
        "20 replications make every difference as sure as asked: profit±1%."
    ]
    assert list(circumstances(compared(row, plan=plan, excess=1.4))) == [
        (
            "After 20 replications, the limit, the differences are not as sure as asked (profit±1%): "
            "the widest interval is 1.4 times as wide."
        )
    ]


@pytest.mark.parametrize(
    ("metric", "indifference", "said"),
    [("profit", 7196.05, "7,196"), ("wait_mean", 0.25, "6.0 hours"), ("fill_rate", 0.005, "0.5 points")],
)
def test_which_was_chosen(metric, indifference, said):
    plan = ComparisonPlan("as is", 20, best=Precision(metric))
    best = Best(
        "x", True, 0.95, indifference, "up", {"x": 40, "as is": 20}, {}, (Stage(40, ("as is",), ("x",)),)
    )
    told = list(circumstances(compared([change("x", 1, 2, "unclear")], plan=plan, best=best)))
    asked = f"Best for {label(metric).lower()} is 'x', chosen with 95 % probability of a correct choice"
    took = "It took 20 to 40 replications of each alternative."
    assert told == [f"{asked} where a difference of {said} matters. {took}"]
