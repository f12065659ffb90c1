"""``simulator optimise``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.app import app
from simulator.cli.work import Work


@app.command()
def optimise(
    scenario: options.ScenarioFile,
    *,
    over: options.Over,
    minimise: Annotated[
        list[str] | None,
        typer.Option(metavar="NAME", help="Figure to be small, as total_cost; give a limit, too."),
    ] = None,
    maximise: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Figure that is to be large, as profit.")
    ] = None,
    subject_to: Annotated[
        list[str] | None,
        typer.Option(metavar="LIMIT", help="Limit to keep, as 'fill_rate >= 95 %'; may be repeated."),
    ] = None,
    alternative: options.Alternative = None,
    settings: options.Settings = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Settings to try; left out: 100.")] = None,
    replications: options.Replications = None,
    limit: Annotated[
        str | None,
        typer.Option(
            metavar="LIMIT",
            help="Most replications of a finalist, left out: 200; time and memory, as '3 days, 64 GB'.",
        ),
    ] = None,
    indifference: Annotated[
        float | None,
        typer.Option(help="Smallest difference of the figure that matters; left out: 1 % of the best."),
    ] = None,
    seed: options.Seed = None,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    out: options.Out = Path("results/runs"),
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    strict: options.Strict = False,
    resume: options.Resume = False,
) -> None:
    """Find the settings with which a figure is best while others keep their limits."""
    from simulator.experiments.variants import Variants, settings_of
    from simulator.reports import optimisation
    from simulator.reports.finalists import show_optimisation
    from simulator.reports.sweeping import with_run_settings
    from simulator.scenario.without_effect import without_effect

    most, time_and_memory = options.divided_limit(limit, least=20)
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
        problem = optimisation.problem_of(
            Variants(scenario, alternative, with_run_settings(overrides, None, seed)),
            over,
            minimise=minimise or (),
            maximise=maximise or (),
            subject_to=subject_to or (),
            trials=trials,
            replications=replications,
            limit=most,
            indifference=indifference,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    varied = [settings_of(values) for values in problem.space.extremes()]
    work.warn(without_effect(scenario, overrides, alternative=alternative, variants=varied))
    folder = optimisation.optimisation_folder(out, problem)
    with work.begun(folder) as left:
        try:
            with work.hands("Settings") as (hands, progress):
                results = optimisation.play(
                    problem,
                    hands,
                    left.journal,
                    alternative=alternative,
                    overrides=overrides,
                    idle=work.idle,
                    progress=progress,
                )
        except ValueError as error:
            left.discard()
            raise typer.BadParameter(str(error)) from None
        place = folder.fill(partial(optimisation.write, results))
    work.answer(place, results.plain, lambda screen: show_optimisation(screen, results, scenario))
