"""Plan of an experiment with many scenarios: all of them, fixed before the first trial is played.

The plan is a file beside the journal of the unfinished result. A resumed command reads the plan instead of
the scenario file, so that changes of the file in the meantime have no effect.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from simulator.experiments.sweeping.variants import file_digest
from simulator.reports.files.json_files import json_text, versioned
from simulator.reports.files.result_folders import ResultFolder, result_name
from simulator.reports.files.unfinished_results import SUFFIX
from simulator.scenario.fingerprint import data_files, fingerprint, resolved
from simulator.scenario.scenario import Scenario
from simulator.values.mistakes import Mark, Mistake, ScenarioError

PLAN: Final = "plan.json"
"""File name of the plan within the folder of the unfinished result."""


@dataclass(frozen=True)
class ExperimentPlan:
    """Scenarios to play, and all else that decides the result of an experiment.

    Attributes:
        asked: arguments of the command, as plain data. The same arguments resume the same plan.
        folder: folder at which relative paths to data files start.
        scenarios: by name, as they are played.
        details: all else that decides the result, as plain data.
        files: SHA-256 digests of the scenario files that were read, by path.
    """

    asked: Mapping[str, Any]
    folder: Path
    scenarios: Mapping[str, Scenario]
    details: Mapping[str, Any]
    files: Mapping[str, str] = field(default_factory=dict)

    def digest(self) -> str:
        """Return the SHA-256 digest of all that decides the result: details, scenarios and data files."""
        digests = [(name, fingerprint(scenario)) for name, scenario in self.scenarios.items()]
        return hashlib.sha256(json.dumps([self.details, digests], sort_keys=True).encode()).hexdigest()

    def place(self, parent: Path, command: str) -> ResultFolder:
        """Return the folder ``<command>-<scenario>-<hash>`` of the result; the hash is that of `digest`.

        Args:
            parent: folder of all results.
            command: name of the command.
        """
        name = next(iter(self.scenarios.values())).name
        return ResultFolder(parent / result_name(f"{command} {name}", self.digest()))

    def write(self, folder: Path) -> None:
        """Write the plan into an existing folder."""
        plain = {
            "asked": self.asked,
            "folder": str(self.folder.resolve()),
            "files": self.files,
            "data": _data(self.scenarios.values()),
            "details": self.details,
            "scenarios": {name: resolved(scenario) for name, scenario in self.scenarios.items()},
        }
        (folder / PLAN).write_text(json_text(versioned(plain)) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, folder: Path) -> Self:
        """Read the plan from a folder. Its scenarios are the same to the last bit as those written.

        Raises:
            ScenarioError: a data file is missing or has changed since, or the plan cannot be read, as when
                another version of the simulator wrote it.
        """
        file = folder / PLAN
        try:
            plain = json.loads(file.read_text(encoding="utf-8"))
            context = {"folder": Path(plain["folder"])}
            scenarios = {
                name: Scenario.model_validate(data, context=context)
                for name, data in plain["scenarios"].items()
            }
            found = _data(scenarios.values())
        except (ValueError, KeyError, OSError) as error:
            problem = str(error).partition("\n")[0]
            raise _refusal(file, f"the plan cannot be followed any more ({problem})") from None
        changed = [path for path, digest in plain["data"].items() if found.get(path) != digest]
        if changed:
            raise _refusal(file, f"{', '.join(changed)} has changed since the plan was made")
        return cls(plain["asked"], context["folder"], scenarios, plain["details"], plain["files"])


def followed(
    out: Path, asked: Mapping[str, Any], made: Callable[[], ExperimentPlan], *, resume: bool
) -> tuple[ExperimentPlan, str | None]:
    """Choose the plan to play: the latest unfinished one of the same command, or a new one.

    Args:
        out: folder of all results.
        asked: arguments of the command, as plain data.
        made: function that makes a new plan.
        resume: True to look for an unfinished plan.

    Returns:
        Plan, and a sentence for the user about the choice, or None.

    Raises:
        ScenarioError: by ``made`` or `ExperimentPlan.read`.
    """
    if not resume:
        return made(), None
    found = unfinished_plan(out, asked)
    if found is None:
        return made(), "Nothing is unfinished that was asked for in these words: starting from the beginning."
    plan = ExperimentPlan.read(found)
    changed = [Path(file).name for file, digest in plan.files.items() if file_digest(file) != digest]
    told = (
        f"{', '.join(changed)}: changed meanwhile; going on as planned. Without --resume the change counts."
    )
    return plan, told if changed else None


def unfinished_plan(out: Path, asked: Mapping[str, Any]) -> Path | None:
    """Return the folder of the latest unfinished plan of this command; None if there is none.

    Args:
        out: folder of all results.
        asked: arguments of the command, as plain data.
    """
    found = [file for file in out.glob(f"*{SUFFIX}/{PLAN}") if _asked(file) == asked]
    return max(found, key=lambda file: file.stat().st_mtime_ns).parent if found else None


def _asked(file: Path) -> Any:
    try:
        return json.loads(file.read_text(encoding="utf-8"))["asked"]
    except (ValueError, KeyError, OSError):
        return None


def _data(scenarios: Iterable[Scenario]) -> dict[str, str]:
    """Return the SHA-256 digests of the data files of all scenarios, by path."""
    return {path: digest for scenario in scenarios for path, digest in data_files(scenario).items()}


def _refusal(file: Path, message: str) -> ScenarioError:
    mark = Mark(str(file), 1, 1)
    return ScenarioError([Mistake.at(mark, (), f"{message}; without --resume everything is played anew")])
