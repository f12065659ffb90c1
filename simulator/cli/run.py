"""``simulator run``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.app import app
from simulator.cli.work import Work


@app.command()
def run(
    scenario: options.ScenarioFile,
    *,
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
    keep_orders: Annotated[
        options.KeepOrders, typer.Option(help="Keep the order lines of the first replication or of all.")
    ] = options.KeepOrders.first,
    resume: options.Resume = False,
) -> None:
    """Play a scenario, print its figures and save them with every order."""
    import datetime

    from simulator.experiments.judgement import load_to_judge
    from simulator.experiments.replicate import finished, replicate
    from simulator.reports import console
    from simulator.reports.manifest import Circumstances
    from simulator.reports.results import Results, with_run
    from simulator.reports.storage import run_folder, show_so_far, write
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
    started, overrides = datetime.datetime.now(datetime.UTC), tuple(settings or ())
    read = load_to_judge(scenario, alternative, overrides)
    work.warn(without_effect(scenario, overrides, loaded={alternative: read}))
    loaded = with_run(read, replications, seed)
    folder = run_folder(out, loaded)
    with work.begun(folder) as left:
        try:
            with work.hands() as (hands, progress):
                outcome = replicate(loaded, None, hands, keep_orders.value, progress, left.journal)
        except KeyboardInterrupt:
            so_far = finished(loaded, left.journal, keep_orders.value)
            if so_far is not None:
                show_so_far(
                    Results(so_far, Circumstances.since(started, alternative, overrides, work.idle)), left
                )
            raise
        results = Results(outcome, Circumstances.since(started, alternative, overrides, work.idle))
        place = folder.fill(partial(write, results))
    work.answer(
        place,
        results.plain,
        lambda screen: console.show_report(screen, outcome, alternative, results.levels_by_stock),
    )
