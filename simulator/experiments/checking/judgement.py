"""Judgements of a scenario's expectations by its figures, and checks of the metrics that it names."""

from __future__ import annotations

import math
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.experiments.statistics.confidence_intervals import Estimate
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.metric_labels import suggested_metrics
from simulator.scenario.load import ScenarioFile
from simulator.scenario.scenario import Scenario
from simulator.scenario.sections.expectations import Condition
from simulator.scenario.yaml.composition import Resolved
from simulator.values.mistakes import Mistake, Place, ScenarioError

_ROUNDING: Final = 1e-9
"""Distance, relative or absolute, within which a mean counts as equal to a limit, because sums are not exact."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """Judgement of one expectation, and the figure that decides it.

    Attributes:
        metric: name in the glossary.
        condition: condition on the mean of the metric.
        limit: number in the condition, in the unit of the metric.
        estimate: mean of the metric and half width of its 95 % interval.
        met: True if the mean keeps the limit; False if the metric does not exist.
        sure: True if the whole interval is on the same side of the limit as the mean.
    """

    metric: str
    condition: Condition
    limit: float
    estimate: Estimate
    met: bool
    sure: bool

    @property
    def verdict(self) -> str:
        """Verdict: "met", "met, but not sure", "failed, but not sure", "failed" or "failed: does not exist"."""
        if math.isnan(self.estimate.mean):
            return "failed: does not exist"
        return f"{'met' if self.met else 'failed'}{'' if self.sure else ', but not sure'}"


def misexpected(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Yield the mistaken expectations, of unknown metrics or in a wrong unit: (place, message)."""
    for name, conditions in scenario.expect.items():
        place: Place = ("expect", name)
        if name not in GLOSSARY:
            yield place, f"unknown metric '{name}'{suggested_metrics(name, GLOSSARY)}"
            continue
        for number, condition in enumerate(conditions):
            try:
                condition.bound(GLOSSARY[name].unit)
            except ValueError as error:
                yield (*place, number) if len(conditions) > 1 else place, str(error)


def misshown(scenario: Scenario) -> Iterator[tuple[Place, str]]:
    """Yield the metrics to show that are unknown, or that the scenario names twice: (place, message)."""
    for number, name in enumerate(scenario.show):
        if name not in GLOSSARY:
            yield ("show", number), f"unknown metric '{name}'{suggested_metrics(name, GLOSSARY)}"
        elif name in scenario.show[:number]:
            yield ("show", number), f"'{name}' is named twice"


def require_metrics(resolved: Resolved, scenario: Scenario) -> None:
    """Test that a scenario names metrics that exist, and gives limits in their units.

    Args:
        resolved: nodes of the scenario's file, for the places of mistakes.
        scenario: scenario made of them.

    Raises:
        ScenarioError: there are mistakes; it holds all of them.
    """
    wrong = [Mistake.at(resolved.mark(place), place, told) for place, told in misshown(scenario)]
    for place, told in misexpected(scenario):
        mark = resolved.mark(place) if place[1] in GLOSSARY else resolved.key_mark(place)
        wrong.append(Mistake.at(mark, place, told))
    if wrong:
        raise ScenarioError(wrong)


def load_to_judge(
    source: str | os.PathLike[str] | ScenarioFile,
    alternative: str | None = None,
    overrides: Sequence[str] = (),
) -> Scenario:
    """Read a scenario file as ``simulator.load`` does, and test that the metrics it names exist.

    Args:
        source: path of the file, or the file if it has been read already.
        alternative: name of an alternative in the file to apply.
        overrides: texts ``path=value`` that take precedence over file and alternative; a file that has been read has
            its own.

    Raises:
        ScenarioError: the file has mistakes; the error holds all of them.
    """
    file = source if isinstance(source, ScenarioFile) else ScenarioFile(source, overrides)

    def judged_reading(name: str | None = None) -> Scenario:
        reading = file.reading(name)
        require_metrics(reading.completed, reading.scenario)
        return reading.scenario

    with file.alternative_named(alternative, judged_reading):
        return judged_reading(alternative)


def judged(scenario: Scenario, figures: Mapping[str, Estimate]) -> tuple[Judgement, ...]:
    """Judge every expectation of a scenario by the means over its replications.

    An expectation is met if the mean keeps its limit. The interval tells only how sure that is. A test that
    failed expectations whenever they are not surely met would fail more often with fewer replications.

    Args:
        scenario: scenario with expectations.
        figures: estimate of each metric.

    Raises:
        ValueError: an expectation has a mistake that `misexpected` finds.
    """
    return tuple(
        _judgement(name, condition, figures[name])
        for name, conditions in scenario.expect.items()
        for condition in conditions
    )


def _judgement(metric: str, condition: Condition, estimate: Estimate) -> Judgement:
    limit = condition.bound(GLOSSARY[metric].unit)
    mean, half = estimate.mean, estimate.half_width
    beyond = mean - limit if condition.sign in {">=", ">"} else limit - mean
    on_it = math.isclose(mean, limit, rel_tol=_ROUNDING, abs_tol=_ROUNDING)
    met = condition.sign in {">=", "<="} if on_it else beyond > 0
    # A half width of nan, from a single replication, is not sure.
    sure = half <= abs(beyond) or (half == 0 and on_it) if not math.isnan(mean) else True
    return Judgement(metric, condition, limit, estimate, met and not math.isnan(mean), sure)
