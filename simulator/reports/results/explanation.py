"""Results of an explanation for Python, and their folder."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from simulator.experiments.explaining import explanation as explaining
from simulator.experiments.explaining.causes import CAUSES
from simulator.experiments.explaining.explanation import Explanation, Question
from simulator.experiments.replications.replications import Progress
from simulator.model.levels.stock_levels import asked_levels
from simulator.reports.files.csv_files import write_csv
from simulator.reports.files.json_files import records, write_json
from simulator.reports.files.manifest import Recorded, manifest
from simulator.reports.files.result_folders import ResultFolder, result_folder
from simulator.reports.results.execution import Execution, execution
from simulator.reports.results.run import with_run
from simulator.reports.wording.level_tables import levels_frame
from simulator.scenario.fingerprint import fingerprint
from simulator.scenario.load import load
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect

if TYPE_CHECKING:
    pass


@dataclass(frozen=True)
class ExplanationResults(Recorded, Explanation):
    """An explanation, and how it came about.

    >>> import simulator
    >>> quick = ["run.warm_up=0 days", "run.horizon=60 days"]
    >>> found = simulator.explain(
    ...     "scenarios/baseline.yaml", ["customs", "transport"], replications=2, workers=1, overrides=quick
    ... )
    >>> found
    <ExplanationResults of 'An online shop with slow imports': transport, customs; 2 replications, exact>
    >>> lines = found.attribution.query("outcome == 'backordered_lines'")
    >>> total = found.totals.set_index("outcome").loc["backordered_lines"]
    >>> bool(abs(lines["value"].sum() - (total["as_is"] - total["base"])) < 1e-9)
    True
    """

    def __repr__(self) -> str:
        named = ", ".join(self.causes) or "no causes"
        return (
            f"<ExplanationResults of {self.scenario.name!r}: {named}; "
            f"{self.replications} replications, {self.method}>"
        )

    def plain(self) -> dict[str, Any]:
        """What ``explain --json`` prints; ``None`` stands for nan."""
        return {
            "scenario": self.scenario.name,
            "alternative": self.circumstances.alternative,
            "seed": self.scenario.run.seed,
            "replications": self.replications,
            "method": self.method,
            "causes": {
                name: {
                    "because_of": CAUSES[name].because,
                    "without": CAUSES[name].without,
                    "present": name in self.playing,
                }
                for name in self.causes
            },
            "totals": records(self.totals),
            "attribution": records(self.attribution),
            "warnings": self.circumstances.told(),
        }

    def place(self, parent: Path) -> ResultFolder:
        """The folder ``explain-<scenario>-<hash>``."""
        question = Question(self.scenario, self.causes, self.playing, self.permutations)
        return explanation_folder(parent, question)

    def write(self, folder: Path) -> None:
        """Write every file of an explanation's folder into a folder that exists.

        ====================  ==================================================================================
        ``manifest.json``     the scenario with every default, its hash, what was asked, when and how long
        ``explanation.json``  what ``explain --json`` prints
        ``attribution.csv``   what each cause adds: a row for each outcome and cause
        ``totals.csv``        the outcomes with all causes on, with all of them off, and the difference
        ``coalitions.csv``    the outcomes of every replication of every combination of causes that was played
        ``levels.csv``        levels of every stock, held whatever is switched off
        ``report.html``       a page to look at, in one file
        ====================  ==================================================================================
        """
        from simulator.reports.pages.explanation import explanation_page

        described = manifest(self.scenario, self.circumstances, "none")
        described["causes"] = list(self.causes)
        described["method"] = self.method
        write_json(described, folder / "manifest.json")
        write_json(self.plain(), folder / "explanation.json")
        write_csv(self.attribution, folder / "attribution.csv")
        write_csv(self.totals, folder / "totals.csv")
        write_csv(self.coalitions, folder / "coalitions.csv")
        write_csv(levels_frame(asked_levels(self.scenario)), folder / "levels.csv")
        (folder / "report.html").write_text(explanation_page(self, self.circumstances), encoding="utf-8")


def explanation_folder(parent: Path, question: Question) -> ResultFolder:
    """The folder ``explain-<scenario>-<hash>``; the hash is of the scenario and of what is asked about it."""
    asked = {
        "scenario": fingerprint(question.scenario),
        "causes": question.causes,
        "permutations": None if question.permutations is None else question.permutations.tolist(),
    }
    return result_folder(parent, f"explain {question.scenario.name}", asked)


def explain(
    scenario: Scenario | str | os.PathLike[str],
    causes: Iterable[str] | None = None,
    *,
    permutations: int | None = None,
    replications: int | None = None,
    seed: int | None = None,
    workers: int | None = None,
    cluster: str | None = None,
    work_limit: str | None = None,
    alternative: str | None = None,
    overrides: Sequence[str] = (),
    progress: Progress | None = None,
) -> ExplanationResults:
    """Say why customers waited: switch the causes off in all combinations, and divide what they add together.

    Args:
        scenario: a scenario, or the path of its file.
        causes: names of causes (``simulator.experiments.explaining.causes.CAUSES``); left out: all that the scenario
            has.
        permutations: how many sequences of the causes to sample, an even number from 4 on; left out: all
            combinations are played of up to six causes, 20 sequences of more.
        replications: how often to play each combination; left out: as often as the scenario says.
        seed: of all random numbers; left out: the scenario's.
        workers: processes that share the work; left out: one for each core. The results do not depend on it.
        cluster: address of a Dask cluster that does the work instead.
        work_limit: time and memory that may be taken, as ``3 days, 64 GB`` or ``none``; left out: 1 day, 16 GB.
        alternative: name of an alternative in the file to apply.
        overrides: texts ``a.b.c=value`` that win over the file and the alternative.
        progress: called with how many replications are done, and their total.

    Raises:
        WorkloadError: it would take more than the limit.
        ScenarioError: the file, the alternative or an override is wrong; it names every mistake.
        ValueError: a cause is unknown, or something else asked for is impossible.

    >>> import simulator
    >>> shop = simulator.load("scenarios/baseline.yaml", overrides=["run.horizon=150 days"])
    >>> simulator.explain(shop, ["dock"], replications=1, workers=1).attribution["value"].tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    idle = without_effect(scenario, overrides)
    if not isinstance(scenario, Scenario):
        scenario = load(scenario, alternative, overrides)
    elif alternative is not None or overrides:
        raise ValueError("alternatives and overrides are applied when a scenario is loaded: give its path")
    question = Question.of(with_run(scenario, replications, seed), causes, permutations)
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(question, by)


def play(question: Question, by: Execution) -> ExplanationResults:
    """Answer a question."""
    return by.results(ExplanationResults, partial(explaining.explain, question))
