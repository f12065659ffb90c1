"""When things go wrong that are not the user's: our faults, a reader who has gone."""

import os

import pytest


@pytest.fixture
def broken(monkeypatch):
    """A simulator that fails."""

    def fail(*args, **kwargs):
        raise KeyError("shelf 7")

    monkeypatch.setattr("simulator.experiments.replicate.replicate", fail)


@pytest.mark.usefixtures("broken")
def test_our_fault_leaves_a_log(simulator, folder):
    answer = simulator("run", "shop.yaml")
    assert answer.code == 3
    assert answer.out == ""
    assert "KeyError: 'shelf 7'" in answer.err
    assert "Traceback" not in answer.err
    (log,) = folder.glob("simulator-error-*.log")
    assert log.name in answer.err
    text = log.read_text(encoding="utf-8")
    assert "Traceback" in text
    assert "shop.yaml" in text
    assert list((folder / "results/runs").iterdir()) == []


@pytest.mark.usefixtures("broken")
def test_debug_shows_the_traceback(simulator, folder):
    answer = simulator("--debug", "run", "shop.yaml")
    assert answer.code == 3
    assert "Traceback" in answer.err
    assert "shelf 7" in answer.err
    assert not list(folder.glob("*.log"))


@pytest.mark.usefixtures("broken")
def test_log_goes_elsewhere_if_it_must(simulator, folder, monkeypatch, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    monkeypatch.setattr(
        "simulator.reports.failures.Path", lambda *parts: folder / "missing" if not parts else elsewhere
    )
    assert str(elsewhere) in simulator("run", "shop.yaml").err
    assert list(elsewhere.glob("simulator-error-*.log"))


@pytest.mark.parametrize("words", [["schema"], ["metrics"], ["run", "shop.yaml"], ["show", "shop.yaml"]])
@pytest.mark.skipif(os.name != "posix", reason="pipes break otherwise elsewhere")
def test_reader_has_gone(process, words):
    running = process(*words)
    running.stdout.close()
    _, err = running.communicate(timeout=300)
    assert (err, running.returncode) == ("", 141)
