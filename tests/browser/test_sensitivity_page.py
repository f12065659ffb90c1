"""The page of a sensitivity analysis in a real browser."""

import pytest

import simulator
from simulator.experiments.sweeping.sensitivity import MethodName
from simulator.reports.pages.sensitivity import sensitivity_page
from tests.browser.conftest import shop, written
from tests.browser.looking import holds_in_a_browser

OVER = ["run.horizon=60:90 days", "products.tea.price=3:5", "warehouses.upper.delivery_cost=0:3"]
CASES: dict[str, tuple[MethodName, int, int, list[str]]] = {
    "screening": ("morris", 4, 3, ["profit", "fill_rate", "orders"]),
    "shares of variance": ("sobol", 8, 2, ["profit"]),
    "one replication": ("morris", 2, 1, ["profit"]),
}


@pytest.fixture(scope="module", params=CASES)
def page(request, tmp_path_factory):
    method, size, replications, metrics = CASES[request.param]
    found = simulator.sensitivity(
        shop(), OVER, method=method, size=size, replications=replications, metrics=metrics, workers=1
    )
    return written(
        sensitivity_page(found, found.circumstances), tmp_path_factory.mktemp("sensitivity") / "report.html"
    )


@pytest.mark.parametrize("width", [1200, 390])
def test_page(browser, page, width):
    holds_in_a_browser(browser, page, width=width)
