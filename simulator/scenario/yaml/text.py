"""Text of a scenario file, and its YAML nodes.

A file that is no scenario (a picture, a folder, text in UTF-16, broken, endless or self-containing YAML) ends in a
ScenarioError with its position. PyYAML composes the nodes; it constructs nothing.
"""

from __future__ import annotations

import codecs
import os
import re
from typing import Any, Final

import yaml

from simulator.values.mistakes import Mark, ScenarioError

LARGEST: Final = 10_000_000
"""Largest size of a scenario file in bytes; an order history given by mistake would be read for minutes."""
NO_TAGS: Final = "tags are not supported: a scenario holds plain values only"


def file_text(path: str | os.PathLike[str], asked_at: Mark | None = None) -> str:
    """Read the text of a file in UTF-8.

    Args:
        path: the file.
        asked_at: position at which another file names it, for the mistake if it cannot be opened.

    Raises:
        ScenarioError: the file cannot be opened, is too large or holds no text.
    """
    file = os.fspath(path)
    try:
        return _decoded(_bytes(file), file)
    except OSError as error:
        problem = f"cannot read '{file}': {error.strerror or error}"
        raise ScenarioError.at(asked_at or Mark(file, 1, 1), problem) from None


def plain_error(
    error: Exception, text: str, mark: yaml.Mark | None, file: str, column: int
) -> tuple[Mark, str]:
    """Return position and message of an error of PyYAML.

    Args:
        error: the error.
        text: the whole text.
        mark: position that the parser had reached.
        file: name of the file.
        column: column of the file in which the text starts.
    """
    if isinstance(error, yaml.MarkedYAMLError):
        where, problem = _in_plain_words(error)
        return mark_of(file, where, column), problem
    if isinstance(error, yaml.reader.ReaderError):
        where_read = _after(file, text[: error.position], column)
        return where_read, f"unreadable character {_code(error.character)}"
    # PyYAML does not check the number in an escape such as "\\UFFFFFFFF".
    assert mark is not None
    return mark_of(file, mark, column), "there is no character or version with this number"


def mark_of(file: str, mark: yaml.Mark, column: int = 1) -> Mark:
    """Convert PyYAML's position to a Mark.

    Args:
        file: name of the file.
        mark: PyYAML's position, counted from 0.
        column: column of the file in which the first line of the text starts.
    """
    return Mark(file, mark.line + 1, mark.column + (column if mark.line == 0 else 1))


def _bytes(file: str) -> bytes:
    """Read all bytes of a file, unless it is too large."""
    if "\0" in file:
        raise OSError("not a file name")
    with open(file, "rb") as stream:  # noqa: PTH123 - Path would turn './a.yaml' into 'a.yaml'
        # Read no more than shows that the file is too large: the name may be that of an endless device.
        found = stream.read(LARGEST + 1)
    if len(found) > LARGEST:
        raise ScenarioError.at(
            Mark(file, 1, 1), f"larger than {LARGEST / 1e6:.0f} MB: this is no scenario file"
        )
    return found


def _decoded(raw: bytes, file: str) -> str:
    """Decode UTF-8, with or without a byte order mark."""
    if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise ScenarioError.at(Mark(file, 1, 1), "the text is in UTF-16; save the file as UTF-8")
    raw = raw.removeprefix(codecs.BOM_UTF8)
    zero = raw.find(b"\0")
    if zero >= 0:
        where = _after(file, raw[:zero].decode("utf-8", "replace"))
        raise ScenarioError.at(where, "not a text file: it holds zero bytes (save text in UTF-16 as UTF-8)")
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        where = _after(file, raw[: error.start].decode("utf-8"))
        problem = f"not text in UTF-8 (byte {raw[error.start]:#04x}); save the file as UTF-8"
        raise ScenarioError.at(where, problem) from None


def _after(file: str, before: str, column: int = 1) -> Mark:
    """Return the position that follows a text.

    Args:
        file: name of the file.
        before: the text, from its first line on.
        column: column of the file in which the text starts.
    """
    line = before.count("\n")
    return Mark(file, line + 1, len(before) - (before.rfind("\n") + 1) + (column if line == 0 else 1))


def _code(character: Any) -> str:
    return f"U+{ord(character) if isinstance(character, str) else character:04X}"


_BRACKETS = "flow (sequence|mapping)"
_COMPLAINTS: Final = [
    # Pattern of PyYAML's context and problem, True to point to the start of the context, and the message.
    (r"'\\t'", False, "a tab stands here; use spaces"),
    (r"character ('.+?') that cannot start", False, "{found} cannot start a value; put it in quotes"),
    (rf"{_BRACKETS}: .*(<stream end>|<block end>|<document)", True, "this bracket is never closed"),
    (_BRACKETS, False, "a ',' or the bracket that closes the one in line {line} is missing before this"),
    (
        r"expected the node content, but found '<",
        False,
        "the text ends inside a bracket that is never closed",
    ),
    (r"expected the node content, but found '([^<']+)'", False, "something is missing before this '{found}'"),
    (r"quoted scalar: .*end", True, "this quote is never closed"),
    (r"block scalar", True, "a text that begins with '>' or '|' stands in quotes, as '>= 95 %'"),
    (r"could not find expected ':'", True, "a ':' must follow this key"),
    (
        r"mapping values are not allowed",
        False,
        "no ':' is expected here; check the indentation, or put a text that holds ': ' in quotes",
    ),
    (
        r"expected <block end>",
        False,
        "this does not line up with what began in line {line}; check the indentation",
    ),
    (r"undefined alias '(.+?)'", False, "unknown alias *{found}: no &{found} stands above it"),
    (r"duplicate anchor '(.+?)'", False, "the anchor &{found} is defined in line {line} already"),
    (r"expected a single document", False, "a second document starts here; a scenario file holds one"),
    (r"\btag\b", False, NO_TAGS),
]


def _in_plain_words(error: yaml.MarkedYAMLError) -> tuple[yaml.Mark, str]:
    """Return position and message of an error; one that is not in `_COMPLAINTS` keeps PyYAML's words."""
    said = f"{error.context or ''}: {error.problem or ''}"
    mark = error.problem_mark
    assert mark is not None
    start = error.context_mark or mark
    for pattern, at_start, words in _COMPLAINTS:
        match = re.search(pattern, said)
        if match:
            found = match[1] if match.lastindex else ""
            return start if at_start else mark, words.format(found=found, line=start.line + 1)
    return mark, error.problem or error.context or "not YAML"
