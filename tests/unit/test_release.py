"""The files that speak of the project as a whole agree: version, citation, licence, workflow."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import yaml

import simulator

PROJECT: dict[str, Any] = tomllib.loads(Path("pyproject.toml").read_text(encoding="utf-8"))["project"]


def loaded(path: str) -> Any:
    return yaml.safe_load(Path(path).read_text(encoding="utf-8"))


def test_the_version_is_that_of_the_package() -> None:
    assert simulator.__version__ == PROJECT["version"]


def test_the_newest_release_of_the_changelog_is_the_version() -> None:
    released = re.findall(r"^## \[(\d\S*)\]", Path("CHANGELOG.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert released[0] == PROJECT["version"]


def test_the_citation_speaks_of_the_package() -> None:
    citation = loaded("CITATION.cff")
    assert citation["version"] == PROJECT["version"]
    assert citation["license"] == PROJECT["license"]
    assert [author["name"] for author in citation["authors"]] == [one["name"] for one in PROJECT["authors"]]


def test_the_workflow_runs_the_test_command_of_the_readme() -> None:
    (command,) = re.findall(r"^    (make test) ", Path("README.md").read_text(encoding="utf-8"), re.MULTILINE)
    job = loaded(".github/workflows/test.yml")["jobs"]["test"]
    assert [step["run"] for step in job["steps"] if "run" in step] == [command]
    assert job["strategy"]["matrix"]["python"] == ["3.11", "3.12", "3.13", "3.14"]


def test_continuous_integration_here_runs_it_too() -> None:
    assert Path(".ci/run").read_text(encoding="utf-8").splitlines()[-1] == "make test"
