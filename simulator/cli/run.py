"""``simulator run``."""

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
    KeepOrders,
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
def run(
    scenario: ScenarioFile,
    *,
    alternative: Alternative = None,
    settings: Settings = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = Path("results/runs"),
    as_json: AsJson = False,
    quiet: Quiet = False,
    keep_orders: Annotated[
        KeepOrders, typer.Option(help="Keep the order lines of the first replication or of all.")
    ] = KeepOrders.first,
    resume: Resume = False,
) -> None:
    """Play a scenario, print its figures and save them with every order."""
    import datetime

    from simulator.experiments.replicate import finished, replicate
    from simulator.experiments.workers import Workers as Hands
    from simulator.reports import console
    from simulator.reports.manifest import Circumstances
    from simulator.reports.progress import progress_bar
    from simulator.reports.results import Results, with_run
    from simulator.reports.storage import run_folder, show_so_far, write
    from simulator.reports.unfinished import Unfinished
    from simulator.reports.validation import load_to_judge

    started, overrides = datetime.datetime.now(datetime.UTC), tuple(settings or ())
    loaded = with_run(load_to_judge(scenario, alternative, overrides), replications, seed)
    with run_folder(out, loaded) as folder, Unfinished(folder, resume=resume) as left:
        if left.hint is not None and not quiet:
            tell(left.hint)
        try:
            with progress_bar(quiet=quiet) as progress, Hands(workers, cluster) as hands:
                outcome = replicate(loaded, None, hands, keep_orders.value, progress, left.journal)
        except KeyboardInterrupt:
            so_far = finished(loaded, left.journal, keep_orders.value)
            if so_far is not None:
                show_so_far(Results(so_far, Circumstances.since(started, alternative, overrides)), left)
            raise
        results = Results(outcome, Circumstances.since(started, alternative, overrides))
        place = folder.fill(partial(write, results))
    print_answer(
        results.plain,
        lambda screen: console.show_report(screen, results.outcome, alternative),
        place,
        as_json=as_json,
        quiet=quiet,
    )
