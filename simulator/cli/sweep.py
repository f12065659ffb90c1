"""``simulator sweep``."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.app import app
from simulator.cli.work import Work


@app.command()
def sweep(
    scenario: options.ScenarioFile,
    *,
    over: options.Over,
    zipped: Annotated[
        bool,
        typer.Option(
            "--zip", help="First values together, second ones together, … in place of all with all."
        ),
    ] = False,
    alternative: options.Alternative = None,
    settings: options.Settings = None,
    metric: options.Metrics = None,
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
    """Play a grid of settings before the same customers, and say which of them are best."""
    from simulator.experiments.over import levels
    from simulator.experiments.sweep import design
    from simulator.experiments.variants import Variants, settings_of
    from simulator.metrics.labels import metric_of
    from simulator.reports import sweeping
    from simulator.reports.cells import show_sweep
    from simulator.reports.plans import Plan, followed
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
        varied = [settings_of(values) for values in planned.cells]
        work.warn(without_effect(scenario, overrides, alternative=alternative, variants=varied))
        return sweeping.plan_of(planned, asked, variants.folder, variants.files)

    try:
        shown = [metric_of(name) for name in metric] if metric else None
        plan, told = followed(out, asked, made, resume=resume)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    work.mention(told)
    folder = sweeping.sweep_folder(out, plan)
    with work.begun(folder, plan) as left:
        with work.hands() as (hands, progress):
            results = sweeping.play(
                sweeping.design_of(plan),
                hands,
                left.journal,
                alternative=alternative,
                overrides=overrides,
                idle=work.idle,
                progress=progress,
            )
        place = folder.fill(partial(sweeping.write, results))
    work.answer(place, partial(results.plain, shown), lambda screen: show_sweep(screen, results, shown))
