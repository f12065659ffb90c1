"""``--limit``: work beyond it is refused before anything is played, by every command that plays."""

import pytest

OVER = "policies.replenishment.r=10:40"
COMMANDS = [
    ["run", "shop.yaml"],
    ["compare", "shop.yaml"],
    ["sweep", "shop.yaml", "--over", "policies.replenishment.r=10,40"],
    ["optimise", "shop.yaml", "--over", OVER, "--maximise", "profit", "--replications", "2"],
    ["explain", "shop.yaml"],
    ["sensitivity", "shop.yaml", "--over", OVER],
    ["check", "shop.yaml", "--update", "shop"],
]


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_every_command_has_a_limit(simulator, folder, words):
    answer = simulator(*words, "--limit", "1 MB")
    assert answer.code == 2
    assert answer.out == ""
    assert "too much work: " in answer.err
    assert "the limit is 24 hours and 0.0 GB" in answer.err
    assert "Ask for " in answer.err
    assert "--limit '1 GB'" in answer.err
    assert "fault" not in answer.err
    assert not list(folder.glob("results/runs/*"))


@pytest.mark.parametrize("words", COMMANDS, ids=lambda words: words[0])
def test_a_limit_that_is_none(simulator, words):
    answer = simulator(*words, "--limit", "much")
    assert answer.code == 2
    assert "'much'" in answer.err


def test_work_that_takes_long_is_announced(simulator, monkeypatch):
    monkeypatch.setattr("simulator.experiments.workers.work_limits.TOLD_SECONDS", 0.0)
    answer = simulator("run", "shop.yaml")
    assert answer.code == 0
    assert answer.err.startswith("This is 1 replication of up to about 630 order lines: some 1 seconds on ")
    assert simulator("run", "shop.yaml", "--quiet").err == ""


def test_replications_and_time_in_one_limit(simulator):
    words = ["compare", "shop.yaml", "no waiting", "--until", "profit±0.1%"]
    answer = simulator(*words, "--limit", "11, 1 MB")
    assert answer.code == 2
    assert "too much work: " in answer.err
    assert simulator(*words, "--limit", "11, 1 h").code == 0
