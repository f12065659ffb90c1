"""Results of a check of scenarios against baselines and expectations, and the function that makes them."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator.experiments.checking.baseline import Baseline, compare_exactly
from simulator.experiments.checking.check import (
    AS_IS,
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
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.json_files import json_text
from simulator.reports.results.check_files import (
    NoCheckError,
    chosen_files,
    idle_in,
    loaded_all,
    scenario_files,
)
from simulator.reports.results.junit import junit
from simulator.scenario.scenario import Scenario
from simulator.values.mistakes import Mistake, ScenarioError

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class CheckResults:
    """Results of `check`: figures of scenarios compared with baselines, and expectations judged.

    Attributes:
        held: every scenario, as it is and with each of its alternatives.
        equivalent: True if means were tested within margins, False if figures had to be the same.
        updated: baseline files written anew. The findings then compare the new figures with those of the old
            files.
        folder: folder of the baselines.
        seconds: duration of the check.
        warnings: keys without effect, by scenario, for the scenarios that have any.
    """

    held: tuple[CheckedScenario, ...]
    equivalent: bool
    updated: tuple[Path, ...]
    folder: Path
    seconds: float
    warnings: Mapping[str, tuple[Mistake, ...]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """True if nothing failed. Moved figures are no failure if baselines were written anew."""
        return all(self.is_right(one) for one in self.held)

    def is_right(self, one: CheckedScenario) -> bool:
        """Test whether nothing failed in one scenario or alternative.

        Args:
            one: element of ``held``.
        """
        return all(judgement.met for judgement in one.judgements) if self.updated else one.passed

    @cached_property
    def figures(self) -> pd.DataFrame:
        """Comparison with the baselines, one row per scenario, alternative and metric.

        Columns: scenario; alternative; metric; unit; old and new figure; difference, new minus old;
        half_width of the difference, for means; tolerance, the largest difference that passes, or the margin;
        verdict ("same", "moved", "new", "gone", "equivalent", "not equivalent", "cannot say" or "not held");
        replication whose figures these are (missing for means over all replications); enough, the number of
        replications that would probably show equivalence; enough_old, True if the baseline would need that
        many, too.
        """
        import pandas as pd

        rows = [_plain_finding(held, one) for held in self.held for one in held.findings]
        return pd.DataFrame(rows, columns=pd.Index(_FIGURE))

    @cached_property
    def expectations(self) -> pd.DataFrame:
        """Expectations of the scenarios, one row each.

        Columns: scenario; alternative; metric; condition; limit, the number in it; mean over the replications
        and half_width of its 95 % confidence interval; unit of these three; n, the replications that have the
        metric; met, True if the mean keeps the limit; sure, True if the whole interval lies on the same side
        of the limit.
        """
        import pandas as pd

        rows = [row for held in self.held for row in _plain_judgements(held)]
        return pd.DataFrame(rows, columns=pd.Index(_EXPECTATION))

    def plain(self) -> dict[str, object]:
        """Return the check as plain data, as ``check --json`` prints it.

        Figures that have not moved are left out. None stands for nan.
        """
        return {
            "passed": self.passed,
            "equivalent": self.equivalent,
            "updated": [str(path) for path in self.updated],
            "seconds": round(self.seconds, 3),
            "warnings": [one.plain() for idle in self.warnings.values() for one in idle],
            "scenarios": [
                {
                    "scenario": held.name,
                    "alternative": held.alternative,
                    "passed": self.is_right(held),
                    "replications": held.replications,
                    "seed": held.seed,
                    "reasons": list(held.reasons),
                    "notes": list(held.notes),
                    "held": sum(one.counts for one in held.findings),
                    "moved": [_without_nan(_plain_finding(held, one)) for one in held.failures],
                    "new": [one.metric for one in held.findings if one.verdict == "new"],
                    "expectations": [_without_nan(row) for row in _plain_judgements(held)],
                }
                for held in self.held
            ],
        }

    def junit(self) -> str:
        """Return the check as JUnit XML, which continuous integration services show."""
        return junit(self.held, self.seconds, self.is_right, self.warnings)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write ``check.json``, ``figures.csv``, ``expectations.csv`` and ``junit.xml`` into a folder.

        Args:
            folder: folder to write into; it is made if it does not exist.

        Returns:
            Path of the folder.

        Raises:
            OSError: the folder or a file cannot be written.
        """
        place = Path(folder)
        place.mkdir(parents=True, exist_ok=True)
        (place / "check.json").write_text(json_text(self.plain()) + "\n", encoding="utf-8")
        (place / "junit.xml").write_text(self.junit(), encoding="utf-8")
        write_csv(self.figures, place / "figures.csv")
        write_csv(self.expectations, place / "expectations.csv")
        return place


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
    if update and equivalent:
        raise NoCheckError("a baseline is either tested or made anew")
    files = scenario_files(scenarios)
    loaded = loaded_all(files)
    warnings = idle_in(files, loaded)
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
    counts = {key: replications or scenario.run.replications for key, scenario in scenarios.items()}
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


_FIGURE: Final = (
    *("scenario", "alternative", "metric", "unit", "old", "new", "difference", "half_width", "tolerance"),
    *("verdict", "replication", "enough", "enough_old"),
)
_EXPECTATION: Final = (
    *("scenario", "alternative", "metric", "condition", "limit", "mean", "half_width", "unit", "n"),
    *("met", "sure"),
)


def _plain_finding(held: CheckedScenario, one: Any) -> dict[str, Any]:
    plain = {name: getattr(one, name) for name in _FIGURE[2:]}
    return {"scenario": held.name, "alternative": held.alternative or AS_IS, **plain}


def _plain_judgements(held: CheckedScenario) -> Iterable[dict[str, Any]]:
    for one in held.judgements:
        found = one.estimate
        values = (
            one.metric,
            str(one.condition),
            one.limit,
            found.mean,
            found.half_width,
            found.unit,
            found.n,
        )
        whose = (held.name, held.alternative or AS_IS)
        yield dict(zip(_EXPECTATION, (*whose, *values, one.met, one.sure), strict=True))


def _without_nan(row: dict[str, Any]) -> dict[str, Any]:
    return {key: None if value != value else value for key, value in row.items()}  # noqa: PLR0124 - true of nan only
