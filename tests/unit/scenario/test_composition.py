"""What extends, alternatives and --set make of a scenario, and where each value then comes from."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.scenario.yaml.composition import Resolved, with_defaults
from simulator.scenario.yaml.layers import compose
from simulator.scenario.yaml.settings import Setting
from simulator.values.mistakes import Mark, ScenarioError, place_text

BASE = """\
name: base
products: {a: {price: 1, cost: 2}, b: {price: 3}}
demand:
  - {product: a, rate: 4/day}
  - {product: b, rate: 5/day}
policies:
  backorders: accept
  allocation: {type: critical_level, levels: {gold: 1}}
suppliers: {s: {lead_time: {dist: gamma, mean: 3 days, cv: 0.5}}}
"""


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)


def write(**texts: str) -> None:
    for name, text in texts.items():
        Path(f"{name}.yaml").write_text(text, encoding="utf-8")


def mistakes_of(*arguments) -> list[str]:
    """What keeps a scenario from being composed, or is wrong with it."""
    try:
        return [str(mistake) for mistake in compose(*arguments).mistakes]
    except ScenarioError as error:
        return str(error).splitlines()


def set_on(text: str, *settings: str) -> Resolved:
    write(set_on=text)
    return compose("set_on.yaml", None, settings)


@pytest.mark.usefixtures("folder")
class TestExtends:
    def test_mappings_merge_lists_replace_null_removes(self):
        write(
            base=BASE, top="extends: base.yaml\nproducts: {a: {price: 9, cost: null}, c: {}}\ndemand: [x]\n"
        )
        data = compose("top.yaml").data
        assert data["products"] == {"a": {"price": 9}, "b": {"price": 3}, "c": {}}
        assert data["demand"] == ["x"]
        assert data["name"] == "base"
        assert "extends" not in data

    def test_positions_and_origins_stay_those_of_the_file_where_a_value_stands(self):
        write(base=BASE, top="extends: base.yaml\nproducts:\n  a: {price: 9}\n")
        resolved = compose("top.yaml")
        assert resolved.files == ("top.yaml", "base.yaml")
        assert resolved.marks["products", "a", "price"] == Mark("top.yaml", 3, 14)
        assert resolved.keys["products", "a", "price"] == Mark("top.yaml", 3, 7)
        assert resolved.marks["products", "a", "cost"] == Mark("base.yaml", 2, 32)
        assert resolved.origins["products", "a", "price"] == "top.yaml:3"
        assert resolved.origins["products", "a", "cost"] == "base.yaml:2"
        assert ("products", "a") not in resolved.origins
        # Changed last in one file, named first in the other.
        assert resolved.marks["products", "a"] == Mark("top.yaml", 3, 6)
        assert resolved.keys["products", "a"] == Mark("base.yaml", 2, 12)

    def test_paths_start_at_the_file_that_holds_them(self):
        Path("sub").mkdir()
        write(top="extends: sub/middle.yaml\n", base="a: {file: x.csv}\n")
        Path("sub/middle.yaml").write_text("extends: ../base.yaml\nb: {file: y.csv}\n", encoding="utf-8")
        resolved = compose("top.yaml", None, ["c=z.csv"])
        assert resolved.files == ("top.yaml", "sub/middle.yaml", "base.yaml")
        assert resolved.folder(("a", "file")) == Path()
        assert resolved.folder(("b", "file")) == Path("sub")
        assert resolved.folder(("c",)) == Path()

    def test_of_several_the_later_wins(self):
        write(one="a: 1\nb: 1\nc: 1", two="b: 2\nc: 2", top="extends: [one.yaml, two.yaml]\nc: 3")
        assert compose("top.yaml").data == {"a": 1, "b": 2, "c": 3}

    def test_two_may_extend_the_same_file(self):
        write(base="a: 1\nb: 1", one="extends: base.yaml\na: 2", two="extends: base.yaml\nc: 3")
        write(top="extends: [one.yaml, two.yaml]")
        resolved = compose("top.yaml")
        assert resolved.data == {"a": 1, "b": 1, "c": 3}
        assert resolved.files == ("top.yaml", "one.yaml", "base.yaml", "two.yaml")

    def test_a_circle_is_a_mistake_that_names_the_chain(self):
        write(a="extends: b.yaml", b="x: 1\nextends: ./c.yaml", c="extends: [a.yaml]")
        assert mistakes_of("a.yaml") == [
            "c.yaml:1:11: extends: goes round in a circle: a.yaml → b.yaml → c.yaml → a.yaml"
        ]
        write(self="extends: self.yaml")
        assert mistakes_of("self.yaml") == [
            "self.yaml:1:10: extends: goes round in a circle: self.yaml → self.yaml"
        ]

    def test_files_that_cannot_be_read_are_told_where_they_are_asked_for(self):
        write(a="b: 1\nb: 2\nextends: [none.yaml, broken.yaml, 3]", broken="b: [")
        assert mistakes_of("a.yaml") == [
            "a.yaml:2:1: b: duplicate key 'b': it stands in line 1 already",
            "a.yaml:3:11: cannot read 'none.yaml': No such file or directory",
            "a.yaml:3:35: extends: must be the path of a scenario file, or a list of paths",
            "broken.yaml:1:5: the text ends inside a bracket that is never closed",
        ]

    def test_mistakes_of_all_files_are_kept(self):
        write(base="a: {b: 1, b: 2}", top="extends: base.yaml\nc: 1\nc: 1")
        assert [mistake[:12] for mistake in mistakes_of("top.yaml")] == ["base.yaml:1:", "top.yaml:3:1"][::-1]

    def test_null_in_an_alternative_waits_for_the_alternative(self):
        write(base="a: {b: 1, c: 2}\nalternatives: {x: {d: 1}, y: {}}")
        write(top="extends: base.yaml\nalternatives: {x: {a: {b: null}}, y: null}")
        assert compose("top.yaml").data["alternatives"] == {"x": {"d": 1, "a": {"b": None}}}
        assert compose("top.yaml", "x").data["a"] == {"c": 2}


@pytest.mark.usefixtures("folder")
class TestKinds:
    def test_another_type_or_distribution_replaces_the_whole_mapping(self):
        settings = [
            "policies.allocation={type: priority}",
            "suppliers.s.lead_time={dist: weibull, mean: 9 days}",
        ]
        data = set_on(BASE, *settings).data
        assert data["policies"]["allocation"] == {"type": "priority"}
        assert data["suppliers"]["s"]["lead_time"] == {"dist": "weibull", "mean": "9 days"}

    def test_the_same_type_merges_however_it_is_written(self):
        data = set_on(BASE, "policies.allocation={type: Critical-Level, clearing: priority}").data
        assert data["policies"]["allocation"] == {
            "type": "Critical-Level",
            "levels": {"gold": 1},
            "clearing": "priority",
        }

    def test_a_mapping_without_a_type_merges_into_the_one_there_is(self):
        data = set_on(BASE, "policies.allocation.levels.silver=2").data
        assert data["policies"]["allocation"]["levels"] == {"gold": 1, "silver": 2}

    def test_a_bare_name_replaces_a_mapping(self):
        assert set_on(BASE, "policies.allocation=fcfs").data["policies"]["allocation"] == "fcfs"

    def test_a_bare_name_is_short_for_a_mapping_with_that_type(self):
        text = (
            "policies: {allocation: fcfs}\nproducts: {a: {replenishment: s_S}}\ndemand: [{arrivals: renewal}]"
        )
        settings = [
            "policies.allocation.split=false",
            "products.a={replenishment: {s: 3}}",
            "demand[0].arrivals.cv=2",
        ]
        assert set_on(text, *settings).data == {
            "policies": {"allocation": {"type": "fcfs", "split": False}},
            "products": {"a": {"replenishment": {"type": "s_S", "s": 3}}},
            "demand": [{"arrivals": {"type": "renewal", "cv": 2}}],
        }

    def test_in_alternatives_of_an_extended_file_too(self):
        write(base="alternatives: {x: {policies: {allocation: fcfs}}}")
        write(top="extends: base.yaml\nalternatives: {x: {policies: {allocation: {split: false}}}}")
        assert compose("top.yaml", "x").data["policies"]["allocation"] == {"type": "fcfs", "split": False}

    def test_backorders_up_to_a_limit_have_no_type(self):
        assert set_on(BASE, "policies.backorders.limit=3").data["policies"]["backorders"] == {"limit": 3}

    def test_a_name_that_only_looks_like_a_kind_is_none(self):
        data = set_on("stock: {type: 5, dist: 6}", "stock={type: 7}").data
        assert data == {"stock": {"type": 7, "dist": 6}}

    def test_settings_of_one_mapping_hold_in_any_sequence(self):
        settings = ["policies.allocation.levels.silver=2", "policies.allocation.type=critical_level"]
        expected = {"type": "critical_level", "levels": {"silver": 2}}
        for order in (settings, settings[::-1]):
            assert set_on("policies: {allocation: fcfs}", *order).data["policies"]["allocation"] == expected

    def test_null_for_a_field_of_the_replaced_kind_is_no_slip(self):
        resolved = set_on(BASE, "suppliers.s.lead_time={dist: weibull, mean: 9 days, cv: null, sd: null}")
        assert resolved.data["suppliers"]["s"]["lead_time"] == {"dist": "weibull", "mean": "9 days"}
        assert list(resolved.missed) == [("suppliers", "s", "lead_time", "sd")]


@pytest.mark.usefixtures("folder")
class TestAlternatives:
    def test_its_overrides_keep_their_positions_and_say_whose_they_are(self):
        write(a=f"{BASE}alternatives:\n  no backorders: {{policies: {{backorders: reject}}}}\n")
        resolved = compose("a.yaml", "no backorders")
        assert resolved.data["policies"]["backorders"] == "reject"
        assert resolved.marks["policies", "backorders"] == Mark("a.yaml", 11, 42)
        assert resolved.origins["policies", "backorders"] == "alternative 'no backorders' (a.yaml:11)"
        assert compose("a.yaml").data["policies"]["backorders"] == "accept"

    def test_settings_win_over_it(self):
        write(a="b: 1\nalternatives: {x: {b: 2}}")
        assert compose("a.yaml", "x", ["b=3"]).data["b"] == 3

    def test_one_without_overrides_changes_nothing(self):
        write(a="b: 1\nalternatives: {x: , y: {}}")
        assert compose("a.yaml", "x").data["b"] == compose("a.yaml", "y").data["b"] == 1

    @pytest.mark.parametrize(
        ("text", "told"),
        [
            ("a: 1", "f.yaml:1:1: alternatives: unknown alternative 'reject'; the scenario has none"),
            (
                "a: 1\nalternatives: {rejekt: {}}",
                "f.yaml:2:1: alternatives: unknown alternative 'reject'; did you mean 'rejekt'?",
            ),
            ("alternatives: {reject: 3}", "f.yaml:1:24: alternatives.reject: must be a mapping of overrides"),
            (
                "alternatives: {reject: {extends: b.yaml}}",
                "f.yaml:1:25: alternatives.reject.extends: an alternative cannot hold 'extends'",
            ),
        ],
    )
    def test_mistakes(self, text, told):
        write(f=text)
        assert mistakes_of("f.yaml", "reject") == [told]


@pytest.mark.usefixtures("folder")
class TestSettings:
    @pytest.mark.parametrize(
        ("setting", "place", "value"),
        [
            ("demand[0].rate=9/day", ("demand", 0, "rate"), "9/day"),
            ("demand.1.rate=9/day", ("demand", 1, "rate"), "9/day"),
            ("demand[1]={rate: 9/day}", ("demand", 1), {"product": "b", "rate": "9/day"}),
            ('products."a.b".price=3', ("products", "a.b", "price"), 3),
            ("products.'x = [y]'.price=3", ("products", "x = [y]", "price"), 3),
            ("products.big box.price = 3", ("products", "big box", "price"), 3),
            ("products.a.price=1e3", ("products", "a", "price"), 1000.0),
            ("name=no", ("name",), "no"),
            ("name='a=b'", ("name",), "a=b"),
            ("demand=[]", ("demand",), []),
            ("customers.gold=priority: 1", ("customers", "gold"), {"priority": 1}),
        ],
    )
    def test_the_value_is_put_in_its_place(self, setting, place, value):
        found = set_on(BASE, setting).data
        for step in place:
            found = found[step]
        assert found == value

    def test_positions_are_those_in_the_setting(self):
        resolved = set_on(BASE, "products.a.price={x: 3}", "demand[1].rate=3/day")
        file = "--set products.a.price={x: 3}"
        assert resolved.keys["products", "a", "price"] == Mark(file, 1, 18)
        assert resolved.marks["products", "a", "price"] == Mark(file, 1, 24)
        assert resolved.keys["products", "a", "price", "x"] == Mark(file, 1, 25)
        assert resolved.marks["products", "a", "price", "x"] == Mark(file, 1, 28)
        assert resolved.origins["products", "a", "price", "x"] == "--set"
        assert resolved.marks["demand", 1, "rate"] == Mark("--set demand[1].rate=3/day", 1, 22)
        assert resolved.marks[()] == Mark("set_on.yaml", 1, 1)

    def test_null_removes_keys_and_entries(self):
        data = set_on(BASE, "products.a=null", "demand[0]=").data
        assert data["products"] == {"b": {"price": 3}}
        assert data["demand"] == [{"product": "b", "rate": "5/day"}]

    def test_later_ones_win_and_a_mapping_that_was_nothing_begins(self):
        assert set_on("a:\n", "a.b.c=1", "a.b.c=2").data == {"a": {"b": {"c": 2}}}

    @pytest.mark.parametrize(
        ("setting", "told"),
        [
            ("products.a.price.x=1", "1:24: products.a.price: is '1', not a mapping: it has no 'x'"),
            ("demand.rate=1", "1:14: demand: is a list: name an entry by its number, as demand[0]"),
            ("demand[2].rate=1", "1:14: demand: has entries 0 to 1, not 2"),
            ("products[0]=1", "1:16: products: is a mapping, not a list: it has no entry 0"),
            ("lanes[0].from=x", "1:13: the scenario has no list with entry 0"),
            ("extends=x", "1:7: 'extends' cannot be set on the command line"),
            ("alternatives.x=1", "1:7: 'alternatives' cannot be set on the command line"),
            ("products.a.price=[1", "1:24: this bracket is never closed"),
            ("a={b: 1, b: 2}", "1:16: b: duplicate key 'b': it stands in line 1 already"),
            ("a=!!int 3", "1:9: tags are not supported: a scenario holds plain values only"),
        ],
    )
    def test_a_setting_that_cannot_be_applied_is_left_out_and_told(self, setting, told):
        resolved = set_on(BASE, setting)
        assert [str(mistake) for mistake in resolved.mistakes] == [f"--set {setting}:{told}"]
        assert resolved.data == set_on(BASE).data

    @pytest.mark.parametrize("text", ["", "a", "=1", ".a=1", "a..b=1", "a[x]=1", "[0]=1", "a.=1", "a[0]b=1"])
    def test_another_form_is_a_mistake(self, text):
        (told,) = mistakes_of_setting(text)
        assert told.endswith("write a path and a value, as in products.headphones.price=3")

    @given(st.lists(st.text(min_size=1, max_size=8) | st.integers(0, 10**6), min_size=1, max_size=4))
    def test_every_place_can_be_set_as_it_is_written(self, steps):
        place = (str(steps[0]), *steps[1:])
        if any(isinstance(step, str) and (('"' in step and "'" in step) or "\x00" in step) for step in place):
            return
        if place[0] in {"extends", "alternatives"}:
            return
        assert tuple(step.name for step in Setting.read(f"{place_text(place)}=1").steps) == place

    @given(st.text(max_size=30))
    def test_no_text_ends_in_another_exception(self, text):
        for line in mistakes_of_setting(text):
            assert line.startswith("--set ")


def mistakes_of_setting(text: str) -> list[str]:
    try:
        Setting.read(text)
    except ScenarioError as error:
        return [str(mistake) for mistake in error.mistakes]
    return []


@pytest.mark.usefixtures("folder")
def test_overrides_are_logged():
    write(base="a: 1\nb: {c: 1, d: 1}\ne: [1]\nf: 1\ng: 0")
    write(
        top="extends: base.yaml\na: 2\ne: [2, 3]\nf: null\ng: 0\nnew: 1\nalternatives: {x: {b: {c: 5}, h: 6}}"
    )
    resolved = compose("top.yaml", "x", ["b.c=7"])
    log = [(change.path, change.old, change.new, change.origin) for change in resolved.overrides]
    assert log == [
        ("a", 1, 2, "top.yaml:2"),
        ("e", [1], [2, 3], "top.yaml:3"),
        ("f", 1, None, "top.yaml:4"),
        ("b.c", 1, 5, "alternative 'x' (top.yaml:7)"),
        ("h", None, 6, "alternative 'x' (top.yaml:7)"),
        ("b.c", 5, 7, "--set"),
    ]


@pytest.mark.usefixtures("folder")
def test_defaults_of_a_section_go_under_each_entry():
    write(
        a="products:\n  each: {holding: x, cost: 1}\n  p: {cost: 2}\n  q: {holding: null}\n  r: text\nz: 1\n"
    )
    resolved = with_defaults(compose("a.yaml"), "products", "each")
    assert resolved.data["products"] == {"p": {"holding": "x", "cost": 2}, "q": {"cost": 1}, "r": "text"}
    assert resolved.marks["products", "p", "holding"] == Mark("a.yaml", 2, 19)
    assert resolved.marks["products", "p", "cost"] == Mark("a.yaml", 3, 13)
    assert resolved.keys["products", "p"] == Mark("a.yaml", 3, 3)
    assert with_defaults(resolved, "products", "each") is resolved
    assert with_defaults(resolved, "z", "each") is resolved


@pytest.mark.usefixtures("folder")
def test_the_nearest_position_stands_for_a_place_without_one():
    resolved = set_on("a: {b: 1}")
    assert resolved.mark(("a", "b", "c")) == resolved.marks["a", "b"]
    assert resolved.key_mark(("a", "x")) == resolved.marks["a",]
