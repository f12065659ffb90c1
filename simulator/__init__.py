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

if TYPE_CHECKING:
    from simulator.reports.checking import CheckResults as CheckResults
    from simulator.reports.checking import check as check
    from simulator.reports.comparison import ComparisonResults as ComparisonResults
    from simulator.reports.comparison import compare as compare
    from simulator.reports.explanation import ExplanationResults as ExplanationResults
    from simulator.reports.explanation import explain as explain
    from simulator.reports.optimisation import OptimisationResults as OptimisationResults
    from simulator.reports.optimisation import optimise as optimise
    from simulator.reports.results import Results as Results
    from simulator.reports.results import run as run
    from simulator.reports.screening import SensitivityResults as SensitivityResults
    from simulator.reports.screening import sensitivity as sensitivity
    from simulator.reports.sweeping import SweepResults as SweepResults
    from simulator.reports.sweeping import sweep as sweep
    from simulator.reports.version import __version__ as __version__
    from simulator.scenario.load import load as load
    from simulator.scenario.mistakes import ScenarioError as ScenarioError
    from simulator.scenario.scenario import Scenario as Scenario
    from simulator.scenario.without_effect import without_effect as without_effect

_HOMES = {
    "CheckResults": "simulator.reports.checking",
    "ComparisonResults": "simulator.reports.comparison",
    "ExplanationResults": "simulator.reports.explanation",
    "OptimisationResults": "simulator.reports.optimisation",
    "Results": "simulator.reports.results",
    "Scenario": "simulator.scenario.scenario",
    "ScenarioError": "simulator.scenario.mistakes",
    "SensitivityResults": "simulator.reports.screening",
    "SweepResults": "simulator.reports.sweeping",
    "__version__": "simulator.reports.version",
    "check": "simulator.reports.checking",
    "compare": "simulator.reports.comparison",
    "explain": "simulator.reports.explanation",
    "load": "simulator.scenario.load",
    "optimise": "simulator.reports.optimisation",
    "run": "simulator.reports.results",
    "sensitivity": "simulator.reports.screening",
    "sweep": "simulator.reports.sweeping",
    "without_effect": "simulator.scenario.without_effect",
}

__all__ = list(_HOMES)


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for (PEP 562)."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
