"""What is wrong in a scenario, and where: every mistake names a file, a line, a column and a path."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass

from simulator.scenario.visible import visible

Place = tuple[str | int, ...]
"""Where a value stands in the scenario: keys and list numbers from the top, () for the whole."""

_BARE_NAME = re.compile(r"[^\s.\[\]=\"']+")


@dataclass(frozen=True, order=True, slots=True)
class Mark:
    """A position in a file; lines and columns count from 1.

    For a value given on the command line the file is the text ``--set a.b=value`` itself, line 1.
    """

    file: str
    line: int
    column: int

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"


@dataclass(frozen=True, order=True, slots=True)
class Mistake:
    """One thing that is wrong. As text: ``file:line:column: path: message``."""

    file: str
    line: int
    column: int
    path: str
    message: str

    @classmethod
    def at(cls, mark: Mark, place: Place, message: str) -> Mistake:
        """A mistake at `mark` about the value at `place`; the message becomes one line."""
        path = place_text(place)
        return cls(_printable(mark.file), mark.line, mark.column, _printable(path), _printable(message))

    def plain(self) -> dict[str, str | int]:
        """The same as plain data."""
        return asdict(self)

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}:{self.column}"
        return _printable(
            f"{where}: {self.path}: {self.message}" if self.path else f"{where}: {self.message}"
        )


class ScenarioError(Exception):
    """The scenario cannot be used. Its text has one line for each mistake.

    Attributes:
        mistakes: all that were found, sorted by file, line and column, each once.
    """

    def __init__(self, mistakes: Iterable[Mistake]) -> None:
        self.mistakes: tuple[Mistake, ...] = tuple(sorted(set(mistakes)))
        # The arguments of an exception travel with it between processes, its attributes do not.
        super().__init__(self.mistakes)

    @classmethod
    def at(cls, mark: Mark, message: str, place: Place = ()) -> ScenarioError:
        """The error for a single mistake."""
        return cls([Mistake.at(mark, place, message)])

    def __str__(self) -> str:
        return "\n".join(str(mistake) for mistake in self.mistakes)


class RunError(Exception):
    """A run that cannot be finished although its scenario is well formed: too large, or deprived of what it needs.

    Its text names the cause and the remedy. The cause is not a fault of the simulator.
    """


def place_text(place: Place) -> str:
    """A place as people write it, and as ``--set`` reads it.

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
    """One line that every terminal and file takes."""
    return visible(" ".join(text.splitlines()))


def _quoted(name: str) -> str:
    return f"'{name}'" if '"' in name else f'"{name}"'
