"""The page of a run in a real browser: drawn, quiet, within its window, in light and dark."""

import pytest

import simulator
from simulator.reports.pages.run import run_page
from tests.browser.conftest import HOSTILE, shop, written
from tests.browser.looking import holds_in_a_browser

ONE_OF_EACH = {
    "run": {"horizon": "20 days", "replications": 1, "seed": 1},
    "products": {"mug": {}},
    "customers": {"everybody": {}},
    "demand": [{"product": "mug", "rate": "3/day"}],
    "profiles": [],
    "warehouses": {"warehouse": {}},
}


def page_of(results):
    return run_page(results.outcome, results.circumstances)


def hostile():
    """A scenario in which everything that has a name has a hostile one."""
    return shop(
        name=HOSTILE[0],
        question=HOSTILE[1],
        products={name: {"price": 9, "cost": 4} for name in HOSTILE},
        customers={HOSTILE[0]: {}, HOSTILE[3]: {"will_wait": 0.5, "patience": "9 days"}},
        demand=[
            {
                "products": dict.fromkeys(HOSTILE, "4/day"),
                "segments": {HOSTILE[0]: 0.4, HOSTILE[3]: 0.6},
                "regions": {"north": 0.5, "south": 0.5},
            }
        ],
        profiles=[{"peak": HOSTILE[1], "from": "2026-04-10", "to": "2026-04-13", "factor": 2}],
        warehouses={HOSTILE[2]: {"serves": ["north"]}, HOSTILE[1]: {"serves": ["south"]}},
        suppliers={HOSTILE[4]: {"lead_time": {"dist": "exponential", "mean": "9 days"}}},
    )


def two_modes():
    """A shop that buys by sea and expedites by air, so that its page has a table of sources."""
    lane = {"from": "importer", "transit": "5 days", "freight": {"unit": 0.2}}
    site = {"upper": {"serves": ["north"]}, "lower": {"serves": ["south"]}}
    return shop(
        lanes=[{**lane, "to": name, "mode": mode} for name in site for mode in ("sea", "air")],
        policies={
            "replenishment": {"type": "r_Q", "r": 25, "Q": 60},
            "sourcing": {"type": "single", "source": "importer by sea"},
            "expediting": {"from": "importer by air", "backlog": 3},
        },
    )


def network():
    """A depot behind customs, two warehouses behind it, and more suppliers than have room."""
    suppliers = {f"supplier with a long name {k}": {"products": [f"product {k}"]} for k in range(11)}
    lanes = [{"from": name, "to": "depot", "transit": "5 days", "customs": "port"} for name in suppliers]
    return shop(
        products={f"product {k}": {"price": 9, "cost": 4} for k in range(11)},
        demand=[
            {
                "products": {f"product {k}": f"{k + 2}/day" for k in range(11)},
                "segments": {"members": 0.4, "passers-by": 0.6},
                "regions": {"north": 0.5, "south": 0.5},
            }
        ],
        warehouses={"depot": {"serves": []}, "upper": {"serves": ["north"]}, "lower": {"serves": ["south"]}},
        suppliers=suppliers,
        lanes=[*lanes, *({"from": "depot", "to": name, "transit": "1 day"} for name in ("upper", "lower"))],
        customs={"port": {"documents": "1 day", "inspection": {"probability": "5 %", "time": "3 days"}}},
    )


def helping_out():
    """Two warehouses that serve each other's customers and send each other goods."""
    return shop(
        warehouses={name: {"serves": ["north", "south"], "delivery": "1 day"} for name in ("upper", "lower")},
        lanes=[
            {"from": one, "to": other, "carries": "transfers", "transit": "2 days"}
            for one, other in (("upper", "lower"), ("lower", "upper"))
        ],
        policies={
            "replenishment": {"type": "r_Q", "r": 25, "Q": 60},
            "routing": {"type": "overflow", "sequence": {"south": ["lower"]}},
            "transfers": {"type": "periodic", "every": "2 days"},
        },
    )


CASES = {
    "a shop": shop,
    "two modes": two_modes,
    "a network": network,
    "transfers": helping_out,
    "a hundred products": lambda: shop(
        products={f"product {k}": {"price": 9, "cost": 4} for k in range(100)},
        demand=[{"products": {f"product {k}": "0.5/day" for k in range(100)}, "regions": {"north": 1}}],
        customers={"everybody": {}},
    ),
    "hostile names": hostile,
    "no backorders": lambda: shop(policies={"backorders": "reject"}),
    "nobody waits": lambda: shop(policies={"replenishment": {"type": "r_Q", "r": 5000, "Q": 60}}),
    "nobody orders": lambda: shop(**ONE_OF_EACH | {"demand": [{"product": "mug", "rate": "0.0001/day"}]}),
    "one of each": lambda: shop(**ONE_OF_EACH),
}


@pytest.fixture(scope="module", params=CASES)
def page(request, tmp_path_factory):
    results = simulator.run(CASES[request.param](), workers=1)
    return written(page_of(results), tmp_path_factory.mktemp("run") / "report.html")


def test_page_on_a_telephone(browser, page):
    holds_in_a_browser(browser, page, width=390)


@pytest.mark.parametrize("width", [768, 1200])
@pytest.mark.parametrize("case", [hostile, network])
def test_page_on_a_larger_screen(browser, tmp_path, case, width):
    page = page_of(simulator.run(case(), workers=1))
    holds_in_a_browser(browser, written(page, tmp_path / "report.html"), width=width)


@pytest.mark.parametrize("dark", [False, True])
def test_sources_stand_in_a_table_that_can_be_read(browser, tmp_path, dark):
    file = written(page_of(simulator.run(two_modes(), workers=1)), tmp_path / "report.html")
    view = browser.show(file, width=390, dark=dark)
    rows = view.ask("""
    (() => {
      const section = [...document.querySelectorAll("section")].find((one) => one.innerText.startsWith("Sources"));
      const paper = getComputedStyle(document.body).backgroundColor;
      return [...section.querySelectorAll("tbody th")].map((one) => {
        const style = getComputedStyle(one), box = one.getBoundingClientRect();
        return [one.textContent, one.scrollWidth <= one.clientWidth, box.left >= 0 && box.right <= 390,
                style.backgroundColor === paper && style.color !== paper];
      });
    })()
    """)
    view.close()
    assert [name for name, *_ in rows] == [
        "importer by sea",
        "importer by air",
        "importer by air (expedited)",
    ]
    assert all(all(told) for _, *told in rows)


@pytest.mark.parametrize("dark", [False, True])
def test_the_flow_of_goods_can_be_read_in_light_and_dark(browser, tmp_path, dark):
    file = written(page_of(simulator.run(network(), workers=1)), tmp_path / "report.html")
    view = browser.show(file, width=390, dark=dark)
    colours = view.ask("""
    [".card", ".name", ".badge", ".waiting", ".label", ".lane path"].map((name) => {
      const style = getComputedStyle(document.querySelector(`svg.drawing ${name}`));
      return name === ".lane path" ? style.stroke : style.fill;
    })
    """)
    scrolls = view.ask("document.querySelector('svg.drawing').parentElement.scrollWidth > 390")
    view.close()
    card, name, badge, waiting, label, lane = colours
    assert scrolls
    assert all(colour.startswith("rgb(") for colour in colours)
    assert len({card, name, badge, lane}) == 4
    assert name == label
    assert waiting not in {card, badge}
    assert (sum(map(int, card[4:-1].split(","))) < 300) == dark


def test_the_flow_of_goods_fits_on_paper(browser, tmp_path):
    file = written(page_of(simulator.run(network(), workers=1)), tmp_path / "report.html")
    view = browser.show(file, width=700, media="print")
    right = view.ask("document.querySelector('svg.drawing').getBoundingClientRect().right")
    view.close()
    assert right <= 700


def test_colours_follow_the_scheme_but_not_on_paper(browser, tmp_path):
    file = written(page_of(simulator.run(shop(), workers=1)), tmp_path / "report.html")
    paper = "getComputedStyle(document.body).backgroundColor"
    line = "getComputedStyle(document.querySelector('.mark-line path')).stroke"
    light, dark, print_ = (
        (view.ask(paper), view.ask(line))
        for view in (
            browser.show(file),
            browser.show(file, dark=True),
            browser.show(file, dark=True, media="print"),
        )
    )
    assert light == print_ == ("rgb(255, 255, 255)", light[1])
    assert dark[0] != light[0]
    assert dark[1] != light[1]
    assert dark[1].startswith("rgb(")


def test_even_a_page_that_was_tampered_with_runs_no_script_and_asks_for_nothing(browser, tmp_path):
    page = page_of(simulator.run(shop(), workers=1))
    foreign = (
        '<script>window.broken = 1</script><img src="http://127.0.0.1:9/x.png" onerror="window.broken = 2">'
    )
    view = browser.show(written(page.replace("<main>", f"<main>{foreign}"), tmp_path / "report.html"))
    assert view.ask("window.broken") is None
    assert [one for one in view.requests if not one.startswith("file:")] == []
    assert sum("Content Security Policy" in one for one in view.complaints) >= 2
