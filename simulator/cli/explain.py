"""``simulator explain``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.app import app
from simulator.cli.work import Work


@app.command()
def explain(
    scenario: options.ScenarioFile,
    *,
    causes: Annotated[
        str | None,
        typer.Option(
            metavar="NAME,...", help="Causes to weigh, as peaks,customs; left out: all the scenario has."
        ),
    ] = None,
    permutations: Annotated[
        int | None,
        typer.Option(
            metavar="N", help="Sample so many sequences of the causes; left out: only above six causes."
        ),
    ] = None,
    alternative: options.Alternative = None,
    settings: options.Settings = None,
    replications: options.Replications = None,
    seed: options.Seed = None,
    workers: options.Workers = None,
    cluster: options.Cluster = None,
    limit: options.Limit = None,
    out: options.Out = Path("results/runs"),
    as_json: options.AsJson = False,
    quiet: options.Quiet = False,
    strict: options.Strict = False,
    resume: options.Resume = False,
) -> None:
    """Say why customers waited: how many because of peaks, capacity, customs ..., so that it adds up."""
    from simulator.experiments.causes import UnknownCauseError
    from simulator.experiments.explain import Question
    from simulator.reports import explanation as report
    from simulator.reports.explaining import show_explanation
    from simulator.reports.results import with_run
    from simulator.scenario.scenario import load
    from simulator.scenario.without_effect import without_effect

    work = Work(
        workers=workers,
        cluster=cluster,
        limit=limit,
        resume=resume,
        as_json=as_json,
        quiet=quiet,
        strict=strict,
    )
    overrides = tuple(settings or ())
    read = load(scenario, alternative, overrides)
    work.warn(without_effect(scenario, overrides, loaded={alternative: read}))
    loaded = with_run(read, replications, seed)
    names = None if causes is None else [name.strip() for name in causes.split(",")]
    try:
        question = Question.of(loaded, names, permutations)
        _ = question.scenarios  # what is wrong with them is said before anything is played
    except UnknownCauseError as error:
        raise typer.BadParameter(str(error), param_hint="--causes") from None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    folder = report.explanation_folder(out, question)
    with work.begun(folder) as left:
        with work.hands() as (hands, progress):
            results = report.play(
                question,
                hands,
                left.journal,
                alternative=alternative,
                overrides=overrides,
                idle=work.idle,
                progress=progress,
            )
        place = folder.fill(partial(report.write, results))
    work.answer(place, results.plain, lambda screen: show_explanation(screen, results, alternative))
