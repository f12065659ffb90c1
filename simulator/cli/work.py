"""How a command goes about its work: who plays, what is kept until it is done, what stands on the screen then."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from simulator.cli.app import tell
from simulator.cli.idle_keys import tell_idle
from simulator.scenario.mistakes import Mistake

if TYPE_CHECKING:  # nothing of this is needed for --help
    from rich.console import Console

    from simulator.experiments.trials import Progress
    from simulator.experiments.workers import Workers
    from simulator.reports.folders import ResultFolder
    from simulator.reports.plans import Plan
    from simulator.reports.unfinished import Unfinished


@dataclass(frozen=True, kw_only=True)
class Work:
    """What the user wants of a command whatever its question is: the options of these names."""

    workers: int | None
    cluster: str | None
    limit: str | None
    resume: bool
    as_json: bool
    quiet: bool
    strict: bool = False
    idle: list[Mistake] = field(default_factory=list)
    """Keys without effect that were told."""

    @contextmanager
    def begun(self, folder: ResultFolder, plan: Plan | None = None) -> Iterator[Unfinished]:
        """What is finished is kept here until the folder is filled; with a plan, if there is one to go on with."""
        from simulator.reports.unfinished import Unfinished

        with folder, Unfinished(folder, resume=self.resume) as left:
            if plan is not None:
                left.show(plan.write, left.note)
            else:
                self.mention(left.hint)
            yield left

    @contextmanager
    def hands(self, what: str = "Replications") -> Iterator[tuple[Workers, Progress]]:
        """Those who play, and a bar that shows how many of ``what`` are done."""
        from simulator.experiments.limits import Limit
        from simulator.experiments.workers import Workers
        from simulator.reports.progress import progress_bar

        with (
            progress_bar(quiet=self.quiet, what=what) as progress,
            Workers(self.workers, self.cluster, limit=Limit.parse(self.limit), tell=self.mention) as hands,
        ):
            yield hands, progress

    def mention(self, remark: str | None) -> None:
        """Tell what the user should know, if anything, unless it is to be quiet."""
        if remark and not self.quiet:
            tell(remark)

    def warn(self, idle: Sequence[Mistake]) -> None:
        """Tell of keys without effect. Raises ``ScenarioError`` where they are mistakes."""
        if not self.quiet or self.strict:
            tell_idle(idle, strict=self.strict)
        self.idle.extend(idle)

    def answer(self, place: Path, plain: Callable[[], object], show: Callable[[Console], None]) -> None:
        """Print JSON; or for people what ``show`` prints (unless it is to be quiet), and where everything else is."""
        from simulator.reports import console
        from simulator.reports.as_json import json_text

        if self.as_json:
            typer.echo(json_text(plain(), ascii_only=True))
            return
        screen = console.screen()
        if not self.quiet:
            show(screen)
        console.show_folder(screen, place)
