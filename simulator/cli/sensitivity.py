"""``simulator sensitivity``."""

from __future__ import annotations

from enum import Enum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.app import app
from simulator.cli.work import Work


class Method(Enum):
    """How the influence of an input is measured."""

    morris = "morris"
    sobol = "sobol"


@app.command()
def sensitivity(
    scenario: options.ScenarioFile,
    *,
    over: options.Over,
    method: Annotated[
        Method, typer.Option(help="Screening with few points, or shares of variance with many.")
    ] = Method.morris,
    size: Annotated[
        int | None,
        typer.Option(min=2, help="Trajectories (morris; 10) or samples (sobol; 64, a power of two)."),
    ] = None,
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
    """Find out which inputs the figures depend on, each varied over a range: --over PATH=LOW:HIGH."""
    from simulator.experiments.over import ranges
    from simulator.experiments.sensitivity import design
    from simulator.experiments.variants import Variants, settings_of
    from simulator.metrics.labels import metric_of
    from simulator.reports import screening
    from simulator.reports.influence import show_sensitivity
    from simulator.reports.plans import Plan, followed
    from simulator.reports.sweeping import with_run_settings
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
        "command": "sensitivity",
        "scenario": str(scenario.resolve()),
        "over": over,
        "method": method.value,
        "size": size,
        "alternative": alternative,
        "set": list(overrides),
        "replications": replications,
        "seed": seed,
    }

    def made() -> Plan:
        inputs = ranges(over)
        variants = Variants(scenario, alternative, with_run_settings(overrides, replications, seed))
        planned = design(variants, inputs, method.value, size)
        varied = [settings_of(values) for values in planned.cells]
        work.warn(without_effect(scenario, overrides, alternative=alternative, variants=varied))
        return screening.plan_of(planned, asked, variants.folder, variants.files)

    try:
        shown = [metric_of(name) for name in metric] if metric else None
        plan, told = followed(out, asked, made, resume=resume)
        planned = screening.design_of(plan)
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
    work.mention(told)
    folder = screening.sensitivity_folder(out, plan)
    with work.begun(folder, plan) as left:
        with work.hands() as (hands, progress):
            results = screening.play(
                planned,
                hands,
                shown,
                left.journal,
                alternative=alternative,
                overrides=overrides,
                idle=work.idle,
                progress=progress,
            )
        place = folder.fill(partial(screening.write, results))
    work.answer(place, results.plain, lambda screen: show_sensitivity(screen, results))
