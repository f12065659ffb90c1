"""``simulator run``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli.app import app
from simulator.cli.options import (
    Alternative,
    AsJson,
    KeepOrders,
    Out,
    Quiet,
    Replications,
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
    out: Out = Path("results/runs"),
    as_json: AsJson = False,
    quiet: Quiet = False,
    keep_orders: Annotated[
        KeepOrders, typer.Option(help="Keep the order lines of the first replication or of all.")
    ] = KeepOrders.first,
) -> None:
    """Play a scenario, print its figures and save them with every order."""
    from simulator.reports import console
    from simulator.reports.as_json import json_text
    from simulator.reports.progress import progress_bar
    from simulator.reports.results import play, with_run
    from simulator.reports.storage import run_folder, write
    from simulator.reports.validation import load_to_judge

    overrides = tuple(settings or ())
    loaded = with_run(load_to_judge(scenario, alternative, overrides), replications, seed)
    with run_folder(out, loaded) as folder:
        with progress_bar(quiet=quiet) as progress:
            results = play(
                loaded, workers, keep_orders.value, progress, alternative=alternative, overrides=overrides
            )
        place = folder.fill(partial(write, results))
    if as_json:
        typer.echo(json_text(results.plain(), ascii_only=True))
        return
    screen = console.screen()
    if not quiet:
        console.show_report(screen, results.outcome, alternative)
    console.show_folder(screen, place)
