"""What is kept of a scenario's figures, and how new figures are held against it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal

import numpy as np

from simulator.experiments.equivalence import Margins, Moments, moments, shown, told_apart
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.orders.streams import SCHEME
from simulator.scenario.fingerprint import substance
from simulator.scenario.scenario import Scenario

FIRST: Final = 2
"""Replications whose figures are kept one by one. What moves figures moves them in these; more would take longer."""
RELATIVE: Final = 1e-9
"""Figures may differ by this much of the old one: another processor adds in another sequence."""
NEAR_ZERO: Final = 1e-12
"""And always by this much, for figures nearer to 0 than a thousandth."""

_COUNTED: Final = frozenset({"orders", "lines", "units", "purchase orders", "cycles", "contacts", "messages"})

Verdict = Literal["same", "moved", "new", "gone", "equivalent", "not equivalent", "cannot say", "not held"]
FAILING: Final[frozenset[Verdict]] = frozenset({"moved", "gone", "not equivalent", "cannot say"})


@dataclass(frozen=True, slots=True)
class KeptFigure:
    """A metric, overall: its values in the first replications, and its moments over all of them."""

    first: tuple[float, ...]
    moments: Moments


@dataclass(frozen=True)
class Baseline:
    """What is kept of a scenario.

    Attributes:
        substance: hash of what decides its figures; see `simulator.scenario.fingerprint.substance`.
        seed: of all random numbers.
        streams: scheme by which they were drawn.
        replications: how many the moments are of.
        figures: by metric.
    """

    substance: str
    seed: int
    streams: str
    replications: int
    figures: Mapping[str, KeptFigure]

    @classmethod
    def of(cls, scenario: Scenario, played: Sequence[Figures]) -> Baseline:
        """Keep what the scenario gave."""
        values = np.stack([one.overall for one in played])
        figures = {
            name: KeptFigure(tuple(values[:FIRST, k].tolist()), moments(values[:, k]))
            for k, name in enumerate(played[0].names)
        }
        return cls(substance(scenario), scenario.run.seed, SCHEME, len(played), figures)


@dataclass(frozen=True, slots=True)
class Finding:
    """What became of one metric of one scenario.

    Attributes:
        metric: name in the glossary, or one that was there.
        unit: of all the numbers.
        old: the baseline's figure, nan for one that does not exist.
        new: today's.
        tolerance: largest difference that passes.
        verdict: what that comes to.
        replication: which one the figures are of: where they differ most; None for means over all.
        half_width: of the interval of the difference of two means.
        enough: where it cannot be said whether means are equivalent, how many replications would probably show it.
        enough_old: whether as many would be needed in the baseline, too.
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
        """New minus old."""
        return self.new - self.old

    @property
    def counts(self) -> bool:
        """Whether a figure that exists has been held against another."""
        exists = not (math.isnan(self.old) and math.isnan(self.new))
        return exists and self.verdict not in {"new", "not held"}

    @property
    def severity(self) -> float:
        """For what is worst: differences by the size of the figure or, of two means, by their margin."""
        if math.isnan(self.difference):
            return math.inf
        if self.difference == 0:
            return 0.0
        scale = self.tolerance if self.replication is None else max(abs(self.old), abs(self.new))
        return abs(self.difference) / scale if scale > 0 else math.inf


def tolerance(unit: str, old: float) -> float:
    """By how much a figure may differ from the old one: counts not at all, all else by its last digits.

    >>> tolerance("lines", 3.0), tolerance("money", -5000.0), tolerance("share", 0.0)
    (0.0, 5e-06, 1e-12)
    """
    if unit in _COUNTED and old == math.floor(old):
        return 0.0
    return max(RELATIVE * abs(old), NEAR_ZERO)


def exact(baseline: Baseline, played: Sequence[Figures]) -> Iterator[Finding]:
    """Hold each metric of the first replications against the same one of the baseline."""
    for name, metric in GLOSSARY.items():
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


def approximate(baseline: Baseline, played: Sequence[Figures], margins: Margins) -> Iterator[Finding]:
    """Test of each metric whether its mean is the baseline's, within its margin."""
    means = {name: kept.moments.mean for name, kept in baseline.figures.items()}
    new = {name: moments(np.array([one[name] for one in played])) for name in GLOSSARY}
    held = {
        name: shown(kept.moments, new[name], margin.width(name, means, kept.moments.sd))
        for name, kept in baseline.figures.items()
        if name in GLOSSARY and (margin := margins.of(GLOSSARY[name])).parts
    }
    held = told_apart(held)
    for name, metric in GLOSSARY.items():
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
