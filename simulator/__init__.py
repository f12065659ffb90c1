"""A discrete-event simulator of supply chains in which customers wait.

>>> import simulator
>>> scenario = simulator.load("scenarios/baseline.yaml", alternative="no backorders")
>>> scenario.policies.backorders.kind
'reject'

``simulator.load`` reads a scenario file, ``simulator.run`` plays a scenario and returns its results as pandas
tables, ``simulator.ScenarioError`` lists everything that is wrong with a file and ``simulator.without_effect`` its keys
that change no figure. What these names stand for is imported when it is first asked for, so that ``import simulator``
costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from simulator.former_names import install

if TYPE_CHECKING:
    from simulator.reports.files.version import __version__ as __version__
    from simulator.reports.results.check import check as check
    from simulator.reports.results.check_results import CheckResults as CheckResults
    from simulator.reports.results.comparison import ComparisonResults as ComparisonResults
    from simulator.reports.results.comparison import compare as compare
    from simulator.reports.results.explanation import ExplanationResults as ExplanationResults
    from simulator.reports.results.explanation import explain as explain
    from simulator.reports.results.optimisation import OptimisationResults as OptimisationResults
    from simulator.reports.results.optimisation import optimise as optimise
    from simulator.reports.results.run import run as run
    from simulator.reports.results.run_results import Results as Results
    from simulator.reports.results.sensitivity import SensitivityResults as SensitivityResults
    from simulator.reports.results.sensitivity import sensitivity as sensitivity
    from simulator.reports.results.sweep import SweepResults as SweepResults
    from simulator.reports.results.sweep import sweep as sweep
    from simulator.scenario.load import load as load
    from simulator.scenario.scenario import Scenario as Scenario
    from simulator.scenario.without_effect import without_effect as without_effect
    from simulator.values.mistakes import ScenarioError as ScenarioError

_HOMES = {
    "CheckResults": "simulator.reports.results.check_results",
    "ComparisonResults": "simulator.reports.results.comparison",
    "ExplanationResults": "simulator.reports.results.explanation",
    "OptimisationResults": "simulator.reports.results.optimisation",
    "Results": "simulator.reports.results.run_results",
    "Scenario": "simulator.scenario.scenario",
    "ScenarioError": "simulator.values.mistakes",
    "SensitivityResults": "simulator.reports.results.sensitivity",
    "SweepResults": "simulator.reports.results.sweep",
    "__version__": "simulator.reports.files.version",
    "check": "simulator.reports.results.check",
    "compare": "simulator.reports.results.comparison",
    "explain": "simulator.reports.results.explanation",
    "load": "simulator.scenario.load",
    "optimise": "simulator.reports.results.optimisation",
    "run": "simulator.reports.results.run",
    "sensitivity": "simulator.reports.results.sensitivity",
    "sweep": "simulator.reports.results.sweep",
    "without_effect": "simulator.scenario.without_effect",
}

__all__ = list(_HOMES)

install()


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
