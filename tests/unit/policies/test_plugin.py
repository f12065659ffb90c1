"""A policy from another package: installed it works like a built-in one, not installed it is a mistake."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
PACKAGES = ROOT / "tests" / "plugins"

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

ALLOCATED = """
import json, sys
from simulator.model.world import simulate
from simulator.scenario.load import load
book = simulate(load(sys.argv[1]), 0).book
print(json.dumps([time for time, got in zip(book.time, book.allocated) if got == 15.0]))
"""

# 10 units every 10 days; the mill's mean lead time is 6 days, its 9th decile 22.
SOURCES = """
run: {horizon: 41 days, cool_down: 0 days}
products: {book: {price: 20, cost: 12}}
demand:
  - {product: book, arrivals: {type: renewal, interval: 1 day}}
warehouses: {shop: {stock: 0}}
suppliers:
  mill: {lead_time: {dist: discrete, values: {2 days: 80 %, 22 days: 20 %}}, price: 5, lot: 10}
  press: {lead_time: 5 days, price: 6, order_cost: 10, capacity: {units: 10, per: 20 days}}
  shop: {lead_time: 1 day, price: 9}
policies:
  replenishment: {type: standing_order, every: 10 days, Q: 10}
"""

BOUGHT = """
import json, sys
from simulator.model.world import simulate
from simulator.scenario.load import load
found = [simulate(load(path), 0).purchases for path in sys.argv[1:]]
print(json.dumps([list(zip(orders.placed.tolist(), orders.source.tolist())) for orders in found]))
"""


@pytest.fixture
def scenario(tmp_path: Path) -> Path:
    path = tmp_path / "scenario.yaml"
    path.write_text(SCENARIO)
    return path


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """A folder with all packages as an installer leaves it: modules, and the entry points of each pyproject.toml."""
    site = tmp_path / "site"
    for package in PACKAGES.iterdir():
        install(package, site)
    return site


def install(package: Path, site: Path) -> None:
    project = tomllib.loads((package / "pyproject.toml").read_text())["project"]
    metadata = site / f"{package.name}-{project['version']}.dist-info"
    metadata.mkdir(parents=True)
    shutil.copy(package / f"{package.name}.py", site)
    (metadata / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: {project['name']}\nVersion: {project['version']}\n"
    )
    groups = project["entry-points"].items()
    (metadata / "entry_points.txt").write_text(
        "".join(f"[{group}]\n" + "".join(f"{k} = {v}\n" for k, v in names.items()) for group, names in groups)
    )


def run(
    *scenarios: Path, site: Path | None = None, program: str = ALLOCATED
) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *map(str, scenarios)]
    folders = [ROOT] if site is None else [site, ROOT]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(map(str, folders))}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_an_installed_policy_decides(scenario: Path, installed: Path) -> None:
    done = run(scenario, site=installed)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [11, 12, 13, 14]


def test_a_policy_that_is_not_installed_is_a_mistake_in_the_file(scenario: Path) -> None:
    done = run(scenario)
    assert done.returncode != 0
    assert "unknown allocation policy 'last_come_first_served'" in done.stderr


BOUGHT_BY_KEYS = {
    "at_most: 9": [2, 2, 2, 2],
    # a unit of the press costs 7; it has room on days 10, 20 (a new period) and 40
    "at_most: 7": [1, 1, 0, 1],
    "at_most: 6.9": [0, 0, 0, 0],
    # the order of day 30 takes the period from day 40 on, so that on day 40 the press has room on day 60
    "at_most: 7, certainty: 90 %": [1, 1, 1, 0],
    "at_most: 7, certainty: 70 %": [0, 0, 0, 0],
    "at_most: 3": [0, 0, 0, 0],
}


def test_an_installed_sourcing_policy_buys(tmp_path: Path, installed: Path) -> None:
    paths = [tmp_path / f"{k}.yaml" for k in range(len(BOUGHT_BY_KEYS))]
    for path, keys in zip(paths, BOUGHT_BY_KEYS, strict=True):
        path.write_text(f"{SOURCES}  sourcing: {{type: quickest_affordable, {keys}}}\n")
    done = run(*paths, site=installed, program=BOUGHT)
    assert done.returncode == 0, done.stderr
    for (keys, sources), bought in zip(BOUGHT_BY_KEYS.items(), json.loads(done.stdout), strict=True):
        assert bought == [[10.0 * (k + 1), source] for k, source in enumerate(sources)], keys


def test_the_example_of_the_sourcing_package_is_right(tmp_path: Path, installed: Path) -> None:
    (example,) = re.findall(
        r"```yaml\n(.*?)```", (PACKAGES / "quickest_affordable" / "README.md").read_text(), re.DOTALL
    )
    path = tmp_path / "scenario.yaml"
    path.write_text(f"{example}run: {{horizon: 60 days}}\n")
    done = run(path, site=installed, program=BOUGHT)
    assert done.returncode == 0, done.stderr
    (bought,) = json.loads(done.stdout)
    assert {source for _, source in bought} == {0, 1}


# Goods take 3 days. A line comes each day from day 1 on; the hub delivers in 1 day, the outlet in 3, the depot in 2.
ROUTES = """
run: {horizon: 8 days, cool_down: 20 days}
products: {book: {price: 20, cost: 12}}
demand:
  - {product: book, region: north, arrivals: {type: renewal, interval: 1 day}}
warehouses:
  hub: {serves: [north], stock: 1, delivery: 1 day, delivery_cost: 4}
  outlet: {serves: [north], stock: 1, delivery: 3 days, delivery_cost: 4}
  depot: {serves: [north], stock: 9, delivery: 2 days, delivery_cost: 7}
suppliers: {press: {lead_time: 3 days}}
policies:
  replenishment: {type: base_stock, S: 1}
"""

SERVED = """
import json, sys
from simulator.model.world import simulate
from simulator.scenario.load import load
books = [simulate(load(path), 0).book for path in sys.argv[1:]]
print(json.dumps([
    [f"{book.warehouses[site]} {day:g}" for site, day in zip(book.served_from, book.delivered)][:5] for book in books
]))
"""

SERVED_BY_KEYS = {
    # what the hub orders on day 1 is with the second customer on day 5, as the outlet's unit would be; and so on
    "at_most: 4": ["hub 2", "hub 5", "hub 6", "hub 7", "hub 8"],
    # the depot always has a unit that takes two days: on days 3 and 5 the next one of the hub is there no later
    "at_most: 9": ["hub 2", "depot 4", "hub 5", "depot 6", "hub 7"],
    "at_most: 3": ["hub 2", "hub 5", "hub 6", "hub 7", "hub 8"],
}


def test_an_installed_routing_policy_serves(tmp_path: Path, installed: Path) -> None:
    paths = [tmp_path / f"{k}.yaml" for k in range(len(SERVED_BY_KEYS))]
    for path, keys in zip(paths, SERVED_BY_KEYS, strict=True):
        path.write_text(f"{ROUTES}  routing: {{type: soonest_to_customer, {keys}}}\n")
    done = run(*paths, site=installed, program=SERVED)
    assert done.returncode == 0, done.stderr
    for (keys, expected), served in zip(SERVED_BY_KEYS.items(), json.loads(done.stdout), strict=True):
        assert served == expected, keys


def test_the_example_of_the_routing_package_is_right(tmp_path: Path, installed: Path) -> None:
    (example,) = re.findall(
        r"```yaml\n(.*?)```", (PACKAGES / "soonest_to_customer" / "README.md").read_text(), re.DOTALL
    )
    path = tmp_path / "scenario.yaml"
    path.write_text(f"{example}run: {{horizon: 60 days}}\n")
    done = run(path, site=installed, program=SERVED)
    assert done.returncode == 0, done.stderr
