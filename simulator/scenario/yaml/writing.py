"""YAML text of plain data, written as a person would write it; it reads back as the same data."""

from __future__ import annotations

from typing import Any

from simulator.scenario.yaml.document import parse_document
from simulator.values.mistakes import ScenarioError


def scalar_text(value: Any, *, flow: bool = False) -> str:
    """Return the YAML text of a single value; a string is quoted only if it would read as something else.

    Args:
        value: None, a truth value, a number or a string.
        flow: True for a value inside brackets, where more strings need quotes.

    >>> [scalar_text(value) for value in ("12 days", "a: b", "17", "no", True, None, 400.0, 0.25)]
    ['12 days', '"a: b"', '"17"', 'no', 'true', 'null', '400', '0.25']
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, str):
        return value if _is_plain(value, flow=flow) else _quoted(value)
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else repr(value)


def flow_text(value: Any) -> str:
    """Return the YAML text of a list or mapping in one line, or of a single value.

    >>> flow_text({"type": "s_S", "levels": [1, 2.5], "a, b": {}})
    '{type: s_S, levels: [1, 2.5], "a, b": {}}'
    """
    return _within(value) if isinstance(value, dict | list | tuple) else scalar_text(value)


def key_text(key: str) -> str:
    """Return the YAML text of a key on a line of its own, where a number needs no quotes.

    >>> [key_text(key) for key in ("tea", "2.5", "no: yes")]
    ['tea', '2.5', '"no: yes"']
    """
    return key if _reads_as(f"{key}:\n  - 1", key, {key: [1]}) else _quoted(key)


def _within(value: Any) -> str:
    """Return the YAML text of a value inside brackets."""
    if isinstance(value, dict):
        return f"{{{', '.join(f'{_within(str(key))}: {_within(part)}' for key, part in value.items())}}}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_within(part) for part in value)}]"
    return scalar_text(value, flow=True)


def _is_plain(text: str, *, flow: bool) -> bool:
    """Return True if a string needs no quotes, as a key and as a value; ``flow`` as in `scalar_text`."""
    if flow:
        return _reads_as(f"[{text}, {{{text}: {text}}}]", text, [text, {text: text}])
    return _reads_as(f"{text}:\n  - {text}", text, {text: [text]})


def _reads_as(yaml: str, text: str, data: Any) -> bool:
    """Return True if a YAML text with an unquoted string reads as the expected data.

    Args:
        yaml: the YAML text.
        text: the string that it contains.
        data: the expected data.
    """
    if not text.isprintable() or text.startswith("<<"):
        return False
    try:
        return bool(parse_document(yaml, "").data == data)
    except ScenarioError:
        return False


def _quoted(text: str) -> str:
    r"""Return a string in double quotes, with escapes for characters that cannot stand there.

    >>> print(_quoted('a "b"\n'))
    "a \"b\"\n"
    """
    escapes = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\t": "\\t"}
    return f'"{"".join(escapes.get(c) or (c if c.isprintable() else _escape(c)) for c in text)}"'


def _escape(character: str) -> str:
    return f"\\U{ord(character):08x}"
