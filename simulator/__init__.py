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
from importlib.metadata import PackageNotFoundError, version
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
    from simulator.scenario.mistakes import ScenarioError as ScenarioError
    from simulator.scenario.scenario import Scenario as Scenario
    from simulator.scenario.scenario import load as load
    from simulator.scenario.without_effect import without_effect as without_effect

    __version__: str

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
    "check": "simulator.reports.checking",
    "compare": "simulator.reports.comparison",
    "explain": "simulator.reports.explanation",
    "load": "simulator.scenario.scenario",
    "optimise": "simulator.reports.optimisation",
    "run": "simulator.reports.results",
    "sensitivity": "simulator.reports.screening",
    "sweep": "simulator.reports.sweeping",
    "without_effect": "simulator.scenario.without_effect",
}

__all__ = [
    "CheckResults",
    "ComparisonResults",
    "ExplanationResults",
    "OptimisationResults",
    "Results",
    "Scenario",
    "ScenarioError",
    "SensitivityResults",
    "SweepResults",
    "__version__",
    "check",
    "compare",
    "explain",
    "load",
    "optimise",
    "run",
    "sensitivity",
    "sweep",
    "without_effect",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is asked for (PEP 562)."""
    if name == "__version__":
        value: Any = _version()
    elif name in _HOMES:
        value = getattr(import_module(_HOMES[name]), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


def _version() -> str:
    try:
        return version("backorder-simulator")
    except PackageNotFoundError:  # run from a source tree that is not installed
        return "0+unknown"
