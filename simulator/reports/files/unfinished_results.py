"""Unfinished result: its finished trials, kept beside the final place until the result is complete."""

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
"""File name of the journal within the folder."""
SUFFIX: Final = ".unfinished"
"""End of the name of the folder."""
_WRITING: Final = ".writing"


class Unfinished:
    """Folder ``<result>.unfinished``, which holds the journal of a command until the result folder is filled.

    To be used in a ``with`` statement around the code that plays trials and fills the result folder::

        with ResultFolder(place) as folder, Unfinished(folder, resume=resume) as unfinished:
            panel = Panel(scenarios, workers, unfinished.journal)
            ...
            folder.fill(write)

    If the result folder has been filled, leaving the statement removes everything. Otherwise (Ctrl-C, a
    fault, a kill) the finished trials stay, and an exception gets a note that tells how to resume. The next
    command for the same result continues from them with ``resume=True``. Without, it plays everything again,
    but keeps the earlier trials until its own result is complete.

    Args:
        folder: folder of the result; its name must hold a hash of all that decides the result.
        resume: True to use the trials that earlier commands have finished.

    Attributes:
        path: path of the folder.
        note: note for an exception.
        journal: journal for `Panel`, `replicate` or workers of your own; open within the statement.

    Raises:
        BlockingIOError: on entering, if another process is making the same result.
        OSError: on entering, if the folder cannot be written.
    """

    def __init__(self, folder: ResultFolder, *, resume: bool = False) -> None:
        self.path = folder.path.with_name(folder.path.name + SUFFIX)
        self.journal = Journal(self.path / JOURNAL, anew=not resume)
        self.left_behind = False
        """True if an earlier command has left finished trials here."""
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
        """Sentence for the user at the start, if resuming found nothing or was not asked for; else None."""
        if self._resume and not self.left_behind:
            return "Nothing unfinished of the same was found: all is played."
        if self.left_behind and not self._resume:
            return (
                "The same was interrupted before; all is played again. With --resume only the rest would be."
            )
        return None

    def discard(self) -> None:
        """Have the finished trials removed on leaving, because they will never be of use."""
        self._of_use = False

    def show(self, write: Callable[[Path], None], note: str) -> None:
        """Write files about the finished part beside the journal, for the user to look at.

        Earlier files of the same names are replaced once all are written.

        Args:
            write: function that writes the files into a folder.
            note: note for an exception from now on.
        """
        new = self.path / _WRITING
        shutil.rmtree(new, ignore_errors=True)
        new.mkdir()
        write(new)
        # The manifest moves last, because it describes the others.
        for file in sorted(new.iterdir(), key=lambda file: file.name == "manifest.json"):
            file.replace(self.path / file.name)
        new.rmdir()
        self.note = note
