"""Command ``simulator check``."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.app import ExitCode, tell, tell_idle
from simulator.cli.command import command


@command
def check(
    scenarios: Annotated[
        list[Path] | None,
        typer.Argument(metavar="SCENARIO", help="Scenario files, or folders of them; left out: scenarios/."),
    ] = None,
    *,
    baseline: Annotated[
        Path, typer.Option(metavar="DIR", help="Folder of the baselines, one a scenario.")
    ] = Path("results/baselines"),
    update: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Make this scenario's baseline anew instead; may be repeated."),
    ] = None,
    junit: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the results as JUnit XML, for CI.")
    ] = None,
    equivalent: Annotated[
        bool,
        typer.Option(
            "--equivalent", help="Test whether means are the same within margins, not whether figures are."
        ),
    ] = False,
    margin: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME=SIZE", help="Margin of a metric or a unit, as days=5%; may be repeated."),
    ] = None,
    margins: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The same from a YAML file, NAME: SIZE a line.")
    ] = None,
    draws: options.SamplingOptions,
    workers: options.Workers = None,
    limit: options.Limit = None,
    as_json: options.AsJson = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Print only what is wrong.")] = False,
    strict: options.Strict = False,
) -> None:
    """Compare scenarios with their earlier figures and their expectations. For CI: exit code 1 on failure."""
    from simulator.reports.console.check import show_check
    from simulator.reports.console.progress_bar import progress_bar
    from simulator.reports.console.screen import screen
    from simulator.reports.files.json_files import json_text, versioned
    from simulator.reports.results import check
    from simulator.reports.results.check_files import NoCheckError, margins_of

    asked = margins_of(margins, margin or ())
    try:
        with progress_bar(quiet=quiet) as progress:
            found = check.check(
                scenarios or None,
                baseline=baseline,
                update=tuple(update or ()),
                equivalent=equivalent,
                margins=asked,
                replications=draws.replications,
                seed=draws.seed,
                workers=workers,
                work_limit=limit,
                tell=None if quiet else tell,
                progress=progress,
                strict=strict,
            )
    except NoCheckError as error:
        raise typer.BadParameter(str(error)) from None
    if not quiet:
        for idle in found.warnings.values():
            tell_idle(idle, strict=False)
    if junit is not None:
        junit.parent.mkdir(parents=True, exist_ok=True)
        junit.write_text(found.junit(), encoding="utf-8")
    if as_json:
        typer.echo(json_text(versioned(found.plain()), ascii_only=True))
    else:
        show_check(screen(), found, quiet=quiet)
    if not found.passed:
        raise typer.Exit(ExitCode.CHECK_FAILED)
