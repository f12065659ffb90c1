"""Plan of a comparison: how many replications, which metrics, and what is to be found out."""

from __future__ import annotations

from dataclasses import dataclass

from simulator.experiments.statistics.precision import FIRST_STAGE, MOST, Precision
from simulator.metrics.glossary import GLOSSARY


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """Plan of a comparison: the reference, the replications, and the results wanted.

    Attributes:
        against: name of the reference, the alternative that the others are compared with.
        replications: number of replications of every alternative; the first ones only, with ``until`` or
            ``best``.
        metrics: metrics that are shown and tested together; by default the main ones that exist.
        until: half width that the difference of every alternative from the reference has to reach.
        best: metric by which the best alternative is selected, and the smallest difference that matters.
        limit: largest number of replications for ``until`` and ``best``.

    Raises:
        ValueError: ``until`` has no half width, ``best`` cannot be decided, or the limit is too low.
    """

    against: str
    replications: int
    metrics: tuple[str, ...] | None = None
    until: Precision | None = None
    best: Precision | None = None
    limit: int = MOST

    def __post_init__(self) -> None:
        if self.until is not None and self.until.size is None:
            raise ValueError(f"say how sure {self.until.metric} has to be, as in {self.until.metric}±1%")
        if self.best is not None:
            if GLOSSARY[self.best.metric].better == "neither":
                raise ValueError(
                    f"neither more nor less of {self.best.metric} is better, so none can be best"
                )
            if self.best.relative:
                raise ValueError(
                    f"the smallest difference that matters is a number in the unit of {self.best.metric}, not a share"
                )
        if (self.until or self.best) and self.limit < self.first_stage:
            raise ValueError(
                f"the limit of {self.limit} replications is below the {self.first_stage} that come first"
            )

    @property
    def named(self) -> tuple[str, ...]:
        """Metrics that the plan names: those to show, and those of its goals."""
        goals = (one.metric for one in (self.until, self.best) if one is not None)
        return (*(self.metrics or ()), *goals)

    @property
    def first_stage(self) -> int:
        """Number of replications that are played in any case."""
        return self.replications if self.until is None else max(self.replications, FIRST_STAGE)
