"""Command ``simulator compare``."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.command import command
from simulator.cli.session import SessionOptions, usage

_AS_IS = "as is"
_MOST = 1_000


@command
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
    draws: options.SamplingOptions,
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
    work: SessionOptions,
) -> None:
    """Compare alternatives before the same customers: differences, customers affected, and confidence."""
    from simulator.experiments.comparing.alternatives import alternatives_of
    from simulator.reports.console.comparison import show_comparison
    from simulator.reports.results import comparison as report
    from simulator.reports.wording.level_tables import differing_levels
    from simulator.scenario.load import ScenarioFile
    from simulator.scenario.without_effect import without_effect

    most, time_and_memory = options.divided_limit(limit, least=2)
    if most is not None and until is None and best is None:
        raise typer.BadParameter("is for --until and --best; say --replications", param_hint="--limit")
    work, overrides = replace(work, limit=time_and_memory), tuple(settings or ())
    with usage():
        file = ScenarioFile(scenario, overrides)
        found = alternatives_of(file, alternatives or None, against)
        scenarios, plan = report.planned(
            found, against, draws.replications, draws.seed, metric or None, until, most or _MOST, best
        )
    work.warn(without_effect(file))
    work.carry_out(
        report.comparison_folder(work.out, scenarios, plan),
        partial(report.play, scenarios, plan),
        lambda screen, results: show_comparison(
            screen, results, differing_levels(results.levels_by_alternative, "levels.csv has all.")
        ),
        options.Version(settings=settings),
    )
