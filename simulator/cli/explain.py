"""Command ``simulator explain``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.command import command
from simulator.cli.session import SessionOptions, usage


@command
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
    version: options.Version,
    draws: options.SamplingOptions,
    work: SessionOptions,
) -> None:
    """Explain why customers waited: the shares of peaks, capacity, customs and other causes, which add up."""
    from simulator.experiments.explaining.causes import UnknownCauseError
    from simulator.experiments.explaining.explanation import Question
    from simulator.reports.console.explanation import show_explanation
    from simulator.reports.results import explanation as report
    from simulator.reports.results.run import with_run
    from simulator.scenario.load import ScenarioFile
    from simulator.scenario.without_effect import without_effect

    alternative = version.alternative
    file = ScenarioFile(scenario, version.overrides)
    read = file.scenario(alternative)
    work.warn(without_effect(file))
    loaded = with_run(read, draws.replications, draws.seed)
    names = None if causes is None else [name.strip() for name in causes.split(",")]
    with usage():
        try:
            question = Question.of(loaded, names, permutations)
            _ = question.scenarios  # mistakes in them are reported before anything is played
        except UnknownCauseError as error:
            raise typer.BadParameter(str(error), param_hint="--causes") from None
    work.carry_out(
        report.explanation_folder(work.out, question),
        partial(report.play, question),
        lambda screen, results: show_explanation(screen, results, alternative),
        version,
    )
