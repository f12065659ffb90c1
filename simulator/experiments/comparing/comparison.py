"""Comparison of alternatives with the same customers: differences from a reference, with their intervals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import numpy as np

from simulator.experiments.comparing import comparison_tables
from simulator.experiments.comparing.comparison_plan import ComparisonPlan
from simulator.experiments.comparing.replication_blocks import Block, Blocks
from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.confidence_intervals import interval
from simulator.experiments.statistics.paired_differences import differences
from simulator.experiments.statistics.precision import Precision, following
from simulator.experiments.statistics.ranking_and_selection import Best, NoFigureError, select
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.metrics.measures.backorder_causes import names_causes
from simulator.model.levels.stock_levels import Levels, asked_levels
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Comparison:
    """Replications of all alternatives side by side, and their comparison.

    Attributes:
        scenarios: scenario of each alternative, the reference included, by name. The unchanged scenario is
            called "as is".
        plan: plan of the comparison.
        blocks: replications, each under every alternative.
        best: result of the selection; None if none was asked for.
        interrupted: True if the user ended the comparison early.
    """

    scenarios: Mapping[str, Scenario]
    plan: ComparisonPlan
    blocks: tuple[Block, ...]
    best: Best | None = None
    interrupted: bool = False

    @property
    def against(self) -> str:
        """Name of the reference, the alternative that the others are compared with."""
        return self.plan.against

    @property
    def alternatives(self) -> tuple[str, ...]:
        """Names of all alternatives, the reference first."""
        return (self.against, *self.others)

    @property
    def others(self) -> tuple[str, ...]:
        """Names of all alternatives except the reference."""
        return tuple(name for name in self.scenarios if name != self.against)

    @property
    def replications(self) -> int:
        """Number of replications in which all alternatives were played."""
        return len(self.blocks)

    @cached_property
    def figures(self) -> dict[str, tuple[Figures, ...]]:
        """Figures of every alternative, in order of replication."""
        return {name: tuple(block.figures[name] for block in self.blocks) for name in self.alternatives}

    @cached_property
    def metrics(self) -> tuple[str, ...]:
        """Metrics that are shown and whose tests are adjusted together.

        They are the metrics of the plan, by default those that the reference names (``show``) and the main
        ones.
        """
        if self.plan.metrics is not None:
            return self.plan.metrics
        return comparison_tables.main_metrics(self.figures, self.scenarios[self.against].show)

    @cached_property
    def leading(self) -> tuple[str, ...]:
        """Metrics of the plan, by default those that the reference names (``show``), as far as they exist."""
        asked = self.plan.metrics or self.scenarios[self.against].show
        return tuple(metric for metric in asked if metric in self.metrics)

    @cached_property
    def absent(self) -> tuple[str, ...]:
        """Metrics that the reference names (``show``) but that exist under no alternative.

        If the plan names metrics, this is empty.
        """
        if self.plan.metrics is not None:
            return ()
        return tuple(one for one in self.scenarios[self.against].show if one not in self.metrics)

    @cached_property
    def lacking(self) -> tuple[str, ...]:
        """Metrics shown that exist under some alternative but not under the reference, so have no differences."""
        exist = {
            name: {metric for metric in self.metrics if any(one[metric] == one[metric] for one in figures)}
            for name, figures in self.figures.items()
        }
        somewhere = set().union(*exist.values())
        return tuple(one for one in self.metrics if one in somewhere - exist[self.against])

    @cached_property
    def differences(self) -> pd.DataFrame:
        """Table of differences from the reference: one row for each other alternative, metric and group of customers.

        Columns:
        alternative and metric;
        dimension ("overall" or "segment") and group;
        mean_against and mean, under the reference and the alternative, over the replications that have both;
        difference of these means, and half_width of its 95 % confidence interval (paired t);
        p_value of the difference;
        p_holm, the p-value adjusted (Holm 1979) for all differences of the same kind. Kinds are overall or by
        segment, each for the metrics that are shown, those that decide verdicts, and the rest;
        significant, True if p_holm is below 5 %: with this probability any row of a kind is marked wrongly;
        verdict ("better", "worse", "different" if it is neither, "unclear" if it is not significant);
        variance_ratio, the variance of the difference over its variance with independent replications;
        n, the number of replications that have both;
        unit;
        shown, True if the metric is in ``metrics``;
        of, the metric that counts the group over which the figure is taken;
        of_changed, True if that group certainly has another size, so that the figures have different customers;
        differs, True if there is any difference at all.
        """
        return comparison_tables.differences_table(self.figures, self.against, self.metrics)

    @cached_property
    def verdicts(self) -> pd.DataFrame:
        """Table of verdicts: one row for each alternative except the reference, and each aspect.

        Columns:
        alternative;
        aspect ("profit", "who waits", "how long", "what is lost", "stock"), see ``comparison_tables.ASPECTS``;
        metric that decides;
        verdict ("better", "worse", "different" if other customers are counted, "unclear" if it may be chance,
        "same").
        """
        return comparison_tables.verdicts_table(self.differences, self.metrics)

    @cached_property
    def means(self) -> pd.DataFrame:
        """Table of means: every metric under every alternative, overall and by segment.

        Columns: alternative, metric, dimension, group, mean, half_width, n, unit.
        """
        return comparison_tables.means_table(self.figures)

    @cached_property
    def customers(self) -> pd.DataFrame:
        """Table of orders better and worse off than under the reference, as defined in ``customer_welfare``.

        An alternative with other customers has no row. Columns:
        alternative;
        segment ("everybody" for all together);
        orders, mean number in a replication;
        better, worse and same, shares of the orders, and net = better - worse;
        better_half_width and so on, half widths of their 95 % confidence intervals.
        """
        return comparison_tables.customers_table(
            {name: [block.welfare[name] for block in self.blocks] for name in self.others}
        )

    @cached_property
    def results(self) -> pd.DataFrame:
        """Table of replications, one row for each alternative and replication.

        Columns: alternative, replication, and the overall value of every metric.
        """
        return comparison_tables.replications_table(self.figures)

    @cached_property
    def levels_by_alternative(self) -> dict[str, Levels]:
        """Levels of every stock, by warehouse and product, under every alternative, the reference first."""
        return {name: asked_levels(self.scenarios[name]) for name in self.alternatives}

    @cached_property
    def other_seeds(self) -> tuple[str, ...]:
        """Alternatives with another seed than the reference, so that their replications are not paired with its own."""
        seed = self.scenarios[self.against].run.seed
        return tuple(name for name in self.others if self.scenarios[name].run.seed != seed)

    @cached_property
    def other_customers(self) -> tuple[str, ...]:
        """Alternatives with other customers than the reference, so that orders cannot be compared one by one."""
        paired = set(self.customers["alternative"])
        return tuple(name for name in self.others if name not in paired)

    @cached_property
    def other_windows(self) -> tuple[str, ...]:
        """Alternatives with another measured window than the reference, so that totals cannot be compared."""
        run = self.scenarios[self.against].run
        window = (run.warm_up, run.horizon)
        runs = {name: self.scenarios[name].run for name in self.others}
        return tuple(name for name in self.others if (runs[name].warm_up, runs[name].horizon) != window)

    @cached_property
    def other_worlds(self) -> tuple[str, ...]:
        """Alternatives with other customers, demand or measured time in the file, which are no choice of the shop.

        Orders may be the same, as when customers have less patience. Where orders differ only because goodwill
        follows the policies, or by another seed, an alternative is not among them.
        """
        own = _world(self.scenarios[self.against])
        return tuple(name for name in self.others if _world(self.scenarios[name]) != own)

    @cached_property
    def excess(self) -> float:
        """Largest ratio of a half width to the one wanted by ``until``; at most 1 if all are reached."""
        assert self.plan.until is not None
        metric = self.plan.until.metric
        values = {name: np.array([one[metric] for one in figures]) for name, figures in self.figures.items()}
        return _excess(values, self.against, self.plan.until)


def _world(scenario: Scenario) -> tuple[object, ...]:
    """Return the parts of a scenario that no policy changes: customers, demand and measured time.

    The rank of a segment is left out, because the shop sets it.
    """
    segments = {name: one.model_copy(update={"priority": 1}) for name, one in scenario.customers.items()}
    run = scenario.run
    return (
        *(segments, scenario.loyalty, scenario.demand, scenario.profiles),
        *(run.start, run.warm_up, run.horizon),
    )


class Interrupted(KeyboardInterrupt):
    """The user ended a comparison early.

    Args:
        comparison: comparison of the replications that are complete for all alternatives.
    """

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
        scenarios: scenarios to compare, by name.
        plan: plan of the comparison.
        workers: workers that play the replications.
        journal: journal from which finished trials are read, and to which others are written.
        progress: function called with the number of replications done, and the number in the stage.

    Raises:
        Interrupted: the user ended the comparison after at least two replications were complete for all
            alternatives; it holds a comparison of these.
        KeyboardInterrupt: the user ended it before.
        ValueError: there is nothing to compare.
        NoFigureError: a metric of ``until`` or ``best`` does not exist.
        WorkloadError: the work is beyond the limit of the workers.
        LostWorkerError: a worker process died.
    """
    if len(scenarios) < 2 or plan.against not in scenarios:
        raise ValueError(f"there is nothing to compare with '{plan.against}'")
    named = (*plan.named, *scenarios[plan.against].show)
    blocks = Blocks(scenarios, plan.against, workers, journal, causes=names_causes(named))
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
    """Return the largest ratio of a half width of a difference to the one wanted; infinite if it is unknown.

    Args:
        values: values of the metric by alternative, float64[replications].
        against: name of the reference.
        until: half width wanted.
    """
    columns = [found for name, found in values.items() if name != against]
    reference = values[against]
    found = differences(np.stack(columns, axis=1), np.stack([reference] * len(columns), axis=1))
    wanted = until.width(interval(reference)[0])
    if np.isnan(found.half_width).any():
        return np.inf
    widest = float(found.half_width.max())
    return widest / wanted if wanted > 0 else (np.inf if widest > 0 else 0.0)


def _select(blocks: Blocks, plan: ComparisonPlan, best: Precision, progress: Progress | None) -> Best:
    """Select the best alternative by ranking and selection, with the replications played so far as the pilot."""
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
