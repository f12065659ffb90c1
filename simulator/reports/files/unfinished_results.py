"""Unfinished result: the finished part, kept beside the place of the result until that is complete."""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from simulator.experiments.replications.journal import Journal
from simulator.reports.files.result_folders import ResultFolder

JOURNAL: Final = "trials.sqlite"
"""The journal's name within the folder."""
SUFFIX: Final = ".unfinished"
"""What its name ends with."""
_WRITING: Final = ".writing"


class Unfinished:
    """The folder ``<result>.unfinished``: it holds the journal of a command until the result folder is filled.

    To be used in a ``with`` statement around all that plays trials and fills the folder::

        with ResultFolder(place) as folder, Unfinished(folder, resume=resume) as unfinished:
            panel = Panel(scenarios, workers, unfinished.journal)
            ...
            folder.fill(write)

    When the folder has been filled, leaving removes everything. Otherwise (Ctrl-C, a fault) what is finished stays,
    and the exception gets a note that says so and how to go on; after a kill it stays, too. The next command that
    makes the same result goes on from there with ``resume=True``; without, it plays everything again, but keeps what
    was there until its own result is whole.

    Args:
        folder: of the result; its name must hold a hash of all that decides what is in it.
        resume: find what earlier ones have finished.

    Attributes:
        path: of the folder.
        note: what an exception will say.
        journal: to be given to ``Panel``, ``replicate`` or ``Workers`` of your own; open within the statement.

    Raises:
        BlockingIOError: on entering, when another process makes the same result at this moment.
        OSError: on entering, when the folder cannot be written.
    """

    def __init__(self, folder: ResultFolder, *, resume: bool = False) -> None:
        self.path = folder.path.with_name(folder.path.name + SUFFIX)
        self.journal = Journal(self.path / JOURNAL, anew=not resume)
        self.left_behind = False
        """Whether an earlier command has left something here."""
        self._folder = folder
        self._resume = resume
        self._of_use = True
        self.note = (
            f"What is finished is kept in {self.path}. To go on from there: the same command with --resume."
        )

    def __enter__(self) -> Self:
        self.path.mkdir(parents=True, exist_ok=True)
        try:
            self.journal.__enter__()
        except OSError:
            with contextlib.suppress(OSError):
                self.path.rmdir()  # only if it is empty
            raise
        self.left_behind = not self.journal.empty
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        nothing = self.journal.empty
        self.journal.__exit__(kind, error, trace)
        if self._folder.filled or nothing or not self._of_use:
            shutil.rmtree(self.path, ignore_errors=True)
        elif error is not None and self.journal.path.exists():
            error.add_note(self.note)

    @property
    def hint(self) -> str | None:
        """What the user should know at the start, if anything."""
        if self._resume and not self.left_behind:
            return "Nothing unfinished of the same was found: all is played."
        if self.left_behind and not self._resume:
            return (
                "The same was interrupted before; all is played again. With --resume only the rest would be."
            )
        return None

    def discard(self) -> None:
        """What is finished will never be of use: leaving removes it."""
        self._of_use = False

    def show(self, write: Callable[[Path], None], note: str) -> None:
        """Let ``write`` put files about what is finished beside the journal, for people to look at.

        Files of an earlier time are replaced when all are written. ``note`` is what the exception will say.
        """
        new = self.path / _WRITING
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        write(new)
        for file in sorted(new.iterdir(), key=lambda file: file.name == "manifest.json"):  # what it says last
            file.replace(self.path / file.name)
        new.rmdir()
        self.note = note
