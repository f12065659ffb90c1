"""The page of a comparison in a real browser."""

import pytest

import simulator
from simulator.reports.page import comparison_page
from tests.browser.conftest import HOSTILE, shop, written
from tests.browser.looking import holds_in_a_browser

REJECT = {"policies": {"backorders": "reject", "replenishment": {"type": "r_Q", "r": 25, "Q": 60}}}


def levels(r, quantity, **policies):
    return {"policies": {"replenishment": {"type": "r_Q", "r": r, "Q": quantity}, **policies}}


SEVERAL = {
    "no backorders": REJECT,
    "members first": levels(25, 60, allocation="priority"),
    "a name for an alternative that goes on and on": levels(60, 60),
    HOSTILE[0]: levels(25, 90),
    HOSTILE[3]: {"profiles": []},
}
ONE_SEGMENT = {
    "customers": {"everybody": {}},
    "demand": [{"product": "tea", "rate": "9/day", "region": "north"}],
    "products": {"tea": {}},
}
CASES = {
    "several": (SEVERAL, {}, 3),
    "two": ({name: SEVERAL[name] for name in list(SEVERAL)[:2]}, {}, 3),
    "one, hostile": ({HOSTILE[1]: REJECT}, {}, 2),
    "one replication": ({"no backorders": REJECT}, {}, 1),
    "one segment": ({"no backorders": REJECT}, ONE_SEGMENT, 3),
}


@pytest.fixture(scope="module", params=CASES)
def page(request, tmp_path_factory):
    alternatives, base, replications = CASES[request.param]
    scenarios = {name: shop(**base | changes) for name, changes in alternatives.items()}
    found = simulator.compare(shop(**base), scenarios, replications=replications, workers=1)
    return written(comparison_page(found), tmp_path_factory.mktemp("comparison") / "report.html")


def test_page_on_a_telephone(browser, page):
    holds_in_a_browser(browser, page, width=390)


def test_panels_beside_each_other(browser, tmp_path):
    scenarios = {name: shop(**changes) for name, changes in SEVERAL.items()}
    found = simulator.compare(shop(), scenarios, replications=2, workers=1)
    holds_in_a_browser(browser, written(comparison_page(found), tmp_path / "report.html"), width=900)
