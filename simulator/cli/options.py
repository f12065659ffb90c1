"""Arguments and options that several commands take."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

ScenarioFile = Annotated[Path, typer.Argument(metavar="SCENARIO", help="Scenario file (YAML).")]
Alternative = Annotated[
    str | None, typer.Option("--alternative", "-a", metavar="NAME", help="Alternative in the file to apply.")
]
Settings = Annotated[
    list[str] | None,
    typer.Option("--set", "-s", metavar="PATH=VALUE", help="Change a value, as run.seed=7; may be repeated."),
]
Over = Annotated[
    list[str],
    typer.Option(
        metavar="PATH=VALUES", help="Vary a value: low:high:step, low:high or a,b,c; may be repeated."
    ),
]
Metrics = Annotated[list[str] | None, typer.Option(metavar="NAME", help="Figure to show; may be repeated.")]
Replications = Annotated[int | None, typer.Option(min=1, help="Independent repetitions.")]
Seed = Annotated[int | None, typer.Option(min=0, help="Seed of all random numbers.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Processes; left out: one a core.")]
Cluster = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Let a Dask cluster do the work, as tcp://10.0.0.5:8786."),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Go on from what an interrupted one has finished, play only the rest."),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where result folders go.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are.")]


class KeepOrders(Enum):
    """Whose order lines go into the run folder."""

    first = "first"
    all = "all"
