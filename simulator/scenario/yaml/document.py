"""YAML documents as plain data with the position of each value.

PyYAML composes the text; rules of this module read its scalars, to avoid the traps of YAML 1.1: only true and false
are truth values, `12:30` and dates stay text, `017` is 17, a key is the text as written. Tags are refused, so that a
file can hold data and nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import yaml

from simulator.scenario.yaml.text import NO_TAGS, compose_nodes, file_text, mark_of
from simulator.tables.data_file import require_file
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError

SET: Final = "--set"
"""Source of values given on the command line; the file in their marks is ``--set`` with the text after it."""

Scalar = str | int | float | bool | None

_GROUPED = r"(?:[0-9]+|[0-9]{1,3}(?:_[0-9]{3})+)"
_WHOLE = re.compile(rf"[-+]?{_GROUPED}")
_DECIMAL = re.compile(rf"[-+]?(?:{_GROUPED}(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_WORDS: Final[dict[str, Scalar]] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
    **{f"{sign}.{word}": float(f"{sign}inf") for sign in ("", "+", "-") for word in ("inf", "Inf", "INF")},
    **dict.fromkeys((".nan", ".NaN", ".NAN"), float("nan")),
}
_INT_DIGITS = 300  # beyond the largest float, and below the length that int() refuses

_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can be written with


@dataclass(frozen=True, slots=True)
class Node:
    """A value with its position: a scalar, a list of nodes or a mapping of nodes.

    Attributes:
        content: the value.
        mark: position of the value.
        key: position of its key, if it is an entry of a mapping.
        source: ``alternative 'x'`` or ``--set`` for a value from there, empty for one of the file itself.
        written: text of an unquoted scalar, kept because a product may be called 007.
    """

    content: Scalar | list[Node] | dict[str, Node]
    mark: Mark
    key: Mark | None = None
    source: str = ""
    written: str | None = None

    @property
    def origin(self) -> str:
        """Origin of the value, as ``base.yaml:7``, ``alternative 'x' (a.yaml:30)`` or ``--set``."""
        where = f"{self.mark.file}:{self.mark.line}"
        if self.source == SET:
            return self.source
        return f"{self.source} ({where})" if self.source else where

    @property
    def is_leaf(self) -> bool:
        """True for a scalar, an empty list or an empty mapping."""
        return not (isinstance(self.content, dict | list) and self.content)

    def plain(self) -> Any:
        """Return the value without positions: dict, list, str, int, float, bool or None; containers are new."""
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.plain() for node in self.content]
        return self.content

    def from_source(self, source: str) -> Node:
        """Return a copy of this node and all nodes below it with another source."""
        content = self.content
        if isinstance(content, dict):
            content = {key: node.from_source(source) for key, node in content.items()}
        elif isinstance(content, list):
            content = [node.from_source(source) for node in content]
        return replace(self, content=content, source=source)

    def walk(self, place: Place = ()) -> Iterator[tuple[Place, Node]]:
        """Yield this node, which is at ``place``, and all nodes below it, each with its place."""
        yield place, self
        if isinstance(self.content, dict):
            for key, node in self.content.items():
                yield from node.walk((*place, key))
        elif isinstance(self.content, list):
            for number, node in enumerate(self.content):
                yield from node.walk((*place, number))


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
    top, tags = compose_nodes(text, file, column)
    if top is None:
        return Document(file, Node(None, Mark(file, 1, column)))
    builder = _Builder(file, column)
    for tag in tags:
        builder.note(tag, (), NO_TAGS)
    return Document(file, builder.node(top, ()), tuple(builder.mistakes))


def plain_value(text: str) -> Scalar:
    """Convert unquoted text to the value it stands for.

    >>> [plain_value(text) for text in ("no", "12:30", "017", "1_000", "1e3", "True", "~", "2026-11-27", "0x1F")]
    ['no', '12:30', 17, 1000, 1000.0, True, None, '2026-11-27', '0x1F']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) <= _INT_DIGITS:
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


class _Builder:
    """Conversion of PyYAML's nodes to `Node`; an alias becomes a copy with the position of its anchor."""

    def __init__(self, file: str, column: int) -> None:
        self._file = file
        self._column = column
        self._noted: dict[tuple[Mark, str], Mistake] = {}

    @property
    def mistakes(self) -> list[Mistake]:
        """Mistakes noted so far."""
        return list(self._noted.values())

    def note(self, mark: yaml.Mark, place: Place, message: str) -> None:
        """Note a mistake once, even if aliases repeat it."""
        where = self._at(mark)
        self._noted.setdefault((where, message), Mistake.at(where, place, message))

    def node(self, raw: yaml.Node, place: Place, key: Mark | None = None) -> Node:
        """Convert a node and all nodes below it.

        Args:
            raw: PyYAML's node.
            place: path of the value.
            key: position of its key, if it has one.
        """
        mark = self._at(raw.start_mark)
        if isinstance(raw, yaml.MappingNode):
            return Node(self._mapping(raw, place), mark, key)
        if isinstance(raw, yaml.SequenceNode):
            return Node([self.node(part, (*place, n)) for n, part in enumerate(raw.value)], mark, key)
        self._check(raw, place)
        if _unquoted(raw):
            return Node(plain_value(raw.value), mark, key, written=raw.value)
        return Node(raw.value.replace("\0", ""), mark, key)  # `_check` noted it; no path may hold a NUL

    def _mapping(self, raw: yaml.MappingNode, place: Place) -> dict[str, Node]:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        first: dict[str, int] = {}
        for key, value in raw.value:
            where = key.start_mark
            self._check(key, place)
            if not isinstance(key, yaml.ScalarNode):
                self.note(where, place, "a key must be a text; put one that starts with '{' or '[' in quotes")
            elif key.value == "" and _unquoted(key):
                self.note(where, place, "there is no key before this ':'")
            elif not key.value.strip():
                self.note(where, place, "a name needs a character that can be seen")
            elif key.value in first:
                message = f"duplicate key '{key.value}': it stands in line {first[key.value]} already"
                self.note(where, (*place, key.value), message)
            else:
                first[key.value] = where.line + 1
                if key.value == "<<" and _unquoted(key):
                    merged = self._merged(value, place)
                else:
                    own[key.value] = self.node(value, (*place, key.value), self._at(where))
        return {**merged, **own}

    def _merged(self, raw: yaml.Node, place: Place) -> dict[str, Node]:
        """Return the entries merged in by ``<<``, from one mapping or from a list in which the first wins."""
        entries: dict[str, Node] = {}
        for part in reversed(raw.value if isinstance(raw, yaml.SequenceNode) else [raw]):
            if isinstance(part, yaml.MappingNode):
                entries.update(self._mapping(part, place))
            else:
                self.note(part.start_mark, place, "'<<' takes a mapping, or a list of mappings")
        return entries

    def _check(self, raw: yaml.Node, place: Place) -> None:
        """Note characters in a scalar that no file or path can hold."""
        if not isinstance(raw, yaml.ScalarNode):
            return
        if _SURROGATE.search(raw.value):
            self.note(raw.start_mark, place, "the text holds half a character, an escape like '\\ud800'")
        if "\0" in raw.value:
            self.note(raw.start_mark, place, "the text holds a NUL character, the escape '\\0'")

    def _at(self, mark: yaml.Mark) -> Mark:
        return mark_of(self._file, mark, self._column)


def _unquoted(node: yaml.Node) -> bool:
    return getattr(node, "style", None) not in {"'", '"', "|", ">"}
