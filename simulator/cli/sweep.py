"""Command ``simulator sweep``."""

from __future__ import annotations

from functools import partial
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.command import command
from simulator.cli.session import SessionOptions, usage


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
    draws: options.SamplingOptions,
    work: SessionOptions,
) -> None:
    """Play a grid of settings before the same customers, and show which are best."""
    from simulator.experiments.sweeping.ranges import read_levels
    from simulator.experiments.sweeping.sweep import sweep_design
    from simulator.metrics.metric_labels import metric_of
    from simulator.reports.console.sweep import show_sweep
    from simulator.reports.files.experiment_plans import ExperimentPlan
    from simulator.reports.results import sweep

    def made() -> ExperimentPlan:
        values = read_levels(over)
        variants = options.variants(scenario, version, draws)
        planned = sweep_design(variants, values, zipped=zipped)
        work.warn(variants.without_effect(planned.cells))
        return sweep.plan_of(planned, asked, variants.folder, variants.files)

    asked = options.command_words("sweep", scenario, version, draws, over=over, zip=zipped)
    with usage():
        shown = [metric_of(name) for name in metric] if metric else None
        plan = work.followed(asked, made)
    work.carry_out(
        plan.place(work.out, "sweep"),
        partial(sweep.play, sweep.design_of(plan), metrics=shown or ()),
        lambda screen, results: show_sweep(screen, results, shown),
        version,
        plan=plan,
        plain=lambda results: results.plain(shown),
    )
