"""Mistakes in the rows of a data file, at most twenty of each kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from simulator.values.mistakes import Mistake

if TYPE_CHECKING:
    pass


MOST: Final = 20
"""Largest number of mistakes of one kind that are reported one by one."""


class UnsettledError(Exception):
    """Ambiguous cells: they have two readings, and no row shows the right one.

    Attributes:
        row: number of the table's row with such a cell.
        problem: the two readings and the key to set, to follow the cell in a message.
        column: name of the column, if several were read together.
    """

    def __init__(self, row: int, problem: str, column: str = "") -> None:
        super().__init__(problem)
        self.row, self.problem, self.column = row, problem, column


@dataclass
class Refusals:
    """Collected mistakes in the rows of a file.

    Attributes:
        path: the file.
        mistakes: mistakes so far.
    """

    path: Path
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, wrong: Sequence[tuple[int, str, str]], remedy: str = "", total: int = 0) -> None:
        """Add mistakes of one kind.

        Args:
            wrong: line, name of the column, and problem of each mistake; the first `MOST` are sufficient.
            remedy: advice at the end of the first message.
            total: number of mistakes, if `wrong` does not hold all of them.
        """
        reported = wrong[:MOST]
        more = max(total, len(wrong)) - len(reported)
        for number, (line, column, problem) in enumerate(reported):
            message = f"{problem}; {remedy}" if remedy and number == 0 else problem
            if more and number == len(reported) - 1:
                message += f" (and {more:,} more row{'s' * (more > 1)})"
            self.mistakes.append(Mistake(str(self.path), line, 1, column, message))


_LONGEST: Final = 60
"""Largest number of characters of a cell that a message shows."""


def cell_problem(cell: object, problem: str) -> str:
    """Return the message about a cell: its text, shortened, and the problem; an empty cell ``is empty``."""
    text = " ".join(cell.split()) if isinstance(cell, str) else ""
    if not text:
        return "is empty"
    return f"'{text[:_LONGEST]}…' {problem}" if len(text) > _LONGEST else f"'{text}' {problem}"
