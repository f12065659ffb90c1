"""``simulator compare``: what it prints, what it leaves, and what it refuses."""

import json

import pandas as pd
import pytest

from simulator.experiments.workers.workers import Workers
from simulator.model.world import simulate


def result_folder(answer, folder):
    """The folder that the output names."""
    last = answer.out.splitlines()[-1]
    assert last.startswith("Results in ")
    return folder / last.removeprefix("Results in ")


def test_report(simulator, folder):
    answer = simulator("compare", "shop.yaml", "--workers", "1", "--replications", "8")
    assert (answer.code, answer.err) == (0, "")
    lines = answer.out.splitlines()
    assert lines[:2] == ["Corner shop · 2 compared with 'as is'", "Who waits?"]
    said = " ".join(lines[3:8])
    assert said.startswith(
        "None of the 2 alternatives certainly earns more than 'as is'; 'no waiting' earns "
    )
    measured = lines.index("Measured: all 60 days. All totals are of this time.")
    assert measured < lines.index(next(line for line in lines if line.startswith("Against 'as is'")))
    heading = next(line for line in lines if "as is" in line and "no waiting" in line and "earns" not in line)
    assert heading.split("  ")[-1].strip() == "members first"
    lost = next(line for line in lines if line.startswith("Units lost"))
    assert "✗" in lost
    assert next(line for line in lines if line.startswith("Orders better / worse off")).split()[-3:] == [
        "Everybody",
        "members",
        "passers-by",
    ]
    assert max(map(len, lines[:-1])) <= 80
    assert "\x1b" not in answer.out
    assert len(lines) < 45


def test_other_times_are_told(simulator, folder):
    with (folder / "shop.yaml").open("a", encoding="utf-8") as file:
        file.write("  longer: {run: {horizon: 90 days}}\n")
    answer = simulator("compare", "shop.yaml", "longer", "--replications", "2", "--workers", "1")
    assert "Measured: all 60 days, and 1 other time: totals are not comparable." in answer.out.splitlines()


def test_levels_that_differ_are_shown(simulator, folder):
    with (folder / "shop.yaml").open("a", encoding="utf-8") as file:
        file.write("  less: {policies: {replenishment: {type: base_stock, S: 20}}}\n")
    answer = simulator("compare", "shop.yaml", "--replications", "2", "--workers", "1")
    lines = answer.out.partition("Where levels differ\n")[2].splitlines()
    assert [line.split()[:5] for line in lines if line.startswith("tea")] == [
        ["tea", "as", "is", "r_Q", "30"],
        ["tea", "less", "base_stock", "–", "–"],
    ]
    table = pd.read_csv(result_folder(answer, folder) / "levels.csv")
    rows = table[table["product"] == "tea"].to_dict("records")
    assert {row["alternative"]: row["r"] for row in rows if row["alternative"] != "less"} == {
        "as is": 30,
        "no waiting": 30,
        "members first": 30,
    }
    assert [row["S"] for row in rows if row["alternative"] == "less"] == [20]


def test_folder(simulator, folder):
    answer = simulator("compare", "shop.yaml", "no waiting", "--replications", "3", "-q", "--seed", "3")
    place = result_folder(answer, folder)
    assert place.name.startswith("compare-corner-shop-")
    assert {file.name for file in place.iterdir()} >= {
        "manifest.json",
        "comparison.json",
        "differences.csv",
        "means.csv",
        "customers.csv",
        "replications.csv",
        "report.html",
    }
    assert [path.name for path in place.parent.iterdir()] == [place.name]  # nothing unfinished is left
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["against"] == "as is"
    assert list(manifest["alternatives"]) == ["as is", "no waiting"]
    assert len(set(manifest["alternatives"].values())) == 2
    assert (manifest["seed"], manifest["replications"]) == (3, 3)
    differences = pd.read_csv(place / "differences.csv")
    assert set(differences["alternative"]) == {"no waiting"}
    assert set(differences["group"]) == {"overall", "members", "passers-by"}
    replications = pd.read_csv(place / "replications.csv")
    means = replications.groupby("alternative")["profit"].mean()
    profit = differences.query("metric == 'profit' and dimension == 'overall'").iloc[0]
    assert profit["difference"] == pytest.approx(means["no waiting"] - means["as is"])


def test_json(simulator, folder):
    words = (
        "compare",
        "shop.yaml",
        "--against",
        "no waiting",
        "--replications",
        "3",
        "--metric",
        "profit",
        "--json",
    )
    found = json.loads(simulator(*words).out)
    assert found["against"] == "no waiting"
    assert found["alternatives"] == ["no waiting", "as is", "members first"]
    assert {row["metric"] for row in found["differences"]} == {"profit"}
    assert {row["segment"] for row in found["customers"]} == {"everybody", "members", "passers-by"}
    assert (found["until"], found["best"]) == (None, None)
    # One machine's folder is another's: what decides the result decides its name.
    place = next((folder / "results/runs").iterdir())
    assert json.loads((place / "comparison.json").read_text(encoding="utf-8")) == found


def test_until_says_how_many(simulator):
    answer = simulator("compare", "shop.yaml", "no waiting", "--until", "line_fill_rate+-0.03")
    assert "replications make every difference as sure as asked: line_fill_rate±0.03." in answer.out
    answer = simulator("compare", "shop.yaml", "no waiting", "--until", "profit±0.1%", "--limit", "11")
    text = " ".join(answer.out.split())
    assert "After 11 replications, the limit, the differences are not as sure as asked (profit±0.1%)" in text


def test_best_says_which(simulator):
    answer = simulator("compare", "shop.yaml", "--best", "profit±100", "--replications", "10")
    text = " ".join(answer.out.split())
    assert "Best for profit is 'as is', chosen with 95 % probability of a correct choice where" in text
    assert (
        "a difference of 100 matters; 'members first' cannot be told from it. It took 10 replications" in text
    )


def test_other_customers_are_told(simulator, folder):
    file = folder / "shop.yaml"
    file.write_text(
        file.read_text() + "  busy: {demand: [{product: tea, rate: 9/day}, {product: pots, rate: 1/day}]}\n"
    )
    text = " ".join(simulator("compare", "shop.yaml", "busy", "--replications", "2").out.split())
    assert "'busy': not the same customers come as to 'as is', so that pairing by order is off" in text
    assert "That is another world, not a choice" in text
    assert "better / worse off" not in text


def test_another_world_is_never_best(simulator, folder):
    file = folder / "shop.yaml"
    file.write_text(
        file.read_text()
        + "  quiet: {demand: [{product: tea, segments: {members: 40 %, passers-by: 60 %}, rate: 1/day}, "
        "{product: pots, segment: members, rate: 1/day}]}\n"
    )
    words = ("compare", "shop.yaml", "no waiting", "members first", "quiet", "--replications", "6")
    answer = simulator(*words, "--metric", "unsold_units", "--metric", "profit")
    said = " ".join(answer.out.split()).partition("Measured:")[0]
    assert "Units not sold" in said
    assert said.count("'quiet'") == 1  # where it is told to be another world
    found = json.loads(simulator(*words, "--json").out)
    assert found["other_worlds"] == ["quiet"]
    assert "quiet" in {row["alternative"] for row in found["differences"]}


def test_one_alternative_is_told_plainly(simulator):
    answer = simulator(
        "compare", "shop.yaml", "members first", "--replications", "2", "--metric", "unsold_units"
    )
    said = " ".join(answer.out.split())
    assert "Units not sold: exactly the same under 'members first' as under 'as is'." in said


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["member first"], "did you mean 'members first'?"),
        (["--against", "nobody"], "there is no alternative 'nobody'"),
        (["as is"], "there is nothing to compare with 'as is'"),
        (["--metric", "profits"], "did you mean 'profit'?"),
        (["--until", "profit"], "say how sure profit has to be"),
        (["--until", "satisfaction±1%"], "satisfaction does not exist under 'as is'"),
        (["--best", "orders"], "neither more nor less of orders is better"),
        (["--limit", "20"], "is for --until and --best"),
        (["--set", "products.tea.prize=3"], "did you mean 'price'?"),
        (["--workers", "0"], "should be greater than or equal to 1"),
    ],
)
def test_mistakes(simulator, folder, words, told):
    answer = simulator("compare", "shop.yaml", *words)
    assert answer.code == 2
    text = " ".join(answer.err.replace("│", " ").split())
    assert told in text
    assert not list(folder.glob("results/runs/*"))


def test_an_interrupted_comparison_is_shown_and_gone_on_with(simulator, folder, monkeypatch):
    def interrupted(self, task, items):
        yield from ((k, task(items[k])) for k in range(3))
        raise KeyboardInterrupt

    words = ("compare", "shop.yaml", "--replications", "6", "--workers", "1")
    whole = simulator(*words)
    with monkeypatch.context() as patched:
        patched.setattr(Workers, "each", interrupted)
        answer = simulator(*words, "--out", "runs")
    assert answer.code == 130
    assert "Interrupted after 3 replications of every alternative; so far:" in answer.out
    assert "--resume" in answer.err
    place = result_folder(answer, folder)
    assert place.name.endswith(".unfinished")
    assert json.loads((place / "comparison.json").read_text(encoding="utf-8"))["interrupted"] is True

    played = []

    def noted(scenario, number):
        played.append(number)
        return simulate(scenario, number)

    monkeypatch.setattr("simulator.experiments.replications.trials.simulate", noted)
    answer = simulator(*words, "--out", "runs", "--resume")
    assert sorted(played) == [3, 3, 3, 4, 4, 4, 5, 5, 5]
    assert answer.out.splitlines()[:-1] == whole.out.splitlines()[:-1]
    assert [path.name for path in (folder / "runs").iterdir()] == [result_folder(answer, folder).name]


def test_customers_who_are_forgotten_cannot_be_compared(simulator):
    answer = simulator("compare", "shop.yaml", "--set", "run.window=7d")
    assert answer.code == 2
    assert "cannot be compared order by order" in " ".join(answer.err.replace("│", " ").split())
