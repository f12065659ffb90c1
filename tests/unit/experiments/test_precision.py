import math

import pytest

from simulator.experiments.precision import Precision, following, known_metric


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("profit", Precision("profit")),
        ("profit±500", Precision("profit", 500.0)),
        ("satisfaction±1%", Precision("satisfaction", 0.01, relative=True)),
        ("satisfaction +- 1 %", Precision("satisfaction", 0.01, relative=True)),
        ("wait_mean+/-.5", Precision("wait_mean", 0.5)),
    ],
)
def test_read(text, expected):
    assert Precision.read(text) == expected
    assert Precision.read(str(expected)) == expected


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("profit±0", "must be above 0"),
        ("profit±", "write a figure and a half width"),
        ("profit+5", "write a figure and a half width"),
        ("profit±1%%", "write a figure and a half width"),
        ("profits±1%", "no figure 'profits'; did you mean 'profit'?"),
    ],
)
def test_what_is_wrong_is_told(text, told):
    with pytest.raises(ValueError, match=told):
        Precision.read(text)


def test_unknown_metric():
    with pytest.raises(ValueError, match="did you mean 'satisfaction'"):
        known_metric("satisfacton")


def test_width():
    assert Precision("profit", 500.0).width(-20_000) == 500
    assert Precision("profit", 0.01, relative=True).width(-20_000) == 200
    assert math.isnan(Precision("profit").width(3))


def test_stages_grow_by_what_is_missing_but_never_far_nor_beyond_the_limit():
    assert following(100, 1.2, 1000) == 144  # 1.2 squared
    assert following(100, 1.001, 1000) == 125
    assert following(100, math.inf, 1000) == 200
    assert following(100, 5.0, 120) == 120
