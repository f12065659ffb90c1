"""Pictures of a comparison show the differences that its tables have."""

import pytest

import simulator
from simulator.metrics.metric_labels import label
from simulator.reports.charts.changes import changes, changes_table
from simulator.reports.charts.welfare import welfare
from simulator.reports.pictures.picture import Picture
from tests.unit.reports.charts.conftest import shop


def rows(picture, panel=0):
    return picture.panels[panel].spec["datasets"]["rows"]


def shown(picture: Picture | None) -> Picture:
    assert picture is not None
    return picture


REJECT = shop(policies={"backorders": "reject", "replenishment": {"type": "r_Q", "r": 12, "Q": 60}})
MORE = shop(policies={"replenishment": {"type": "r_Q", "r": 60, "Q": 60}})
FIRST = shop(policies={"allocation": "priority", "replenishment": {"type": "r_Q", "r": 12, "Q": 60}})


def compared(**alternatives):
    return simulator.compare(shop(), alternatives, replications=5, workers=1)


@pytest.fixture(scope="module")
def one():
    return compared(more=MORE)


@pytest.fixture(scope="module")
def three():
    return compared(refused=REJECT, more=MORE, first=FIRST)


def overall(comparison, alternative, metric):
    table = comparison.differences
    found = table[
        (table["alternative"] == alternative)
        & (table["metric"] == metric)
        & (table["dimension"] == "overall")
    ]
    return found.iloc[0]


def test_one_alternative_is_drawn_in_per_cent_of_the_reference(one):
    picture = shown(changes(one))
    assert len(picture.panels) == 1
    for metric in ("profit", "on_hand_mean"):
        (drawn,) = (row for row in rows(picture) if row["name"] == label(metric))
        known = overall(one, "more", metric)
        assert drawn["mean"] == pytest.approx(known["difference"] / abs(known["mean_against"]), rel=1e-3)
        half = known["half_width"] / abs(known["mean_against"])
        assert drawn["high"] - drawn["mean"] == pytest.approx(half, rel=1e-2)


def test_several_alternatives_have_a_panel_for_each_figure(three):
    picture = shown(changes(three))
    headings = [panel.heading for panel in picture.panels]
    assert headings[0] == "Profit"
    profit = {row["name"]: row["mean"] for row in rows(picture)}
    assert profit["more"] == pytest.approx(overall(three, "more", "profit")["difference"], rel=1e-3)
    stock = headings.index(label("line_fill_rate"))
    points = {row["name"]: row["mean"] for row in rows(picture, stock)}
    known = overall(three, "more", "line_fill_rate")["difference"]
    assert points["more"] == pytest.approx(100 * known, rel=1e-3)


def test_colours_and_hollow_dots_say_what_is_sure(three):
    verdicts = {
        "better": "var(--blue)",
        "worse": "var(--orange)",
        "different": "var(--event)",
        "unclear": "var(--grey)",
    }
    picture = shown(changes(three))
    seen = set()
    for k, panel in enumerate(picture.panels):
        metric = next(name for name in three.metrics if label(name) == panel.heading)
        for row in rows(picture, k):
            verdict = overall(three, row["name"], metric)["verdict"]
            assert row["colour"] == verdicts[verdict]
            assert (row["fill"] == "var(--paper)") == (verdict == "unclear")
            seen.add(verdict)
    assert {"better", "worse"} <= seen


def test_an_alternative_that_changes_nothing_is_named(three):
    same = simulator.compare(shop(), {"more": MORE, "twin": shop()}, replications=3, workers=1)
    assert "Nothing at all differs under 'twin'." in shown(changes(same)).note
    alone = simulator.compare(shop(), {"twin": shop()}, replications=3, workers=1)
    assert changes(alone) is None
    assert welfare(alone) is None


def test_table_of_changes_marks_what_is_sure(three):
    table = changes_table(three)
    assert list(table.columns) == ["", "as is", "refused", "more", "first"]
    profit = next(row for row in table.rows if row[0] == "Profit")
    better = overall(three, "more", "profit")["verdict"]
    assert profit[3].endswith({"better": " ✓", "worse": " ✗"}.get(better, ""))


def test_who_is_better_off_stands_right_who_is_worse_off_left(three):
    picture = shown(welfare(three))
    assert [panel.heading for panel in picture.panels] == ["Everybody", "members", "passers-by"]
    table = three.customers
    for k, segment in enumerate(("everybody", "members", "passers-by")):
        for row in table[table["segment"] == segment].itertuples():
            mine = {one["side"]: one["share"] for one in rows(picture, k) if one["name"] == row.alternative}
            assert mine["better off"] == pytest.approx(row.better, abs=1e-5)
            assert mine["worse off"] == pytest.approx(-row.worse, abs=1e-5)


def test_one_alternative_has_its_segments_in_one_panel(one):
    picture = shown(welfare(one))
    assert len(picture.panels) == 1
    assert [row["name"] for row in rows(picture)[::2]] == ["Everybody", "members", "passers-by"]
    assert "'more' serves" in picture.title
