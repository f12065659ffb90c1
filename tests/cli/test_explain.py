"""``simulator explain``: what it prints, what it leaves, and what it answers to mistakes."""

import json

import pandas as pd
import pytest

TROUBLES = [
    *("--set", "profiles=[{peak: fair, from: 2026-01-20, to: 2026-01-22, factor: 4}]"),
    *("--set", "suppliers.importer.capacity=15/day"),
]
"""Two more causes than the shop has, which are late suppliers."""


@pytest.fixture
def explained(simulator, folder):
    """Runs the command with few replications; gives its answer and its result folder."""

    def run(*words):
        answer = simulator("explain", "shop.yaml", "--workers", "1", *words)
        assert answer.code == 0, answer.err
        last = answer.out.splitlines()[-1]
        return answer, folder / last.removeprefix("Results in ")

    return run


def test_report(explained):
    answer, place = explained("--replications", "3", *TROUBLES)
    assert answer.err == ""
    lines = answer.out.splitlines()
    assert lines[:2] == ["Corner shop", "Why did customers wait?"]
    assert lines[3].startswith("Of the ")
    assert "customers who waited" in lines[3]
    for words in ("Waited because of", "unsteady supplier lead times", "none of these", "Profit lost", "±"):
        assert words in answer.out
    assert "All 8 combinations of 3 causes; 3 replications of each" in answer.out
    assert max(map(len, lines[:-1])) <= 80
    assert "\x1b" not in answer.out
    assert place.is_dir()


def test_folder(explained):
    _, place = explained("--replications", "2", "--seed", "11", "-q", *TROUBLES)
    assert place.name.startswith("explain-corner-shop-")
    assert {file.name for file in place.iterdir()} == {
        *(
            "manifest.json",
            "explanation.json",
            "attribution.csv",
            "totals.csv",
            "coalitions.csv",
            "levels.csv",
            "report.html",
        )
    }
    assert "limited production capacity" in (place / "report.html").read_text(encoding="utf-8")
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["seed"], manifest["replications"]) == (11, 2)
    assert (manifest["causes"], manifest["method"]) == (["peaks", "capacity", "lead_times"], "exact")
    assert manifest["argv"][1:3] == ["explain", "shop.yaml"]
    coalitions = pd.read_csv(place / "coalitions.csv")
    assert len(coalitions) == 8 * 2
    attribution = pd.read_csv(place / "attribution.csv")
    totals = pd.read_csv(place / "totals.csv").set_index("outcome")["value"]
    assert attribution.groupby("outcome")["value"].sum().to_dict() == pytest.approx(totals.to_dict())


def test_json(explained, folder):
    answer = explained(
        "--json", "--causes", "customs, lead_times", "-a", "members first", "--replications", "2"
    )
    result = json.loads(answer[0].out)
    assert list(result) == [
        *(
            "schema_version",
            "scenario",
            "alternative",
            "seed",
            "replications",
            "method",
            "causes",
            "totals",
            "attribution",
        ),
        "warnings",
    ]
    assert (result["alternative"], result["replications"]) == ("members first", 2)
    assert {name: cause["present"] for name, cause in result["causes"].items()} == {
        "lead_times": True,
        "customs": False,
    }
    of_customs = [row for row in result["attribution"] if row["cause"] == "customs"]
    assert [(row["value"], row["half_width"]) for row in of_customs] == [(0.0, 0.0)] * 4
    (saved,) = (folder / "results/runs").glob("explain-*/explanation.json")
    assert json.loads(saved.read_text(encoding="utf-8")) == result


def test_no_number_for_what_does_not_exist(explained):
    rows = json.loads(explained("--json")[0].out)["attribution"]  # the shop's one replication
    assert [row["half_width"] for row in rows] == [None] * 4


def test_the_same_for_any_number_of_workers(simulator):
    one, two = (
        json.loads(
            simulator("explain", "shop.yaml", "--json", "--replications", "3", "--workers", n, *TROUBLES).out
        )
        for n in ("1", "2")
    )
    assert one == two


def test_other_question_other_folder(explained):
    places = {
        explained("-q", *words)[1].name
        for words in (
            [],
            ["--seed", "8"],
            ["--causes", "customs"],
            ["--permutations", "4"],
            ["-a", "members first"],
        )
    }
    assert len(places) == 5
    # The causes that the scenario has are those that are asked for if none is named.
    assert explained("-q", "--causes", "lead_times")[1].name in places


def test_sampled(explained):
    answer, place = explained("--replications", "2", "--permutations", "4", *TROUBLES)
    assert "for 4 of their sequences drawn at random" in " ".join(answer.out.split())
    assert json.loads((place / "manifest.json").read_text())["method"] == "sampled permutations, 4"


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--causes", "lead_time"], "did you mean 'lead_times'?"),
        (["--causes", "weather"], "known: peaks, seasons, capacity"),
        (["--causes", "peaks,"], "unknown cause ''"),
        (["--permutations", "5"], "an even number from 4 on, not 5"),
        (["--replications", "0"], "--replications"),
        (["-a", "no wating"], "did you mean 'no waiting'?"),
    ],
)
def test_mistakes(simulator, folder, words, said):
    answer = simulator("explain", "shop.yaml", *words)
    assert answer.code == 2
    assert said in " ".join(answer.err.replace("│", " ").split())
    assert not (folder / "results").exists()


def test_levels_that_cannot_be_held(simulator, folder):
    (folder / "orders.csv").write_text("time,product,quantity\n2,tea,3\n9,tea,1\n")
    sized = "policies.replenishment={type: s_S, service_level: 90 %, cover: 5 days}"
    both = "demand=[{orders: orders.csv, segment: members}, {product: pots, segment: members, rate: 1/day}]"
    answer = simulator("explain", "shop.yaml", "-s", sized, "-s", both)
    assert answer.code == 2
    assert "replenishment needs its levels as numbers" in " ".join(answer.err.replace("│", " ").split())


def test_go_on_after_an_interruption(simulator, folder, monkeypatch):
    from simulator.experiments.replications import trials

    played = []
    play = trials.play

    def counted(*words):
        played.append(words[-1])
        if len(played) == 5:
            raise KeyboardInterrupt
        return play(*words)

    words = ("explain", "shop.yaml", "--replications", "2", "--workers", "1", "--json", *TROUBLES)
    monkeypatch.setattr(trials, "play", counted)
    answer = simulator(*words)
    assert answer.code == 130
    assert "--resume" in answer.err
    again = simulator(*words, "--resume")
    assert len(played) == 5 + 16 - 4
    monkeypatch.undo()
    assert json.loads(again.out)["attribution"]
