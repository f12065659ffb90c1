"""``simulator explain``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.answer import print_answer
from simulator.cli.app import app, tell
from simulator.cli.options import (
    Alternative,
    AsJson,
    Cluster,
    Out,
    Quiet,
    Replications,
    Resume,
    ScenarioFile,
    Seed,
    Settings,
    Workers,
)


@app.command()
def explain(
    scenario: ScenarioFile,
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
    alternative: Alternative = None,
    settings: Settings = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = Path("results/runs"),
    as_json: AsJson = False,
    quiet: Quiet = False,
    resume: Resume = False,
) -> None:
    """Say why customers waited: how many because of peaks, capacity, customs ..., so that it adds up."""
    from simulator.experiments.causes import UnknownCauseError
    from simulator.experiments.explain import Question
    from simulator.experiments.workers import Workers as Hands
    from simulator.reports import explanation as report
    from simulator.reports.explaining import show_explanation
    from simulator.reports.progress import progress_bar
    from simulator.reports.results import with_run
    from simulator.reports.unfinished import Unfinished
    from simulator.scenario.scenario import load

    overrides = tuple(settings or ())
    loaded = with_run(load(scenario, alternative, overrides), replications, seed)
    names = None if causes is None else [name.strip() for name in causes.split(",")]
    try:
        question = Question.of(loaded, names, permutations)
        _ = question.scenarios  # what is wrong with them is said before anything is played
    except UnknownCauseError as error:
        raise typer.BadParameter(str(error), param_hint="--causes") from None
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    with report.explanation_folder(out, question) as folder, Unfinished(folder, resume=resume) as left:
        if left.hint is not None and not quiet:
            tell(left.hint)
        with progress_bar(quiet=quiet) as progress, Hands(workers, cluster) as hands:
            results = report.play(
                question,
                hands,
                left.journal,
                alternative=alternative,
                overrides=overrides,
                progress=progress,
            )
        place = folder.fill(partial(report.write, results))
    print_answer(
        results.plain,
        lambda screen: show_explanation(screen, results, alternative),
        place,
        as_json=as_json,
        quiet=quiet,
    )
