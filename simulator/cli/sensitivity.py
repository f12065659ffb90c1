"""Command ``simulator sensitivity``."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.command import command
from simulator.cli.session import SessionOptions, usage


class MethodOption(Enum):
    """Method of a sensitivity analysis."""

    morris = "morris"
    sobol = "sobol"


@command
def sensitivity(
    scenario: options.ScenarioFile,
    *,
    over: options.Over,
    method: Annotated[
        MethodOption, typer.Option(help="Screening with few points, or shares of variance with many.")
    ] = MethodOption.morris,
    size: Annotated[
        int | None,
        typer.Option(min=2, help="Trajectories (morris; 10) or samples (sobol; 64, a power of two)."),
    ] = None,
    version: options.Version,
    metric: options.Metrics = None,
    draws: options.SamplingOptions,
    work: SessionOptions,
) -> None:
    """Measure the influence of inputs on the figures, each varied over a range: --over PATH=LOW:HIGH."""
    from simulator.experiments.sweeping.ranges import read_ranges
    from simulator.experiments.sweeping.sensitivity import sensitivity_design
    from simulator.metrics.metric_labels import metric_of
    from simulator.reports.console.sensitivity import show_sensitivity
    from simulator.reports.files.experiment_plans import ExperimentPlan
    from simulator.reports.results import sensitivity

    def made() -> ExperimentPlan:
        inputs = read_ranges(over)
        variants = options.variants(scenario, version, draws)
        planned = sensitivity_design(variants, inputs, method.value, size)
        work.warn(variants.without_effect(planned.cells))
        return sensitivity.plan_of(planned, asked, variants.folder, variants.files)

    asked = options.command_words(
        "sensitivity", scenario, version, draws, over=over, method=method.value, size=size
    )
    with usage():
        shown = [metric_of(name) for name in metric] if metric else None
        plan = work.followed(asked, made)
        planned = sensitivity.design_of(plan)
    work.carry_out(
        plan.place(work.out, "sensitivity"),
        partial(sensitivity.play, planned, shown),
        show_sensitivity,
        version,
        plan=plan,
    )
