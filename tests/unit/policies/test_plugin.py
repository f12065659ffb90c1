"""A policy from another package: installed it works like a built-in one, not installed it is a mistake."""

import json
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "plugins" / "last_come_first_served"

# One order a day from day 1 on, nothing in stock; four units are ordered on day 10 and arrive on day 15.
SCENARIO = """
run: {horizon: 18 days, cool_down: 0 days}
products: {book: {price: 20, cost: 12}}
demand:
  - {product: book, arrivals: {type: renewal, interval: 1 day}}
warehouses: {shop: {stock: 0}}
suppliers: {press: {lead_time: 5 days}}
policies:
  replenishment: {type: standing_order, every: 10 days, Q: 4}
  allocation: last_come_first_served
"""

PROGRAM = """
import json, sys
from simulator.model.world import simulate
from simulator.scenario.load import load
book = simulate(load(sys.argv[1]), 0).book
print(json.dumps([time for time, got in zip(book.time, book.allocated) if got == 15.0]))
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder as an installer leaves it: the module, and the entry points of its pyproject.toml."""
    project = tomllib.loads((PACKAGE / "pyproject.toml").read_text())["project"]
    site = tmp_path / "site"
    metadata = site / f"last_come_first_served-{project['version']}.dist-info"
    metadata.mkdir(parents=True)
    shutil.copy(PACKAGE / "last_come_first_served.py", site)
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    groups = project["entry-points"].items()
    (metadata / "entry_points.txt").write_text(
        "".join(f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in names.items()) for group, names in groups)
    )
    return site


def run(scenario: Path, *folders: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", PROGRAM, str(scenario)]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_an_installed_policy_decides(scenario: Path, installed: Path) -> None:
    done = run(scenario, installed)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [11, 12, 13, 14]


def test_a_policy_that_is_not_installed_is_a_mistake_in_the_file(scenario: Path) -> None:
    done = run(scenario)
    assert done.returncode != 0
    assert "unknown allocation policy 'last_come_first_served'" in done.stderr
