"""Blocks: one replication played under every alternative with the same customers, and orders better and worse off.

The term comes from the design of experiments: alternatives in one block share everything that differs between
replications (common random numbers, Law 2015, section 11.2).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from simulator.experiments.comparing.customer_welfare import (
    Welfare,
    WelfareOrders,
    welfare_columns,
    welfare_of,
)
from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.trials import KeptData, Progress, Trial, play, played
from simulator.experiments.workers.code_version import trial_key
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats


@dataclass(frozen=True, slots=True)
class Block:
    """One replication under every alternative.

    Attributes:
        figures: figures by alternative.
        welfare: orders better and worse off, by alternative except the reference; None for an alternative
            with other customers.
    """

    figures: Mapping[str, Figures]
    welfare: Mapping[str, Welfare | None]


class Blocks:
    """Blocks played so far; more are played on demand.

    A block is one task for a worker, so that order books are compared in the process that made them and
    memory holds figures only. Blocks in the journal are not played again.

    Args:
        scenarios: scenario of each alternative, by name.
        against: name of the reference.
        workers: workers that play the blocks.
        journal: journal of finished trials.
        causes: True to count backordered lines by cause; else only where a scenario names such a metric.
    """

    def __init__(
        self,
        scenarios: Mapping[str, Scenario],
        against: str,
        workers: Workers,
        journal: Journal | None = None,
        *,
        causes: bool = False,
    ) -> None:
        self.scenarios = dict(scenarios)
        self.done: list[Block] = []
        self._against = against
        self._workers = workers
        self._journal = journal
        self._keep = KeptData(causes=causes)
        self._task: Callable[[int], Block] = partial(_play, self.scenarios, against, self._keep)
        self._extra_trials: dict[Trial, Figures] = {}

    def play(self, replications: int, progress: Progress | None = None) -> None:
        """Play blocks until every alternative has a number of replications.

        An interruption keeps the complete blocks up to the first gap.

        Args:
            replications: number of replications wanted.
            progress: function called with the number of blocks done and their total.

        Raises:
            WorkloadError: the work is beyond the limit of the workers.
        """
        self._workers.admit((scenario, replications) for scenario in self.scenarios.values())
        numbers = range(len(self.done), replications)
        found = {number: block for number in numbers if (block := self._from_journal(number)) is not None}
        missing = [number for number in numbers if number not in found]
        try:
            with closing(self._workers.each(self._task, missing)) as done:
                for index, block in done:
                    found[missing[index]] = block
                    self._to_journal(missing[index], block)
                    if progress is not None:
                        progress(replications - len(numbers) + len(found), replications)
        finally:
            while len(self.done) in found:
                self.done.append(found[len(self.done)])

    def values(self, metric: str, name: str) -> Floats:
        """Return the overall values of a metric under an alternative: float64[replications]."""
        return np.array([block.figures[name][metric] for block in self.done])

    def observe(
        self, metric: str, names: Sequence[str], first: int, last: int, progress: Progress | None = None
    ) -> Floats:
        """Return the values of a metric in replications ``first`` to ``last`` - 1; missing ones are played.

        They are played under the named alternatives only and do not become part of ``done``.

        Args:
            metric: metric whose overall values are wanted.
            names: names of the alternatives.
            first: number of the first replication.
            last: number after the last replication.
            progress: function called with the number of replications done and their total.

        Returns:
            float64[last - first, names].
        """
        wanted = [(name, number) for number in range(first, last) for name in names]
        missing = [
            (name, k) for name, k in wanted if k >= len(self.done) and (name, k) not in self._extra_trials
        ]
        with closing(played(self.scenarios, missing, self._workers, self._journal, self._keep)) as done:
            for count, one in enumerate(done, 1):
                self._extra_trials[one.trial] = _without_products(one.figures)
                if progress is not None:
                    progress(first + count // len(names), last)
        figures = [
            self.done[k].figures[name] if k < len(self.done) else self._extra_trials[name, k]
            for name, k in wanted
        ]
        return np.array([one[metric] for one in figures]).reshape(-1, len(names))

    @cached_property
    def _welfare_keys(self) -> dict[str, str]:
        """Keys of the welfare counts in the journal, by alternative except the reference."""
        keys = {name: trial_key(scenario) for name, scenario in self.scenarios.items()}
        reference = keys.pop(self._against)
        return {name: f"{key}/against/{reference}" for name, key in keys.items()}

    def _from_journal(self, number: int) -> Block | None:
        """Return a block from the journal; None if any part of it is missing."""
        if self._journal is None:
            return None
        figures = {
            name: self._journal.get(scenario, number, causes=self._keep.with_causes(scenario))
            for name, scenario in self.scenarios.items()
        }
        pairs = {name: self._journal.load(key, number) for name, key in self._welfare_keys.items()}
        if None in figures.values() or None in pairs.values():
            return None
        welfare = {name: welfare_of(columns) for name, columns in pairs.items() if columns is not None}
        return Block({name: found for name, found in figures.items() if found is not None}, welfare)

    def _to_journal(self, number: int, block: Block) -> None:
        if self._journal is None:
            return
        for name, figures in block.figures.items():
            self._journal.put(self.scenarios[name], number, figures)
        for name, key in self._welfare_keys.items():
            self._journal.store(key, number, welfare_columns(block.welfare[name]))


def _play(scenarios: Mapping[str, Scenario], against: str, keep: KeptData, number: int) -> Block:
    """Play one block in the calling process, with two order books at a time in memory."""
    keep = keep._replace(orders="all")
    figures, record = play(scenarios, keep, (against, number))
    assert record is not None
    reference, found = WelfareOrders.of(record), {against: _without_products(figures)}
    welfare: dict[str, Welfare | None] = {}
    for name in scenarios:
        if name != against:
            figures, record = play(scenarios, keep, (name, number))
            assert record is not None
            found[name] = _without_products(figures)
            welfare[name] = WelfareOrders.of(record).against(reference)
    return Block(found, welfare)


def _without_products(figures: Figures) -> Figures:
    """Return the figures overall and by segment only, because those of hundreds of products would fill the memory."""
    return Figures(figures.names, figures.overall, {"segment": figures.by["segment"]})
