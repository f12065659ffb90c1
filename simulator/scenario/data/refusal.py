"""Mistakes in the rows of a data file, at most twenty of a kind."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from simulator.scenario.mistakes import Mistake

MOST: Final = 20
"""Mistakes of a kind that are told one by one."""


class UnsettledError(Exception):
    """Cells can be read in two ways, and no row tells which.

    Attributes:
        row: number of the row of the table with such a cell.
        problem: what can be read how, and what to set; it follows the cell in a message.
        column: name of the column if there were several.
    """

    def __init__(self, row: int, problem: str, column: str = "") -> None:
        super().__init__(problem)
        self.row, self.problem, self.column = row, problem, column


@dataclass
class Refusals:
    """What is wrong in the rows of a file."""

    path: Path
    mistakes: list[Mistake] = field(default_factory=list)

    def add(self, wrong: Sequence[tuple[int, str, str]], remedy: str = "", total: int = 0) -> None:
        """Note mistakes of one kind.

        Args:
            wrong: line, name of the column, and problem of each, as many as there are or are told.
            remedy: what to do about them, told with the first.
            total: how many there are.
        """
        told = wrong[:MOST]
        more = max(total, len(wrong)) - len(told)
        for number, (line, column, problem) in enumerate(told):
            message = f"{problem}; {remedy}" if remedy and number == 0 else problem
            if more and number == len(told) - 1:
                message += f" (and {more:,} more row{'s' * (more > 1)})"
            self.mistakes.append(Mistake(str(self.path), line, 1, column, message))
