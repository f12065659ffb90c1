"""Inputs for the simulator by number: the scenario file and the data files that it names."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from random import Random

from tests.fuzz.grammar import Grammar
from tests.fuzz.histories import COLUMNS, history, name
from tests.fuzz.mutations import change_bytes, change_text, change_values

SCENARIOS = Path("scenarios")
_SHORT = ("run.horizon=30 days", "run.warm_up=0 days", "run.cool_down=20 days", "run.replications=1")
"""What shortens a file of the scenarios folder."""


@dataclass(frozen=True)
class Input:
    """Files to be written into one folder; ``shop.yaml`` is the scenario."""

    kind: str
    files: Mapping[str, bytes]
    settings: tuple[str, ...] = ()

    def write(self, folder: Path) -> Path:
        """Write the files into a folder and return the path of the scenario."""
        for file, data in self.files.items():
            (folder / file).write_bytes(data)
        return folder / "shop.yaml"


def made(random: Random) -> Input:
    """One input of any kind."""
    kind = random.random()
    if kind < 0.4:
        return _grammar(random)
    if kind < 0.65:
        return _wrong(random)
    if kind < 0.75:
        return _real(random)
    return _data(random)


def _text(data: object) -> str:
    return json.dumps(data, ensure_ascii=False, indent=1)


def _grammar(random: Random) -> Input:
    return Input("grammar", {"shop.yaml": _text(Grammar(random).scenario()).encode()})


def _wrong(random: Random) -> Input:
    data = Grammar(random).scenario()
    if random.random() < 0.6:
        return Input(
            "values", {"shop.yaml": _text(change_values(data, random)).encode("utf-8", "surrogatepass")}
        )
    text = change_text(_text(data), random).encode("utf-8", "surrogatepass")
    return Input("text", {"shop.yaml": text if random.random() < 0.7 else change_bytes(text, random)})


@cache
def _real_files() -> dict[str, str]:
    return {file.name: file.read_text(encoding="utf-8") for file in sorted(SCENARIOS.glob("*.yaml"))}


def _real(random: Random) -> Input:
    """A file of the scenarios folder with its text changed; what it extends is there as it is."""
    files = {file: text.encode() for file, text in _real_files().items()}
    chosen = random.choice([file for file in files if file not in {"baseline.yaml", "rare_failures.yaml"}])
    text = change_text(_real_files()[chosen], random)
    return Input("real", {**files, "shop.yaml": text.encode("utf-8", "surrogatepass")}, _SHORT)


def _data(random: Random) -> Input:
    """A scenario with an order history."""
    data = history(random)
    if random.random() < 0.15:
        data = change_bytes(data, random)
    file, data = name(random, data)
    columns = {
        column: column
        for column in COLUMNS
        if column in {"time", "product", "quantity"} or random.random() < 0.5
    }
    entry = {"orders": file, "columns": columns}
    if random.random() < 0.3:
        entry["returns"] = "skip"
    scenario = {
        "products": {"from": file}
        if random.random() < 0.5
        else {"tea": {}, "pots": {"price": 3}, "crème": {}},
        "customers": {"members": {}, "passers-by": {"patience": "3 days"}},
        "demand": [entry],
        "run": {
            "replications": 1,
            "cool_down": "5 days",
            **({"horizon": "20 days"} if random.random() < 0.5 else {}),
        },
        "policies": {"replenishment": Grammar(random).replenishment()},
    }
    if random.random() < 0.1:
        scenario = change_values(scenario, random)
    return Input("data", {"shop.yaml": _text(scenario).encode("utf-8", "surrogatepass"), file: data})
