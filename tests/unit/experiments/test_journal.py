import dataclasses
import os
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.outline import Outline, outline
from simulator.experiments.replications.packed_columns import pack, unpack
from simulator.experiments.workers import code_version
from simulator.metrics.figures import figures
from simulator.model.world import Record, simulate
from simulator.scenario.load import load
from simulator.scenario.scenario import Scenario

SCENARIO = Scenario.model_validate(
    {
        "run": {"horizon": "30 days", "cool_down": "10 days", "replications": 2},
        "products": {"mug": {"price": 8, "cost": 3}},
        "demand": [{"products": {"mug": "6/day"}}],
        "suppliers": {"supplier": {"lead_time": {"dist": "gamma", "mean": "7 days", "cv": 0.5}}},
        "policies": {"replenishment": {"type": "r_Q", "r": 30, "Q": 40}},
    }
)


def changed(**run):
    return SCENARIO.model_copy(update={"run": SCENARIO.run.model_copy(update=run)})


def identical(one, other):
    """Whether two results are the same down to the bits, their types included."""
    assert type(one) is type(other)
    if dataclasses.is_dataclass(one):
        for field in dataclasses.fields(one):
            identical(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, dict):
        assert one.keys() == other.keys()
        for key, value in one.items():
            identical(value, other[key])
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        assert one.shape == other.shape
        assert one.tobytes() == other.tobytes()
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for first, second in zip(one, other, strict=True):
            identical(first, second)
    else:
        assert one == other


@pytest.fixture
def path(tmp_path):
    return tmp_path / "journal.sqlite"


@pytest.fixture(scope="module")
def record():
    return simulate(SCENARIO, 1)


def test_what_was_put_is_found_by_the_next_process(path, record):
    with Journal(path) as journal:
        assert journal.get(SCENARIO, 1) is None
        journal.put(SCENARIO, 1, figures(record), record)
        identical(journal.get(SCENARIO, 1), figures(record))
    with Journal(path) as journal:
        assert journal.finished(SCENARIO) == [1]
        identical(journal.get(SCENARIO, 1), figures(record))
        identical(journal.part(Record, SCENARIO, 1), record)
        assert journal.part(Record, SCENARIO, 0) is None
    assert [file.name for file in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize("file", ["support_load", "loyalty", "communication", "payment_timing"])
def test_every_kind_of_record(path, file):
    scenario = load(Path(f"scenarios/{file}.yaml"), overrides=["run.horizon=40 days", "run.warm_up=0 days"])
    whole = simulate(scenario)
    with Journal(path) as journal:
        journal.put(scenario, 0, figures(whole), whole, outline(whole))
        identical(journal.part(Record, scenario, 0), whole)
        identical(journal.part(Outline, scenario, 0), outline(whole))


def test_a_column_of_one_number_stays_small():
    same, empty = np.broadcast_to(np.float64(np.nan), 1000), np.empty((0, 3), np.int16)
    layout, buffers = pack({"same": same, "empty": empty, "names": ("a", "b"), "end": float("inf")})
    data = b"".join(buffers)
    assert len(data) == 8
    column = buffers[0].obj
    assert isinstance(column, np.ndarray)
    assert column.base is not None
    assert column.base.size == 1, "the numbers are not spread out either"
    found = unpack(layout, data)
    identical(found["same"], same)
    identical(found["empty"], empty)
    assert (found["names"], found["end"]) == (("a", "b"), float("inf"))
    with pytest.raises(ValueError, match=r"7 bytes|buffer"):
        unpack(layout, data[:-1])


def test_all_of_a_trial_is_kept_or_nothing(path, record, monkeypatch):
    with Journal(path) as journal:
        with monkeypatch.context() as patched:
            patched.setattr("simulator.experiments.replications.journal.figures_columns", interrupt)
            with pytest.raises(KeyboardInterrupt):
                journal.put(SCENARIO, 1, figures(record), record)
        assert journal.empty
        journal.put(SCENARIO, 1, figures(record), record)
        identical(journal.part(Record, SCENARIO, 1), record)


def interrupt(*_):
    raise KeyboardInterrupt


def test_how_many_are_wanted_does_not_matter_but_all_else_does(path, record):
    with Journal(path) as journal:
        journal.put(SCENARIO, 1, figures(record))
        assert journal.get(changed(replications=99), 1) is not None
        assert journal.get(changed(seed=99), 1) is None
        assert journal.get(SCENARIO, 0) is None


def test_other_code_finds_nothing(path, record, monkeypatch):
    with Journal(path) as journal:
        journal.put(SCENARIO, 1, figures(record))
    monkeypatch.setattr(code_version, "code_version", lambda: "another")
    with Journal(path) as journal:
        assert journal.get(SCENARIO, 1) is None


def test_anew(path, record):
    with Journal(path) as journal:
        journal.put(SCENARIO, 1, figures(record))
    with Journal(path, anew=True) as journal:
        assert journal.get(SCENARIO, 1) is None
        assert journal.finished(SCENARIO) == []
        assert not journal.empty
        journal.put(SCENARIO, 2, figures(record))
        assert journal.finished(SCENARIO) == [2]
    with Journal(path) as journal:
        assert journal.finished(SCENARIO) == [1, 2]


def test_columns_of_others(path):
    with Journal(path) as journal:
        journal.store("differences", 3, {"waits": np.arange(3.0), "names": ("x",)})
        found = journal.load("differences", 3)
        assert found is not None
        identical(found["waits"], np.arange(3.0))
        assert journal.load("differences", 4) is None


def test_one_process_at_a_time(path):
    with Journal(path), pytest.raises(BlockingIOError, match="another process"), Journal(path):
        pass


@pytest.mark.parametrize("content", [b"", b"no database" * 1000, None])
def test_a_damaged_file_is_set_aside(path, record, content):
    if content is None:  # cut off in the middle
        with Journal(path) as journal:
            for n in range(20):
                journal.put(SCENARIO, n, figures(record))
        content = path.read_bytes()[: 4096 * 7 + 99]
    path.write_bytes(content)
    with Journal(path) as journal:
        assert journal.finished(SCENARIO) == []
        journal.put(SCENARIO, 1, figures(record))
        assert journal.finished(SCENARIO) == [1]
    assert path.with_name("journal.sqlite.damaged").exists() == bool(content)


def test_a_changed_byte_is_seen(path, record):
    with Journal(path) as journal:
        journal.put(SCENARIO, 1, figures(record))
    database = sqlite3.connect(path)
    ((data,),) = database.execute("SELECT data FROM trials").fetchall()
    database.execute("UPDATE trials SET data = ?", (data[:-1] + bytes([data[-1] ^ 1]),))
    database.commit()
    database.close()
    with Journal(path) as journal:
        assert journal.get(SCENARIO, 1) is None


KILLED = """
import os, signal, sys
from pathlib import Path
import numpy as np
from simulator.experiments.replications.journal import Journal

with Journal(Path(sys.argv[1])) as journal:
    for number in range(1000):
        journal.store("key", number, {"column": np.full(1000, number)})
        if number == 700:
            os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.skipif(os.name != "posix", reason="kills with a signal")
def test_killed(path):
    words = [sys.executable, "-c", KILLED, str(path)]
    killed = subprocess.run(words, check=False, timeout=120, env=os.environ | {"PYTHONPATH": str(Path.cwd())})
    assert killed.returncode == -signal.SIGKILL
    with Journal(path) as journal:
        for number in range(701):
            found = journal.load("key", number)
            assert found is not None
            assert (found["column"] == number).all()
        assert journal.load("key", 701) is None


def test_a_place_that_cannot_be_written(tmp_path):
    with pytest.raises(OSError, match="cannot be written"), Journal(tmp_path / "missing" / "journal.sqlite"):
        pass


def test_it_has_to_be_opened(path):
    with pytest.raises(ValueError, match="has to be opened"):
        Journal(path).load("key", 0)


def test_trials_with_and_without_causes_do_not_mix(path, record):
    without, counted = figures(record), figures(record, causes=True)
    with Journal(path) as journal:
        journal.put(SCENARIO, 1, without)
        assert journal.get(SCENARIO, 1, causes=True) is None
        journal.put(SCENARIO, 1, counted)
        identical(journal.get(SCENARIO, 1, causes=True), counted)
        identical(journal.get(SCENARIO, 1), without)
