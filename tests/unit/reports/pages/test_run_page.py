"""The page as a file: whole, safe whatever things are called, not too large, and asking for nothing outside."""

import base64
import hashlib
import json
import re
from html.parser import HTMLParser

import pytest

import simulator
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import label
from simulator.reports.pages.run import _TILES, run_page
from simulator.reports.results.run import run

HOSTILE = (
    "</script><script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "<!-- <script>",
    "{{ 7 * 7 }}{% raw %}",
    "a & b",
)


class Reader(HTMLParser):
    """What a browser sees: elements, their attributes, and the text of scripts and all else."""

    def __init__(self, page):
        super().__init__()
        self.elements, self.scripts, self.texts = [], [], []
        self.feed(page)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag == "script":
            self.scripts.append((dict(attrs), ""))

    def handle_data(self, data):
        if self.elements and self.elements[-1][0] == "script" and self.scripts[-1][1] == "":
            self.scripts[-1] = (self.scripts[-1][0], data)
        else:
            self.texts.append(data)


def page_of(results):
    return run_page(results.outcome, results.circumstances)


@pytest.fixture(scope="module")
def plain(results):
    return page_of(results)


@pytest.fixture(scope="module")
def hostile():
    scenario = simulator.Scenario.model_validate(
        {
            "name": HOSTILE[0],
            "question": HOSTILE[1],
            "run": {"horizon": "60 days", "replications": 2},
            "products": {name: {"price": 2, "cost": 1} for name in HOSTILE},
            "customers": {name: {} for name in HOSTILE},
            "demand": [
                {"products": dict.fromkeys(HOSTILE, "3/day"), "segments": dict.fromkeys(HOSTILE, 0.2)}
            ],
            "profiles": [{"peak": HOSTILE[2], "from": "2026-01-10", "to": "2026-01-12", "factor": 2}],
            "policies": {"replenishment": {"type": "r_Q", "r": 1, "Q": 20}},
            "suppliers": {HOSTILE[3]: {"lead_time": "5 days"}},
        }
    )
    return page_of(simulator.run(scenario, workers=1))


def test_names_stay_names(hostile, plain):
    ordinary, found = Reader(plain), Reader(hostile)
    assert {tag for tag, _ in found.elements} <= {tag for tag, _ in ordinary.elements}
    assert "img" not in {tag for tag, _ in found.elements}
    assert all(not name.startswith("on") for _, attributes in found.elements for name in attributes)
    text = " ".join(found.texts)
    assert all(name in text for name in HOSTILE)


def test_charts_are_json_with_every_name(hostile):
    found = Reader(hostile)
    charts = [
        json.loads(text) for attributes, text in found.scripts if attributes.get("type") == "application/json"
    ]
    assert len(charts) == sum("data-chart" in attributes for _, attributes in found.elements) >= 4
    assert all(
        set(HOSTILE) & set(_texts(chart)) for chart in charts if '"y":{"field":"product"' in json.dumps(chart)
    )
    assert set(HOSTILE) <= {text for chart in charts for text in _texts(chart)}


def _texts(value):
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [text for part in value for text in _texts(part)]
    return [value] if isinstance(value, str) else []


def test_only_the_one_known_script_may_run(plain):
    found = Reader(plain)
    (policy,) = [
        attributes["content"]
        for tag, attributes in found.elements
        if tag == "meta" and attributes.get("http-equiv") == "Content-Security-Policy"
    ]
    (script,) = [text for attributes, text in found.scripts if "type" not in attributes]
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    assert policy.startswith(f"default-src 'none'; script-src 'sha256-{digest}';")
    assert "unsafe-eval" not in policy


def test_nothing_is_asked_for_outside(plain, hostile):
    for page in (plain, hostile):
        for tag, attributes in Reader(page).elements:
            assert tag not in {"link", "iframe", "object", "embed", "base"}
            assert not {"src", "href", "srcset", "action", "xlink:href"} & set(attributes), tag
        style = page.partition("<style>")[2].partition("</style>")[0]
        assert "url(" not in style
        assert "@import" not in style


def test_one_library_and_less_than_two_megabytes(plain, hostile):
    for page in (plain, hostile):
        assert len(page.encode()) < 2_000_000
        assert page.count("window.vegaEmbed") == 1


def test_what_the_page_says(results, plain):
    text = " ".join(Reader(plain).texts)
    assert "Corner shop" in text
    assert "Who waits?" in text
    assert f"{results['fill_rate'].mean * 100:.1f} %" in text
    assert "60 days, 1 January 2026 to 2 March 2026" in text
    assert "nan" not in text.lower().split()


def test_no_two_tiles_have_the_same_label():
    titles = {title: metric for title, metric, _ in _TILES}
    for metric in GLOSSARY:
        assert titles.get(label(metric), metric) == metric


def test_tiles_of_units_and_of_their_share_are_told_apart(shop):
    page = page_of(run(shop, replications=2, workers=1, overrides=["show=[unsold_units]"]))
    labels = re.findall(r'<span class="label">(.+?)</span>', page)
    assert labels[0] == "Units not sold"
    assert "Share not sold" in labels
    assert len(set(labels)) == len(labels)


def test_a_page_is_the_same_every_time(results, plain):
    assert page_of(results) == plain


def test_run_folders_have_it(results, plain, tmp_path):
    assert (results.save(tmp_path) / "report.html").read_text(encoding="utf-8") == plain
