"""Commands made of groups of options, and an experiment that consists of nothing but its question."""

import json
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import pytest
import typer
from typer.testing import CliRunner

from simulator.cli import options
from simulator.cli.app import Options
from simulator.cli.command import _spread
from simulator.cli.session import SessionOptions
from simulator.reports.files.manifest import Recorded
from simulator.reports.files.result_folders import ResultFolder, result_folder
from simulator.reports.results.execution import Execution, Stopped


@dataclass(frozen=True, kw_only=True)
class Paint:
    colour: Annotated[str, typer.Option(help="Of the door.")] = "red"
    coats: Annotated[int, typer.Option(min=1, help="Of paint.")] = 2


def program(function):
    app = typer.Typer(add_completion=False)
    app.command()(_spread(function))
    return partial(CliRunner().invoke, app, obj=Options())


def test_options_of_a_group_stand_in_its_place():
    called = []

    def door(wood: str, *, paint: Paint, draws: options.SamplingOptions, lock: bool = False) -> None:
        """Make a door."""
        called.append((wood, paint, draws, lock))

    run = program(door)
    assert run(["oak", "--coats", "3", "--seed", "7", "--lock"]).exit_code == 0
    assert called == [("oak", Paint(coats=3), options.SamplingOptions(seed=7), True)]
    told = run(["--help"]).output
    places = [told.index(f"--{name}") for name in ("colour", "coats", "replications", "seed", "lock")]
    assert places == sorted(places)
    assert "Make a door." in told
    assert run(["oak", "--coats", "0"]).exit_code == 2


def test_an_option_that_the_command_names_itself_has_its_own_place_and_help():
    called = []

    def door(
        *, paint: Paint, lock: bool = False, colour: Annotated[str, typer.Option(help="Green?")] = "x"
    ) -> None:
        called.append((paint.colour, colour))

    run = program(door)
    assert run(["--colour", "green"]).exit_code == 0
    assert run([]).exit_code == 0
    assert called == [("green", "green"), ("x", "x")]
    told = run(["--help"]).output
    assert told.index("--lock") < told.index("--colour")
    assert "Green?" in told
    assert "Of the door." not in told


@dataclass(frozen=True)
class Sum:
    terms: tuple[int, ...]


@dataclass(frozen=True)
class SumResults(Recorded, Sum):
    def plain(self) -> dict[str, Any]:
        return {"sum": sum(self.terms), "overrides": list(self.circumstances.overrides)}

    def place(self, parent: Path) -> ResultFolder:
        return result_folder(parent, "sum of terms", self.terms)

    def write(self, folder: Path) -> None:
        (folder / "sum.json").write_text(json.dumps(self.plain()))


@pytest.fixture
def add(folder):
    """A command of an experiment whose findings need no simulation; its terms stop it where one is 0."""

    def play(terms: list[int], by: Execution) -> SumResults:
        results = by.results(SumResults, lambda *_: Sum(tuple(terms)))
        if 0 in terms:
            raise Stopped(results)
        return results

    def add(terms: list[int], *, version: options.Version, work: SessionOptions) -> None:
        work.carry_out(
            result_folder(work.out, "sum of terms", terms),
            partial(play, terms),
            lambda screen, results: screen.print(f"Together {sum(results.terms)}"),
            version,
        )

    return program(add)


def test_an_experiment_is_a_question_and_its_results(add, folder):
    done = add(["2", "3", "--set", "a=b", "--workers", "1"])
    assert done.exit_code == 0, done.output
    (place,) = (folder / "results" / "runs").iterdir()
    assert place.name.startswith("sum-of-terms-")
    assert json.loads((place / "sum.json").read_text()) == {"sum": 5, "overrides": ["a=b"]}
    assert done.output.splitlines() == ["Together 5", f"Results in results/runs/{place.name}"]


def test_it_answers_in_json_and_quietly(add):
    assert json.loads(add(["2", "3", "--json", "--workers", "1"]).output) == {
        "schema_version": 2,
        "sum": 5,
        "overrides": [],
    }
    quiet = add(["2", "3", "--quiet", "--workers", "1", "--out", "elsewhere"]).output
    assert quiet.startswith("Results in elsewhere/sum-of-terms-")


def test_it_says_so_where_it_was_stopped(add, folder):
    done = add(["2", "0", "--workers", "1"])
    assert done.exit_code == 130
    assert "Together 2" in done.output
    assert "Interrupted. To go on from there: the same command with --resume." in done.output
    assert list((folder / "results" / "runs").iterdir()) == []  # there is nothing to go on with
