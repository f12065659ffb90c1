"""Results of an experiment: its findings, the circumstances in which they were found, and the folder with both."""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Self

from simulator.reports.folders import RUNS, ResultFolder
from simulator.reports.manifest import Circumstances


@dataclass(frozen=True)
class Recorded(ABC):
    """Base of the results of every experiment; the findings are another dataclass, which the results extend."""

    circumstances: Circumstances = field(kw_only=True)

    @classmethod
    def of(cls, found: Any, circumstances: Circumstances) -> Self:
        """Results with the fields of the findings, a dataclass."""
        parts = {one.name: getattr(found, one.name) for one in fields(found)}
        return cls(**parts, circumstances=circumstances)

    @abstractmethod
    def plain(self) -> dict[str, Any]:
        """Figures as the command prints them with ``--json``."""

    @abstractmethod
    def place(self, parent: Path) -> ResultFolder:
        """Folder of the results within ``parent``; its name ends in a hash of all that decides what is in it."""

    @abstractmethod
    def write(self, folder: Path) -> None:
        """Write every file of the results into a folder that exists."""

    def save(self, folder: str | os.PathLike[str] = RUNS) -> Path:
        """Write a result folder, named after the command, the scenario and a hash, into ``folder``; return its path.

        An older folder of the same results is replaced as a whole.

        Raises:
            OSError: the folder cannot be written.
        """
        with self.place(Path(folder)) as place:
            return place.fill(self.write)
