"""Composer of nodes from the events of a YAML parser.

libyaml parses where PyYAML comes with it, some forty times as fast as PyYAML itself. What libyaml refuses is parsed
once more by PyYAML, whose errors are put in plain words, so that every machine says the same.
"""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any, Final

import yaml

from simulator.scenario.yaml.node import Node, plain_value
from simulator.scenario.yaml.text import NO_TAGS, mark_of, plain_error
from simulator.values.mistakes import Mark, Mistake, Place, ScenarioError

_LIBYAML: Final = getattr(yaml, "CSafeLoader", None)
"""Parser of libyaml, None where PyYAML was built without it."""
_READ_OTHERWISE: Final = re.compile(
    r"[\t\x85\u2028\u2029\ufeff]|(?m:^[ -]*\?(?: |$))|[{\[,]\s*\?|[|>][-+0-9]*#"
)
"""Texts that libyaml and PyYAML may read in different ways: with tabs, rare line breaks, explicit keys (``? key``)."""
MOST_VALUES: Final = 1_000_000
"""Largest number of values in a file, aliases written out."""
DEEPEST: Final = 100
"""Largest number of nested mappings and lists."""

_TOO_DEEP = f"more than {DEEPEST} levels of mappings and lists in each other"
_SURROGATE = re.compile("[\ud800-\udfff]")  # half a character, which no file can be written with


def composed(text: str, file: str, column: int = 1) -> tuple[Node | None, list[Mistake]]:
    """Compose the nodes of a text.

    Args:
        text: one YAML document.
        file: name for the marks.
        column: column of the file in which the text starts.

    Returns:
        The top node, None for an empty text, and the mistakes in a text that could be read, such as duplicate keys.

    Raises:
        ScenarioError: the text is not one YAML document, holds more than `MOST_VALUES` values, or a value contains
            itself.
    """
    if _LIBYAML is not None and not _READ_OTHERWISE.search(text):
        try:
            return _Composer(_LIBYAML(text), text, file, column).document()
        except (yaml.YAMLError, ValueError, OverflowError):
            pass  # the same mistake, or one that PyYAML does not see, is found below
    parser = None
    try:
        parser = yaml.SafeLoader(text)
        return _Composer(parser, None, file, column).document()
    except (yaml.YAMLError, ValueError, OverflowError) as error:
        where, problem = plain_error(error, text, None if parser is None else parser.get_mark(), file, column)
        raise ScenarioError.at(where, problem) from None


class _Composer:
    """Composer of one document; an alias is the node of its anchor, with the position of that."""

    def __init__(self, parser: Any, text: str | None, file: str, column: int) -> None:
        """Take a parser at the beginning of a text.

        Args:
            parser: parser with ``get_event``.
            text: the text, if the parser is libyaml's.
            file: name for the marks.
            column: column of the file in which the text starts.
        """
        self._next = parser.get_event
        self._text = text
        self._file = file
        self._column = column
        self._anchors: dict[str, tuple[yaml.Mark, tuple[Node, int, int] | None]] = {}
        self._noted: dict[tuple[Mark, str], Mistake] = {}
        self._tags: list[Mistake] = []
        self._depth = 0
        self._brackets = 0

    def document(self) -> tuple[Node | None, list[Mistake]]:
        """Compose the only document, see `composed`.

        Raises:
            YAMLError: the text is not one document, or too much is in it.
        """
        self._next()
        event = self._next()
        if isinstance(event, yaml.StreamEndEvent):
            return None, []
        top = self._next()
        node: Node | None = self._node(top, ())[0]
        if isinstance(top, yaml.ScalarEvent) and not top.value and top.anchor is top.tag is None:
            node = None if _is_unquoted(top) else node
        self._next()
        event = self._next()
        if not isinstance(event, yaml.StreamEndEvent):
            raise _error("expected a single document in the stream", event.start_mark, top.start_mark)
        return node, [*self._tags, *self._noted.values()]

    def _node(self, event: Any, place: Place, key: Mark | None = None) -> tuple[Node, int, int]:
        """Compose a node.

        Args:
            event: its first event.
            place: path of the value.
            key: position of its key, if it has one.

        Returns:
            The node, the number of values and the number of levels in it, aliases written out.
        """
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event, key)
        anchor, start = event.anchor, event.start_mark
        if anchor is not None:
            if anchor in self._anchors:
                raise _error(f"found duplicate anchor {anchor!r}", start, self._anchors[anchor][0])
            self._anchors[anchor] = start, None
        mark = self._at(start)
        if event.tag is not None:
            self._note_tag(start)
        self._depth += 1
        if self._depth > DEEPEST:
            raise _error(_TOO_DEEP, start)
        if isinstance(event, yaml.ScalarEvent):
            found = self._scalar(event, mark, place, key), 1, 1
        else:
            read = self._mapping if isinstance(event, yaml.MappingStartEvent) else self._sequence
            self._brackets += bool(event.flow_style)
            content, values, levels = read(event, place)
            self._brackets -= bool(event.flow_style)
            if values > MOST_VALUES:
                raise _error(f"more than {MOST_VALUES:,} values when the aliases are written out", start)
            if levels >= DEEPEST:
                raise _error(_TOO_DEEP, start)
            found = Node(content, mark, key), values, levels + 1
        self._depth -= 1
        if anchor is not None:
            self._anchors[anchor] = start, found
        return found

    def _alias(self, event: Any, key: Mark | None = None) -> tuple[Node, int, int]:
        """Return the node of an anchor."""
        if event.anchor not in self._anchors:
            raise _error(f"found undefined alias {event.anchor!r}", event.start_mark)
        start, found = self._anchors[event.anchor]
        if found is None:
            raise _error("this value holds itself through an alias", start)
        node, values, levels = found
        return replace(node, key=key), values, levels

    def _scalar(self, event: Any, mark: Mark, place: Place, key: Mark | None = None) -> Node:
        text = event.value
        self._check(event, mark, place)
        if _is_unquoted(event):
            return Node(plain_value(text), mark, key, "", text)
        return Node(text.replace("\0", ""), mark, key)  # `_check` noted it; no path may hold a NUL

    def _sequence(self, _event: Any, place: Place) -> tuple[list[Node], int, int]:
        nodes: list[Node] = []
        values, levels = 1, 0
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            node, more, deeper = self._node(event, (*place, len(nodes)))
            nodes.append(node)
            values, levels = values + more, max(levels, deeper)
        return nodes, values, levels

    def _mapping(self, start: Any, place: Place) -> tuple[dict[str, Node], int, int]:
        own: dict[str, Node] = {}
        merged: dict[str, Node] = {}
        first: dict[str, int] = {}
        values, levels = 1, 0
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            name, unquoted, where, more, deeper = self._key(event, place)
            values, levels = values + more, max(levels, deeper)
            after = self._next()
            if start.flow_style and self._text is not None:
                self._mend_mark(after, event)
            is_merge = unquoted and name == "<<"
            inner = place if is_merge or name is None else (*place, name)
            node, more, deeper = self._node(after, inner, where)
            values, levels = values + more, max(levels, deeper)
            if name is None:
                self._note(
                    where, place, "a key must be a text; put one that starts with '{' or '[' in quotes"
                )
            elif name == "" and unquoted:
                self._note(where, place, "there is no key before this ':'")
            elif not name.strip():
                self._note(where, place, "a name needs a character that can be seen")
            elif name in first:
                message = f"duplicate key '{name}': it stands in line {first[name]} already"
                self._note(where, (*place, name), message)
            else:
                first[name] = where.line
                if is_merge:
                    merged = self._merged(node, place)
                else:
                    own[name] = node
        return {**merged, **own} if merged else own, values, levels

    def _key(self, event: Any, place: Place) -> tuple[str | None, bool, Mark, int, int]:
        """Compose the key of an entry.

        Returns:
            Its text, None if it is none; True if that is not quoted; its position; the numbers of values and of levels.
        """
        if isinstance(event, yaml.ScalarEvent) and event.anchor is None and event.tag is None:
            mark = self._at(event.start_mark)
            self._check(event, mark, place)
            return event.value, _is_unquoted(event), mark, 1, 1
        node, values, levels = self._node(event, place)
        if isinstance(node.content, dict | list):
            return None, False, node.mark, values, levels
        unquoted = node.written is not None
        return str(node.written if unquoted else node.content), unquoted, node.mark, values, levels

    def _merged(self, node: Node, place: Place) -> dict[str, Node]:
        """Return the entries merged in by ``<<``, from one mapping or from a list in which the first wins."""
        entries: dict[str, Node] = {}
        for part in reversed(node.content if isinstance(node.content, list) else [node]):
            if isinstance(part.content, dict):
                entries.update(part.content)
            else:
                self._note(part.mark, place, "'<<' takes a mapping, or a list of mappings")
        return entries

    def _mend_mark(self, value: Any, key: Any) -> None:
        """Move an empty value between brackets from the character after it to that after its colon.

        libyaml says where the empty value ends, PyYAML where it could begin.
        """
        if not isinstance(value, yaml.ScalarEvent) or value.value or value.anchor or not _is_unquoted(value):
            return
        assert self._text is not None
        begin: Any = key.end_mark
        end: Any = value.start_mark
        colon = self._text.find(":", begin.index, end.index)
        if colon >= 0 and "\n" not in self._text[begin.index : colon]:
            column = begin.column + colon + 1 - begin.index
            value.start_mark = yaml.Mark(begin.name, colon + 1, begin.line, column, None, 0)

    def _check(self, event: Any, mark: Mark, place: Place) -> None:
        """Note characters in a scalar that no file or path can hold."""
        text = event.value
        if self._brackets and "?" in text and self._text is not None and _is_unquoted(event):
            raise _error("'?' between brackets", event.start_mark)  # PyYAML refuses it, libyaml does not
        if not text.isascii() and _SURROGATE.search(text):
            self._note(mark, place, "the text holds half a character, an escape like '\\ud800'")
        if "\0" in text:
            self._note(mark, place, "the text holds a NUL character, the escape '\\0'")

    def _note_tag(self, mark: yaml.Mark) -> None:
        if self._text is not None:
            raise _error(NO_TAGS, mark)  # libyaml and PyYAML place some tags differently
        self._tags.append(Mistake.at(self._at(mark), (), NO_TAGS))

    def _note(self, mark: Mark, place: Place, message: str) -> None:
        """Note a mistake once, even if aliases repeat it."""
        self._noted.setdefault((mark, message), Mistake.at(mark, place, message))

    def _at(self, mark: Any) -> Mark:
        return mark_of(self._file, mark, self._column)


def _error(problem: str, mark: yaml.Mark, context: yaml.Mark | None = None) -> yaml.MarkedYAMLError:
    """Return the error for a text that cannot be composed; ``context`` is the position it refers to."""
    return yaml.MarkedYAMLError(problem=problem, problem_mark=mark, context_mark=context)


def _is_unquoted(event: Any) -> bool:
    return event.style not in {"'", '"', "|", ">"}
