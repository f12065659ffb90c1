"""SHA-256 of what two source trees make of the same scenarios, to show that a change of structure moves no figure.

Every scenario is played with each of its alternatives, free and step by step (in windows where it asks for them), by
a process of its own for each tree. Hashed are the tables of orders, purchase orders, stock and cash over time,
contacts and messages, column by column, and the figures overall and by group. Columns that only one tree has are
named and not compared.

    git worktree add /tmp/old COMMIT
    python -m tests.benchmarks.same_figures /tmp/old . [--only baseline loyalty] [--shorten 60]

With one tree its hashes are printed; with two the scenarios are those of the first, and the exit code is 1 if they
differ.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    import pandas as pd

    from simulator.metrics.figures import Figures
    from simulator.scenario.scenario import Scenario

Hashes = dict[str, dict[str, str]]
"""Table -> column -> SHA-256."""


def main() -> None:
    """Compare trees; play one of them if it is the process for that."""
    asked = argparse.ArgumentParser(prog="python -m tests.benchmarks.same_figures")
    asked.add_argument(
        "trees", nargs="+", type=Path, help="checkouts: one to be hashed or two to be compared"
    )
    asked.add_argument("--only", nargs="*", default=[], help="scenarios: names, or paths of files")
    asked.add_argument("--shorten", type=float, help="days, at most, of each run")
    asked.add_argument("--replications", type=int, default=2)
    asked.add_argument("--play", action="store_true", help=argparse.SUPPRESS)
    wanted = asked.parse_args()
    if wanted.play:
        for path in wanted.trees:
            for name, hashes in played(path, wanted.shorten, wanted.replications):
                sys.stdout.write(json.dumps([name, hashes]) + "\n")
                sys.stdout.flush()
        return
    options = ["--replications", str(wanted.replications)]
    options += [] if wanted.shorten is None else ["--shorten", str(wanted.shorten)]
    files = scenario_files(wanted.trees[0], wanted.only)
    differences = 0
    for worlds in zip(*(hashes_of(tree, files, options) for tree in wanted.trees), strict=True):
        differences += shown(worlds)
    sys.stdout.write(f"{differences} differences\n" if len(wanted.trees) > 1 else "")
    sys.exit(min(differences, 1))


def scenario_files(tree: Path, only: Sequence[str]) -> list[Path]:
    """The scenarios of a tree, or those that are asked for."""
    if only:
        return [
            Path(name).resolve()
            if name.endswith(".yaml")
            else (tree / "scenarios" / f"{name}.yaml").resolve()
            for name in only
        ]
    return sorted((tree / "scenarios").resolve().rglob("*.yaml"))


def hashes_of(tree: Path, files: Sequence[Path], options: Sequence[str]) -> Iterator[tuple[str, Hashes]]:
    """Play the scenarios in a process that imports the simulator from ``tree``."""
    command = [sys.executable, "-P", __file__, "--play", *options, *map(str, files)]
    environment = {**os.environ, "PYTHONPATH": str(tree.resolve())}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        assert process.stdout is not None
        for line in process.stdout:
            name, hashes = json.loads(line)
            yield name, hashes
    if process.returncode:
        raise SystemExit(f"{tree}: the scenarios could not be played")


def shown(worlds: Sequence[tuple[str, Hashes]]) -> int:
    """Print the hashes of one world in each tree; returns how many of its tables differ."""
    differences, (name, first) = 0, worlds[0]
    for table in sorted({table for _, hashes in worlds for table in hashes}):
        columns = [hashes.get(table, {}) for _, hashes in worlds]
        common = set(first.get(table, {})).intersection(*columns)
        digests = [digest(column, common) for column in columns]
        apart = sorted({column for tree in columns for column in tree} - common)
        note = f" (not compared: {', '.join(apart)})" if apart else ""
        if len(set(digests)) > 1:
            differences += 1
            moved = [column for column in sorted(common) if len({tree[column] for tree in columns}) > 1]
            note += f" DIFFERS: {', '.join(moved)}"
        sys.stdout.write(f"{name}: {table} {digests[0]}{note}\n")
        sys.stdout.flush()
    return differences


def digest(columns: Mapping[str, str], names: set[str]) -> str:
    """One hash of the columns of these names."""
    return hashlib.sha256("".join(f"{name}{columns[name]}" for name in sorted(names)).encode()).hexdigest()


def played(path: Path, days: float | None, replications: int) -> Iterator[tuple[str, Hashes]]:
    """Play a scenario file and its alternatives: name and hashes of each way to play each replication."""
    from simulator import load
    from simulator.metrics.figures import figures
    from simulator.model.world import simulate

    replicate = of_either_tree("experiments.replications.replications", "experiments.replicate").replicate
    for alternative in (None, *load(path).alternatives):
        scenario = shortened(load(path, alternative), days)
        name = path.stem if alternative is None else f"{path.stem} ({alternative})"
        if scenario.run.window is not None:
            windows = replicate(scenario, replications, 1).figures
            for number, found in enumerate(windows):
                yield f"{name}, {number}, windows", {"figures": of_figures(found)}
            continue
        for number in range(replications):
            for step in (False, True):
                record = simulate(scenario, number, step=step)
                hashes = of_tables({number: record}) | {"figures": of_figures(figures(record))}
                yield f"{name}, {number}, {'stepped' if step else 'free'}", hashes


def of_either_tree(*names: str) -> Any:
    """Import the first of these modules of the simulator that the tree has."""
    for name in names[:-1]:
        with suppress(ModuleNotFoundError):
            return import_module(f"simulator.{name}")
    return import_module(f"simulator.{names[-1]}")


def shortened(scenario: Scenario, days: float | None) -> Scenario:
    """The scenario, its horizon no later than ``days``."""
    run = scenario.run
    if days is None or run.horizon <= days:
        return scenario
    window = None if run.window is None else max(1.0, days // 4)
    update = {"horizon": days, "warm_up": min(run.warm_up, days / 4), "window": window}
    return scenario.model_copy(update={"run": run.model_copy(update=update)})


def of_tables(records: dict[int, object]) -> Hashes:
    """Hashes of every table that a run folder may hold."""
    data_frames = of_either_tree("reports.files.data_frames", "reports.frames")
    tables = ("orders", "purchases", "steps", "cash_steps", "contacts", "messages")
    return {table: of_frame(getattr(data_frames, f"{table}_frame")(records)) for table in tables}


def of_frame(frame: pd.DataFrame) -> dict[str, str]:
    """Hash of each column: its values bit by bit, names of categories included."""
    found = {}
    for name in frame.columns:
        values = frame[name]
        plain = values.to_numpy() if isinstance(values.dtype, np.dtype) else values.astype(str).to_numpy()
        content = "\n".join(map(str, plain)).encode() if plain.dtype == object else plain.tobytes()
        found[str(name)] = hashlib.sha256(content).hexdigest()
    return found


def of_figures(figures: Figures) -> dict[str, str]:
    """Hash of each metric, overall and in every group."""
    parts: dict[str, list[str]] = {name: [] for name in figures.names}
    for row, name in enumerate(figures.names):
        parts[name].append(figures.overall[row].tobytes().hex())
        for dimension, (groups, values) in figures.by.items():
            if groups:  # a tree may not know the dimension
                parts[name].append(f"{dimension} {groups} {values[row].tobytes().hex()}")
    return {name: hashlib.sha256("".join(part).encode()).hexdigest() for name, part in parts.items()}


if __name__ == "__main__":
    main()
