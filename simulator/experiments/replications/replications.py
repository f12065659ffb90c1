"""Independent repetitions of one scenario, and what they say together."""

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
    """Figures of every replication of a scenario, in order of replication.

    ``records`` holds the full records that were kept, by number of the replication, ``outlines`` what is drawn of
    each replication. ``numbers`` are those of the replications: 0, 1, ... unless some are missing still.
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
        """The record of replication 0, if it was kept."""
        return self.records.get(0)

    @property
    def complete(self) -> bool:
        """Whether all replications that the scenario wants have been played."""
        return len(self) == self.scenario.run.replications

    @cached_property
    def levels_by_stock(self) -> Levels:
        """Levels of every stock, by warehouse and product."""
        return asked_levels(self.scenario)

    @property
    def names(self) -> tuple[str, ...]:
        """The metrics."""
        return self.figures[0].names

    @cached_property
    def overall(self) -> Floats:
        """float64[replications, metrics]."""
        return np.stack([one.overall for one in self.figures])

    def groups(self, dimension: str) -> tuple[str, ...]:
        """The groups of a dimension: names of segments, products, warehouses or suppliers."""
        return self.figures[0].by[dimension][0]

    def by(self, dimension: str) -> Floats:
        """float64[replications, metrics, groups]."""
        return np.stack([one.by[dimension][1] for one in self.figures])

    def summary(self, confidence: float = 0.95) -> dict[str, Estimate]:
        """Mean over the replications of every metric, with its confidence interval.

        The quantiles of the waits (``backorder_wait_p..``) are those of all replications together, for a mean of
        quantiles would be biased. A single replication has intervals as far as batch means give them.
        """
        found = _estimates(self.names, self.overall, confidence) | self._wait_quantiles(None, confidence)
        return found if self.batches is None else found | dict(self.batches.estimates)

    def summary_by(self, dimension: str, confidence: float = 0.95) -> dict[str, dict[str, Estimate]]:
        """The same for each group of a dimension: group -> metric -> estimate, of what can be split so.

        Quantiles are those of all replications together only by segment; by product and warehouse they are means.
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

    @cached_property
    def waits(self) -> Waits:
        """The waits of all late lines, of all replications together."""
        return self._waits_of(None)

    @cached_property
    def batches(self) -> BatchMeans | None:
        """Intervals from batch means, if there is a single replication and its record was kept."""
        return batch_means(self.record) if len(self) == 1 and self.record is not None else None

    def _waits_of(self, segment: str | None) -> Waits:
        return Waits([one.waits for one in self.outlines], segment)

    def _wait_quantiles(self, segment: str | None, confidence: float) -> dict[str, Estimate]:
        """Quantiles of the waits of all customers or of a segment, over all replications together."""
        if not self.outlines:
            return {}
        waits = self.waits if segment is None else self._waits_of(segment)
        return {
            f"backorder_wait_{name}": waits.quantile(share, confidence).estimate
            for name, share in WAIT_QUANTILES.items()
        }

    def frame(self) -> pd.DataFrame:
        """One row a replication: its number and every metric."""
        import pandas as pd

        frame = pd.DataFrame(self.overall, columns=pd.Index(self.names))
        frame.insert(0, "replication", np.asarray(self.numbers))
        return frame

    def _split_by(self, dimension: str) -> tuple[str, ...]:
        return tuple(name for name in self.names if dimension in GLOSSARY[name].dimensions)

    def _rows(self, names: tuple[str, ...]) -> list[int]:
        return [self.names.index(name) for name in names]


def _estimates(names: tuple[str, ...], values: Floats, confidence: float) -> dict[str, Estimate]:
    """Estimate of each column of ``values`` (float64[replications, metrics])."""
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

    The result is the same bit for bit whoever the workers are, and whatever the journal has already.

    Args:
        scenario: What to play.
        replications: How often; left out: what the scenario says.
        workers: Who shares the work, or how many processes; left out: one for each usable core.
        keep_orders: Whose record to keep: the first replication's, all (memory grows with them) or none.
        progress: Called after each replication with how many are done, and their total.
        journal: Where finished replications are kept, and looked for.

    Raises:
        ValueError: With fewer than one replication or worker.
        WorkloadError: If that takes more time or memory than the workers' limit.
        LostWorkerError: If a worker process dies.
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
    """The replications that the journal has, of those that the scenario wants; None if it has none."""
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
    """What is played in windows is forgotten when it is over."""
    return KeptData(orders if scenario.run.window is None else "none", outlines=True)


def _in_order(scenario: Scenario, found: Mapping[int, PlayedTrial]) -> Replications:
    in_order = {number: found[number] for number in sorted(found)}
    return Replications(
        scenario,
        tuple(one.figures for one in in_order.values()),
        {number: one.record for number, one in in_order.items() if one.record is not None},
        tuple(one.outline for one in in_order.values() if one.outline is not None),
        tuple(in_order),
    )
