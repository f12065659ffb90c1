"""The action for continuous integration: its steps as a runner would run them, but for the download of packages."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from xml.etree.ElementTree import parse

import pytest
import yaml

import simulator as package

ACTION = Path(__file__).parents[2] / ".github/actions/check/action.yml"
PLAIN = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
STEPS = {step["name"]: step for step in PLAIN["runs"]["steps"]}
BASH = shutil.which("bash") or "bash"


@pytest.fixture
def runner(folder, tmp_path):
    """Runs the script of a step as a composite action's ``shell: bash`` does, with its inputs."""
    (folder / "scenarios").mkdir()
    (folder / "shop.yaml").rename(folder / "scenarios" / "shop.yaml")

    def run(step, **inputs):
        values = {name: one["default"] for name, one in PLAIN["inputs"].items()} | inputs
        given = {f"${{{{ inputs.{name} }}}}": value for name, value in values.items()}
        env = {name: given.get(value, value) for name, value in STEPS[step]["env"].items()}
        env = {
            name: value.replace("${{ github.action_path }}", str(ACTION.parent))
            for name, value in env.items()
        }
        assert not any("${{" in value for value in env.values())
        assert "${{" not in STEPS[step]["run"]  # inputs are no part of the script
        runner_env = {
            "RUNNER_TEMP": str(tmp_path / "temp"),
            "GITHUB_STEP_SUMMARY": str(tmp_path / "summary.md"),
        }
        return subprocess.run(
            [BASH, "--noprofile", "--norc", "-eo", "pipefail", "-c", STEPS[step]["run"]],
            cwd=folder,
            env={**os.environ, **runner_env, **env, "PYTHONPATH": str(Path(package.__file__).parents[1])},
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def installed(tmp_path):
    """The simulator where the first step would have put it."""
    program = tmp_path / "temp/simulator/bin/simulator"
    program.parent.mkdir(parents=True)
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m simulator "$@"\n', encoding="utf-8")
    program.chmod(0o755)


def test_it_is_a_composite_action():
    assert PLAIN["runs"]["using"] == "composite"
    assert all(step["shell"] == "bash" for step in STEPS.values())
    assert {"name", "description"} <= PLAIN.keys()
    assert all(one["description"] for one in (*PLAIN["inputs"].values(), *PLAIN["outputs"].values()))


def test_the_installation_uses_the_exact_versions_of_this_repository(runner, tmp_path):
    # A Python that makes an environment whose own Python notes what it is asked to install.
    stub = tmp_path / "python"
    stub.write_text(
        '#!/bin/sh\nmkdir -p "$3/bin"\n'
        f'printf \'#!/bin/sh\\necho "$@" >> {tmp_path}/asked\\n\' > "$3/bin/python"\nchmod +x "$3/bin/python"\n',
        encoding="utf-8",
    )
    stub.chmod(0o755)
    done = runner("Install the simulator", python=str(stub))
    assert done.returncode == 0, done.stderr
    asked = (tmp_path / "asked").read_text(encoding="utf-8").splitlines()
    source = ACTION.parent / "../../.."
    assert [line.startswith("-m pip ") and f"-c {source}/constraints.txt" in line for line in asked] == [
        True,
        True,
    ]
    assert asked[0].endswith(" setuptools")
    assert asked[1].endswith(f" {source}")
    assert (source / "constraints.txt").exists()


@pytest.mark.usefixtures("installed")
def test_a_check_that_passes_and_one_that_fails(runner, folder, tmp_path):
    made = runner("Check the scenarios", arguments="--update\nshop")
    assert made.returncode == 0, made.stdout
    passed = runner("Check the scenarios", junit="out/results.xml")
    assert (passed.returncode, passed.stderr) == (0, "")
    assert "Passed: 1 scenario with 2 alternatives" in passed.stdout
    assert parse(folder / "out/results.xml").getroot().get("failures") == "0"  # noqa: S314 - our own
    text = (folder / "scenarios/shop.yaml").read_text(encoding="utf-8")
    (folder / "scenarios/shop.yaml").write_text(text.replace("r: 30", "r: 29"), encoding="utf-8")
    failed = runner("Check the scenarios", scenarios="\nscenarios/shop.yaml\n")
    assert failed.returncode == 1
    assert parse(folder / "simulator-check.xml").getroot().get("failures") != "0"  # noqa: S314 - our own
    summary = (tmp_path / "summary.md").read_text(encoding="utf-8")
    assert summary.count("```") == 6
    assert "the scenario has changed since its baseline was made" in summary


@pytest.mark.usefixtures("installed")
def test_inputs_are_words_and_no_commands(runner, folder):
    done = runner(
        "Check the scenarios", scenarios="$(touch here); touch there.yaml", junit="; touch there.xml"
    )
    assert done.returncode == 2
    assert not list(folder.glob("*here*"))
