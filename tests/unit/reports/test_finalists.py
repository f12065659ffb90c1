"""The report of an optimisation: what is found, how sure that is, and what is not."""

import io

import pytest
from rich.console import Console

from simulator.reports.finalists import sentences, show_optimisation, table
from simulator.reports.optimisation import optimise

POLICY = "policies.replenishment"


def quick(shop, over, minimise=(), maximise=(), subject_to=()):
    return optimise(
        shop,
        over,
        minimise=minimise,
        maximise=maximise,
        subject_to=subject_to,
        workers=1,
        replications=5,
        limit=20,
        trials=12,
    )


def said(found):
    return " ".join(sentences(found)).replace("\u00a0", " ")


@pytest.fixture(scope="module")
def found(shop):
    """The largest profit with a limit, over two levels."""
    return quick(
        shop,
        [f"{POLICY}.r=10:90", f"{POLICY}.Q=20:99"],
        maximise=["profit"],
        subject_to=["fill_rate >= 80 %"],
    )


def test_the_best(found):
    text = said(found)
    assert text.startswith("Best: r = ")
    assert "with profit " in text
    assert "than as it is" in text
    assert "It keeps the limits, with 95 % confidence: fill rate " in text
    assert text.endswith("12 of 6,480 settings were tried: a better one may be among the others.")


@pytest.mark.parametrize("width", [60, 80, 140])
def test_the_report(found, width, shop):
    file = io.StringIO()
    show_optimisation(Console(file=file, width=width, highlight=False, markup=False), found, shop)
    lines = file.getvalue().splitlines()
    assert lines[0].startswith("Corner shop · maximise profit subject to")
    assert max(map(len, lines[:-1])) <= width
    assert lines[-1] == f"simulator run {shop} --set {found.settings[0]} --set {found.settings[1]}"
    assert any(line.startswith("as is") for line in lines)


def test_the_table(found):
    made = table(found, 140)
    assert [column.header for column in made.columns] == [
        *("r", "Q", "Profit", "Fill rate [%]", "Against the best", "Limits", "Replications")
    ]
    assert made.row_count == len(found.ranked) + 1
    assert [column.header for column in table(found, 40).columns][-1] == "Fill rate [%]"


def test_all_were_tried_and_the_end_of_a_range(shop):
    found = quick(shop, [f"{POLICY}.r=0:4:2"], maximise=["profit"])
    text = said(found)
    assert "All 3 settings were tried." in text
    assert "r = 4 is the end of its range: beyond it profit may be better still." in text


def test_settings_that_do_the_same(shop):
    found = quick(shop, ["policies.allocation=fcfs,{type: fcfs}"], maximise=["profit"])
    text = said(found)
    assert "which is not certainly another than as it is" in text
    assert "Exactly as good: " in text


def test_none_keeps_the_limits(shop):
    found = quick(shop, [f"{POLICY}.r=0:9"], maximise=["profit"], subject_to=["fill_rate[tea] >= 99 %"])
    text = said(found)
    assert text.startswith("Every setting that was tried certainly breaks a limit: fill_rate[tea] >= 99 %.")
    assert "Nearest comes r = 9: fill rate of tea " in text
    assert found.plain()["best"] is None
    assert found.plain()["as_is"] is None


def test_whether_a_limit_is_kept_may_stay_open(shop):
    level = quick(shop, [f"{POLICY}.r=30,31"], maximise=["fill_rate"])
    reached = level.finalists["fill_rate"][0]
    found = quick(
        shop, [f"{POLICY}.r=30,31"], minimise=["on_hand_mean"], subject_to=[f"fill_rate >= {reached:.4f}"]
    )
    assert found.finals is not None
    assert set(found.finals.verdicts.values()) <= {"unclear", "keeps"}
    assert "unclear" in found.finals.verdicts.values()
    assert "Whether it keeps the limits is not certain" in said(found) or "Better may be" in said(found)


def test_two_objectives(shop):
    found = quick(shop, [f"{POLICY}.r=0:90"], minimise=["on_hand_mean", "wait_mean"])
    text = said(found)
    assert (
        "settings are best in this sense: none of the others tried is better in both on hand and wait" in text
    )
    assert found.settings == ()
    assert found.plain()["best"] is None
    assert len(found.plain()["front"]) == len(found.front) > 1
    assert any(
        "[days]" in str(column.header) or "[hours]" in str(column.header)
        for column in table(found, 140).columns
    )


def test_a_folder(found, tmp_path):
    place = found.save(tmp_path)
    assert place.name.startswith("optimise-corner-shop-")
    assert {file.name for file in place.iterdir()} == {
        *("manifest.json", "optimisation.json", "trials.csv", "finalists.csv", "settings.txt")
    }
    lines = (place / "settings.txt").read_text(encoding="utf-8").splitlines()
    assert lines == [f"--set {setting}" for setting in found.settings]
