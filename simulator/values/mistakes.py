"""Mistakes in a scenario, each with its file, line, column and path, in printable characters."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from typing import Final

Place = tuple[str | int, ...]
"""Path of a value in the scenario: keys and list numbers from the top, () for the whole scenario."""

_BARE_NAME = re.compile(r"[^\s.\[\]=\"']+")


@dataclass(frozen=True, order=True, slots=True)
class Mark:
    """Position in a file; lines and columns count from 1.

    For a value from the command line, ``file`` is the text ``--set a.b=value`` itself and the line is 1.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One mistake, shown as ``file:line:column: path: message``."""

    file: str
    line: int
    column: int
    path: str
    message: str

    @classmethod
    def at(cls, mark: Mark, place: Place, message: str) -> Mistake:
        """Make a mistake in one line of text.

        Args:
            mark: position in the file.
            place: path of the value that is wrong.
            message: the problem; line breaks become spaces.
        """
        path = place_text(place)
        return cls(_printable(mark.file), mark.line, mark.column, _printable(path), _printable(message))

    def plain(self) -> dict[str, str | int]:
        """Return the mistake as plain data."""
        return asdict(self)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return _printable(
            f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"
        )


class ScenarioError(Exception):
    """A scenario that cannot be used; the text has one line for each mistake.

    Attributes:
        mistakes: all mistakes found, each once, sorted by file, line and column.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes: tuple[Mistake, ...] = tuple(sorted(set(mistakes)))
        # Pickle carries the arguments of an exception between processes, not its attributes.
        super().__init__(self.mistakes)

    @classmethod
    def at(cls, mark: Mark, message: str, place: Place = ()) -> ScenarioError:
        """Make the error for a single mistake.

        Args:
            mark: position in the file.
            message: the problem.
            place: path of the value that is wrong.
        """
        return cls([Mistake.at(mark, place, message)])

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)


class RunError(Exception):
    """A run of a valid scenario that cannot finish: it is too large, or lacks a resource such as memory.

    The text names the cause and the remedy. The cause is not a fault of the simulator.
    """


def place_text(place: Place) -> str:
    """Write a place as text that ``--set`` reads.

    >>> place_text(("demand", 0, "rate"))
    'demand[0].rate'
    >>> place_text(("products", "size 4.5", "price"))
    'products."size 4.5".price'
    """
    text = ""
    for step in place:
        if isinstance(step, int):
            text += f"[{step}]"
            continue
        text += "." if text else ""
        text += step if _BARE_NAME.fullmatch(step) else _quoted(step)
    return text


def _printable(text: str) -> str:
    """Return the text as one line without control characters."""
    return visible(" ".join(text.splitlines()))


def _quoted(name: str) -> str:
    return f"'{name}'" if '"' in name else f'"{name}"'


_UNSEEN: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters except tab and newline, marks that change the direction of writing, lone surrogates."""


def visible(text: str) -> str:
    r"""Replace every control character by its escape; tabs and line breaks stay.

    >>> print(visible("red \x1b[31mshoes"))
    red \x1b[31mshoes
    """
    return _UNSEEN.sub(lambda match: ascii(match[0])[1:-1], text)
