"""Every mistake at once, in plain words and at its position."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, ClassVar, Literal

import pytest
from pydantic import AfterValidator, BeforeValidator, Field, ValidationInfo, model_validator

from simulator.scenario.yaml.composition import with_defaults
from simulator.scenario.yaml.layers import compose
from simulator.scenario.yaml.validation import validate
from simulator.values.mistakes import Place, ScenarioError
from simulator.values.section import ProductName, Section, refusal
from simulator.values.units import Days, Quantity, Share


def even(value: int) -> int:
    if value % 2:
        raise ValueError("must be even")
    return value


def per_day(value: object) -> float:
    """A rate, with the message of a custom kind that all units have."""
    if not isinstance(value, str):
        raise refusal("unit", "is no rate")
    return float(value.removesuffix("/day"))


class Product(Section):
    price: Annotated[float, Field(ge=0)]
    sizes: tuple[int, ...] = ()
    colour: Literal["red", "blue"] = "red"
    pack: Annotated[int, Field(gt=0), AfterValidator(even)] = 2
    fragile: bool = False

    later: ClassVar[dict[str, str]] = {"substitutes": "customers wait or leave", "made_to_order": ""}


class Levels(Section):
    type: Literal["levels"] = "levels"
    low: float
    high: float

    @model_validator(mode="after")
    def _in_sequence(self) -> "Levels":
        if self.high < self.low:
            raise ValueError(f"high ({self.high:g}) must not be below low ({self.low:g})")
        return self


class Review(Section):
    type: Literal["review"] = "review"
    every: Days


def by_type(value: object, info: ValidationInfo) -> object:
    """Choose a class as the policies do, inside a validator."""
    fields = {"type": value} if isinstance(value, str) else value
    kinds: dict[object, type[Section]] = {"levels": Levels, "review": Review}
    if not isinstance(fields, dict) or fields.get("type") not in kinds:
        raise ValueError("must name a policy: levels, review")
    return kinds[fields["type"]].model_validate(fields, context=info.context)


class Demand(Section):
    product: ProductName
    rate: Annotated[float, BeforeValidator(per_day)] = 0.0


class Lane(Section):
    start: str = Field(alias="from")
    share: Share = 1.0


class Whole(Section):
    name: str = ""
    products: dict[str, Product]
    demand: Annotated[tuple[Demand, ...], Field(min_length=1)]
    policy: Annotated[Section, BeforeValidator(by_type)] = Review(every="1 day")
    stock: dict[ProductName, Quantity] | Quantity | None = None
    order: Levels | Review | None = None
    limit: Literal["none", "all"] | Quantity | None = None
    lanes: tuple[Lane, ...] = ()
    week: Annotated[tuple[float, ...], Field(min_length=2, max_length=3)] = (1.0, 1.0)


GOOD = "products:\n  a: {price: 1}\ndemand:\n  - {product: a}\n"


@pytest.fixture(autouse=True)
def _in_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def load(text: str, *settings: str, checks=()) -> Whole:
    Path("f.yaml").write_text(text, encoding="utf-8")
    resolved = with_defaults(compose("f.yaml", None, settings), "products", "each")
    names = {"products": list(resolved.data.get("products") or ())}
    return validate(Whole, resolved, {"names": names}, checks)


def mistakes_of(text: str, *settings: str, checks=()) -> list[str]:
    with pytest.raises(ScenarioError) as caught:
        load(text, *settings, checks=checks)
    return str(caught.value).splitlines()


def test_ten_mistakes_are_told_at_once_each_at_its_line_and_column():
    text = """\
name: [1]
products:
  a: {pirce: 89, colour: green}
  a: {price: 5}
  b:
    price: -3
    substitutes: {a: 60 %}
demand:
  - {product: c, rate: 40}
  - rate: 40/day
policy: {type: levels, low: 9, high: 3}
polices: {}
"""
    assert mistakes_of(text) == [
        "f.yaml:1:7: name: must be a text, not a list",
        "f.yaml:3:3: products.a.price: is missing",
        "f.yaml:3:7: products.a.pirce: unknown key 'pirce'; did you mean 'price'?",
        "f.yaml:3:26: products.a.colour: must be 'red' or 'blue', not 'green'",
        "f.yaml:4:3: products.a: duplicate key 'a': it stands in line 3 already",
        "f.yaml:6:12: products.b.price: must be at least 0, not -3",
        "f.yaml:7:5: products.b.substitutes: 'substitutes' is not supported yet: customers wait or leave",
        "f.yaml:9:15: demand[0].product: unknown product 'c'; known: a, b",
        "f.yaml:9:24: demand[0].rate: is no rate",
        "f.yaml:10:5: demand[1].product: is missing",
        "f.yaml:11:9: policy: high (3) must not be below low (9)",
        "f.yaml:12:1: polices: unknown key 'polices'; did you mean 'policy'?",
    ]


def test_a_good_file_becomes_the_model():
    whole = load(GOOD, "policy.type=review", "policy.every=3 days", "lanes=[{from: x, share: 20 %}]")
    assert whole.products["a"].price == 1.0
    assert whole.policy == Review(every="3 days")
    assert whole.lanes[0].start == "x"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("{price: abc}", "16: products.b.price: must be a number, not 'abc'"),
        ("{price: }", "15: products.b.price: must be a number, not nothing"),
        ("{price: {}}", "16: products.b.price: must be a number, not a mapping"),
        ("{price: .inf}", "16: products.b.price: must be a finite number, not inf"),
        ("{price: 1, fragile: maybe}", "28: products.b.fragile: must be true or false, not 'maybe'"),
        ("{price: 1, pack: 1.5}", "25: products.b.pack: must be a whole number, not 1.5"),
        ("{price: 1, pack: 0}", "25: products.b.pack: must be more than 0, not 0"),
        ("{price: 1, pack: 3}", "25: products.b.pack: must be even"),
        ("{price: 1, sizes: 3}", "26: products.b.sizes: must be a list, not 3"),
        ("{price: 1, sizes: [3, x]}", "30: products.b.sizes[1]: must be a whole number, not 'x'"),
        (
            "{price: 1, made_to_order: {}}",
            "19: products.b.made_to_order: 'made_to_order' is not supported yet",
        ),
        (
            "{price: 1, 'x.y': 3}",
            "19: products.b.\"x.y\": unknown key 'x.y'; known: price, sizes, colour, pack, fragile",
        ),
        ("5", "8: products.b: must be a mapping, not 5"),
        (f"{{price: {'x' * 100}}}", f"16: products.b.price: must be a number, not '{'x' * 59}…"),
    ],
)
def test_messages_are_in_plain_words(text, told):
    (mistake,) = mistakes_of(f"products:\n  a: {{price: 1}}\n  b:   {text}\ndemand: [{{product: a}}]\n")
    assert mistake == f"f.yaml:3:{told}"


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("policy=lewels", ["1:14: policy: must name a policy: levels, review"]),
        ("policy=levels", ["1:7: policy.high: is missing", "1:7: policy.low: is missing"]),
        (
            "policy={type: review, evry: 3 days}",
            [
                "1:7: policy.every: is missing",
                "1:29: policy.evry: unknown key 'evry'; did you mean 'every'?",
            ],
        ),
        ("demand=[]", ["1:14: demand: too few entries: 0 instead of at least 1"]),
        ("week=[1]", ["1:12: week: too few entries: 1 instead of at least 2"]),
        ("week=[1, 2, 3, 4]", ["1:12: week: too many entries: 4 instead of at most 3"]),
        (
            "lanes=[{share: 120 %}]",
            [
                "1:14: lanes[0].from: is missing",
                "1:22: lanes[0].share: a share is at most 100 %, not '120 %'",
            ],
        ),
    ],
)
def test_positions_in_settings(setting, told):
    assert mistakes_of(GOOD, setting) == [f"--set {setting}:{line}" for line in told]


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{c: 1}", "5:9: stock.c: unknown product 'c'; known: a"),
        ("{a: -1}", "5:12: stock.a: cannot be negative (-1)"),
        (
            "{a: x, c: 1}",
            "5:12: stock.a: 'x' is not a number\nf.yaml:5:15: stock.c: unknown product 'c'; known: a",
        ),
        ("-1", "5:8: stock: cannot be negative (-1)"),
    ],
)
def test_of_a_choice_of_types_the_nearest_counts(value, told):
    assert "\n".join(mistakes_of(f"{GOOD}stock: {value}\n")) == f"f.yaml:{told}"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("{every: 3}", "5:16: order.every: 3 has no unit; write for example '3 days' (understood: s, min, h"),
        ("{low: 3, high: 2}", "5:8: order: high (2) must not be below low (3)"),
        ("{low: 3}", "5:1: order.high: is missing"),
        ("{type: review, low: 1, every: 1 h}", "5:23: order.low: unknown key 'low'"),
        ("text", "5:8: order: must be a mapping, not 'text'"),
    ],
)
def test_of_a_choice_of_sections_too(value, told):
    (mistake,) = mistakes_of(f"{GOOD}order: {value}\n")
    assert mistake.startswith(f"f.yaml:{told}")


def test_a_choice_that_nothing_comes_near_to_names_them_all():
    assert mistakes_of(f"{GOOD}limit: nono\n") == [
        "f.yaml:5:8: limit: must be 'none' or 'all' or a number, not 'nono'"
    ]


def test_wrong_entries_do_not_make_a_list_too_short():
    (mistake,) = mistakes_of("products: {a: {price: 1}}\ndemand: [{product: b}]\n")
    assert "unknown product" in mistake


def test_a_missing_section_is_told_at_the_top():
    assert mistakes_of("name: x\n", "name=y") == [
        "f.yaml:1:1: demand: is missing",
        "f.yaml:1:1: products: is missing",
    ]


def test_what_null_removed_is_missing_there():
    assert mistakes_of(GOOD, "products.a.price=null") == [
        "--set products.a.price=null:1:24: products.a.price: is missing"
    ]


def test_null_for_a_key_that_does_not_exist_is_told():
    assert mistakes_of(GOOD, "products.a.pirce=", "lane=null", "stock=null") == [
        "--set lane=null:1:7: lane: unknown key 'lane'; did you mean 'lanes'?",
        "--set products.a.pirce=:1:18: products.a.pirce: unknown key 'pirce'; did you mean 'price'?",
    ]


def test_names_may_look_like_numbers():
    whole = load(
        "name: 2024\nproducts: {007: {price: 1}, true: {price: 2}}\ndemand: [{product: 007}, {product: true}]\n"
    )
    assert whole.name == "2024"
    assert [demand.product for demand in whole.demand] == ["007", "true"]
    assert mistakes_of(GOOD, "name=007", "demand[0].product=1e3") == [
        "--set demand[0].product=1e3:1:25: demand[0].product: unknown product '1e3'; known: a"
    ]


def test_a_mistake_that_aliases_or_defaults_repeat_is_told_once():
    text = "products:\n  each: {pack: 3}\n  a: &a {price: -1}\n  b: *a\n  c: {price: 1}\ndemand: [{product: a}]\n"
    assert mistakes_of(text) == [
        "f.yaml:2:16: products.a.pack: must be even",
        "f.yaml:3:17: products.a.price: must be at least 0, not -1",
    ]


def check(whole: Whole) -> Iterator[tuple[Place, str]]:
    for number, source in enumerate(whole.demand):
        if source.rate == 0:
            yield ("demand", number, "rate"), f"nobody asks for {source.product}"
    yield ("demand", 0, "product"), "is checked"


def test_checks_see_the_whole_when_everything_by_itself_is_right():
    assert mistakes_of(GOOD, checks=[check]) == [
        "f.yaml:4:5: demand[0].rate: nobody asks for a",
        "f.yaml:4:15: demand[0].product: is checked",
    ]
    assert mistakes_of(f"{GOOD}name: [1]\n", checks=[check]) == [
        "f.yaml:5:7: name: must be a text, not a list"
    ]
    assert len(mistakes_of(f"{GOOD}name: x\nname: y\n", checks=[check])) == 3
