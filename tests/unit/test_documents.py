"""What README.md and docs/ show works as it stands there, and the reference of the scenario file is complete."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from types import CodeType
from typing import Any

import pytest
import typer

import simulator
from docs.pages.schema import families
from simulator.cli import ExitCode, app
from simulator.laws.law import LAWS
from simulator.policies.acceptance import AcceptancePolicy
from simulator.policies.allocation import AllocationPolicy
from simulator.policies.expediting import Expediting
from simulator.policies.family import Policy, member
from simulator.policies.replenishment import ReplenishmentPolicy
from simulator.policies.sourcing_policy import SourceView, SourcingPolicy, StockView
from simulator.policies.transfers import PlaceView, TransferPolicy, WayView
from simulator.reports.scenarios.validation import Validation
from simulator.scenario.scenario import Policies, Scenario
from simulator.scenario.sections.demand import Arrivals, Demand, Impatience, Segment
from simulator.scenario.sections.demand_profiles import Peak, Surge, Weekly, Yearly
from simulator.scenario.sections.order_history import Columns, Filled, History
from simulator.scenario.sections.products import Product
from simulator.scenario.sections.run import Run
from simulator.scenario.sections.satisfaction import Loyalty, Satisfaction
from simulator.scenario.sections.suppliers import Capacity, PriceChange, Production, Supplier
from simulator.scenario.sections.supply_network import (
    Customs,
    Departures,
    Dock,
    Freight,
    Inspection,
    Lane,
    Warehouse,
)
from simulator.tables.format import Format
from simulator.values.section import Section

README = Path("README.md").read_text()
REFERENCE = Path("docs/scenario-file.md").read_text()
SECTIONS: tuple[type[Section], ...] = (
    *(
        Scenario,
        Run,
        Product,
        Segment,
        Demand,
        Arrivals,
        History,
        Columns,
        Filled,
        Format,
        Weekly,
        Yearly,
        Peak,
        Surge,
    ),
    *(Warehouse, Dock, Supplier, Production, Capacity, PriceChange),
    *(Lane, Freight, Departures, Customs, Inspection, Policies, Expediting),
)


EVIDENCE = Path("docs/evidence.md").read_text()
BEHAVIOUR: tuple[tuple[type[Section], tuple[str, ...]], ...] = (
    (Impatience, ("informed", "informed_for", "past_promise", "revision", "compensated")),
    (Satisfaction, ("informed", "tiring", "unanswered", "compensated")),
    (Loyalty, ("base", "waited", "late", "refused", "cancelled", "scores")),
)


def blocks(text: str, language: str) -> list[str]:
    """The code blocks of a language, in sequence."""
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def compiled(program: str) -> CodeType:
    """The program, free of this file's own ``from __future__``."""
    return compile(program, "README.md", "exec", dont_inherit=True)


def executed(*programs: str) -> dict[str, Any]:
    """What programs of a page define, one run after the other."""
    names: dict[str, Any] = {"__name__": "my_policies"}
    for program in programs:
        exec(compiled(program), names)  # noqa: S102 - it is what the page says
    return names


CODE = re.findall(r"`([^`]+)`|^#+ (.*)$", re.sub(r"```.*?```", "", REFERENCE, flags=re.DOTALL), re.MULTILINE)
WORDS = {word for parts in CODE for part in parts for word in re.findall(r"\w+", part)}
"""What the reference of the scenario file has in code type, or as a heading."""


@pytest.fixture
def mugs(tmp_path: Path) -> Path:
    path = tmp_path / "mugs.yaml"
    path.write_text(blocks(README, "yaml")[0])
    return path


def test_the_minimal_scenario_is_short_and_runs(mugs: Path) -> None:
    assert len(mugs.read_text().splitlines()) < 15
    as_it_stands, alternative = (
        simulator.run(mugs, 2, 1, alternative=name) for name in (None, "out of stock")
    )
    assert as_it_stands["backordered_lines"].mean > 0
    assert alternative["refused_lines"].mean > 0
    simulator.run(mugs, 1, 1, overrides=['policies.replenishment.cover="10 days"', "run.horizon=90 days"])


def test_the_mistake_is_told_as_shown(mugs: Path) -> None:
    mugs.write_text(mugs.read_text().replace("will_wait: 60 %", "will_wait: 160 %"))
    told = [str(mistake).replace(str(mugs), mugs.name) for mistake in Validation.of(mugs).mistakes]
    assert re.findall(r"^    (mugs.yaml:.*)$", README, re.MULTILINE) == told


def test_the_python_example_runs() -> None:
    program = blocks(README, "python")[0]
    assert program.count("replications=4") == 2
    quick = "replications=2, workers=1, overrides=['run.warm_up=0 days', 'run.horizon=60 days']"
    names = executed(program.replace("replications=4", quick))
    assert len(names["waits"]) > 0


SOURCING = Path("docs/sourcing.md").read_text(encoding="utf-8")
EXAMPLES = blocks(SOURCING, "yaml")
"""A scenario, and changes of it."""


@pytest.mark.parametrize("number", range(len(EXAMPLES)))
def test_the_examples_of_several_sources_buy(tmp_path: Path, number: int) -> None:
    base, path = tmp_path / "base.yaml", tmp_path / "example.yaml"
    base.write_text(EXAMPLES[0])
    path.write_text("extends: base.yaml\n" + (EXAMPLES[number] if number else ""))
    assert [str(mistake) for mistake in Validation.of(path).mistakes] == []
    results = simulator.run(path, 1, 1, overrides=["run.horizon=200 days"])
    units = results.metrics.query("metric == 'purchase_units' and dimension == 'supplier'")
    bought = set(units[units["mean"] > 0]["group"])
    policy = results.scenario.policies.sourcing
    assert policy is not None
    kind = policy.kind
    assert len(bought) == (1 if kind == "single" and "expediting" not in EXAMPLES[number] else 2)
    assert ("near (expedited)" in bought) == ("expediting" in EXAMPLES[number])


def test_the_examples_of_several_sources_show_every_policy() -> None:
    named = set(re.findall(r"sourcing: (?:\{type: )?(\w+)", "".join(EXAMPLES)))
    known = {
        policy.names[0]
        for policy in SourcingPolicy.members.values()
        if policy.__module__.startswith("simulator.policies.")
    }
    assert named == known == set(re.findall(r"^### (\w+)$", SOURCING, re.MULTILINE))


def test_the_page_of_plug_ins_tells_all_that_policies_see() -> None:
    page = Path("docs/plug-ins.md").read_text(encoding="utf-8").partition("## A sourcing policy")[2]
    told = [set(re.findall(r"`(\w+)[`(]", row.split("|")[1])) for row in page.splitlines() if "|" in row]
    for view in (StockView, SourceView, PlaceView):
        assert {name for name in vars(view) if not name.startswith("_")} <= set().union(*told)
    for name in vars(WayView):
        assert name.startswith("_") or f"`{name}`" in page
    for name in ("named", "objection", "main"):
        assert f"- `{name}(" in page


@pytest.fixture
def sourcing_family() -> Iterator[None]:
    before = dict(SourcingPolicy.members)
    yield
    SourcingPolicy.members.clear()
    SourcingPolicy.members.update(before)


@pytest.mark.usefixtures("sourcing_family")
def test_the_example_of_a_sourcing_policy_buys(tmp_path: Path) -> None:
    names = executed(blocks(Path("docs/plug-ins.md").read_text(encoding="utf-8"), "python")[2])
    member("hurry_old_orders")(names["HurryOldOrders"])
    path = tmp_path / "shop.yaml"
    path.write_text(EXAMPLES[0])
    overrides = ["policies.sourcing={type: hurry_old_orders, longest: 1 day}", "policies.replenishment.S=700"]
    results = simulator.run(path, 1, 1, overrides=overrides)
    units = results.metrics.query("metric == 'purchase_units' and dimension == 'supplier'")
    assert set(units[units["mean"] > 0]["group"]) == {"far by sea", "near"}


def test_the_example_of_a_transfer_policy_moves_goods() -> None:
    names = executed(blocks(Path("docs/plug-ins.md").read_text(encoding="utf-8"), "python")[3])
    shop = {
        "run": {"horizon": "60 days"},
        "products": {"mug": {}},
        "demand": [{"product": "mug", "rate": "3/day", "regions": {"north": "70 %", "south": "30 %"}}],
        "warehouses": {"north": {"serves": ["north"]}, "south": {"serves": ["south"]}},
        "lanes": [{"from": "south", "to": "north", "carries": "transfers"}],
        "policies": {
            "replenishment": {"type": "r_Q", "r": 2, "Q": 9},
            "transfers": names["LargestStockHelps"](),
        },
    }
    assert simulator.run(Scenario.model_validate(shop), 1, 1)["transferred_units"].mean > 0


def test_the_example_of_a_routing_policy_serves() -> None:
    names = executed(blocks(Path("docs/plug-ins.md").read_text(encoding="utf-8"), "python")[4])
    shop = {
        "run": {"horizon": "60 days"},
        "products": {"mug": {}},
        "demand": [{"product": "mug", "rate": "3/day", "region": "north"}],
        "warehouses": {name: {"serves": ["north"]} for name in ("hub", "outlet")},
        "policies": {"replenishment": {"type": "r_Q", "r": 2, "Q": 9}, "routing": names["FullestShelf"]()},
    }
    share = simulator.run(Scenario.model_validate(shop), 1, 1)["served_elsewhere_share"].mean
    assert 0.3 < share < 0.7


@pytest.fixture
def allocation_family() -> Iterator[None]:
    before = dict(AllocationPolicy.members)
    yield
    AllocationPolicy.members.clear()
    AllocationPolicy.members.update(before)


@pytest.mark.usefixtures("allocation_family")
def test_the_policy_example_decides() -> None:
    program = blocks(README, "python")[1]
    assert len(program.splitlines()) < 20
    names = executed(program)
    member("small_lines_soon")(names["SmallLinesSoon"])

    def longest_wait(allocation: str) -> float:
        overrides = [f"policies.allocation={allocation}"]
        results = simulator.run("scenarios/allocation_policies.yaml", 2, 1, overrides=overrides)
        return results["backorder_wait_max"].mean

    in_bounds = longest_wait("{type: small_lines_soon, at_most: 3 days}")
    assert in_bounds < 0.6 * longest_wait("shortest_line")


@pytest.mark.usefixtures("allocation_family")
def test_the_comparison_example_runs() -> None:
    policy, program = blocks(README, "python")[1:3]
    assert len([line for line in program.splitlines() if line and not line.startswith("import")]) == 5
    assert program.count("replications=10") == 1
    quick = "replications=3, workers=1, overrides=['run.horizon=120 days']"
    names = executed(policy, program.replace("replications=10", quick))
    assert list(names["profit"]["alternative"]) == ["mine", "shortest line"]
    better = names["found"].customers.set_index(["alternative", "segment"])["better"]
    assert better["mine", "everybody"] > 0.01


@pytest.mark.usefixtures("allocation_family")
def test_the_example_of_a_plug_in_runs() -> None:
    page = Path("docs/plug-ins.md").read_text(encoding="utf-8")
    policy, program = blocks(page, "python")[:2]
    quick = "replications=2, workers=1, overrides=['run.horizon=90 days']"
    names = executed(policy, program.replace("replications=10", quick))
    assert names["found"].alternatives == ("as is", "small")
    assert {family.family for family in families()} == set(
        re.findall(r"`(\w+)`", page.partition("The families")[2].partition(".")[0])
    )


def test_the_example_of_a_comparison_runs() -> None:
    program = blocks(Path("docs/compare.md").read_text(), "python")[0]
    program = program.replace("overrides=[", "overrides=['run.horizon=90 days', ")
    program = program.replace(
        "replications=10", "replications=2, workers=1, overrides=['run.horizon=90 days']"
    )
    program = re.sub(r"^    until=.*$|^found.save.*$", "", program, flags=re.MULTILINE)
    names = executed(program)
    assert names["found"].alternatives == ("as is", "ten kept", "by rank", "by size", "less stock")


def test_the_links_lead_somewhere() -> None:
    for document in (*Path().glob("*.md"), *Path("docs").glob("*.md"), *Path("scenarios").glob("*.md")):
        for target in re.findall(r"\]\((?!https?:)([^)#]+)\)", document.read_text()):
            assert (document.parent / target).exists(), f"{document}: {target}"


def test_the_exit_codes_are_those_of_the_command_line() -> None:
    assert {int(code) for code in re.findall(r"^\| (\d+) \|", README, re.MULTILINE)} == set(ExitCode)


def test_the_commands_named_exist() -> None:
    known = set(typer.main.get_command(app).commands)  # type: ignore[attr-defined]
    documents = (Path("README.md"), *Path("docs").glob("*.md"), *Path("scenarios").glob("*.*"))
    for document in (path for path in documents if path.suffix != ".svg"):
        named = re.findall(r"(?:`|^    |\$ )simulator ([a-z]+)", document.read_text(), re.MULTILINE)
        assert set(named) <= known


def test_the_reference_example_runs(tmp_path: Path) -> None:
    path = tmp_path / "mugs.yaml"
    path.write_text(blocks(REFERENCE, "yaml")[0])
    assert simulator.run(path, 1, 1)["orders"].mean > 0


@pytest.mark.parametrize("section", SECTIONS, ids=lambda section: section.__name__)
def test_the_reference_names_every_key(section: type[Section]) -> None:
    assert {*section.keys(), *section.later} - WORDS == set()


def test_the_reference_names_what_is_refused() -> None:
    """The keys that are not supported yet, and no other; without any there is no such line."""
    lines = [line for line in REFERENCE.splitlines() if line.startswith("These keys are refused")]
    named = {key for line in lines for key in re.findall(r"`(\w+)`", line)}
    assert named == {key for section in SECTIONS for key in section.later}


def test_the_reference_names_every_distribution() -> None:
    for name, law in LAWS["duration"].items():
        row = next(row for row in REFERENCE.splitlines() if row.startswith(f"| `{name}` |"))
        assert set(law.keys()) - {"dist", "shift", "weight"} <= set(re.findall(r"\w+", row))


@pytest.mark.parametrize(
    "family", [AcceptancePolicy, AllocationPolicy, ReplenishmentPolicy, SourcingPolicy, TransferPolicy]
)
def test_the_reference_names_every_policy_and_its_keys(family: type[Policy]) -> None:
    for policy in set(family.members.values()):
        assert {*policy.names[:1], *policy.keys()} <= WORDS


def test_evidence_and_schema_agree_on_what_is_assumed() -> None:
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in EVIDENCE.splitlines() if "|" in line]
    for section, names in BEHAVIOUR:
        for name in names:
            of_section = [row for row in rows if f"{section.__name__.lower()}." in row[0]]
            (grade,) = (row[3] for row in of_section if re.search(rf"[`.]{name}`", row[0]))
            told = section.model_fields[name].description or ""
            assert ("assumed" in grade) == ("ssumption" in told), f"{section.__name__}.{name}"
