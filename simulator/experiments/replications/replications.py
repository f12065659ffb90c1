"""Replications of one scenario with independent random numbers, and estimates from all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.outline import Outline
from simulator.experiments.replications.trials import (
    KeepOrders,
    KeptData,
    PlayedTrial,
    Progress,
    Trial,
    played,
    remembered,
)
from simulator.experiments.statistics.batch_means import BatchMeans, batch_means
from simulator.experiments.statistics.confidence_intervals import Estimate, intervals
from simulator.experiments.statistics.wait_quantiles import WAIT_QUANTILES, Waits
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures
from simulator.metrics.glossary import GLOSSARY
from simulator.model.levels.stock_levels import Levels, asked_levels
from simulator.model.world import Record
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["KeepOrders", "Progress", "Replications", "finished", "replicate"]


@dataclass(frozen=True)
class Replications:
    """Results of the replications of a scenario.

    Attributes:
        scenario: scenario that was played.
        figures: figures of each replication, in order.
        records: records that were kept, by number of the replication.
        outlines: outline of each replication, in order; empty if none were kept.
        numbers: numbers of the replications: 0, 1, ... unless some are not finished yet.
    """

    scenario: Scenario
    figures: tuple[Figures, ...]
    records: Mapping[int, Record] = field(default_factory=dict)
    outlines: tuple[Outline, ...] = ()
    numbers: Sequence[int] = ()

    def __post_init__(self) -> None:
        if not self.numbers:
            object.__setattr__(self, "numbers", range(len(self.figures)))

    def __len__(self) -> int:
        return len(self.figures)

    @property
    def record(self) -> Record | None:
        """Record of replication 0; None if it was not kept."""
        return self.records.get(0)

    @property
    def complete(self) -> bool:
        """True if there are as many replications as the scenario asks for."""
        return len(self) == self.scenario.run.replications

    @cached_property
    def levels_by_stock(self) -> Levels:
        """Levels of every stock, by warehouse and product."""
        return asked_levels(self.scenario)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the metrics."""
        return self.figures[0].names

    @cached_property
    def overall(self) -> Floats:
        """Overall figures: float64[replications, metrics]."""
        return np.stack([one.overall for one in self.figures])

    def groups(self, dimension: str) -> tuple[str, ...]:
        """Return the groups of a dimension: names of segments, products, warehouses or suppliers, or echelons."""
        return self.figures[0].by[dimension][0]

    def by(self, dimension: str) -> Floats:
        """Return the figures by group of a dimension: float64[replications, metrics, groups]."""
        return np.stack([one.by[dimension][1] for one in self.figures])

    def summary(self, confidence: float = 0.95) -> dict[str, Estimate]:
        """Return the mean of every metric over the replications, with its confidence interval.

        Quantiles of the waits (``backorder_wait_p..``) are estimated from the pooled waits of all
        replications, because a mean of quantiles would be biased. A single replication has the intervals that
        batch means give, with 95 % confidence.
        """
        found = _estimates(self.names, self.overall, confidence) | self._wait_quantiles(None, confidence)
        return found if self.batches is None else found | dict(self.batches.estimates)

    def summary_by(self, dimension: str, confidence: float = 0.95) -> dict[str, dict[str, Estimate]]:
        """Return the mean of every metric that exists by a dimension: group -> metric -> estimate.

        Quantiles of the waits are estimated from pooled waits by segment only. By product and by warehouse
        they are means over the replications.

        Args:
            dimension: dimension of the groups, such as "segment".
            confidence: confidence of the intervals.
        """
        names = self._split_by(dimension)
        values = self.by(dimension)[:, self._rows(names), :]
        found = {
            group: _estimates(names, values[:, :, k], confidence)
            for k, group in enumerate(self.groups(dimension))
        }
        if dimension == "segment":
            found = {group: own | self._wait_quantiles(group, confidence) for group, own in found.items()}
        return found

    def estimates_by(self, dimension: str) -> tuple[tuple[str, ...], Floats, Floats]:
        """Return the means of the metrics that exist by a dimension, with 95 % confidence, as arrays.

        Quantiles of waits are means over the replications.

        Returns:
            Names of the metrics; means and half widths, float64[metrics, groups] each.
        """
        names = self._split_by(dimension)
        values = self.by(dimension)[:, self._rows(names), :]
        mean, half_width, _ = intervals(values.reshape(len(values), -1))
        return names, mean.reshape(values.shape[1:]), half_width.reshape(values.shape[1:])

    @cached_property
    def waits(self) -> Waits:
        """Pooled waits of the late lines of all replications."""
        return self._waits_of(None)

    @cached_property
    def batches(self) -> BatchMeans | None:
        """Estimates by batch means; None unless there is a single replication and its record was kept."""
        return batch_means(self.record) if len(self) == 1 and self.record is not None else None

    def _waits_of(self, segment: str | None) -> Waits:
        return Waits([one.waits for one in self.outlines], segment)

    def _wait_quantiles(self, segment: str | None, confidence: float) -> dict[str, Estimate]:
        """Estimate the quantiles of the pooled waits of a segment, or of all lines if ``segment`` is None."""
        if not self.outlines:
            return {}
        waits = self.waits if segment is None else self._waits_of(segment)
        return {
            f"backorder_wait_{name}": waits.quantile(share, confidence).estimate
            for name, share in WAIT_QUANTILES.items()
        }

    def frame(self) -> pd.DataFrame:
        """Return a table with one row for each replication: its number and the overall value of every metric."""
        import pandas as pd

        frame = pd.DataFrame(self.overall, columns=pd.Index(self.names))
        frame.insert(0, "replication", np.asarray(self.numbers))
        return frame

    def _split_by(self, dimension: str) -> tuple[str, ...]:
        return tuple(name for name in self.names if dimension in GLOSSARY[name].dimensions)

    def _rows(self, names: tuple[str, ...]) -> list[int]:
        return [self.names.index(name) for name in names]


def _estimates(names: tuple[str, ...], values: Floats, confidence: float) -> dict[str, Estimate]:
    """Estimate the mean of each column of ``values`` (float64[replications, metrics])."""
    columns = zip(names, *(column.tolist() for column in intervals(values, confidence)), strict=True)
    return {name: Estimate(mean, half, GLOSSARY[name].unit, n) for name, mean, half, n in columns}


def replicate(
    scenario: Scenario,
    replications: int | None = None,
    workers: int | Workers | None = None,
    keep_orders: KeepOrders = "first",
    progress: Progress | None = None,
    journal: Journal | None = None,
) -> Replications:
    """Play a scenario several times with independent random numbers.

    The result is the same bit for bit for any workers, and any finished replications in the journal.

    Args:
        scenario: scenario to play.
        replications: number of replications; by default that of the scenario.
        workers: workers that share the work, or number of processes; by default one for each usable core.
        keep_orders: replications whose record is kept: "first", "all" (memory grows with their number) or
            "none". Replications played in windows have no record.
        progress: function called with the number of replications done and their total.
        journal: journal from which finished replications are read, and to which others are written.

    Raises:
        ValueError: there is less than one replication or worker.
        WorkloadError: the work takes more time or memory than the limit of the workers.
        LostWorkerError: a worker process died.
    """
    count = scenario.run.replications if replications is None else replications
    if count < 1:
        raise ValueError(f"at least one replication is needed, not {count}")
    if not isinstance(workers, Workers):
        with Workers(workers) as some:
            return replicate(scenario, count, some, keep_orders, progress, journal)
    workers.admit([(scenario, count)])
    found: dict[int, PlayedTrial] = {}
    with closing(
        played(*_trials(scenario, range(count)), workers, journal, _keep(scenario, keep_orders))
    ) as done:
        for one in done:
            found[one.trial[1]] = one
            if progress is not None:
                progress(len(found), count)
    return _in_order(scenario, found)


def finished(scenario: Scenario, journal: Journal, keep_orders: KeepOrders = "first") -> Replications | None:
    """Return the replications of a scenario that the journal has; None without any.

    Args:
        scenario: scenario whose replications are wanted.
        journal: journal of finished trials.
        keep_orders: replications that must have a record to count as finished.
    """
    scenarios, trials = _trials(
        scenario, [n for n in journal.finished(scenario) if n < scenario.run.replications]
    )
    found = {
        one.trial[1]: one for one in remembered(scenarios, trials, journal, _keep(scenario, keep_orders))
    }
    return _in_order(scenario, found) if found else None


def _trials(scenario: Scenario, numbers: Sequence[int]) -> tuple[dict[str, Scenario], list[Trial]]:
    return {scenario.name: scenario}, [(scenario.name, number) for number in numbers]


def _keep(scenario: Scenario, orders: KeepOrders) -> KeptData:
    """Return the results to keep besides the figures; a replication played in windows has no record."""
    return KeptData(orders if scenario.run.window is None else "none", outlines=True)


def _in_order(scenario: Scenario, found: Mapping[int, PlayedTrial]) -> Replications:
    """Collect the trials of a scenario, by number of the replication, in rising order."""
    in_order = {number: found[number] for number in sorted(found)}
    return Replications(
        scenario,
        tuple(one.figures for one in in_order.values()),
        {number: one.record for number, one in in_order.items() if one.record is not None},
        tuple(one.outline for one in in_order.values() if one.outline is not None),
        tuple(in_order),
    )
