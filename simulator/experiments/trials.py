"""Trials: one replication of one scenario each, played side by side, and none of them twice."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from functools import partial
from typing import Final, Literal, NamedTuple

from simulator.experiments.journal import Journal
from simulator.experiments.outline import Outline, outline, outline_of_window
from simulator.experiments.workers import Workers
from simulator.metrics.figures import Figures, figures
from simulator.metrics.finite import NotFiniteError, overflow_allowed
from simulator.metrics.merging import Merged
from simulator.model.planned import sized_once
from simulator.model.windows import stretches
from simulator.model.world import Record, simulate
from simulator.scenario.scenario import Scenario

Trial = tuple[str, int]
"""Name of a scenario and number of a replication."""
KeepOrders = Literal["first", "all", "none"]
"""Whose record is kept: the first replication's, every one's or nobody's."""
Progress = Callable[[int, int], None]
"""Called with the number of replications done and their total."""


class Keep(NamedTuple):
    """What is kept of trials besides their figures."""

    orders: KeepOrders = "none"
    outlines: bool = False

    def record(self, replication: int) -> bool:
        """Whether the record of this replication is kept."""
        return self.orders == "all" or (self.orders == "first" and replication == 0)


FIGURES_ONLY: Final = Keep()


@dataclass(frozen=True)
class Played:
    """What came out of a trial; its outline and the record of all that happened only if they were to be kept."""

    trial: Trial
    figures: Figures
    outline: Outline | None = None
    record: Record | None = None


def played(
    scenarios: Mapping[str, Scenario],
    trials: Sequence[Trial],
    workers: Workers,
    journal: Journal | None = None,
    keep: Keep = FIGURES_ONLY,
) -> Generator[Played, None, None]:
    """Yields every trial: first those that the journal has, then the others as they are finished.

    What is played goes into the journal before it is yielded.
    """
    known = set()
    if journal is not None:
        for one in remembered(scenarios, trials, journal, keep):
            known.add(one.trial)
            yield one
    remaining = [trial for trial in trials if trial not in known]
    # levels are searched for here, once, and not by every worker
    needed = {name: sized_once(scenarios[name]) for name in dict.fromkeys(name for name, _ in remaining)}
    with closing(workers.each(partial(_play, needed, keep), remaining)) as done:
        for _, one in done:
            if one.record is not None:
                one = replace(one, record=replace(one.record, scenario=scenarios[one.trial[0]]))  # noqa: PLW2901
            if journal is not None:
                more = [part for part in (one.record, one.outline) if part is not None]
                journal.put(scenarios[one.trial[0]], one.trial[1], one.figures, *more)
            yield one


@overflow_allowed
def play(scenarios: Mapping[str, Scenario], keep: KeepOrders, trial: Trial) -> tuple[Figures, Record | None]:
    """Play one trial, in whatever process; gives its figures, and its record if that is to be kept."""
    name, number = trial
    record = simulate(scenarios[name], number)
    _free_worlds()
    return figures(record), record if Keep(keep).record(number) else None


def _play(scenarios: Mapping[str, Scenario], keep: Keep, trial: Trial) -> Played:
    """Play one trial and keep of it what is wanted."""
    try:
        if scenarios[trial[0]].run.window is not None:
            return _play_in_windows(scenarios[trial[0]], trial, outlines=keep.outlines)
        found, record = play(scenarios, "all" if keep.outlines else keep.orders, trial)
    except NotFiniteError as error:
        raise (NotFiniteError(f"{trial[0]}: {error}") if len(scenarios) > 1 else error) from None
    drawn = outline(record) if keep.outlines and record is not None else None
    return Played(trial, found, drawn, record if keep.record(trial[1]) else None)


@overflow_allowed
def _play_in_windows(scenario: Scenario, trial: Trial, *, outlines: bool) -> Played:
    """Play one trial window after window; there is no record of it."""
    merged = Merged()
    drawn: Outline | None = None
    for stretch in stretches(scenario, trial[1]):
        merged.add(stretch)
        if outlines:
            more = outline_of_window(stretch)
            drawn = more if drawn is None else drawn.then(more)
    return Played(trial, merged.figures(), drawn)


def remembered(
    scenarios: Mapping[str, Scenario],
    trials: Sequence[Trial],
    journal: Journal,
    keep: Keep = FIGURES_ONLY,
) -> Generator[Played, None, None]:
    """Yields those of the trials of which the journal has all that is to be kept."""
    for trial in trials:
        scenario, number = scenarios[trial[0]], trial[1]
        found = journal.get(scenario, number)
        if found is None:
            continue
        drawn = journal.part(Outline, scenario, number) if keep.outlines else None
        record = journal.part(Record, scenario, number) if keep.record(number) else None
        if (drawn is not None or not keep.outlines) and (record is not None or not keep.record(number)):
            yield Played(trial, found, drawn, record)


class _GarbageCollection:
    """Frees the worlds of finished replications.

    Their parts refer to each other, so that only the garbage collector can. Left to itself it comes when the
    number of objects has grown by a quarter, which after a long replication may be never. Here it looks at what is
    new after every replication, which takes less than a hundredth of its time, and at everything as often as that
    takes no more than a hundredth either.
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
