"""Baselines as files: they read back, differ line by line, and are there as a whole or not at all."""

import json
import math
from dataclasses import replace

import pytest

from simulator.experiments.checking.baseline import Baseline, KeptFigure
from simulator.experiments.statistics.equivalence_tests import SeriesMoments
from simulator.reports.files.baseline_files import baseline_text, read_baseline, write_baseline
from simulator.values.mistakes import ScenarioError

FIGURES = {
    "profit": KeptFigure((-1234.56789012345, 1 / 3), SeriesMoments(-617.123456789, 873.123456789, 20, 20)),
    "lines": KeptFigure((8024.0, 8023.0), SeriesMoments(8023.5, 0.5, 20, 20)),
    "wait_mean": KeptFigure((math.nan, 0.5), SeriesMoments(0.5, math.nan, 1, 20)),
    "refunds": KeptFigure((math.nan, math.nan), SeriesMoments(math.nan, math.nan, 0, 20)),
}
BASELINE = Baseline("abc", 42, "1", 20, FIGURES)


def test_it_reads_back(tmp_path):
    write_baseline(tmp_path / "new" / "shop.json", {None: BASELINE, "no waiting": replace(BASELINE, seed=7)})
    found = read_baseline(tmp_path / "new" / "shop.json")
    assert found.keys() == {None, "no waiting"}
    assert (found[None].substance, found[None].seed, found["no waiting"].seed) == ("abc", 42, 7)
    assert found[None].replications == 20
    for name, kept in FIGURES.items():
        same = found[None].figures[name]
        assert same.first == pytest.approx(kept.first, rel=1e-11, abs=0, nan_ok=True)
        moments = (kept.moments.mean, kept.moments.sd, kept.moments.n, kept.moments.of)
        again = (same.moments.mean, same.moments.sd, same.moments.n, same.moments.of)
        assert again == pytest.approx(moments, rel=1e-8, abs=0, nan_ok=True)


def test_one_line_a_figure_and_sorted_keys():
    text = baseline_text({None: BASELINE, "first": BASELINE})
    plain = json.loads(text)
    assert text == baseline_text({"first": BASELINE, None: BASELINE})
    assert list(plain) == sorted(plain)
    assert list(plain["as is"]["figures"]) == ["lines", "profit", "refunds", "wait_mean"]
    lines = [line.strip() for line in text.splitlines()]
    assert lines.count('"lines": {"first": [8024, 8023], "mean": 8023.5, "sd": 0.5},') == 2
    assert (
        '"profit": {"first": [-1234.56789012, 0.333333333333], "mean": -617.123457, "sd": 873.123457},'
        in lines
    )
    assert '"wait_mean": {"first": [null, 0.5], "mean": 0.5, "n": 1, "sd": null}' in lines
    assert '"refunds": null,' in lines


def test_one_figure_that_moves_is_one_line_of_a_diff():
    moved = replace(
        BASELINE,
        figures={**FIGURES, "lines": KeptFigure((8024.0, 8022.0), SeriesMoments(8023.0, 1.4, 20, 20))},
    )
    before, after = (baseline_text({None: one, "x": BASELINE}).splitlines() for one in (BASELINE, moved))
    assert sum(one != other for one, other in zip(before, after, strict=True)) == 1


def test_a_scenario_without_baseline(tmp_path):
    assert read_baseline(tmp_path / "shop.json") == {}


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "{}", '{"format": 2}', '{"format": 1, "as is": {}, "alternatives": {}, "streams": "1"}'],
)
def test_a_broken_file_is_told(tmp_path, text):
    (tmp_path / "shop.json").write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError, match=r"shop\.json:1:1: this is no baseline .*--update shop"):
        read_baseline(tmp_path / "shop.json")


def test_whoever_is_killed_while_writing_leaves_the_old_file(tmp_path, monkeypatch):
    file = tmp_path / "shop.json"
    write_baseline(file, {None: BASELINE})
    before = file.read_bytes()

    def killed(descriptor):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", killed)
        with pytest.raises(KeyboardInterrupt):
            write_baseline(file, {None: replace(BASELINE, seed=8)})
    assert file.read_bytes() == before
    assert list(tmp_path.glob("*.json")) == [file]
    write_baseline(file, {None: replace(BASELINE, seed=8)})
    assert sorted(path.name for path in tmp_path.iterdir()) == ["shop.json"]
