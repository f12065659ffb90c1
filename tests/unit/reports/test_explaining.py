"""The report of an explanation, from figures made by hand."""

import io
import re
import textwrap

import numpy as np
import pytest
from rich.console import Console

from simulator.experiments.explaining.causes import CAUSES
from simulator.experiments.explaining.explanation import Explanation
from simulator.experiments.statistics.shapley_values import antithetic
from simulator.reports.console.explanation import show_explanation
from simulator.reports.wording.explanation_sentences import explanation_sentences, reasons
from simulator.scenario.load import load


@pytest.fixture(scope="module")
def scenario(shop):
    return load(shop)


def explanation(scenario, *outcomes, causes=("peaks", "customs"), playing=None, permutations=None):
    """One with these customers, and days and profit in proportion: a list for each coalition, by replication."""
    played = {
        one: np.array([[n, n, 2.5 * n, 10.0 * n] for n in counts], dtype=np.float64)
        for one, counts in enumerate(outcomes)
    }
    return Explanation(scenario, causes, causes if playing is None else playing, played, permutations)


ADDED = ([40, 50, 60], [340, 350, 360], [100, 110, 120], [400, 410, 420])
"""Nobody, peaks, customs, both: peaks add 300, customs 60, in every replication."""


def test_the_sentence(scenario):
    assert reasons(explanation(scenario, *ADDED)) == (
        "Of the 410 customers who waited (all 60 days), 300 ± 0 waited because of demand peaks and surges and 60 ± 0 "
        "because of customs inspections. Without any of these causes 50 ± 25 would have waited. Together the causes "
        "account for 900 ± 0 of the 1,025 unit days of waiting and 3,600 ± 0 of profit."
    )


def test_one_replication(scenario):
    text = reasons(explanation(scenario, *([one[0]] for one in ADDED)))
    assert text.startswith(
        "Of the 400 customers who waited (all 60 days), 300 waited because of demand peaks and surges and 60 "
    )
    assert "±" not in text
    assert text.endswith("This is one replication: how sure these figures are cannot be said.")


def test_what_is_not_sure_is_not_named(scenario):
    unsure = ([0, 0, 0], [90, 100, 110], [40, -20, 10], [130, 80, 120])
    text = reasons(explanation(scenario, *unsure))
    assert text.startswith(
        "Of the 110 customers who waited (all 60 days), 100 ± 25 waited because of demand peaks and surges."
    )
    assert "Without any of these causes nobody would have waited." in text
    assert "How many waited because of customs inspections is not settled." in text
    assert text.count("customs") == 1
    none = ([0, 0, 0], [40, -20, 10], [-20, 40, 10], [10, 10, 40])
    assert "none can be put down to one cause with confidence" in reasons(explanation(scenario, *none))


def test_an_effect_barely_told_from_chance_is_no_headline(scenario):
    barely = ([0] * 4, [100] * 4, [3, 8, 5, 2], [103, 108, 105, 102])  # customs: 4.5 ± 4.2
    text = reasons(explanation(scenario, *barely))
    first, *rest = text.partition(".")
    assert (
        first
        == "Of the 104 customers who waited (all 60 days), 100 ± 0 waited because of demand peaks and surges"
    )
    assert "4.5" not in text
    assert "How many waited because of customs inspections is not settled." in "".join(rest)


def test_the_only_cause_is_that_of_every_wait(scenario):
    only = explanation(scenario, [0, 0, 0], [0, 300, 6], causes=("peaks",), playing=("peaks",))
    assert reasons(only).startswith(
        "All 102 customers who waited (all 60 days) did so because of demand peaks and surges. Without this cause "
        "nobody would have waited."
    )
    assert "not settled" not in reasons(only)
    some = explanation(scenario, [0, 0, 3], [0, 300, 6], causes=("peaks",), playing=("peaks",))
    assert not reasons(some).startswith("All")


def test_a_cause_that_is_certain_but_of_unsettled_size(scenario):
    some = explanation(
        scenario, [0, 1, 2], [50, 100, 160], causes=("peaks",), playing=("peaks",)
    )  # 102 ± 133
    assert ", none certainly waited because of demand peaks and surges. " in reasons(some)
    more = explanation(
        scenario, [0, 1, 2, 1], [60, 100, 160, 100], causes=("peaks",), playing=("peaks",)
    )  # 104 ± 64
    assert reasons(more).startswith(
        "Of the 105 customers who waited (all 60 days), some certainly waited because of demand peaks and surges. "
    )
    assert "How many waited because of demand peaks and surges is not settled." in reasons(more)
    sure = explanation(scenario, [0, 1, 2], [100, 101, 102], causes=("peaks",), playing=("peaks",))
    assert reasons(sure).endswith(
        "It accounts for 250 ± 0 of the 252 unit days of waiting and 1,000 ± 0 of profit."
    )


def test_the_first_sentence_fits_into_three_lines(shop):
    late = load(shop, overrides=["run.warm_up=20 days", "run.horizon=18650 days"])
    everything = tuple(CAUSES)[:3]
    many = [[1_000_000.0 * k.bit_count()] * 4 for k in range(8)]
    found = explanation(late, *many, causes=everything, playing=everything)
    first = explanation_sentences(found)[0]
    assert first.count("because of") >= 2
    assert len(textwrap.wrap(first, 80)) <= 3


def test_two_causes_that_cannot_be_told_apart(scenario):
    alike = ([0] * 4, [100, 110, 90, 105], [105, 95, 100, 104], [205, 205, 190, 209])
    found = explanation(scenario, *alike)
    assert set(found.largest("backordered_orders")) == {"peaks", "customs"}
    said = (
        "Which of these is the largest cause cannot be told: demand peaks and surges or customs inspections."
    )
    assert said in reasons(found)
    apart = explanation(scenario, *ADDED)
    assert apart.largest("backordered_orders") == ("peaks",)
    assert "cannot be told" not in reasons(apart)


def test_measured_days_are_those_of_the_scenario(shop):
    late = load(shop, overrides=["run.warm_up=20 days"])
    assert "customers who waited (days 20 to 60, 40 days)" in reasons(explanation(late, *ADDED))


def test_a_cause_that_helps(scenario):
    helps = ([40, 50, 60], [340, 350, 360], [20, 30, 40], [320, 330, 340])
    assert "Customs inspections spared 20 ± 0 a wait." in reasons(explanation(scenario, *helps))


def test_nobody_waited(scenario):
    nothing = [[0, 0, 0]] * 4
    assert reasons(explanation(scenario, *nothing)) == "No customer had to wait: there is nothing to explain."


def test_nothing_to_switch_off(scenario):
    text = reasons(explanation(scenario, [40, 50, 60], playing=()))
    assert text == (
        "None of the causes asked for (peaks, customs) is in this scenario. All 50 customers who waited (all 60 days) "
        "did so without them."
    )
    assert reasons(explanation(scenario, [40, 50, 60], causes=(), playing=())).startswith(
        "None of the causes known is in this scenario"
    )


def printed(found, width, alternative=None):
    file = io.StringIO()
    console = Console(file=file, width=width, highlight=False, markup=False)
    show_explanation(console, found, alternative)
    return file.getvalue()


@pytest.mark.parametrize("width", [60, 80, 120])
def test_report_fits(scenario, width):
    text = printed(explanation(scenario, *ADDED), width, "members first")
    assert max(map(len, text.splitlines())) <= width
    assert text.splitlines()[:2] == ["Corner shop · members first", "Why did customers wait?"]
    assert "…" not in text


def test_bars_are_as_long_as_shares(scenario):
    text = printed(explanation(scenario, *ADDED), 80)
    bars = {name: len(bar) for name, bar in re.findall(r"^(\w+) .*?(█+).? +\d+\.\d %$", text, re.MULTILINE)}
    assert bars == {"demand": 40, "customs": 8, "none": 6}
    assert re.search(r"^none of these .* 12\.2 %$", text, re.MULTILINE)


def test_the_figures_add_up(scenario):
    text = printed(explanation(scenario, *ADDED), 100)
    rows = re.findall(
        r"^(demand|customs|none|all) .*? +([\d.,]+)(?: ± [\d.,]+)? +[\d.,]+ ±", text, re.MULTILINE
    )
    customers = {name: float(number) for name, number in rows}
    assert customers["demand"] + customers["customs"] + customers["none"] == customers["all"]
    assert re.search(
        r"^none of these .* 0 *$", text, re.MULTILINE
    )  # nothing of profit is lost against itself


def test_a_cause_that_helps_has_no_bar(scenario):
    helps = ([40, 50, 60], [340, 350, 360], [20, 30, 40], [320, 330, 340])
    text = printed(explanation(scenario, *helps), 80)
    assert re.search(r"^customs inspections +-6\.1 %$", text, re.MULTILINE)


def test_notes(scenario):
    exact = printed(explanation(scenario, *ADDED), 100)
    assert "All 4 combinations of 2 causes; 3 replications of each" in exact
    sampled = printed(
        explanation(scenario, *ADDED, permutations=antithetic(2, 2, np.random.default_rng(1))), 100
    )
    assert "4 of 4 combinations of 2 causes, for 4 of their sequences drawn at random" in sampled
    assert "sequences that were not drawn included" in " ".join(sampled.split())
    one = explanation(scenario, [40, 50], [140, 150], causes=("customs", "dock"), playing=("customs",))
    assert "With and without the cause" in printed(one, 100)
    assert "not in this scenario: goods are unloaded at once" in printed(one, 100)
