"""Program around the commands: its name, exit codes and warnings, and an answer to whatever goes wrong."""

from __future__ import annotations

import os
import sys
import traceback
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum
from io import TextIOWrapper
from typing import Annotated, Any, Final

import typer
from typer.core import TyperGroup

from simulator.experiments.workers.optional_libraries import MissingExtraError
from simulator.values.mistakes import Mistake, RunError, ScenarioError, visible

_NO_MEMORY: Final = (
    "memory ran out. Try fewer workers (--workers 1), a shorter 'run.horizon', or 'run.window', which keeps a part of "
    "the run in memory at a time"
)


class ExitCode(IntEnum):
    """Exit codes."""

    DONE = 0
    CHECK_FAILED = 1
    MISTAKE = 2
    """In the command, in a scenario, or in what they refer to, such as a folder that cannot be written."""
    OUR_FAULT = 3
    INTERRUPTED = 130
    NO_READER = 141
    """Whoever read the output has gone, as ``head`` does."""


@dataclass
class Options:
    """Options that stand before the command."""

    debug: bool = False


class Commands(TyperGroup):
    """The commands, with an answer to whatever goes wrong that is not our fault."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt as stop:
            tell("Interrupted.")
            tell_notes(stop)
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except BrokenPipeError:
            # What is left in the buffer goes nowhere; else Python would complain when it ends.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            raise typer.Exit(ExitCode.NO_READER) from None
        except typer.BadParameter as error:
            error.message = visible(error.message)
            raise
        except ScenarioError as error:
            tell(str(error))
            raise typer.Exit(ExitCode.MISTAKE) from None
        except (MissingExtraError, RunError) as error:
            tell(f"simulator: {error}")
            tell_notes(error)
            raise typer.Exit(ExitCode.MISTAKE) from None
        except MemoryError as error:
            if ctx.obj.debug:
                raise
            tell(f"simulator: {_NO_MEMORY}")
            tell_notes(error)
            raise typer.Exit(ExitCode.MISTAKE) from None
        except OSError as error:
            if ctx.obj.debug:
                raise
            tell(f"simulator: {f'{error.filename}: ' if error.filename else ''}{error.strerror or error}")
            tell_notes(error)
            raise typer.Exit(ExitCode.MISTAKE) from None
        return result


app = typer.Typer(
    cls=Commands,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def main() -> None:
    """Entry point of ``simulator``."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):  # and not what a test reads from
            # A terminal that has no sign for ± gets another one, not an error.
            stream.reconfigure(errors="replace")
    asked = Options()
    try:
        app(obj=asked)
    except Exception as error:  # noqa: BLE001 - whatever comes up to here is a fault of ours
        _confess(error, debug=asked.debug)
        sys.exit(ExitCode.OUR_FAULT)


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer calls it so
    if wanted:
        from simulator.reports.files.version import __version__

        typer.echo(f"simulator {__version__}")
        raise typer.Exit


@app.callback()
def options(
    ctx: typer.Context,
    *,
    debug: Annotated[bool, typer.Option("--debug", help="Show the full traceback of a fault.")] = False,
    version: Annotated[  # noqa: ARG001 - its callback acts on it
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Simulate supply chains in which customers wait: who waits, how long, and what other policies would change.

    Start with 'simulator new my_shop' and 'simulator run my_shop.yaml'.
    """
    ctx.obj.debug = debug


def tell(text: str) -> None:
    """Print a line to standard error; control characters in names become visible."""
    typer.echo(visible(text), err=True)


def tell_notes(error: BaseException) -> None:
    """Print what was noted about an error on its way, such as how to go on after it."""
    for note in getattr(error, "__notes__", ()):
        tell(note)


def _confess(error: Exception, *, debug: bool) -> None:
    """Say that something went wrong that should not have, and leave a log file with the details."""
    if debug:
        traceback.print_exception(error)
        return
    from simulator.reports.files.fault_log import write_log

    summary = f"{type(error).__name__}: {error}".partition("\n")[0]
    tell(f"simulator: this is a fault of the simulator, not yours: {summary}")
    tell(f"The details are in {write_log(error)}; 'simulator --debug ...' shows them here.")
    tell_notes(error)


_MOST: Final = 20
"""Warnings told in full; the rest are counted."""


def tell_idle(idle: Sequence[Mistake], *, strict: bool) -> None:
    """Print keys without effect to standard error, those that differ only in whose they are once.

    Args:
        idle: the keys.
        strict: take them for mistakes.

    Raises:
        ScenarioError: with all of them, where they are mistakes.
    """
    if idle and strict:
        raise ScenarioError(idle)
    kinds = {one: (one.file, one.path.rpartition(".")[2], one.message) for one in idle}
    alike = Counter(kinds.values())
    first: dict[tuple[str, str, str], Mistake] = {}
    for one, kind in kinds.items():
        first.setdefault(kind, one)
    for kind, one in list(first.items())[:_MOST]:
        more = alike[kind] - 1
        tell(f"{one} (and {more} more such {'key' if more == 1 else 'keys'})" if more else str(one))
    if len(first) > _MOST:
        tell(f"… and {len(first) - _MOST} other kinds of keys without effect; --strict tells all.")
