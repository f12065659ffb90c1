"""Runs a case and holds what was measured against what is known.

The rule, for every figure: with T simulated days, |estimate - value| <= 4 sd / sqrt(T) + 0.001 |value|.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from simulator.model.world import simulate
from simulator.scenario.load import load
from simulator.scenario.scenario import Scenario
from tests.theory.measures import Ratio, measure

HERE = Path(__file__).parent
LONGEST_REPLICATION = 25_000
"""Days after the warm-up; longer runs are made of several replications."""


@dataclass(frozen=True)
class Figure:
    """A known long-run figure, with ``sd`` / sqrt(days) as the standard deviation of an estimate."""

    name: str
    value: float
    sd: float

    def tolerance(self, days: float) -> float:
        """Accepted deviation of an estimate from so many simulated days."""
        return 4 * self.sd / math.sqrt(days) + 0.001 * abs(self.value)


@dataclass(frozen=True)
class Case:
    """A small model whose figures are known. ``short`` and ``long`` are lengths of runs in days."""

    name: str
    scenario: Path
    short: int
    long: int
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Finding:
    """What a run says about one figure."""

    figure: Figure
    estimate: float
    days: float

    @property
    def strain(self) -> float:
        """Deviation / accepted deviation; above 1 the figure is not met. Infinite for a nan estimate."""
        strain = abs(self.estimate - self.figure.value) / self.figure.tolerance(self.days)
        return math.inf if math.isnan(strain) else strain

    def __str__(self) -> str:
        known = self.figure
        return (
            f"{known.name}: {self.estimate:.6g}, known {known.value:.6g}, "
            f"accepted +- {known.tolerance(self.days):.3g}, deviation / accepted {self.strain:.2f}"
        )


def cases() -> Iterator[Case]:
    """The cases of ``cases.yaml``."""
    content: dict[str, dict[str, Any]] = yaml.safe_load((HERE / "cases.yaml").read_text(encoding="utf-8"))
    for name, case in content.items():
        figures = tuple(
            Figure(figure, float(known["value"]), float(known["sd"]))
            for figure, known in case["figures"].items()
        )
        scenario = HERE / "scenarios" / f"{case['scenario']}.yaml"
        yield Case(name, scenario, case["days"]["short"], case["days"]["long"], figures)


def findings(case: Case, days: int, alternative: str | None = None) -> list[Finding]:
    """Simulate so many days after the warm-up, in replications of equal length, and compare every figure."""
    replications = math.ceil(days / LONGEST_REPLICATION)
    length = days // replications
    scenario = measured_for(load(case.scenario, alternative), length)
    sums = {figure.name: (0.0, 0.0) for figure in case.figures}
    for replication in range(replications):
        for name, ratio in measure(simulate(scenario, replication), list(sums)).items():
            sums[name] = (sums[name][0] + ratio[0], sums[name][1] + ratio[1])
    return [Finding(figure, quotient(sums[figure.name]), replications * length) for figure in case.figures]


def measured_for(scenario: Scenario, days: float) -> Scenario:
    """The scenario with a window of so many days after its warm-up."""
    run = scenario.run.model_copy(update={"horizon": scenario.run.warm_up + days})
    return scenario.model_copy(update={"run": run})


def quotient(ratio: Ratio) -> float:
    """Numerator / denominator; nan for a figure whose base is empty."""
    return ratio[0] / ratio[1] if ratio[1] else math.nan
