"""Comparison of alternatives before the same customers: differences, their price and their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulator.experiments.comparing import comparison_tables
from simulator.experiments.comparing.replication_blocks import Block, Blocks
from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.confidence_intervals import interval
from simulator.experiments.statistics.paired_differences import differences
from simulator.experiments.statistics.precision import FIRST_STAGE, MOST, Precision, following
from simulator.experiments.statistics.ranking_and_selection import Best, NoFigureError, select
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.model.levels.stock_levels import Levels, asked_levels
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class ComparisonPlan:
    """What is to be found out about the alternatives.

    Attributes:
        against: the alternative that the others are compared with.
        replications: how many are played, or with ``until`` are played first.
        metrics: those that are shown and tested together; ``None``: the main ones that exist.
        until: the half width that every difference from the reference has to reach.
        best: the metric by which the best is chosen, and the smallest difference that matters.
        limit: replications that neither goes beyond.
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
    def first_stage(self) -> int:
        """Replications that are played in any case."""
        return self.replications if self.until is None else max(self.replications, FIRST_STAGE)


@dataclass(frozen=True)
class Comparison:
    """Replications of all alternatives side by side, and what they say.

    Attributes:
        scenarios: every alternative, the reference included, by name; the unchanged scenario is called "as is".
        plan: what was asked.
        blocks: the replications that every alternative was played in.
        best: the outcome of the selection, if one was asked for.
        interrupted: whether the user ended it early.
    """

    scenarios: Mapping[str, Scenario]
    plan: ComparisonPlan
    blocks: tuple[Block, ...]
    best: Best | None = None
    interrupted: bool = False

    @property
    def against(self) -> str:
        """The alternative that the others are compared with."""
        return self.plan.against

    @property
    def alternatives(self) -> tuple[str, ...]:
        """All names, the reference first."""
        return (self.against, *self.others)

    @property
    def others(self) -> tuple[str, ...]:
        """All names but the reference."""
        return tuple(name for name in self.scenarios if name != self.against)

    @property
    def replications(self) -> int:
        """In how many replications all alternatives were played."""
        return len(self.blocks)

    @cached_property
    def figures(self) -> dict[str, tuple[Figures, ...]]:
        """Figures of every alternative, in order of replication."""
        return {name: tuple(block.figures[name] for block in self.blocks) for name in self.alternatives}

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """The metrics that are shown and whose tests are adjusted together.

        Those that were asked for, or else what the reference is about (``show``) and the main ones.
        """
        if self.plan.metrics is not None:
            return self.plan.metrics
        return comparison_tables.main_metrics(self.figures, self.scenarios[self.against].show)

    @cached_property
    def leading(self) -> tuple[str, ...]:
        """The metrics that the comparison is about, as far as they exist: asked for, or named by the reference."""
        asked = self.plan.metrics or self.scenarios[self.against].show
        return tuple(metric for metric in asked if metric in self.metrics)

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Metrics that the reference is about and that exist under no alternative."""
        if self.plan.metrics is not None:
            return ()
        return tuple(one for one in self.scenarios[self.against].show if one not in self.metrics)

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """Metrics shown that some alternative has and the reference lacks: there is no difference to tell."""
        exist = {
            name: {metric for metric in self.metrics if any(one[metric] == one[metric] for one in figures)}
            for name, figures in self.figures.items()
        }
        somewhere = set().union(*exist.values())
        return tuple(one for one in self.metrics if one in somewhere - exist[self.against])

    @cached_property
    def differences(self) -> pd.DataFrame:
        """What the alternatives change: one row for each but the reference, metric, and group of customers.

        Columns: alternative, metric, dimension ("overall" or "segment"), group; mean_against and mean over the
        replications that have both, their difference and the half width of its 95 % confidence interval (paired
        t); p_value, and p_holm, adjusted for all differences of the same kind: overall or by segment, of metrics
        that are ``shown``, of those that decide the verdicts, or of the rest (Holm 1979); significant, which errs in
        any row of a kind with a probability of 5 %; verdict ("better", "worse", "different" where neither can be
        said, else "unclear"); variance_ratio, the variance of the difference over that of independent replications;
        n, unit, shown; of, the metric that counts the group over which the figure is taken, and of_changed, whether
        that group certainly has another size, so that the figures are not of the same customers; differs, whether
        there is any difference at all.
        """
        return comparison_tables.differences_table(self.figures, self.against, self.metrics)

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """Verdicts on the alternatives: one row for each of them and each aspect of ``comparison_tables.ASPECTS``.

        Columns: alternative, aspect ("profit", "who waits", "how long", "what is lost", "stock"), metric that
        decides, verdict ("better", "worse", "different" where other customers came, "unclear" if it may be chance,
        "same").
        """
        return comparison_tables.verdicts_table(self.differences, self.metrics)

    @cached_property
    def means(self) -> pd.DataFrame:
        """Mean of every metric under every alternative, overall and by segment.

        Columns: alternative, metric, dimension, group, mean, half_width, n, unit.
        """
        return comparison_tables.means_table(self.figures)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Shares of orders better and worse off than under the reference, by ``customer_welfare``.

        Columns: alternative, segment ("everybody" for all), orders (mean of a replication), and of these the
        shares better, worse and same, and net = better - worse, with their half widths (better_half_width ...).
        An alternative to which other customers come has no row.
        """
        return comparison_tables.customers_table(
            {name: [block.welfare[name] for block in self.blocks] for name in self.others}
        )

    @cached_property
    def results(self) -> pd.DataFrame:
        """One row for each alternative and replication: alternative, replication, and every metric, overall."""
        return comparison_tables.replications_table(self.figures)

    @cached_property
    def levels_by_alternative(self) -> dict[str, Levels]:
        """Levels of every stock, by warehouse and product, under every alternative, the reference first."""
        return {name: asked_levels(self.scenarios[name]) for name in self.alternatives}

    @cached_property
    def other_seeds(self) -> tuple[str, ...]:
        """Alternatives with a seed of their own: nothing pairs their replications with the reference's."""
        seed = self.scenarios[self.against].run.seed
        return tuple(name for name in self.others if self.scenarios[name].run.seed != seed)

    @cached_property
    def other_customers(self) -> tuple[str, ...]:
        """Alternatives to which not the same customers come, so that orders cannot be compared one by one."""
        paired = set(self.customers["alternative"])
        return tuple(name for name in self.others if name not in paired)

    @cached_property
    def other_windows(self) -> tuple[str, ...]:
        """Alternatives that measure from another day or to another day, so that totals cannot be compared."""
        run = self.scenarios[self.against].run
        window = (run.warm_up, run.horizon)
        runs = {name: self.scenarios[name].run for name in self.others}
        return tuple(name for name in self.others if (runs[name].warm_up, runs[name].horizon) != window)

    @cached_property
    def excess(self) -> float:
        """With ``until``: largest ratio of a half width to the one wanted; at most 1 if all are reached."""
        assert self.plan.until is not None
        metric = self.plan.until.metric
        values = {name: np.array([one[metric] for one in figures]) for name, figures in self.figures.items()}
        return _excess(values, self.against, self.plan.until)


class Interrupted(KeyboardInterrupt):
    """The user ended a comparison early; ``comparison`` is what could be made of it."""

    def __init__(self, comparison: Comparison) -> None:
        super().__init__()
        self.comparison = comparison


def compare(
    scenarios: Mapping[str, Scenario],
    plan: ComparisonPlan,
    workers: Workers,
    journal: Journal | None = None,
    progress: Progress | None = None,
) -> Comparison:
    """Play the scenarios replication by replication, until the plan is fulfilled.

    Args:
        scenarios: what to compare, by name.
        plan: what is to be found out.
        workers: who does it.
        journal: where finished replications are kept, and looked for.
        progress: called with how many replications are done, and how many the stage has.

    Raises:
        Interrupted: by the user; it has a comparison of those replications that are complete for all
            alternatives, if there are two. If not, it is a mere KeyboardInterrupt.
        ValueError: there is nothing to compare.
        NoFigureError: a figure that ``until`` or ``best`` speaks of does not exist.
        RuntimeError: a worker process died.
    """
    if len(scenarios) < 2 or plan.against not in scenarios:
        raise ValueError(f"there is nothing to compare with '{plan.against}'")
    blocks = Blocks(scenarios, plan.against, workers, journal)
    best = None
    try:
        blocks.play(plan.first_stage, progress)
        if plan.until is not None:
            _play_until(blocks, plan, plan.until, progress)
        if plan.best is not None:
            best = _select(blocks, plan, plan.best, progress)
    except KeyboardInterrupt:
        if len(blocks.done) < 2:
            raise
        raise Interrupted(Comparison(dict(scenarios), plan, tuple(blocks.done), interrupted=True)) from None
    return Comparison(dict(scenarios), plan, tuple(blocks.done), best)


def _play_until(blocks: Blocks, plan: ComparisonPlan, until: Precision, progress: Progress | None) -> None:
    """Play in stages until the half widths are small enough, or the limit is reached."""
    while True:
        values = {name: blocks.values(until.metric, name) for name in blocks.scenarios}
        for name, found in values.items():
            if np.isnan(found).all():
                raise NoFigureError(f"{until.metric} does not exist under '{name}': it never becomes surer")
        excess = _excess(values, plan.against, until)
        if excess <= 1 or len(blocks.done) >= plan.limit:
            return
        blocks.play(following(len(blocks.done), excess, plan.limit), progress)


def _excess(values: Mapping[str, Floats], against: str, until: Precision) -> float:
    """Largest half width of a difference from the reference, over the one wanted; infinite if it is unknown."""
    columns = [found for name, found in values.items() if name != against]
    reference = values[against]
    found = differences(np.stack(columns, axis=1), np.stack([reference] * len(columns), axis=1))
    wanted = until.width(interval(reference)[0])
    if np.isnan(found.half_width).any():
        return np.inf
    widest = float(found.half_width.max())
    return widest / wanted if wanted > 0 else (np.inf if widest > 0 else 0.0)


def _select(blocks: Blocks, plan: ComparisonPlan, best: Precision, progress: Progress | None) -> Best:
    """Choose the best by ranking and selection; the replications that are there come first."""
    better: Literal["up", "down"] = "up" if GLOSSARY[best.metric].better == "up" else "down"

    def observe(names: Sequence[str], first: int, last: int) -> Floats:
        values = blocks.observe(best.metric, names, first, last, progress)
        for name, found in zip(names, values.T, strict=True):
            if np.isnan(found).any():
                problem = f"{best.metric} does not exist in every replication of '{name}'"
                raise NoFigureError(f"{problem}: none can be said to be best")
        return values

    ready = len(blocks.done)
    return select(
        list(blocks.scenarios),
        observe,
        better=better,
        indifference=best.size,
        pilot=max(ready, 2),
        most=max(plan.limit, ready, 2),
    )
