"""Exact and published figures of small models."""

import pytest

from tests.theory.harness import Case, Finding, cases, findings

CASES = {case.name: case for case in cases()}

WRONG_MODELS = [
    ("A03", "deliveries may overtake", "mean_on_order"),
    ("B06", "orders of any size", "mean_shortfall"),
    ("B15", "unsteady work", "mean_queue_wait"),
    ("B16", "first come first served", "mean_queue_wait_c1"),
    ("C02", "the reserve is not rebuilt", "fill_rate_c1"),
    ("C04", "the first class is cleared first", "mean_wait_c1"),
    ("D01", "the depot knows of orders at its review", "depot_fill_rate"),
    ("D03", "nobody switches", "mean_backorders_p2"),
    ("D04", "each for itself", "lost_p1"),
    ("D05", "the net stock after the demand", "fast_share"),
    ("D06", "nothing is ordered meanwhile", "mean_on_order"),
    ("D08", "reviewed after the customer", "mean_on_hand_end"),
    ("D10", "three inspectors", "mean_backorders"),
    ("D11", "stage 2 reviews before its customers", "mean_on_hand_stage2"),
]
"""Alternatives of scenario files that tell another model, and a figure that must give it away."""


def not_met(found: list[Finding]) -> list[str]:
    """The figures out of tolerance, each in words."""
    return [str(finding) for finding in found if finding.strain > 1]


@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_short_run_meets_every_figure(case: Case) -> None:
    assert not_met(findings(case, case.short)) == []


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES.values(), ids=CASES)
def test_long_run_meets_every_figure(case: Case) -> None:
    assert not_met(findings(case, case.long)) == []


@pytest.mark.parametrize(("name", "alternative", "figure"), WRONG_MODELS)
def test_short_run_tells_a_wrong_model(name: str, alternative: str, figure: str) -> None:
    given_away = {
        finding.figure.name
        for finding in findings(CASES[name], CASES[name].short, alternative)
        if finding.strain > 1
    }
    assert figure in given_away


@pytest.mark.slow
def test_long_run_tells_whether_the_order_of_a_lost_customer_goes_on() -> None:
    assert not_met(findings(CASES["B10"], CASES["B10"].long, "the order is kept")) != []
