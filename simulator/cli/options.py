"""Arguments and options shared by several commands, single and in groups."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # not needed for --help
    from simulator.experiments.sweeping.variants import Variants


def _work_limit(text: str | None) -> str | None:
    """Return the text of a limit of time and memory, once it has been tested.

    Raises:
        typer.BadParameter: the text cannot be read.
    """
    if text is not None:
        from simulator.experiments.workers.work_limits import WorkLimit as Understood

        try:
            Understood.parse(text)
        except ValueError as error:
            raise typer.BadParameter(str(error)) from None
    return text


def divided_limit(text: str | None, least: int) -> tuple[int | None, str | None]:
    """Split the text of ``--limit`` into a number of replications and a limit of time and memory.

    Args:
        text: either or both, with commas between; None for neither.
        least: smallest number of replications allowed.

    Returns:
        Number of replications and text of the limit, each None if not given.

    Raises:
        typer.BadParameter: there are several numbers, one is too small, or the limit cannot be read.

    >>> divided_limit("500, 3 days", 20)
    (500, '3 days')
    """
    parts = [] if text is None else [part.strip() for part in text.split(",")]
    numbers = [part for part in parts if part.isdecimal()]
    others = [part for part in parts if not part.isdecimal()]
    if len(numbers) > 1 or any(int(number) < least for number in numbers):
        raise typer.BadParameter(f"most replications are one number, at least {least}", param_hint="--limit")
    work = ", ".join(others) or None
    return (int(numbers[0]) if numbers else None), _work_limit(work)


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
Limit = Annotated[
    str | None,
    typer.Option(
        metavar="LIMIT",
        callback=_work_limit,
        help="Time and memory that may be taken, as '3 days', '64 GB' or 'none'; left out: 1 day, 16 GB.",
    ),
]
Resume = Annotated[
    bool,
    typer.Option("--resume", help="Go on from what an interrupted one has finished, play only the rest."),
]
Out = Annotated[Path, typer.Option(metavar="DIR", help="Where result folders go.")]
Strict = Annotated[bool, typer.Option("--strict", help="Take keys without effect for mistakes.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")]
Quiet = Annotated[bool, typer.Option("--quiet", "-q", help="Print only where the results are.")]


class KeepOrders(Enum):
    """Replications whose order lines go into the result folder."""

    first = "first"
    all = "all"


@dataclass(frozen=True, kw_only=True)
class Version:
    """Options that choose a version of the scenario in a file: an alternative, and values set by hand."""

    alternative: Alternative = None
    settings: Settings = None

    @property
    def overrides(self) -> tuple[str, ...]:
        """Values set by hand, as texts ``path=value``."""
        return tuple(self.settings or ())


@dataclass(frozen=True, kw_only=True)
class SamplingOptions:
    """Options that replace the number of replications and the seed of a scenario."""

    replications: Replications = None
    seed: Seed = None


def variants(scenario: Path, version: Version, draws: SamplingOptions) -> Variants:
    """Return the variants of a scenario, with the options applied to all of them."""
    from simulator.experiments.sweeping.variants import Variants

    return Variants(
        scenario, version.alternative, version.overrides, replications=draws.replications, seed=draws.seed
    )


def command_words(
    command: str, scenario: Path, version: Version, draws: SamplingOptions, **words: object
) -> dict[str, object]:
    """Return the arguments of a command as plain data, by which an unfinished plan is found again.

    Args:
        command: name of the command.
        scenario: path of the scenario file.
        version: options that choose the version of the scenario.
        draws: options that replace replications and seed.
        words: all other arguments that decide the plan.
    """
    return {
        "command": command,
        "scenario": str(scenario.resolve()),
        **words,
        "alternative": version.alternative,
        "set": list(version.overrides),
        "replications": draws.replications,
        "seed": draws.seed,
    }
