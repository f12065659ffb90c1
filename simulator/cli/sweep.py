"""``simulator sweep``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.command import command
from simulator.cli.work import Work, usage


@command
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
    version: options.Version,
    metric: options.Metrics = None,
    draws: options.Draws,
    work: Work,
) -> None:
    """Play a grid of settings before the same customers, and say which of them are best."""
    from simulator.experiments.over import levels
    from simulator.experiments.sweep import design
    from simulator.metrics.labels import metric_of
    from simulator.reports import sweeping
    from simulator.reports.cells import show_sweep
    from simulator.reports.plans import Plan

    def made() -> Plan:
        values = levels(over)
        variants = options.variants(scenario, version, draws)
        planned = design(variants, values, zipped=zipped)
        work.warn(variants.without_effect(planned.cells))
        return sweeping.plan_of(planned, asked, variants.folder, variants.files)

    asked = options.asked("sweep", scenario, version, draws, over=over, zip=zipped)
    with usage():
        shown = [metric_of(name) for name in metric] if metric else None
        plan = work.followed(asked, made)
    work.carry_out(
        plan.place(work.out, "sweep"),
        partial(sweeping.play, sweeping.design_of(plan)),
        lambda screen, results: show_sweep(screen, results, shown),
        version,
        plan=plan,
        plain=lambda results: results.plain(shown),
    )
