"""Commands that play no scenario: ``validate``, ``show``, ``schema``, ``metrics`` and ``new``."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.app import ExitCode, tell
from simulator.cli.command import command
from simulator.values.mistakes import visible


@command
def validate(
    files: Annotated[list[Path], typer.Argument(metavar="FILE...", help="Scenario files (YAML).")],
    *,
    strict: options.Strict = False,
) -> None:
    """Check scenario files with all alternatives, and print every mistake and every key without effect."""
    from simulator.reports.scenarios.validation import Validation

    wrong = False
    for file in files:
        found = Validation.of(file)
        mistakes, idle = found.mistakes, found.idle
        for one in (*mistakes, *idle):
            tell(str(one))
        if not mistakes:
            keys = f"{len(idle)} {'key' if len(idle) == 1 else 'keys'} without effect"
            typer.echo(visible(f"{file}: {f'ok, but {keys}' if idle else 'ok'}"))
            for note in found.notes:
                typer.echo(visible(f"  {note}"))
        wrong = wrong or bool(mistakes) or (strict and bool(idle))
    if wrong:
        raise typer.Exit(ExitCode.MISTAKE)


@command
def show(scenario: options.ScenarioFile, version: options.Version) -> None:
    """Print the resolved scenario: every value with its origin, overridden values, and levels of stocks."""
    from simulator.experiments.checking.judgement import require_metrics
    from simulator.model.levels.stock_levels import asked_levels
    from simulator.reports.scenarios.provenance import resolved_text
    from simulator.reports.wording.level_tables import comment, level_table
    from simulator.scenario.load import ScenarioFile

    reading = ScenarioFile(scenario, version.overrides).reading(version.alternative)
    resolved, whole = reading.completed, reading.scenario
    require_metrics(resolved, whole)
    levels = level_table(asked_levels(whole), "'simulator run' writes all to levels.csv.")
    typer.echo(visible(f"{resolved_text(resolved, whole)}\n\n{comment(levels)}"))


@command
def schema() -> None:
    """Print the JSON Schema of scenario files, for editors: simulator schema > scenario.schema.json."""
    from simulator.reports.files.json_files import json_text
    from simulator.reports.scenarios.schema import scenario_schema

    typer.echo(json_text(scenario_schema()))


@command
def metrics(
    text: Annotated[
        list[str] | None,
        typer.Argument(metavar="TEXT", help="Words of a name, label or formula; left out: all figures."),
    ] = None,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print the glossary as JSON.")] = False,
) -> None:
    """Explain the figures, all or those that contain a text: unit, better direction, and formula."""
    from simulator.metrics.metric_labels import search
    from simulator.reports.console.screen import screen
    from simulator.reports.scenarios import glossary_table

    words = " ".join(text or ())
    found = search(words)
    if not found:
        raise typer.BadParameter(f"no figure has '{words}' in its name or formula", param_hint="TEXT")
    if as_json:
        from simulator.reports.files.json_files import json_text

        typer.echo(json_text(glossary_table.glossary_plain(found)))
    else:
        screen().print(glossary_table.glossary_table(found))


@command
def new(
    name: Annotated[str, typer.Argument(metavar="NAME", help="Name of the file, without .yaml.")],
) -> None:
    """Write a commented scenario to start from."""
    from simulator.reports.scenarios.starter import write_starter

    try:
        file = write_starter(name)
    except ValueError as error:
        raise typer.BadParameter(str(error), param_hint="NAME") from None
    typer.echo(f"Wrote {file}. Try: simulator run {shlex.quote(str(file))}")
