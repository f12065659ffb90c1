import sqlite3

import pytest

from simulator.reports.files.result_folders import ResultFolder
from simulator.reports.files.unfinished_results import JOURNAL, Unfinished


@pytest.fixture
def place(tmp_path):
    return tmp_path / "shop-0123"


def start(place, *, number=0, resume=False, error=None, fill=False):
    """One command that finishes one trial more; returns the trials that it found."""
    with ResultFolder(place) as folder, Unfinished(folder, resume=resume) as unfinished:
        found = [n for n in range(10) if unfinished.journal.load("key", n)]
        unfinished.journal.store("key", number, {"n": number})
        if error:
            raise error
        if fill:
            folder.fill(lambda new: (new / "result").touch())
    return found


def names(place):
    return sorted(path.name for path in place.parent.iterdir())


def test_nothing_but_the_result_stays(place):
    start(place, fill=True)
    assert names(place) == [place.name]


@pytest.mark.parametrize("error", [KeyboardInterrupt(), RuntimeError("a worker died")])
def test_what_is_finished_stays_until_the_result_is_whole(place, error):
    with pytest.raises(type(error)) as raised:
        start(place, error=error)
    (note,) = raised.value.__notes__
    assert f"{place.name}.unfinished" in note
    assert "--resume" in note
    assert names(place) == [f"{place.name}.unfinished"]
    with pytest.raises(KeyboardInterrupt):
        start(place, number=1, resume=True, error=KeyboardInterrupt())
    assert start(place, number=2, resume=True, fill=True) == [0, 1]
    assert names(place) == [place.name]


def test_without_resuming_everything_is_played_again_but_nothing_lost(place):
    with pytest.raises(KeyboardInterrupt):
        start(place, error=KeyboardInterrupt())
    with pytest.raises(KeyboardInterrupt):
        start(place, number=1, error=KeyboardInterrupt())
    assert start(place, number=2, resume=True, fill=True) == [0, 1]


def test_without_resuming_nothing_is_found(place):
    with pytest.raises(KeyboardInterrupt):
        start(place, error=KeyboardInterrupt())
    assert start(place, fill=True) == []
    assert names(place) == [place.name]


def test_nothing_finished_leaves_nothing(place):
    with (
        pytest.raises(KeyboardInterrupt) as raised,
        ResultFolder(place) as folder,
        Unfinished(folder),
    ):
        raise KeyboardInterrupt
    assert not hasattr(raised.value, "__notes__")
    assert names(place) == []


def test_an_older_result_stays_while_the_new_one_is_unfinished(place):
    start(place, fill=True)
    with pytest.raises(KeyboardInterrupt):
        start(place, error=KeyboardInterrupt())
    assert names(place) == [place.name, f"{place.name}.unfinished"]


def test_two_at_the_same_time(place):
    with ResultFolder(place) as folder, Unfinished(folder) as first:
        first.journal.store("key", 0, {"n": 0})
        with pytest.raises(BlockingIOError, match="another process"):
            start(place)
        folder.fill(lambda new: (new / "result").touch())
    assert names(place) == [place.name]


def test_files_for_people(place):
    def write(text):
        return lambda new: [(new / name).write_text(text) for name in ("metrics.json", "manifest.json")]

    def interrupted(text):
        with ResultFolder(place) as folder, Unfinished(folder, resume=True) as unfinished:
            unfinished.journal.store("key", 0, {"n": 0})
            unfinished.show(write(text), f"{text} note")
            raise KeyboardInterrupt

    for text in ("older", "newer"):
        with pytest.raises(KeyboardInterrupt) as raised:
            interrupted(text)
        assert raised.value.__notes__ == [f"{text} note"]
    left = place.with_name(f"{place.name}.unfinished")
    assert sorted(path.name for path in left.iterdir()) == ["manifest.json", "metrics.json", JOURNAL]
    assert (left / "metrics.json").read_text() == "newer"


def test_a_damaged_journal_is_begun_again(place):
    with pytest.raises(KeyboardInterrupt):
        start(place, error=KeyboardInterrupt())
    place.with_name(f"{place.name}.unfinished").joinpath(JOURNAL).write_bytes(b"x" * 9999)
    assert start(place, resume=True, fill=True) == []
    assert names(place) == [place.name]


def test_the_journal_is_an_ordinary_database(place):
    with pytest.raises(KeyboardInterrupt):
        start(place, error=KeyboardInterrupt())
    database = sqlite3.connect(place.with_name(f"{place.name}.unfinished") / JOURNAL)
    assert database.execute("SELECT key, replication FROM trials").fetchall() == [("key", 0)]
    database.close()
