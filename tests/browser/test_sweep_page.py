"""The page of a sweep in a real browser."""

from typing import Any

import pytest

import simulator
from simulator.reports.pages.sweep import sweep_page
from tests.browser.conftest import shop, written
from tests.browser.looking import holds_in_a_browser

REORDER, QUANTITY = "policies.replenishment.r=5:45:10", "policies.replenishment.Q=30,60,90"
ORDER = "policies.allocation=fcfs,priority,random"
CASES: dict[str, tuple[list[str], dict[str, Any]]] = {
    "one path": ([REORDER], {}),
    "one path of names": ([ORDER], {}),
    "one cell": (["policies.replenishment.r=20"], {}),
    "two paths": ([REORDER, QUANTITY], {}),
    "many columns": (["policies.replenishment.r=10:55:5", ORDER], {}),
    "two paths zipped": (["policies.replenishment.r=5,25,45", QUANTITY], {"zipped": True}),
    "three paths": (["policies.replenishment.r=5,45", QUANTITY, ORDER], {"replications": 2}),
    "one replication": ([REORDER], {"replications": 1}),
    "nothing varies": (["run.cool_down=60,90 days"], {"replications": 2}),
}


@pytest.fixture(scope="module", params=CASES)
def page(request, tmp_path_factory):
    over, words = CASES[request.param]
    found = simulator.sweep(shop(), over, **({"replications": 3, "workers": 1} | words))
    return written(sweep_page(found, found.circumstances), tmp_path_factory.mktemp("sweep") / "report.html")


def test_page_on_a_telephone(browser, page):
    holds_in_a_browser(browser, page, width=390)
