"""What has to be true of every page, as somebody would see who looks at it."""

from pathlib import Path
from typing import Any

from tests.browser.chromium import Chromium

_CHARTS = """
[...document.querySelectorAll("[data-chart]")].map((place) => {
  const svg = place.querySelector("svg");
  const box = (one) => { const r = one.getBoundingClientRect(); return [r.left, r.right, r.top, r.bottom]; };
  const seen = (one) => one.textContent !== "" && getComputedStyle(one).opacity !== "0";
  return {
    name: place.dataset.chart,
    drawn: svg !== null,
    marks: svg === null ? 0 : svg.querySelectorAll(".role-mark path, .role-mark line, .role-mark text").length,
    empty: svg !== null && /NaN|undefined|Infinity/.test(svg.outerHTML),
    outer: svg === null ? [] : box(svg),
    texts: svg === null ? [] :
      [...svg.querySelectorAll("text")].filter(seen).map((one) => [one.textContent, ...box(one)]),
  };
})
"""

_DRAWINGS = """
[...document.querySelectorAll("svg.drawing")].map((svg) => {
  const box = (one) => { const r = one.getBoundingClientRect(); return [r.left, r.right, r.top, r.bottom]; };
  const card = (one) => one.parentElement.querySelector(".card");
  return {
    outer: box(svg),
    empty: /NaN|undefined|Infinity/.test(svg.outerHTML),
    texts: [...svg.querySelectorAll("text")].map((one) => [one.textContent, ...box(one)]),
    cards: [...svg.querySelectorAll("g > text")].filter(card).map((one) => [one.textContent, box(one), box(card(one))]),
    scrolls: svg.parentElement.scrollWidth - svg.parentElement.clientWidth,
    named: svg.getAttribute("aria-labelledby").split(" ").every((id) => document.getElementById(id).textContent),
  };
})
"""


def holds_in_a_browser(browser: Chromium, page: Path, *, width: int) -> None:
    """Every chart is drawn and fits, no texts overlap, nothing is complained of or asked for outside."""
    view = browser.show(page, width=width)
    charts, drawings = view.ask(_CHARTS), view.ask(_DRAWINGS)
    broken, whole = view.ask("window.broken"), view.ask("document.documentElement.scrollWidth")
    view.close()
    assert charts
    assert view.complaints == []
    assert view.requests == [page.as_uri()]
    assert broken is None
    assert whole <= width
    for chart in charts:
        name = chart["name"]
        assert chart["drawn"], name
        assert chart["marks"] > 0, name
        assert not chart["empty"], name
        left, right, *_ = chart["outer"]
        assert 0 <= left < right <= width, name
        for text, *box in chart["texts"]:
            assert _within(box, chart["outer"]), f"{name}: '{text}' is cut off"
        _no_texts_overlap(name, chart["texts"])
    for drawing in drawings:
        _holds(drawing, width)


def _holds(drawing: dict[str, Any], width: int) -> None:
    """A drawing lies within its own box, which scrolls if it is narrow, and its texts within theirs."""
    assert drawing["named"]
    assert not drawing["empty"]
    left, right, top, bottom = drawing["outer"]
    assert left >= 0
    assert right <= width + drawing["scrolls"]
    for text, *box in drawing["texts"]:
        assert _within(box, [left, right, top, bottom]), f"'{text}' is cut off"
    for text, box, card in drawing["cards"]:
        assert _within(box, card), f"'{text}' does not fit into its place"
    _no_texts_overlap("drawing", drawing["texts"])


def _within(box: list[float], outer: list[float]) -> bool:
    """Whether a box (left, right, top, bottom) lies within another."""
    across = box[0] >= outer[0] - 1 and box[1] <= outer[1] + 1
    return across and box[2] >= outer[2] - 1 and box[3] <= outer[3] + 1


def _no_texts_overlap(name: str, texts: list[Any]) -> None:
    for k, one in enumerate(texts):
        for other in texts[:k]:
            # A text may have a rim of its own, which is a text, too.
            same = one[0] == other[0] and one[1:] == other[1:]
            assert same or not _overlap(one[1:], other[1:]), f"{name}: '{one[0]}' overlaps '{other[0]}'"


def _overlap(one: list[float], other: list[float]) -> bool:
    """Whether two boxes (left, right, top, bottom) share more than an edge."""
    across = min(one[1], other[1]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[2], other[2])
    return across > 1 and down > 3
