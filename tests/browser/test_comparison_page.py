"""The page of a comparison in a real browser."""

import pytest

import simulator
from simulator.reports.pages.comparison import comparison_page
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
    return written(
        comparison_page(found, found.circumstances), tmp_path_factory.mktemp("comparison") / "report.html"
    )


def test_page_on_a_telephone(browser, page):
    holds_in_a_browser(browser, page, width=390)


def test_panels_beside_each_other(browser, tmp_path):
    scenarios = {name: shop(**changes) for name, changes in SEVERAL.items()}
    found = simulator.compare(shop(), scenarios, replications=2, workers=1)
    holds_in_a_browser(
        browser, written(comparison_page(found, found.circumstances), tmp_path / "report.html"), width=900
    )


SHADE = """
[...document.querySelectorAll(".scroll")].filter((one) => one.scrollWidth > one.clientWidth + 1).map((one) => ({
  shaded: getComputedStyle(one).backgroundImage.includes("gradient"),
  fixed: getComputedStyle(one.querySelector("tbody th")).position,
}))
"""
VERDICTS = """
(() => {
  const table = document.querySelector("table.verdicts"), chart = document.querySelector("[data-chart]");
  const box = table.getBoundingClientRect();
  return {
    first: (table.compareDocumentPosition(chart) & Node.DOCUMENT_POSITION_FOLLOWING) > 0,
    fits: table.parentElement.scrollWidth <= table.parentElement.clientWidth + 1 && box.right <= innerWidth,
    rows: table.tBodies[0].rows.length,
    colours: Object.fromEntries([...table.querySelectorAll("td")].map((one) => [
      one.className, getComputedStyle(one).color,
    ])),
  };
})()
"""


@pytest.fixture(scope="module")
def several(tmp_path_factory):
    scenarios = {name: shop(**changes) for name, changes in SEVERAL.items()}
    found = simulator.compare(shop(), scenarios, replications=4, workers=1)
    return written(
        comparison_page(found, found.circumstances), tmp_path_factory.mktemp("several") / "report.html"
    )


@pytest.mark.parametrize("dark", [False, True])
def test_a_table_that_goes_on_says_so_and_verdicts_fit(browser, several, dark):
    view = browser.show(several, width=390, dark=dark)
    wide, verdicts = view.ask(SHADE), view.ask(VERDICTS)
    view.close()
    assert wide
    assert all(one == {"shaded": True, "fixed": "sticky"} for one in wide)
    assert verdicts["first"]
    assert verdicts["fits"]
    assert verdicts["rows"] == len(SEVERAL)
    assert verdicts["colours"]["better"] != verdicts["colours"]["worse"]


NARROW = """
(() => {
  const one = document.querySelector("table.verdicts").parentElement, box = one.getBoundingClientRect();
  return {
    scrolls: one.scrollWidth > one.clientWidth,
    beside: box.right - one.firstElementChild.getBoundingClientRect().right,
    box: [box.right + scrollX, box.top + scrollY, box.height],
    paper: getComputedStyle(document.body).backgroundColor,
  };
})()
"""
WIDE = """
(() => {
  const one = [...document.querySelectorAll("section > .scroll")].find((one) => one.scrollWidth > one.clientWidth + 60);
  one.scrollLeft = %s;
  // The table's lines and words would be in the way.
  one.firstElementChild.style.visibility = "hidden";
  const box = one.getBoundingClientRect();
  return [box.right + scrollX, box.top + scrollY, box.height];
})()
"""


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize(("width", "scale"), [(1200, 1.5), (1201, 1.25), (1013, 1.1), (1001, 2.625)])
def test_nothing_stands_right_of_a_narrow_table(browser, several, width, scale, dark):
    """On screens where edges lie between pixels, what is covered would shimmer through."""
    view = browser.show(several, width=width, dark=dark)
    found = view.ask(NARROW)
    right, top, height = found["box"]
    seen = view.colours(right - 40, top - 3, 43, height + 6, scale=scale)
    view.close()
    assert not found["scrolls"]
    assert found["beside"] > 50
    assert seen == {found["paper"]}


@pytest.mark.parametrize("dark", [False, True])
def test_the_shade_goes_at_the_end_of_a_table(browser, several, dark):
    view = browser.show(several, width=390, dark=dark)
    shades = []
    for place in (0, 1_000_000):
        right, top, height = view.ask(WIDE % place)
        shades.append(len(view.colours(right - 30, top, 30, height - 20, scale=2)))
    view.close()
    assert shades[0] > 10
    assert shades[1] == 1


def test_print_begins_with_verdict_and_pictures_and_cuts_no_table(browser, several):
    """The first sheet (US letter with Chromium's margins: 739 x 979 pixels) has a picture, and no table is too wide."""
    view = browser.show(several, width=739, media="print")
    lowest = view.ask("document.querySelector('.panel').getBoundingClientRect().bottom")
    widest = view.ask("Math.max(...[...document.querySelectorAll('table')].map((one) => one.offsetWidth))")
    apart = view.ask("getComputedStyle(document.querySelector('figure')).breakInside")
    view.close()
    assert lowest < 979
    assert widest <= 739
    assert apart == "auto"
