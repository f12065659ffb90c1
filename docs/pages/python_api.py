"""The pages of what Python programs and plug-ins import; mkdocstrings fills them from the docstrings."""

from __future__ import annotations

import inspect
from collections.abc import Iterable

import simulator

POLICIES = (
    "simulator.policies.allocation.AllocationPolicy",
    "simulator.policies.allocation.OrderLines",
    "simulator.policies.acceptance.AcceptancePolicy",
    "simulator.policies.replenishment.ReplenishmentPolicy",
    "simulator.policies.service_level.Outlook",
    "simulator.policies.sourcing_policy.SourcingPolicy",
    "simulator.policies.sourcing_policy.StockView",
    "simulator.policies.sourcing_policy.SourceView",
    "simulator.policies.sourcing_policy.SourceOrder",
    "simulator.policies.routing.RoutingPolicy",
    "simulator.policies.routing.RoutedLine",
    "simulator.policies.routing.ServingPlace",
    "simulator.policies.routing.expected",
    "simulator.policies.promise.PromisePolicy",
    "simulator.policies.promise.Forecast",
    "simulator.policies.compensation.CompensationPolicy",
    "simulator.policies.payment.PaymentPolicy",
    "simulator.policies.family.Policy",
    "simulator.values.section.Section",
)
"""What policies of other packages are made of."""
EXPERIMENTS = (
    "simulator.experiments.replications.scenario_panel.Panel",
    "simulator.experiments.workers.workers.Workers",
    "simulator.experiments.replications.journal.Journal",
)
"""What experiments of one's own are made of."""
_PUBLIC = """
# Python

`import simulator` has all of this. Tables are pandas data frames; times in them are days from the start of the run,
quantities units, money in the currency of the scenario. Examples: [From Python](../index.md#from-python).
"""
_INTERFACES = """
# Interfaces

What policies and experiments of your own import beside `simulator` itself. How to write one:
[Policies of your own](../plug-ins.md), [Workers](../workers.md).
"""
_INHERITED = """
    options:
      inherited_members: true
"""


def public() -> str:
    """Page of what `import simulator` has, with a directive of mkdocstrings for each name."""
    names = [name for name in simulator.__all__ if not name.startswith("_")]
    functions = [name for name in names if inspect.isfunction(getattr(simulator, name))]
    results = [name for name in names if name.endswith("Results")]
    others = [name for name in names if name not in {*functions, *results}]
    parts = (
        _part("Functions", (f"simulator.{name}" for name in functions)),
        _part("Results", (f"simulator.{name}{_INHERITED}" for name in results)),
        _part("Scenarios and their mistakes", (f"simulator.{name}" for name in others)),
    )
    return "\n\n".join((_PUBLIC.strip(), *parts))


def interfaces() -> str:
    """Page of what policies and experiments of one's own import."""
    parts = (_part("For policies", POLICIES), _part("For experiments", EXPERIMENTS))
    return "\n\n".join((_INTERFACES.strip(), *parts))


def _part(title: str, names: Iterable[str]) -> str:
    return "\n\n".join((f"## {title}", *(f"::: {name}" for name in names)))
