"""Run folders: named after what decides the figures, there as a whole or not at all."""

import dataclasses
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from simulator.reports.files.result_folders import safe_name
from simulator.reports.results.run_results import Results, run_folder
from simulator.scenario.fingerprint import data_files, fingerprint, resolved
from simulator.scenario.load import load
from simulator.scenario.scenario import Scenario


def test_saved_twice_is_one_folder(results, tmp_path):
    first = results.save(tmp_path)
    (first / "old").touch()
    assert results.save(tmp_path) == first
    assert [place.name for place in tmp_path.iterdir()] == [first.name]
    assert not (first / "old").exists()


def test_hash_is_of_the_content_not_of_how_it_is_written(shop, tmp_path):
    other = tmp_path / "renamed.yaml"
    text = shop.read_text(encoding="utf-8")
    other.write_text("# a comment\n" + text.replace("60 days", "1440 h").replace("price: 20", "price: 20.0"))
    assert fingerprint(load(other)) == fingerprint(load(shop))


@pytest.mark.parametrize("change", ["run.seed=8", "run.replications=2", "products.tea.cost=2", "name=Other"])
def test_hash_changes_with_the_scenario(shop, change):
    assert fingerprint(load(shop, overrides=[change])) != fingerprint(load(shop))


def test_alternatives_that_are_not_applied_do_not_matter(shop, tmp_path):
    bare = tmp_path / "bare.yaml"
    bare.write_text(shop.read_text(encoding="utf-8").partition("alternatives:")[0], encoding="utf-8")
    assert fingerprint(load(bare)) == fingerprint(load(shop))
    assert fingerprint(load(shop, "no waiting")) != fingerprint(load(shop))


def test_hash_changes_with_the_data(shop, tmp_path):
    text = shop.read_text(encoding="utf-8").replace(
        "{dist: exponential, mean: 8 days}", "{dist: empirical, file: delays.csv, column: days, unit: days}"
    )
    (tmp_path / "shop.yaml").write_text(text.replace("demand:\n", "demand:\n  - orders: orders.csv\n"))
    hashes = []
    for order, delay in ((1, 5), (2, 5), (2, 6), (2, 6)):
        (tmp_path / "orders.csv").write_text(f"time,product,quantity\n{order},tea,1\n3,tea,1\n")
        (tmp_path / "delays.csv").write_text(f"days\n{delay}\n7\n")
        scenario = load(tmp_path / "shop.yaml")
        assert list(data_files(scenario)) == ["delays.csv#days", "orders.csv"]
        hashes.append(fingerprint(scenario))
    assert len(set(hashes)) == 3
    assert hashes[2] == hashes[3]


def test_resolved_scenario_reads_back(shop):
    scenario = load(shop, "members first")
    assert Scenario.model_validate(resolved(scenario)) == scenario.model_copy(update={"alternatives": {}})


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Holiday peak", "holiday-peak"),
        ("../../etc/passwd", "etc-passwd"),
        ("Größe 50 % … ¿qué?", "groe-50-que"),
        ("", "scenario"),
        ("日本", "scenario"),
        ("a" * 300, "a" * 60),
        ("con\nnul\0", "con-nul"),
    ],
)
def test_safe_name(name, safe):
    assert safe_name(name) == safe


def test_a_failed_run_leaves_nothing(shop, tmp_path):
    def fail():
        with run_folder(tmp_path / "runs", load(shop)):
            assert len(list((tmp_path / "runs").iterdir())) == 1
            raise KeyError

    with pytest.raises(KeyError):
        fail()
    assert list((tmp_path / "runs").iterdir()) == []


def test_a_failure_while_writing_keeps_the_old_folder(results, tmp_path, monkeypatch):
    place = results.save(tmp_path)
    before = {file.name for file in place.iterdir()}

    def fail(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Results, "write", fail)
    with pytest.raises(OSError, match="No space"):
        results.save(tmp_path)
    assert {file.name for file in place.iterdir()} == before
    assert [one.name for one in tmp_path.iterdir()] == [place.name]


@pytest.mark.skipif(os.name != "posix", reason="processes are not asked for elsewhere")
def test_what_killed_runs_left_is_removed(shop, tmp_path):
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    host = socket.gethostname()
    left = tmp_path / f".tmp-{gone.pid}-0123abcd@{host}"
    kept = [
        tmp_path / f".tmp-{os.getpid()}-0123abcd@{host}",
        tmp_path / f".tmp-{gone.pid}-0123abcd@another-machine",
        tmp_path / ".tmp-mine",
        tmp_path / "notes",
    ]
    for folder in (left, *kept):
        folder.mkdir()
        (folder / "file").touch()
    with run_folder(tmp_path, load(shop)):
        pass
    assert set(tmp_path.iterdir()) == set(kept)


def test_two_that_finish_at_once(results, tmp_path, monkeypatch):
    """Another process puts the same run in place just after the old one was set aside."""
    place = results.save(tmp_path)
    real, calls = Path.rename, []

    def rename(self, target):
        result = real(self, target)
        calls.append(self.name)
        if self == place and calls.count(place.name) == 1:
            place.mkdir()
            (place / "theirs").touch()
        return result

    monkeypatch.setattr(Path, "rename", rename)
    assert results.save(tmp_path) == place
    assert calls.count(place.name) == 2
    assert [one.name for one in tmp_path.iterdir()] == [place.name]
    assert not (place / "theirs").exists()


def test_runs_without_orders_have_no_order_files(results, tmp_path):
    bare = dataclasses.replace(results, outcome=dataclasses.replace(results.outcome, records={}))
    files = {file.name for file in bare.save(tmp_path).iterdir()}
    assert {name for name in files if name.endswith(".parquet")} == {"metrics_by_product.parquet"}


def test_desk_messages_and_cash_have_files_where_they_exist(results, caring, tmp_path):
    plain, rich = ({file.name for file in one.save(tmp_path).iterdir()} for one in (results, caring))
    assert rich - plain == {"contacts.parquet", "messages.parquet", "cash.parquet"}
