"""Changes that make a file wrong, or extreme: of its values, of its text, of its bytes."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from random import Random
from typing import Any

EXTREMES: tuple[Any, ...] = (
    *(0, 1, -1, 0.5, 2**31, 2**53, 1e-9, 1e-300, 1e9, 1e12, 1e15, 1e16, 1e300, -1e300, 10**40),
    *(
        float("nan"),
        float("inf"),
        True,
        None,
        "",
        " ",
        "x",
        [],
        {},
        [[]],
        {"type": "x"},
        "1e300 days",
        "-5 days",
    ),
    *(
        "1e9 days",
        "1e-9 days",
        "0 days",
        "1e14/day",
        "1e300/day",
        "200 %",
        "-1 %",
        "2026-13-45",
        "9999-12-31",
    ),
    *("0001-01-01", "\x1b[31m", "\0", "=1+1", "a\u202eb", "\ud800", "tea", "../x", "/dev/zero", "."),
)
_TOKENS = (
    "\0",
    "\t",
    "\x1b",
    "'",
    '"',
    "{",
    "}",
    "[",
    "]",
    ":",
    "- ",
    "#",
    "&a ",
    "*a",
    "!!python/object:os.system ",
    "<<: ",
    "|",
    ">",
    "%",
    "\r\n",
    "\u2028",
    "é",
    "🍵",
    "\ufeff",
    "---\n",
    "null",
    "1e400",
    "0x1F",
    "  ",
)
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
_WORD = re.compile(r"[A-Za-z_]{2,}")


def change_values(data: dict[str, Any], random: Random) -> dict[str, Any]:
    """The data with one to three values, keys or entries changed."""
    changed = copy.deepcopy(data)
    for _ in range(random.choice((1, 1, 1, 2, 3))):
        places = list(_places(changed))
        if not places:
            break
        parent, key = random.choice(places)
        _change(parent, key, random, [part for part, _ in places])
    return changed


def _change(parent: Any, key: Any, random: Random, others: list[Any]) -> None:
    kind = random.random()
    if kind < 0.6:
        parent[key] = random.choice(EXTREMES)
    elif kind < 0.7:
        del parent[key]
    elif kind < 0.8:
        parent[key] = copy.deepcopy(random.choice(others))
    elif isinstance(parent, dict) and kind < 0.9:
        parent[random.choice(("typo", "type", "name", "", "  ", "x\0", f"{key}s"))] = parent.pop(key)
    elif isinstance(parent[key], int | float) and not isinstance(parent[key], bool):
        parent[key] = parent[key] * random.choice((-1, 0, 1e-6, 1e3, 1e6, 1e9))
    else:
        parent[key] = [parent[key]]


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container with each of its keys or numbers."""
    steps = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for step in steps:
        yield value, step
        yield from _places(value[step])


def change_text(text: str, random: Random) -> str:
    """The text with one to four places changed."""
    for _ in range(random.choice((1, 1, 2, 4))):
        text = random.choice(_TEXT_CHANGES)(text, random)
    return text


def _insert(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + random.choice(_TOKENS) + text[at:]


def _delete(text: str, random: Random) -> str:
    at = random.randint(0, len(text))
    return text[:at] + text[at + random.choice((1, 1, 2, 10, 1000)) :]


def _replace_number(text: str, random: Random) -> str:
    found = list(_NUMBER.finditer(text))
    if not found:
        return text
    number = random.choice(found)
    new = random.choice(
        ("0", "-5", "1e300", "1e308", "1e-300", "nan", "1e9", "99999999999999999999", "1,5", "1_0", "")
    )
    return text[: number.start()] + new + text[number.end() :]


def _replace_word(text: str, random: Random) -> str:
    found = list(_WORD.finditer(text))
    if len(found) < 2:
        return text
    old, new = random.choice(found), random.choice(found)
    return text[: old.start()] + new[0] + text[old.end() :]


def _move_line(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    line = lines[random.randrange(len(lines))]
    if random.random() < 0.5:
        lines.remove(line)
    lines.insert(random.randint(0, len(lines)), line)
    return "".join(lines)


def _indent_line(text: str, random: Random) -> str:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    at = random.randrange(len(lines))
    lines[at] = lines[at].lstrip(" ") if random.random() < 0.5 else f"  {lines[at]}"
    return "".join(lines)


_TEXT_CHANGES = (
    _insert,
    _delete,
    _replace_number,
    _replace_number,
    _replace_word,
    _replace_word,
    _move_line,
    _indent_line,
)


def change_bytes(data: bytes, random: Random) -> bytes:
    """The bytes with some of them changed, cut off, or in another encoding."""
    kind = random.random()
    if kind < 0.3:
        return data[: random.randint(0, len(data))]
    if kind < 0.5:
        return data.decode("utf-8", "replace").encode(
            random.choice(("utf-16", "latin-1", "utf-8-sig", "utf-32")), "replace"
        )
    changed = bytearray(data)
    for _ in range(random.choice((1, 3, 20))):
        if changed:
            changed[random.randrange(len(changed))] = random.randrange(256)
    return bytes(changed)
