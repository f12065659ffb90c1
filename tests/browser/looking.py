"""What has to be true of every page, as somebody would see who looks at it."""

from pathlib import Path

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


def holds_in_a_browser(browser: Chromium, page: Path, *, width: int) -> None:
    """Every chart is drawn and fits, no texts overlap, nothing is complained of or asked for outside."""
    view = browser.show(page, width=width)
    charts = view.ask(_CHARTS)
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
        left, right, top, bottom = chart["outer"]
        assert 0 <= left < right <= width, name
        for text, *box in chart["texts"]:
            inside = box[0] >= left - 1 and box[1] <= right + 1 and box[2] >= top - 1 and box[3] <= bottom + 1
            assert inside, f"{name}: '{text}' is cut off"
        for k, one in enumerate(chart["texts"]):
            for other in chart["texts"][:k]:
                # A text may have a rim of its own, which is a text, too.
                same = one[0] == other[0] and one[1:] == other[1:]
                assert same or not _overlap(one[1:], other[1:]), f"{name}: '{one[0]}' overlaps '{other[0]}'"


def _overlap(one: list[float], other: list[float]) -> bool:
    """Whether two boxes (left, right, top, bottom) share more than an edge."""
    across = min(one[1], other[1]) - max(one[0], other[0])
    down = min(one[3], other[3]) - max(one[2], other[2])
    return across > 1 and down > 3
