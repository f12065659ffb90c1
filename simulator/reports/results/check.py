"""Results of a check of scenarios against baselines and expectations, and the function that makes them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from simulator.experiments.checking.baseline import Baseline, compare_exactly
from simulator.experiments.checking.check import (
    CheckedScenario,
    CheckOptions,
    Key,
    check_scenarios,
    judgements,
    play_scenarios,
)
from simulator.experiments.replications.trials import Progress
from simulator.experiments.statistics.equivalence_tests import Margins
from simulator.experiments.workers.work_limits import WorkLimit
from simulator.experiments.workers.workers import Workers
from simulator.reports.files import baseline_files
from simulator.reports.files.baseline_files import BASELINES
from simulator.reports.results.check_files import (
    NoCheckError,
    chosen_files,
    loaded_all,
    scenario_files,
)
from simulator.reports.results.check_results import CheckResults
from simulator.scenario.scenario import Scenario
from simulator.values.mistakes import ScenarioError


def check(
    scenarios: str | os.PathLike[str] | Iterable[str | os.PathLike[str]] | None = None,
    *,
    baseline: str | os.PathLike[str] = BASELINES,
    update: Sequence[str] = (),
    equivalent: bool = False,
    margins: Mapping[str, str] | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    progress: Progress | None = None,
    work_limit: str | None = None,
    tell: Callable[[str], None] | None = None,
    strict: bool = False,
) -> CheckResults:
    """Compare the figures of scenarios with their baselines, and judge their expectations.

    Each scenario is checked as it is and with each of its alternatives. By default the first replications
    must give the same figures as in the baseline.

    Args:
        scenarios: path of a scenario file or of a folder of them, or several paths; by default the folder
            ``scenarios``. Then baselines without a scenario fail.
        baseline: folder of the baselines, one file ``<scenario>.json`` for each scenario file.
        update: names of scenarios, or of their files without ``.yaml``, whose baselines are written anew.
            Only these scenarios are played.
        equivalent: True to test whether means are the same within margins, instead of asking for the same
            figures.
        margins: margins by metric or unit, such as ``{"days": "5 %"}``, that replace the defaults; only for
            equivalence. Their form is that of `simulator.experiments.statistics.equivalence_tests.margin`.
        replications: number of replications to play, at least 1. By default: the first two to compare
            figures, as many as in the baseline for equivalence, and at least ``run.replications`` of the
            scenario if it has expectations or its baseline is written anew.
        seed: seed of all random numbers, only for equivalence; by default ``run.seed`` of each scenario.
        workers: number of processes that share the work, at least 1; by default one for each usable core. The
            results do not depend on it.
        progress: function called after each replication with the number done and the total of all scenarios.
        work_limit: time and memory that the work may take, such as ``3 days, 64 GB``, or ``none``; by default
            1 day and 16 GB.
        tell: function called once, before anything is played, with a sentence about work of more than a
            minute or 1 GB; by default a warning is issued.
        strict: True to treat keys without effect as mistakes.

    Returns:
        Findings and judgements of every scenario and alternative, as tables; ``passed`` tells whether all is
        well.

    Raises:
        ScenarioError: a scenario or baseline file has mistakes; the error holds all of them.
        NoCheckError: a scenario to update is unknown, a folder has no scenarios, two files have the same
            name, or the arguments do not go together. It is a `ValueError`.
        ValueError: a margin, ``workers`` or ``work_limit`` is impossible.
        OSError: a baseline file cannot be read or written.
        WorkloadError: the work would exceed ``work_limit``.
        LostWorkerError: a worker process died.
    """
    started = time.perf_counter()
    if (seed is not None or margins) and not equivalent:
        raise NoCheckError(
            "another seed and margins are for equivalence; the same figures come from the same seed"
        )
    if replications is not None and replications < 1:
        raise NoCheckError(f"at least one replication is needed, not {replications}")
    if update and equivalent:
        raise NoCheckError("a baseline is either tested or made anew")
    files = scenario_files(scenarios)
    loaded, warnings = loaded_all(files)
    if strict and warnings:
        raise ScenarioError(one for idle in warnings.values() for one in idle)
    folder = Path(baseline)
    with Workers(workers, limit=WorkLimit.parse(work_limit), tell=tell) as hands:
        if update:
            names = chosen_files(update, files, loaded)
            wanted = {key: one for key, one in loaded.items() if key[0] in names}
            held, updated = _made_anew(wanted, folder, replications, hands, progress)
        else:
            old = {name: baseline_files.read_baseline(folder / f"{name}.json") for name in files}
            asked = CheckOptions(replications, Margins(margins) if equivalent else None, seed)
            kept = {(name, which): one for name, found in old.items() for which, one in found.items()}
            held, updated = check_scenarios(loaded, kept, asked, hands, progress), ()
            held += _left_over(kept, loaded, folder if scenarios is None else None)
    return CheckResults(held, equivalent, updated, folder, time.perf_counter() - started, warnings)


def _made_anew(
    scenarios: Mapping[Key, Scenario],
    folder: Path,
    replications: int | None,
    workers: Workers,
    progress: Progress | None,
) -> tuple[tuple[CheckedScenario, ...], tuple[Path, ...]]:
    """Play scenarios and write their baselines.

    Args:
        scenarios: to play, by name and alternative.
        folder: folder of the baselines.
        replications: number to play; None for that of each scenario.
        workers: processes that play them.
        progress: function called with the number of replications done and their total.

    Returns:
        Comparison of each scenario with its old baseline, and the files written.
    """
    counts = {
        key: scenario.run.replications if replications is None else replications
        for key, scenario in scenarios.items()
    }
    figures = play_scenarios(scenarios, counts, workers, progress)
    names = list(dict.fromkeys(name for name, _ in scenarios))
    held: list[CheckedScenario] = []
    for name in names:
        file = folder / f"{name}.json"
        old = _readable(file)
        mine = {key: scenario for key, scenario in scenarios.items() if key[0] == name}
        baseline_files.write_baseline(
            file, {key[1]: Baseline.of(one, figures[key]) for key, one in mine.items()}
        )
        for key, scenario in mine.items():
            before = old.get(key[1])
            found = () if before is None else tuple(compare_exactly(before, figures[key]))
            judged = judgements(scenario, figures[key])
            held.append(
                CheckedScenario(*key, counts[key], scenario.run.seed, findings=found, judgements=judged)
            )
    return tuple(held), tuple(folder / f"{name}.json" for name in names)


def _readable(file: Path) -> dict[str | None, Baseline]:
    """Return the old baselines by alternative; none of a broken file, because it is being written anew."""
    try:
        return baseline_files.read_baseline(file)
    except ScenarioError:
        return {}


def _left_over(
    kept: Mapping[Key, Baseline], loaded: Mapping[Key, Scenario], folder: Path | None
) -> tuple[CheckedScenario, ...]:
    """Return failures for baselines without a scenario or alternative.

    Args:
        kept: baselines of the scenarios checked.
        loaded: scenarios checked, with their alternatives.
        folder: folder of baselines to search for files without a scenario; None if not all scenarios are
            checked.
    """
    gone = tuple(
        CheckedScenario(*key, reasons=("the baseline has this alternative, but the scenario has not",))
        for key in kept
        if key not in loaded
    )
    names = {name for name, _ in loaded}
    files = sorted(folder.glob("*.json")) if folder is not None else []
    return gone + tuple(
        CheckedScenario(
            file.stem, None, reasons=(f"there is no such scenario, but a baseline of it; delete {file}",)
        )
        for file in files
        if file.stem not in names
    )
