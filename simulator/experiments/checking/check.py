"""Check of scenarios: comparison of their figures with baselines and with the expectations in their files."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from simulator.experiments.checking.baseline import (
    FAILING,
    FIRST,
    Baseline,
    Finding,
    compare_exactly,
    compare_within_margins,
)
from simulator.experiments.checking.judgement import Judgement, judged
from simulator.experiments.replications.trials import Progress, played
from simulator.experiments.statistics.confidence_intervals import Estimate, intervals
from simulator.experiments.statistics.equivalence_tests import Margins
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.orders.random.streams import SCHEME
from simulator.scenario.fingerprint import substance
from simulator.scenario.scenario import Scenario

AS_IS: Final = "as is"
"""Name of the scenario without any of its alternatives."""
NO_BASELINE: Final = "there is no baseline"

Key = tuple[str, str | None]
"""Name of a scenario (its file's, without .yaml) and of its alternative; None for the scenario as it is."""


@dataclass(frozen=True)
class CheckedScenario:
    """Comparison of a scenario, as it is or with an alternative, with its baseline and its expectations.

    Attributes:
        name: name of the scenario's file, without .yaml.
        alternative: name of the alternative applied; None for the scenario as it is.
        replications: number of replications played.
        seed: seed of these replications.
        reasons: failures of the scenario as a whole, as sentences.
        notes: remarks that are no failures.
        findings: one for every metric, of lines by cause only if they are asked for.
        judgements: one for every expectation.
    """

    name: str
    alternative: str | None
    replications: int = 0
    seed: int | None = None
    reasons: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    judgements: tuple[Judgement, ...] = ()

    @property
    def key(self) -> Key:
        """Names of the scenario and of its alternative."""
        return self.name, self.alternative

    @property
    def failures(self) -> tuple[Finding, ...]:
        """Findings that fail, the worst first; undecided ones come after proven differences."""
        wrong = [one for one in self.findings if one.verdict in FAILING]
        return tuple(sorted(wrong, key=lambda one: (one.verdict == "cannot say", -one.severity)))

    @property
    def missing(self) -> bool:
        """True if there is no baseline."""
        return NO_BASELINE in self.reasons

    @property
    def passed(self) -> bool:
        """True if nothing failed."""
        return not (self.reasons or self.failures or any(not one.met for one in self.judgements))


@dataclass(frozen=True)
class CheckOptions:
    """Options of a check.

    Attributes:
        replications: number of replications to play; None for as many as each comparison needs.
        margins: margins of the means for a test of equivalence; None to require the same figures.
        seed: seed of all random numbers, for a test of equivalence; None for the seed of each scenario.
    """

    replications: int | None = None
    margins: Margins | None = None
    seed: int | None = None

    def seeded(self, scenario: Scenario) -> Scenario:
        """Return the scenario with the seed it is played with."""
        if self.seed is None:
            return scenario
        return scenario.model_copy(update={"run": scenario.run.model_copy(update={"seed": self.seed})})

    def count(self, scenario: Scenario, baseline: Baseline | None) -> int:
        """Return the number of replications to play of a scenario; 0 without a baseline and expectations."""
        if baseline is None and not scenario.expect:
            return 0
        if self.replications is not None:
            return self.replications
        expecting = scenario.run.replications if scenario.expect else 0
        if baseline is None:
            return expecting
        return max(baseline.replications if self.margins else min(FIRST, baseline.replications), expecting)


def check_scenarios(
    scenarios: Mapping[Key, Scenario],
    baselines: Mapping[Key, Baseline],
    asked: CheckOptions,
    workers: Workers,
    progress: Progress | None = None,
) -> tuple[CheckedScenario, ...]:
    """Play scenarios side by side, and compare each with its baseline and its expectations.

    Args:
        scenarios: scenarios by key.
        baselines: baselines by key; a scenario may have none.
        asked: options of the check.
        workers: workers that play the replications.
        progress: function called with the number of replications done and their total.

    Raises:
        WorkloadError: the work is beyond the limit of the workers.
    """
    counts = {key: asked.count(scenario, baselines.get(key)) for key, scenario in scenarios.items()}
    seeded = {key: asked.seeded(scenario) for key, scenario in scenarios.items()}
    figures = play_scenarios(seeded, counts, workers, progress)
    return tuple(_held(key, one, baselines.get(key), figures[key], asked) for key, one in scenarios.items())


def play_scenarios(
    scenarios: Mapping[Key, Scenario],
    counts: Mapping[Key, int],
    workers: Workers,
    progress: Progress | None = None,
) -> dict[Key, list[Figures]]:
    """Play replications of several scenarios side by side.

    Args:
        scenarios: scenarios by key.
        counts: number of replications of each scenario.
        workers: workers that play the replications.
        progress: function called with the number of replications done and their total.

    Returns:
        Figures of each scenario, in order of replication.
    """
    names = {key: "/".join(part for part in key if part is not None) for key in scenarios}
    most = max(counts.values(), default=0)
    workers.admit((scenario, counts[key]) for key, scenario in scenarios.items())
    trials = [(names[key], number) for number in range(most) for key in scenarios if number < counts[key]]
    found: dict[tuple[str, int], Figures] = {}
    with closing(played({names[key]: one for key, one in scenarios.items()}, trials, workers)) as done:
        for one in done:
            found[one.trial] = one.figures
            if progress is not None:
                progress(len(found), len(trials))
    return {key: [found[names[key], number] for number in range(counts[key])] for key in scenarios}


def judgements(scenario: Scenario, figures: Sequence[Figures]) -> tuple[Judgement, ...]:
    """Judge the expectations of a scenario by the figures of its replications."""
    if not scenario.expect:
        return ()
    values = np.stack([one.overall for one in figures])
    columns = zip(figures[0].names, *(column.tolist() for column in intervals(values)), strict=True)
    return judged(
        scenario, {name: Estimate(mean, half, GLOSSARY[name].unit, n) for name, mean, half, n in columns}
    )


def _held(
    key: Key, scenario: Scenario, baseline: Baseline | None, figures: Sequence[Figures], asked: CheckOptions
) -> CheckedScenario:
    """Compare the figures of one scenario with its baseline and its expectations."""
    played_so = CheckedScenario(
        *key, len(figures), asked.seeded(scenario).run.seed, judgements=judgements(scenario, figures)
    )
    if baseline is None:
        return replace(played_so, reasons=(NO_BASELINE,))
    differs = tuple(_changes_since(scenario, baseline))
    if asked.margins is not None:
        return replace(
            played_so, notes=differs, findings=tuple(compare_within_margins(baseline, figures, asked.margins))
        )
    return replace(played_so, reasons=differs, findings=tuple(compare_exactly(baseline, figures)))


def _changes_since(scenario: Scenario, baseline: Baseline) -> Iterator[str]:
    """Yield the changes of the scenario and of its random numbers since the baseline was made, as sentences."""
    if substance(scenario) != baseline.substance:
        seed = "" if scenario.run.seed == baseline.seed else f", its seed too ({baseline.seed} before)"
        yield f"the scenario has changed since its baseline was made{seed}"
    if baseline.streams != SCHEME:
        yield (
            f"random numbers were drawn by scheme {baseline.streams} then and are by scheme {SCHEME} now: "
            "figures can at best be equivalent"
        )
