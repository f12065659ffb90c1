"""Plain data as YAML that reads back."""

from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.yaml.document import parse_document
from simulator.scenario.yaml.writing import flow_text, scalar_text

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=12)
keys = texts.filter(lambda text: text.strip() != "")
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)


@given(scalars)
def test_a_scalar_reads_back(value):
    assert parse_document(f"key: {scalar_text(value)}\n", "").data == {"key": value}


@given(keys)
def test_a_key_reads_back(key):
    assert parse_document(f"{scalar_text(key)}:\n  - 1\n", "").data == {key: [1]}


@given(
    st.recursive(
        scalars,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=3),
        max_leaves=6,
    )
)
def test_a_line_reads_back(value):
    assert parse_document(f"key: {flow_text(value)}\n", "").data == {"key": value}


def test_quotes_only_where_they_are_needed():
    assert [scalar_text(text) for text in ("a, b", "12:30", "no", "null", "1", "", "- a", "a #b")] == [
        "a, b",
        "12:30",
        "no",
        '"null"',
        '"1"',
        '""',
        '"- a"',
        '"a #b"',
    ]
    assert flow_text(["a, b", "c"]) == '["a, b", c]'
