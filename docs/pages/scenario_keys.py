"""The page of all keys of the scenario file, made of its schema."""

from __future__ import annotations

import re

from docs.pages.markdown import prose
from docs.pages.schema import Schema
from simulator.laws.law import LAWS

_INTRODUCTION = """
# Keys of the scenario file

Every key with its default, made of the schema that `simulator schema` prints. How values are written and what the
sections mean together: [The scenario file](../scenario-file.md). NAME stands for a name of your own, [] for the
entries of a list. In a file that extends another, and in alternatives, every key may be left out, and null removes.
"""
_DISTRIBUTIONS = """
## Distributions

A duration or a quantity that can be random is a value, or a mapping with the key `dist`. Parameters of durations have
a unit. Every distribution may have a `shift`, which is added to what is drawn, and within a mixture its `weight`.
"""


def page() -> str:
    """The page in Markdown."""
    schema = Schema(lambda name: f"[{paths[name]}](#{_anchor(paths[name])})" if paths.get(name) else "")
    paths = _paths(schema)
    parts = [_INTRODUCTION]
    for name, path in paths.items():
        section = schema.of(name)
        title = f"## {path} {{ #{_anchor(path)} }}" if path else "## The whole file"
        parts += [title, prose(section.get("description", "")), schema.keys(section)]
    parts.append(_DISTRIBUTIONS)
    for name, law in LAWS["duration"].items():
        section = schema.of(law.__name__)
        told = prose(section["description"])
        own = section["properties"].keys() - {"dist", "shift", "weight"}
        parts += [f"### {name}", told, schema.keys(section, only=own)]
    return "\n\n".join(part.strip() for part in parts)


def _paths(schema: Schema) -> dict[str, str]:
    """Every section with its path, each before those within it; "" for the whole file."""
    paths = {"Scenario": ""}

    def enter(name: str) -> None:
        for key, part in schema.of(name)["properties"].items():
            inner = dict(schema.sections(part, f"{paths[name]}.{key}".lstrip(".")))
            for section, path in inner.items():
                if section not in paths:
                    title = schema.of(section)["title"].lower()
                    alone = len(inner) == 1 or title == path.rstrip("[]")
                    paths[section] = path if alone else f"{path} ({title})"
                    enter(section)

    enter("Scenario")
    return paths


def _anchor(path: str) -> str:
    """Where the heading of a path is, as part of an address."""
    return re.sub(r"\W+", "-", path).strip("-").lower()
