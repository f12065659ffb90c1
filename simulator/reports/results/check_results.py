"""Results of a check for Python: findings and expectations as pandas tables."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from simulator.experiments.checking.check import (
    AS_IS,
    CheckedScenario,
)
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.json_files import json_text, versioned
from simulator.reports.results.junit import junit
from simulator.values.mistakes import Mistake

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
        (place / "check.json").write_text(json_text(versioned(self.plain())) + "\n", encoding="utf-8")
        (place / "junit.xml").write_text(self.junit(), encoding="utf-8")
        write_csv(self.figures, place / "figures.csv")
        write_csv(self.expectations, place / "expectations.csv")
        return place


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


_FIGURE: Final = (
    *("scenario", "alternative", "metric", "unit", "old", "new", "difference", "half_width", "tolerance"),
    *("verdict", "replication", "enough", "enough_old"),
)
_EXPECTATION: Final = (
    *("scenario", "alternative", "metric", "condition", "limit", "mean", "half_width", "unit", "n"),
    *("met", "sure"),
)
