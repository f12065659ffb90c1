"""Pictures show what the figures say."""

import colorsys
import dataclasses
import json
import re
from importlib.resources import files

import numpy as np
import pytest
import vl_convert

from simulator.reports.charts.line_outcomes import EVERYBODY, FATES, line_outcomes
from simulator.reports.charts.products import products
from simulator.reports.charts.profit_waterfall import money
from simulator.reports.charts.stock_course import backlog_by_warehouse, course
from simulator.reports.charts.waiting_curve import waiting_curve
from simulator.reports.pictures import palette
from simulator.reports.pictures.picture import Picture


def shown(picture: Picture | None) -> Picture:
    assert picture is not None
    return picture


def rows(picture, panel=0, name="rows"):
    """The rows of a panel."""
    return picture.panels[panel].spec["datasets"][name]


def number(text):
    return float(text.replace(",", "").split()[0])


def test_fates_of_lines_add_up(outcome):
    picture = line_outcomes(outcome)
    for name, *cells in picture.table.rows:
        assert sum(map(number, cells)) == pytest.approx(100, abs=0.3), name
    assert [row[0] for row in picture.table.rows] == [EVERYBODY, "members", "passers-by"]
    summary = outcome.summary()
    met = dict(zip(picture.table.columns[1:], picture.table.rows[0][1:], strict=True))
    assert number(met["Served from stock"]) == pytest.approx(100 * summary["line_fill_rate"].mean, abs=0.06)
    assert number(met["Cancelled while waiting"]) == pytest.approx(
        100 * summary["cancelled_rate"].mean, abs=0.06
    )


def test_bars_of_fates_have_no_gaps(outcome):
    parts = rows(line_outcomes(outcome))
    for name in (EVERYBODY, "members", "passers-by"):
        mine = [row for row in parts if row["group"] == name]
        assert mine[0]["from"] == 0
        assert [row["to"] for row in mine[:-1]] == [row["from"] for row in mine[1:]]


def test_where_nearly_all_is_served_at_once_the_rest_is_drawn(outcome, refused):
    drawn = {row["fate"] for row in rows(line_outcomes(refused))}
    assert drawn == {"refused, being out of stock"}
    assert "not drawn" in line_outcomes(refused).note
    assert outcome.summary()["line_fill_rate"].mean > 0.6


def test_nobody_waits(nobody_waits):
    picture = line_outcomes(nobody_waits)
    assert picture.title == "100 % of the order lines are served from stock"
    assert picture.panels == ()
    assert waiting_curve(nobody_waits) is None
    assert products(nobody_waits) is None
    drawn = shown(course(nobody_waits))
    assert drawn.title.startswith("Nobody waits; stock is lowest on ")
    assert len(drawn.panels) == 1


def test_waits_begin_with_the_share_that_waits_at_all(outcome):
    picture = shown(waiting_curve(outcome))
    start = {row["group"]: row["share"] for row in rows(picture) if row["wait"] == 0}
    known = {name: one["backorder_rate"].mean for name, one in outcome.summary_by("segment").items()}
    assert start == pytest.approx(known, rel=1e-4)
    for name in start:
        shares = [row["share"] for row in rows(picture) if row["group"] == name]
        assert shares == sorted(shares, reverse=True)
    share = 100 * outcome.summary()["backorder_rate"].mean
    assert number(picture.title) == pytest.approx(share, abs=0.06)


def test_customers_with_patience_for_nine_days_do_not_wait_longer(outcome):
    mine = {
        row["wait"]: row["share"]
        for row in rows(shown(waiting_curve(outcome)))
        if row["group"] == "passers-by"
    }
    assert max(wait for wait, share in mine.items() if share > 0) < 9
    assert any(wait > 9 for wait in mine)


def test_course_averages_to_the_figures_of_the_measured_time(outcome):
    picture = shown(course(outcome))
    summary = outcome.summary()
    for panel, metric in ((0, "backorders_mean"), (1, "on_hand_mean")):
        drawn = [row["mean"] for row in rows(picture, panel, "days")][20:]
        assert len(drawn) == 60
        assert np.mean(drawn) == pytest.approx(summary[metric].mean, rel=1e-4)
    peak = max(rows(picture, 0, "days")[20:], key=lambda row: row["mean"])
    assert f"{peak['mean']:,.0f} units wait" in picture.title
    assert {key.text for key in picture.keys} == {"warm-up, not measured"}


def test_a_band_needs_replications(outcome):
    one = dataclasses.replace(outcome, figures=outcome.figures[:1], outlines=outcome.outlines[:1])
    assert "high" in rows(shown(course(outcome)), 0, "days")[0]
    assert "high" not in rows(shown(course(one)), 0, "days")[0]
    assert "one replication" in shown(course(one)).note
    assert shown(course(one)).table.columns == ["Day", "Units waiting", "Units on hand"]


def test_backlog_of_warehouses(outcome):
    picture = shown(backlog_by_warehouse(outcome))
    assert [panel.heading for panel in picture.panels] == ["upper", "lower"]
    waiting = {name: one["backorders_mean"].mean for name, one in outcome.summary_by("warehouse").items()}
    share = 100 * waiting["upper"] / sum(waiting.values())
    assert picture.title == f"{share:.0f} % of the units that wait, wait for warehouse upper"
    top = {json.dumps(panel.spec["layer"][-2]["encoding"]["y"]["scale"]) for panel in picture.panels}
    assert len(top) == 1


def test_pictures_of_the_course_need_outlines(bare):
    assert course(bare) is None
    assert backlog_by_warehouse(bare) is None
    assert waiting_curve(bare) is None


def test_products_are_ranked_and_half_of_the_waiting_is_named(outcome):
    picture = shown(products(outcome))
    drawn = [(row["product"], row["mean"]) for row in rows(picture)]
    assert [mean for _, mean in drawn] == sorted((mean for _, mean in drawn), reverse=True)
    share = 100 * drawn[0][1] / sum(mean for _, mean in drawn)
    assert share > 50
    assert picture.title == f"One product holds {share:.0f} % of the units that wait"


def test_money_leads_from_revenue_to_profit(outcome):
    picture = shown(money(outcome))
    steps = rows(picture)
    assert [step["name"] for step in steps] == [
        *(
            "Revenue",
            "Cost of goods",
            "Holding stock",
            "Ordering",
            "Delivery",
            "Backorders",
            "Lost sales",
            "Profit",
        )
    ]
    # The last cost ends where profit, counted from 0, does: no cost of the glossary is missing.
    assert steps[-2]["to"] == pytest.approx(steps[-1]["to"], rel=1e-3)
    assert steps[-1]["from"] == 0
    amounts = {row[0]: row[1] for row in picture.table.rows}
    assert number(amounts["Profit"]) == pytest.approx(outcome.summary()["profit"].mean, abs=0.5)


def test_the_costs_of_profit_are_those_of_the_glossary():
    from simulator.metrics.glossary import GLOSSARY
    from simulator.reports.charts.profit_waterfall import COSTS

    named = GLOSSARY["profit"].formula.replace("- of", "").partition(",")[0]
    words = [word.strip().removesuffix(" cost") for word in named.removeprefix("revenue - ").split(" - ")]
    assert [name.replace("_", " ").removesuffix(" cost").removesuffix(" sold") for name in COSTS] == [
        word.removesuffix(" sold") for word in words
    ]


def test_every_picture_says_what_it_shows(outcome):
    pictures = [
        line_outcomes(outcome),
        shown(waiting_curve(outcome)),
        shown(course(outcome)),
        shown(products(outcome)),
        shown(money(outcome)),
    ]
    for picture in pictures:
        assert re.search(r"\d", picture.title), picture.title
        assert picture.note
        assert picture.table.rows
        for panel in picture.panels:
            assert re.search(r"\d", panel.description), panel.description
            assert panel.spec["width"] == "container"
            vl_convert.vegalite_to_vega(
                {**panel.spec, "width": 300}
            )  # raises on a channel or scale that is none


def test_fates_have_different_colours():
    assert len({fate.colour for fate in FATES}) == len(FATES)


def test_groups_have_no_colour_that_means_better_or_worse():
    """In light and in dark; a reader of one page takes orange for worse everywhere."""
    style = files("simulator.reports").joinpath("templates", "page.css").read_text(encoding="utf-8")
    colours = re.findall(r"--([\w-]+): (#[0-9a-f]{6})", style)
    verdicts = {value for name, value in colours if name in {"blue", "orange"}}
    groups = [value for name, value in colours if name.startswith("series-")]
    assert len(verdicts) == 4
    assert len(groups) == 2 * len(palette.SERIES)
    assert not verdicts & set(groups)
    for group in groups:  # nor one that is nearly theirs: in strong colours the hue tells
        hue, saturation = hue_of(group)
        for verdict in verdicts:
            apart = abs(hue - hue_of(verdict)[0])
            assert min(apart, 1 - apart) > 15 / 360 or saturation < 0.3, (group, verdict)


def hue_of(colour: str) -> tuple[float, float]:
    """Hue and saturation."""
    hue, _, saturation = colorsys.rgb_to_hls(*(int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)))
    return hue, saturation
