"""Session of a command that plays: its workers, its unfinished result, and its output at the end."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import typer

from simulator.cli import options
from simulator.cli.app import ExitCode, tell, tell_idle
from simulator.values.mistakes import Mistake

if TYPE_CHECKING:  # not needed for --help
    from rich.console import Console

    from simulator.reports.files.experiment_plans import ExperimentPlan
    from simulator.reports.files.manifest import Recorded
    from simulator.reports.files.result_folders import ResultFolder
    from simulator.reports.files.unfinished_results import Unfinished
    from simulator.reports.results.execution import Execution

Results = TypeVar("Results", bound="Recorded")


@dataclass(frozen=True, kw_only=True)
class SessionOptions:
    """Options of every command that plays scenarios."""

    workers: options.Workers = None
    cluster: options.Cluster = None
    limit: options.Limit = None
    out: options.Out = Path("results/runs")
    as_json: options.AsJson = False
    quiet: options.Quiet = False
    strict: options.Strict = False
    resume: options.Resume = False
    idle: list[Mistake] = field(default_factory=list, init=False)
    """Keys without effect, collected by `warn` for the record."""

    def carry_out(
        self,
        folder: ResultFolder,
        play: Callable[[Execution], Results],
        show: Callable[[Console, Results], None],
        version: options.Version,
        *,
        plan: ExperimentPlan | None = None,
        what: str = "Replications",
        plain: Callable[[Results], Mapping[str, Any]] | None = None,
    ) -> None:
        """Play an experiment, save its results and print them.

        Args:
            folder: folder of the results.
            play: function that plays the experiment.
            show: function that prints the results for the user.
            version: version of the scenario, for the record.
            plan: plan to resume after an interruption, for experiments of many scenarios.
            what: label of the progress bar.
            plain: function that returns the figures for ``--json``; by default those of the results.

        Raises:
            typer.BadParameter: a figure that the command names does not exist.
            typer.Exit: the user interrupted after there were results; these are saved.
        """
        from simulator.experiments.statistics.ranking_and_selection import NoFigureError
        from simulator.reports.results.execution import Stopped

        stopped = False
        with self.unfinished_result(folder, plan) as left:
            try:
                with self.execution(left, version, what) as by:
                    results = play(by)
                place = folder.fill(results.write)
            except NoFigureError as error:
                left.discard()
                raise typer.BadParameter(str(error)) from None
            except Stopped as stop:
                stopped, results, place = True, stop.results, left.path
                left.show(results.write, "")
        self.answer(
            place,
            results.plain if plain is None else lambda: plain(results),
            lambda screen: show(screen, results),
        )
        if stopped:
            tell("Interrupted. To go on from there: the same command with --resume.")
            raise typer.Exit(ExitCode.INTERRUPTED)

    @contextmanager
    def unfinished_result(
        self, folder: ResultFolder, plan: ExperimentPlan | None = None
    ) -> Iterator[Unfinished]:
        """Open the unfinished result, which keeps finished trials until the result folder is filled.

        Args:
            folder: folder of the results.
            plan: plan to write beside the trials.
        """
        from simulator.reports.files.unfinished_results import Unfinished

        with folder, Unfinished(folder, resume=self.resume) as left:
            if plan is not None:
                left.show(plan.write, left.note)
            else:
                self.mention(left.hint)
            yield left

    @contextmanager
    def execution(
        self, left: Unfinished, version: options.Version, what: str = "Replications"
    ) -> Iterator[Execution]:
        """Start the workers and the progress bar, and yield the means of playing.

        Args:
            left: unfinished result, whose journal keeps the trials.
            version: version of the scenario, for the record.
            what: label of the progress bar.
        """
        from simulator.experiments.workers.work_limits import WorkLimit
        from simulator.experiments.workers.workers import Workers
        from simulator.reports.console.progress_bar import progress_bar
        from simulator.reports.results.execution import Execution

        with (
            progress_bar(quiet=self.quiet, what=what) as progress,
            Workers(
                self.workers, self.cluster, limit=WorkLimit.parse(self.limit), tell=self.mention
            ) as workers,
        ):
            yield Execution(
                workers=workers,
                journal=left.journal,
                progress=progress,
                alternative=version.alternative,
                overrides=version.overrides,
                idle=self.idle,
            )

    def followed(self, asked: Mapping[str, Any], made: Callable[[], ExperimentPlan]) -> ExperimentPlan:
        """Return the plan to play: with ``--resume`` an unfinished one of the same command, else a new one.

        Args:
            asked: arguments of the command.
            made: function that makes a new plan.
        """
        from simulator.reports.files.experiment_plans import followed

        plan, told = followed(self.out, asked, made, resume=self.resume)
        self.mention(told)
        return plan

    def mention(self, remark: str | None) -> None:
        """Print a remark to standard error, unless it is empty or ``--quiet`` is given."""
        if remark and not self.quiet:
            tell(remark)

    def warn(self, idle: Sequence[Mistake]) -> None:
        """Print keys without effect, unless ``--quiet`` is given, and keep them for the record.

        Raises:
            ScenarioError: with all keys, if ``--strict`` is given and there are any.
        """
        if not self.quiet or self.strict:
            tell_idle(idle, strict=self.strict)
        self.idle.extend(idle)

    def answer(
        self, place: Path, plain: Callable[[], Mapping[str, Any]], show: Callable[[Console], None]
    ) -> None:
        """Print the results as JSON, or for the user with the path of the result folder.

        Args:
            place: path of the result folder.
            plain: function that returns the figures for ``--json``.
            show: function that prints the results; not called with ``--quiet``.
        """
        from simulator.reports.console.screen import screen, show_folder
        from simulator.reports.files.json_files import json_text, versioned

        if self.as_json:
            typer.echo(json_text(versioned(plain()), ascii_only=True))
            return
        console = screen()
        if not self.quiet:
            show(console)
        show_folder(console, place)


@contextmanager
def usage() -> Iterator[None]:
    """Convert a ``ValueError`` in the block to a mistake in the command, ``typer.BadParameter``."""
    try:
        yield
    except ValueError as error:
        raise typer.BadParameter(str(error)) from None
