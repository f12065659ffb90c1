"""``simulator optimise``: what it prints, what it leaves, and what it refuses."""

import json
import shlex
import sys

import pandas as pd
import pytest

QUICK = ["--replications", "3", "--limit", "20", "--workers", "1"]
OVER = ["--over", "policies.replenishment.r=10:90", "--over", "policies.replenishment.Q=20:99"]
PROFIT = ["optimise", "shop.yaml", *OVER, "--maximise", "profit", "--trials", "6", *QUICK]


def result_folder(answer, folder):
    return folder / answer.out.splitlines()[-1].removeprefix("Results in ")


def test_report_and_folder(simulator, folder):
    answer = simulator(*PROFIT, "--subject-to", "fill_rate[members] >= 60 %")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[0] == "Corner shop · maximise profit subject to fill_rate[members] >= 60 %"
    assert any(line.startswith("Best: r = ") for line in lines)
    assert "Measured: all 60 days. All totals are of this time." in lines
    place = result_folder(answer, folder)
    trials = pd.read_csv(place / "trials.csv")
    assert len(trials) == 6
    assert list(trials.columns[:5]) == [
        *("trial", "policies.replenishment.r", "policies.replenishment.Q", "state", "replications")
    ]
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["over"]["policies.replenishment.Q"] == ["20", "99", 80]
    assert [path.name for path in place.parent.iterdir()] == [place.name]


def test_times_among_the_settings_are_told(simulator):
    over = ["--over", "policies.replenishment.r=30,40", "--over", "run.horizon=50,60 days"]
    answer = simulator("optimise", "shop.yaml", *over, "--maximise", "fill_rate", "--trials", "4", *QUICK)
    assert "Measured: all 60 days, and 1 other time: totals are not comparable." in answer.out.splitlines()


def test_the_last_line_plays_the_best(simulator, folder):
    answer = simulator(*PROFIT)
    (line,) = (line for line in answer.out.splitlines() if line.startswith("simulator run "))
    best = json.loads((result_folder(answer, folder) / "optimisation.json").read_text(encoding="utf-8"))[
        "best"
    ]
    words = shlex.split(line)
    assert words[1:3] == ["run", "shop.yaml"]
    assert words[4::2] == best["settings"]
    assert simulator(*words[1:], "--quiet").code == 0


def test_json(simulator):
    plain = json.loads(simulator(*PROFIT, "--json").out)
    assert plain["objectives"] == ["maximise profit"]
    assert plain["tried"] == 6
    assert plain["possible"] == 81 * 80
    assert plain["best"]["confidence"] == 0.95
    assert plain["finalists"][0]["figures"]["profit"]["unit"] == "money"
    assert plain["finalists"][0]["values"] == dict(
        setting.split("=") for setting in plain["best"]["settings"]
    )


def test_any_number_of_workers_gives_the_same(simulator, folder):
    one, two = (simulator(*PROFIT, "--json", "--out", f"w{n}", "--workers", str(n)) for n in (1, 2))
    assert one.out == two.out
    (first,), (second,) = ((folder / f"w{n}").glob("*/trials.csv") for n in (1, 2))
    assert first.read_bytes() == second.read_bytes()


def test_an_interrupted_one_goes_on(simulator, folder, monkeypatch):
    from simulator.experiments.optimising import optimisation

    def interrupted(*words):
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(optimisation, "play_finals", interrupted)
        stopped = simulator(*PROFIT)
    assert stopped.code == 130
    assert "the same command with --resume" in stopped.err
    assert [path.suffix for path in (folder / "results" / "runs").iterdir()] == [".unfinished"]
    again = simulator(*PROFIT, "--resume")
    assert again.code == 0
    assert [path.name for path in (folder / "results" / "runs").iterdir()] == [
        result_folder(again, folder).name
    ]


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--maximise", "proft"], "there is no figure 'proft'; did you mean 'profit'"),
        ([], "say what to minimise or maximise"),
        (["--maximise", "profit", "--subject-to", "fill_rate"], "'fill_rate' says no limit"),
        (
            ["--maximise", "profit", "--over", "policies.replenishment.rr=1:9"],
            "unknown key 'rr'; did you mean 'r'?",
        ),
        (["--maximise", "customs_delay_mean"], "does not exist in this scenario"),
        (["--maximise", "profit", "--indifference", "0"], "must be above 0"),
        (["--maximise", "profit", "--limit", "5"], "20"),
    ],
)
def test_mistakes(simulator, folder, words, told):
    answer = simulator(
        "optimise", "shop.yaml", *OVER[:2], *QUICK[:2], "--workers", "1", "--trials", "3", *words
    )
    assert answer.code == 2
    assert told in " ".join(answer.err.replace("│", " ").split())
    assert not list(folder.glob("results/runs/*"))


def test_without_optuna(simulator, monkeypatch, folder):
    monkeypatch.setitem(sys.modules, "optuna", None)
    answer = simulator(*PROFIT)
    assert answer.code == 2
    assert "needs Optuna: pip install 'backorder-simulator[optimise]'" in " ".join(answer.err.split())
