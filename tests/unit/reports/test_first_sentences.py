"""The first sentence about scenarios of this repository: short, and true of the figures below it.

The claim is read out of the sentence and worked out anew from the figures of the replications.
"""

import re
import textwrap

import pytest

from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.results.comparison import compare
from simulator.reports.wording.comparison_verdict import verdict

QUICK = ["run.warm_up=30 days", "run.horizon=110 days", "run.cool_down=30 days"]
CASES = {
    "communication": ["say nothing", "confirm only"],
    "loyalty": ["out of stock", "more stock", "an empty shelf is forgiven"],
    "payment_timing": ["charged on order", "charged on order, slow refunds"],
    "support_load": ["two agents", "no messages"],
    "promise_quality": ["the median", "kept by 95 %", "shown before"],
    "compensation": ["10 % off at once", "free wrapping at once", "10 % off after two weeks"],
    "offer_alternatives": ["one alternative", "two alternatives", "no backorders"],
}
_NUMBER = r"([+-]?[\d,]+\.?\d*) ± [\d,.]+"
_NAMED = r"'([^']+)'(?: and .+?)?"


@pytest.fixture(scope="module", params=CASES)
def found(request):
    file = f"scenarios/{request.param}.yaml"
    return compare(file, CASES[request.param], replications=6, workers=1, overrides=QUICK)


def first_sentence(comparison) -> str:
    return re.split(r"(?<=\.) (?=[A-Z'])", verdict(comparison))[0]


def candidates(comparison) -> list[str]:
    """Alternatives that may be best or worst: those with the same customers in the file."""
    own = comparison.scenarios["as is"]
    return [
        name
        for name in comparison.others
        if (comparison.scenarios[name].customers, comparison.scenarios[name].loyalty)
        == (own.customers, own.loyalty)
    ]


def changes(comparison, metric) -> dict[str, float]:
    """Mean difference of each candidate from the reference, from the replications."""
    means = comparison.results.groupby("alternative")[metric].mean()
    return {name: float(means[name] - means["as is"]) for name in candidates(comparison)}


def certain(comparison, metric) -> set[str]:
    table = comparison.differences
    table = table[(table["metric"] == metric) & (table["dimension"] == "overall") & table["significant"]]
    return set(table["alternative"]) & set(candidates(comparison))


def same_number(text: str, value: float, metric: str, base: float) -> bool:
    """Whether the text is the value in the unit it is told in, to the digits it has."""
    unit = GLOSSARY[metric].unit
    hours = 1.0 if base >= 1 else 24.0 if base >= 1 / 24 else 1440.0
    factor = {"share": 100.0, "days": hours}.get(unit, 1.0)
    places = len(text.partition(".")[2])
    return abs(float(text.replace(",", "")) - value * factor) <= 0.51 * 10.0**-places


def test_no_longer_than_three_lines(found):
    assert len(textwrap.wrap(first_sentence(found), 80)) <= 3


def test_true_of_the_figures(found):
    said = first_sentence(found)
    reference = found.results[found.results["alternative"] == "as is"]
    metric = next((one for one in found.metrics if said.startswith(f"{label(one)}: ")), "profit")
    base, moved, sure = reference[metric].mean(), changes(found, metric), certain(found, metric)
    up = 1.0 if GLOSSARY[metric].better == "up" else -1.0
    gain = {name: up * moved[name] for name in sure}
    claims = 0
    for words, chosen, sign in (("best", max, 1.0), ("worst", min, -1.0)):
        if told := re.search(rf"{_NAMED} (?:is|are) {words}, {_NUMBER}", said):
            # by the digits that the table shows
            assert same_number(told[2], up * chosen(gain.values()), metric, base)
            assert sign * gain[told[1]] > 0
            assert same_number(told[2], moved[told[1]], metric, base)
            claims += 1
    if told := re.search(rf"'([^']+)' differs most from 'as is', by {_NUMBER}", said):
        assert abs(moved[told[1]]) == max(abs(moved[name]) for name in sure)
        assert same_number(told[2], moved[told[1]], metric, base)
        claims += 1
    if told := re.search(
        r"no alternative(?: in the same world)? certainly differs from 'as is'(?:; tested alone, (\d+) would)?\.$",
        said,
    ):
        assert not sure
        table = found.differences[
            (found.differences["metric"] == metric) & (found.differences["dimension"] == "overall")
        ]
        assert int(told[1] or 0) == (table["difference"].abs() > table["half_width"]).sum()
        claims += 1
    if told := re.match(rf"'([^']+)' earns {_NUMBER} more than 'as is'", said):
        assert moved[told[1]] == max(gain.values())
        assert same_number(told[2], moved[told[1]], "profit", base)
        claims += 1
    if told := re.match(r"None of the (\d+) alternatives(?: in the same world)? certainly earns more", said):
        assert int(told[1]) == len(moved)
        assert not any(value > 0 for value in gain.values())
        claims += 1
    if told := re.search(rf"(all|\d+) earn less, '([^']+)' least of all: {_NUMBER} less", said):
        less = [name for name in sure if moved[name] < 0]
        assert len(less) == (len(moved) if told[1] == "all" else int(told[1]))
        assert moved[told[2]] == min(gain.values())
        assert same_number(told[3], -moved[told[2]], "profit", base)
        claims += 1
    assert claims, said


def test_begins_with_what_the_scenario_is_about(found):
    """The first row of the table is the first figure that the scenario shows."""
    about = found.scenarios["as is"].show
    assert found.metrics[0] == about[0]
    assert found.plain()["show"] == list(about)
