"""Sections: frozen, strict about keys, and helpful about names."""

from typing import Annotated, ClassVar

import pytest
from pydantic import Field, ValidationError

from simulator.values.section import ProductName, Section, SegmentName, nearest, refusal
from simulator.values.units import Days


class Dock(Section):
    doors: int = 1
    unload: Days = 0.0


class Place(Section):
    start: str = Field(default="", alias="from")
    dock: Dock | None = None
    product: ProductName | None = None
    stock: dict[ProductName, int] = {}
    segments: tuple[SegmentName, ...] = ()

    later: ClassVar[dict[str, str]] = {"hours": "opening hours"}


def errors(data, context=None):
    with pytest.raises(ValidationError) as caught:
        Place.model_validate(data, context=context)
    return {error["loc"]: error["msg"] for error in caught.value.errors()}


def test_a_section_is_frozen():
    place = Place.model_validate({"from": "here"})
    with pytest.raises(ValidationError, match="frozen"):
        place.start = "there"  # type: ignore[misc]


def test_every_unknown_key_is_refused_at_its_place():
    found = errors({"form": "here", "dock": {"door": 2, "unload": 5}})
    assert set(found) == {("form",), ("dock", "door"), ("dock", "unload")}


def test_the_python_name_of_an_aliased_key_is_unknown():
    assert ("start",) in errors({"start": "here"})


def test_keys_are_those_of_the_file_and_come_back_when_written():
    assert Place.keys() == ("from", "dock", "product", "stock", "segments")
    place = Place.model_validate({"from": "here", "dock": {"unload": "6 h"}})
    again = place.model_dump(mode="json")
    assert again["from"] == "here"
    assert Place.model_validate(again) == place


def test_which_section_read_which_mapping_is_noted_even_when_it_fails():
    dock = {"door": 2}
    data = {"from": "here", "dock": dock, "hours": "8-17"}
    noted: dict[int, type[Section]] = {}
    errors(data, {"section_of": noted})
    assert noted == {id(data): Place, id(dock): Dock}
    assert noted[id(data)].later == {"hours": "opening hours"}
    assert noted[id(dock)].later == {}


@pytest.mark.parametrize("context", [None, {}, {"names": {}}, {"names": {"customers": ["gold"]}}])
def test_without_known_products_every_product_passes(context):
    assert Place.model_validate({"product": "anything"}, context=context).product == "anything"


def test_references_name_what_exists():
    context = {"names": {"products": {"headphones": 1, "earbuds": 2}, "customers": ["gold", "standard"]}}
    good = {"product": "earbuds", "stock": {"headphones": 3}, "segments": ["gold"]}
    assert Place.model_validate(good, context=context).segments == ("gold",)
    found = errors(
        {"product": "headphone", "stock": {"earbud": 3, "earbuds": 1}, "segments": ["gold", "xyz"]}, context
    )
    assert found == {
        ("product",): "unknown product 'headphone'; did you mean 'headphones'?",
        ("stock", "earbud", "[key]"): "unknown product 'earbud'; did you mean 'earbuds'?",
        ("segments", 1): "unknown segment 'xyz'; known: gold, standard",
    }


def test_references_are_text():
    assert errors({"product": 5}, {"names": {"products": ["5"]}}).keys() == {("product",)}


@pytest.mark.parametrize(
    ("name", "known", "hint"),
    [
        ("prise", ["price", "cost"], "; did you mean 'price'?"),
        ("Price", ["cost", "price"], "; did you mean 'price'?"),
        ("lead time", ["lead_time"], "; did you mean 'lead_time'?"),
        ("xyz", ["price", "cost"], "; known: price, cost"),
        ("xyz", [f"a{k}" for k in range(9)], ""),
        ("xyz", [], ""),
    ],
)
def test_the_nearest_name(name, known, hint):
    assert nearest(name, known) == hint


def test_a_refusal_is_shown_word_for_word():
    class Odd(Section):
        value: Annotated[str, Field()] = ""

    assert str(refusal("odd", "{a} and {problem}")) == "{a} and {problem}"
    assert isinstance(refusal("odd", ""), ValueError)
