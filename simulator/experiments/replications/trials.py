"""Trials, each one replication of one scenario: played side by side, and none of them twice."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal, NamedTuple

from simulator.experiments.replications.journal import Journal
from simulator.experiments.replications.outline import Outline, outline, outline_of_window
from simulator.experiments.workers.workers import Workers
from simulator.metrics.figures import Figures, NotFiniteError, figures, overflow_allowed
from simulator.metrics.measures.backorder_causes import names_causes
from simulator.metrics.window_merging import WindowMerger
from simulator.model.levels.fixed_levels import with_fixed_levels
from simulator.model.windows import run_windows
from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario

Trial = tuple[str, int]
"""Name of a scenario and number of a replication."""
KeepOrders = Literal["first", "all", "none"]
"""Replications whose record is kept: the first, all or none."""
Progress = Callable[[int, int], None]
"""Function called with the number of replications done and their total."""


class KeptData(NamedTuple):
    """Results of trials to keep besides the figures.

    Attributes:
        orders: replications whose record is kept: "first", "all" or "none".
        outlines: True to keep outlines.
        causes: True to count backordered lines by cause in the figures.
    """

    orders: KeepOrders = "none"
    outlines: bool = False
    causes: bool = False

    def record(self, replication: int) -> bool:
        """Test whether the record of this replication is kept."""
        return self.orders == "all" or (self.orders == "first" and replication == 0)

    def with_causes(self, scenario: Scenario) -> bool:
        """Test whether lines are counted by cause: outlines do so anyway, and a scenario may ask for such a metric."""
        return self.causes or self.outlines or names_causes((*scenario.show, *scenario.expect))


FIGURES_ONLY: Final = KeptData()


@dataclass(frozen=True)
class PlayedTrial:
    """Results of a trial.

    Attributes:
        trial: name of the scenario and number of the replication.
        figures: figures of the replication.
        outline: outline for charts; None unless it was to be kept.
        record: record of all events; None unless it was to be kept.
    """

    trial: Trial
    figures: Figures
    outline: Outline | None = None
    record: Record | None = None


def played(
    scenarios: Mapping[str, Scenario],
    trials: Sequence[Trial],
    workers: Workers,
    journal: Journal | None = None,
    keep: KeptData = FIGURES_ONLY,
) -> Generator[PlayedTrial, None, None]:
    """Play trials, and yield the results of each: first those in the journal, then the others as they are finished.

    A trial is written to the journal before it is yielded.

    Args:
        scenarios: scenarios by name.
        trials: trials to play.
        workers: workers that play them.
        journal: journal of finished trials.
        keep: results to keep besides the figures.
    """
    known = set()
    if journal is not None:
        for one in remembered(scenarios, trials, journal, keep):
            known.add(one.trial)
            yield one
    remaining = [trial for trial in trials if trial not in known]
    # Levels are searched for here, once, instead of in every worker.
    needed = {
        name: with_fixed_levels(scenarios[name]) for name in dict.fromkeys(name for name, _ in remaining)
    }
    with closing(workers.each(partial(_play, needed, keep), remaining)) as done:
        for _, one in done:
            if one.record is not None:
                one = replace(one, record=replace(one.record, scenario=scenarios[one.trial[0]]))  # noqa: PLW2901
            if journal is not None:
                more = [part for part in (one.record, one.outline) if part is not None]
                journal.put(scenarios[one.trial[0]], one.trial[1], one.figures, *more)
            yield one


@overflow_allowed
def play(scenarios: Mapping[str, Scenario], keep: KeptData, trial: Trial) -> tuple[Figures, Record | None]:
    """Play one trial in the calling process, and return its figures, and its record if ``keep`` asks for it."""
    name, number = trial
    record = simulate(scenarios[name], number)
    _free_worlds()
    found = figures(record, causes=keep.with_causes(scenarios[name]))
    return found, record if keep.outlines or keep.record(number) else None


def _play(scenarios: Mapping[str, Scenario], keep: KeptData, trial: Trial) -> PlayedTrial:
    """Play one trial and return the results to keep."""
    try:
        if scenarios[trial[0]].run.window is not None:
            return _play_in_windows(scenarios[trial[0]], keep, trial)
        found, record = play(scenarios, keep, trial)
    except NotFiniteError as error:
        raise (NotFiniteError(f"{trial[0]}: {error}") if len(scenarios) > 1 else error) from None
    drawn = outline(record) if keep.outlines and record is not None else None
    return PlayedTrial(trial, found, drawn, record if keep.record(trial[1]) else None)


@overflow_allowed
def _play_in_windows(scenario: Scenario, keep: KeptData, trial: Trial) -> PlayedTrial:
    """Play one trial window after window; it has no record."""
    causes = keep.with_causes(scenario)
    merged = WindowMerger(causes=causes)
    drawn: Outline | None = None
    for stretch in run_windows(scenario, trial[1], causes=causes):
        merged.add(stretch)
        if keep.outlines:
            more = outline_of_window(stretch)
            drawn = more if drawn is None else drawn.then(more)
    return PlayedTrial(trial, merged.figures(), drawn)


def remembered(
    scenarios: Mapping[str, Scenario],
    trials: Sequence[Trial],
    journal: Journal,
    keep: KeptData = FIGURES_ONLY,
) -> Generator[PlayedTrial, None, None]:
    """Yield the trials that the journal has, if all results to keep are there.

    Args:
        scenarios: scenarios by name.
        trials: trials to look for.
        journal: journal of finished trials.
        keep: results to keep besides the figures.
    """
    for trial in trials:
        scenario, number = scenarios[trial[0]], trial[1]
        found = journal.get(scenario, number, causes=keep.with_causes(scenario))
        if found is None:
            continue
        drawn = journal.part(Outline, scenario, number) if keep.outlines else None
        record = journal.part(Record, scenario, number) if keep.record(number) else None
        if (drawn is not None or not keep.outlines) and (record is not None or not keep.record(number)):
            yield PlayedTrial(trial, found, drawn, record)


class _GarbageCollection:
    """Collection of the garbage that finished replications leave in memory.

    The parts of a finished simulation refer to each other, so only the garbage collector can free them. Left
    to itself it runs when the number of objects has grown by a quarter, which may never happen after a long
    replication. Here it examines new objects after every replication, which takes less than a hundredth of
    the time to play it. It examines all objects only as often as this takes a hundredth of the time as well.
    """

    def __init__(self) -> None:
        self._next = 0.0

    def __call__(self) -> None:
        gc.collect(1)
        began = time.perf_counter()
        if began >= self._next:
            gc.collect()
            ended = time.perf_counter()
            self._next = ended + 99.0 * (ended - began)


_free_worlds = _GarbageCollection()
