"""Execution of an experiment: workers, journal and progress, and the facts recorded with its results."""

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
    """Interruption of an experiment by the user.

    Attributes:
        results: results of the replications that are finished.
    """

    def __init__(self, results: Any) -> None:
        super().__init__()
        self.results = results


@dataclass(frozen=True, kw_only=True)
class Execution:
    """Means of playing an experiment, and facts about it for the record.

    Attributes:
        workers: processes or cluster that play.
        journal: store of finished trials; None to keep none.
        progress: function called with the number of trials done and their total; None for no calls.
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
        """Play an experiment and record the circumstances of its findings.

        Args:
            kind: class of the results.
            play: function of workers, journal and progress that returns the findings.
        """
        started = datetime.datetime.now(datetime.UTC)
        found = play(self.workers, self.journal, self.progress)
        return kind.of(found, self.circumstances(started))

    def circumstances(self, started: datetime.datetime) -> RunFacts:
        """Return the facts about an execution that started at this time and ends now."""
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
    """Start workers and yield the means of playing an experiment; the workers end with the block.

    Args:
        workers: number of processes; None for one for each usable core.
        cluster: address of the scheduler of a Dask cluster; None for processes on this machine.
        work_limit: time and memory that the work may take, such as ``3 days, 64 GB``; None for the usual
            limit.
        progress: function called with the number of trials done and their total.
        alternative: name of the alternative that was applied, for the record.
        overrides: texts ``path=value`` that were applied, for the record.
        idle: keys of the scenario file without effect, for the record.

    Raises:
        ClusterError: the cluster cannot be used, or ``workers`` is given, too.
        ValueError: less than one worker, or a limit that cannot be read.
    """
    with Workers(workers, cluster, limit=WorkLimit.parse(work_limit)) as crew:
        yield Execution(
            workers=crew, progress=progress, alternative=alternative, overrides=overrides, idle=idle
        )
