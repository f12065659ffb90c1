"""Baseline of a scenario: figures kept from an earlier run, and tests that compare new figures with them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from simulator.experiments.statistics.equivalence_tests import (
    Margins,
    SeriesMoments,
    adjust_verdicts,
    equivalence_of,
    series_moments,
)
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY, Metric
from simulator.metrics.measures.backorder_causes import names_causes
from simulator.orders.random.streams import SCHEME
from simulator.scenario.fingerprint import substance
from simulator.scenario.scenario import Scenario

FIRST: Final = 2
"""Number of replications whose figures are kept one by one.

Any change of the program moves the figures of these, so more would only take longer.
"""
RELATIVE: Final = 1e-9
"""Accepted difference as a share of the old figure, because processors may add numbers in different orders."""
NEAR_ZERO: Final = 1e-12
"""Accepted absolute difference, for figures below a thousandth."""

_COUNTED: Final = frozenset({"orders", "lines", "units", "purchase orders", "cycles", "contacts", "messages"})

Verdict = Literal["same", "moved", "new", "gone", "equivalent", "not equivalent", "cannot say", "not held"]
FAILING: Final[frozenset[Verdict]] = frozenset({"moved", "gone", "not equivalent", "cannot say"})


@dataclass(frozen=True, slots=True)
class KeptFigure:
    """Overall values of a metric: those of the first replications, and the moments over all of them."""

    first: tuple[float, ...]
    moments: SeriesMoments


@dataclass(frozen=True)
class Baseline:
    """Figures of a scenario with which later ones are compared.

    Attributes:
        substance: hash of everything that decides the figures; see
            `simulator.scenario.fingerprint.substance`.
        seed: seed of all random numbers.
        streams: scheme by which the random numbers were drawn.
        replications: number of replications behind the moments.
        figures: values kept, by metric.
    """

    substance: str
    seed: int
    streams: str
    replications: int
    figures: Mapping[str, KeptFigure]

    @classmethod
    def of(cls, scenario: Scenario, played: Sequence[Figures]) -> Baseline:
        """Make the baseline of a scenario from the figures of its replications."""
        values, metrics = np.stack([one.overall for one in played]), _metrics(played)
        figures = {
            name: KeptFigure(tuple(values[:FIRST, k].tolist()), series_moments(values[:, k]))
            for k, name in enumerate(played[0].names)
            if name in metrics
        }
        return cls(substance(scenario), scenario.run.seed, SCHEME, len(played), figures)


@dataclass(frozen=True, slots=True)
class Finding:
    """Comparison of one metric of one scenario with its baseline.

    Attributes:
        metric: name in the glossary, or in an earlier glossary.
        unit: unit of all the numbers.
        old: figure in the baseline; nan if it has none.
        new: figure now.
        tolerance: largest difference that passes.
        verdict: verdict on the difference.
        replication: number of the replication with the largest difference, whose figures ``old`` and ``new``
            are; None if they are means over all replications.
        half_width: half width of the confidence interval of the difference of two means.
        enough: number of replications that would probably decide, if it is undecided whether means are
            equivalent.
        enough_old: True if the baseline would need that number as well.
    """

    metric: str
    unit: str
    old: float
    new: float
    tolerance: float
    verdict: Verdict
    replication: int | None = None
    half_width: float = math.nan
    enough: int | None = None
    enough_old: bool = False

    @property
    def difference(self) -> float:
        """New figure minus old one."""
        return self.new - self.old

    @property
    def counts(self) -> bool:
        """True if an existing figure was compared with another."""
        exists = not (math.isnan(self.old) and math.isnan(self.new))
        return exists and self.verdict not in {"new", "not held"}

    @property
    def severity(self) -> float:
        """Difference relative to the figure or, for two means, to their margin; the largest is the worst."""
        if math.isnan(self.difference):
            return math.inf
        if self.difference == 0:
            return 0.0
        scale = self.tolerance if self.replication is None else max(abs(self.old), abs(self.new))
        return abs(self.difference) / scale if scale > 0 else math.inf


def tolerance(unit: str, old: float) -> float:
    """Return the largest difference from an old figure that passes: 0 for counts, else a change of the last digits.

    >>> tolerance("lines", 3.0), tolerance("money", -5000.0), tolerance("share", 0.0)
    (0.0, 5e-06, 1e-12)
    """
    if unit in _COUNTED and old == math.floor(old):
        return 0.0
    return max(RELATIVE * abs(old), NEAR_ZERO)


def compare_exactly(baseline: Baseline, played: Sequence[Figures]) -> Iterator[Finding]:
    """Yield the comparison of each metric in the first replications with the values of the baseline."""
    for name, metric in _metrics(played).items():
        values = [one[name] for one in played]
        kept = baseline.figures.get(name)
        if kept is None:
            yield Finding(name, metric.unit, math.nan, values[0], math.nan, "new", 0)
            continue
        found = [
            _compared(name, metric.unit, old, new, number)
            for number, (old, new) in enumerate(zip(kept.first, values, strict=False))
        ]
        yield max(found, key=lambda one: (one.verdict == "moved", one.severity))
    yield from _gone(baseline)


def compare_within_margins(
    baseline: Baseline, played: Sequence[Figures], margins: Margins
) -> Iterator[Finding]:
    """Yield the test of each metric for equivalence of its mean to that of the baseline, within its margin."""
    metrics = _metrics(played)
    means = {name: kept.moments.mean for name, kept in baseline.figures.items()}
    new = {name: series_moments(np.array([one[name] for one in played])) for name in metrics}
    held = {
        name: equivalence_of(kept.moments, new[name], margin.width(name, means, kept.moments.sd))
        for name, kept in baseline.figures.items()
        if name in metrics and (margin := margins.of(metrics[name])).parts
    }
    held = adjust_verdicts(held)
    for name, metric in metrics.items():
        old = baseline.figures[name].moments.mean if name in baseline.figures else math.nan
        found = Finding(name, metric.unit, old, new[name].mean, math.nan, "not held")
        if name not in baseline.figures:
            found = replace(found, verdict="new")
        elif one := held.get(name):
            found = replace(
                found,
                tolerance=one.margin,
                verdict=one.verdict,
                half_width=one.half_width,
                enough=one.enough or one.enough_both,
                enough_old=one.enough is None and one.enough_both is not None,
            )
        yield found
    yield from _gone(baseline)


def _metrics(played: Sequence[Figures]) -> Mapping[str, Metric]:
    """Return the entries of the glossary, without lines by cause if nobody asked for them."""
    if played[0].has_causes:
        return GLOSSARY
    return {name: metric for name, metric in GLOSSARY.items() if not names_causes([name])}


def _compared(name: str, unit: str, old: float, new: float, replication: int) -> Finding:
    if math.isnan(old) or math.isnan(new):
        same = math.isnan(old) and math.isnan(new)
        return Finding(name, unit, old, new, 0.0, "same" if same else "moved", replication)
    within = tolerance(unit, old)
    verdict: Verdict = "same" if abs(new - old) <= within else "moved"
    return Finding(name, unit, old, new, within, verdict, replication)


def _gone(baseline: Baseline) -> Iterator[Finding]:
    for name, kept in baseline.figures.items():
        if name not in GLOSSARY:
            yield Finding(name, "", kept.first[0], math.nan, math.nan, "gone", 0)
