"""``simulator sweep``."""

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
    Metrics,
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
def sweep(
    scenario: ScenarioFile,
    *,
    over: Over,
    zipped: Annotated[
        bool,
        typer.Option(
            "--zip", help="First values together, second ones together, … in place of all with all."
        ),
    ] = False,
    alternative: Alternative = None,
    settings: Settings = None,
    metric: Metrics = None,
    replications: Replications = None,
    seed: Seed = None,
    workers: Workers = None,
    cluster: Cluster = None,
    out: Out = Path("results/runs"),
    as_json: AsJson = False,
    quiet: Quiet = False,
    resume: Resume = False,
) -> None:
    """Play a grid of settings before the same customers, and say which of them are best."""
    from simulator.experiments.over import levels
    from simulator.experiments.precision import known_metric
    from simulator.experiments.sweep import design
    from simulator.experiments.variants import Variants
    from simulator.experiments.workers import Workers as Hands
    from simulator.reports import sweeping
    from simulator.reports.cells import show_sweep
    from simulator.reports.plans import Plan, followed
    from simulator.reports.progress import progress_bar
    from simulator.reports.unfinished import Unfinished

    overrides = tuple(settings or ())
    asked = {
        "command": "sweep",
        "scenario": str(scenario.resolve()),
        "over": over,
        "zip": zipped,
        "alternative": alternative,
        "set": list(overrides),
        "replications": replications,
        "seed": seed,
    }

    def made() -> Plan:
        values = levels(over)
        variants = Variants(scenario, alternative, sweeping.with_run_settings(overrides, replications, seed))
        planned = design(variants, values, zipped=zipped)
        return sweeping.plan_of(planned, asked, variants.folder, variants.files)

    try:
        shown = [known_metric(name) for name in metric] if metric else None
        plan, told = followed(out, asked, made, resume=resume)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    if told and not quiet:
        tell(told)
    with sweeping.sweep_folder(out, plan) as folder, Unfinished(folder, resume=resume) as left:
        left.show(plan.write, left.note)
        with progress_bar(quiet=quiet) as progress, Hands(workers, cluster) as hands:
            results = sweeping.play(
                sweeping.design_of(plan),
                hands,
                left.journal,
                alternative=alternative,
                overrides=overrides,
                progress=progress,
            )
        place = folder.fill(partial(sweeping.write, results))
    print_answer(
        partial(results.plain, shown),
        lambda screen: show_sweep(screen, results, shown),
        place,
        as_json=as_json,
        quiet=quiet,
    )
