"""YAML as people mean it, positions that are right, and nothing that ends in a traceback."""

import math
import pickle
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.yaml.document import Document, parse_document, read_document
from simulator.values.mistakes import Mark, Mistake, ScenarioError, place_text


def read_text(tmp_path, text) -> Document:
    path = tmp_path / "a.yaml"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_document(path)


def mistakes_of(text) -> list[str]:
    """All mistakes of a text, whether it could be read or not."""
    try:
        return [str(mistake) for mistake in parse_document(text, "f").mistakes]
    except ScenarioError as error:
        return str(error).splitlines()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("no", "no"),
        ("yes", "yes"),
        ("off", "off"),
        ("On", "On"),
        ("y", "y"),
        ("true", True),
        ("TRUE", True),
        ("False", False),
        ("tRUE", "tRUE"),
        ("12:30", "12:30"),
        ("1:30:00", "1:30:00"),
        ("2026-11-27", "2026-11-27"),
        ("2026-11-27 12:30:00", "2026-11-27 12:30:00"),
        ("017", 17),
        ("0o17", "0o17"),
        ("0x1F", "0x1F"),
        ("0b11", "0b11"),
        ("1_000", 1000),
        ("1_000_000.5", 1_000_000.5),
        ("12_34", "12_34"),
        ("-3", -3),
        ("+5", 5),
        ("1e3", 1000.0),
        ("1E-3", 0.001),
        (".5", 0.5),
        ("5.", 5.0),
        (".", "."),
        ("1.2.3", "1.2.3"),
        (".inf", math.inf),
        ("-.INF", -math.inf),
        ("~", None),
        ("null", None),
        ("", None),
        ("=", "="),
        ("25 %/year", "25 %/year"),
        ("'no'", "no"),
        ("'12'", "12"),
        ('"true"', "true"),
        ("|\n  12", "12"),
        ("9" * 5000, math.inf),
        ("٣", "٣"),
    ],
)
def test_a_value_means_what_a_person_would_think(text, value):
    read = parse_document(f"a: {text}", "f").data["a"]
    assert read == value
    assert type(read) is type(value)


def test_nan_can_be_read():
    assert math.isnan(parse_document("a: .nan", "f").data["a"])


def test_keys_are_the_text_that_is_written():
    text = "{21314: 1, no: 2, 007: 3, ~: 4, 1e3: 5, true: 6, 'quoted': 7, 12:30: 8}"
    assert list(parse_document(text, "f").data) == [
        "21314",
        "no",
        "007",
        "~",
        "1e3",
        "true",
        "quoted",
        "12:30",
    ]


def test_every_value_and_key_has_its_position():
    document = parse_document("a: 1\nlonger:\n  - {b: x}\n  - 2\n", "f")
    assert document.marks == {
        (): Mark("f", 1, 1),
        ("a",): Mark("f", 1, 4),
        ("longer",): Mark("f", 3, 3),
        ("longer", 0): Mark("f", 3, 5),
        ("longer", 0, "b"): Mark("f", 3, 9),
        ("longer", 1): Mark("f", 4, 5),
    }
    assert document.keys == {
        ("a",): Mark("f", 1, 1),
        ("longer",): Mark("f", 2, 1),
        ("longer", 0, "b"): Mark("f", 3, 6),
    }


def test_columns_count_characters_not_bytes():
    assert parse_document("{größe: ü, 📦: 3}", "f").marks["📦",] == Mark("f", 1, 15)


def test_all_duplicate_keys_are_told_with_the_line_of_the_first():
    assert mistakes_of("a: 1\nb: {c: 1, c: 2}\na: 3\na: 4\n") == [
        "f:2:11: b.c: duplicate key 'c': it stands in line 2 already",
        "f:3:1: a: duplicate key 'a': it stands in line 1 already",
        "f:4:1: a: duplicate key 'a': it stands in line 1 already",
    ]


def test_what_an_alias_repeats_is_one_mistake():
    assert len(mistakes_of("a: &a {c: 1, c: 2}\nb: *a\nd: {<<: *a}\n")) == 1


def test_anchors_and_merge_keys():
    text = "x: &x {p: 1, q: 2}\ny: &y {q: 3, r: 4}\nz: {<<: [*x, *y], r: 5}\nw: {<<: *x, '<<': 6}\nv: *x\n"
    document = parse_document(text, "f")
    assert document.data["z"] == {"p": 1, "q": 2, "r": 5}
    assert document.data["w"] == {"p": 1, "q": 2}
    assert document.mistakes[0].message.startswith("duplicate key '<<'")
    assert document.data["v"] is not document.data["x"]
    assert document.marks["z", "p"] == Mark("f", 1, 11)


def test_merging_in_something_else_is_a_mistake():
    assert mistakes_of("a: {<<: 3}\nb: {<<: [{c: 1}, 2]}") == [
        "f:1:9: a: '<<' takes a mapping, or a list of mappings",
        "f:2:18: b: '<<' takes a mapping, or a list of mappings",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a:\n\tb: 1\n", "f:2:1: a tab stands here; use spaces"),
        ("a: [1, 2\n", "f:1:4: this bracket is never closed"),
        ("a: {b: 1\n", "f:1:4: this bracket is never closed"),
        ("a: {b: 1]\n", "f:1:9: a ',' or the bracket that closes the one in line 1 is missing before this"),
        ("a: 1\nb: 'x\n", "f:2:4: this quote is never closed"),
        ("a: 1\nb\nc: 2\n", "f:2:1: a ':' must follow this key"),
        ("a: 1\n  b: 2\n", "f:2:4: no ':' is expected here; check the indentation, or put a text that holds"),
        ("a:\n    b: 1\n  c: 2\n", "f:3:3: this does not line up with what began in line 1; check the"),
        ("a: *x\n", "f:1:4: unknown alias *x: no &x stands above it"),
        ("a: &x 1\nb: &x 2\n", "f:2:4: the anchor &x is defined in line 1 already"),
        ("a: 1\n---\nb: 2\n", "f:2:1: a second document starts here; a scenario file holds one"),
        ("a: %5\n", "f:1:4: '%' cannot start a value; put it in quotes"),
        ("a: 1\nb: \x07\n", "f:2:4: unreadable character U+0007"),
        ('a: "\\UFFFFFFFF"', "f:1:7: there is no character or version with this number"),
        ("{a: {{ name }}}", "f:1:6: a: a key must be a text; put one that starts with '{' or '[' in quotes"),
        ("{: 1}", "f:1:2: something is missing before this ':'"),
        ("? \n: 1\n", "f:1:2: there is no key before this ':'"),
        ("a: &x [1, *x]", "f:1:4: this value holds itself through an alias"),
        ("a: &x {<<: *x}", "f:1:4: this value holds itself through an alias"),
        ("[" * 20_000, "f:1:101: more than 100 levels of mappings and lists in each other"),
    ],
)
def test_text_that_cannot_be_read_is_a_mistake_at_its_place(text, told):
    (mistake,) = mistakes_of(text)
    assert mistake.startswith(told)


@pytest.mark.parametrize(
    "value", ["!!python/object/apply:os.system [exit 1]", "!env HOME", "!!int 3", "!<x> 1", "! 1"]
)
def test_tags_are_not_supported(value):
    assert mistakes_of(f"a: {value}") == ["f:1:4: tags are not supported: a scenario holds plain values only"]


def test_half_a_character_is_a_mistake_that_can_be_printed():
    told = mistakes_of('"\\ud800": 1\nb: "\\udfff"')
    assert [line[:6] for line in told] == ["f:1:1:", "f:2:4:"]
    assert all(line.encode() for line in told)


def test_an_alias_bomb_is_a_mistake_and_not_a_hang():
    levels = [f"a{k}: &a{k} [{', '.join([f'*a{k - 1}'] * 10)}]" for k in range(1, 40)]
    started = time.perf_counter()
    (told,) = mistakes_of("\n".join(["a0: &a0 [x, x]", *levels]))
    assert told == "f:7:5: more than 1,000,000 values when the aliases are written out"
    assert time.perf_counter() - started < 5


def test_aliases_cannot_be_stacked_endlessly():
    levels = [f"a{k}: &a{k} [*a{k - 1}]" for k in range(1, 2000)]
    (told,) = mistakes_of("\n".join(["a0: &a0 [x]", *levels]))
    assert "more than 100 levels" in told


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "1:1: the file is empty"),
        (b"# nothing yet\n", "1:1: the file is empty"),
        (b"---\n", "1:1: the file is empty"),
        (b"\n- a\n", "2:1: a scenario is a mapping, as 'products: ...', not a list"),
        (b"hello", "1:1: a scenario is a mapping, as 'products: ...', not a single value"),
        ("a: 1".encode("utf-16"), "1:1: the text is in UTF-16; save the file as UTF-8"),
        (
            "a: 1".encode("utf-16-le"),
            "1:2: not a text file: it holds zero bytes (save text in UTF-16 as UTF-8)",
        ),
        (b"a: 1\nb: \xe9\n", "2:4: not text in UTF-8 (byte 0xe9); save the file as UTF-8"),
        (
            b"\x89PNG\r\n\x1a\n\x00\x00",
            "3:1: not a text file: it holds zero bytes (save text in UTF-16 as UTF-8)",
        ),
    ],
)
def test_a_file_that_is_no_scenario(tmp_path, content, told):
    with pytest.raises(ScenarioError) as caught:
        read_text(tmp_path, content)
    assert str(caught.value) == f"{tmp_path / 'a.yaml'}:{told}"


def test_a_file_that_cannot_be_opened(tmp_path):
    for name, problem in [
        (tmp_path / "none.yaml", "No such file or directory"),
        (tmp_path, "Is a directory"),
        ("a\0b", "not a file name"),
    ]:
        with pytest.raises(ScenarioError, match=problem) as caught:
            read_document(name)
        (mistake,) = caught.value.mistakes
        assert (mistake.line, mistake.column) == (1, 1)


def test_a_file_that_is_far_too_large(tmp_path):
    with pytest.raises(ScenarioError, match="larger than 10 MB"):
        read_text(tmp_path, b"# " + b"x" * 10_000_001)


def test_a_byte_order_mark_does_not_count(tmp_path):
    document = read_text(tmp_path, b"\xef\xbb\xbfa: 1")
    assert document.data == {"a": 1}
    assert document.marks["a",].column == 4


def test_top_level_keys_for_anchors_are_dropped(tmp_path):
    document = read_text(tmp_path, "x-slow: &slow {mean: 3 days}\na: *slow\nb: {x-c: 1}\n")
    assert document.data == {"a": {"mean": "3 days"}, "b": {"x-c": 1}}


def test_several_mistakes_are_sorted_and_told_once():
    first, second = Mistake("a", 2, 9, "p", "m"), Mistake("a", 10, 1, "", "n")
    error = ScenarioError([second, first, second])
    assert error.mistakes == (first, second)
    assert str(error) == "a:2:9: p: m\na:10:1: n"
    assert pickle.loads(pickle.dumps(error)).mistakes == error.mistakes  # noqa: S301 - our own bytes


def test_a_place_is_written_as_it_is_set():
    assert place_text(("demand", 0, "rate")) == "demand[0].rate"
    assert place_text(("products", "a.b", 'c "d"', "")) == 'products."a.b".\'c "d"\'.""'


@given(st.text(st.sampled_from("ab:-[]{},'\"&*!|>%#?~<\n \t\\0"), max_size=40))
def test_no_text_ends_in_another_exception(text):
    try:
        document = parse_document(text, "f")
    except ScenarioError as error:
        marks = [(mistake.line, mistake.column) for mistake in error.mistakes]
        assert all(line >= 1 and column >= 1 for line, column in marks)
    else:
        assert set(document.keys) <= set(document.marks)
