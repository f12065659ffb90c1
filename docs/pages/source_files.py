"""The page of the source files: the tree of rooms, with one line a file."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from docs.pages.repository import ROOT

_HEAD: Final = """
# Source files

Every file with the first line of its docstring. What the rooms are for, and which may import which, stands in
[Architecture](../architecture.md).
"""


def page() -> str:
    """Return the page in Markdown: a heading for each room, a list of its files."""
    parts = [_HEAD.strip()]
    for folder in rooms():
        lines = [f"- `{file.name}`: {first_line(file)}" for file in files(folder)]
        parts.append(f"## {folder.relative_to(ROOT).as_posix()}\n\n{first_line(folder / '__init__.py')}")
        parts.append("\n".join(lines))
    return "\n\n".join(filter(None, parts)) + "\n"


def rooms() -> Iterator[Path]:
    """Yield the folders of the package, the package itself first."""
    for init in sorted((ROOT / "simulator").rglob("__init__.py")):
        yield init.parent


def files(folder: Path) -> list[Path]:
    """Return the files of a room, by name."""
    return sorted(file for file in folder.glob("*.py") if file.name != "__init__.py")


def first_line(file: Path) -> str:
    """Return the first line of a module's docstring."""
    return (ast.get_docstring(ast.parse(file.read_text(encoding="utf-8"))) or "").partition("\n")[0]
