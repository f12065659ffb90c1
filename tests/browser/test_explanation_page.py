"""The page of an explanation in a real browser."""

from typing import Any

import pytest

import simulator
from simulator.reports.pages.explanation import explanation_page
from tests.browser.conftest import shop, written
from tests.browser.looking import holds_in_a_browser

CASES: dict[str, tuple[Any, dict[str, Any]]] = {
    "all causes": (None, {}),
    "one cause": (["peaks"], {}),
    "one replication": (None, {"replications": 1}),
    "sampled": (None, {"permutations": 4}),
}


@pytest.fixture(scope="module", params=CASES)
def page(request, tmp_path_factory):
    causes, words = CASES[request.param]
    found = simulator.explain(shop(), causes, **({"replications": 2, "workers": 1} | words))
    return written(
        explanation_page(found, found.circumstances), tmp_path_factory.mktemp("explanation") / "report.html"
    )


def test_page_on_a_telephone(browser, page):
    holds_in_a_browser(browser, page, width=390)


def test_nothing_to_explain_is_a_page_without_charts(browser, tmp_path):
    calm = shop(policies={"replenishment": {"type": "r_Q", "r": 5000, "Q": 60}})
    for causes in (None, ["dock"]):
        found = simulator.explain(calm, causes, replications=2, workers=1)
        view = browser.show(written(explanation_page(found, found.circumstances), tmp_path / "report.html"))
        assert view.complaints == []
        assert "nothing to explain" in view.ask("document.body.innerText")
