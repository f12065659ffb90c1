"""Command ``simulator run``."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.command import command
from simulator.cli.session import SessionOptions


class By(StrEnum):
    """Dimension of further figures."""

    product = "product"


@command
def run(
    scenario: options.ScenarioFile,
    *,
    version: options.Version,
    draws: options.SamplingOptions,
    work: SessionOptions,
    keep_orders: Annotated[
        options.KeepOrders, typer.Option(help="Keep the order lines of the first replication or of all.")
    ] = options.KeepOrders.first,
    by: Annotated[
        By | None, typer.Option("--by", help="Print the figures of each product, too; for --json.")
    ] = None,
) -> None:
    """Play a scenario, print its figures and save them with every order."""
    import datetime

    from simulator.experiments.checking.judgement import load_to_judge
    from simulator.experiments.replications.replications import finished
    from simulator.reports.console import run
    from simulator.reports.files.manifest import RunFacts
    from simulator.reports.results import run as report
    from simulator.reports.results.run_results import Results, run_folder
    from simulator.scenario.load import ScenarioFile
    from simulator.scenario.without_effect import without_effect

    if by is not None and not work.as_json:
        raise typer.BadParameter(
            "is for --json; metrics_by_product.parquet has these figures", param_hint="--by"
        )
    started, alternative = datetime.datetime.now(datetime.UTC), version.alternative
    file = ScenarioFile(scenario, version.overrides)
    read = load_to_judge(file, alternative)
    work.warn(without_effect(file))
    loaded = report.with_run(read, draws.replications, draws.seed)
    folder = run_folder(work.out, loaded)
    with work.unfinished_result(folder) as left:
        try:
            with work.execution(left, version) as means:
                results = report.play(loaded, keep_orders.value, means)
        except KeyboardInterrupt:
            if (so_far := finished(loaded, left.journal, keep_orders.value)) is not None:
                how = RunFacts.since(started, alternative, version.overrides, work.idle)
                report.show_so_far(Results.of(so_far, how), left)
            raise
        place = folder.fill(results.write)
    work.answer(
        place,
        lambda: results.plain(by_product=by is not None),
        lambda screen: run.show_report(screen, results.outcome, alternative, results.levels_by_stock),
    )
