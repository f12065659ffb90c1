"""Panel of scenarios with the same customers: figures by scenario and replication.

Replication n of every scenario uses the same random numbers, which depend on the seed, the number of the
replication and the name of the quantity drawn. A difference between two scenarios with the same seed in one
replication is therefore due to their settings.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import closing

import numpy as np

from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.trials import KeptData, Progress, Trial, played
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures
from simulator.metrics.measures.backorder_causes import names_causes
from simulator.scenario.scenario import Scenario
from simulator.values.arrays import Floats


class Panel:
    """Figures of named scenarios, replication by replication; more are played on demand.

    With a journal, finished trials are read from it, and others are stored there.

    Args:
        scenarios: scenarios by name.
        workers: workers that play the replications.
        journal: journal of finished trials.
        metrics: metrics that are asked for besides those that the scenarios name; only lines by cause need it.
    """

    def __init__(
        self,
        scenarios: Mapping[str, Scenario],
        workers: Workers,
        journal: Journal | None = None,
        metrics: Iterable[str] = (),
    ) -> None:
        self.scenarios = dict(scenarios)
        self._keep = KeptData(causes=names_causes(metrics))
        self._workers = workers
        self._journal = journal
        self._figures: dict[str, list[Figures]] = {name: [] for name in scenarios}

    def add(self, name: str, scenario: Scenario) -> None:
        """Add a scenario without replications.

        Raises:
            ValueError: the name is taken.
        """
        if name in self.scenarios:
            raise ValueError(f"there is a scenario named {name!r} already")
        self.scenarios[name] = scenario
        self._figures[name] = []

    def count(self, name: str) -> int:
        """Return the number of replications of a scenario played so far."""
        return len(self._figures[name])

    def play(
        self, replications: int, names: Iterable[str] | None = None, progress: Progress | None = None
    ) -> None:
        """Play scenarios until each has a number of replications.

        Args:
            replications: number of replications wanted.
            names: names of the scenarios to play; by default all.
            progress: function called with the number of replications done and their total.

        Raises:
            WorkloadError: the work is beyond the limit of the workers.
            LostWorkerError: a worker process died.
        """
        chosen = list(self.scenarios if names is None else names)
        self._workers.admit((self.scenarios[name], replications) for name in chosen)
        trials = [
            (name, number) for number in range(replications) for name in chosen if number >= self.count(name)
        ]
        found: dict[Trial, Figures] = {}
        with closing(played(self.scenarios, trials, self._workers, self._journal, self._keep)) as done:
            for one in done:
                found[one.trial] = one.figures
                if progress is not None:
                    progress(len(found), len(trials))
        for trial in trials:
            self._figures[trial[0]].append(found[trial])

    def figures(self, name: str) -> tuple[Figures, ...]:
        """Return the figures of a scenario, in order of replication."""
        return tuple(self._figures[name])

    def values(self, metric: str, name: str) -> Floats:
        """Return the overall values of a metric in a scenario: float64[replications]."""
        return np.array([one[metric] for one in self._figures[name]])
