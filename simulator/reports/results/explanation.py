"""Results of an explanation as tables and files, and the function that makes them."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

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
from simulator.scenario.load import ScenarioFile
from simulator.scenario.scenario import Scenario
from simulator.scenario.without_effect import without_effect
from simulator.values.mistakes import Mistake


@dataclass(frozen=True)
class ExplanationResults(Recorded, Explanation):
    """Results of `explain`: the share of each cause in the waiting, such that the shares add up.

    The tables are `attribution`, `totals` and `coalitions`.

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
        """Return the explanation as plain data, as ``explain --json`` prints it; None stands for nan."""
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
        """Return the folder ``explain-<scenario>-<hash>`` within ``parent``, which `save` fills."""
        question = Question(self.scenario, self.causes, self.playing, self.permutations)
        return explanation_folder(parent, question)

    def write(self, folder: Path) -> None:
        """Write the files of an explanation into a folder.

        * ``manifest.json``: scenario with every default, its hash, causes and method, start and duration.
        * ``explanation.json``: output of ``explain --json``.
        * ``attribution.csv``, ``totals.csv``, ``coalitions.csv``: the tables of these names.
        * ``levels.csv``: levels of every stock. They stay the same whichever causes are switched off.
        * ``report.html``: report, in one file.

        Args:
            folder: existing folder.

        Raises:
            OSError: a file cannot be written.
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
    """Return the folder ``explain-<scenario>-<hash>``; the hash covers the scenario and the question."""
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
    """Attribute the waiting to its causes: peaks, capacity, customs and others.

    Every combination of the causes is played, each switched on or off, before the same customers (common
    random numbers). The share of a cause is its Shapley value: the difference that it makes, on average over
    all sequences in which the causes could be switched on. The shares add up to the difference between all
    causes on and all off.

    Args:
        scenario: path of a scenario file, or a loaded scenario.
        causes: names of causes, see ``simulator.experiments.explaining.causes.CAUSES``; by default all that
            the scenario has.
        permutations: number of sequences of the causes to sample, an even number of at least 4. By default up
            to six causes are played in all combinations, and of more causes 20 sequences are sampled.
        replications: number of replications of each combination, at least 1; by default ``run.replications``
            of the scenario.
        seed: seed of all random numbers, at least 0; by default ``run.seed`` of the scenario.
        workers: number of processes that share the work, at least 1; by default one for each usable core. The
            results do not depend on it.
        cluster: address of the scheduler of a Dask cluster that does the work instead, such as
            ``tcp://10.0.0.5:8786``.
        work_limit: time and memory that the work may take, such as ``3 days, 64 GB``, or ``none``; by default
            1 day and 16 GB. A warning announces work of more than a minute or 1 GB.
        alternative: name of the alternative in the file to apply.
        overrides: texts ``path=value``, such as ``run.horizon=1 year``, that win over the file and the
            alternative.
        progress: function called after each replication of a combination with the number done and their
            total.

    Returns:
        Shares of the causes in orders and lines that waited, unit days of waiting and lost profit, with their
        confidence intervals, as tables.

    Raises:
        ScenarioError: the file, the alternative or an override has mistakes; the error holds all of them.
        ValueError: a cause is unknown, a number or ``work_limit`` is impossible, the levels of the stocks
            cannot be held, or an alternative or overrides are given with a loaded scenario.
        WorkloadError: the work would exceed ``work_limit``.
        ClusterError: the cluster cannot be used, or ``workers`` is given, too.
        LostWorkerError: a worker process died.

    >>> import simulator
    >>> shop = simulator.load("scenarios/baseline.yaml", overrides=["run.horizon=150 days"])
    >>> simulator.explain(shop, ["quality"], replications=1, workers=1).attribution["value"].tolist()
    [0.0, 0.0, 0.0, 0.0]
    """
    idle: tuple[Mistake, ...] = ()
    if not isinstance(scenario, Scenario):
        file = ScenarioFile(scenario, overrides)
        scenario, idle = file.scenario(alternative), without_effect(file)
    elif alternative is not None or overrides:
        raise ValueError("alternatives and overrides are applied when a scenario is loaded: give its path")
    question = Question.of(with_run(scenario, replications, seed), causes, permutations)
    with execution(workers, cluster, work_limit, progress, alternative, overrides, idle) as by:
        return play(question, by)


def play(question: Question, by: Execution) -> ExplanationResults:
    """Play the combinations of causes that a question asks for.

    Args:
        question: scenario, its causes and the sequences to sample.
        by: means of playing.
    """
    return by.results(ExplanationResults, partial(explaining.explain, question))
