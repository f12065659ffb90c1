"""Command ``simulator optimise``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.command import command
from simulator.cli.session import SessionOptions, usage


@command
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
    version: options.Version,
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
    work: SessionOptions,
) -> None:
    """Find the settings with which a figure is best while others keep their limits."""
    from simulator.reports.console.optimisation import show_optimisation
    from simulator.reports.results import optimisation

    most, time_and_memory = options.divided_limit(limit, least=20)
    work = replace(work, limit=time_and_memory)
    with usage():
        variants = options.variants(scenario, version, options.SamplingOptions(seed=seed))
        problem = optimisation.problem_of(
            variants,
            over,
            minimise=minimise or (),
            maximise=maximise or (),
            subject_to=subject_to or (),
            trials=trials,
            replications=replications,
            limit=most,
            indifference=indifference,
        )
    work.warn(variants.without_effect(problem.space.extremes()))
    work.carry_out(
        optimisation.optimisation_folder(work.out, problem),
        partial(optimisation.play, problem),
        lambda screen, results: show_optimisation(screen, results, scenario),
        version,
        what="Settings",
    )
