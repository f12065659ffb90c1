"""Program around the commands: options, exit codes, warnings, and the handling of errors."""

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
    """Exit codes of the program."""

    DONE = 0
    CHECK_FAILED = 1
    MISTAKE = 2
    """Mistake in the command, in a scenario, or in a file or folder that they name."""
    SIMULATOR_FAULT = 3
    """Fault of the simulator."""
    INTERRUPTED = 130
    NO_READER = 141
    """Pipe closed by the reader of the output, as ``head`` does."""


@dataclass
class Options:
    """Options given before the name of the command."""

    debug: bool = False


class Commands(TyperGroup):
    """Group of all commands, which reports every error that is not a fault of the simulator."""

    def invoke(self, ctx: Any) -> Any:
        """Run the chosen command; its errors become messages and exit codes."""
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except KeyboardInterrupt as stop:
            tell("Interrupted.")
            tell_notes(stop)
            raise typer.Exit(ExitCode.INTERRUPTED) from None
        except BrokenPipeError:
            # The rest of the buffer is discarded, or Python would report an error on exit.
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
        if isinstance(stream, TextIOWrapper):  # not the stream of a test
            # A terminal that cannot show ± shows a question mark instead of failing.
            stream.reconfigure(errors="replace")
    asked = Options()
    try:
        app(obj=asked)
    except Exception as error:  # noqa: BLE001 - any error that comes here is a fault
        _report_fault(error, debug=asked.debug)
        sys.exit(ExitCode.SIMULATOR_FAULT)


def _version(wanted: bool) -> None:  # noqa: FBT001 - Typer passes it by position
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
    """Simulate supply chains in which customers wait: how many, how long, and how other policies change that.

    Start with 'simulator new my_shop' and 'simulator run my_shop.yaml'.
    """
    ctx.obj.debug = debug


def tell(text: str) -> None:
    """Print a text to standard error, with control characters made visible."""
    typer.echo(visible(text), err=True)


def tell_notes(error: BaseException) -> None:
    """Print the notes that were added to an error, such as how to resume after it."""
    for note in getattr(error, "__notes__", ()):
        tell(note)


def _report_fault(error: Exception, *, debug: bool) -> None:
    """Report a fault of the simulator: write a log file, or with ``debug`` print the traceback."""
    if debug:
        traceback.print_exception(error)
        return
    from simulator.reports.files.fault_log import write_log

    summary = f"{type(error).__name__}: {error}".partition("\n")[0]
    tell(f"simulator: this is a fault of the simulator, not yours: {summary}")
    tell(f"The details are in {write_log(error)}; 'simulator --debug ...' shows them here.")
    tell_notes(error)


_MOST: Final = 20
"""Largest number of warnings printed; the others are counted."""


def tell_idle(idle: Sequence[Mistake], *, strict: bool) -> None:
    """Print keys without effect to standard error.

    Keys of the same name and file with the same reason are printed once, with their number.

    Args:
        idle: the keys.
        strict: True to treat them as mistakes.

    Raises:
        ScenarioError: with all keys, if ``strict`` is True and there are any.
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
