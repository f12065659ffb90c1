"""Before anything is simulated: help, version, usage, and what a command imports."""

import subprocess
import sys

import pytest

HEAVY = {"numpy", "pandas", "pydantic", "scipy", "pyarrow", "simpy", "yaml", "holidays"}


def imported_by(*words):
    """Output of a command, and the modules that it has imported."""
    code = f"""
import sys
sys.argv = ["simulator", *{words!r}]
from simulator.cli import main
try:
    main()
except SystemExit as end:
    assert not end.code, end.code
print(*sys.modules, file=sys.stderr)
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return done.stdout, set(done.stderr.split())


@pytest.mark.parametrize(
    ("words", "allowed"),
    [(["--help"], set()), (["--version"], set()), (["run", "--help"], {"pydantic"})],  # Typer's own
)
def test_help_imports_nothing_heavy(words, allowed):
    output, modules = imported_by(*words)
    assert output
    assert HEAVY & modules <= allowed


def test_importing_the_package_is_light():
    code = "import sys; before = set(sys.modules); import simulator; print(*set(sys.modules) - before)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert (HEAVY | {"importlib.abc"}).isdisjoint(done.stdout.split())


def test_a_single_replication_has_no_intervals_and_imports_no_scipy(folder):
    output, modules = imported_by("run", "shop.yaml", "--replications", "1")
    assert "Results in" in output
    assert "pandas" in modules
    assert "scipy" not in modules


def test_validators_are_built_when_a_scenario_is_read():
    code = "from simulator.scenario.scenario import Scenario; print(Scenario.__pydantic_complete__)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_module_and_script_are_the_same(process):
    out, err = process("--version").communicate()
    assert out.startswith("simulator ")
    assert err == ""


def test_help_names_every_command(simulator):
    answer = simulator("--help")
    assert answer.code == 0
    for command in ("run", "validate", "show", "schema", "metrics", "new"):
        assert f" {command} " in answer.out


@pytest.mark.parametrize(
    "words",
    [
        ["rum"],
        ["run"],
        ["run", "shop.yaml", "--replications", "0"],
        ["run", "shop.yaml", "--seed", "-1"],
        ["run", "shop.yaml", "--keep-orders", "some"],
        ["run", "shop.yaml", "--sets", "a=b"],
        ["validate"],
    ],
)
def test_wrong_usage(simulator, words):
    answer = simulator(*words)
    assert answer.code == 2
    assert answer.out == ""
    assert "Usage" in answer.err
