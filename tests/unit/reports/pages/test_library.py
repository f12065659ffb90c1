"""The drawing library is put together once; nothing depends on whether it can be kept."""

import pytest

from simulator.reports.pages import chart_library


@pytest.fixture
def made(monkeypatch, tmp_path):
    """Counts how often the library is put together; its folder is a new one."""
    count = []

    def bundled():
        count.append(1)
        return "draw()"

    monkeypatch.setattr(chart_library, "_bundled", bundled)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return count


def test_put_together_once(made, tmp_path):
    assert chart_library.drawing_library() == chart_library.drawing_library() == "draw()"
    assert len(made) == 1
    assert [file.suffix for file in (tmp_path / "cache" / "backorder-simulator").iterdir()] == [".js"]


def test_an_empty_file_is_not_believed(made, tmp_path):
    chart_library.drawing_library()
    (file,) = (tmp_path / "cache" / "backorder-simulator").iterdir()
    file.write_text("")
    assert chart_library.drawing_library() == "draw()"
    assert file.read_text() == "draw()"


def test_a_home_that_cannot_be_written_to(made, tmp_path):
    (tmp_path / "cache").write_text("a file where the folder should be")
    assert chart_library.drawing_library() == "draw()"
    assert chart_library.drawing_library() == "draw()"
    assert len(made) == 2


@pytest.mark.parametrize("script", ["x = '</script>'", "x = '</SCRIPT '", "<!--"])
def test_a_script_that_would_end_the_element_is_refused(made, monkeypatch, script):
    monkeypatch.setattr(chart_library, "_bundled", lambda: script)
    with pytest.raises(ValueError, match="cannot stand inside a page"):
        chart_library.drawing_library()
