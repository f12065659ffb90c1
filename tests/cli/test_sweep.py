"""``simulator sweep``: what it prints, what it leaves, and how it goes on after a kill."""

import json
import os
import signal
import sqlite3
import time

import pandas as pd
import pytest

from simulator.model.world import simulate
from tests.cli.shop import SHOP

OVER = ["--over", "policies.replenishment.r=10:50:20", "--over", "policies.allocation=fcfs,priority"]


def result_folder(answer, folder):
    last = answer.out.splitlines()[-1]
    assert last.startswith("Results in ")
    return folder / last.removeprefix("Results in ")


def test_report(simulator, folder):
    answer = simulator("sweep", "shop.yaml", *OVER, "--replications", "3", "--workers", "1")
    assert answer.code == 0
    assert answer.err == ""
    lines = answer.out.splitlines()
    assert lines[:2] == ["Corner shop · 6 cells, 3 replications each", "Who waits?"]
    assert "Measured: all 60 days. All totals are of this time." in lines
    for word in ("allocation", "Fill rate", "On hand", "Profit", "Best with r = 50", "±", "~"):
        assert word in answer.out
    assert sum("priority" in line and "±" in line for line in lines if line[0:1].isdigit()) == 3
    assert max(map(len, lines[:-1])) <= 80
    assert "\x1b" not in answer.out


def test_times_that_are_swept_over(simulator, folder):
    answer = simulator(
        "sweep", "shop.yaml", "--over", "run.warm_up=20,30,40 days", "--replications", "2", "--workers", "1"
    )
    said = "days 20 to 60, 40 days, and 2 other times: totals are not comparable"
    assert f"Measured: {said}." in answer.out.splitlines()
    assert f"Measured: {said}" in (result_folder(answer, folder) / "report.html").read_text(encoding="utf-8")


def test_result_folder(simulator, folder):
    answer = simulator("sweep", "shop.yaml", *OVER, "--replications", "2", "--seed", "3", "--workers", "1")
    place = result_folder(answer, folder)
    assert place.name.startswith("sweep-corner-shop-")
    assert {"cells.csv", "summary.csv", "results.parquet", "manifest.json"} <= {
        f.name for f in place.iterdir()
    }
    cells = pd.read_csv(place / "cells.csv")
    assert cells["policies.replenishment.r"].tolist() == [10, 10, 30, 30, 50, 50]
    manifest = json.loads((place / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["over"]["policies.allocation"] == ["fcfs", "priority"]
    assert manifest["seed"] == 3
    assert len({cell["hash"] for cell in manifest["cells"]}) == 6
    assert [path.name for path in place.parent.iterdir()] == [place.name]
    again = simulator(
        "sweep", "shop.yaml", *OVER, "--replications", "2", "--seed", "3", "-q", "--workers", "2"
    )
    assert again.out == f"Results in {place.relative_to(folder)}\n"


def test_zip_and_metrics(simulator):
    zipped = ["--over", "policies.replenishment.r=10,30", "--over", "policies.replenishment.Q=20,40", "--zip"]
    answer = simulator("sweep", "shop.yaml", *zipped, "--metric", "wait_mean", "--metric", "lines", "--json")
    plain = json.loads(answer.out)
    assert [cell["values"]["policies.replenishment.Q"] for cell in plain["cells"]] == ["20", "40"]
    assert list(plain["cells"][0]["metrics"]) == ["lines", "wait_mean"]
    assert plain["best"] == {}  # wait_mean is over those served, who are not equally many
    assert plain["replications"] == 1
    words = ["--metric", "Units lost", "--metric", "units_lost", "--json"]
    plain = json.loads(simulator("sweep", "shop.yaml", *zipped, *words).out)
    assert list(plain["cells"][0]["metrics"]) == ["lost_units"]


@pytest.mark.parametrize(
    ("words", "wrong"),
    [
        (["--over", "policies.alocation=fcfs"], "did you mean 'allocation'?"),
        (["--over", "policies.allocation=fcfs,prority"], "--over policies.allocation=prority"),
        (["--over", "policies.replenishment.r=10:50"], "a sweep needs a step"),
        (["--over", "run.seed=1:5:1"], "cannot be varied"),
        (["--over", "policies.replenishment.r=1,2", "--metric", "proft"], "did you mean 'profit'?"),
        (["--over", "run.horizon=9 days,8 days", "--over", "run.cool_down=1 day", "--zip"], "equally many"),
        ([], "Missing option '--over'"),
    ],
)
def test_mistakes(simulator, folder, words, wrong):
    answer = simulator("sweep", "shop.yaml", *words)
    assert answer.code == 2
    assert wrong in " ".join(answer.err.replace("│", " ").split())
    assert not (folder / "results").exists()


LONG = ["--over", "policies.replenishment.r=10:50:10", "--replications", "14", "--out", "runs"]
TRIALS = 5 * 14


@pytest.fixture
def killed(process, folder):
    """The unfinished folder of a sweep that was killed midway, and how many of its trials are finished."""
    running = process("sweep", "shop.yaml", *LONG, "--workers", "2")
    deadline = time.monotonic() + 60
    log = None
    while log is None or log.stat().st_size < 150_000:
        assert running.poll() is None, running.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.005)
        log = next(iter((folder / "runs").glob("sweep-*.unfinished/trials.sqlite-wal")), None)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    left = log.parent
    # Closing takes what is in the log into the database, as the next sweep will.
    database = sqlite3.connect(left / "trials.sqlite")
    (finished,) = database.execute("SELECT COUNT(*) FROM trials").fetchone()
    database.close()
    return left, finished


@pytest.fixture
def played(monkeypatch):
    """The trials that are really played from now on, in this process."""
    played = []

    def counted(scenario, replication):
        played.append((scenario.policies.replenishment.r, replication))
        return simulate(scenario, replication)

    monkeypatch.setattr("simulator.experiments.replications.trials.simulate", counted)
    return played


@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL elsewhere")
def test_a_killed_sweep_goes_on_as_planned(killed, played, simulator, folder):
    left, finished = killed
    assert 0 < finished < TRIALS
    (folder / "shop.yaml").write_text(SHOP.replace("price: 4", "price: 7"), encoding="utf-8")
    resumed = simulator("sweep", "shop.yaml", *LONG, "--workers", "1", "--resume")
    assert resumed.code == 0
    assert "shop.yaml: changed meanwhile; going on as planned" in resumed.err
    assert len(played) == len(set(played)) == TRIALS - finished
    place = result_folder(resumed, folder)
    assert place == left.with_name(left.name.removesuffix(".unfinished"))
    assert [path.name for path in place.parent.iterdir()] == [place.name]

    (folder / "shop.yaml").write_text(SHOP, encoding="utf-8")
    whole = result_folder(simulator("sweep", "shop.yaml", *LONG, "--out", "whole", "--workers", "1"), folder)
    assert whole.name == place.name
    assert len(played) == 2 * TRIALS - finished
    for name in ("cells.csv", "summary.csv"):
        assert (place / name).read_bytes() == (whole / name).read_bytes()
    pd.testing.assert_frame_equal(
        pd.read_parquet(place / "results.parquet"),
        pd.read_parquet(whole / "results.parquet"),
        check_exact=True,
    )


def test_without_resume_an_edited_file_counts(killed, played, simulator, folder):
    left, _ = killed
    (folder / "shop.yaml").write_text(SHOP.replace("price: 4", "price: 7"), encoding="utf-8")
    answer = simulator("sweep", "shop.yaml", *LONG, "--workers", "1")
    assert len(played) == TRIALS
    assert result_folder(answer, folder).name != left.name.removesuffix(".unfinished")
    assert left.exists()


def test_nothing_to_go_on_from(simulator, folder):
    answer = simulator("sweep", "shop.yaml", *OVER, "--resume", "--workers", "1")
    assert answer.code == 0
    assert "Nothing is unfinished that was asked for in these words" in answer.err


def history_shop(folder):
    columns = "{time: day, order: order, product: item, quantity: units}"
    demand = f"demand:\n  - {{orders: orders.csv, columns: {columns}, segment: members}}\n"
    start, end = SHOP.index("demand:"), SHOP.index("suppliers:")
    (folder / "shop.yaml").write_text(SHOP[:start] + demand + SHOP[end:], encoding="utf-8")
    rows = [f"{day},{day},tea,{1 + day % 5}" for day in range(59)]
    (folder / "orders.csv").write_text("\n".join(["day,order,item,units", *rows, ""]), encoding="utf-8")


def test_data_that_has_changed_is_refused(folder, simulator, process):
    history_shop(folder)
    over = ["--over", "policies.replenishment.r=10:50:5", "--replications", "40", "--out", "runs"]
    running = process("sweep", "shop.yaml", *over, "--workers", "1")
    while not (log := next(iter((folder / "runs").glob("*.unfinished/trials.sqlite-wal")), None)) or (
        log.stat().st_size < 100_000
    ):
        assert running.poll() is None, running.communicate()
        time.sleep(0.005)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    kept = (folder / "orders.csv").read_text(encoding="utf-8")
    (folder / "orders.csv").write_text(kept.replace("3,3,tea,4", "3,3,tea,5"), encoding="utf-8")
    answer = simulator("sweep", "shop.yaml", *over, "--workers", "1", "--resume")
    assert answer.code == 2
    assert (
        "orders.csv has changed since the plan was made; without --resume everything is played anew"
        in answer.err
    )
    (folder / "orders.csv").unlink()
    answer = simulator("sweep", "shop.yaml", *over, "--workers", "1", "--resume")
    assert answer.code == 2
    assert "orders.csv" in answer.err
    (folder / "orders.csv").write_text(kept, encoding="utf-8")
    assert simulator("sweep", "shop.yaml", *over, "--workers", "1", "--resume").code == 0
