"""YAML text as plain data that knows where each value stands.

The text is composed by PyYAML and read by rules of our own, so that the traps of YAML 1.1 do not bite: only
true and false are truth values, `12:30` and dates stay text, `017` is 17, a key is the text that is written.
No tag is understood, so a file can hold data and nothing else.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache
from typing import Any, Final

import yaml

from simulator.scenario.mistakes import Mark, Mistake, Place, ScenarioError
from simulator.scenario.source_file import require_file
from simulator.scenario.text import NO_TAGS, composed, mark_of, text_of

SET: Final = "--set"
"""Source of values that were given on the command line; their marks' file is the text after it, too."""

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
        mark: where the value stands.
        key: where its key stands, if it is an entry of a mapping.
        source: what gave it if it was not the file itself: ``alternative 'x'``, ``--set``.
        written: the text of an unquoted scalar, for a product may well be called 007.
    """

    content: Scalar | list[Node] | dict[str, Node]
    mark: Mark
    key: Mark | None = None
    source: str = ""
    written: str | None = None

    @property
    def origin(self) -> str:
        """Where the value comes from, as ``base.yaml:7``, ``alternative 'x' (a.yaml:30)``, ``--set``."""
        where = f"{self.mark.file}:{self.mark.line}"
        if self.source == SET:
            return self.source
        return f"{self.source} ({where})" if self.source else where

    @property
    def is_leaf(self) -> bool:
        """Whether there is nothing below it."""
        return not (isinstance(self.content, dict | list) and self.content)

    def plain(self) -> Any:
        """The value without positions: dict, list, str, int, float, bool, None; always new containers."""
        if isinstance(self.content, dict):
            return {key: node.plain() for key, node in self.content.items()}
        if isinstance(self.content, list):
            return [node.plain() for node in self.content]
        return self.content

    def from_source(self, source: str) -> Node:
        """The same with another source, all the way down."""
        content = self.content
        if isinstance(content, dict):
            content = {key: node.from_source(source) for key, node in content.items()}
        elif isinstance(content, list):
            content = [node.from_source(source) for node in content]
        return replace(self, content=content, source=source)

    def walk(self, place: Place = ()) -> Iterator[tuple[Place, Node]]:
        """This node and all below it, each with its place."""
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
        file: its name as in marks.
        root: the content; of a file always a mapping, without the top-level keys that start with ``x-``.
        mistakes: what is wrong although the text could be read, such as duplicate keys.
    """

    file: str
    root: Node
    mistakes: tuple[Mistake, ...] = ()

    @cached_property
    def data(self) -> Any:
        """The content as plain data."""
        return self.root.plain()

    @cached_property
    def marks(self) -> dict[Place, Mark]:
        """Where each value stands."""
        return {place: node.mark for place, node in self.root.walk()}

    @cached_property
    def keys(self) -> dict[Place, Mark]:
        """Where the key of each entry of a mapping stands."""
        return {place: node.key for place, node in self.root.walk() if node.key is not None}


def read(path: str | os.PathLike[str], asked_at: Mark | None = None) -> Document:
    """Read a scenario file.

    Args:
        path: the file; marks carry this name.
        asked_at: where another file asks for it; a file that cannot be opened is a mistake there.

    Raises:
        ScenarioError: there is no such file, or it is not one mapping in readable YAML.
    """
    file = os.fspath(path)
    try:
        require_file(file)
    except OSError as error:
        problem = f"cannot read '{file}': {error.strerror or error}"
        raise ScenarioError.at(asked_at or Mark(file, 1, 1), problem) from None
    return _scenario(text_of(file, asked_at), file)


@lru_cache(maxsize=8)
def _scenario(text: str, file: str) -> Document:
    """The document of a scenario file, kept because every alternative begins with the same text."""
    document = parse(text, file)
    content = document.root.content
    if content is None:
        raise ScenarioError.at(Mark(file, 1, 1), "the file is empty")
    if not isinstance(content, dict):
        noun = "a list" if isinstance(content, list) else "a single value"
        wrong = Mistake.at(document.root.mark, (), f"a scenario is a mapping, as 'products: ...', not {noun}")
        raise ScenarioError([wrong, *document.mistakes])
    kept = {key: node for key, node in content.items() if not key.startswith("x-")}
    return Document(file, Node(kept, document.root.mark), document.mistakes)


def parse(text: str, file: str, column: int = 1) -> Document:
    """Read YAML text, whatever it holds; nothing at all is None.

    Args:
        text: one YAML document.
        file: name for the marks.
        column: where the first line of the text starts in its file.

    Raises:
        ScenarioError: the text is not YAML, holds more than `MOST_VALUES`, or a value that holds itself.
    """
    top, tags = composed(text, file, column)
    if top is None:
        return Document(file, Node(None, Mark(file, 1, column)))
    builder = _Builder(file, column)
    for tag in tags:
        builder.note(tag, (), NO_TAGS)
    return Document(file, builder.node(top, ()), tuple(builder.mistakes))


def scalar(text: str) -> Scalar:
    """What an unquoted text means.

    >>> [scalar(text) for text in ("no", "12:30", "017", "1_000", "1e3", "True", "~", "2026-11-27", "0x1F")]
    ['no', '12:30', 17, 1000, 1000.0, True, None, '2026-11-27', '0x1F']
    """
    if text in _WORDS:
        return _WORDS[text]
    if _WHOLE.fullmatch(text) and len(text) <= _INT_DIGITS:
        return int(text)
    return float(text) if _DECIMAL.fullmatch(text) else text


class _Builder:
    """YAML nodes to our nodes. An alias becomes a copy, which keeps the position of what it stands for."""

    def __init__(self, file: str, column: int) -> None:
        self._file = file
        self._column = column
        self._noted: dict[tuple[Mark, str], Mistake] = {}

    @property
    def mistakes(self) -> list[Mistake]:
        return list(self._noted.values())

    def note(self, mark: yaml.Mark, place: Place, message: str) -> None:
        """Note a mistake; what an alias repeats is noted once."""
        where = self._at(mark)
        self._noted.setdefault((where, message), Mistake.at(where, place, message))

    def node(self, raw: yaml.Node, place: Place, key: Mark | None = None) -> Node:
        mark = self._at(raw.start_mark)
        if isinstance(raw, yaml.MappingNode):
            return Node(self._mapping(raw, place), mark, key)
        if isinstance(raw, yaml.SequenceNode):
            return Node([self.node(part, (*place, n)) for n, part in enumerate(raw.value)], mark, key)
        self._check(raw, place)
        if _unquoted(raw):
            return Node(scalar(raw.value), mark, key, written=raw.value)
        return Node(raw.value.replace("\0", ""), mark, key)  # noted above; no path can hold it

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
                told = f"duplicate key '{key.value}': it stands in line {first[key.value]} already"
                self.note(where, (*place, key.value), told)
            else:
                first[key.value] = where.line + 1
                if key.value == "<<" and _unquoted(key):
                    merged = self._merged(value, place)
                else:
                    own[key.value] = self.node(value, (*place, key.value), self._at(where))
        return {**merged, **own}

    def _merged(self, raw: yaml.Node, place: Place) -> dict[str, Node]:
        """Entries that ``<<`` brings in: those of one mapping, or of several of which the first wins."""
        entries: dict[str, Node] = {}
        for part in reversed(raw.value if isinstance(raw, yaml.SequenceNode) else [raw]):
            if isinstance(part, yaml.MappingNode):
                entries.update(self._mapping(part, place))
            else:
                self.note(part.start_mark, place, "'<<' takes a mapping, or a list of mappings")
        return entries

    def _check(self, raw: yaml.Node, place: Place) -> None:
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
