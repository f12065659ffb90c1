"""YAML documents as plain data with the position of each value.

PyYAML composes the text; rules of this module read its scalars, to avoid the traps of YAML 1.1: only true and false
are truth values, `12:30` and dates stay text, `017` is 17, a key is the text as written. Tags are refused, so that a
file can hold data and nothing else.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Any

from simulator.scenario.yaml.composer import composed
from simulator.scenario.yaml.node import Node
from simulator.scenario.yaml.text import file_text
from simulator.tables.data_file import require_file
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError

_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can be written with


@dataclass(frozen=True)
class Document:
    """One YAML file, or the value of one ``--set``.

    Attributes:
        file: name of the file, as in marks.
        root: the content; for a file always a mapping, without its top-level keys that start with ``x-``.
        mistakes: mistakes in a text that could be read, such as duplicate keys.
    """

    file: str
    root: Node
    mistakes: tuple[Mistake, ...] = ()

    @cached_property
    def data(self) -> Any:
        """Content as plain data."""
        return self.root.plain()

    @cached_property
    def marks(self) -> dict[Place, Mark]:
        """Position of each value."""
        return {place: node.mark for place, node in self.root.walk()}

    @cached_property
    def keys(self) -> dict[Place, Mark]:
        """Position of the key of each entry of a mapping."""
        return {place: node.key for place, node in self.root.walk() if node.key is not None}


def read_document(path: str | os.PathLike[str], asked_at: Mark | None = None) -> Document:
    """Read a scenario file.

    Args:
        path: the file; marks carry this name.
        asked_at: position at which another file names it, for the mistake if it cannot be opened.

    Raises:
        ScenarioError: there is no such file, or it is not one mapping in readable YAML.
    """
    file = os.fspath(path)
    try:
        require_file(file)
    except OSError as error:
        problem = f"cannot read '{file}': {error.strerror or error}"
        raise ScenarioError.at(asked_at or Mark(file, 1, 1), problem) from None
    return _scenario(file_text(file, asked_at), file)


@lru_cache(maxsize=8)
def _scenario(text: str, file: str) -> Document:
    """Parse the text of a scenario file; cached, because every alternative starts from the same text."""
    document = parse_document(text, file)
    content = document.root.content
    if content is None:
        raise ScenarioError.at(Mark(file, 1, 1), "the file is empty")
    if not isinstance(content, dict):
        noun = "a list" if isinstance(content, list) else "a single value"
        wrong = Mistake.at(document.root.mark, (), f"a scenario is a mapping, as 'products: ...', not {noun}")
        raise ScenarioError([wrong, *document.mistakes])
    kept = {key: node for key, node in content.items() if not key.startswith("x-")}
    return Document(file, Node(kept, document.root.mark), document.mistakes)


def parse_document(text: str, file: str, column: int = 1) -> Document:
    """Parse YAML text of any content; an empty text is None.

    Args:
        text: one YAML document.
        file: name for the marks.
        column: column of the file in which the text starts.

    Raises:
        ScenarioError: the text is not YAML, holds more than `MOST_VALUES` values, or a value contains itself.
    """
    top, mistakes = composed(text, file, column)
    return Document(file, top or Node(None, Mark(file, 1, column)), tuple(mistakes))
