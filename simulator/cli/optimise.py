"""``simulator optimise``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.answer import print_answer
from simulator.cli.app import Answer, app, tell
from simulator.cli.options import (
    Alternative,
    AsJson,
    Cluster,
    Out,
    Over,
    Quiet,
    Replications,
    Resume,
    ScenarioFile,
    Seed,
    Settings,
    Workers,
)


@app.command()
def optimise(
    scenario: ScenarioFile,
    *,
    over: Over,
    minimise: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Figure that is to be small, as total_cost.")
    ] = None,
    maximise: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Figure that is to be large, as profit.")
    ] = None,
    subject_to: Annotated[
        list[str] | None,
        typer.Option(metavar="LIMIT", help="Limit to keep, as 'fill_rate >= 95 %'; may be repeated."),
    ] = None,
    alternative: Alternative = None,
    settings: Settings = None,
    trials: Annotated[int | None, typer.Option(min=1, help="Settings to try; left out: 100.")] = None,
    replications: Replications = None,
    limit: Annotated[
        int | None, typer.Option(min=20, help="Most replications of a finalist; left out: 200.")
    ] = None,
    indifference: Annotated[
        float | None,
        typer.Option(help="Smallest difference of the figure that matters; left out: 1 % of the best."),
    ] = None,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = Path("results/runs"),
    as_json: AsJson = False,
    quiet: Quiet = False,
    resume: Resume = False,
) -> None:
    """Find the settings with which a figure is best while others keep their limits."""
    from simulator.experiments.variants import Variants
    from simulator.experiments.workers import Workers as Hands
    from simulator.reports import optimisation
    from simulator.reports.finalists import show_optimisation
    from simulator.reports.progress import progress_bar
    from simulator.reports.sweeping import with_run_settings
    from simulator.reports.unfinished import Unfinished

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
            limit=limit,
            indifference=indifference,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with (
        optimisation.optimisation_folder(out, problem) as folder,
        Unfinished(folder, resume=resume) as left,
    ):
        if left.hint is not None and not quiet:
            tell(left.hint)
        try:
            with progress_bar(quiet=quiet, what="Settings") as progress, Hands(workers, cluster) as hands:
                results = optimisation.play(
                    problem,
                    hands,
                    left.journal,
                    alternative=alternative,
                    overrides=overrides,
                    progress=progress,
                )
        except ModuleNotFoundError as error:
            left.discard()
            if error.name != "optuna":
                raise
            tell("simulator: 'optimise' needs Optuna: pip install 'backorder-simulator[optimise]'")
            raise typer.Exit(Answer.MISTAKE) from None
        except ValueError as error:
            left.discard()
            raise typer.BadParameter(str(error)) from None
        place = folder.fill(partial(optimisation.write, results))
    print_answer(
        results.plain,
        lambda screen: show_optimisation(screen, results, scenario),
        place,
        as_json=as_json,
        quiet=quiet,
    )
