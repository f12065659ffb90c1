"""``simulator sensitivity``."""

from __future__ import annotations

from enum import Enum
from functools import partial
from typing import Annotated

import typer

from simulator.cli import options
from simulator.cli.command import command
from simulator.cli.work import Work, usage


class Method(Enum):
    """How the influence of an input is measured."""

    morris = "morris"
    sobol = "sobol"


@command
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
    version: options.Version,
    metric: options.Metrics = None,
    draws: options.Draws,
    work: Work,
) -> None:
    """Find out which inputs the figures depend on, each varied over a range: --over PATH=LOW:HIGH."""
    from simulator.experiments.over import ranges
    from simulator.experiments.sensitivity import design
    from simulator.metrics.labels import metric_of
    from simulator.reports import screening
    from simulator.reports.influence import show_sensitivity
    from simulator.reports.plans import Plan

    def made() -> Plan:
        inputs = ranges(over)
        variants = options.variants(scenario, version, draws)
        planned = design(variants, inputs, method.value, size)
        work.warn(variants.without_effect(planned.cells))
        return screening.plan_of(planned, asked, variants.folder, variants.files)

    asked = options.asked("sensitivity", scenario, version, draws, over=over, method=method.value, size=size)
    with usage():
        shown = [metric_of(name) for name in metric] if metric else None
        plan = work.followed(asked, made)
        planned = screening.design_of(plan)
    work.carry_out(
        plan.place(work.out, "sensitivity"),
        partial(screening.play, planned, shown),
        show_sensitivity,
        version,
        plan=plan,
    )
