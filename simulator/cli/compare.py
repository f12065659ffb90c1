"""``simulator compare``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.app import Answer, app, tell
from simulator.cli.work import Work

_AS_IS = "as is"
_MOST = 1_000


@app.command()
def compare(
    scenario: options.ScenarioFile,
    alternatives: Annotated[
        list[str] | None,
        typer.Argument(metavar="ALTERNATIVE", help="Alternatives in the file; left out: all of them."),
    ] = None,
    *,
    against: Annotated[
        str, typer.Option(metavar="NAME", help="The one to compare with; 'as is': the scenario unchanged.")
    ] = _AS_IS,
    settings: options.Settings = None,
    replications: options.Replications = None,
    seed: options.Seed = None,
    metric: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Figure to show; may be repeated.")
    ] = None,
    until: Annotated[
        str | None,
        typer.Option(metavar="NAME±X", help="Go on until all differences are as sure, as profit±1%."),
    ] = None,
    best: Annotated[
        str | None,
        typer.Option(metavar="NAME", help="Choose the best, as profit; where only 500 matter: profit±500."),
    ] = None,
    limit: Annotated[
        str | None,
        typer.Option(
            metavar="LIMIT",
            help=f"Most replications for --until and --best, left out: {_MOST:,}; time and memory, "
            "as '3 days, 64 GB'.",
        ),
    ] = None,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    out: options.Out = Path("results/runs"),
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    strict: options.Strict = False,
    resume: options.Resume = False,
) -> None:
    """Compare alternatives before the same customers: what each changes, for whom, and how sure that is."""
    from simulator.experiments.alternatives import alternatives_of
    from simulator.experiments.compare import NoFigureError
    from simulator.reports import comparison as report
    from simulator.reports.comparing import show_comparison
    from simulator.reports.levels import differing_levels
    from simulator.scenario.without_effect import without_effect

    most, time_and_memory = options.divided_limit(limit, least=2)
    if most is not None and until is None and best is None:
        raise typer.BadParameter("is for --until and --best; say --replications", param_hint="--limit")
    work = Work(
        workers=workers,
        cluster=cluster,
        limit=time_and_memory,
        resume=resume,
        as_json=as_json,
        quiet=quiet,
        strict=strict,
    )
    overrides = tuple(settings or ())
    try:
        found = alternatives_of(scenario, alternatives or None, against, overrides)
        scenarios, plan = report.planned(
            found, against, replications, seed, metric or None, until, most or _MOST, best
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    loaded = {None if name == _AS_IS else name: one for name, one in found.items()}
    work.warn(without_effect(scenario, overrides, loaded=loaded))
    folder = report.comparison_folder(out, scenarios, plan)
    with work.begun(folder) as left:
        try:
            with work.hands() as (hands, progress):
                results = report.play(
                    scenarios,
                    plan,
                    hands,
                    left.journal,
                    overrides=overrides,
                    idle=work.idle,
                    progress=progress,
                )
            place = folder.fill(partial(report.write, results))
        except NoFigureError as error:
            left.discard()
            raise typer.BadParameter(str(error)) from None
        except report.Stopped as stop:
            results = stop.results
            left.show(partial(report.write, results), "")
            place = left.path
    work.answer(
        place,
        results.plain,
        lambda screen: show_comparison(
            screen, results, differing_levels(results.levels_by_alternative, "levels.csv has all.")
        ),
    )
    if results.interrupted:
        tell("Interrupted. To go on from there: the same command with --resume.")
        raise typer.Exit(Answer.INTERRUPTED)
