"""Scenario files held against the baselines beside them, as ``simulator check`` does."""

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
    """What came of holding scenarios against their baselines and expectations.

    Attributes:
        held: every scenario, as it is and with each of its alternatives.
        equivalent: whether means were tested within margins; else figures had to be the same.
        updated: files that were made anew; their scenarios' findings say what has moved since the old ones.
        folder: where the baselines are.
        seconds: how long it took.
        warnings: keys without effect, by scenario; a scenario that has none is left out.
    """

    held: tuple[CheckedScenario, ...]
    equivalent: bool
    updated: tuple[Path, ...]
    folder: Path
    seconds: float
    warnings: Mapping[str, tuple[Mistake, ...]] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether nothing is wrong; that figures moved is not where the baseline was made anew."""
        return all(self.is_right(one) for one in self.held)

    def is_right(self, one: CheckedScenario) -> bool:
        """Whether nothing is wrong with one of them."""
        return all(judgement.met for judgement in one.judgements) if self.updated else one.passed

    @cached_property
    def figures(self) -> pd.DataFrame:
        """One row a scenario, alternative and metric.

        Columns: scenario, alternative, metric, unit, old, new, difference, half_width, tolerance (or margin),
        verdict, replication (of which the figures are; none: means over all), enough (replications that
        would show the equivalence), enough_old (in the baseline, too).
        """
        import pandas as pd

        rows = [_plain_finding(held, one) for held in self.held for one in held.findings]
        return pd.DataFrame(rows, columns=pd.Index(_FIGURE))

    @cached_property
    def expectations(self) -> pd.DataFrame:
        """One row an expectation.

        Columns: scenario, alternative, metric, condition, limit, mean, half_width, unit, n, met, sure.
        """
        import pandas as pd

        rows = [row for held in self.held for row in _plain_judgements(held)]
        return pd.DataFrame(rows, columns=pd.Index(_EXPECTATION))

    def plain(self) -> dict[str, object]:
        """All but what has not moved, as ``check --json`` prints it; None stands for nan."""
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
        """The check as JUnit XML."""
        return junit(self.held, self.seconds, self.is_right, self.warnings)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Write check.json, figures.csv, expectations.csv and junit.xml into a folder. Raises OSError if it cannot."""
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
    """Hold scenarios, as they are and with each alternative, against their baselines and their expectations.

    Args:
        scenarios: a scenario file, several, or a folder of them; left out: ``scenarios``.
        baseline: folder with a file ``<scenario>.json`` for each.
        update: scenarios, by name or file name without ``.yaml``, whose baselines to make anew. Only these are played.
        equivalent: test whether means are the same within margins, instead of asking for the same figures.
        margins: by metric or unit, over the defaults; see `simulator.experiments.statistics.equivalence_tests.margin`.
        replications: how many to play; left out: the first ones for the same figures, as many as in the baseline
            for equivalence, as many as the scenario says for a new baseline and where something is expected.
        seed: of all random numbers, for equivalence.
        workers: processes that share the work; left out: one for each core. The results do not depend on it.
        progress: called after each replication with how many are done, and their total.
        strict: take keys without effect for mistakes.

        work_limit: time and memory that may be taken, as ``3 days, 64 GB`` or ``none``; left out: 1 day, 16 GB.
        tell: called before anything is played with a sentence about work that takes long; left out: a warning.

    Raises:
        WorkloadError: it would take more than the limit.
        ScenarioError: a scenario or baseline file is wrong; it names every mistake.
        NoCheckError: there is no such scenario, or what is asked for does not go together.
        ValueError: a margin is none, or fewer than one worker.
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
    """Play scenarios and write their baselines; what has moved since the old ones, and the files."""
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
    """The old baselines; none where the file is broken, for it is being made anew."""
    try:
        return baseline_files.read_baseline(file)
    except ScenarioError:
        return {}


def _left_over(
    kept: Mapping[Key, Baseline], loaded: Mapping[Key, Scenario], folder: Path | None
) -> tuple[CheckedScenario, ...]:
    """Baselines of what is not there any more: alternatives and, of a folder that is held as a whole, scenarios."""
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
    return {key: None if value != value else value for key, value in row.items()}  # noqa: PLR0124 - nan is not itself
