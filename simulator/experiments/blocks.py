"""Blocks: one replication under every alternative, so that all meet the same customers, and who is better off.

A block is what the design of experiments calls so: whatever the replications differ in, the alternatives of one
block share it (Law 2015, section 11.2, common random numbers).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property, partial

import numpy as np

from simulator.experiments.edition import trial_key
from simulator.experiments.journal import Journal
from simulator.experiments.statistics import Floats
from simulator.experiments.trials import Progress, Trial, play, played
from simulator.experiments.welfare import Orders, Welfare, welfare_columns, welfare_of
from simulator.experiments.workers import Workers
from simulator.metrics.figures import Figures
from simulator.scenario.scenario import Scenario


@dataclass(frozen=True, slots=True)
class Block:
    """What came of one replication under every alternative.

    ``welfare`` holds those but the reference; ``None`` if not the same customers came.
    """

    figures: Mapping[str, Figures]
    welfare: Mapping[str, Welfare | None]


class Blocks:
    """All blocks that have been played; more are played when asked for.

    A block is one piece of work, so that order books are compared where they are made and memory holds figures only.
    What the journal has is not played again.
    """

    def __init__(
        self,
        scenarios: Mapping[str, Scenario],
        against: str,
        workers: Workers,
        journal: Journal | None = None,
    ) -> None:
        self.scenarios = dict(scenarios)
        self.done: list[Block] = []
        self._against = against
        self._workers = workers
        self._journal = journal
        self._task: Callable[[int], Block] = partial(_play, self.scenarios, against)
        self._further: dict[Trial, Figures] = {}

    def play(self, replications: int, progress: Progress | None = None) -> None:
        """Play every alternative until there are this many replications.

        Whatever ends it early, those that are complete without a gap are kept.
        """
        self._workers.admit((scenario, replications) for scenario in self.scenarios.values())
        numbers = range(len(self.done), replications)
        found = {number: block for number in numbers if (block := self._kept(number)) is not None}
        missing = [number for number in numbers if number not in found]
        try:
            with closing(self._workers.each(self._task, missing)) as done:
                for index, block in done:
                    found[missing[index]] = block
                    self._keep(missing[index], block)
                    if progress is not None:
                        progress(replications - len(numbers) + len(found), replications)
        finally:
            while len(self.done) in found:
                self.done.append(found[len(self.done)])

    def values(self, metric: str, name: str) -> Floats:
        """float64[replications]: the metric, overall, in each replication under the alternative."""
        return np.array([block.figures[name][metric] for block in self.done])

    def observe(
        self, metric: str, names: Sequence[str], first: int, last: int, progress: Progress | None = None
    ) -> Floats:
        """float64[last - first, names]: the metric in these replications, of which some are played only now.

        Those are of the named alternatives only and are not part of ``done``.
        """
        wanted = [(name, number) for number in range(first, last) for name in names]
        missing = [(name, k) for name, k in wanted if k >= len(self.done) and (name, k) not in self._further]
        with closing(played(self.scenarios, missing, self._workers, self._journal)) as done:
            for count, one in enumerate(done, 1):
                self._further[one.trial] = _of_customers(one.figures)
                if progress is not None:
                    progress(first + count // len(names), last)
        figures = [
            self.done[k].figures[name] if k < len(self.done) else self._further[name, k] for name, k in wanted
        ]
        return np.array([one[metric] for one in figures]).reshape(-1, len(names))

    @cached_property
    def _pairs(self) -> dict[str, str]:
        """For each alternative but the reference: under which key the journal has who is better off."""
        keys = {name: trial_key(scenario) for name, scenario in self.scenarios.items()}
        reference = keys.pop(self._against)
        return {name: f"{key}/against/{reference}" for name, key in keys.items()}

    def _kept(self, number: int) -> Block | None:
        """A block, if the journal has all of it."""
        if self._journal is None:
            return None
        figures = {name: self._journal.get(scenario, number) for name, scenario in self.scenarios.items()}
        pairs = {name: self._journal.load(key, number) for name, key in self._pairs.items()}
        if None in figures.values() or None in pairs.values():
            return None
        welfare = {name: welfare_of(columns) for name, columns in pairs.items() if columns is not None}
        return Block({name: found for name, found in figures.items() if found is not None}, welfare)

    def _keep(self, number: int, block: Block) -> None:
        if self._journal is None:
            return
        for name, figures in block.figures.items():
            self._journal.put(self.scenarios[name], number, figures)
        for name, key in self._pairs.items():
            self._journal.store(key, number, welfare_columns(block.welfare[name]))


def _play(scenarios: Mapping[str, Scenario], against: str, number: int) -> Block:
    """Play one block, in whatever process; two order books at a time are in memory."""
    figures, record = play(scenarios, "all", (against, number))
    assert record is not None
    reference, found = Orders.of(record), {against: _of_customers(figures)}
    welfare: dict[str, Welfare | None] = {}
    for name in scenarios:
        if name != against:
            figures, record = play(scenarios, "all", (name, number))
            assert record is not None
            found[name] = _of_customers(figures)
            welfare[name] = Orders.of(record).against(reference)
    return Block(found, welfare)


def _of_customers(figures: Figures) -> Figures:
    """The figures of all and of each segment; those of hundreds of products would fill the memory."""
    return Figures(figures.names, figures.overall, {"segment": figures.by["segment"]})
