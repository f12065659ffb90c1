"""The command line: reads what the user wants, calls, prints. Exit codes are in ``Answer``.

Whatever is heavy is imported inside the commands, so that ``simulator --help`` answers at once.
"""

from __future__ import annotations

import os
import shlex
import sys
from dataclasses import dataclass
from enum import Enum, IntEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from simulator.scenario.mistakes import ScenarioError


class Answer(IntEnum):
    """Exit codes."""

    DONE = 0
    CHECK_FAILED = 1
    MISTAKE = 2
    """In the command, in a scenario, or in what they refer to, such as a folder that cannot be written."""
    OUR_FAULT = 3
    INTERRUPTED = 130
    NO_READER = 141
    """Whoever read the output has gone, as ``head`` does."""


class KeepOrders(Enum):
    """Whose order lines go into the run folder."""

    first = "first"
    all = "all"


@dataclass
class Options:
    """Options that stand before the command."""

    debug: bool = False


class Commands(TyperGroup):
    """The commands, with an answer to whatever goes wrong that is not our fault."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt:
            _tell("Interrupted.")
            raise typer.Exit(Answer.INTERRUPTED) from None
        except BrokenPipeError:
            # What is left in the buffer goes nowhere; else Python would complain when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(Answer.NO_READER) from None
        except ScenarioError as error:
            _tell(str(error))
            raise typer.Exit(Answer.MISTAKE) from None
        except OSError as error:
            if ctx.obj.debug:
                raise
            _tell(f"simulator: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}")
            raise typer.Exit(Answer.MISTAKE) from None
        return result


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")]
Alternative = Annotated[
    str | None, typer.Option("--alternative", "-a", metavar="NAME", help="Alternative in the file to apply.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Change a value, as run.seed=7; may be repeated."),
]


def main() -> None:
    """Entry point of ``simulator``."""
    for stream in (sys.stdout, sys.stderr):
        # A terminal that has no sign for ± gets another one, not an error.
        stream.reconfigure(errors="replace")  # type: ignore[union-attr]
    asked = Options()
    try:
        app(obj=asked)
    except Exception as error:  # noqa: BLE001 - whatever comes up to here is a fault of ours
        _confess(error, debug=asked.debug)
        sys.exit(Answer.OUR_FAULT)


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        import simulator

        typer.echo(f"simulator {simulator.__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the full traceback of a fault.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback acts on it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Simulate supply chains in which customers wait: who waits, how long, and what other policies would change.

    Start with 'simulator new my_shop' and 'simulator run my_shop.yaml'.
    """
    ctx.obj.debug = debug


@app.command()
def run(
    scenario: ScenarioFile,
    *,
    alternative: Alternative = None,
    settings: Settings = None,
    replications: Annotated[int | None, typer.Option(min=1, help="Independent repetitions.")] = None,
    seed: Annotated[int | None, typer.Option(min=0, help="Seed of all random numbers.")] = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Processes; left out: one a core.")] = None,
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where run folders go.")] = Path("results/runs"),
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are.")] = False,
    keep_orders: Annotated[
        KeepOrders, typer.Option(help="Keep the order lines of the first replication or of all.")
    ] = KeepOrders.first,
) -> None:
    """Play a scenario, print its figures and save them with every order."""
    from simulator.reports import console
    from simulator.reports.as_json import json_text
    from simulator.reports.progress import progress_bar
    from simulator.reports.results import play, with_run
    from simulator.reports.storage import RunFolder
    from simulator.scenario.scenario import load

    overrides = tuple(settings or ())
    loaded = with_run(load(scenario, alternative, overrides), replications, seed)
    with RunFolder(out, loaded) as folder:
        with progress_bar(quiet=quiet) as progress:
            results = play(
                loaded, workers, keep_orders.value, progress, alternative=alternative, overrides=overrides
            )
        place = folder.fill(results)
    if as_json:
        typer.echo(json_text(results.plain(), ascii_only=True))
        return
    screen = console.screen()
    if not quiet:
        console.show_report(screen, results.outcome, alternative)
    console.show_folder(screen, place)


@app.command()
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files (YAML).")],
) -> None:
    """Check scenario files, each with all its alternatives, and say everything that is wrong."""
    from simulator.reports.validation import mistakes_of

    wrong = False
    for file in files:
        mistakes = mistakes_of(file)
        for mistake in mistakes:
            _tell(str(mistake))
        if not mistakes:
            typer.echo(f"{file}: ok")
        wrong = wrong or bool(mistakes)
    if wrong:
        raise typer.Exit(Answer.MISTAKE)


@app.command()
def show(scenario: ScenarioFile, alternative: Alternative = None, settings: Settings = None) -> None:
    """Print the resolved scenario, with the origin of every value and what was overridden."""
    from simulator.reports.provenance import shown
    from simulator.scenario.scenario import resolve, validated

    resolved = resolve(scenario, alternative, tuple(settings or ()))
    typer.echo(shown(resolved, validated(resolved, scenario.parent)))


@app.command()
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors: simulator schema > scenario.schema.json."""
    from simulator.reports.as_json import json_text
    from simulator.reports.schema import scenario_schema

    typer.echo(json_text(scenario_schema()))


@app.command()
def metrics(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the glossary as JSON.")] = False,
) -> None:
    """Explain every figure: its unit, whether more is better, and how it is worked out."""
    from simulator.reports import console, terms

    if as_json:
        from simulator.reports.as_json import json_text

        typer.echo(json_text(terms.glossary_plain()))
    else:
        console.screen().print(terms.glossary_table())


@app.command()
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the file, without .yaml.")],
) -> None:
    """Write a commented scenario to start from."""
    from simulator.reports.starter import write_starter

    try:
        file = write_starter(name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
    typer.echo(f"Wrote {file}. Try: simulator run {shlex.quote(str(file))}")


def _tell(text: str) -> None:
    typer.echo(text, err=True)


def _confess(error: Exception, *, debug: bool) -> None:
    """Say that something went wrong that should not have, and leave a log file with the details."""
    import traceback

    if debug:
        traceback.print_exception(error)
        return
    from simulator.reports.failures import write_log

    summary = traceback.format_exception_only(error)[-1].strip().partition("\n")[0]
    _tell(f"simulator: this is a fault of the simulator, not yours: {summary}")
    _tell(f"The details are in {write_log(error)}; 'simulator --debug ...' shows them here.")
