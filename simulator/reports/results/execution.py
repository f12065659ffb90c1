"""Execution of an experiment: who plays it, and what its record says about how it came about."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.trials import Progress
from simulator.experiments.workers.work_limits import WorkLimit
from simulator.experiments.workers.workers import Workers
from simulator.reports.files.manifest import Recorded, RunFacts
from simulator.values.mistakes import Mistake

Results = TypeVar("Results", bound=Recorded)


class Stopped(KeyboardInterrupt):
    """The user ended an experiment early; ``results`` are those so far."""

    def __init__(self, results: Any) -> None:
        super().__init__()
        self.results = results


@dataclass(frozen=True, kw_only=True)
class Execution:
    """Means of playing an experiment, and entries of its record.

    Attributes:
        workers: processes or a cluster that play.
        journal: keeps finished trials, and has those that were finished before; ``None``: nothing is kept.
        progress: called with how many trials are done, and their total.
        alternative: name of the alternative that was applied, for the record.
        overrides: texts ``path=value`` that were applied, for the record.
        idle: keys of the scenario file without effect, for the record.
    """

    workers: Workers
    journal: Journal | None = None
    progress: Progress | None = None
    alternative: str | None = None
    overrides: Sequence[str] = ()
    idle: Sequence[Mistake] = ()

    def results(
        self, kind: type[Results], play: Callable[[Workers, Journal | None, Progress | None], Any]
    ) -> Results:
        """Play an experiment and record its findings.

        Args:
            kind: class of the results.
            play: called with workers, journal and progress; returns the findings.
        """
        started = datetime.datetime.now(datetime.UTC)
        found = play(self.workers, self.journal, self.progress)
        return kind.of(found, self.circumstances(started))

    def circumstances(self, started: datetime.datetime) -> RunFacts:
        """Circumstances of findings that were begun at that time and are complete now."""
        return RunFacts.since(started, self.alternative, self.overrides, self.idle)


@contextmanager
def execution(
    workers: int | None,
    cluster: str | None,
    work_limit: str | None,
    progress: Progress | None,
    alternative: str | None,
    overrides: Sequence[str],
    idle: Sequence[Mistake],
) -> Iterator[Execution]:
    """Execution by workers of its own, whose options are those of every experiment.

    Raises:
        ClusterError: the cluster cannot be used.
        ValueError: the limit cannot be understood, or fewer than one worker.
    """
    with Workers(workers, cluster, limit=WorkLimit.parse(work_limit)) as crew:
        yield Execution(
            workers=crew, progress=progress, alternative=alternative, overrides=overrides, idle=idle
        )
